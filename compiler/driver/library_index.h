/* library_index.h: the entries of the standard library, for list, explain and the documentation. */
#ifndef NNC_DRIVER_LIBRARY_INDEX_H
#define NNC_DRIVER_LIBRARY_INDEX_H

#include "ast/ast.h"
#include "driver/compilation.h"

typedef struct LibraryEntry {
    FunctionKind kind;
    const char *name;
    const char *signature; /* "dense(x, units, activation = linear)" */
    const char *summary;   /* first line of the comment above it, without '#' */
    const char *text;      /* comment and declaration as written */
} LibraryEntry;

VEC_TYPE(LibraryEntryVec, LibraryEntry);

/* All entries in the library's order. */
LibraryEntryVec library_index(Compilation *compilation);

#endif
