/* csv_scan.h: from bytes to records of cells (inner part of the CSV reader).
 *
 * A record is a line, or several when a quoted cell has line breaks. Blank lines are no records.
 * One record is in memory at a time.
 */
#ifndef NNRT_CSV_SCAN_H
#define NNRT_CSV_SCAN_H

#include "runtime/file.h"

typedef struct CsvCell {
    int64_t start;  /* in CsvScanner.text */
    int64_t length; /* a NUL follows */
    int64_t line;   /* of the file, from 1, where the cell begins */
} CsvCell;

typedef struct CsvScanner {
    NnrtStream stream;
    NnrtError *error;
    char *buffer; /* owned; bytes next..end of it are still to be read */
    int64_t next, end;
    bool at_end;
    int64_t line;   /* of the next byte */
    char separator; /* 0 until the first record has shown it */
    char *text;     /* owned: the record's cells, each with a NUL */
    int64_t text_used, text_room;
    CsvCell *cells; /* owned */
    int64_t cell_count, cell_room;
    int64_t record_line; /* where the record begins */
} CsvScanner;

/* Opens a file and steps over a byte order mark. Close also after a failure. */
bool csv_open(CsvScanner *scanner, const char *path, NnrtOpener open, NnrtError *error);
void csv_close(CsvScanner *scanner);

/* The next record: 1, 0 at the end, -1 on an error. */
int csv_record(CsvScanner *scanner);

/* Fails with "PATH:LINE:CELL: ..."; cells count from 0 here and from 1 in the message. */
bool csv_fail(const CsvScanner *scanner, int64_t cell, int exit_code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
