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

static int is_invisible(Code c) {
    if (c < 0x180E) return 0;
    if (c <= 0x2064) return c == 0x180E || (c >= 0x200B && c <= 0x200F) || c >= 0x2060;
    return (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF || (c >= 0xE0000 && c < 0xE0200);
}

/* invisible(codes, fewest): whether so many characters that may be part of a message that no one sees stand in a row.
   The twin of `_in_a_row` in detector/segmentation/invisible.py. */
static PyObject *invisible(PyObject *self, PyObject *args) {
    PyObject *codes;
    Py_buffer source;
    Py_ssize_t fewest, longest = 0;
    if (!PyArg_ParseTuple(args, "On", &codes, &fewest)) return NULL;
    if (fewest < 1) return PyErr_Format(PyExc_ValueError, "a row of %zd", fewest);
    if (get_buffer(codes, &source, 4, 0) < 0) return NULL;
    const Code *text = source.buf;
    Py_ssize_t size = source.len / 4;
    for (Py_ssize_t at = fewest - 1; at < size && longest < fewest; at += fewest) { /* such a row holds one of these */
        if (!is_invisible(text[at])) continue;
        Py_ssize_t first = at, past = at + 1;
        while (first > 0 && at - first < fewest && is_invisible(text[first - 1])) first--;
        while (past < size && past - at < fewest && is_invisible(text[past])) past++;
        longest = past - first;
    }
    PyBuffer_Release(&source);
    return PyBool_FromLong(longest >= fewest);
}

/* words_in(codes, first, past, words) -> a number whose bit i says whether word i stands from `first` on before `past`.
   The twin of `_words_in` in detector/page/words.py. */
static PyObject *words_in(PyObject *self, PyObject *args) {
    enum { MOST = 64 };
    PyObject *codes, *words;
    Py_buffer source;
    Py_ssize_t first, past, length[MOST];
    const char *word[MOST];
    if (!PyArg_ParseTuple(args, "OnnO!", &codes, &first, &past, &PyTuple_Type, &words)) return NULL;
    Py_ssize_t count = PyTuple_Size(words);
    if (count > MOST) return PyErr_Format(PyExc_ValueError, "more than %d words", MOST);
    uint64_t begins[128] = {0}, goes_on[128] = {0}, found = 0; /* which words have a letter as their first, and as their second */
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!(word[i] = PyUnicode_AsUTF8AndSize(PyTuple_GetItem(words, i), &length[i]))) return NULL;
        unsigned char a = (unsigned char)word[i][0], b = length[i] > 1 ? (unsigned char)word[i][1] : 0;
        if (length[i] < 2 || a > 127 || b > 127) return PyErr_Format(PyExc_ValueError, "a word of less than two letters of ASCII");
        begins[a] |= (uint64_t)1 << i;
        goes_on[b] |= (uint64_t)1 << i;
    }
    if (get_buffer(codes, &source, 4, 0) < 0) return NULL;
    const Code *text = source.buf;
    if (first < 0) first = 0;
    if (past > source.len / 4) past = source.len / 4;
    for (Py_ssize_t at = first; at + 1 < past; at++) {
        uint64_t open = begins[text[at] & 127] & goes_on[text[at + 1] & 127] & ~found; /* one branch, hardly ever taken */
        if (!open) continue;
        for (Py_ssize_t i = 0; i < count; i++) {
            if (!(open >> i & 1) || length[i] > past - at) continue;
            Py_ssize_t k = 0;
            while (k < length[i] && text[at + k] == (unsigned char)word[i][k]) k++;
            if (k == length[i]) found |= (uint64_t)1 << i;
        }
    }
    PyBuffer_Release(&source);
    return PyLong_FromUnsignedLongLong(found);
}

PyMethodDef search_methods[] = {
    {"words_in", words_in, METH_VARARGS, NULL},
    {"last_of", last_of, METH_VARARGS, NULL},
    {"invisible", invisible, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
