/* Figures of phrases from figures of what is around them: the twins of Scene's methods in detector/features/scene.py.
   Sums are taken in double precision and in numpy's order, so they are equal to the last bit. */
#include "common.h"
#include "sums.h"

#include <stdlib.h>

double pairwise_sum(const double *values, Py_ssize_t n) {
    if (n < 8) {
        double total = -0.0;
        for (Py_ssize_t i = 0; i < n; i++) total += values[i];
        return total;
    }
    if (n <= 128) {
        double r[8];
        memcpy(r, values, sizeof r);
        Py_ssize_t i = 8;
        for (; i < n - n % 8; i += 8)
            for (int k = 0; k < 8; k++) r[k] += values[i + k];
        double total = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
        for (; i < n; i++) total += values[i];
        return total;
    }
    Py_ssize_t half = n / 2;
    half -= half % 8;
    return pairwise_sum(values, half) + pairwise_sum(values + half, n - half);
}

void window_of(const float *from, Py_ssize_t n, Py_ssize_t reach, double *wide, float *to) {
    wide[0] = 0.0;
    for (Py_ssize_t i = 0; i < n; i++) wide[i + 1] = wide[i] + from[i];
    for (Py_ssize_t i = 0; i < n; i++) to[i] = (float)(wide[reach < n - i ? i + reach + 1 : n] - wide[i > reach ? i - reach : 0]);
}

void level_of(const float *from, const int64_t *number, Py_ssize_t n, double *wide, float *to) {
    for (Py_ssize_t i = 0; i < n; i++) wide[i] = from[i];
    for (Py_ssize_t head = 0, past; head < n; head = past) {
        for (past = head + 1; past < n && number[past] == number[head]; past++) {}
        double total = wide[head];
        if (past > head + 1) total += pairwise_sum(wide + head + 1, past - head - 1);
        for (Py_ssize_t i = head; i < past; i++) to[i] = (float)total;
    }
}

void extreme_of(const float *from, Py_ssize_t n, Py_ssize_t reach, int greatest, float *to) {
    memcpy(to, from, (size_t)n * sizeof *to);
    for (Py_ssize_t step = 1; step <= reach && step < n; step++)
        if (greatest) {
            for (Py_ssize_t i = step; i < n; i++) to[i] = from[i - step] > to[i] ? from[i - step] : to[i];
            for (Py_ssize_t i = 0; i < n - step; i++) to[i] = from[i + step] > to[i] ? from[i + step] : to[i];
        } else {
            for (Py_ssize_t i = step; i < n; i++) to[i] = from[i - step] < to[i] ? from[i - step] : to[i];
            for (Py_ssize_t i = 0; i < n - step; i++) to[i] = from[i + step] < to[i] ? from[i + step] : to[i];
        }
}

/* Rows of float32 of one length, rows of the same shape for the answer, and a row of doubles to reckon in. */
typedef struct {
    Py_buffer in, out;
    const float *from;
    float *to;
    double *wide;
    Py_ssize_t rows, n;
} Rows;

/* -1 with an error, and nothing held. n: length of a row */
static int get_rows(PyObject *values, PyObject *result, Py_ssize_t n, Rows *rows) {
    if (get_buffer(values, &rows->in, 4, 0) < 0) return -1;
    if (get_buffer(result, &rows->out, 4, 1) < 0) goto release_in;
    if (n < 1 || rows->in.len % (n * 4) || rows->out.len != rows->in.len) {
        PyErr_SetString(PyExc_ValueError, "out is not as long as values, or these are no rows of the length asked for");
        goto release;
    }
    rows->n = n;
    rows->rows = rows->in.len / (n * 4);
    rows->from = rows->in.buf;
    rows->to = rows->out.buf;
    if ((rows->wide = malloc((size_t)(n + 1) * sizeof *rows->wide))) return 0;
    PyErr_NoMemory();
release:
    PyBuffer_Release(&rows->out);
release_in:
    PyBuffer_Release(&rows->in);
    return -1;
}

static void release_rows(Rows *rows) {
    free(rows->wide);
    PyBuffer_Release(&rows->out);
    PyBuffer_Release(&rows->in);
}

/* window(values, n, reach, out): Scene.window of each row of n values */
static PyObject *window(PyObject *self, PyObject *args) {
    PyObject *given, *result;
    Py_ssize_t n, reach;
    Rows rows;
    if (!PyArg_ParseTuple(args, "OnnO", &given, &n, &reach, &result)) return NULL;
    if (reach < 0) return PyErr_Format(PyExc_ValueError, "a reach of %zd", reach);
    if (get_rows(given, result, n, &rows) < 0) return NULL;
    for (Py_ssize_t row = 0; row < rows.rows; row++) window_of(rows.from + row * n, n, reach, rows.wide, rows.to + row * n);
    release_rows(&rows);
    Py_RETURN_NONE;
}

/* level(values, number, out): Scene.level of each row */
static PyObject *level(PyObject *self, PyObject *args) {
    PyObject *given, *numbers, *result, *answer = NULL;
    Py_buffer number;
    Rows rows;
    if (!PyArg_ParseTuple(args, "OOO", &given, &numbers, &result) || get_buffer(numbers, &number, 8, 0) < 0) return NULL;
    Py_ssize_t n = number.len / 8;
    if (get_rows(given, result, n, &rows) == 0) {
        for (Py_ssize_t row = 0; row < rows.rows; row++) level_of(rows.from + row * n, number.buf, n, rows.wide, rows.to + row * n);
        release_rows(&rows);
        answer = Py_NewRef(Py_None);
    }
    PyBuffer_Release(&number);
    return answer;
}

/* extreme(values, n, reach, greatest, out): Scene.extreme of each row */
static PyObject *extreme(PyObject *self, PyObject *args) {
    PyObject *given, *result;
    Py_ssize_t n, reach;
    int greatest;
    Rows rows;
    if (!PyArg_ParseTuple(args, "OnnpO", &given, &n, &reach, &greatest, &result)) return NULL;
    if (reach < 0) return PyErr_Format(PyExc_ValueError, "a reach of %zd", reach);
    if (get_rows(given, result, n, &rows) < 0) return NULL;
    for (Py_ssize_t row = 0; row < rows.rows; row++) extreme_of(rows.from + row * n, n, reach, greatest, rows.to + row * n);
    release_rows(&rows);
    Py_RETURN_NONE;
}

/* tally((kind, flags), first, last, out): Scene.tally, TALLIES x phrases: characters of each kind, with each flag, and those at which the script
   changes between East Asian and spelled */
static PyObject *tally(PyObject *self, PyObject *args) {
    PyObject *given, *from, *to, *result, *answer = NULL;
    Py_buffer text[2], first, last, out;
    if (!PyArg_ParseTuple(args, "OOOO", &given, &from, &to, &result) || get_buffers(given, text, "11", 0) < 0) return NULL;
    if (get_buffer(from, &first, 8, 0) < 0) goto release_text;
    if (get_buffer(to, &last, 8, 0) < 0) goto release_first;
    if (get_buffer(result, &out, 4, 1) < 0) goto release_last;
    Py_ssize_t n = first.len / 8;
    const int64_t *begin = first.buf, *end = last.buf;
    const uint8_t *kind = text[0].buf, *flags = text[1].buf;
    int failed = last.len != first.len || out.len != n * TALLIES * 4 || text[1].len != text[0].len;
    for (Py_ssize_t i = 0; i < n && !failed; i++) failed = begin[i] < 0 || end[i] >= text[0].len;
    if (failed) {
        PyErr_SetString(PyExc_ValueError, "arrays of another length than asked for, or a phrase outside of the text");
        goto release;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        int32_t total[256] = {0}, flagged[FLAGS] = {0}, changes = 0;
        for (int64_t at = begin[i]; at <= end[i]; at++) {
            total[kind[at]]++;
            if (flags[at])
                for (int bit = 0; bit < FLAGS; bit++) flagged[bit] += flags[at] >> bit & 1;
            if (at && kind[at] <= KANA && kind[at - 1] <= KANA) changes += is_east_asian(kind[at]) != is_east_asian(kind[at - 1]);
        }
        float *to_phrase = (float *)out.buf + i;
        for (int k = 0; k < KINDS; k++) to_phrase[k * n] = (float)total[k];
        for (int bit = 0; bit < FLAGS; bit++) to_phrase[(KINDS + bit) * n] = (float)flagged[bit];
        to_phrase[CHANGES * n] = (float)changes;
    }
    answer = Py_NewRef(Py_None);
release:
    PyBuffer_Release(&out);
release_last:
    PyBuffer_Release(&last);
release_first:
    PyBuffer_Release(&first);
release_text:
    release_buffers(text, 2);
    return answer;
}

PyMethodDef sum_methods[] = {
    {"window", window, METH_VARARGS, NULL},
    {"level", level, METH_VARARGS, NULL},
    {"extreme", extreme, METH_VARARGS, NULL},
    {"tally", tally, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
