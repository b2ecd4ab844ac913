#include "common.h"
PyMethodDef phrase_methods[] = {{NULL, NULL, 0, NULL}};
