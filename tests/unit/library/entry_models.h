/* entry_models.h: a small model around each entry of the library, for tests that walk its texts.
 *
 * The models have `const d`, a size to be set from outside. A new entry needs a row here only if
 * it cannot be called without arguments or needs something else than the model of its kind.
 */
#ifndef NNC_TESTS_ENTRY_MODELS_H
#define NNC_TESTS_ENTRY_MODELS_H

#include "ast/ast.h"
#include "graph/eval.h"
#include "support/diag.h"
#include "support/intern.h"

typedef struct Entry {
    const char *name;
    FunctionKind kind;
} Entry;
VEC_TYPE(EntryVec, Entry);
VEC_TYPE(TextsVec, const char *);

/* All entries of the library, by its own syntax trees. */
EntryVec entry_list(Arena *arena);
/* The models around an entry, at least one. */
TextsVec entry_models(Arena *arena, const Entry *entry);

/* A model from text, with gradients and views, and values for all that it reads. */
typedef struct EntryRun {
    Arena *arena;
    Model model;
    ViewVec views;
    int64_t samples;
    double **inputs, **variables; /* [input], [variable] */
    double *hypers;
    double **accumulated;
} EntryRun;

/* Elaborates `text` with d = size (0: the text has no d). False after printing what was reported.
 */
bool entry_compile(EntryRun *run, Arena *arena, const char *text, int64_t size);
/* Draws inputs (0.1 to 0.9, and classes) from `seed`, gives variables their initial values, and
 * computes statistics. */
void entry_values(EntryRun *run, int64_t samples, uint64_t seed);
const View *entry_view(const EntryRun *run, ViewKind kind);
/* What an evaluation reads, at a step of `steps`. */
EvalInputs entry_inputs(const EntryRun *run, double step, double steps);
/* The values of the view's results, in `arena`, at a step of `steps`. */
const double **entry_evaluate(const EntryRun *run, Arena *arena, const View *view, double step,
                              double steps);

#endif
