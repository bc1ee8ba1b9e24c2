/* peak_memory COMMAND ARGUMENTS...: runs the command with its output thrown away and prints the
 * most memory that it held, in bytes; exit status 1 with the command's own on standard error when
 * it failed. */

#define _DEFAULT_SOURCE /* wait4 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

int main(int argc, char **argv) {
    pid_t process;
    int status = 0;
    struct rusage usage;
    posix_spawn_file_actions_t actions;
    if (argc < 2) return 2;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int reason = posix_spawn(&process, argv[1], &actions, NULL, argv + 1, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (reason != 0 || wait4(process, &status, 0, &usage) < 0) return 2;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        fprintf(stderr, "%s: status %d\n", argv[1], status);
        return 1;
    }
    printf("%lld\n", (long long)usage.ru_maxrss * 1024);
    return 0;
}
