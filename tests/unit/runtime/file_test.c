/* Streams, gzip, and finding files. */
#include "runtime/file.h"
#include "runtime/find.h"
#include "runtime/tests.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char sample[300000];

static void make_sample(void) {
    unsigned state = 1;
    for (size_t i = 0; i < sizeof sample; i++) {
        state = state * 1664525 + 1013904223;
        sample[i] = (char)('a' + (state >> 24) % 20);
    }
}

/* Reads all of a file; NULL when that fails. */
static char *read_all(const char *path, NnrtOpener open, int64_t *size, NnrtError *error) {
    NnrtStream stream;
    if (!open(path, &stream, error)) return NULL;
    char *text = nnrt_read_rest(&stream, 1 << 20, size, error);
    nnrt_close(&stream);
    return text;
}

static void plain_files(void) {
    make_sample();
    const int64_t sizes[] = {0, 1, 2, 3, 65535, 65536, 65537, sizeof sample};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        NnrtError error = {0};
        const char *path = test_file("plain", sample, sizes[i]);
        NnrtOpener openers[] = {nnrt_open_plain, nnrt_open_gz, nnrt_open_bytes};
        for (int k = 0; k < 3; k++) {
            int64_t size = -1;
            char *text = read_all(path, openers[k], &size, &error);
            CU_ASSERT_PTR_NOT_NULL_FATAL(text);
            CU_ASSERT_EQUAL(size, sizes[i]);
            CU_ASSERT(memcmp(text, sample, (size_t)size) == 0 && text[size] == 0);
            free(text);
        }
        NnrtStream stream;
        CU_ASSERT_TRUE_FATAL(nnrt_open_plain(path, &stream, &error));
        CU_ASSERT_EQUAL(stream.size, sizes[i]);
        void *block = nnrt_read_block(&stream, sizes[i], &error);
        CU_ASSERT_PTR_NOT_NULL(block);
        CU_ASSERT_TRUE(nnrt_expect_end(&stream, &error));
        nnrt_close(&stream);
        free(block);
    }
    test_clean();
}

static void refused_files(void) {
    NnrtStream stream;
    NnrtError error = {0};
    CU_ASSERT_FALSE(nnrt_open_plain(test_path("none"), &stream, &error));
    CU_ASSERT_EQUAL(error.exit_code, 3);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "none: No such file"));
    error = (NnrtError){0};
    CU_ASSERT_FALSE(nnrt_open_plain("/", &stream, &error));
    CU_ASSERT_STRING_EQUAL(error.text, "/: is a folder, not a data file");
    error = (NnrtError){0};
    CU_ASSERT_FALSE(nnrt_open_gz("/dev/zero", &stream, &error));
    CU_ASSERT_STRING_EQUAL(error.text, "/dev/zero: is a device, not a data file");
    error = (NnrtError){0};
    CU_ASSERT_FALSE(nnrt_open_plain(test_file("z", "\x1f\x8b\x08", 3), &stream, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "is gzipped"));
    test_clean();
}

/* A size that a damaged header claims must neither be allocated nor believed. */
static void short_blocks(void) {
    NnrtStream stream;
    NnrtError error = {0};
    const char *path = test_file("short", "abcdef", 6);
    CU_ASSERT_TRUE(nnrt_open_plain(path, &stream, &error));
    CU_ASSERT_PTR_NULL(nnrt_read_block(&stream, INT64_MAX / 2, &error));
    CU_ASSERT_EQUAL(error.exit_code, 3);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "it has 6 of"));
    nnrt_close(&stream);
    int64_t size;
    void *packed = test_gzip("abcdef", 6, &size);
    path = test_file("short.gz", packed, size);
    free(packed);
    error = (NnrtError){0};
    CU_ASSERT_TRUE(nnrt_open_gz(path, &stream, &error));
    CU_ASSERT_PTR_NULL(nnrt_read_block(&stream, INT64_MAX / 2, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "ends after 6 bytes"));
    nnrt_close(&stream);
    error = (NnrtError){0};
    CU_ASSERT_TRUE(nnrt_open_plain(test_path("short"), &stream, &error));
    free(nnrt_read_block(&stream, 5, &error));
    CU_ASSERT_FALSE(nnrt_expect_end(&stream, &error));
    CU_ASSERT_EQUAL(error.exit_code, 3);
    nnrt_close(&stream);
    error = (NnrtError){0};
    CU_ASSERT_TRUE(nnrt_open_plain(test_path("short"), &stream, &error));
    CU_ASSERT_PTR_NULL(nnrt_read_rest(&stream, 5, &size, &error));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "longer than 5 bytes"));
    nnrt_close(&stream);
    test_clean();
}

static void gzip_members(void) {
    make_sample();
    int64_t size_a, size_b, size;
    char *a = test_gzip(sample, 200000, &size_a), *b = test_gzip(sample + 200000, 100000, &size_b);
    char *both = malloc((size_t)(size_a + size_b + 10));
    memcpy(both, a, (size_t)size_a);
    memcpy(both + size_a, b, (size_t)size_b);
    memset(both + size_a + size_b, 0, 10);
    NnrtError error = {0};
    for (int padding = 0; padding <= 10; padding += 5) {
        const char *path = test_file("two.gz", both, size_a + size_b + padding);
        char *text = read_all(path, nnrt_open_gz, &size, &error);
        CU_ASSERT_PTR_NOT_NULL_FATAL(text);
        CU_ASSERT_EQUAL(size, (int64_t)sizeof sample);
        CU_ASSERT(memcmp(text, sample, sizeof sample) == 0);
        free(text);
    }
    both[size_a + size_b] = 'x';
    CU_ASSERT_PTR_NULL(
        read_all(test_file("two.gz", both, size_a + size_b + 1), nnrt_open_gz, &size, &error));
    CU_ASSERT_EQUAL(error.exit_code, 3);
    free(a);
    free(b);
    free(both);
    test_clean();
}

/* Every cut of a gzip file is noticed, and every flipped bit changes nothing or is noticed. */
static void damaged_gzip(void) {
    const char *text = "a few words, a few words, and a few more words to be packed\n";
    int64_t length = (int64_t)strlen(text), packed_size, size;
    char *packed = test_gzip(text, length, &packed_size);
    for (int64_t cut = 2; cut < packed_size; cut++) {
        NnrtError error = {0};
        char *read = read_all(test_file("cut.gz", packed, cut), nnrt_open_gz, &size, &error);
        CU_ASSERT_PTR_NULL(read);
        CU_ASSERT_EQUAL(error.exit_code, 3);
        free(read);
    }
    for (int64_t bit = 0; bit < packed_size * 8; bit++) {
        packed[bit / 8] ^= (char)(1 << bit % 8);
        NnrtError error = {0};
        char *read =
            read_all(test_file("flip.gz", packed, packed_size), nnrt_open_gz, &size, &error);
        /* Without its magic it is a plain file; the time and system fields mean nothing. */
        if (read && bit >= 16) CU_ASSERT(size == length && memcmp(read, text, (size_t)size) == 0);
        if (!read) CU_ASSERT_EQUAL(error.exit_code, 3);
        free(read);
        packed[bit / 8] ^= (char)(1 << bit % 8);
    }
    free(packed);
    test_clean();
}

static void standard_input(void) {
    const char *path = test_file("in", "from a pipe", 11);
    int saved = dup(STDIN_FILENO), ends[2];
    CU_ASSERT_EQUAL(pipe(ends), 0);
    CU_ASSERT_EQUAL(write(ends[1], "piped", 5), 5);
    close(ends[1]);
    dup2(ends[0], STDIN_FILENO);
    close(ends[0]);
    NnrtError error = {0};
    int64_t size;
    char *text = read_all("-", nnrt_open_gz, &size, &error);
    dup2(saved, STDIN_FILENO);
    close(saved);
    CU_ASSERT_PTR_NOT_NULL_FATAL(text);
    CU_ASSERT_STRING_EQUAL(text, "piped");
    free(text);
    CU_ASSERT_TRUE(nnrt_same_file(path, path));
    CU_ASSERT_FALSE(nnrt_same_file(path, "/"));
    test_clean();
}

static const char *base_name(const char *path) {
    return strrchr(path, '/') + 1;
}

static void finding(void) {
    static const char *const names[] = {"b2.csv", "b10.csv", "B1.csv", ".b.csv", "b.txt", "bb"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        test_file(names[i], "", 0);
    char folder[512];
    strcpy(folder, test_path(""));
    const char *const folders[] = {"/nowhere", folder};
    static const struct {
        const char *pattern, *found;
    } rows[] = {{"b2.csv", "b2.csv"},
                {"*.csv", "B1.csv b10.csv b2.csv"},
                {"b*.csv", "b10.csv b2.csv"},
                {"*b*", "b.txt b10.csv b2.csv bb"},
                {".*", ".b.csv"},
                {"b*0*v", "b10.csv"},
                {"**2**.csv", "b2.csv"},
                {"bb*", "bb"},
                {"*", "B1.csv b.txt b10.csv b2.csv bb"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        NnrtPaths paths;
        NnrtError error = {0};
        char list[200] = "";
        CU_ASSERT_TRUE(nnrt_find(rows[i].pattern, folders, 2, &paths, &error));
        for (int64_t k = 0; k < paths.count; k++) {
            strcat(list, k ? " " : "");
            strcat(list, base_name(paths.items[k]));
        }
        CU_ASSERT_STRING_EQUAL(list, rows[i].found);
        nnrt_paths_free(&paths);
    }
    NnrtPaths paths;
    NnrtError error = {0};
    CU_ASSERT_FALSE(nnrt_find("c*.csv", folders, 2, &paths, &error));
    CU_ASSERT_EQUAL(error.exit_code, 3);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "c*.csv: no file of this name (looked in: /nowhere"));
    CU_ASSERT_TRUE(nnrt_find(test_path("bb"), folders, 0, &paths, NULL)); /* absolute */
    nnrt_paths_free(&paths);
    CU_ASSERT_TRUE(nnrt_find("-", folders, 2, &paths, NULL));
    CU_ASSERT_STRING_EQUAL(paths.items[0], "-");
    nnrt_paths_free(&paths);
    test_clean();
}

void add_file_suite(void) {
    CU_pSuite suite = CU_add_suite("file", NULL, NULL);
    CU_add_test(suite, "plain files", plain_files);
    CU_add_test(suite, "refused files", refused_files);
    CU_add_test(suite, "short blocks", short_blocks);
    CU_add_test(suite, "gzip members", gzip_members);
    CU_add_test(suite, "damaged gzip", damaged_gzip);
    CU_add_test(suite, "standard input", standard_input);
    CU_add_test(suite, "finding", finding);
}
