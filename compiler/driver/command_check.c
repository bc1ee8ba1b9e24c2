/* command_check.c: errors and warnings, then the summary. */

#include "driver/commands.h"
#include "driver/compilation.h"

#include <stdio.h>

int command_check(Compilation *compilation) {
    bool ok = compilation_elaborate(compilation);
    int code = compilation_finish(compilation);
    if (ok) fputs(compilation_summary(compilation), stdout);
    return code;
}
