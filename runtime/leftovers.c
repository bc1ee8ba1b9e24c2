/* leftovers.c: temporary files of programs that were killed while they wrote. See atomic.h.
 *
 * Only files named as ours are, owned by this user, whose process is gone. A folder shared between
 * machines could hold one that another machine is writing: its writer then finds its rename failing
 * and reports it; the old file is whole.
 */

#include "runtime/atomic.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The process of a name .nnrt-PID-N.tmp, or 0 for any other name. */
static long process_of(const char *name) {
    static const char begin[] = ".nnrt-";
    char *end;
    if (strncmp(name, begin, sizeof begin - 1) != 0) return 0;
    long long process = strtoll(name + sizeof begin - 1, &end, 10);
    if (*end != '-' || process <= 0 || process > INT_MAX) return 0;
    const char *number = end + 1;
    strtoll(number, &end, 10);
    return end > number && strcmp(end, ".tmp") == 0 ? (long)process : 0;
}

void nnrt_remove_leftovers(const char *folder) {
    DIR *listing = opendir(*folder ? folder : ".");
    if (!listing) return;
    int place = dirfd(listing);
    struct dirent *entry;
    while (place >= 0 && (entry = readdir(listing))) {
        long process = process_of(entry->d_name);
        struct stat status;
        if (process == 0 || kill((pid_t)process, 0) == 0 || errno != ESRCH) continue;
        if (fstatat(place, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(status.st_mode) && status.st_uid == geteuid())
            unlinkat(place, entry->d_name, 0);
    }
    closedir(listing);
}
