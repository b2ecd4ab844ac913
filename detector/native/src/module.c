/* The module: what the kernels share, and their list. */
#include "common.h"

#include <stdlib.h>

#define KERNELS_VERSION 11 /* as in detector/native/__init__.py: an old binary beside newer code is not used */

static void *grown(void *data, Py_ssize_t *capacity, size_t item) { /* NULL with an error, and data as it was */
    Py_ssize_t wanted = *capacity ? *capacity * 2 : 256;
    void *larger = realloc(data, (size_t)wanted * item);
    if (larger) *capacity = wanted;
    else PyErr_NoMemory();
    return larger;
}

int ints_grow(Ints *array) {
    int64_t *data = grown(array->data, &array->capacity, sizeof *data);
    if (data) array->data = data;
    return data ? 0 : -1;
}

int places_grow(Places *array) {
    int32_t *data = grown(array->data, &array->capacity, sizeof *data);
    if (data) array->data = data;
    return data ? 0 : -1;
}

PyObject *places_taken(Places *array) {
    PyObject *bytes = PyByteArray_FromStringAndSize((const char *)array->data, array->length * (Py_ssize_t)sizeof *array->data);
    free(array->data);
    memset(array, 0, sizeof *array);
    return bytes;
}

PyObject *ints_taken(Ints *array) {
    PyObject *bytes = PyByteArray_FromStringAndSize((const char *)array->data, array->length * (Py_ssize_t)sizeof *array->data);
    free(array->data);
    memset(array, 0, sizeof *array);
    return bytes;
}

PyObject *ints_as_list(const Ints *array) {
    PyObject *list = PyList_New(array->length);
    for (Py_ssize_t i = 0; list && i < array->length; i++) {
        PyObject *value = PyLong_FromLongLong(array->data[i]);
        if (!value) {
            Py_DECREF(list);
            return NULL;
        }
        PyList_SetItem(list, i, value);
    }
    return list;
}

int get_buffer(PyObject *object, Py_buffer *view, Py_ssize_t size, int writable) {
    if (PyObject_GetBuffer(object, view, writable ? PyBUF_CONTIG : PyBUF_CONTIG_RO) < 0) return -1;
    if (view->len && view->itemsize != size && view->itemsize != 1) {
        PyErr_Format(PyExc_ValueError, "an array with items of %zd bytes where %zd are asked for", view->itemsize, size);
        PyBuffer_Release(view);
        return -1;
    }
    return 0;
}

int get_buffers(PyObject *objects, Py_buffer *views, const char *sizes, int writable) {
    int count = (int)strlen(sizes);
    if (PyTuple_Size(objects) != count) {
        if (!PyErr_Occurred()) PyErr_Format(PyExc_ValueError, "%d arrays are asked for", count);
        return -1;
    }
    for (int i = 0; i < count; i++)
        if (get_buffer(PyTuple_GetItem(objects, i), &views[i], sizes[i] - '0', writable) < 0) {
            release_buffers(views, i);
            return -1;
        }
    return 0;
}

void release_buffers(Py_buffer *views, int count) {
    for (int i = 0; i < count; i++) PyBuffer_Release(&views[i]);
}

PyObject *string_of(const Code *from, Py_ssize_t length) {
    int order = -1; /* little-endian; the source was encoded so */
    return PyUnicode_DecodeUTF32((const char *)from, length * 4, "surrogatepass", &order);
}

uint64_t hash_base;

static int draw_hash_base(void) { /* from the secret that Python hashes its own strings with */
    PyObject *text = PyUnicode_FromString("detector.native");
    Py_hash_t hash = text ? PyObject_Hash(text) : -1;
    Py_XDECREF(text);
    hash_base = ((uint64_t)hash % (((uint64_t)1 << 60) - 1)) + ((uint64_t)1 << 59);
    return hash == -1 ? -1 : 0;
}

static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "detector.native._kernels", NULL, 0, NULL, NULL, NULL, NULL, NULL};

PyMODINIT_FUNC PyInit__kernels(void) {
    PyObject *module = PyModule_Create(&definition);
    PyMethodDef *all[] = {
        markup_methods,
        head_methods,
        tree_methods,
        normalise_methods,
        phrase_methods,
        ngram_methods,
        sum_methods,
        feature_methods,
        forest_methods,
        search_methods,
        sheet_methods,
    };
    if (module && draw_hash_base() < 0) Py_CLEAR(module);
    for (size_t i = 0; module && i < sizeof all / sizeof *all; i++)
        if (PyModule_AddFunctions(module, all[i]) < 0) Py_CLEAR(module);
    if (module && PyModule_AddIntConstant(module, "VERSION", KERNELS_VERSION) < 0) Py_CLEAR(module);
    return module;
}
