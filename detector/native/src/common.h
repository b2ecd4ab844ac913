/* What all kernels share: buffers of numpy arrays, growing arrays of integers, white space as Python's `\s` and `isspace` know it.

   Everything here is called from Python code that has a twin of equal results in pure Python or numpy: see detector/native/__init__.py.
   Only the stable ABI of Python 3.11 is used, so one binary serves all later versions. */
#ifndef DETECTOR_COMMON_H
#define DETECTOR_COMMON_H

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

typedef uint32_t Code; /* a code point */

/* A growing array of 64-bit integers, the type of numpy's indices. */
typedef struct {
    int64_t *data;
    Py_ssize_t length, capacity;
} Ints;

int ints_grow(Ints *array); /* -1 with MemoryError */
PyObject *ints_taken(Ints *array); /* as a bytearray; the array is freed */
PyObject *ints_as_list(const Ints *array);

static inline int ints_push(Ints *array, int64_t value) {
    if (array->length == array->capacity && ints_grow(array) < 0) return -1;
    array->data[array->length++] = value;
    return 0;
}

/* The same of 32 bits, which a place in a source and the number of an element need. */
typedef struct {
    int32_t *data;
    Py_ssize_t length, capacity;
} Places;

int places_grow(Places *array); /* -1 with MemoryError */
PyObject *places_taken(Places *array); /* as a bytearray; the array is freed */

static inline int places_push(Places *array, int64_t value) {
    if (array->length == array->capacity && places_grow(array) < 0) return -1;
    array->data[array->length++] = (int32_t)value;
    return 0;
}

/* A buffer of the caller: contiguous, of items of `size` bytes, writable where asked. Raises ValueError otherwise; -1 then. */
int get_buffer(PyObject *object, Py_buffer *view, Py_ssize_t size, int writable);

/* Buffers of the items of a tuple, of the item sizes that the digits of `sizes` say. All or none: -1 with an error. */
int get_buffers(PyObject *objects, Py_buffer *views, const char *sizes, int writable);
void release_buffers(Py_buffer *views, int count);

static inline int is_space(Code c) {
    if (c < 128) return c == 32 || (c >= 9 && c <= 13) || (c >= 28 && c <= 31);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
           c == 0x3000;
}

static inline int is_letter(Code c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; } /* of ASCII */

static inline const Code *find_code(const Code *at, const Code *end, Code wanted) { /* where a code point stands next, `end` where it does not */
#if WCHAR_MAX > 0xFFFF
    const Code *found = (const Code *)wmemchr((const wchar_t *)at, (wchar_t)wanted, (size_t)(end - at));
    return found ? found : end;
#else
    while (at < end && *at != wanted) at++;
    return at;
#endif
}

static inline Code lower(Code c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

static inline int same(const Code *text, Py_ssize_t length, const char *word) { /* whether a text is a word of lower-case ASCII, in any case */
    for (Py_ssize_t i = 0; i < length; i++)
        if (!word[i] || lower(text[i]) != (Code)(unsigned char)word[i]) return 0;
    return !word[length];
}

/* An attribute of a start tag, as places in the source; value == value_end for none. */
typedef struct { Py_ssize_t name, name_end, value, value_end; } Attribute;

/* The next match of _ATTRIBUTE in detector/page/markup.py at or after `at`, 0 for none. `next`: where to go on from. */
int next_attribute(const Code *source, Py_ssize_t at, Py_ssize_t end, Attribute *found, Py_ssize_t *next);

/* Hashing modulo the prime 2^61 - 1 by numbers drawn anew in each process: pages are hostile, and must not choose what collides. */
extern uint64_t hash_base;

static inline uint64_t hash_on(uint64_t hash, uint64_t value) {
    const uint64_t prime = ((uint64_t)1 << 61) - 1;
    __extension__ typedef unsigned __int128 Wide;
    Wide product = (Wide)hash * hash_base + value + 1;
    uint64_t sum = (uint64_t)(product & prime) + (uint64_t)(product >> 61);
    return sum >= prime ? sum - prime : sum;
}

PyObject *string_of(const Code *from, Py_ssize_t length); /* a str, lone surrogates and all */

/* numpy's pairwise summation (numpy/_core/src/umath/loops_utils.h.src) */
double pairwise_sum(const double *values, Py_ssize_t n);

/* One list a file. */
extern PyMethodDef markup_methods[];
extern PyMethodDef head_methods[];
extern PyMethodDef tree_methods[];
extern PyMethodDef normalise_methods[];
extern PyMethodDef phrase_methods[];
extern PyMethodDef ngram_methods[];
extern PyMethodDef sum_methods[];
extern PyMethodDef feature_methods[];
extern PyMethodDef forest_methods[];
extern PyMethodDef search_methods[];
extern PyMethodDef sheet_methods[];

#endif
