/* command_plan.c: the memory of a model, planned at compile time; with --stage=plan the kernels
 * too. */

#include "driver/commands.h"
#include "driver/compilation.h"

#include <stdio.h>
#include <string.h>

int command_plan(Compilation *compilation) {
    bool ok = compilation_plan(compilation);
    Text text;
    text_init(&text, &compilation->arena);
    if (ok) {
        const TrainSettings *train = &compilation->model.train;
        int64_t grains = train->grains > 1 ? train->grains : 1;
        plan_memory_print(&text, compilation->plan, (train->batch + grains - 1) / grains);
        const char *stage = compilation->options.stage;
        if (stage && strcmp(stage, "plan") == 0) {
            text_add_char(&text, '\n');
            plan_print(&text, compilation->plan);
        }
    }
    return compilation_deliver(compilation, ok, text.chars);
}
