/* option_table.c: see option_table.h; the check and the help text that follow from the tables. */

#include "runtime/option_table.h"

#include <stdio.h>
#include <string.h>

typedef enum Command {
    COMMAND_TRAIN,
    COMMAND_EVALUATE,
    COMMAND_PREDICT,
    COMMAND_CROSSVAL,
    COMMAND_AUGMENT,
    COMMAND_GRADCHECK,
    COMMAND_BENCH,
    COMMAND_PLAN,
    COMMAND_SUMMARY,
    COMMAND_INFO,
    COMMAND_COUNT
} Command;

/* nnrt_main() has the functions. */
static const struct {
    const char *name, *arguments, *help;
} commands[COMMAND_COUNT] = {
    [COMMAND_TRAIN] = {"train", "", "train, save the best weights"},
    [COMMAND_EVALUATE] = {"evaluate", "", "loss and metrics of a part of the data"},
    [COMMAND_PREDICT] =
        {"predict", " [FILE|-]",
         "outputs for a CSV file, a picture or a folder of them (else: the test part)"},
    [COMMAND_CROSSVAL] = {"crossval", "",
                          "train and test on each of --folds parts in turn: mean and deviation"},
    [COMMAND_AUGMENT] = {"augment", "",
                         "a PNG of ten pictures as training changes them (--out FILE)"},
    [COMMAND_GRADCHECK] = {"gradcheck", "",
                           "compiled gradient against finite differences, in double"},
    [COMMAND_BENCH] = {"bench", " [-]", "time of a training step and of a prediction"},
    [COMMAND_PLAN] = {"plan", "", "the memory that a training takes with this data"},
    [COMMAND_SUMMARY] = {"summary", "", "layers, shapes, parameters"},
    [COMMAND_INFO] =
        {"info", "",
         "settings, inputs, outputs, options; with --weights what they were trained with"},
};

enum {
    TRAIN = 1 << COMMAND_TRAIN,
    EVALUATE = 1 << COMMAND_EVALUATE,
    PREDICT = 1 << COMMAND_PREDICT,
    CROSSVAL = 1 << COMMAND_CROSSVAL,
    AUGMENT = 1 << COMMAND_AUGMENT,
    GRADCHECK = 1 << COMMAND_GRADCHECK,
    BENCH = 1 << COMMAND_BENCH,
    PLAN = 1 << COMMAND_PLAN,
    SUMMARY = 1 << COMMAND_SUMMARY,
    INFO = 1 << COMMAND_INFO,
    DATA_READERS = TRAIN | EVALUATE | PREDICT | CROSSVAL | AUGMENT | GRADCHECK | PLAN,
    ALL = (1 << COMMAND_COUNT) - 1
};

const Option option_table[OPTION_COUNT] = {
    [OPT_BATCH] = {"batch", "N|all", "samples a step",
                   TRAIN | EVALUATE | CROSSVAL | BENCH | PLAN | INFO},
    [OPT_DATA] = {"data", "DIR", "folder where the data is looked for first", DATA_READERS},
    [OPT_DIGEST] = {"digest", NULL, "print the SHA-256 of the weights", TRAIN | CROSSVAL | BENCH},
    [OPT_EPOCHS] = {"epochs", "N", "passes over the training data", TRAIN | CROSSVAL | INFO},
    [OPT_FOLD] = {"fold", "N", "hold out part N of --folds as the test part", DATA_READERS},
    [OPT_FOLDS] = {"folds", "N", "parts that crossval holds out in turn", DATA_READERS},
    [OPT_FORMAT] = {"format", "text|csv|json", "how predict prints", PREDICT},
    [OPT_FROM] = {"from", "FILE", "start from these weights; new layers are initialised",
                  TRAIN | CROSSVAL},
    [OPT_HELP] = {"help", NULL, "print this text", ALL},
    [OPT_JSON] = {"json", NULL, "print results as JSON",
                  TRAIN | EVALUATE | PREDICT | CROSSVAL | BENCH},
    [OPT_LIMIT] = {"limit", "N", "predict the first N rows only", PREDICT},
    [OPT_LOG] = {"log", "FILE", "a line of JSON for each epoch", TRAIN | CROSSVAL},
    [OPT_MAX_MEMORY] = {"max-memory", "SIZE", "refuse to train with more, as 512M: exit 4",
                        DATA_READERS},
    [OPT_OUT] = {"out", "FILE", "where train saves the weights", TRAIN | CROSSVAL | AUGMENT},
    [OPT_PATIENCE] = {"patience", "N", "stop after N epochs without improvement; 0: never",
                      TRAIN | CROSSVAL | INFO},
    [OPT_PICTURE_MEMORY] = {"picture-memory", "MIB",
                            "pictures kept decoded, of each source; more are decoded again for "
                            "every batch",
                            DATA_READERS},
    [OPT_PROFILE] = {"profile", NULL, "train: where the time goes, by line of the model",
                     TRAIN | CROSSVAL},
    [OPT_QUIET] = {"quiet", NULL, "no progress", ALL},
    [OPT_REPORT] = {"report", "FILE", "a page for the browser of what train did",
                    TRAIN | CROSSVAL | PLAN},
    [OPT_RESUME] = {"resume", NULL, "go on with the training that the --out file was saved by",
                    TRAIN | CROSSVAL},
    [OPT_SEED] = {"seed", "N", "of initial weights, shuffles, splits and draws",
                  DATA_READERS | BENCH | INFO},
    [OPT_SHUFFLE] = {"shuffle", "on|off", "off: the rows in the order of the file",
                     TRAIN | CROSSVAL},
    [OPT_SPLIT] = {"split", "PART", "train, validation, test or all", EVALUATE | PREDICT},
    [OPT_STEPS] = {"steps", "N", "end after N steps, in place of --epochs",
                   TRAIN | CROSSVAL | BENCH},
    [OPT_THREADS] = {"threads", "N", "threads; results do not depend on it",
                     DATA_READERS | BENCH | INFO},
    [OPT_TOP] = {"top", "N", "classes that predict lists", PREDICT},
    [OPT_TRAP] = {"trap", NULL, "train: name the operation where a value is not finite",
                  TRAIN | CROSSVAL | PLAN},
    [OPT_WEIGHTS] = {"weights", "FILE", "the weights to use",
                     EVALUATE | PREDICT | AUGMENT | GRADCHECK | INFO},
};

/* "train, crossval, bench" */
static void list_commands(char *text, size_t size, unsigned bits) {
    size_t used = 0;
    text[0] = '\0';
    for (int i = 0; i < COMMAND_COUNT && used < size; i++) {
        if (!(bits >> i & 1)) continue;
        int written =
            snprintf(text + used, size - used, "%s%s", used ? ", " : "", commands[i].name);
        used += written > 0 ? (size_t)written : 0;
    }
}

bool nnrt_options_check(const NnrtOptions *options, NnrtError *error) {
    int command = 0;
    while (command < COMMAND_COUNT && strcmp(commands[command].name, options->command) != 0)
        command++;
    if (command == COMMAND_COUNT) return true; /* nnrt_main() says so */
    for (int i = 0; i < OPTION_COUNT; i++) {
        const Option *option = &option_table[i];
        if (!(options->given >> i & 1) || option->commands >> command & 1) continue;
        char list[160];
        list_commands(list, sizeof list, option->commands);
        return nnrt_fail(error, NNRT_EXIT_USAGE, "%s takes no --%s; that is for %s",
                         options->command, option->name, list);
    }
    return true;
}

void nnrt_options_help(const NnrtModel *model, const char *program) {
    printf("%s: the model `%s`, compiled by nnc\n\nusage: %s COMMAND [options]\n\ncommands:\n",
           program, model->name, program);
    for (int i = 0; i < COMMAND_COUNT; i++) {
        char left[40];
        snprintf(left, sizeof left, "%s%s", commands[i].name, commands[i].arguments);
        printf("  %-18s %s\n", left, commands[i].help);
    }
    printf("\noptions:\n");
    for (int i = 0; i < OPTION_COUNT; i++) {
        char left[60];
        snprintf(left, sizeof left, "--%s %s", option_table[i].name,
                 option_table[i].value ? option_table[i].value : "");
        printf("  %-24s %s\n", left, option_table[i].help);
    }
    if (model->hyper_count) printf("\nhyper-parameters of this model:\n");
    for (int64_t i = 0; i < model->hyper_count; i++) {
        char left[90];
        snprintf(left, sizeof left, "--%s NUMBER", model->hypers[i].name);
        printf("  %-24s %s (%g)\n", left, model->hypers[i].help ? model->hypers[i].help : "",
               model->hypers[i].value);
    }
}
