/* main.c: from a command line to a command. See nnrt.h. */

#include "runtime/nnrt.h"

#include "runtime/commands.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *name;
    NnrtCommand run;
} command_table[] = {
    {"train", nnrt_command_train},         {"evaluate", nnrt_command_evaluate},
    {"predict", nnrt_command_predict},     {"crossval", nnrt_command_crossval},
    {"gradcheck", nnrt_command_gradcheck}, {"bench", nnrt_command_bench},
    {"plan", nnrt_command_plan},           {"summary", nnrt_command_summary},
    {"info", nnrt_command_info},
};

static bool run(const NnrtModel *model, const NnrtOptions *options, NnrtError *error) {
    if (strcmp(options->command, "augment") == 0 && !options->file)
        return model->augment
                   ? model->augment(model, options, error)
                   : nnrt_fail(error, NNRT_EXIT_DISAGREE,
                               "model `%s` changes no pictures in training", model->name);
    for (size_t i = 0; i < sizeof command_table / sizeof *command_table; i++)
        if (strcmp(command_table[i].name, options->command) == 0) {
            if (options->file && command_table[i].run != nnrt_command_predict &&
                command_table[i].run != nnrt_command_bench)
                return nnrt_fail(error, NNRT_EXIT_USAGE, "%s takes no file: %s", options->command,
                                 options->file);
            return command_table[i].run(model, options, error);
        }
    return nnrt_fail(error, NNRT_EXIT_USAGE,
                     "unknown command %s; there are train, evaluate, predict, crossval, augment, "
                     "gradcheck, bench, plan, "
                     "summary, info",
                     nnrt_quote(options->command, (int64_t)strlen(options->command)).text);
}

int nnrt_main(const NnrtModel *model, int argc, char **argv, const char *model_folder) {
    return nnrt_main_with(model, argc, argv, model_folder, NULL);
}

int nnrt_main_with(const NnrtModel *model, int argc, char **argv, const char *model_folder,
                   const char *command) {
    signal(SIGPIPE, SIG_IGN); /* a closed pipe is a failed write, exit 4 */
#ifdef SIGXFSZ
    signal(SIGXFSZ, SIG_IGN);
#endif
    NnrtError error = {0};
    NnrtOptions options;
    bool ok = nnrt_options_read(model, argc, argv, model_folder, &options, &error);
    if (ok && !options.command) options.command = command;
    if (ok && (options.help || !options.command)) {
        nnrt_options_help(model, options.program);
        if (!options.help) error.exit_code = NNRT_EXIT_USAGE;
    } else if (ok && nnrt_options_check(&options, &error)) {
        run(model, &options, &error);
    }
    if (fflush(stdout) != 0 || ferror(stdout))
        nnrt_fail(&error, NNRT_EXIT_SYSTEM, "standard output cannot be written");
    bool interrupted =
        error.exit_code == NNRT_EXIT_INTERRUPTED || error.exit_code == NNRT_EXIT_TERMINATED;
    if (error.text[0])
        fprintf(stderr, "%s: %s%s\n", options.program, interrupted ? "" : "error: ", error.text);
    nnrt_options_free(&options);
    return error.exit_code;
}
