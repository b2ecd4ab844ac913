#include "common.h"
PyMethodDef forest_methods[] = {{NULL, NULL, 0, NULL}};
