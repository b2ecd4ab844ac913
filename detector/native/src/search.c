/* Searches through the code points of a source, cheaper than over its text. */
#include "common.h"

/* last_of(codes, first, marks) -> where the last of some words of lower-case letters begins, from `first` on, in any case of A to Z; -1 if none does.
   marks: tuple of arrays of code points. The twin of `_last_of` in detector/features/place.py. */
static PyObject *last_of(PyObject *self, PyObject *args) {
    enum { MOST = 32 };
    PyObject *codes, *given;
    Py_ssize_t first, found = -1;
    Py_buffer source, marks[MOST];
    char sizes[MOST + 1];
    if (!PyArg_ParseTuple(args, "OnO!", &codes, &first, &PyTuple_Type, &given)) return NULL;
    Py_ssize_t count = PyTuple_Size(given);
    if (count > MOST || first < 0) return PyErr_Format(PyExc_ValueError, "more than %d words, or a place below 0", MOST);
    memset(sizes, '4', (size_t)count);
    sizes[count] = 0;
    if (get_buffer(codes, &source, 4, 0) < 0) return NULL;
    if (get_buffers(given, marks, sizes, 0) < 0) {
        PyBuffer_Release(&source);
        return NULL;
    }
    const Code *text = source.buf;
    Py_ssize_t size = source.len / 4;
    uint8_t begins[128] = {0}, begins_above = 0; /* which letters words begin with: those above 127 share one mark */
    for (Py_ssize_t k = 0; k < count; k++) {
        Code head = marks[k].len ? *(const Code *)marks[k].buf : 128;
        if (head < 128) begins[head] = 1;
        else begins_above = 1;
    }
    for (Py_ssize_t at = size - 1; at >= first && found < 0; at--) {
        Code head = lower(text[at]);
        if (!(head < 128 ? begins[head] : begins_above)) continue;
        for (Py_ssize_t k = 0; k < count && found < 0; k++) {
            const Code *mark = marks[k].buf;
            Py_ssize_t length = marks[k].len / 4, i = 0;
            if (!length || length > size - at) continue;
            while (i < length && lower(text[at + i]) == mark[i]) i++;
            if (i == length) found = at;
        }
    }
    release_buffers(marks, (int)count);
    PyBuffer_Release(&source);
    return PyLong_FromSsize_t(found);
}

/* invisible(codes, most): how many characters of a source may be part of a message that no one sees, counted up to `most`.
   The twin of `_count` in detector/segmentation/invisible.py. */
static PyObject *invisible(PyObject *self, PyObject *args) {
    PyObject *codes;
    Py_buffer source;
    Py_ssize_t most, found = 0;
    if (!PyArg_ParseTuple(args, "On", &codes, &most) || get_buffer(codes, &source, 4, 0) < 0) return NULL;
    const Code *text = source.buf;
    Py_ssize_t size = source.len / 4;
    for (Py_ssize_t at = 0; at < size && found < most; at++) {
        Code c = text[at];
        if (c < 0x180E) continue;
        found += c <= 0x2064 ? c == 0x180E || (c >= 0x200B && c <= 0x200F) || c >= 0x2060
                             : (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || (c >= 0xE0000 && c < 0xE0200);
    }
    PyBuffer_Release(&source);
    return PyLong_FromSsize_t(found);
}

PyMethodDef search_methods[] = {
    {"last_of", last_of, METH_VARARGS, NULL},
    {"invisible", invisible, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
