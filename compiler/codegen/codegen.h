/* codegen.h: from a plan to an LLVM module: kernels, view drivers, the model descriptor.
 *
 * One function for each distinct kernel, one driver `nnc_view_NAME` for each view that calls its
 * kernels in order, and the constant descriptor `nnc_model` (runtime/abi.def). The module calls
 * nothing but the runtime's functions it is given through the context and the data readers named
 * in the descriptor. No global state; errors are texts.
 */
#ifndef NNC_CODEGEN_CODEGEN_H
#define NNC_CODEGEN_CODEGEN_H

#include "codegen/module.h"
#include "passes/plan.h"

typedef struct CodegenOptions {
    const char *summary; /* text of the `summary` command; NULL: "" */
    const Plan *twin; /* the same model in double with views gradient, initialize, statistics, for
                         gradcheck; NULL: none */
    bool debug;       /* -g: lines of the .nn file */
    double
        parallel_threshold; /* nanoseconds of estimated work from which a kernel is handed to the
                               pool; below it runs in the calling thread. 0: always to the pool */
    bool twin_elsewhere;    /* the twin is in another object, under CODEGEN_TWIN_SYMBOL */
    /* Two objects share the work: the twin's has the model's other views, with what a training step
     * does not call. */
    bool others_elsewhere; /* here: the training step and its kernels, for both to call */
    const Plan *others_of; /* of the twin: the model's plan; NULL: it has no views of it */
    bool is_twin;   /* this plan is the twin in double: descriptor CODEGEN_TWIN_SYMBOL, no main */
    bool core_only; /* no descriptor: kernels and drivers only (freestanding library) */
    bool reads_pictures; /* predict takes picture files, whatever the model's data is */
    bool program_main;   /* a main that calls nnrt_main with the descriptor (runtime/nnrt.h) */
} CodegenOptions;

/* What a pool's join costs has to be earned (docs/design.md, threads). */
#define CODEGEN_PARALLEL_THRESHOLD 20000.0

/* Symbols of the descriptor and of drivers. */
#define CODEGEN_MODEL_SYMBOL "nnc_model"
#define CODEGEN_TWIN_SYMBOL  "nnc_f64_model"

/* Writes everything into `module` (from module_init, empty). False and *error when the plan breaks
 * its contract or LLVM refuses the result; then the module is of no use. */
bool codegen_module(Module *module, const Plan *plan, const CodegenOptions *options,
                    const char **error);

/* The model's name as the beginning of a C identifier: what a library's functions begin with. */
const char *codegen_library_name(Arena *arena, const Model *model);

/* Whether the model's data is read through zlib, which its program must then be linked with. */
bool codegen_needs_zlib(const Model *model);
/* Whether the model's data is pictures; their libraries must then be linked. */
bool codegen_needs_pictures(const Model *model);

/* The lengths n that plateaus(n) is asked for, each once, in the order of NnrtContext.plateaus. */
VEC_TYPE(PlateauVec, int64_t);
PlateauVec codegen_plateaus(Arena *arena, const Plan *plan);

/* The numbers that identify a model: 16 hexadecimal digits from its graph, names and shapes. */
const char *codegen_fingerprint(Arena *arena, const Model *model);
/* The same for what a training step does: losses, penalties, optimizer, clipping, freezing. */
const char *codegen_training_fingerprint(Arena *arena, const Model *model);

#endif
