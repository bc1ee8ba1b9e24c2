/* csv_classes.h: from cells to class indices (inner part of the CSV reader).
 *
 * With names known from the model a cell is one of them, or, when no name is itself a number, an
 * index. Without names the meaning of the cells is only known at the end: if all are whole numbers
 * they are indices, otherwise they are names. Until then the rows hold ordinals of distinct texts,
 * which csv_classes_finish() turns into indices.
 */
#ifndef NNRT_CSV_CLASSES_H
#define NNRT_CSV_CLASSES_H

#include "runtime/csv_scan.h"
#include "runtime/table.h"

typedef struct CsvClass {
    char *text; /* a distinct cell or name; owned unless borrowed from the model */
    int64_t length;
    int32_t index;    /* ordinal or class */
    const char *path; /* where it was first seen */
    int64_t line, cell;
} CsvClass;

typedef struct CsvClasses {
    const NnrtField *field;
    bool named;         /* the names are known from the model */
    bool names_numbers; /* a name is itself a number, so indices are not accepted */
    CsvClass *items;    /* owned */
    int64_t count, room;
    int32_t *slots; /* owned: hash table of items, -1: empty; slot_count a power of two */
    int64_t slot_count;
    int64_t first_row; /* rows before it have their indices already */
} CsvClasses;

bool csv_classes_init(CsvClasses *classes, const NnrtTable *table, int column, NnrtError *error);
void csv_classes_free(CsvClasses *classes);

/* Whether the text is one of the model's names (then it is not a missing value, whatever it says).
 */
bool csv_classes_has_name(const CsvClasses *classes, const char *text, int64_t length);

/* The index, or the ordinal, of the class in a cell of the scanner's record. */
bool csv_classes_take(CsvClasses *classes, const CsvScanner *scanner, int64_t cell, int32_t *index);

/* Makes indices of the ordinals in the table's rows and tells the column its names. */
bool csv_classes_finish(CsvClasses *classes, NnrtTable *table, int column, NnrtError *error);

#endif
