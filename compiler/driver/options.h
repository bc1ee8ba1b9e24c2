/* options.h: the command line of nnc. One table in options.c; help and messages come from it. */
#ifndef NNC_DRIVER_OPTIONS_H
#define NNC_DRIVER_OPTIONS_H

#include "elaborate/elaborate.h"

#include <stdbool.h>

/* Exit codes of nnc. */
enum {
    EXIT_CODE_OK = 0,
    EXIT_CODE_INPUT = 1,
    EXIT_CODE_USAGE = 2,
    EXIT_CODE_SYSTEM = 4,
    EXIT_CODE_INTERNAL = 70
};

typedef enum Emit {
    EMIT_EXE,
    EMIT_LIB,
    EMIT_OBJ,
    EMIT_ASM,
    EMIT_LLVM_IR,
    EMIT_BITCODE,
    EMIT_HEADER,
    EMIT_COUNT
} Emit;

extern const char *const emit_names[EMIT_COUNT];

VEC_TYPE(TextVec, const char *);

typedef struct Options {
    const char *command; /* "build"; a bare `nnc model.nn` is build */
    bool command_given;  /* false: `command` is what a bare model stands for */
    TextVec arguments;   /* the model and what follows; of `run` everything after the model */
    const char *output;  /* -o; NULL: not given */
    Emit emit;
    int level;     /* -O0 .. -O3 */
    bool debug;    /* -g */
    bool verbose;  /* -v: show the link command */
    bool dry_run;  /* -###: only show it */
    bool pictures; /* --pictures */
    bool check;    /* of fmt: only name the files that would change */
    bool diff;     /* of fmt: print what would change */
    bool time;     /* --time: seconds of each stage to standard error */
    bool help, version;
    const char *target, *cpu; /* NULL: not given */
    const char *stage;        /* of show */
    const char *only;         /* of show: nodes and kernels whose path begins so */
    const char *format;       /* of show: text, dot, svg */
    TextVec disabled;         /* --disable: passes, fuse, reuse, panels, chains */
    TextVec warnings;         /* -W */
    DiagFormat diagnostics;
    double parallel_threshold;  /* nanoseconds; < 0: the default */
    int64_t chain_bytes;        /* --chain-threshold: of PlanOptions */
    ElaborateOptions elaborate; /* -D, --set */
} Options;

/* Reads argv; everything is in `arena`. False and *problem (a line without "error:") when something
 * is wrong. */
bool options_read(Arena *arena, int argc, char **argv, Options *options, const char **problem);

/* True when `name` was given to --disable. */
bool options_disabled(const Options *options, const char *name);

/* Commands and options, as `nnc --help` prints them. */
void options_help(Text *text);
/* The same as a page of the manual, `nnc --help --format=man`. */
void options_man(Text *text, const char *version);

#endif
