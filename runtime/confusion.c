/* confusion.c: counting. See confusion.h; confusion_print.c shows what was counted. */

#include "runtime/confusion.h"

#include "runtime/class_output.h"

#include <math.h>
#include <stdlib.h>

static bool init_one(NnrtConfusion *confusion, const NnrtModel *model, const NnrtTable *table,
                     int64_t output, int64_t target, NnrtError *error) {
    int64_t classes = model->inputs[target].class_count;
    *confusion = (NnrtConfusion){
        .output = model->outputs[output].name,
        .target = model->inputs[target].name,
        .output_index = output,
        .target_index = target,
        .classes = classes,
        .class_names = nnrt_table_class_names(table, (int)target),
        .truths = nnrt_allocate(classes, sizeof(int64_t), error),
        .guesses = nnrt_allocate(classes, sizeof(int64_t), error),
        .hits = nnrt_allocate(classes, sizeof(int64_t), error),
    };
    if (!confusion->truths || !confusion->guesses || !confusion->hits) return false;
    if (classes > NNRT_CONFUSION_CLASSES) return true;
    confusion->matrix = nnrt_allocate(classes * classes, sizeof(int64_t), error);
    return confusion->matrix != NULL;
}

bool nnrt_confusions_init(NnrtConfusions *confusions, const NnrtModel *model,
                          const NnrtTable *table, NnrtError *error) {
    *confusions = (NnrtConfusions){0};
    confusions->items = nnrt_allocate(model->output_count, sizeof *confusions->items, error);
    if (!confusions->items) return false;
    for (int64_t i = 0; i < model->output_count; i++) {
        int64_t target = nnrt_class_target(model, i);
        if (target < 0 || !table->columns[target].present) continue;
        if (!init_one(&confusions->items[confusions->count++], model, table, i, target, error))
            return false;
    }
    return true;
}

void nnrt_confusions_free(NnrtConfusions *confusions) {
    for (int64_t i = 0; i < confusions->count; i++) {
        free(confusions->items[i].truths);
        free(confusions->items[i].guesses);
        free(confusions->items[i].hits);
        free(confusions->items[i].matrix);
    }
    free(confusions->items);
    *confusions = (NnrtConfusions){0};
}

int64_t nnrt_confusions_bytes(const NnrtModel *model) {
    int64_t numbers = 0;
    for (int64_t i = 0; i < model->output_count; i++) {
        int64_t target = nnrt_class_target(model, i);
        int64_t classes = target < 0 ? 0 : model->inputs[target].class_count;
        numbers += (classes > NNRT_CONFUSION_CLASSES ? 3 : 3 + classes) * classes;
    }
    return numbers * (int64_t)sizeof(int64_t);
}

static void count_sample(NnrtConfusion *confusion, int64_t truth, int64_t guess) {
    confusion->samples++;
    confusion->truths[truth]++;
    confusion->guesses[guess]++;
    confusion->hits[truth] += truth == guess;
    if (confusion->matrix) confusion->matrix[truth * confusion->classes + guess]++;
}

void nnrt_confusions_add(NnrtConfusions *confusions, const NnrtSession *session,
                         const NnrtView *view, const NnrtTable *table, const int64_t *rows,
                         int64_t first, int64_t count) {
    for (int64_t i = 0; i < confusions->count; i++) {
        NnrtConfusion *confusion = &confusions->items[i];
        const NnrtResult *result =
            nnrt_view_result(view, NNRT_RESULT_OUTPUT, confusion->output_index);
        for (int64_t sample = 0; result && sample < count; sample++) {
            int64_t row = rows ? rows[sample] : first + sample;
            double truth = nnrt_table_value(table, (int)confusion->target_index, row, 0);
            count_sample(confusion, (int64_t)truth, nnrt_class_guess(session, result, sample));
        }
    }
}

static double share(double part, double whole) {
    return whole > 0 ? part / whole : NAN;
}

NnrtClassFigures nnrt_class_figures(const NnrtConfusion *confusion, int64_t class) {
    double hits = (double)confusion->hits[class];
    double guesses = (double)confusion->guesses[class], truths = (double)confusion->truths[class];
    return (NnrtClassFigures){
        .count = confusion->truths[class],
        .precision = share(hits, guesses),
        .recall = share(hits, truths),
        .f1 = share(2 * hits, guesses + truths),
    };
}

const char *nnrt_class_name(const char *const *names, int64_t class, char buffer[24]) {
    if (names) return names[class];
    snprintf(buffer, 24, "%lld", (long long)class);
    return buffer;
}
