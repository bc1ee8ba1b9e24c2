/* source.h: the text of one file, and places in it.
 *
 * A compilation has several sources: the user's file, what it includes, and the embedded library.
 * Everything that was written is named by a SourceRange, a range of bytes; lines and columns are
 * worked out only when something is printed. Columns count characters (code points), a tab is one,
 * a leading byte order mark none; lines and columns begin at 1.
 */
#ifndef NNC_SUPPORT_SOURCE_H
#define NNC_SUPPORT_SOURCE_H

#include <stdbool.h>

#include "support/arena.h"
#include "support/vec.h"

enum { SOURCE_LIMIT = 4 << 20 }; /* largest file, in bytes */

typedef struct Source {
    const char *path;  /* as it is printed */
    const char *chars; /* all bytes as read, and a NUL behind them */
    uint32_t length;
    uint32_t begin;        /* 3 after a byte order mark, otherwise 0 */
    uint32_t *line_begins; /* byte at which each line begins */
    uint32_t line_count;   /* at least 1 */
    int index;             /* position in Sources: the order of printing */
    bool is_library;       /* embedded text: an error points at the user's call instead */
} Source;

/* Bytes [begin, end) of a source. source is NULL for "nowhere" (command line, other files). */
typedef struct SourceRange {
    const Source *source;
    uint32_t begin, end;
} SourceRange;

typedef struct SourcePlace {
    uint32_t line, column; /* from 1 */
} SourcePlace;

/* The sources of one compilation, in the order in which they were added. */
typedef struct Sources {
    Arena *arena;
    VEC(const Source *) list;
} Sources;

void sources_init(Sources *sources, Arena *arena);

/* Adds a text that is in memory. `chars` is copied; path too. A text longer than SOURCE_LIMIT gives
 * NULL. */
const Source *sources_add(Sources *sources, const char *path, const char *chars, size_t length,
                          bool is_library);
/* Reads the file `open_path` and adds it under the name `path`. On failure NULL, and *problem says
 * why ("cannot open: No such file or directory", "is larger than 4 MiB"). */
const Source *sources_read(Sources *sources, const char *path, const char *open_path,
                           const char **problem);

/* Line and column of a byte; `offset` may be the length (end of the text). */
SourcePlace source_place(const Source *source, uint32_t offset);
/* The bytes of a line (from 1) without its line end; *length receives their number. */
const char *source_line(const Source *source, uint32_t line, uint32_t *length);

/* From the begin of `first` to the end of `last`; either may be nowhere. */
SourceRange source_join(SourceRange first, SourceRange last);
static inline SourceRange source_nowhere(void) {
    return (SourceRange){0};
}

#endif
