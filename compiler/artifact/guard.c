/* guard.c: work in a child process, so that its crash is a message.
 *
 * The child writes to a pipe: one byte 1 and the bytes, or one byte 0, one byte of exit code and
 * the error's text. The parent reads until the end, then waits. A child that ends without the first
 * byte has crashed.
 */
#include "artifact/artifact.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static _Noreturn void child(int file, ArtifactWork *work, void *user) {
    const char *bytes = "";
    size_t size = 0;
    ArtifactError error = {ARTIFACT_INTERNAL, ""};
    signal(SIGPIPE, SIG_IGN);
    bool ok = work(user, &bytes, &size, &error);
    if (!ok) {
        bytes = error.text;
        size = strlen(bytes);
    }
    char head[2] = {ok, (char)error.exit_code};
    bool sent = artifact_put(file, head, sizeof head) && artifact_put(file, bytes, size);
    fflush(stdout);
    fflush(stderr);
    _exit(sent ? 0 : 1);
}

/* Everything up to the end of the pipe, in the arena. */
static Text read_all(Arena *arena, int file) {
    Text text;
    char block[65536];
    text_init(&text, arena);
    for (;;) {
        ssize_t got = read(file, block, sizeof block);
        if (got < 0 && errno == EINTR) continue;
        if (got <= 0) return text;
        text_add_range(&text, block, (size_t)got);
    }
}

static bool crashed(Arena *arena, int status, ArtifactError *error) {
    if (WIFSIGNALED(status))
        return artifact_fail(arena, error, ARTIFACT_INTERNAL,
                             "the code generator ended by signal %d (%s); please report the model",
                             WTERMSIG(status), strsignal(WTERMSIG(status)));
    return artifact_fail(arena, error, ARTIFACT_INTERNAL,
                         "the code generator gave up; please report the model");
}

ArtifactJob artifact_start(Arena *arena, ArtifactWork *work, void *user) {
    ArtifactJob job = {-1, -1, {0, ""}};
    int ends[2];
    if (pipe(ends) != 0) {
        artifact_fail(arena, &job.error, ARTIFACT_SYSTEM, "no pipe: %s", strerror(errno));
        return job;
    }
    fflush(stdout);
    fflush(stderr);
    pid_t process = fork();
    if (process < 0) {
        artifact_fail(arena, &job.error, ARTIFACT_SYSTEM, "no new process: %s", strerror(errno));
        close(ends[0]);
        close(ends[1]);
        return job;
    }
    if (process == 0) {
        close(ends[0]);
        child(ends[1], work, user);
    }
    close(ends[1]);
    job.process = (int)process;
    job.file = ends[0];
    return job;
}

bool artifact_finish(Arena *arena, ArtifactJob *job, const char **bytes, size_t *size,
                     ArtifactError *error) {
    *error = job->error;
    if (job->process < 0) return false;
    Text text = read_all(arena, job->file);
    close(job->file);
    int status = 0;
    while (waitpid(job->process, &status, 0) < 0 && errno == EINTR)
        ;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || text.length < 2)
        return crashed(arena, status, error);
    *bytes = text.chars + 2;
    *size = text.length - 2;
    if (text.chars[0]) return true;
    *error = (ArtifactError){(unsigned char)text.chars[1], text.chars + 2};
    return false;
}

bool artifact_guard(Arena *arena, ArtifactWork *work, void *user, const char **bytes, size_t *size,
                    ArtifactError *error) {
    ArtifactJob job = artifact_start(arena, work, user);
    return artifact_finish(arena, &job, bytes, size, error);
}
