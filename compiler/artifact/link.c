/* link.c: see link.h. The command is an argument vector, never a shell's line. */

#include "artifact/link.h"

#include "artifact/output.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

enum { MOST_ARGUMENTS = 24 };

typedef struct Command {
    const char *words[MOST_ARGUMENTS];
    int count;
} Command;

static void add(Command *command, const char *word) {
    if (command->count < MOST_ARGUMENTS - 1) command->words[command->count++] = word;
}

static void show(const Command *command) {
    for (int i = 0; i < command->count; i++)
        fprintf(stderr, "%s\"%s\"", i ? " " : "", command->words[i]);
    fputc('\n', stderr);
}

const char *link_find_runtime(Arena *arena) {
    const char *given = getenv("NNC_RUNTIME");
    if (given && *given) return given;
    char self[4096];
    ssize_t length = readlink("/proc/self/exe", self, sizeof self - 1);
    if (length <= 0) return NULL;
    self[length] = '\0';
    char *slash = strrchr(self, '/');
    if (!slash) return NULL;
    *slash = '\0';
    static const char *const places[] = {"../lib/nnc/libnnrt.a", "../../runtime/libnnrt.a",
                                         "libnnrt.a"};
    for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
        const char *path = arena_format(arena, "%s/%s", self, places[i]);
        struct stat status;
        if (stat(path, &status) == 0 && S_ISREG(status.st_mode)) return path;
    }
    return NULL;
}

/* Runs the command; false and a text. */
static bool run(Arena *arena, const Command *command, bool *no_compiler, const char **error) {
    pid_t child;
    int failure =
        posix_spawnp(&child, command->words[0], NULL, NULL, (char *const *)command->words, environ);
    if (failure) {
        *no_compiler = failure == ENOENT;
        *error = failure == ENOENT
                     ? "no C compiler `cc` to link with; install the package gcc, or use `nnc run` "
                       "or --emit=obj, which need none"
                     : arena_format(arena, "cc cannot be started: %s", strerror(failure));
        return false;
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return true;
    *no_compiler = WIFEXITED(status) && WEXITSTATUS(status) == 127;
    *error = "linking failed; -v shows the command";
    return false;
}

static Command link_command(Arena *arena, const LinkOptions *options, const char *object,
                            const char *executable, const char *runtime) {
    Command command = {{0}, 0};
    const char *compiler = getenv("CC");
    add(&command, compiler && *compiler ? compiler : "cc");
    add(&command, "-o");
    add(&command, output_safe_name(arena, executable));
    add(&command, output_safe_name(arena, object));
    add(&command, output_safe_name(arena, runtime));
    add(&command, "-Wl,--gc-sections");
    add(&command, "-Wl,--build-id=none");
    if (!options->keep_symbols) add(&command, "-s");
    if (options->uses_gz) add(&command, "-lz");
    add(&command, "-lm");
    add(&command, "-lpthread");
    return command;
}

bool link_executable(Arena *arena, const char *object, size_t size, const LinkOptions *options,
                     bool *no_compiler, const char **error) {
    *no_compiler = false;
    const char *runtime = options->runtime ? options->runtime : link_find_runtime(arena);
    if (!runtime) {
        *error = "the runtime library libnnrt.a is not beside nnc; name it with NNC_RUNTIME";
        return false;
    }
    if (options->dry_run) {
        Command command = link_command(arena, options, arena_format(arena, "%s.o", options->output),
                                       options->output, runtime);
        show(&command);
        return true;
    }
    if (!output_check(arena, options->output, options->source, error)) return false;
    const char *object_path = output_temporary(arena, options->output, ".o", error);
    if (!object_path) return false;
    const char *executable = output_temporary(arena, options->output, "", error);
    bool ok = executable != NULL && output_write(arena, object_path, NULL, object, size, error);
    if (ok) {
        Command command = link_command(arena, options, object_path, executable, runtime);
        if (options->show) show(&command);
        ok = run(arena, &command, no_compiler, error);
    }
    if (ok && rename(executable, options->output) != 0) {
        *error = arena_format(arena, "%s cannot be written: %s", options->output, strerror(errno));
        ok = false;
    }
    unlink(object_path);
    if (!ok && executable) unlink(executable);
    return ok;
}
