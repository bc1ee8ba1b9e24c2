/* link.c: a program from the model's object and the runtime, by the system's cc.
 *
 *   cc -o TEMPORARY OBJECT libnnrt.a [-lpng -ljpeg] [-lz] -lpthread -lm,  then TEMPORARY is renamed
 *
 * Both temporary files stand beside the output, so the rename cannot cross file systems.
 */
#include "artifact/artifact.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { PATH_ROOM = 4096 };

const char *artifact_runtime(Arena *arena) {
    static const char *const places[] = {
        "libnnrt.a",            /* beside the program */
        "../lib/nnc/libnnrt.a", /* installed */
        "../lib/libnnrt.a",
        "runtime/libnnrt.a",
        "../runtime/libnnrt.a",
        "../../runtime/libnnrt.a", /* the build tree */
    };
    char program[PATH_ROOM];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) return NULL;
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (slash) *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *path = arena_format(arena, "%s/%s", program, places[i]);
        if (access(path, R_OK) == 0) return path;
    }
    return NULL;
}

/* A name that cc cannot take for an option or a response file. */
static const char *safe_name(Arena *arena, const char *name) {
    return name[0] == '-' || name[0] == '@' ? arena_format(arena, "./%s", name) : name;
}

static void print_command(char *const *arguments) {
    for (int i = 0; arguments[i]; i++)
        fprintf(stderr, "%s%s", i ? " " : "", arguments[i]);
    fputc('\n', stderr);
}

static bool run(Arena *arena, char *const *arguments, ArtifactError *error) {
    pid_t process;
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    /* What cc says is talk: it goes to standard error. */
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    fflush(stderr);
    int reason = posix_spawnp(&process, arguments[0], &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (reason == ENOENT)
        return artifact_fail(arena, error, ARTIFACT_SYSTEM,
                             "there is no linker: '%s' is not installed (Debian: apt install "
                             "gcc libc6-dev); `nnc run` and --emit=obj need none",
                             arguments[0]);
    if (reason)
        return artifact_fail(arena, error, ARTIFACT_SYSTEM, "'%s' cannot be run: %s", arguments[0],
                             strerror(reason));
    int status = 0;
    while (waitpid(process, &status, 0) < 0 && errno == EINTR)
        ;
    /* A spawn that fails in the child shows as 127. */
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    return artifact_fail(arena, error, ARTIFACT_SYSTEM, "'%s' could not link the program",
                         arguments[0]);
}

/* The output must not exist, or be a regular file that is not the model. */
static bool may_replace(Arena *arena, const ArtifactLink *link, ArtifactError *error) {
    struct stat there, from;
    if (stat(link->output, &there) != 0) return true;
    if (!S_ISREG(there.st_mode))
        return artifact_fail(arena, error, ARTIFACT_SYSTEM,
                             "%s is no regular file and is not replaced", link->output);
    if (link->source && stat(link->source, &from) == 0 && from.st_ino == there.st_ino &&
        from.st_dev == there.st_dev)
        return artifact_fail(arena, error, ARTIFACT_USAGE,
                             "%s is the model itself and is not replaced", link->output);
    return true;
}

static bool link_files(Arena *arena, const ArtifactLink *link, const char *object, const char *twin,
                       const char *program, const char *runtime, ArtifactError *error) {
    char *arguments[20] = {(char *)(link->cc ? link->cc : "cc"), "-o", (char *)program,
                           (char *)object};
    int count = 4;
    if (twin) arguments[count++] = (char *)twin;
    arguments[count++] = (char *)runtime;
    arguments[count++] = "-Wl,--gc-sections";
    arguments[count++] = "-Wl,-z,noseparate-code"; /* no padding: a tenth smaller */
    arguments[count++] = "-Wl,-z,now";             /* one table of addresses, read-only */
#if defined(__x86_64__) && defined(__GLIBC_PREREQ)
#if __GLIBC_PREREQ(2, 36)
    arguments[count++] = "-Wl,-z,pack-relative-relocs"; /* addresses in tables: a bit each */
#endif
#endif
    /* The runtime's own debug information is for those who work on it. */
    if (!link->debug) arguments[count++] = "-Wl,--strip-debug";
    if (link->needs_pictures) {
        arguments[count++] = "-lpng";
        arguments[count++] = "-ljpeg";
    }
    /* Pictures bring zlib along, and augment writes by it. */
    if (link->needs_zlib || link->needs_pictures) arguments[count++] = "-lz";
    arguments[count++] = "-lpthread";
    arguments[count++] = "-lm";
    if (link->verbose || link->only_print) print_command(arguments);
    return link->only_print || run(arena, arguments, error);
}

static mode_t current_mask(void) {
    mode_t mask = umask(022);
    umask(mask);
    return mask;
}

/* The bytes in a new file beside `output`, for a moment only, so it is not flushed; *path is set
 * once there is one to remove. */
static bool temporary_object(Arena *arena, const char *output, const char *bytes, size_t size,
                             char **path, ArtifactError *error) {
    char *name = arena_format(arena, "%s.XXXXXX", output);
    int file = mkstemp(name);
    bool ok = file >= 0;
    if (ok) *path = name;
    ok = ok && artifact_put(file, bytes, size);
    if (file >= 0 && close(file) != 0) ok = false;
    return ok || artifact_fail(arena, error, ARTIFACT_SYSTEM, "%s cannot be written: %s", output,
                               strerror(errno));
}

bool artifact_link(Arena *arena, const ArtifactLink *link, ArtifactError *error) {
    *error = (ArtifactError){0, ""};
    const char *runtime = link->runtime ? link->runtime : artifact_runtime(arena);
    if (!runtime)
        return artifact_fail(arena, error, ARTIFACT_SYSTEM,
                             "the runtime library libnnrt.a is not beside this program; `nnc run` "
                             "and --emit=obj need none");
    if (!may_replace(arena, link, error)) return false;
    const char *output = safe_name(arena, link->output);
    char *program = arena_format(arena, "%s.XXXXXX", output);
    char *object = NULL, *twin = NULL;
    if (link->only_print) {
        object = arena_format(arena, "%s.o", output);
        twin = link->twin ? arena_format(arena, "%s.f64.o", output) : NULL;
        return link_files(arena, link, object, twin, program, runtime, error);
    }
    int file = -1;
    bool ok =
        temporary_object(arena, output, link->object, link->object_size, &object, error) &&
        (!link->twin || temporary_object(arena, output, link->twin, link->twin_size, &twin, error));
    if (ok && (file = mkstemp(program)) < 0)
        ok = artifact_fail(arena, error, ARTIFACT_SYSTEM, "%s cannot be written: %s", output,
                           strerror(errno));
    if (file >= 0) close(file);
    ok = ok && link_files(arena, link, object, twin, program, runtime, error);
    if (ok && chmod(program, 0777 & ~current_mask()) != 0) /* mkstemp's own is the owner's alone */
        ok = artifact_fail(arena, error, ARTIFACT_SYSTEM, "%s: %s", output, strerror(errno));
    if (ok && rename(program, output) != 0)
        ok = artifact_fail(arena, error, ARTIFACT_SYSTEM, "%s cannot be written: %s", output,
                           strerror(errno));
    if (object) unlink(object);
    if (twin) unlink(twin);
    if (!ok && file >= 0) unlink(program);
    return ok;
}
