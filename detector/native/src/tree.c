/* Walks down the tree of elements: the twins of `_kinds` and `_nearest` in detector/page/descent.py. */
#include "common.h"

#include <stdlib.h>

static Py_ssize_t parent_of(const int32_t *parents, Py_ssize_t i) { /* -2 with an exception: a parent stands before its children */
    Py_ssize_t parent = parents[i];
    if (parent < i && (parent >= 0 || i == 0)) return parent;
    PyErr_Format(PyExc_ValueError, "element %zd has no parent before it", i);
    return -2;
}

/* kinds(parents, own) -> (kind of each element, the first element of each kind). own: int64, what tells an element from its siblings. */
static PyObject *kinds(PyObject *self, PyObject *args) {
    PyObject *result = NULL;
    Py_buffer views[2];
    if (get_buffers(args, views, "48", 0) < 0) return NULL;
    const int32_t *parents = views[0].buf;
    const int64_t *key = views[1].buf;
    Py_ssize_t count = views[0].len / 4;
    PyObject *bytes = PyByteArray_FromStringAndSize(NULL, count * 4);
    Places first = {0};
    size_t size = 64;
    while (size < (size_t)count * 2) size *= 2;
    int32_t *slots = calloc(size, sizeof *slots), *kind = bytes ? (int32_t *)PyByteArray_AsString(bytes) : NULL; /* slots: a kind and one */
    int32_t *above = malloc(((size_t)count + 1) * sizeof *above);                                               /* the kind of a kind's parent */
    int failed = views[1].len / 8 != count;
    if (failed) PyErr_Format(PyExc_ValueError, "arrays of different lengths");
    if (!failed && (!bytes || !slots || !above)) {
        PyErr_NoMemory();
        failed = 1;
    }
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        Py_ssize_t parent = parent_of(parents, i);
        if (parent == -2) {
            failed = 1;
            break;
        }
        int32_t over = i ? kind[parent] : -1;
        size_t at = hash_on(hash_on(1, (uint64_t)key[i]), (uint64_t)(over + 1)) & (size - 1);
        int32_t found;
        while ((found = slots[at]) && (above[found - 1] != over || key[first.data[found - 1]] != key[i])) at = (at + 1) & (size - 1);
        if (!found) {
            found = (int32_t)first.length + 1;
            above[found - 1] = over;
            slots[at] = found;
            failed = places_push(&first, i) < 0;
        }
        kind[i] = found - 1;
    }
    if (!failed) {
        PyObject *firsts = places_taken(&first);
        if (firsts) {
            result = PyTuple_Pack(2, bytes, firsts);
            Py_DECREF(firsts);
        }
    }
    Py_XDECREF(bytes);
    free(slots);
    free(above);
    free(first.data);
    release_buffers(views, 2);
    return result;
}

/* nearest(parents, marked, body) -> (of each element the marked one at or above it, the marked ones, of these the marked one above) */
static PyObject *nearest(PyObject *self, PyObject *args) {
    PyObject *given_parents, *marked, *result = NULL;
    Py_ssize_t body;
    Py_buffer views[2];
    if (!PyArg_ParseTuple(args, "OOn", &given_parents, &marked, &body)) return NULL;
    if (get_buffer(given_parents, &views[0], 4, 0) < 0) return NULL;
    if (get_buffer(marked, &views[1], 1, 0) < 0) {
        release_buffers(views, 1);
        return NULL;
    }
    const int32_t *parents = views[0].buf;
    const uint8_t *mark = views[1].buf;
    Py_ssize_t count = views[0].len / 4;
    PyObject *bytes = PyByteArray_FromStringAndSize(NULL, count * 4);
    int32_t *near = bytes ? (int32_t *)PyByteArray_AsString(bytes) : NULL;
    Places found = {0}, over = {0};
    int failed = !bytes || views[1].len != count;
    if (bytes && failed) PyErr_Format(PyExc_ValueError, "arrays of different lengths");
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        Py_ssize_t parent = parent_of(parents, i);
        if (parent == -2) {
            failed = 1;
            break;
        }
        near[i] = i ? near[parent] : 0;
        if (i && mark[i]) {
            failed = places_push(&found, i) < 0 || places_push(&over, near[i]) < 0;
            near[i] = (int32_t)i;
        }
        if (i && i == body) near[0] = near[parent] = (int32_t)i; /* what stands outside of body is moved into it */
    }
    if (!failed) {
        PyObject *a = places_taken(&found), *b = places_taken(&over);
        if (a && b) result = PyTuple_Pack(3, bytes, a, b);
        Py_XDECREF(a);
        Py_XDECREF(b);
    }
    Py_XDECREF(bytes);
    free(found.data);
    free(over.data);
    release_buffers(views, 2);
    return result;
}

/* elements_above(parents, asked) -> a byte each: whether it is one of those asked for (int64), or stands above one. */
static PyObject *elements_above(PyObject *self, PyObject *args) {
    Py_buffer views[2];
    if (get_buffers(args, views, "48", 0) < 0) return NULL;
    const int32_t *parents = views[0].buf;
    const int64_t *index = views[1].buf;
    Py_ssize_t count = views[0].len / 4;
    PyObject *result = PyByteArray_FromStringAndSize(NULL, count);
    char *found = result ? PyByteArray_AsString(result) : NULL;
    if (result) memset(found, 0, (size_t)count);
    if (count && result) found[0] = 1;
    for (Py_ssize_t k = 0; k < views[1].len / 8 && result; k++) {
        Py_ssize_t i = (Py_ssize_t)index[k];
        if (i < 0 || i >= count) {
            PyErr_Format(PyExc_ValueError, "no element %zd", i);
            Py_CLEAR(result);
        }
        while (result && !found[i]) {
            found[i] = 1;
            if ((i = parent_of(parents, i)) < 0) Py_CLEAR(result);
        }
    }
    release_buffers(views, 2);
    return result;
}

PyMethodDef tree_methods[] = {
    {"elements_above", elements_above, METH_VARARGS, NULL},
    {"kinds", kinds, METH_VARARGS, NULL},
    {"nearest", nearest, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
