/* Searches in style sheets: the twins of `_pieces_with` in detector/page/css/sheet.py and `selector_key` in detector/page/css/selectors.py. */
#include "common.h"

#include <stdlib.h>

enum { MOST_WORDS = 256, LONGEST_SELECTOR = 1000 };

/* pieces_with(sheet, words, most) -> numbers of the pieces, each up to a closing brace, that hold any of the words */
static PyObject *pieces_with(PyObject *self, PyObject *args) {
    PyObject *sheet, *words;
    Py_ssize_t most, size;
    if (!PyArg_ParseTuple(args, "UO!n", &sheet, &PyList_Type, &words, &most)) return NULL;
    const char *word[MOST_WORDS], *text = PyUnicode_AsUTF8AndSize(sheet, &size);
    Py_ssize_t length[MOST_WORDS], count = PyList_Size(words), first[257] = {0}, order[MOST_WORDS];
    if (!text) return NULL;
    if (count > MOST_WORDS) return PyErr_Format(PyExc_ValueError, "more than %d words", MOST_WORDS);
    for (Py_ssize_t i = 0; i < count; i++) {
        if (!(word[i] = PyUnicode_AsUTF8AndSize(PyList_GetItem(words, i), &length[i]))) return NULL;
        if (length[i] < 2) return PyErr_Format(PyExc_ValueError, "a word of less than two letters");
        first[(unsigned char)word[i][0] + 1]++;
    }
    for (int c = 0; c < 256; c++) first[c + 1] += first[c]; /* words by their first letter: order[first[c]] to order[first[c + 1]] */
    Py_ssize_t next[256];
    memcpy(next, first, sizeof next);
    for (Py_ssize_t i = 0; i < count; i++) order[next[(unsigned char)word[i][0]]++] = i;
    Ints found = {0};
    int failed = 0;
    int64_t number = 0;
    for (const char *at = text, *end = text + size; at < end && found.length < most; at++) {
        if (*at == '}') {
            number++;
            continue;
        }
        for (Py_ssize_t k = first[(unsigned char)*at]; k < first[(unsigned char)*at + 1]; k++) {
            Py_ssize_t i = order[k];
            if (at[1] != word[i][1] || end - at < length[i] || memcmp(at, word[i], (size_t)length[i])) continue;
            if ((failed = ints_push(&found, number) < 0)) goto done;
            if (!(at = memchr(at, '}', (size_t)(end - at)))) goto done;
            number++;
            break;
        }
    }
done:;
    PyObject *list = failed ? NULL : ints_as_list(&found);
    free(found.data);
    return list;
}

static int is_name(char c) { return is_letter((unsigned char)c) || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

static int ends_with(const char *text, Py_ssize_t length, const char *word) {
    Py_ssize_t size = (Py_ssize_t)strlen(word);
    return length >= size && !memcmp(text + length - size, word, (size_t)size);
}

/* The key of one selector of ASCII, as (where, how long, what): 'k' a key as written, 't' a tag, 'n' none, 'p' what Python is to say. */
static char key_of(const char *text, Py_ssize_t length, const char **key, Py_ssize_t *size) {
    static const char *const no_rest[] = {":before", ":after", ":hover", ":focus", ":active", ":visited", ":first-letter", ":first-line", ":target"};
    while (length && is_space((unsigned char)*text)) text++, length--;
    while (length && is_space((unsigned char)text[length - 1])) length--;
    if (length > LONGEST_SELECTOR) return 'n';
    Py_ssize_t at = length, mark = -1;
    while (at > 0 && (is_name(text[at - 1]) || text[at - 1] == '.' || text[at - 1] == '#')) at--;
    const char *token = text + at;
    Py_ssize_t rest = length - at;
    int usual = rest > 0 && (at == 0 || is_space((unsigned char)text[at - 1]) || text[at - 1] == '>' || text[at - 1] == '+' || text[at - 1] == '~');
    for (Py_ssize_t i = 0; i < rest && usual; i++) {
        int marks = token[i] == '.' || token[i] == '#';
        if (marks && (i + 1 == rest || !is_name(token[i + 1]))) usual = 0;
        if (marks && (mark < 0 || token[i] == '#' || token[mark] == '.')) mark = i; /* the last id, else the last class */
    }
    if (usual && token[0] != '.' && token[0] != '#' && !is_letter((unsigned char)token[0])) usual = 0;
    if (usual) {
        *key = mark < 0 ? token : token + mark;
        *size = mark < 0 ? rest : 1;
        while (mark >= 0 && mark + *size < rest && is_name(token[mark + *size])) ++*size;
        return mark < 0 ? 't' : 'k';
    }
    for (Py_ssize_t i = 0; i + 1 < length; i++)
        if (text[i] == ':' && text[i + 1] == ':') return 'n';
    for (size_t i = 0; i < sizeof no_rest / sizeof *no_rest; i++)
        if (ends_with(text, length, no_rest[i])) return 'n';
    return 'p';
}

/* selector_keys(selectors, selector_key) -> the key of each, asked of `selector_key` where it is not written in a usual way */
static PyObject *selector_keys(PyObject *self, PyObject *args) {
    PyObject *selectors, *ask;
    if (!PyArg_ParseTuple(args, "O!O", &PyList_Type, &selectors, &ask)) return NULL;
    Py_ssize_t count = PyList_Size(selectors);
    PyObject *keys = PyList_New(count);
    for (Py_ssize_t i = 0; keys && i < count; i++) {
        PyObject *selector = PyList_GetItem(selectors, i), *key = NULL;
        Py_ssize_t length, size = 0;
        const char *text = PyUnicode_AsUTF8AndSize(selector, &length), *from = NULL;
        if (!text) PyErr_Clear(); /* lone surrogates */
        char what = text && PyUnicode_GetLength(selector) == length ? key_of(text, length, &from, &size) : 'p';
        if (what == 'n') {
            Py_INCREF(key = Py_None);
        } else if (what == 'p') {
            key = PyObject_CallFunctionObjArgs(ask, selector, NULL);
        } else if (what == 'k') {
            key = PyUnicode_FromStringAndSize(from, size);
        } else {
            char tag[LONGEST_SELECTOR];
            for (Py_ssize_t k = 0; k < size; k++) tag[k] = (char)lower((unsigned char)from[k]);
            key = PyUnicode_FromStringAndSize(tag, size);
        }
        if (!key) Py_CLEAR(keys);
        else PyList_SetItem(keys, i, key);
    }
    return keys;
}

PyMethodDef sheet_methods[] = {
    {"pieces_with", pieces_with, METH_VARARGS, NULL},
    {"selector_keys", selector_keys, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
