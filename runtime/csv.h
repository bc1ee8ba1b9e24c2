/* csv.h: tables from comma-separated text.
 *
 * The first line names the columns. A field of the model takes the column of its name; a real
 * vector y takes y[0], y[1], ...; one real vector or image input that finds nothing takes the
 * columns that are left over, in order. Which of `,` `;` and tab separates is seen from the first
 * line. Quoted cells follow RFC 4180 ("" is a quote, line breaks are allowed); CRLF, a byte order
 * mark and blank lines are accepted; spaces around an unquoted cell do not count.
 *
 * Missing is: an empty cell, NA, NaN, ?. Numbers must be finite. Classes are names of the model's
 * list; or numbers 0..k-1; or, for class[k] over texts, the k names that the data has, sorted by
 * their bytes. Errors name the file, the line and the column of the cell (counted in cells from 1).
 * An image's values are taken as they are.
 */
#ifndef NNRT_CSV_H
#define NNRT_CSV_H

#include "runtime/table.h"

enum { NNRT_CSV_CELL_MAX = 1 << 20, NNRT_CSV_COLUMNS_MAX = 1 << 20 };

/* Appends the rows of all files, which must have the same first line. Exit 1 when model and columns
 * or classes disagree, 3 for a file that cannot be read or is no such text: ragged rows, cells that
 * are no number or missing. No row at all is an error too. A table that failed can only be freed.
 */
bool nnrt_csv_read(const char *const *paths, int64_t path_count, const NnrtReadOptions *options,
                   NnrtTable *table, NnrtError *error);

#endif
