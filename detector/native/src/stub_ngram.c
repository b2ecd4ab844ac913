#include "common.h"
PyMethodDef ngram_methods[] = {{NULL, NULL, 0, NULL}};
