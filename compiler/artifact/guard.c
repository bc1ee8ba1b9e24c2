/* guard.c: see guard.h. The child sends one byte, 1 for bytes and 0 for an error, then the content;
 * the end of the pipe ends it. */

#include "artifact/guard.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static bool send_all(int file, const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t sent = write(file, bytes, size);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return false;
        bytes += sent;
        size -= (size_t)sent;
    }
    return true;
}

static _Noreturn void run_child(int file, GuardWork *work, void *user) {
    struct rlimit none = {0, 0};
    setrlimit(RLIMIT_CORE, &none);
    signal(SIGABRT, SIG_DFL);
    const char *bytes = NULL, *error = "";
    size_t size = 0;
    bool ok = work(user, &bytes, &size, &error);
    char status = ok ? 1 : 0;
    bool sent = send_all(file, &status, 1) &&
                (ok ? send_all(file, bytes, size) : send_all(file, error, strlen(error)));
    _exit(sent ? 0 : 1);
}

/* Everything the pipe has; doubles its room as it comes. */
static char *receive(Arena *arena, int file, size_t *size) {
    size_t room = 1 << 16, used = 0;
    char *bytes = arena_alloc(arena, room + 1);
    for (;;) {
        if (used == room) {
            char *larger = arena_alloc(arena, 2 * room + 1);
            memcpy(larger, bytes, used);
            bytes = larger;
            room *= 2;
        }
        ssize_t got = read(file, bytes + used, room - used);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) break;
        used += (size_t)got;
    }
    bytes[used] = '\0';
    *size = used;
    return bytes;
}

bool guard_run(Arena *arena, GuardWork *work, void *user, const char **bytes, size_t *size,
               const char **error) {
    int ends[2];
    if (pipe(ends) != 0) return work(user, bytes, size, error);
    fflush(NULL);
    pid_t child = fork();
    if (child < 0) {
        close(ends[0]);
        close(ends[1]);
        return work(user, bytes, size, error);
    }
    if (child == 0) {
        close(ends[0]);
        run_child(ends[1], work, user);
    }
    close(ends[1]);
    size_t length = 0;
    char *message = receive(arena, ends[0], &length);
    close(ends[0]);
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    if (WIFSIGNALED(status)) {
        *error = arena_format(arena, "code generation crashed (signal %d, %s)", WTERMSIG(status),
                              strsignal(WTERMSIG(status)));
        return false;
    }
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || length < 1) {
        *error = "code generation stopped without a result";
        return false;
    }
    if (message[0] == 0) {
        *error = message + 1;
        return false;
    }
    *bytes = message + 1;
    *size = length - 1;
    return true;
}
