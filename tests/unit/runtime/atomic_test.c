/* Atomic writing: what is kept, what is refused, and what a full disk leaves behind. */
#define _DEFAULT_SOURCE /* mknod, makedev */
#include "runtime/atomic.h"
#include "runtime/file.h"
#include "runtime/tests.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static bool holds(const char *path, const char *text) {
    NnrtStream stream;
    int64_t size = 0;
    if (!nnrt_open_bytes(path, &stream, NULL)) return false;
    char *found = nnrt_read_rest(&stream, 1 << 20, &size, NULL);
    nnrt_close(&stream);
    bool same = found && size == (int64_t)strlen(text) && memcmp(found, text, (size_t)size) == 0;
    free(found);
    return same;
}

static int mode_of(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? (int)(status.st_mode & 0777) : -1;
}

static void new_and_replaced(void) {
    NnrtError error = {0};
    const char *path = test_path("out");
    mode_t mask = umask(027);
    CU_ASSERT_TRUE(nnrt_write_file(path, "one", 3, &error));
    umask(mask);
    CU_ASSERT_TRUE(holds(path, "one"));
    CU_ASSERT_EQUAL(mode_of(path), 0640);
    chmod(path, 0604);
    CU_ASSERT_TRUE(nnrt_write_file(path, "second", 6, &error));
    CU_ASSERT_TRUE(holds(path, "second"));
    CU_ASSERT_EQUAL(mode_of(path), 0604);
    CU_ASSERT_TRUE(nnrt_write_file(path, "", 0, &error));
    CU_ASSERT_TRUE(holds(path, ""));
    CU_ASSERT_EQUAL(test_file_count(), 1);
    CU_ASSERT_EQUAL(error.exit_code, 0);
    test_clean();
}

static void many_pieces(void) {
    NnrtWriter writer;
    NnrtError error = {0};
    char *expected = malloc(400001), *end = expected;
    CU_ASSERT_TRUE_FATAL(nnrt_writer_begin(&writer, test_path("pieces"), &error));
    for (int i = 0; end + 70000 < expected + 400000; i++) {
        int64_t size = i % 50 == 49 ? 66000 : i % 97;
        memset(end, 'a' + i % 26, (size_t)size);
        nnrt_writer_put(&writer, end, size);
        end += size;
    }
    nnrt_writer_text(&writer, "end");
    memcpy(end, "end", 4);
    CU_ASSERT_TRUE(nnrt_writer_commit(&writer, &error));
    CU_ASSERT_TRUE(holds(test_path("pieces"), expected));
    free(expected);
    test_clean();
}

static void links_are_followed(void) {
    NnrtError error = {0};
    test_file("target", "old", 3);
    CU_ASSERT_EQUAL(symlink("target", test_path("link")), 0);
    CU_ASSERT_TRUE(nnrt_write_file(test_path("link"), "new", 3, &error));
    CU_ASSERT_TRUE(holds(test_path("target"), "new"));
    struct stat status;
    CU_ASSERT(lstat(test_path("link"), &status) == 0 && S_ISLNK(status.st_mode));
    CU_ASSERT_EQUAL(symlink("nowhere", test_path("dangling")), 0);
    CU_ASSERT_FALSE(nnrt_write_file(test_path("dangling"), "new", 3, &error));
    CU_ASSERT_EQUAL(error.exit_code, 4);
    CU_ASSERT_EQUAL(test_file_count(), 3);
    test_clean();
}

static void check_refused(const char *path, int exit_code, const char *text) {
    NnrtError error = {0};
    CU_ASSERT_FALSE(nnrt_write_file(path, "x", 1, &error));
    CU_ASSERT_EQUAL(error.exit_code, exit_code);
    if (!strstr(error.text, text)) {
        fprintf(stderr, "%s\n", error.text);
        CU_FAIL("message");
    }
}

/* Only things in the test's own folder are ever written to: a defect here, run by root, would
 * otherwise replace a device of the machine. */
static void refused_targets(void) {
    if (mknod(test_path("device"), S_IFCHR | 0600, makedev(1, 3)) == 0)
        check_refused(test_path("device"), 2, "is a device or pipe");
    remove(test_path("device"));
    CU_ASSERT_EQUAL(mkdir(test_path("folder"), 0700), 0);
    check_refused(test_path("folder"), 2, "is a folder");
    check_refused("", 2, "is not the name of a file");
    check_refused("-", 2, "-: is not the name of a file");
    check_refused(test_path("none/file"), 4, "No such file");
    check_refused(test_path("none/"), 2, "is not the name of a file");
    CU_ASSERT_EQUAL(mkfifo(test_path("fifo"), 0600), 0);
    check_refused(test_path("fifo"), 2, "is a device or pipe");
    const char *path = test_file("protected", "old", 3);
    chmod(path, 0444);
    if (access(path, W_OK) != 0) /* root may write anything */
        check_refused(path, 2, "is protected against writing");
    CU_ASSERT_EQUAL(test_file_count(), 3);
    test_clean();
}

/* A limit on the size of files makes write() fail as a full disk does. */
static void full_disk(void) {
    const char *path = test_file("weights", "precious", 8);
    static char large[300000];
    struct rlimit before, small;
    getrlimit(RLIMIT_FSIZE, &before);
    void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
    for (rlim_t limit = 0; limit <= 300000; limit += limit < 3 ? 1 : 60000) {
        NnrtError error = {0};
        small = (struct rlimit){limit, before.rlim_max};
        setrlimit(RLIMIT_FSIZE, &small);
        bool written = nnrt_write_file(path, large, sizeof large, &error);
        setrlimit(RLIMIT_FSIZE, &before);
        CU_ASSERT_FALSE(written);
        CU_ASSERT_EQUAL(error.exit_code, 4);
        CU_ASSERT_TRUE(holds(path, "precious"));
        CU_ASSERT_EQUAL(test_file_count(), 1);
    }
    signal(SIGXFSZ, handler);
    NnrtWriter writer;
    CU_ASSERT_TRUE(nnrt_writer_begin(&writer, path, NULL));
    nnrt_writer_put(&writer, "x", 1);
    CU_ASSERT_EQUAL(test_file_count(), 2);
    nnrt_writer_abandon(&writer);
    CU_ASSERT_EQUAL(test_file_count(), 1);
    CU_ASSERT_TRUE(holds(path, "precious"));
    test_clean();
}

void add_atomic_suite(void) {
    CU_pSuite suite = CU_add_suite("atomic", NULL, NULL);
    CU_add_test(suite, "new and replaced", new_and_replaced);
    CU_add_test(suite, "many pieces", many_pieces);
    CU_add_test(suite, "links", links_are_followed);
    CU_add_test(suite, "refused targets", refused_targets);
    CU_add_test(suite, "full disk", full_disk);
}
