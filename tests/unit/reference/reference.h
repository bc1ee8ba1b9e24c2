/* reference.h: the files of tests/reference/: what Keras computed for ten models. */
#ifndef NNC_TESTS_REFERENCE_H
#define NNC_TESTS_REFERENCE_H

#include <CUnit/Basic.h>

#include "graph/views.h"
#include "runtime/safetensors.h"

enum { REFERENCE_ROWS = 37, REFERENCE_BATCH = 8, REFERENCE_STEPS = 10 };

extern const char *const reference_names[]; /* "mlp", ..., NULL */

typedef struct Reference {
    const char *name;
    Arena arena;
    Model model;                      /* differentiated */
    ViewVec views;                    /* of model */
    NnrtTensorFile initial, expected; /* NAME.initial.safetensors, NAME.expected.safetensors */
    double **columns;                 /* [input]: rows x elements, from NAME.csv or NAME.[xy].npy */
} Reference;

/* Compiles NAME.nn as far as its views and reads the files; a failure is a fatal assertion. */
void reference_open(Reference *reference, const char *name);
void reference_close(Reference *reference);

/* The values of a tensor of a file, by prefix and path ("gradient." "dense.w"), in `arena`. NULL
 * when it is not there. */
double *reference_tensor(Arena *arena, const NnrtTensorFile *file, const char *prefix,
                         const char *path, int64_t *count);
/* The largest difference, divided by the largest expected value. */
double reference_distance(const double *values, const double *expected, int64_t count);

extern CU_TestInfo entries_tests[];
extern CU_TestInfo models_tests[];

#endif
