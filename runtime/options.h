/* options.h: the command line of a program. */
#ifndef NNRT_OPTIONS_H
#define NNRT_OPTIONS_H

#include "runtime/abi.h"
#include "runtime/error.h"

typedef enum NnrtFormat { NNRT_FORMAT_TEXT, NNRT_FORMAT_CSV, NNRT_FORMAT_JSON } NnrtFormat;

typedef struct NnrtOptions {
    const char *program;
    const char *command;              /* NULL: none given */
    const char *file;                 /* the argument of predict; NULL: none */
    const char *weights, *out, *from; /* NULL: not given */
    const char *log, *report;         /* NULL: none */
    const char *split;                /* "train", "validation", "test", "all"; NULL: not given */
    const char *folders[3];           /* where data is looked for, in turn */
    int64_t folder_count;
    NnrtFormat format;
    bool json, shuffle, help, quiet, digest, resume, profile, trap;
    int threads;
    int folds, fold; /* the model's where not given, 0: none; 1 .. folds, 0: not given */
    bool seed_given;
    uint64_t seed;
    int64_t epochs, batch, patience; /* the model's where not given; batch 0: all */
    int64_t steps;                   /* 0: not given */
    int64_t max_memory;              /* bytes; 0: no limit */
    int64_t limit;                   /* rows that predict shows; 0: all */
    int64_t top;                     /* classes that predict lists */
    int64_t picture_bytes;           /* decoded pictures kept in memory, of each source */
    uint32_t given; /* a bit for each option that was given, as in option_table.h */
    double *hypers; /* one for each of the model's; owned */
} NnrtOptions;

/* Reads argv. Exit 2 with a message (suggesting the nearest name) when something is wrong. The
 * strings are argv's. Free with nnrt_options_free() in any case. */
bool nnrt_options_read(const NnrtModel *model, int argc, char **argv, const char *model_folder,
                       NnrtOptions *options, NnrtError *error);
/* Once the command is known: exit 2 where an option was given that means nothing to it. */
bool nnrt_options_check(const NnrtOptions *options, NnrtError *error);
void nnrt_options_free(NnrtOptions *options);

/* The help text: commands, options, and the model's hypers. */
void nnrt_options_help(const NnrtModel *model, const char *program);

#endif
