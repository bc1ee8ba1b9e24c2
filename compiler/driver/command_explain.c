/* command_explain.c: one thing in full: a library entry as it is written, a core name, an
 * operation. */

#include "driver/commands.h"
#include "driver/library_index.h"
#include "driver/messages.h"

#include <stdio.h>
#include <string.h>

static bool explain_library(Compilation *compilation, const char *name) {
    bool found = false;
    LibraryEntryVec entries = library_index(compilation);
    for (int64_t i = 0; i < entries.count; i++) {
        if (strcmp(entries.items[i].name, name) != 0) continue;
        if (found) putchar('\n');
        puts(entries.items[i].text);
        found = true;
    }
    return found;
}

static bool explain_core(const char *name) {
    int64_t count;
    const BuiltinInfo *rows = elaborate_builtins(&count);
    for (int64_t i = 0; i < count; i++) {
        if (strcmp(rows[i].name, name) != 0) continue;
        printf("%s", name);
        if (rows[i].parameters) printf("(%s)", rows[i].parameters);
        printf(": %s\n", rows[i].help);
        return true;
    }
    return false;
}

static bool explain_operation(const char *name) {
    for (int i = 0; i < OP_COUNT; i++) {
        if (strcmp(op_table[i].name, name) != 0) continue;
        printf("operation %s: %s\n", name, op_table[i].meaning);
        return true;
    }
    return false;
}

static bool explain_message(const char *name) {
    const char *text = message_explanation(name);
    if (text) printf("%s\n\n%s\n", name, text);
    return text != NULL;
}

int command_explain(Compilation *compilation) {
    const Options *options = &compilation->options;
    if (options->arguments.count != 1) {
        fputs("nnc: error: explain takes one name\n", stderr);
        return EXIT_CODE_USAGE;
    }
    const char *name = options->arguments.items[0];
    if (explain_library(compilation, name) || explain_core(name) || explain_operation(name) ||
        explain_message(name))
        return EXIT_CODE_OK;
    const char *nearest = message_nearest(name);
    fprintf(stderr, "nnc: error: nothing is called '%s'%s%s%s\n", name,
            nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
    return EXIT_CODE_USAGE;
}
