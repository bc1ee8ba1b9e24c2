/* compilation.h: one model on its way from text to code; it owns everything.
 *
 * Each step needs the one before; each returns false when the input has errors, which are in
 * `diags`, or when something else failed, which is in `failure`. The stages are in pipeline.def.
 */
#ifndef NNC_DRIVER_COMPILATION_H
#define NNC_DRIVER_COMPILATION_H

#include "ast/ast.h"
#include "codegen/codegen.h"
#include "driver/options.h"
#include "passes/plan.h"

typedef struct Compilation {
    Arena arena;
    Options options;
    Interner interner;
    Sources sources;
    Diagnostics diags;
    const Source *source;
    File *file;
    Model model;
    ViewVec views;
    Plan *plan;
    Plan *twin; /* the same in double, for gradcheck; NULL when there is nothing to check */
    const char *failure; /* what failed besides the input; NULL */
    int exit_code;       /* for `failure` */
} Compilation;

void compilation_init(Compilation *compilation);
void compilation_free(Compilation *compilation);

/* Reads and parses options.arguments[0]. */
bool compilation_parse(Compilation *compilation);
/* parse, then the graph. */
bool compilation_elaborate(Compilation *compilation);
/* elaborate, then gradients and views. */
bool compilation_differentiate(Compilation *compilation);
/* differentiate, then the graph passes up to and including `last` (NULL: all). */
bool compilation_pass(Compilation *compilation, const char *last);
/* pass, then the plan (and its twin when the model trains). */
bool compilation_plan(Compilation *compilation);
/* What a module holds. */
typedef enum ModulePart {
    PART_WHOLE, /* the model and its twin in double */
    PART_MODEL, /* the model, of its views the training step; the rest is in PART_TWIN's object */
    PART_TWIN,  /* the twin, and the model's other views */
    PART_ALONE, /* the model without a twin: no gradcheck */
    PART_CORE,  /* kernels and views, no descriptor: a library */
} ModulePart;

/* plan (if not done yet), then the LLVM module, optimised. Free with module_free in any case. */
bool compilation_module(Compilation *compilation, Module *module, ModulePart part);

/* Whether predict takes picture files: the data is pictures; or an input is an image, and
 * --pictures was given or the model runs in nnc, which has their libraries anyway. */
bool compilation_reads_pictures(const Compilation *compilation);

/* Prints what was reported to standard error; returns the exit code: 0, 1 for errors in the input,
 * or that of the failure. */
int compilation_finish(Compilation *compilation);

/* Ends a command that prints: `text` goes to -o FILE or to standard output when `ok`; returns what
 * compilation_finish() does. */
int compilation_deliver(Compilation *compilation, bool ok, const char *text);

/* Records a failure and returns false. */
bool compilation_fail(Compilation *compilation, int exit_code, const char *message);

/* The table of layers: shape, parameters, operations, bytes. Needs elaborate. */
const char *compilation_summary(Compilation *compilation);

#endif
