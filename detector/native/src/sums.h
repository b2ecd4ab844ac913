/* Sums over what is around a phrase, shared by the kernels of the features. wide: room for one more double than there are phrases. */
#ifndef DETECTOR_SUMS_H
#define DETECTOR_SUMS_H

#include "common.h"
#include "kinds.h"

enum { FLAGS = 8, CHANGES = KINDS + FLAGS, TALLIES = CHANGES + 1 }; /* rows of Scene._tally */

void window_of(const float *from, Py_ssize_t n, Py_ssize_t reach, double *wide, float *to);                     /* Scene.window */
void level_of(const float *from, const int64_t *number, Py_ssize_t n, double *wide, float *to);                 /* Scene.level */
void extreme_of(const float *from, Py_ssize_t n, Py_ssize_t reach, int greatest, float *to);                    /* Scene.extreme */

#endif
