/* Log-odds of rows by trees: the twin of Forest.logit in detector/classifier/forest.py. */
#include "common.h"

#include <stdlib.h>

enum { TOGETHER = 16 }; /* rows that walk down a tree side by side: the processor need not wait for one look-up to begin the next */

typedef struct { float threshold; int32_t feature, child[2]; } Node; /* child: where the threshold is not exceeded, and where it is */

/* The nodes that rows of one tree end at. A step is no jump: which way rows go cannot be foretold. */
static void walk(const Node *node, int32_t root, Py_ssize_t depth, const float *const *row, int32_t *at) {
    for (int i = 0; i < TOGETHER; i++) at[i] = root;
    for (Py_ssize_t step = 0; step < depth; step++)
        for (int i = 0; i < TOGETHER; i++) {
            const Node *n = node + at[i];
            at[i] = n->child[!(row[i][n->feature] <= n->threshold)];
        }
}

/* log_odds(nodes, value, root, depth, rows, width, out): rows x width float32 -> sum of the values of the leaves, rows float64.
   nodes: Forest.nodes; value: float32, of each node. The caller has seen to it that all pointers lie inside. */
static PyObject *log_odds(PyObject *self, PyObject *args) {
    PyObject *given[5];
    Py_buffer nodes, value, root, rows, out;
    Py_ssize_t depth, width;
    if (!PyArg_ParseTuple(args, "OOOnOnO", &given[0], &given[1], &given[2], &depth, &given[3], &width, &given[4])) return NULL;
    if (get_buffer(given[0], &nodes, sizeof(Node), 0) < 0) return NULL;
    if (get_buffer(given[1], &value, 4, 0) < 0) goto release_nodes;
    if (get_buffer(given[2], &root, 4, 0) < 0) goto release_value;
    if (get_buffer(given[3], &rows, 4, 0) < 0) goto release_root;
    if (get_buffer(given[4], &out, 8, 1) < 0) goto release_rows;
    Py_ssize_t trees = root.len / 4, count = out.len / 8;
    double *spoken = malloc((size_t)(trees + 1) * TOGETHER * sizeof *spoken);
    if (!spoken) {
        PyErr_NoMemory();
    } else if (width <= 0 || rows.len != count * width * 4 || value.len / 4 != nodes.len / (Py_ssize_t)sizeof(Node)) {
        PyErr_SetString(PyExc_ValueError, "rows, values or out have another shape than the forest asks for");
    } else {
        const int32_t *roots = root.buf;
        const float *values = value.buf;
        double *to = out.buf;
        Py_BEGIN_ALLOW_THREADS
        for (Py_ssize_t first = 0; first < count; first += TOGETHER) {
            int some = count - first < TOGETHER ? (int)(count - first) : TOGETHER;
            const float *row[TOGETHER];
            int32_t at[TOGETHER];
            for (int i = 0; i < TOGETHER; i++) row[i] = (const float *)rows.buf + (first + (i < some ? i : 0)) * width;
            for (Py_ssize_t tree = 0; tree < trees; tree++) {
                walk(nodes.buf, roots[tree], depth, row, at);
                for (int i = 0; i < some; i++) spoken[i * trees + tree] = values[at[i]];
            }
            for (int i = 0; i < some; i++) to[first + i] = pairwise_sum(spoken + i * trees, trees);
        }
        Py_END_ALLOW_THREADS
    }
    free(spoken);
    PyBuffer_Release(&out);
release_rows:
    PyBuffer_Release(&rows);
release_root:
    PyBuffer_Release(&root);
release_value:
    PyBuffer_Release(&value);
release_nodes:
    PyBuffer_Release(&nodes);
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
}

PyMethodDef forest_methods[] = {
    {"log_odds", log_odds, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
