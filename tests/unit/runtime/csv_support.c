/* csv_support.c: see csv_support.h. */
#include "runtime/csv_support.h"

#include <stdio.h>
#include <string.h>

const CsvModel two_and_one = {
    {{.name = "x", .rank = 1, .dims = {2}}, {.name = "y", .target = true}},
    {.open = nnrt_open_plain},
};
const CsvModel by_class = {
    {{.name = "x"}, {.name = "c", .kind = NNRT_FIELD_CLASS, .classes = 3, .target = true}},
    {.open = nnrt_open_plain},
};
static const char *const animals[] = {"cat", "dog", "bat"};
const CsvModel by_name = {
    {{.name = "x"},
     {.name = "c", .kind = NNRT_FIELD_CLASS, .classes = 3, .class_names = animals, .target = true}},
    {.open = nnrt_open_plain},
};

bool read_csv(const CsvModel *model, const char *text, int64_t size, NnrtTable *table,
              NnrtError *error) {
    const char *path = test_file("data.csv", text, size);
    int count = 0;
    while (count < 5 && model->fields[count].name)
        count++;
    return nnrt_table_init(table, model->fields, count, NNRT_F64, error) &&
           nnrt_csv_read(&path, 1, &model->options, table, error);
}

const char *csv_result(const CsvModel *model, const char *text) {
    static char result[4100];
    NnrtTable table;
    NnrtError error = {0};
    size_t used = 0;
    result[0] = 0;
    if (!read_csv(model, text, (int64_t)strlen(text), &table, &error)) {
        const char *file = strstr(error.text, "data.csv");
        snprintf(result, sizeof result, "%d %s", error.exit_code, file ? file : error.text);
    }
    for (int64_t row = 0; !error.exit_code && row < table.rows; row++) {
        for (int c = 0; c < table.column_count; c++)
            for (int64_t i = 0; table.columns[c].present && i < table.columns[c].width; i++)
                used += (size_t)snprintf(result + used, sizeof result - used, "%s%g",
                                         c || i ? " "
                                         : row  ? ";"
                                                : "",
                                         nnrt_table_value(&table, c, row, i));
    }
    nnrt_table_free(&table);
    test_clean();
    return result;
}
