/* library_text.h: the standard library, the .nn files of this folder, as texts inside the compiler.
 *
 * The build makes the table from the files (embed.cmake), in the order of library/CMakeLists.txt,
 * which is the order in which they are read, listed and documented. The texts are ASCII and end
 * with a line break and a NUL that `length` does not count; they live as long as the program. */
#ifndef NNC_LIBRARY_LIBRARY_TEXT_H
#define NNC_LIBRARY_LIBRARY_TEXT_H

#include <stddef.h>

typedef struct LibraryText {
    const char *name; /* "activations.nn" */
    const char *text;
    size_t length; /* bytes of the text */
} LibraryText;

extern const LibraryText library_texts[];
extern const size_t library_text_count;

#endif
