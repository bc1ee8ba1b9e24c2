/* csv_support.h: reading a CSV text with the fields of a model, for the two files of CSV tests. */
#ifndef NNC_TESTS_RUNTIME_CSV_SUPPORT_H
#define NNC_TESTS_RUNTIME_CSV_SUPPORT_H

#include "runtime/csv.h"
#include "runtime/tests.h"

/* A model's data: fields up to the one without a name. */
typedef struct CsvModel {
    NnrtField fields[5];
    NnrtReadOptions options;
} CsvModel;

/* x : real[2], y : real, c : class[3] and others that the tests share. */
extern const CsvModel two_and_one; /* input x : real[2], target y : real */
extern const CsvModel by_class;    /* input x : real, target c : class[3] */
extern const CsvModel by_name;     /* input x : real, target c : class["cat", "dog", "bat"] */

/* Writes the text to data.csv and reads it. */
bool read_csv(const CsvModel *model, const char *text, int64_t size, NnrtTable *table,
              NnrtError *error);

/* Every value of the table: rows separated by ';', values by ' ', missing ones as "nan"; on an
 * error its text from the file's name on. Valid until the next call. */
const char *csv_result(const CsvModel *model, const char *text);

#endif
