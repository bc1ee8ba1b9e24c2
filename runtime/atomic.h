/* atomic.h: files that are either the old one or the whole new one.
 *
 *     NnrtWriter writer;
 *     if (!nnrt_writer_begin(&writer, path, error)) return false;
 *     nnrt_writer_put(&writer, bytes, size);          // errors are remembered
 *     return nnrt_writer_commit(&writer, error);      // or nnrt_writer_abandon(&writer)
 *
 * The bytes go to a temporary file in the same folder, which is flushed, renamed over the old file
 * and made durable by flushing the folder. Until the rename the old file is untouched; any failure
 * removes the temporary one. An existing file's permissions are kept; a link is followed, so that
 * the file behind it is replaced. Devices, pipes, folders and files without write permission are
 * refused. All failures are exit 4, except refusals, which are exit 2.
 */
#ifndef NNRT_ATOMIC_H
#define NNRT_ATOMIC_H

#include "runtime/error.h"

typedef struct NnrtWriter {
    int file;
    char *target;    /* owned: what will be replaced, links resolved */
    char *temporary; /* owned: in the same folder */
    char *buffer;    /* owned */
    int64_t used;
    bool unflushed;  /* may be set after begin: commit does not wait for the disk */
    NnrtError error; /* the first failure */
} NnrtWriter;

/* "-" is refused: what is replaced whole or not at all has a name. */
bool nnrt_writer_begin(NnrtWriter *writer, const char *path, NnrtError *error);
/* Writes to standard output in place of a file. */
bool nnrt_writer_standard(NnrtWriter *writer, NnrtError *error);
void nnrt_writer_put(NnrtWriter *writer, const void *bytes, int64_t size);
void nnrt_writer_text(NnrtWriter *writer, const char *text);
/* Makes the file the new one; frees the writer whether or not that worked. */
bool nnrt_writer_commit(NnrtWriter *writer, NnrtError *error);
/* Removes the temporary file; the old one stays. Also fine after a failed begin. */
void nnrt_writer_abandon(NnrtWriter *writer);

/* The whole of it for bytes in memory. */
bool nnrt_write_file(const char *path, const void *bytes, int64_t size, NnrtError *error);

/* Removes what killed programs of this user left in `folder` ("": the working directory). Done by
 * every nnrt_writer_begin(). */
void nnrt_remove_leftovers(const char *folder);

#endif
