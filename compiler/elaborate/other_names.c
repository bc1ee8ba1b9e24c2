/* other_names.c: names of other frameworks: Conv2D is conv here. */
#include <string.h>

#include "elaborate/names.h"

enum { NAME_MOST = 40 };

const char *name_of_other(const char *name) {
    static const struct {
        const char *theirs, *ours;
    } rows[] = {
#define NAME(theirs, ours) {theirs, ours},
#include "elaborate/other_names.def"
#undef NAME
    };
    char plain[NAME_MOST + 1];
    int length = 0;
    for (const char *c = name; *c; c++) {
        if (*c == '_') continue;
        if (length == NAME_MOST) return NULL;
        plain[length++] = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    }
    plain[length] = 0;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(rows[i].theirs, plain) == 0) return rows[i].ours;
    return NULL;
}
