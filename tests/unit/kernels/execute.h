/* execute.h: a model's views planned, compiled, loaded and run in this process, through the
 * descriptor as the runtime does. */
#ifndef NNC_TESTS_KERNELS_EXECUTE_H
#define NNC_TESTS_KERNELS_EXECUTE_H

#include "codegen/codegen.h"
#include "codegen/jit.h"
#include "graph/eval.h"
#include "runtime/abi.h"

/* How the tasks of each kernel are called. */
typedef enum Split {
    SPLIT_NONE,   /* the view calls its kernels directly */
    SPLIT_EACH,   /* one call a task, the last task first */
    SPLIT_THIRDS, /* three ranges */
} Split;

typedef struct ExecuteOptions {
    const char *cpu; /* NULL: native */
    int level;
    bool debug;
    PlanOptions plan;
} ExecuteOptions;

typedef struct Execution {
    Arena *arena;
    Plan *plan;
    Module module;
    Jit *jit;
    const NnrtModel *model;
    NnrtContext context;
    void *memory[3];
    int64_t called_tasks; /* by the last run, when split */
} Execution;

/* False, and a failed assertion, when something refuses. */
bool execute_begin(Execution *execution, Arena *arena, Model *model, const ViewVec *views,
                   const ExecuteOptions *options, int64_t samples);
/* Copies the values of inputs and variables to where the descriptor says. */
void execute_set(Execution *execution, const EvalInputs *values);
void execute_run(Execution *execution, const EvalInputs *values, ViewKind kind);
/* Result number i of the view, in row-major order. */
double *execute_result(Execution *execution, ViewKind kind, int64_t i);
/* The variable's value now. */
double *execute_variable(Execution *execution, int64_t i);
/* How the next runs call tasks. */
void execute_split(Execution *execution, Split split);
void execute_end(Execution *execution);

/* Whether this host runs code for that CPU. */
bool execute_runs(const char *cpu);

#endif
