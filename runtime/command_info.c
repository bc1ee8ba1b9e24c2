/* command_info.c: what a program was built from: summary and info. */

#include "runtime/commands.h"
#include "runtime/escape.h"

#include <stdio.h>
#include <string.h>

bool nnrt_command_summary(const NnrtModel *model, const NnrtOptions *options, NnrtError *error) {
    (void)options;
    (void)error;
    fputs(model->summary, stdout);
    return true;
}

static void print_shape(int64_t rank, const int64_t *dims) {
    printf("[");
    for (int64_t axis = 0; axis < rank; axis++)
        printf("%s%lld", axis ? ", " : "", (long long)dims[axis]);
    printf("]");
}

static void print_input(const NnrtInput *input) {
    printf("  %-7s %s : ", input->is_target ? "target" : "input", input->name);
    if (!input->class_count) {
        printf("%s", input->is_image ? "image" : "real");
        if (input->rank) print_shape(input->rank, input->dims);
    } else if (!input->class_names) {
        printf("class[%lld]", (long long)input->class_count);
    } else {
        for (int64_t i = 0; i < input->class_count; i++)
            printf("%s\"%s\"", i ? ", " : "class[", input->class_names[i]);
        printf("]");
    }
    printf("\n");
}

/* The notes of a weight file, but for lists of names and what only resuming needs. */
static bool print_recorded(const char *path, NnrtError *error) {
    static const char *const others[] = {"classes.", "columns.", "means.", "resume.", "nnc."};
    NnrtTensorFile file;
    bool ok = nnrt_tensors_read(path, &file, error);
    if (ok) printf("recorded in %s\n", path);
    for (int64_t i = 0; ok && i < file.metadata_count; i++) {
        const NnrtPair *pair = &file.metadata[i];
        size_t k = 0, count = sizeof others / sizeof *others;
        while (k < count && strncmp(pair->key, others[k], strlen(others[k])) != 0)
            k++;
        if (k < count) continue;
        printf("  ");
        int used = nnrt_put_escaped(stdout, pair->key, 40);
        printf("%*s", used < 16 ? 16 - used : 1, "");
        nnrt_put_escaped(stdout, pair->value, 60);
        printf("\n");
    }
    nnrt_tensors_free(&file);
    return ok;
}

bool nnrt_command_info(const NnrtModel *model, const NnrtOptions *options, NnrtError *error) {
    printf("model        %s\nfrom         %s\nfingerprint  %s\nprecision    %s\n", model->name,
           model->source_path, model->fingerprint, model->element_bytes == 8 ? "f64" : "f32");
    printf("variables    %lld bytes\narena        %lld bytes + %lld for each sample of the batch\n",
           (long long)model->variable_bytes, (long long)model->fixed_bytes,
           (long long)model->sample_bytes);
    for (int64_t i = 0; i < model->input_count; i++)
        print_input(&model->inputs[i]);
    for (int64_t i = 0; i < model->output_count; i++) {
        printf("  output  %s : real", model->outputs[i].name);
        if (model->outputs[i].rank) print_shape(model->outputs[i].rank, model->outputs[i].dims);
        printf("\n");
    }
    for (int64_t i = 0; i < model->metric_count; i++)
        printf("  metric  %s\n", model->metrics[i].name);
    if (model->has_optimizer) printf("optimizer    %s\n", model->optimizer);
    if (options->batch)
        printf("batch        %lld\n", (long long)options->batch);
    else
        printf("batch        all\n");
    if (model->grains > 1) printf("grains       %lld\n", (long long)model->grains);
    printf("epochs       %lld\nseed         %llu\npatience     %lld\n", (long long)options->epochs,
           (unsigned long long)options->seed, (long long)options->patience);
    for (int64_t i = 0; i < model->hyper_count; i++)
        printf("%-12s %g\n", model->hypers[i].name, options->hypers[i]);
    return !options->weights || print_recorded(options->weights, error);
}
