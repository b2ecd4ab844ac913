/* Figures of phrases from figures of what is around them: the twins of Scene's methods in detector/features/scene.py.
   Sums are taken in double precision and in numpy's order, so they are equal to the last bit. */
#include "common.h"

#include <stdlib.h>

/* A vector of float32, perhaps a column of a matrix. */
typedef struct { Py_buffer view; const char *at; Py_ssize_t step, length; } Floats;

static int get_floats(PyObject *object, Floats *floats) {
    if (PyObject_GetBuffer(object, &floats->view, PyBUF_STRIDED_RO) < 0) return -1;
    if (floats->view.ndim != 1 || floats->view.itemsize != 4) {
        PyErr_SetString(PyExc_ValueError, "a vector of float32 is asked for");
        PyBuffer_Release(&floats->view);
        return -1;
    }
    floats->at = floats->view.buf;
    floats->step = floats->view.strides[0];
    floats->length = floats->view.shape[0];
    return 0;
}

static inline double item(const Floats *floats, Py_ssize_t i) { return *(const float *)(floats->at + i * floats->step); }

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

/* window(values, reach, out): Scene.window */
static PyObject *window(PyObject *self, PyObject *args) {
    PyObject *given, *result, *answer = NULL;
    Py_ssize_t reach;
    Floats values;
    Py_buffer out;
    if (!PyArg_ParseTuple(args, "OnO", &given, &reach, &result) || get_floats(given, &values) < 0) return NULL;
    if (get_buffer(result, &out, 4, 1) == 0) {
        Py_ssize_t n = values.length;
        double *total = malloc((size_t)(n + 1) * sizeof *total);
        if (!total) {
            PyErr_NoMemory();
        } else if (out.len != n * 4 || reach < 0) {
            PyErr_SetString(PyExc_ValueError, "out is not as long as values");
        } else {
            float *to = out.buf;
            total[0] = 0.0;
            for (Py_ssize_t i = 0; i < n; i++) total[i + 1] = total[i] + item(&values, i);
            for (Py_ssize_t i = 0; i < n; i++) to[i] = (float)(total[i + reach + 1 < n ? i + reach + 1 : n] - total[i > reach ? i - reach : 0]);
            answer = Py_NewRef(Py_None);
        }
        free(total);
        PyBuffer_Release(&out);
    }
    PyBuffer_Release(&values.view);
    return answer;
}

/* level(values, number, out): Scene.level */
static PyObject *level(PyObject *self, PyObject *args) {
    PyObject *given, *numbers, *result, *answer = NULL;
    Floats values;
    Py_buffer number, out;
    if (!PyArg_ParseTuple(args, "OOO", &given, &numbers, &result) || get_floats(given, &values) < 0) return NULL;
    Py_ssize_t n = values.length;
    if (get_buffer(numbers, &number, 8, 0) == 0) {
        if (get_buffer(result, &out, 4, 1) == 0) {
            double *wide = malloc((size_t)(n + 1) * sizeof *wide);
            if (!wide) {
                PyErr_NoMemory();
            } else if (out.len != n * 4 || number.len != n * 8) {
                PyErr_SetString(PyExc_ValueError, "arrays of one length are asked for");
            } else {
                const int64_t *part = number.buf;
                float *to = out.buf;
                for (Py_ssize_t i = 0; i < n; i++) wide[i] = item(&values, i);
                for (Py_ssize_t head = 0, past; head < n; head = past) {
                    for (past = head + 1; past < n && part[past] == part[head]; past++) {}
                    double total = wide[head];
                    if (past > head + 1) total += pairwise_sum(wide + head + 1, past - head - 1);
                    for (Py_ssize_t i = head; i < past; i++) to[i] = (float)total;
                }
                answer = Py_NewRef(Py_None);
            }
            free(wide);
            PyBuffer_Release(&out);
        }
        PyBuffer_Release(&number);
    }
    PyBuffer_Release(&values.view);
    return answer;
}

/* count(marks, first, last, kinds, out): of the characters first..last of each phrase, those with a mark where kinds is 0 (out: phrases), else
   how many have each mark below kinds (out: phrases x kinds) */
static PyObject *count(PyObject *self, PyObject *args) {
    PyObject *objects[3], *result, *answer = NULL;
    Py_buffer marks, first, last, out;
    Py_ssize_t kinds;
    if (!PyArg_ParseTuple(args, "OOOnO", &objects[0], &objects[1], &objects[2], &kinds, &result)) return NULL;
    if (get_buffer(objects[0], &marks, 1, 0) < 0) return NULL;
    if (get_buffer(objects[1], &first, 8, 0) < 0) goto release_marks;
    if (get_buffer(objects[2], &last, 8, 0) < 0) goto release_first;
    if (get_buffer(result, &out, 4, 1) < 0) goto release_last;
    Py_ssize_t n = first.len / 8;
    Py_ssize_t width = kinds ? kinds : 1;
    if (last.len != first.len || out.len != n * width * 4) {
        PyErr_SetString(PyExc_ValueError, "arrays of one length are asked for");
    } else {
        const uint8_t *mark = marks.buf;
        const int64_t *from = first.buf, *to = last.buf;
        float *total = out.buf;
        memset(total, 0, (size_t)out.len);
        for (Py_ssize_t i = 0; i < n; i++) {
            if (from[i] < 0 || to[i] >= marks.len) {
                PyErr_SetString(PyExc_IndexError, "a phrase lies outside of the text");
                break;
            }
            if (kinds) {
                for (int64_t at = from[i]; at <= to[i]; at++)
                    if (mark[at] < kinds) total[i * kinds + mark[at]]++;
            } else {
                int64_t marked = 0;
                for (int64_t at = from[i]; at <= to[i]; at++) marked += mark[at] != 0;
                total[i] = (float)marked;
            }
        }
        if (!PyErr_Occurred()) answer = Py_NewRef(Py_None);
    }
    PyBuffer_Release(&out);
release_last:
    PyBuffer_Release(&last);
release_first:
    PyBuffer_Release(&first);
release_marks:
    PyBuffer_Release(&marks);
    return answer;
}

PyMethodDef sum_methods[] = {
    {"window", window, METH_VARARGS, NULL},
    {"level", level, METH_VARARGS, NULL},
    {"count", count, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
