/* Searches in style sheets: the twins of `_pieces_with` in detector/page/css/sheet.py and `selectors_on_page` in detector/page/css/selectors.py. */
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

/* The key of a selector, None where it matches nothing, NULL with an exception. */
static PyObject *selector_key(PyObject *selector, PyObject *ask, const char *text, Py_ssize_t length) {
    const char *from = NULL;
    Py_ssize_t size = 0;
    char what = text ? key_of(text, length, &from, &size) : 'p', tag[LONGEST_SELECTOR];
    switch (what) {
        case 'k': return PyUnicode_FromStringAndSize(from, size);
        case 'p': return PyObject_CallFunctionObjArgs(ask, selector, NULL);
        case 't':
            for (Py_ssize_t i = 0; i < size; i++) tag[i] = (char)lower((unsigned char)from[i]);
            return PyUnicode_FromStringAndSize(tag, size);
        default: Py_RETURN_NONE;
    }
}

static int is_blank(char c) { return c == ' ' || (c >= 9 && c <= 13); }

/* Whether the page has all names of a selector, or it is not written in names alone; -1 with an exception. */
static int has_names(const char *text, Py_ssize_t length, PyObject *keys) {
    int ids = 0;
    for (Py_ssize_t i = 0; i < length; i++) {
        if (!is_name(text[i]) && text[i] != '.' && !is_blank(text[i]) && text[i] != '>' && text[i] != '+' && text[i] != '~' && text[i] != '#') return 1;
        ids += text[i] == '#';
    }
    if (ids > 1 || length > LONGEST_SELECTOR) return 1;
    for (Py_ssize_t at = 0; at < length; at++) {
        if (!is_name(text[at])) continue;
        Py_ssize_t past = at;
        while (past < length && is_name(text[past])) past++;
        int marked = at && (text[at - 1] == '.' || text[at - 1] == '#');
        char name[LONGEST_SELECTOR];
        for (Py_ssize_t i = at; i < past; i++) name[i - at] = marked ? text[i] : (char)lower((unsigned char)text[i]);
        PyObject *key = marked ? PyUnicode_FromStringAndSize(text + at - 1, past - at + 1) : PyUnicode_FromStringAndSize(name, past - at);
        int known = key ? PySet_Contains(keys, key) : -1;
        Py_XDECREF(key);
        if (known <= 0) return known;
        at = past;
    }
    return 1;
}

/* selectors_on_page(lists, keys, by_names, selector_key) -> ([(list, selector of it, key)], how many keys are on the page) */
static PyObject *selectors_on_page(PyObject *self, PyObject *args) {
    PyObject *lists, *keys, *ask;
    int by_names;
    if (!PyArg_ParseTuple(args, "O!O!pO", &PyList_Type, &lists, &PySet_Type, &keys, &by_names, &ask)) return NULL;
    PyObject *found = PyList_New(0);
    Py_ssize_t count = 0;
    for (Py_ssize_t i = 0; found && i < PyList_Size(lists); i++) {
        PyObject *selectors = PyList_GetItem(lists, i);
        Py_ssize_t of_list = PyList_Size(selectors);
        if (of_list < 0) Py_CLEAR(found);
        for (Py_ssize_t k = 0; found && k < of_list; k++) {
            PyObject *selector = PyList_GetItem(selectors, k);
            Py_ssize_t length;
            const char *text = PyUnicode_AsUTF8AndSize(selector, &length);
            if (!text) PyErr_Clear(); /* lone surrogates */
            if (PyUnicode_GetLength(selector) != length) text = NULL; /* Python is asked where it is not ASCII */
            PyObject *key = selector_key(selector, ask, text, length), *row = NULL;
            int known = !key ? -1 : key == Py_None ? 0 : PySet_Contains(keys, key);
            if (!known && key != Py_None) {
                Py_UCS4 first = PyUnicode_GetLength(key) ? PyUnicode_ReadChar(key, 0) : 0;
                known = first == '[' || first == '*';
            }
            if (known > 0) {
                count++;
                if (by_names && text) known = has_names(text, length, keys);
            }
            if (known > 0 && (!(row = Py_BuildValue("nnO", i, k, key)) || PyList_Append(found, row) < 0)) known = -1;
            if (known < 0) Py_CLEAR(found);
            Py_XDECREF(row);
            Py_XDECREF(key);
        }
    }
    return found ? Py_BuildValue("Nn", found, count) : NULL;
}

PyMethodDef sheet_methods[] = {
    {"pieces_with", pieces_with, METH_VARARGS, NULL},
    {"selectors_on_page", selectors_on_page, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
