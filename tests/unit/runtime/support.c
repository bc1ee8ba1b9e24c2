/* support.c: the folder of the test's files, gzip, and failing allocations.
 *
 * The program is linked with --wrap for malloc, calloc and realloc, so what the runtime (a static
 * library) asks for comes here first.
 */
#define _GNU_SOURCE /* memfd_create */
#include "runtime/tests.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

static char folder[200];
static long allocations, failing;

long fail_allocation(long k) {
    long before = allocations;
    allocations = 0;
    failing = k;
    return before;
}

static int refused(void) {
    allocations++;
    return failing && allocations >= failing;
}

void *__real_malloc(size_t size);
void *__real_calloc(size_t count, size_t size);
void *__real_realloc(void *block, size_t size);
void *__wrap_malloc(size_t size);
void *__wrap_calloc(size_t count, size_t size);
void *__wrap_realloc(void *block, size_t size);

void *__wrap_malloc(size_t size) {
    return refused() ? NULL : __real_malloc(size);
}
void *__wrap_calloc(size_t count, size_t size) {
    return refused() ? NULL : __real_calloc(count, size);
}
void *__wrap_realloc(void *block, size_t size) {
    return refused() ? NULL : __real_realloc(block, size);
}

const char *test_path(const char *name) {
    static char paths[8][512];
    static int next;
    if (!*folder) {
        const char *base = getenv("TMPDIR");
        snprintf(folder, sizeof folder, "%s/nnrt-test-XXXXXX", base ? base : "/tmp");
        if (!mkdtemp(folder)) {
            perror(folder);
            exit(2);
        }
    }
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder, name);
    return path;
}

const char *test_file(const char *name, const void *bytes, int64_t size) {
    const char *path = test_path(name);
    FILE *file = fopen(path, "wb");
    if (!file || fwrite(bytes, 1, (size_t)size, file) != (size_t)size || fclose(file)) {
        perror(path);
        exit(2);
    }
    return path;
}

const char *test_memory(const void *bytes, int64_t size) {
    static int file = -1;
    static char path[64];
    if (file < 0) file = memfd_create("test", 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", file);
    if (file < 0 || ftruncate(file, size) != 0 || pwrite(file, bytes, (size_t)size, 0) != size) {
        perror("memfd");
        exit(2);
    }
    return path;
}

void *test_gzip(const void *bytes, int64_t size, int64_t *packed_size) {
    z_stream stream = {0};
    deflateInit2(&stream, 6, Z_DEFLATED, 16 + 15, 8, Z_DEFAULT_STRATEGY);
    size_t room = deflateBound(&stream, (uLong)size) + 64;
    unsigned char *packed = malloc(room);
    stream.next_in = (Bytef *)bytes;
    stream.avail_in = (uInt)size;
    stream.next_out = packed;
    stream.avail_out = (uInt)room;
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) exit(2);
    *packed_size = (int64_t)stream.total_out;
    deflateEnd(&stream);
    return packed;
}

static int each_file(int remove_them) {
    DIR *directory = *folder ? opendir(folder) : NULL;
    int count = 0;
    for (struct dirent *entry; directory && (entry = readdir(directory));) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        count++;
        if (remove_them && remove(test_path(entry->d_name)) != 0) perror(entry->d_name);
    }
    if (directory) closedir(directory);
    return count;
}

int64_t test_npy(char *out, int version, const char *dictionary, const void *values, int64_t size) {
    int64_t length = (int64_t)strlen(dictionary);
    memcpy(out, "\x93NUMPY", 6);
    out[6] = (char)version;
    out[7] = 0;
    int wide = version == 1 ? 2 : 4;
    for (int i = 0; i < wide; i++)
        out[8 + i] = (char)(length >> 8 * i);
    memcpy(out + 8 + wide, dictionary, (size_t)length);
    memcpy(out + 8 + wide + length, values, (size_t)size);
    return 8 + wide + length + size;
}

int test_file_count(void) {
    return each_file(0);
}

void test_clean(void) {
    each_file(1);
}

void test_remove_folder(void) {
    test_clean();
    if (*folder) rmdir(folder);
}
