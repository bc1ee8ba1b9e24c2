/* command_plan.c: the memory that a training takes with the data there is, without training. */

#include "runtime/commands.h"
#include "runtime/memory.h"

#include <stdio.h>

static void print_line(const char *what, int64_t bytes) {
    printf("  %-24s %16lld B\n", what, (long long)bytes);
}

bool nnrt_command_plan(const NnrtModel *model, const NnrtOptions *options, NnrtError *error) {
    NnrtData data = {0};
    NnrtDataOptions where = nnrt_data_options(options, NULL);
    bool ok = !model->train_source || nnrt_data_load(model, &where, &data, error);
    if (ok) {
        int64_t samples = data.train.count ? data.train.count : 1;
        int64_t batch = options->batch && options->batch < samples ? options->batch : samples;
        NnrtMemory memory = nnrt_memory(model, options, batch, &data);
        printf("memory of a training in steps of %lld samples\n", (long long)batch);
        print_line("variables and workspace", memory.fixed);
        print_line("samples of a batch", memory.samples);
        print_line("best weights so far", memory.best);
        print_line("saving, or the report", memory.saving);
        print_line("data", memory.data);
        if (memory.reading) print_line("while reading, at most", memory.reading);
        print_line("total", nnrt_memory_total(&memory));
        printf("the program itself takes at most %lld B more\n", (long long)NNRT_MEMORY_PROGRAM);
        ok = nnrt_memory_check(model, options, batch, &data, error);
    }
    nnrt_data_free(&data);
    return ok;
}
