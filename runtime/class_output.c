/* class_output.c: see class_output.h. */

#include "runtime/class_output.h"

static bool fits(const NnrtInput *input, int64_t elements) {
    return input->is_target && input->class_count &&
           (input->class_count == elements || (input->class_count == 2 && elements == 1));
}

int64_t nnrt_class_target(const NnrtModel *model, int64_t output) {
    int64_t elements = model->outputs[output].elements, before = 0;
    /* Earlier outputs of the same kind take the first targets. */
    for (int64_t i = 0; i < output; i++)
        before += model->outputs[i].elements == elements;
    for (int64_t i = 0; i < model->input_count; i++)
        if (fits(&model->inputs[i], elements) && before-- == 0) return i;
    return -1;
}

double nnrt_class_probability(const NnrtSession *session, const NnrtResult *result, int64_t sample,
                              int64_t class) {
    if (result->elements > 1) return nnrt_result_value(session, result, sample, class);
    double one = nnrt_result_value(session, result, sample, 0);
    return class == 1 ? one : 1 - one;
}

int64_t nnrt_class_guess(const NnrtSession *session, const NnrtResult *result, int64_t sample) {
    if (result->elements == 1) return nnrt_result_value(session, result, sample, 0) > 0.5;
    int64_t best = 0;
    double most = nnrt_result_value(session, result, sample, 0);
    for (int64_t i = 1; i < result->elements; i++) {
        double value = nnrt_result_value(session, result, sample, i);
        if (!(value > most)) continue;
        most = value;
        best = i;
    }
    return best;
}

int64_t nnrt_class_next(const NnrtSession *session, const NnrtResult *result, int64_t sample,
                        int64_t classes, int64_t after) {
    int64_t best = -1;
    double most = 0, limit = 0;
    if (after >= 0) limit = nnrt_class_probability(session, result, sample, after);
    for (int64_t i = 0; i < classes; i++) {
        double p = nnrt_class_probability(session, result, sample, i);
        if (after >= 0 && (p > limit || (p == limit && i <= after))) continue;
        if (best >= 0 && !(p > most)) continue;
        best = i;
        most = p;
    }
    return best;
}
