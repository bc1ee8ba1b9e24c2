/* CSV that can be read: form, columns, classes, missing values. Errors are in csv_error_test.c. */
#include "runtime/csv_support.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void check(const CsvModel *model, const char *text, const char *expected) {
    const char *result = csv_result(model, text);
    if (strcmp(result, expected) != 0) {
        fprintf(stderr, "%s\n  gave     %s\n  expected %s\n", text, result, expected);
        CU_FAIL("CSV");
    } else {
        CU_PASS("CSV");
    }
}

static void forms(void) {
    const CsvModel *m = &two_and_one;
    check(m, "a,b,y\n1,2,3\n4,5,6\n", "1 2 3;4 5 6");
    check(m, "a,b,y\n1,2,3\n4,5,6", "1 2 3;4 5 6");
    check(m, "a,b,y\r\n1,2,3\r\n4,5,6\r\n", "1 2 3;4 5 6");
    check(m, "a,b,y\r1,2,3\r4,5,6\r", "1 2 3;4 5 6");
    check(m,
          "\xef\xbb\xbf"
          "a,b,y\n1,2,3\n",
          "1 2 3");
    check(m, "\n\n a , b ,y\n\n 1 ,\t2, 3 \n  \n4,5,6\n\n", "1 2 3;4 5 6");
    check(m, "a;b;y\n1;2;3\n", "1 2 3");
    check(m, "a\tb\ty\n1\t2\t3\n", "1 2 3");
    check(m, "a\tb\ty\n1\t 2 \t3\n", "1 2 3");
    check(m, "\"a;1\",\"b\",y\n1,2,3\n", "1 2 3");
    check(m, "\"a,1\";b;y\n1;2;3\n", "1 2 3"); /* a comma in quotes separates nothing */
    check(m, "\"a\",\"b\",\"y\"\n\"1\", \"2\" ,\"3\"\n", "1 2 3");
    check(m, "a,b,y\n-1.5e3,+2.5,.5\n", "-1500 2.5 0.5");
    check(m, "a,y,b\n1,2,3\n", "1 3 2");
    check(m, "y,a,b\n1,2,3\n", "2 3 1");
}

static void columns(void) {
    check(&two_and_one, "x[1],y,x[0],other\n1,2,3,text\n", "3 1 2");
    CsvModel m = two_and_one;
    const char *ignore[] = {"name", ""};
    m.options.ignore = ignore;
    m.options.ignore_count = 1;
    check(&m, "a,name,b,y\n1,any text,2,3\n", "1 2 3");
    m.options.ignore_count = 2;
    check(&m, ",a,name,b,y\n9,1,,2,3\n", "1 2 3");
    m = two_and_one;
    m.options.skip_targets = true;
    check(&m, "a,b,y\n1,2,not read\n", "1 2");
    check(&m, "a,b\n1,2\n", "1 2");
    m.fields[1].rank = 1;
    m.fields[1].dims[0] = 2;
    check(&m, "y[0],a,y[1],b,y[2]\n0,1,0,2,0\n", "1 2");
    m.options.skip_targets = false;
    check(&m, "y[0],a,y[1],b\n7,1,8,2\n", "1 2 7 8");
    m.fields[0].dims[0] = 1; /* real[1] takes the column of its name */
    check(&m, "other,y[0],x,y[1]\n0,7,1,8\n", "1 7 8");
}

/* What an input took of what was left is remembered, and taken by name the next time. */
static void remembered_columns(void) {
    NnrtTable table;
    NnrtError error = {0};
    CU_ASSERT_TRUE_FATAL(read_csv(&two_and_one, "a,y,b\n1,2,3\n", 12, &table, &error));
    char **names = table.columns[0].columns_found;
    CU_ASSERT_PTR_NOT_NULL_FATAL(names);
    CU_ASSERT_STRING_EQUAL(names[0], "a");
    CU_ASSERT_STRING_EQUAL(names[1], "b");
    CU_ASSERT_PTR_NULL(table.columns[1].columns_found);
    CsvModel m = two_and_one;
    m.fields[0].column_names = (const char *const *)names;
    m.options.skip_targets = true;
    check(&m, "b,new,a\n1,2,3\n", "3 1");
    check(&m, "b,new,c\n1,2,3\n",
          "1 data.csv: no column \"a\" for the input 'x'; the columns are \"b\", \"new\", \"c\"");
    nnrt_table_free(&table);
}

static void classes(void) {
    check(&by_class, "x,c\n1,0\n2,2\n3,1.0\n4,1\n", "1 0;2 2;3 1;4 1");
    check(&by_class, "x,c\n1,dog\n2,cat\n3,Dog\n4,cat\n", "1 2;2 1;3 0;4 1");
    check(&by_class, "x,c\n1,2\n2,10\n3,b\n", "1 1;2 0;3 2"); /* names: "10" < "2" < "b" */
    check(&by_name, "x,c\n1,bat\n2,cat\n3,dog\n4,bat\n", "1 2;2 0;3 1;4 2");
    check(&by_name, "x,c\n1,2\n2,0\n", "1 2;2 0");
    check(&by_class, "x,c\n1,\"a\nb\"\n2,\"say \"\"a\"\"\"\n3,\" c\"\n", "1 1;2 2;3 0");
    static const char *const numbers[] = {"1", "2", "3"};
    CsvModel m = by_name;
    m.fields[1].class_names = numbers;
    check(&m, "x,c\n1,2\n2,3\n", "1 1;2 2");
    static const char *const unusual[] = {"NA", "?", "x"};
    m.fields[1].class_names = unusual;
    check(&m, "x,c\n1,NA\n2,?\n", "1 0;2 1");
}

static void found_names(void) {
    NnrtTable table;
    NnrtError error = {0};
    const char *text = "x,c\n1,dog\n2,cat\n3,\"a \"\"b\"\"\"\n";
    CU_ASSERT_TRUE_FATAL(read_csv(&by_class, text, (int64_t)strlen(text), &table, &error));
    const char *const *names = nnrt_table_class_names(&table, 1);
    CU_ASSERT_PTR_NOT_NULL_FATAL(names);
    CU_ASSERT_STRING_EQUAL(names[0], "a \"b\"");
    CU_ASSERT_STRING_EQUAL(names[1], "cat");
    CU_ASSERT_STRING_EQUAL(names[2], "dog");
    CsvModel m = by_class;
    m.fields[1].class_names = names;
    check(&m, "x,c\n1,dog\n", "1 2");
    nnrt_table_free(&table);
}

/* Many classes, so that the table of names grows several times. */
static void many_classes(void) {
    char *text = malloc(200000), *end = text;
    end += sprintf(end, "x,c\n");
    for (int i = 0; i < 5000; i++)
        end += sprintf(end, "%d,name%04d\n", i, (i * 7) % 1000);
    CsvModel m = by_class;
    m.fields[1].classes = 1000;
    NnrtTable table;
    NnrtError error = {0};
    CU_ASSERT_TRUE_FATAL(read_csv(&m, text, end - text, &table, &error));
    int wrong = 0;
    for (int i = 0; i < 5000; i++)
        wrong += nnrt_table_value(&table, 1, i, 0) != (i * 7) % 1000;
    CU_ASSERT_EQUAL(wrong, 0);
    nnrt_table_free(&table);
    free(text);
    test_clean();
}

static void missing(void) {
    CsvModel m = two_and_one;
    const char *text = "a,b,y\n1,2,3\n,5,6\nNA,NaN,9\n10,?,12\n13,14,15\n";
    m.options.missing = NNRT_MISSING_DROP;
    check(&m, text, "1 2 3;13 14 15");
    check(&m, "a,b,y\n1,2,3\n4,5,\n", "1 2 3");
    m.options.missing = NNRT_MISSING_MEAN;
    check(&m, text, "1 2 3;nan 5 6;nan nan 9;10 nan 12;13 14 15");
    CsvModel by = by_class;
    by.options.missing = NNRT_MISSING_DROP; /* a name in a dropped row only is no class */
    check(&by, "x,c\n1,a\n,z\n2,b\n3,c\n4,NA\n", "1 0;2 1;3 2");
    NnrtTable table;
    NnrtError error = {0};
    CU_ASSERT_TRUE_FATAL(read_csv(&m, text, (int64_t)strlen(text), &table, &error));
    CU_ASSERT_EQUAL(table.columns[0].missing, 4);
    CU_ASSERT_EQUAL(table.columns[1].missing, 0);
    nnrt_table_free(&table);
    test_clean();
}

static void several_files(void) {
    char paths[3][600];
    snprintf(paths[0], 600, "%s", test_file("a.csv", "x,c\n1,dog\n", 10));
    snprintf(paths[1], 600, "%s", test_file("b.csv", "x,c\n2,cat\n3,bat\n", 16));
    snprintf(paths[2], 600, "%s", test_file("c.csv", "c,x\ncat,4\n", 10));
    const char *list[] = {paths[0], paths[1], paths[2]};
    NnrtTable table;
    NnrtError error = {0};
    CU_ASSERT_TRUE(nnrt_table_init(&table, by_class.fields, 2, NNRT_F32, &error));
    CU_ASSERT_TRUE(nnrt_csv_read(list, 2, &by_class.options, &table, &error));
    CU_ASSERT_EQUAL(table.rows, 3);
    CU_ASSERT(nnrt_table_value(&table, 1, 0, 0) == 2 && nnrt_table_value(&table, 1, 2, 0) == 0);
    nnrt_table_free(&table);
    CU_ASSERT_TRUE(nnrt_table_init(&table, by_class.fields, 2, NNRT_F32, &error));
    CU_ASSERT_FALSE(nnrt_csv_read(list, 3, &by_class.options, &table, &error));
    CU_ASSERT_EQUAL(error.exit_code, 1);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "c.csv: its columns are not those of the first"));
    nnrt_table_free(&table);
    test_clean();
}

static void packed(void) {
    int64_t size;
    void *bytes = test_gzip("a,b,y\n1,2,3\n", 12, &size);
    const char *path = test_file("a.csv.gz", bytes, size);
    NnrtReadOptions options = {.open = nnrt_open_gz};
    NnrtTable table;
    NnrtError error = {0};
    CU_ASSERT_TRUE(nnrt_table_init(&table, two_and_one.fields, 2, NNRT_F32, &error));
    CU_ASSERT_TRUE(nnrt_csv_read(&path, 1, &options, &table, &error));
    CU_ASSERT_EQUAL(table.rows, 1);
    nnrt_table_free(&table);
    free(bytes);
    test_clean();
}

/* Cells and records across the reader's buffer of 64 KB, at every offset near its end. */
static void long_files(void) {
    char *text = malloc(500000);
    for (int shift = 0; shift < 40; shift++) {
        char *end = text;
        end += sprintf(end, "x,c,%0*d\n", shift + 1, 0);
        int rows = 0;
        for (; end - text < 140000; rows++)
            end += sprintf(end, "%d,\"n \"\"%d\"\"\",\"a,\r\nb\"\r\n", rows, rows % 3);
        NnrtTable table;
        NnrtError error = {0};
        CU_ASSERT_TRUE_FATAL(read_csv(&by_class, text, end - text, &table, &error));
        int wrong = table.rows != rows;
        for (int i = 0; i < rows; i++)
            wrong += nnrt_table_value(&table, 0, i, 0) != i ||
                     nnrt_table_value(&table, 1, i, 0) != i % 3;
        CU_ASSERT_EQUAL(wrong, 0);
        nnrt_table_free(&table);
    }
    free(text);
    test_clean();
}

void add_csv_suite(void) {
    CU_pSuite suite = CU_add_suite("csv", NULL, NULL);
    CU_add_test(suite, "forms", forms);
    CU_add_test(suite, "columns", columns);
    CU_add_test(suite, "remembered columns", remembered_columns);
    CU_add_test(suite, "classes", classes);
    CU_add_test(suite, "found names", found_names);
    CU_add_test(suite, "many classes", many_classes);
    CU_add_test(suite, "missing values", missing);
    CU_add_test(suite, "several files", several_files);
    CU_add_test(suite, "packed", packed);
    CU_add_test(suite, "long files", long_files);
}
