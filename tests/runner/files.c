/* files.c: see files.h. */

#include "runner/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { DIFFERENCES_SHOWN = 12 };

static _Noreturn void fail(const char *path) {
    fprintf(stderr, "nnc-cases: %s: %s\n", path, strerror(errno));
    exit(2);
}

static int compare(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

NameVec files_list(Arena *arena, const char *folder, const char *suffix) {
    NameVec names = {0};
    DIR *directory = opendir(folder);
    if (!directory) fail(folder);
    struct dirent *entry;
    while ((entry = readdir(directory))) {
        size_t length = strlen(entry->d_name), suffix_length = strlen(suffix);
        if (length <= suffix_length || entry->d_name[0] == '.') continue;
        if (strcmp(entry->d_name + length - suffix_length, suffix) != 0) continue;
        VEC_PUSH(arena, names, arena_text(arena, entry->d_name, length));
    }
    closedir(directory);
    if (names.count > 0) qsort(names.items, (size_t)names.count, sizeof *names.items, compare);
    return names;
}

bool files_read(const char *path, Text *text) {
    FILE *file = fopen(path, "rb");
    if (!file) {
        if (errno != ENOENT) fail(path);
        return false;
    }
    char piece[4096];
    while (!feof(file) && !ferror(file))
        text_add_range(text, piece, fread(piece, 1, sizeof piece, file));
    if (ferror(file)) fail(path);
    fclose(file);
    return true;
}

void files_write(const char *path, const char *chars, size_t length) {
    if (!chars) {
        if (unlink(path) != 0 && errno != ENOENT) fail(path);
        return;
    }
    FILE *file = fopen(path, "wb");
    if (!file) fail(path);
    if (fwrite(chars, 1, length, file) != length || fclose(file) != 0) fail(path);
}

static size_t line_length(const char *chars) {
    return strcspn(chars, "\n");
}

void files_print_difference(const char *expected, const char *actual) {
    int shown = 0;
    for (int line = 1; (*expected || *actual) && shown < DIFFERENCES_SHOWN; line++) {
        size_t expected_length = line_length(expected), actual_length = line_length(actual);
        if (expected_length != actual_length || memcmp(expected, actual, actual_length) != 0) {
            printf("    line %d\n      expected |%.*s\n      actual   |%.*s\n", line,
                   (int)expected_length, expected, (int)actual_length, actual);
            shown++;
        }
        expected += expected_length + (expected[expected_length] == '\n');
        actual += actual_length + (actual[actual_length] == '\n');
    }
}
