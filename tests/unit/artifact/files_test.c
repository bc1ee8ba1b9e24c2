/* files_test.c: guarded children, atomic files, the link command. */

#include "artifact/artifact.h"
#include "tests.h"

#include <CUnit/CUnit.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *path_of(Arena *arena, const char *name) {
    return arena_format(arena, "%s/%s", test_folder, name);
}

static int files_in_folder(void) {
    int count = 0;
    DIR *folder = opendir(test_folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count - 2;
}

/* ---- guard ---- */

static bool many_bytes(void *user, const char **bytes, size_t *size, ArtifactError *error) {
    static char block[300000];
    (void)error;
    memset(block, *(char *)user, sizeof block);
    *bytes = block;
    *size = sizeof block;
    return true;
}

static bool an_error(void *user, const char **bytes, size_t *size, ArtifactError *error) {
    (void)bytes, (void)size;
    return artifact_fail(user, error, ARTIFACT_INPUT, "line %d is bad", 7);
}

static bool ends_by_signal(void *user, const char **bytes, size_t *size, ArtifactError *error) {
    (void)bytes, (void)size, (void)error;
    raise(*(int *)user);
    return true;
}

static bool exits(void *user, const char **bytes, size_t *size, ArtifactError *error) {
    (void)user, (void)bytes, (void)size, (void)error;
    _exit(0);
}

void guard_returns_bytes(void) {
    Arena arena;
    arena_init(&arena);
    ArtifactError error;
    const char *bytes = NULL;
    size_t size = 0;
    char letter = 'q';
    CU_ASSERT(artifact_guard(&arena, many_bytes, &letter, &bytes, &size, &error));
    CU_ASSERT_EQUAL(size, 300000);
    CU_ASSERT(bytes && bytes[0] == 'q' && bytes[299999] == 'q');
    CU_ASSERT(!artifact_guard(&arena, an_error, &arena, &bytes, &size, &error));
    CU_ASSERT_EQUAL(error.exit_code, ARTIFACT_INPUT);
    CU_ASSERT_STRING_EQUAL(error.text, "line 7 is bad");
    arena_free(&arena);
}

void guard_survives_crashes(void) {
    Arena arena;
    arena_init(&arena);
    ArtifactError error;
    const char *bytes;
    size_t size;
    int number = SIGKILL;
    CU_ASSERT(!artifact_guard(&arena, ends_by_signal, &number, &bytes, &size, &error));
    CU_ASSERT_EQUAL(error.exit_code, ARTIFACT_INTERNAL);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "signal 9"));
    CU_ASSERT(!artifact_guard(&arena, exits, NULL, &bytes, &size, &error));
    CU_ASSERT_EQUAL(error.exit_code, ARTIFACT_INTERNAL);
    arena_free(&arena);
}

/* ---- files ---- */

void write_is_whole(void) {
    Arena arena;
    arena_init(&arena);
    ArtifactError error;
    const char *path = path_of(&arena, "whole");
    struct stat about;
    CU_ASSERT(artifact_write(&arena, path, NULL, "first", 5, false, &error));
    CU_ASSERT(artifact_write(&arena, path, NULL, "second one", 10, true, &error));
    CU_ASSERT(stat(path, &about) == 0 && about.st_size == 10);
    CU_ASSERT(about.st_mode & S_IXUSR);
    CU_ASSERT_EQUAL(files_in_folder(), 1);
    const char *nowhere = path_of(&arena, "no/such/folder");
    CU_ASSERT(!artifact_write(&arena, nowhere, NULL, "x", 1, false, &error));
    CU_ASSERT_EQUAL(error.exit_code, ARTIFACT_SYSTEM);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "No such file"));
    unlink(path);
    arena_free(&arena);
}

void write_refuses(void) {
    Arena arena;
    arena_init(&arena);
    ArtifactError error;
    CU_ASSERT(!artifact_write(&arena, "/dev/null", NULL, "x", 1, false, &error));
    CU_ASSERT_EQUAL(error.exit_code, ARTIFACT_SYSTEM);
    const char *model = path_of(&arena, "model.nn"), *other = path_of(&arena, "same");
    CU_ASSERT(artifact_write(&arena, model, NULL, "model", 5, false, &error));
    CU_ASSERT(link(model, other) == 0);
    CU_ASSERT(!artifact_write(&arena, other, model, "x", 1, false, &error));
    CU_ASSERT_EQUAL(error.exit_code, ARTIFACT_USAGE);
    unlink(model);
    unlink(other);
    arena_free(&arena);
}

void link_without_cc(void) {
    Arena arena;
    arena_init(&arena);
    ArtifactError error;
    ArtifactLink command = {.object = "no object",
                            .object_size = 9,
                            .output = path_of(&arena, "program"),
                            .runtime = "/dev/null",
                            .cc = "no-such-cc"};
    CU_ASSERT(!artifact_link(&arena, &command, &error));
    CU_ASSERT_EQUAL(error.exit_code, ARTIFACT_SYSTEM);
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "no-such-cc"));
    CU_ASSERT_PTR_NOT_NULL(strstr(error.text, "nnc run"));
    command.cc = "false"; /* runs, and fails */
    CU_ASSERT(!artifact_link(&arena, &command, &error));
    CU_ASSERT_EQUAL(error.exit_code, ARTIFACT_SYSTEM);
    CU_ASSERT_EQUAL(files_in_folder(), 0);
    arena_free(&arena);
}
