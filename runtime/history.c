/* history.c: see history.h. */

#include "runtime/history.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

bool nnrt_history_init(NnrtHistory *history, const NnrtModel *model, NnrtError *error) {
    int64_t metrics =
        model->metric_count < NNRT_METRICS_MAX ? model->metric_count : NNRT_METRICS_MAX;
    *history = (NnrtHistory){.series = NNRT_SERIES_METRICS + 2 * metrics, .stride = 1};
    history->values =
        nnrt_allocate((NNRT_HISTORY_ROOM + 1) * history->series, sizeof(double), error);
    return history->values != NULL;
}

void nnrt_history_free(NnrtHistory *history) {
    free(history->values);
    *history = (NnrtHistory){0};
}

static double *point_at(const NnrtHistory *history, int64_t point) {
    return history->values + point * history->series;
}

/* Two points become one. */
static void halve(NnrtHistory *history) {
    for (int64_t i = 0; i < NNRT_HISTORY_ROOM / 2; i++)
        for (int64_t s = 0; s < history->series; s++)
            point_at(history, i)[s] =
                (point_at(history, 2 * i)[s] + point_at(history, 2 * i + 1)[s]) / 2;
    history->count = NNRT_HISTORY_ROOM / 2;
    history->stride *= 2;
}

/* The figure of one epoch. */
static double figure(const NnrtEpoch *epoch, const NnrtFigures *training, int64_t series) {
    if (series == NNRT_SERIES_TRAINING) return epoch->loss;
    if (series == NNRT_SERIES_VALIDATION) return epoch->validated ? epoch->validation.loss : NAN;
    if (series == NNRT_SERIES_LEARNING_RATE) return epoch->learning_rate;
    int64_t metric = (series - NNRT_SERIES_METRICS) / 2;
    if ((series - NNRT_SERIES_METRICS) % 2) return training ? training->metrics[metric] : NAN;
    return epoch->validated ? epoch->validation.metrics[metric] : NAN;
}

void nnrt_history_add(NnrtHistory *history, const NnrtEpoch *epoch, const NnrtFigures *training) {
    if (history->epochs++ == 0) history->first = epoch->epoch;
    if (history->filled == 0 && history->count == NNRT_HISTORY_ROOM) halve(history);
    double *point = point_at(history, history->count);
    for (int64_t s = 0; s < history->series; s++) {
        double sum = history->filled ? point[s] * (double)history->filled : 0;
        point[s] = (sum + figure(epoch, training, s)) / (double)(history->filled + 1);
    }
    if (++history->filled < history->stride) return;
    history->filled = 0;
    history->count++;
}

bool nnrt_training_rows(const NnrtData *data, NnrtRows *rows, NnrtError *error) {
    const NnrtRows *all = &data->train;
    int64_t count = data->validation.count ? data->validation.count : 1000;
    if (count > all->count) count = all->count;
    int64_t *chosen = nnrt_allocate(count, sizeof *chosen, error);
    for (int64_t i = 0; chosen && i < count; i++) {
        int64_t at = i * all->count / count;
        chosen[i] = all->rows ? all->rows[at] : at;
    }
    *rows = (NnrtRows){all->table, chosen, count};
    return chosen != NULL;
}

int64_t nnrt_history_points(const NnrtHistory *history) {
    return history->count + (history->filled > 0);
}

double nnrt_history_value(const NnrtHistory *history, int64_t point, int64_t series) {
    return point_at(history, point)[series];
}

double nnrt_history_epoch(const NnrtHistory *history, int64_t point) {
    int64_t length = point < history->count ? history->stride : history->filled;
    return (double)(history->first + point * history->stride) + (double)(length - 1) / 2;
}
