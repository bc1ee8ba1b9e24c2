/* image_values.c: see image_values.h. */

#include "runtime/image_values.h"

#include <math.h>
#include <stdio.h>

enum {
    LOOK_AT_ROWS = 100,
    MOST_LIKELY_BYTES = 16, /* a value above it is no number from 0 to 1, nor a standardized one */
};

/* The largest value among the first rows. */
static double largest_of(const NnrtTable *table, int column) {
    double largest = 0;
    for (int64_t row = 0; row < table->rows && row < LOOK_AT_ROWS; row++)
        for (int64_t e = 0; e < table->columns[column].width; e++)
            largest = fmax(largest, nnrt_table_value(table, column, row, e));
    return largest;
}

void nnrt_image_values_check(const NnrtTable *table) {
    for (int i = 0; i < table->column_count; i++) {
        const NnrtColumn *column = &table->columns[i];
        if (column->field.kind != NNRT_FIELD_IMAGE || column->fetch) continue;
        double largest = largest_of(table, i);
        if (largest > MOST_LIKELY_BYTES)
            fprintf(stderr,
                    "warning: values of the image '%s' reach %g, and are taken as they are; an "
                    "image's are from 0 to 1: divide them, or `rescale(1 / 255)`\n",
                    column->field.name, largest);
        else if (largest > 0 && largest < 1.5 / 255)
            fprintf(stderr,
                    "warning: the image '%s' holds the whole numbers 0 and 1, which are divided by "
                    "255; as bool or floating numbers they are taken as they are\n",
                    column->field.name);
    }
}
