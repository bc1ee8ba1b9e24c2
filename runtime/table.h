/* table.h: a data set in memory.
 *
 * One column for each input and target of the model, in the order of the fields given: `rows` rows
 * of `width` values. Readers append rows; the trainer gathers the rows of a batch. Values are
 * stored in the model's precision, pictures of bytes as bytes (divided by 255 when gathered),
 * classes as indices. A missing real value is NaN until nnrt_table_fill() replaces it; no other
 * value is ever NaN or infinite, because readers refuse those.
 */
#ifndef NNRT_TABLE_H
#define NNRT_TABLE_H

#include "runtime/error.h"
#include "runtime/file.h"

enum {
    NNRT_RANK_MAX = 8,
    NNRT_FIELDS_MAX = 256,
};
#define NNRT_ROWS_MAX INT64_C(2147483647)

typedef enum NnrtElement { NNRT_F32, NNRT_F64, NNRT_I32, NNRT_U8 } NnrtElement;

typedef enum NnrtFieldKind { NNRT_FIELD_REAL, NNRT_FIELD_IMAGE, NNRT_FIELD_CLASS } NnrtFieldKind;

struct NnrtColumn;

/* Decodes one picture, named `name`, into out[width] bytes (NnrtColumn.fetch). */
typedef bool (*NnrtFetch)(const struct NnrtColumn *column, const char *name, uint8_t *out,
                          NnrtError *error);

/* What the model says of one input or target. Everything is borrowed. */
typedef struct NnrtField {
    const char *name;
    NnrtFieldKind kind;
    bool target;
    int rank; /* 0 for `real` and for classes */
    int64_t dims[NNRT_RANK_MAX];
    int64_t classes;                /* class[k]: k; otherwise 0 */
    const char *const *class_names; /* class["a", "b"], or names found earlier; NULL for class[k] */
    /* The names of the CSV columns of each value, when known from earlier (columns_found of the
     * training table): columns are then taken by name, in whatever order a file has them. Else
     * NULL. */
    const char *const *column_names;
} NnrtField;

typedef struct NnrtColumn {
    NnrtField field;
    int64_t width;        /* values a row: the product of dims, 1 for a class */
    NnrtElement element;  /* as stored; NNRT_U8 means value / 255 */
    bool present;         /* false for a target that the data need not have (predict) */
    void *values;         /* [rows, width]; owned; NULL with `fetch` */
    NnrtFetch fetch;      /* bytes too many to keep: how to get those of a row; else NULL */
    int64_t missing;      /* values that are NaN */
    char **names_found;   /* class[k] read from texts: k names sorted by bytes; owned */
    char **columns_found; /* the column names [width] of an input that took what was left; owned */
} NnrtColumn;

typedef struct NnrtTable {
    int64_t rows, capacity;
    int64_t reading;     /* bytes of files held beside the rows while they were read, at most */
    int64_t limit;       /* bytes that the rows may take; 0: any number */
    int64_t dropped;     /* rows left out because of missing values */
    NnrtElement element; /* the model's precision: NNRT_F32 or NNRT_F64 */
    int column_count;
    NnrtColumn *columns; /* owned */
    char **names;        /* [rows] where each row came from a file of its own, else NULL; owned */
} NnrtTable;

/* An empty table with a column for each field. Free with nnrt_table_free(). */
bool nnrt_table_init(NnrtTable *table, const NnrtField *fields, int field_count,
                     NnrtElement element, NnrtError *error);
void nnrt_table_free(NnrtTable *table);

/* A number that tells data sets apart: of all values, and of rows that came from files of their own
 * the names in place of the pictures. */
uint64_t nnrt_table_hash(const NnrtTable *table);

/* What the rows take, in bytes. */
int64_t nnrt_table_bytes(const NnrtTable *table);

/* The values of one row of a field: product of dims, or -1 when that does not fit. */
int64_t nnrt_field_width(const NnrtField *field);

/* The names of a class field's classes: the model's, or those found in the data; NULL when classes
 * are only numbered. Owned by the table or the model. */
const char *const *nnrt_table_class_names(const NnrtTable *table, int column);

/* Writes rows[0..count) of a column, [count, width], to `out` as `element`: NNRT_F32 or NNRT_F64
 * for any column, NNRT_I32 for classes. `rows` NULL means the rows first, first + 1, ... Fails only
 * where a picture must be decoded for it (nnrt_table_fetches). */
bool nnrt_table_gather(const NnrtTable *table, int column, const int64_t *rows, int64_t first,
                       int64_t count, NnrtElement element, void *out, NnrtError *error);

/* Whether gathering from the table decodes pictures, which takes time and may fail. */
bool nnrt_table_fetches(const NnrtTable *table);

/* One value of a column that is kept; a class as its index. */
double nnrt_table_value(const NnrtTable *table, int column, int64_t row, int64_t element);

/* missing = "mean": the mean of each of the column's `width` values over the given rows (NULL: all)
 * without the missing ones, summed in ascending order in double. Exit 1 when a column has a
 * missing value somewhere but not one value among these rows; a column without missing values
 * gets its mean as well. */
bool nnrt_table_means(const NnrtTable *table, int column, const int64_t *rows, int64_t count,
                      double *means, NnrtError *error);

/* Replaces the missing values of a column by means[width]. */
void nnrt_table_fill(NnrtTable *table, int column, const double *means);

/* What to do about a missing value. */
typedef enum NnrtMissing {
    NNRT_MISSING_ERROR, /* an error with row and column */
    NNRT_MISSING_DROP,  /* the row is left out */
    NNRT_MISSING_MEAN,  /* a real input is NaN until nnrt_table_fill(); elsewhere an error */
} NnrtMissing;

/* What every reader is told. */
typedef struct NnrtReadOptions {
    NnrtOpener open;
    NnrtMissing missing;
    const char *const *ignore; /* names of columns */
    int64_t ignore_count;
    bool skip_targets;     /* predict: targets need not be there and are not read */
    bool again;            /* not read for the first time: warnings were given then */
    int64_t picture_bytes; /* decoded pictures are kept in memory up to so many bytes in all */
} NnrtReadOptions;

/* --- For readers ------------------------------------------------------------------------------ */

/* Whether targets are read: the model has some, and they are asked for. */
bool nnrt_table_with_targets(const NnrtTable *table, const NnrtReadOptions *options);
/* The model's only input, or only target: its column; NULL and an error that begins with `what`
 * ("array files serve") when there is none or another. */
NnrtColumn *nnrt_table_only(NnrtTable *table, bool target, const char *what, NnrtError *error);
/* Room for `rows` rows in all. Grows by doubling when asked for one more. */
bool nnrt_table_reserve(NnrtTable *table, int64_t rows, NnrtError *error);
/* Gives back what was reserved and not used. */
void nnrt_table_trim(NnrtTable *table);

#endif
