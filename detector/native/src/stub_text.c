#include "common.h"
PyMethodDef text_methods[] = {{NULL, NULL, 0, NULL}};
