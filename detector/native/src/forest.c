/* The leaves that rows fall into: the twin of Forest.leaves in detector/classifier/forest.py. */
#include "common.h"

enum { TOGETHER = 8 }; /* rows that walk down a tree side by side: the processor need not wait for one look-up to begin the next */

typedef struct { float threshold; int32_t feature, left, right; } Node;

/* walk(nodes, root, depth, rows, out): rows x features float32 -> the number of the leaf, rows x trees int32. nodes: Forest.nodes */
static PyObject *walk(PyObject *self, PyObject *args) {
    PyObject *given[4];
    Py_buffer nodes, root, rows, out;
    Py_ssize_t depth, width;
    if (!PyArg_ParseTuple(args, "OOnOnO", &given[0], &given[1], &depth, &given[2], &width, &given[3])) return NULL;
    if (get_buffer(given[0], &nodes, sizeof(Node), 0) < 0) return NULL;
    if (get_buffer(given[1], &root, 4, 0) < 0) goto release_nodes;
    if (get_buffer(given[2], &rows, 4, 0) < 0) goto release_root;
    if (get_buffer(given[3], &out, 4, 1) < 0) goto release_rows;
    Py_ssize_t trees = root.len / 4, count = width > 0 ? rows.len / 4 / width : 0;
    if (width <= 0 || rows.len != count * width * 4 || out.len != count * trees * 4) {
        PyErr_SetString(PyExc_ValueError, "rows or out have another shape than the forest asks for");
    } else {
        const Node *node = nodes.buf;
        const int32_t *roots = root.buf;
        const float *row = rows.buf;
        int32_t *leaf = out.buf;
        Py_BEGIN_ALLOW_THREADS
        for (Py_ssize_t tree = 0; tree < trees; tree++) {
            for (Py_ssize_t first = 0; first < count; first += TOGETHER) {
                Py_ssize_t some = count - first < TOGETHER ? count - first : TOGETHER;
                const float *x[TOGETHER];
                int32_t at[TOGETHER];
                for (int i = 0; i < TOGETHER; i++) {
                    x[i] = row + (first + (i < some ? i : 0)) * width;
                    at[i] = roots[tree];
                }
                for (Py_ssize_t step = 0; step < depth; step++)
                    for (int i = 0; i < TOGETHER; i++) {
                        const Node *n = node + at[i];
                        at[i] = x[i][n->feature] <= n->threshold ? n->left : n->right;
                    }
                for (Py_ssize_t i = 0; i < some; i++) leaf[(first + i) * trees + tree] = at[i];
            }
        }
        Py_END_ALLOW_THREADS
    }
    PyBuffer_Release(&out);
release_rows:
    PyBuffer_Release(&rows);
release_root:
    PyBuffer_Release(&root);
release_nodes:
    PyBuffer_Release(&nodes);
    if (PyErr_Occurred()) return NULL;
    Py_RETURN_NONE;
}

PyMethodDef forest_methods[] = {
    {"walk", walk, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};
