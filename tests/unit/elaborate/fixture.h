/* fixture.h: a model from a text, and the numbers that its graph gives by reference evaluation. */
#ifndef NNC_TESTS_ELABORATE_FIXTURE_H
#define NNC_TESTS_ELABORATE_FIXTURE_H

#include "elaborate/elaborate.h"

typedef struct Elaborated {
    Arena arena;
    Interner interner;
    Sources sources;
    Diagnostics diags;
    Model model;
    bool ok;
    const double **variables; /* values at step 0, by variable; filled by elaborated() */
    double gradient;          /* the value of every gradient; 0.5 from elaborated() */
} Elaborated;

/* Elaborates a text. When there are errors, ok is false and diags has them. */
Elaborated *elaborated(const char *text);
Elaborated *elaborated_with(const char *text, const ElaborateOptions *options);
/* The same for the text of a file of this path, so that includes are found beside it. */
Elaborated *elaborated_at(const char *path, const char *text, const ElaborateOptions *options);
void elaborated_free(Elaborated *e);

/* The model of one statement list: "model m { ... }". */
Elaborated *elaborated_body(const char *body);

/* The value of a node for `samples` samples of the one input (NULL: 1, 2, 3 ...), `training` 0 or
 * 1. */
const double *value_of(Elaborated *e, Node *node, int64_t samples, const double *input,
                       double training);
/* Element `i` of the first output for one sample. */
double output_at(Elaborated *e, int64_t i, const double *input, double training);
/* The value of an expression of the language that is one number; x is 1. NaN after an error. */
double number_of(const char *expression);

/* Asserts that a value is the expected one within 1e-9 of the larger of it and 1; says what is not.
 */
void check_near(const char *what, double value, double expected);

/* The variable of this name, NULL when there is none. */
Variable *variable_named(Elaborated *e, const char *name);
/* True when exactly one error, or warning, of this name was reported. */
bool reported_once(const Elaborated *e, const char *name);

#endif
