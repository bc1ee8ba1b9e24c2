/* csv_bind.h: which column of a CSV file feeds which value of the table (inner part of csv.h). */
#ifndef NNRT_CSV_BIND_H
#define NNRT_CSV_BIND_H

#include "runtime/csv_scan.h"
#include "runtime/table.h"

/* Where a cell goes. */
typedef struct CsvPlace {
    int field;       /* -1: nowhere */
    int64_t element; /* of the field's values */
} CsvPlace;

/* Reads `scanner`'s record as names of columns and binds the table's columns to them: places[i] for
 * cell i (owned by the caller). The input that takes what is left remembers the names in
 * columns_found. NULL and an error when model and columns disagree. */
CsvPlace *csv_bind(const CsvScanner *scanner, const NnrtReadOptions *options, NnrtTable *table);

#endif
