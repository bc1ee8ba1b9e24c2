/* options.c: reads a command line by option_table.h; the model's hypers are options as well. */

#include "runtime/options.h"

#include "runtime/number.h"
#include "runtime/option_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FOLDS_MOST = 1000 };

static bool whole(const char *name, const char *text, int64_t low, int64_t high, int64_t *value,
                  NnrtError *error) {
    double number;
    if (nnrt_number(text, (int64_t)strlen(text), &number) != NNRT_NUMBER_OK ||
        number != floor(number) || number < (double)low || number > (double)high)
        return nnrt_fail(
            error, NNRT_EXIT_USAGE, "--%s takes a whole number from %lld to %lld, not %s", name,
            (long long)low, (long long)high, nnrt_quote(text, (int64_t)strlen(text)).text);
    *value = (int64_t)number;
    return true;
}

/* "512M": bytes, or with K, M or G times 2^10, 2^20, 2^30. */
static bool size(const char *name, const char *text, int64_t *value, NnrtError *error) {
    static const char units[] = "KMG";
    size_t length = strlen(text);
    const char *unit = length ? strchr(units, text[length - 1]) : NULL;
    double number;
    if (unit) length--;
    if (nnrt_number(text, (int64_t)length, &number) == NNRT_NUMBER_OK) {
        if (unit) number *= (double)(INT64_C(1024) << 10 * (unit - units));
        *value = number >= 1 && number < 0x1p62 ? (int64_t)number : 0;
        if (*value) return true;
    }
    return nnrt_fail(error, NNRT_EXIT_USAGE, "--%s takes a size such as 512M or 2G, not %s", name,
                     nnrt_quote(text, (int64_t)strlen(text)).text);
}

/* One of the words, separated by '|'; its position, or -1 with an error. */
static int word(const char *name, const char *words, const char *text, NnrtError *error) {
    size_t length = strlen(text);
    int position = 0;
    for (const char *at = words;; position++) {
        size_t size = strcspn(at, "|");
        if (size == length && strncmp(at, text, size) == 0) return position;
        if (!at[size]) break;
        at += size + 1;
    }
    nnrt_fail(error, NNRT_EXIT_USAGE, "--%s takes %s, not %s", name, words,
              nnrt_quote(text, (int64_t)length).text);
    return -1;
}

static bool set_numbers(NnrtOptions *options, OptionId id, const char *text, NnrtError *error) {
    const char *name = option_table[id].name;
    int64_t value;
    switch (id) {
    case OPT_BATCH:
        options->batch = 0;
        return strcmp(text, "all") == 0 ||
               whole(name, text, 1, INT64_C(1) << 31, &options->batch, error);
    case OPT_EPOCHS: return whole(name, text, 0, 1000000000, &options->epochs, error);
    case OPT_FOLD:
        if (!whole(name, text, 1, FOLDS_MOST, &value, error)) return false;
        options->fold = (int)value;
        return true;
    case OPT_FOLDS:
        if (!whole(name, text, 2, FOLDS_MOST, &value, error)) return false;
        options->folds = (int)value;
        return true;
    case OPT_LIMIT: return whole(name, text, 1, INT64_C(1) << 31, &options->limit, error);
    case OPT_MAX_MEMORY: return size(name, text, &options->max_memory, error);
    case OPT_PATIENCE: return whole(name, text, 0, 1000000000, &options->patience, error);
    case OPT_PICTURE_MEMORY:
        if (!whole(name, text, 0, 1 << 30, &value, error)) return false;
        options->picture_bytes = value << 20;
        return true;
    case OPT_STEPS: return whole(name, text, 1, 1000000000, &options->steps, error);
    case OPT_TOP: return whole(name, text, 1, 1000000, &options->top, error);
    case OPT_SEED:
        if (!whole(name, text, 0, INT64_C(1) << 53, &value, error)) return false;
        options->seed = (uint64_t)value;
        options->seed_given = true;
        return true;
    case OPT_THREADS:
        if (!whole(name, text, 1, 256, &value, error)) return false;
        options->threads = (int)value;
        return true;
    default: return true;
    }
}

static bool set(NnrtOptions *options, OptionId id, const char *text, NnrtError *error) {
    int choice;
    switch (id) {
    case OPT_DATA: options->folders[0] = text; return true;
    case OPT_DIGEST: options->digest = true; return true;
    case OPT_FORMAT:
        choice = word("format", "text|csv|json", text, error);
        options->format = (NnrtFormat)choice;
        return choice >= 0;
    case OPT_FROM: options->from = text; return true;
    case OPT_HELP: options->help = true; return true;
    case OPT_JSON:
        options->json = true;
        options->format = NNRT_FORMAT_JSON;
        return true;
    case OPT_LOG: options->log = text; return true;
    case OPT_OUT: options->out = text; return true;
    case OPT_PROFILE: options->profile = true; return true;
    case OPT_TRAP: options->trap = true; return true;
    case OPT_QUIET: options->quiet = true; return true;
    case OPT_REPORT: options->report = text; return true;
    case OPT_RESUME: options->resume = true; return true;
    case OPT_SHUFFLE:
        choice = word("shuffle", "on|off", text, error);
        options->shuffle = choice == 0;
        return choice >= 0;
    case OPT_SPLIT:
        options->split = text;
        return word("split", "train|validation|test|all", text, error) >= 0;
    case OPT_WEIGHTS: options->weights = text; return true;
    default: return set_numbers(options, id, text, error);
    }
}

/* Number of single-character edits between two short texts (Levenshtein). */
static int distance(const char *a, const char *b) {
    int row[40];
    int columns = (int)strlen(b);
    if (columns >= 40) return 1000;
    for (int j = 0; j <= columns; j++)
        row[j] = j;
    for (int i = 1; a[i - 1]; i++) {
        int diagonal = row[0];
        row[0] = i;
        for (int j = 1; j <= columns; j++) {
            int best = diagonal + (a[i - 1] != b[j - 1]);
            diagonal = row[j];
            if (row[j] + 1 < best) best = row[j] + 1;
            if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
            row[j] = best;
        }
    }
    return row[columns];
}

static bool unknown_option(const NnrtModel *model, const char *name, NnrtError *error) {
    const char *nearest = NULL;
    int best = 3;
    for (int64_t i = 0; i < OPTION_COUNT + model->hyper_count; i++) {
        const char *candidate =
            i < OPTION_COUNT ? option_table[i].name : model->hypers[i - OPTION_COUNT].name;
        int edits = distance(name, candidate);
        if (edits >= best) continue;
        best = edits;
        nearest = candidate;
    }
    return nnrt_fail(error, NNRT_EXIT_USAGE,
                     nearest ? "unknown option --%s; did you mean --%s?" : "unknown option --%s",
                     name, nearest);
}

/* Splits "--name=value" or "--name value"; *at moves on. */
static bool read_option(const NnrtModel *model, int argc, char **argv, int *at,
                        NnrtOptions *options, NnrtError *error) {
    const char *text = argv[*at] + 2;
    size_t length = strcspn(text, "=");
    char name[80];
    snprintf(name, sizeof name, "%.*s", (int)(length < 79 ? length : 79), text);
    int id = 0;
    while (id < OPTION_COUNT && strcmp(option_table[id].name, name) != 0)
        id++;
    int64_t hyper = 0;
    while (hyper < model->hyper_count && strcmp(model->hypers[hyper].name, name) != 0)
        hyper++;
    if (id == OPTION_COUNT && hyper == model->hyper_count)
        return unknown_option(model, name, error);
    if (id < OPTION_COUNT) options->given |= UINT32_C(1) << id;
    if (id < OPTION_COUNT && !option_table[id].value) {
        if (text[length]) return nnrt_fail(error, NNRT_EXIT_USAGE, "--%s takes no value", name);
        return set(options, (OptionId)id, "", error);
    }
    const char *value = text + length + 1;
    if (!text[length]) {
        if (*at + 1 >= argc) return nnrt_fail(error, NNRT_EXIT_USAGE, "--%s needs a value", name);
        value = argv[++*at];
    }
    if (id < OPTION_COUNT) return set(options, (OptionId)id, value, error);
    if (nnrt_number(value, (int64_t)strlen(value), &options->hypers[hyper]) != NNRT_NUMBER_OK)
        return nnrt_fail(error, NNRT_EXIT_USAGE, "--%s takes a number, not %s", name,
                         nnrt_quote(value, (int64_t)strlen(value)).text);
    return true;
}

static void add_folders(NnrtOptions *options, const char *model_folder) {
    const char *environment = getenv("NNC_DATA");
    const char *given = options->folders[0];
    options->folder_count = 0;
    if (given)
        options->folders[options->folder_count++] = given;
    else if (environment && *environment)
        options->folders[options->folder_count++] = environment;
    if (*model_folder) options->folders[options->folder_count++] = model_folder;
    options->folders[options->folder_count++] = "";
}

bool nnrt_options_read(const NnrtModel *model, int argc, char **argv, const char *model_folder,
                       NnrtOptions *options, NnrtError *error) {
    *options = (NnrtOptions){
        .program = argc > 0 ? argv[0] : model->name,
        .shuffle = true,
        .threads = 1,
        .seed = (uint64_t)model->default_seed,
        .epochs = model->epochs,
        .batch = model->batch,
        .patience = model->patience,
        .folds = (int)model->folds,
        .top = 1,
        .picture_bytes = INT64_C(1) << 30,
        .hypers = nnrt_allocate(model->hyper_count, sizeof(double), error),
    };
    if (!options->hypers) return false;
    for (int64_t i = 0; i < model->hyper_count; i++)
        options->hypers[i] = model->hypers[i].value;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "-h") == 0) {
            options->help = true;
        } else if (strncmp(argv[i], "--", 2) == 0 && argv[i][2]) {
            if (!read_option(model, argc, argv, &i, options, error)) return false;
        } else if (argv[i][0] == '-' && argv[i][1]) {
            return nnrt_fail(error, NNRT_EXIT_USAGE, "unknown option %s",
                             nnrt_quote(argv[i], (int64_t)strlen(argv[i])).text);
        } else if (!options->command) {
            options->command = argv[i];
        } else if (!options->file) {
            options->file = argv[i];
        } else {
            return nnrt_fail(error, NNRT_EXIT_USAGE, "more than one file: %s",
                             nnrt_quote(argv[i], (int64_t)strlen(argv[i])).text);
        }
    }
    add_folders(options, model_folder);
    if (options->fold && !options->folds)
        return nnrt_fail(error, NNRT_EXIT_USAGE,
                         "--fold %d of how many? write folds = 5 in data, or --folds 5",
                         options->fold);
    if (options->fold > options->folds)
        return nnrt_fail(error, NNRT_EXIT_USAGE, "--fold %d: there are %d folds", options->fold,
                         options->folds);
    return true;
}

void nnrt_options_free(NnrtOptions *options) {
    free(options->hypers);
    options->hypers = NULL;
}
