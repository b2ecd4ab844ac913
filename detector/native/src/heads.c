/* What start tags say that matters for hiding: the twin of `_read_heads` in detector/page/heads.py. */
#include "common.h"

#include <stdlib.h>

enum { STYLE = 1, HIDDEN = 2, ARIA = 4, BGCOLOR = 8, BACKGROUND = 16 };

/* Start tags: where their attributes begin, and where they end, in a source. */
typedef struct {
    Py_buffer views[3];
    const Code *source;
    const int32_t *attributes, *open_end;
    Py_ssize_t size, count;
} Tags;

static void tags_release(Tags *tags) { release_buffers(tags->views, 3); }

static int tags_of(Tags *tags, PyObject *args, int codes, int attributes, int open_end) { /* which of the arguments are which; -1 with an exception */
    PyObject *all = PyTuple_Pack(3, PyTuple_GetItem(args, codes), PyTuple_GetItem(args, attributes), PyTuple_GetItem(args, open_end));
    int failed = !all || get_buffers(all, tags->views, "444", 0) < 0;
    Py_XDECREF(all);
    if (failed) return -1;
    tags->source = tags->views[0].buf;
    tags->attributes = tags->views[1].buf;
    tags->open_end = tags->views[2].buf;
    tags->size = tags->views[0].len / 4;
    tags->count = tags->views[1].len / 4;
    if (tags->views[2].len == tags->views[1].len) return 0;
    tags_release(tags);
    PyErr_Format(PyExc_ValueError, "lists of different lengths");
    return -1;
}

/* Texts of the source, each numbered when it is first met, from 1. */
typedef struct {
    const Code *source;
    Ints start, length;
    int32_t *slots;
    size_t size; /* of slots, a power of two */
} Texts;

static uint64_t hash_of(const Code *at, Py_ssize_t length) {
    uint64_t hash = 1;
    for (Py_ssize_t i = 0; i < length; i++) hash = hash_on(hash, at[i]);
    return hash;
}

static int texts_grow(Texts *texts) {
    size_t size = texts->size ? texts->size * 4 : 256;
    int32_t *slots = calloc(size, sizeof *slots);
    if (!slots) {
        PyErr_NoMemory();
        return -1;
    }
    for (Py_ssize_t i = 0; i < texts->start.length; i++) {
        size_t at = hash_of(texts->source + texts->start.data[i], texts->length.data[i]) & (size - 1);
        while (slots[at]) at = (at + 1) & (size - 1);
        slots[at] = (int32_t)i + 1;
    }
    free(texts->slots);
    texts->slots = slots;
    texts->size = size;
    return 0;
}

/* The number of a text, -1 with an exception. */
static int32_t number_of_text(Texts *texts, Py_ssize_t start, Py_ssize_t length) {
    if ((size_t)texts->start.length * 2 >= texts->size && texts_grow(texts) < 0) return -1;
    const Code *text = texts->source + start;
    size_t at = hash_of(text, length) & (texts->size - 1);
    for (int32_t found; (found = texts->slots[at]); at = (at + 1) & (texts->size - 1))
        if (texts->length.data[found - 1] == length &&
            !memcmp(texts->source + texts->start.data[found - 1], text, (size_t)length * sizeof *text))
            return found;
    if (ints_push(&texts->start, start) < 0 || ints_push(&texts->length, length) < 0) return -1;
    return texts->slots[at] = (int32_t)texts->start.length;
}

static PyObject *texts_as_list(const Texts *texts) { /* number 0 is the empty text */
    PyObject *list = PyList_New(texts->start.length + 1);
    for (Py_ssize_t i = 0; list && i <= texts->start.length; i++) {
        PyObject *text = i ? string_of(texts->source + texts->start.data[i - 1], texts->length.data[i - 1]) : PyUnicode_FromString("");
        if (!text) Py_CLEAR(list);
        else PyList_SetItem(list, i, text);
    }
    return list;
}

/* Numbers of names, as they come; 1 where a name cannot be numbered, with an exception. */
static int number_names(PyObject *names, int32_t *number, PyObject *known, PyObject *distinct) {
    Py_ssize_t count = PyList_Size(names);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *name = PyList_GetItem(names, i), *found = name ? PyDict_GetItemWithError(known, name) : NULL;
        if (!found) {
            if (PyErr_Occurred()) return 1;
            PyObject *next = PyLong_FromSsize_t(PyList_Size(distinct));
            int failed = !next || PyDict_SetItem(known, name, next) < 0 || PyList_Append(distinct, name) < 0;
            number[i] = (int32_t)PyList_Size(distinct) - 1;
            Py_XDECREF(next);
            if (failed) return 1;
        } else {
            number[i] = (int32_t)PyLong_AsLong(found);
        }
    }
    return 0;
}

typedef struct {
    Texts classes;
    PyObject *ids, *styles; /* element -> value */
    uint8_t *flags;
    int32_t *class_number;
} Heads;

static int put(const Code *s, PyObject *values, Py_ssize_t index, const Attribute *found) {
    PyObject *key = PyLong_FromSsize_t(index), *value = string_of(s + found->value, found->value_end - found->value);
    int failed = !key || !value || PyDict_SetItem(values, key, value) < 0;
    Py_XDECREF(key);
    Py_XDECREF(value);
    return failed ? -1 : 0;
}

static int is_told_apart(Code c) { return is_space(c) || c == '"' || c == '\'' || c == '/'; }

static int read_head(Heads *heads, const Code *s, Py_ssize_t index, Py_ssize_t start, Py_ssize_t open_end) {
    Attribute found;
    Py_ssize_t next = start, end = open_end - 1;
    int has_class = 0, has_id = 0, has_style = 0, has_aria = 0, has_bgcolor = 0, has_background = 0;
    uint8_t flags = 0;
    while (next < end && next_attribute(s, next, end, &found, &next)) {
        const Code *name = s + found.name;
        Py_ssize_t length = found.name_end - found.name;
        int has_value = found.value_end > found.value;
        switch (length) {
            case 2:
                if (has_id || !same(name, 2, "id")) break;
                has_id = 1;
                if (has_value && put(s, heads->ids, index, &found) < 0) return -1;
                break;
            case 5:
                if (!has_class && same(name, 5, "class")) {
                    has_class = 1;
                    if (has_value && (heads->class_number[index] = number_of_text(&heads->classes, found.value, found.value_end - found.value)) < 0) return -1;
                } else if (!has_style && same(name, 5, "style")) {
                    has_style = 1;
                    if (!has_value) break;
                    flags |= STYLE;
                    if (put(s, heads->styles, index, &found) < 0) return -1;
                }
                break;
            case 6:
            case 7:
                if (same(name, length, length == 6 ? "hidden" : "popover")) {
                    Code after = s[found.name_end];
                    if (is_told_apart(s[found.name - 1]) && (is_space(after) || after == '/' || after == '>' || after == '=')) flags |= HIDDEN;
                } else if (length == 7 && !has_bgcolor && same(name, 7, "bgcolor")) {
                    has_bgcolor = 1;
                    if (has_value) flags |= BGCOLOR;
                }
                break;
            case 10:
                if (has_background || !same(name, 10, "background")) break;
                has_background = 1;
                if (has_value) flags |= BACKGROUND;
                break;
            case 11:
                if (has_aria || !same(name, 11, "aria-hidden")) break;
                has_aria = 1;
                if (has_value) flags |= ARIA;
                break;
            default: break;
        }
    }
    heads->flags[index] = flags;
    return 0;
}

/* heads(codes, names, attributes, open_end) -> (flags, number of the name, names, number of the classes, classes, ids, styles) */
static PyObject *heads(PyObject *self, PyObject *args) {
    PyObject *names, *result = NULL;
    Tags tags;
    if (!PyTuple_Check(args) || PyTuple_Size(args) != 4 || tags_of(&tags, args, 0, 2, 3) < 0) return NULL;
    names = PyTuple_GetItem(args, 1);
    Py_ssize_t count = tags.count;
    if (!PyList_Check(names) || PyList_Size(names) != count) {
        tags_release(&tags);
        return PyErr_Format(PyExc_ValueError, "lists of different lengths");
    }
    const Code *s = tags.source;
    Heads found;
    memset(&found, 0, sizeof found);
    found.classes.source = s;
    found.ids = PyDict_New();
    found.styles = PyDict_New();
    PyObject *flags = PyByteArray_FromStringAndSize(NULL, count), *name_number = PyByteArray_FromStringAndSize(NULL, count * 4),
             *class_number = PyByteArray_FromStringAndSize(NULL, count * 4), *known = PyDict_New(), *distinct = PyList_New(0), *classes = NULL;
    int failed = !found.ids || !found.styles || !flags || !name_number || !class_number || !known || !distinct;
    if (!failed) {
        found.flags = (uint8_t *)PyByteArray_AsString(flags);
        found.class_number = (int32_t *)PyByteArray_AsString(class_number);
        memset(found.flags, 0, (size_t)count);
        memset(found.class_number, 0, (size_t)count * 4);
        failed = number_names(names, (int32_t *)PyByteArray_AsString(name_number), known, distinct);
    }
    for (Py_ssize_t i = 0; i < count && !failed; i++) {
        Py_ssize_t start = tags.attributes[i], end = tags.open_end[i];
        if (start < 0 || end > tags.size) {
            PyErr_Format(PyExc_ValueError, "a start tag outside of the source");
            failed = 1;
        } else if (end - start > 4) {
            failed = read_head(&found, s, i, start, end) < 0;
        }
    }
    if (!failed && (classes = texts_as_list(&found.classes)))
        result = PyTuple_Pack(7, flags, name_number, distinct, class_number, classes, found.ids, found.styles);
    PyObject *all[] = {flags, name_number, distinct, class_number, classes, found.ids, found.styles, known};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) Py_XDECREF(all[i]);
    free(found.classes.start.data);
    free(found.classes.length.data);
    free(found.classes.slots);
    tags_release(&tags);
    return result;
}

enum { MOST_WORDS = 64 };

/* with_attributes(codes, attributes, open_end, names) -> a byte each: the twin of `_elements_with_attributes`. */
static PyObject *with_attributes(PyObject *self, PyObject *args) {
    PyObject *codes, *attributes, *open_end, *names;
    Tags tags;
    if (!PyArg_ParseTuple(args, "OOOO!", &codes, &attributes, &open_end, &PyList_Type, &names)) return NULL;
    Py_ssize_t words = PyList_Size(names);
    if (words > MOST_WORDS) return PyErr_Format(PyExc_ValueError, "more than %d names", MOST_WORDS);
    const char *word[MOST_WORDS];
    Py_ssize_t length[MOST_WORDS];
    for (Py_ssize_t i = 0; i < words; i++)
        if (!(word[i] = PyUnicode_AsUTF8AndSize(PyList_GetItem(names, i), &length[i]))) return NULL;
    if (tags_of(&tags, args, 0, 1, 2) < 0) return NULL;
    const Code *s = tags.source;
    PyObject *result = PyByteArray_FromStringAndSize(NULL, tags.count);
    char *out = result ? PyByteArray_AsString(result) : NULL;
    for (Py_ssize_t i = 0; i < tags.count && result; i++) {
        Py_ssize_t next = tags.attributes[i], end = (Py_ssize_t)tags.open_end[i] - 1;
        out[i] = 0;
        if (next < 0 || end >= tags.size) {
            PyErr_Format(PyExc_ValueError, "a start tag outside of the source");
            Py_CLEAR(result);
            break;
        }
        Attribute found;
        while (next < end && !out[i] && next_attribute(s, next, end, &found, &next)) {
            Py_ssize_t size = found.name_end - found.name;
            for (Py_ssize_t k = 0; k < size && !out[i]; k++) out[i] = s[found.name + k] >= 128;
            for (Py_ssize_t k = 0; k < words && !out[i]; k++) out[i] = size == length[k] && same(s + found.name, size, word[k]);
        }
    }
    tags_release(&tags);
    return result;
}

PyMethodDef head_methods[] = {
    {"heads", heads, METH_VARARGS, NULL},
    {"with_attributes", with_attributes, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
