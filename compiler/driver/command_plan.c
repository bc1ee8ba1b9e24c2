/* command_plan.c: the memory of a model, planned at compile time. */

#include "driver/commands.h"
#include "driver/compilation.h"

#include <stdio.h>

int command_plan(Compilation *compilation) {
    bool ok = compilation_plan(compilation);
    Text text;
    text_init(&text, &compilation->arena);
    if (ok) {
        plan_memory_print(&text, compilation->plan, compilation->model.train.batch);
        text_add_char(&text, '\n');
        plan_print(&text, compilation->plan);
    }
    int code = compilation_finish(compilation);
    if (ok) fputs(text.chars, stdout);
    return code;
}
