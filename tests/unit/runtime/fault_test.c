/* Memory runs out at the first, second, third ... request of every reader and writer: exit 4,
 * nothing leaked (the sanitizer sees), nothing that was saved is lost. */
#include "runtime/csv.h"
#include "runtime/find.h"
#include "runtime/idx.h"
#include "runtime/names.h"
#include "runtime/npy.h"
#include "runtime/safetensors.h"
#include "runtime/split.h"
#include "runtime/tests.h"
#include "runtime/threads.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static char paths[5][600];

static void make_files(void) {
    static const char csv[] = "a,b,c\n1,2,dog\n3,NA,cat\n4,5,\"a \"\"bat\"\"\"\n";
    static const char images[] = "\0\0\x08\3\0\0\0\2\0\0\0\1\0\0\0\2\x00\x01\x02\x80";
    static const char labels[] = "\0\0\x08\1\0\0\0\2\2\0";
    int64_t size;
    void *packed = test_gzip(images, 20, &size);
    strcpy(paths[0], test_file("a.csv", csv, sizeof csv - 1));
    strcpy(paths[1], test_file("images.gz", packed, size));
    strcpy(paths[2], test_file("labels", labels, 10));
    strcpy(paths[3], test_file("old", "precious", 8));
    strcpy(paths[4], test_path("w"));
    free(packed);
}

static bool read_rows(NnrtError *error) {
    static const NnrtField fields[] = {
        {.name = "x", .rank = 1, .dims = {2}},
        {.name = "c", .kind = NNRT_FIELD_CLASS, .classes = 3, .target = true}};
    NnrtReadOptions options = {.open = nnrt_open_gz, .missing = NNRT_MISSING_MEAN};
    const char *path = paths[0];
    NnrtTable table;
    bool good = nnrt_table_init(&table, fields, 2, NNRT_F32, error) &&
                nnrt_csv_read(&path, 1, &options, &table, error);
    nnrt_table_free(&table);
    return good;
}

static bool read_pictures(NnrtError *error) {
    static const NnrtField fields[] = {
        {.name = "x", .kind = NNRT_FIELD_IMAGE, .rank = 3, .dims = {1, 2, 1}},
        {.name = "c", .kind = NNRT_FIELD_CLASS, .classes = 3, .target = true}};
    NnrtReadOptions options = {.open = nnrt_open_gz};
    const char *input = paths[1], *target = paths[2];
    NnrtTable table;
    bool good = nnrt_table_init(&table, fields, 2, NNRT_F32, error) &&
                nnrt_arrays_read(nnrt_idx_read, &input, &target, 1, &options, &table, error);
    nnrt_table_free(&table);
    return good;
}

static const float values[] = {1, 2};
static const NnrtTensor tensor = {"t", NNRT_TENSOR_F32, 1, {2}, values, 8};
static const NnrtPair pair = {"key", "value"};

static bool write_weights(NnrtError *error) {
    return nnrt_tensors_write(paths[3], &tensor, 1, &pair, 1, error);
}

static bool read_weights(NnrtError *error) {
    NnrtTensorFile file;
    bool good = nnrt_tensors_read(paths[4], &file, error);
    nnrt_tensors_free(&file);
    return good;
}

static bool split_rows(NnrtError *error) {
    static const int32_t labels[] = {0, 1, 0, 1, 0, 1, 0, 1};
    NnrtSplitRequest request = {.rows = 8, .labels = labels, .classes = 2, .test = 0.25};
    NnrtSplit split;
    bool good = nnrt_split(&request, &split, error);
    nnrt_split_free(&split);
    return good;
}

static bool find_files(NnrtError *error) {
    char folder[600];
    strcpy(folder, paths[0]);
    *strrchr(folder, '/') = 0;
    const char *const folders[] = {"/nowhere", folder};
    NnrtPaths found;
    bool good = nnrt_find("*", folders, 2, &found, error);
    nnrt_paths_free(&found);
    return good;
}

static bool list_names(NnrtError *error) {
    const char *const names[] = {"one", "two"};
    char *text = nnrt_names_write(names, 2, error);
    char **back = text ? nnrt_names_read("f", text, 2, error) : NULL;
    free(text);
    nnrt_names_free(back, 2);
    return back != NULL;
}

static void check(bool (*action)(NnrtError *), long at_least) {
    NnrtError error = {0};
    fail_allocation(0);
    CU_ASSERT_TRUE_FATAL(action(&error));
    long wanted = fail_allocation(0);
    CU_ASSERT(wanted >= at_least); /* otherwise nothing was tested */
    for (long k = 1; k <= wanted; k++) {
        error = (NnrtError){0};
        fail_allocation(k);
        bool good = action(&error);
        fail_allocation(0);
        /* Giving memory back may fail without harm. */
        CU_ASSERT(good ? error.exit_code == 0 : error.exit_code == 4);
    }
}

static void out_of_memory(void) {
    make_files();
    CU_ASSERT_TRUE_FATAL(nnrt_tensors_write(paths[4], &tensor, 1, &pair, 1, NULL));
    int files = test_file_count();
    check(read_rows, 12);
    check(read_pictures, 6);
    check(read_weights, 6);
    check(split_rows, 8);
    check(find_files, 5);
    check(list_names, 5);
    check(write_weights, 4);
    CU_ASSERT_EQUAL(test_file_count(), files);
    test_clean();
}

static void old_weights_survive(void) {
    make_files();
    for (long k = 1; k <= 4; k++) {
        NnrtError error = {0};
        fail_allocation(k);
        bool good = write_weights(&error);
        fail_allocation(0);
        CU_ASSERT_FALSE(good);
        char text[9] = {0};
        FILE *file = fopen(paths[3], "rb");
        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        CU_ASSERT_EQUAL(fread(text, 1, 8, file), 8);
        fclose(file);
        CU_ASSERT_STRING_EQUAL(text, "precious");
    }
    test_clean();
}

/* Writes one version after another until it is killed: all values of version v are v. */
static void write_for_ever(const char *path) {
    enum { COUNT = 50000 };
    static float many[COUNT];
    const NnrtTensor large = {"t", NNRT_TENSOR_F32, 1, {COUNT}, many, sizeof many};
    for (int version = 1;; version++) {
        for (int i = 0; i < COUNT; i++)
            many[i] = (float)version;
        if (!nnrt_tensors_write(path, &large, 1, NULL, 0, NULL)) _exit(1);
    }
}

/* Killed at any instant, a save leaves the old or the new file, whole. */
static void killed_while_saving(void) {
    char path[600];
    strcpy(path, test_path("w"));
    CU_ASSERT_TRUE_FATAL(nnrt_tensors_write(path, &tensor, 1, NULL, 0, NULL));
    int replaced = 0;
    for (int round = 0; round < 25; round++) {
        pid_t child = fork();
        CU_ASSERT_FATAL(child >= 0);
        if (child == 0) write_for_ever(path);
        long wait = 1000000 * (round * 7 % 25 + (round > 20 ? 400 : 0)); /* slow disks too */
        struct timespec pause = {0, wait};
        nanosleep(&pause, NULL);
        kill(child, SIGKILL);
        int status;
        CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
        CU_ASSERT(WIFSIGNALED(status)); /* it did not end by itself */
        NnrtTensorFile file;
        NnrtError error = {0};
        CU_ASSERT_TRUE_FATAL(nnrt_tensors_read(path, &file, &error));
        const float *found = file.tensors[0].values;
        int64_t count = nnrt_tensor_count(&file.tensors[0]);
        int other = 0;
        for (int64_t i = 1; i < count && count > 2; i++)
            other += found[i] != found[0];
        CU_ASSERT_EQUAL(other, 0);
        replaced += count > 2;
        nnrt_tensors_free(&file);
    }
    CU_ASSERT(replaced > 0); /* some saves came through before the signal */
    test_clean();
}

void add_fault_suite(void) {
    CU_pSuite suite = CU_add_suite("faults", NULL, NULL);
    CU_add_test(suite, "out of memory", out_of_memory);
    CU_add_test(suite, "killed while saving", killed_while_saving);
    CU_add_test(suite, "old weights survive", old_weights_survive);
}
