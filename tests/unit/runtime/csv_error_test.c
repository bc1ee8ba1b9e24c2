/* CSV that must be refused: the message, with line and cell, and the exit code; then damage. */
#include "runtime/csv_support.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(const CsvModel *model, const char *text, const char *expected) {
    const char *result = csv_result(model, text);
    if (strncmp(result, expected, strlen(expected)) != 0) {
        fprintf(stderr, "%s\n  gave     %s\n  expected %s\n", text, result, expected);
        CU_FAIL("CSV error");
    } else {
        CU_PASS("CSV error");
    }
}

static void cells(void) {
    const CsvModel *m = &two_and_one;
    check(m, "a,b,y\n1,abc,3\n",
          "3 data.csv:2:2: expected a number in column \"b\", found \"abc\"");
    check(m, "a,b,y\n1,2,3\n1,2,\"a\x1b\"\n",
          "3 data.csv:3:3: expected a number in column \"y\", found \"a\\x1b\"");
    check(m, "a,b,y\n1,nan,3\n", "3 data.csv:2:2: expected a finite number in column \"b\"");
    check(m, "a,b,y\n1,2,inf\n", "3 data.csv:2:3: expected a finite number");
    check(m, "a,b,y\n1,2,1e999\n", "3 data.csv:2:3: expected a finite number");
    check(m, "a,b,y\n1,0x10,3\n", "3 data.csv:2:2: expected a number");
    check(m, "a,b,y\n1,,3\n", "3 data.csv:2:2: missing value \"\" in column \"b\"");
    check(m, "a,b,y\n1,2,?\n", "3 data.csv:2:3: missing value \"?\" in column \"y\"");
    check(m, "a,b,y\n1,2,NA\n", "3 data.csv:2:3: missing value \"NA\" in column \"y\"");
    check(m, "a;b;y\n1,5;2;3\n",
          "3 data.csv:2:1: expected a number in column \"a\", found \"1,5\"");
    CsvModel mean = two_and_one;
    mean.options.missing = NNRT_MISSING_MEAN;
    check(&mean, "a,b,y\n1,2,\n", "3 data.csv:2:3: missing value \"\" in column \"y\": missing = ");
    CsvModel drop = two_and_one;
    drop.options.missing = NNRT_MISSING_DROP;
    check(&drop, "a,b,y\n1,2,\n", "1 data.csv: every row has a missing value, so none is left");
}

static void rows(void) {
    const CsvModel *m = &two_and_one;
    check(m, "", "3 data.csv: is empty");
    check(m, "\n\n", "3 data.csv: is empty");
    check(m, "a,b,y\n", "3 data.csv: has no rows below");
    check(m, "a,b,y\n1,2\n", "3 data.csv:2:2: the row has 2 cells, the first line 3");
    check(m, "a,b,y\n1,2,3\n1,2,3,4\n", "3 data.csv:3:4: the row has 4 cells, the first line 3");
    check(m, "a,b,y\n1,2,3,\n", "3 data.csv:2:4: the row has 4 cells");
    check(m, "a,b,y\n1,\"2\"x,3\n", "3 data.csv:2:2: text after the closing quote");
    check(m, "a,b,y\n1,\"2,3\n4,5,6\n",
          "3 data.csv:2:2: the quote that opens here is never closed");
    /* Lines are right below a cell with line breaks of all kinds. */
    check(&by_class, "x,c\n1,\"a\nb\r\nc\rd\"\nz,0\n", "3 data.csv:6:1: expected a number");
    check(&by_class, "x,c\r\n1,a\r\n\r\nz,0\r\n", "3 data.csv:4:1: expected a number");
    check(&by_class, "x,c\r1,a\r\rz,0\r", "3 data.csv:4:1: expected a number");
    check(&by_class, "\n\nx,c\n\n1,a\n\n\nz,0\n", "3 data.csv:8:1: expected a number");
    CU_ASSERT_STRING_EQUAL(csv_result(m, "a,b\n1,2\n"),
                           "1 data.csv: no column \"y\" for the target 'y'; the columns are "
                           "\"a\", \"b\"");
}

static void not_text(void) {
    NnrtTable table;
    NnrtError error = {0};
    CU_ASSERT_FALSE(read_csv(&two_and_one, "a,b,y\n1,\0,3\n", 12, &table, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "data.csv:2:2: a NUL byte"));
    nnrt_table_free(&table);
    error = (NnrtError){0};
    CU_ASSERT_FALSE(read_csv(&two_and_one, "a,b,y\n1,\"\0\",3\n", 14, &table, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "data.csv:2:2: a NUL byte"));
    nnrt_table_free(&table);
    check(&by_class, "x,c\n1,caf\xe9\n",
          "3 data.csv:2:2: the class name \"caf\\xe9\" is not UTF-8");
    int64_t size = 3 << 20;
    char *longest = malloc((size_t)size);
    memset(longest, 'a', (size_t)size);
    error = (NnrtError){0};
    CU_ASSERT_FALSE(read_csv(&two_and_one, longest, size, &table, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "data.csv:1:1: the cell is longer than 1048576"));
    nnrt_table_free(&table);
    memset(longest, ',', (size_t)size);
    error = (NnrtError){0};
    CU_ASSERT_FALSE(read_csv(&two_and_one, longest, size, &table, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "more than 1048576 cells in a line"));
    nnrt_table_free(&table);
    free(longest);
    test_clean();
}

static void columns(void) {
    const CsvModel *m = &two_and_one;
    check(m, "a,b,c,y\n1,2,3,4\n",
          "1 data.csv: input 'x' has 2 values, but 3 columns are left for it: \"a\", \"b\", \"c\"");
    check(m, "y\n1\n", "1 data.csv: input 'x' has 2 values, but 0 columns are left for it");
    check(m, "x[0],a,y\n1,2,3\n", "1 data.csv: no column \"x[1]\" for the input 'x'");
    check(m, "x[0],x[1],x[2],y\n1,2,3,4\n", "1 data.csv: there is a column \"x[2]\"");
    check(m, "y,b,y\n1,2,3\n", "1 data.csv: two columns are called \"y\"");
    CsvModel two = two_and_one;
    two.fields[2] = (NnrtField){.name = "z", .rank = 1, .dims = {2}};
    check(&two, "a,b,y\n1,2,3\n", "1 data.csv: neither 'x' nor 'z' has columns of its name");
    CsvModel ignoring = two_and_one;
    const char *names[] = {"nam", "y"};
    ignoring.options.ignore = names;
    ignoring.options.ignore_count = 1;
    check(&ignoring, "a,b,y\n1,2,3\n", "1 data.csv: there is no column \"nam\" to ignore");
    ignoring.options.ignore = names + 1;
    check(&ignoring, "a,b,y\n1,2,3\n", "1 data.csv: column \"y\" is ignored, and the model has");
}

static void classes(void) {
    check(&by_class, "x,c\n1,0\n2,3\n",
          "1 data.csv:3:2: class 3 of 'c' is out of range: class[3] means the numbers 0 to 2");
    check(&by_class, "x,c\n1,-1\n", "1 data.csv:2:2: class -1 of 'c' is out of range");
    check(&by_class, "x,c\n1,a\n2,b\n",
          "1 data.csv: 'c' is class[3], but the data has 2 different names: \"a\", \"b\"");
    check(&by_class, "x,c\n1,a\n2,b\n3,c\n4,d\n",
          "1 data.csv: 'c' is class[3], but the data has 4 different names");
    check(&by_class, "x,c\n1,1.5\n", "1 data.csv: 'c' is class[3], but the data has 1 different");
    check(&by_name, "x,c\n1,cow\n", "1 data.csv:2:2: \"cow\" is not one of the classes of 'c'");
    check(&by_name, "x,c\n1,3\n", "1 data.csv:2:2: class 3 of 'c' is out of range");
    static const char *const numbers[] = {"1", "2", "3"};
    CsvModel m = by_name;
    m.fields[1].class_names = numbers;
    check(&m, "x,c\n1,0\n", "1 data.csv:2:2: \"0\" is not one of the classes of 'c'");
    char text[2000] = "x,c\n", *end = text + 4;
    for (int i = 0; i < 100; i++)
        end += sprintf(end, "1,%d.5\n", i);
    check(&by_class, text,
          "1 data.csv:30:2: 'c' is class[3], but the data has more than 28 different values");
}

static void too_large_for_single(void) {
    const char *path = test_file("data.csv", "a,b,y\n1,2,1e39\n", 15);
    NnrtTable table;
    NnrtError error = {0};
    CU_ASSERT_TRUE(nnrt_table_init(&table, two_and_one.fields, 2, NNRT_F32, &error));
    CU_ASSERT_FALSE(nnrt_csv_read(&path, 1, &two_and_one.options, &table, &error));
    CU_ASSERT_EQUAL(error.exit_code, 3);
    nnrt_table_free(&table);
    test_clean();
}

/* A file cut anywhere, or with any bit flipped, is read or refused; the sanitizers watch. */
static void damage(void) {
    char text[] = "\xef\xbb\xbf"
                  "x,\"c\nd\",c\r\n1.5,\"a \"\"b\"\"\",a\n\n-2,NA,b\r\n3e1,\"\n\",a\n";
    int64_t length = (int64_t)strlen(text), good = 0;
    CsvModel m = by_class;
    m.fields[1].classes = 2;
    for (int64_t cut = 0; cut <= length; cut++) {
        NnrtTable table;
        NnrtError error = {0};
        bool read = read_csv(&m, text, cut, &table, &error);
        CU_ASSERT_EQUAL(read, error.exit_code == 0);
        CU_ASSERT(read || error.exit_code == 1 || error.exit_code == 3);
        good += read;
        nnrt_table_free(&table);
    }
    CU_ASSERT(good >= 2 && good < length / 2);
    for (int64_t bit = 0; bit < length * 8; bit++) {
        text[bit / 8] ^= (char)(1 << bit % 8);
        NnrtTable table;
        NnrtError error = {0};
        bool read = read_csv(&m, text, length, &table, &error);
        CU_ASSERT_EQUAL(read, error.exit_code == 0);
        CU_ASSERT(read || error.exit_code == 1 || error.exit_code == 3);
        nnrt_table_free(&table);
        text[bit / 8] ^= (char)(1 << bit % 8);
    }
    test_clean();
}

void add_csv_error_suite(void) {
    CU_pSuite suite = CU_add_suite("csv errors", NULL, NULL);
    CU_add_test(suite, "cells", cells);
    CU_add_test(suite, "rows", rows);
    CU_add_test(suite, "not text", not_text);
    CU_add_test(suite, "columns", columns);
    CU_add_test(suite, "classes", classes);
    CU_add_test(suite, "too large for single", too_large_for_single);
    CU_add_test(suite, "damage", damage);
}
