/* commands.h: the commands of a program, one file each. Each returns an exit code. */
#ifndef NNRT_COMMANDS_H
#define NNRT_COMMANDS_H

#include "runtime/evaluate.h"
#include "runtime/options.h"
#include "runtime/safetensors.h"

/* Each returns false with `error` set, or true. */
typedef bool (*NnrtCommand)(const NnrtModel *model, const NnrtOptions *options, NnrtError *error);

bool nnrt_command_train(const NnrtModel *model, const NnrtOptions *options, NnrtError *error);
bool nnrt_command_evaluate(const NnrtModel *model, const NnrtOptions *options, NnrtError *error);
bool nnrt_command_predict(const NnrtModel *model, const NnrtOptions *options, NnrtError *error);
bool nnrt_command_crossval(const NnrtModel *model, const NnrtOptions *options, NnrtError *error);
bool nnrt_command_gradcheck(const NnrtModel *model, const NnrtOptions *options, NnrtError *error);
bool nnrt_command_bench(const NnrtModel *model, const NnrtOptions *options, NnrtError *error);
/* In model->augment, so that only programs that have something to show carry it. */
bool nnrt_command_augment(const NnrtModel *model, const NnrtOptions *options, NnrtError *error);
bool nnrt_command_plan(const NnrtModel *model, const NnrtOptions *options, NnrtError *error);
bool nnrt_command_summary(const NnrtModel *model, const NnrtOptions *options, NnrtError *error);
bool nnrt_command_info(const NnrtModel *model, const NnrtOptions *options, NnrtError *error);

/* --weights, or NAME.safetensors. `buffer` has room for `size` characters. */
const char *nnrt_weights_path(const NnrtModel *model, const char *given, char *buffer, size_t size);

/* Opens a session for evaluate and predict: weights loaded, hypers set from the file and then from
 * the command line. `file` keeps the metadata; close and free both in any case. */
bool nnrt_open_trained(const NnrtModel *model, const NnrtOptions *options, int64_t capacity,
                       NnrtSession *session, NnrtTensorFile *file, NnrtError *error);

/* How data was split for the weights, as recorded with them (`file` NULL: no weights), unless the
 * command line says otherwise: seed, folds. */
NnrtDataOptions nnrt_data_options(const NnrtOptions *options, const NnrtTensorFile *file);

/* The rows of --split; NULL means the test part where there is one, else all. */
bool nnrt_select_rows(const NnrtData *data, const char *split, NnrtRows *rows, const char **name,
                      NnrtError *error);

/* `"loss": 0.1, "accuracy": 0.9` without braces, 9 significant digits (17 in double). */
void nnrt_print_figures_json(const NnrtModel *model, const NnrtFigures *figures);
/* A number as JSON: null when it is not finite. */
void nnrt_print_json_number(const NnrtModel *model, double value);
void nnrt_print_json_text(const char *text);
/* `, "tasks": [120, 118]`: how many tasks each thread has worked on; nothing with one thread. */
void nnrt_print_tasks_json(const NnrtSession *session);

#endif
