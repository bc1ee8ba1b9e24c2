/* saver.c: see saver.h. */

#include "runtime/saver.h"

#include "runtime/peak.h"

#include <math.h>

static const double flush_every = 1, free_seconds = 1, most_share = 0.1;

static bool check_finite(const NnrtSession *session, const NnrtTrainState *state,
                         NnrtError *error) {
    const NnrtModel *model = session->model;
    for (int64_t i = 0; i < model->variable_count; i++) {
        const NnrtVariable *variable = &model->variables[i];
        if (variable->role != NNRT_ROLE_PARAMETER || variable->frozen) continue;
        int64_t count = nnrt_variable_count(variable);
        for (int64_t k = 0; k < count; k++)
            if (!isfinite(nnrt_variable_element(session, variable, k)))
                return nnrt_fail(error, NNRT_EXIT_NOT_FINITE,
                                 "%s is not finite after step %lld: try a smaller learning rate",
                                 variable->name, (long long)state->steps);
    }
    return true;
}

bool nnrt_saver_save(NnrtSaver *saver, const NnrtTrainState *state, bool last, NnrtError *error) {
    double begin = nnrt_seconds();
    if (!last && saver->spent > free_seconds + most_share * (begin - saver->begin)) return true;
    if (!check_finite(saver->session, state, error)) return false;
    bool flush = last || !saver->saved || begin - saver->flushed >= flush_every;
    if (!nnrt_checkpoint_save(saver->session, saver->path, saver->data, saver->options, state,
                              flush, error))
        return false;
    double end = nnrt_seconds();
    saver->saved = true;
    saver->spent += end - begin;
    if (flush) saver->flushed = end;
    return true;
}
