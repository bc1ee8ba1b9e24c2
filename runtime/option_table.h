/* option_table.h: the options and commands of a program, and which option is for which command. */
#ifndef NNRT_OPTION_TABLE_H
#define NNRT_OPTION_TABLE_H

#include "runtime/options.h"

typedef enum OptionId {
    OPT_BATCH,
    OPT_DATA,
    OPT_DIGEST,
    OPT_EPOCHS,
    OPT_FOLD,
    OPT_FOLDS,
    OPT_FORMAT,
    OPT_FROM,
    OPT_HELP,
    OPT_JSON,
    OPT_LIMIT,
    OPT_LOG,
    OPT_MAX_MEMORY,
    OPT_OUT,
    OPT_PATIENCE,
    OPT_PROFILE,
    OPT_PICTURE_MEMORY,
    OPT_QUIET,
    OPT_REPORT,
    OPT_RESUME,
    OPT_SEED,
    OPT_SHUFFLE,
    OPT_SPLIT,
    OPT_STEPS,
    OPT_THREADS,
    OPT_TOP,
    OPT_TRAP,
    OPT_WEIGHTS,
    OPTION_COUNT
} OptionId;

typedef struct Option {
    const char *name, *value, *help; /* value NULL: a switch */
    unsigned commands;               /* a bit for each command it is for */
} Option;

extern const Option option_table[OPTION_COUNT];
_Static_assert(OPTION_COUNT <= 32, "NnrtOptions.given has a bit for each");

#endif
