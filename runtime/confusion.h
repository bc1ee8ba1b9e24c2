/* confusion.h: which classes are taken for which.
 *
 * For each output that tells classes apart (class_output.h), samples are counted by their true
 * class and the class the output says, over the same run of the evaluate view that gives loss and
 * metrics (nnrt_evaluate_with()). Counts are whole numbers, so they depend on nothing but the
 * predictions. Up to NNRT_CONFUSION_CLASSES classes every pair is counted; beyond that only each
 * class's own figures, so that memory stays small.
 *
 *     NnrtConfusions confusions;
 *     bool ok = nnrt_confusions_init(&confusions, model, rows.table, error);
 *     if (ok) nnrt_evaluate_with(session, rows, &figures, &confusions);
 *     for (int64_t i = 0; ok && i < confusions.count; i++) use(&confusions.items[i]);
 *     nnrt_confusions_free(&confusions);
 */
#ifndef NNRT_CONFUSION_H
#define NNRT_CONFUSION_H

#include "runtime/session.h"

#include <stdio.h>

enum { NNRT_CONFUSION_CLASSES = 1000 };

/* One output against its class target. */
typedef struct NnrtConfusion {
    const char *output, *target; /* their names */
    int64_t output_index, target_index;
    int64_t classes;
    const char *const *class_names; /* NULL: classes are numbers; of the model or the table */
    int64_t samples;
    int64_t *truths;  /* [classes]: samples of each true class; owned */
    int64_t *guesses; /* [classes]: samples of which the output says the class; owned */
    int64_t *hits;    /* [classes]: those of which it is right; owned */
    int64_t *matrix;  /* [true class, class said]; NULL with too many classes; owned */
} NnrtConfusion;

typedef struct NnrtConfusions {
    NnrtConfusion *items; /* in order of outputs; owned */
    int64_t count;        /* 0: no output is about a class, or the table has no such target */
} NnrtConfusions;

/* Figures of one class; NaN where nothing was counted to divide by. */
typedef struct NnrtClassFigures {
    int64_t count;    /* samples of the class */
    double precision; /* share of those said to be of the class that are: hits / guesses */
    double recall;    /* share of those of the class that are said to be: hits / truths */
    double f1;        /* their harmonic mean: 2 hits / (guesses + truths) */
} NnrtClassFigures;

/* Empty counts for every output about a class target that the table has. Names are borrowed from
 * model and table. Exit 4 when memory is out; free in any case. */
bool nnrt_confusions_init(NnrtConfusions *confusions, const NnrtModel *model,
                          const NnrtTable *table, NnrtError *error);
void nnrt_confusions_free(NnrtConfusions *confusions);
/* How much memory they take at most, in bytes. */
int64_t nnrt_confusions_bytes(const NnrtModel *model);

/* Adds the `count` samples that the view has just run on: rows[0..count) of the table (NULL: first,
 * first + 1, ...). */
void nnrt_confusions_add(NnrtConfusions *confusions, const NnrtSession *session,
                         const NnrtView *view, const NnrtTable *table, const int64_t *rows,
                         int64_t first, int64_t count);

NnrtClassFigures nnrt_class_figures(const NnrtConfusion *confusion, int64_t class);

/* The name of a class as it stands in data or model (not escaped), or its number written into
 * `buffer`. */
const char *nnrt_class_name(const char *const *names, int64_t class, char buffer[24]);

/* The next most frequent mistake behind `after` (-1: of all), as its place in the matrix; -1 when
 * there is none. Needs the matrix. */
int64_t nnrt_next_mistake(const NnrtConfusion *confusion, int64_t after);

/* A table of classes, and the matrix (up to 20 classes; beyond that the most frequent mistakes). */
void nnrt_confusion_print(const NnrtConfusion *confusion, FILE *file);
/* `{"output": "p", "target": "digit", "classes": [{"name": .., "count": .., "precision": ..,
 * "recall": .., "f1": ..}, ..], "matrix": [[..], ..]}` on stdout; no matrix with too many classes;
 * null for NaN. */
void nnrt_confusion_print_json(const NnrtConfusion *confusion, const NnrtModel *model);

#endif
