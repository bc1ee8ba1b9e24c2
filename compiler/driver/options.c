/* options.c: see options.h. */

#include "driver/options.h"

#include "driver/commands.h"
#include "driver/pipeline.h"
#include "passes/plan.h"
#include "support/nearest.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *const emit_names[EMIT_COUNT] = {
    [EMIT_EXE] = "exe",       [EMIT_LIB] = "lib",         [EMIT_OBJ] = "obj",
    [EMIT_ASM] = "asm",       [EMIT_LLVM_IR] = "llvm-ir", [EMIT_BITCODE] = "bitcode",
    [EMIT_HEADER] = "header",
};

/* What is being read. */
typedef struct Reading {
    Arena *arena;
    Options *options;
    const char *problem;
} Reading;

static bool refuse(Reading *reading, const char *problem) {
    reading->problem = problem;
    return false;
}

static bool set_emit(Reading *reading, const char *value) {
    for (int i = 0; i < EMIT_COUNT; i++)
        if (strcmp(value, emit_names[i]) == 0) {
            reading->options->emit = (Emit)i;
            return true;
        }
    return refuse(reading, arena_format(reading->arena,
                                        "--emit takes exe, lib, obj, asm, llvm-ir, bitcode or "
                                        "header, not '%s'",
                                        value));
}

static bool set_output(Reading *reading, const char *value) {
    reading->options->output = value;
    return *value || refuse(reading, "-o needs a file name");
}

static bool set_target(Reading *reading, const char *value) {
    reading->options->target = value;
    return true;
}

static bool set_cpu(Reading *reading, const char *value) {
    reading->options->cpu = value;
    return true;
}

static bool set_stage(Reading *reading, const char *value) {
    reading->options->stage = value;
    return true;
}

static bool set_only(Reading *reading, const char *value) {
    reading->options->only = value;
    return true;
}

static bool set_format(Reading *reading, const char *value) {
    reading->options->format = value;
    return true;
}

/* What --disable takes beside the passes. */
static bool is_part_of_plan(const char *name) {
    static const char *const parts[] = {"fuse", "panels", "reuse", "chains"};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strcmp(name, parts[i]) == 0) return true;
    return false;
}

/* "a,b" */
static bool set_disable(Reading *reading, const char *value) {
    while (*value) {
        size_t length = strcspn(value, ",");
        const char *name = arena_text(reading->arena, value, length);
        const PipelineRow *row = pipeline_find(name);
        if (!(row && row->run) && !is_part_of_plan(name))
            return refuse(reading,
                          arena_format(reading->arena,
                                       "--disable: no pass is called '%s'; see nnc list passes",
                                       name));
        VEC_PUSH(reading->arena, reading->options->disabled, name);
        value += length + (value[length] == ',');
    }
    return true;
}

static bool set_warning(Reading *reading, const char *value) {
    VEC_PUSH(reading->arena, reading->options->warnings, value);
    return true;
}

static bool set_diagnostics(Reading *reading, const char *value) {
    if (strcmp(value, "json") == 0)
        reading->options->diagnostics = DIAG_JSON;
    else if (strcmp(value, "text") != 0)
        return refuse(reading, "--diagnostics takes text or json");
    return true;
}

static bool set_color(Reading *reading, const char *value) {
    if (reading->options->diagnostics == DIAG_JSON) return true;
    if (strcmp(value, "always") == 0)
        reading->options->diagnostics = DIAG_COLOUR;
    else if (strcmp(value, "never") == 0)
        reading->options->diagnostics = DIAG_PLAIN;
    else if (strcmp(value, "auto") != 0)
        return refuse(reading, "--color takes auto, always or never");
    return true;
}

static bool set_threshold(Reading *reading, const char *value) {
    char *end;
    reading->options->parallel_threshold = 1000 * strtod(value, &end);
    if (end == value || *end || !(reading->options->parallel_threshold >= 0))
        return refuse(reading, "--parallel-threshold takes a number of microseconds");
    return true;
}

static bool set_chain_threshold(Reading *reading, const char *value) {
    char *end;
    errno = 0;
    reading->options->chain_bytes = strtoll(value, &end, 10);
    if (end == value || *end || errno || reading->options->chain_bytes < 1)
        return refuse(reading, "--chain-threshold takes a number of bytes, at least 1");
    return true;
}

/* "name=value" */
static bool add_named(Reading *reading, NamedTextVec *list, const char *option, const char *text) {
    const char *equals = strchr(text, '=');
    if (!equals || equals == text)
        return refuse(reading,
                      arena_format(reading->arena, "%s takes name=value, not '%s'", option, text));
    NamedText named = {arena_text(reading->arena, text, (size_t)(equals - text)), equals + 1};
    VEC_PUSH(reading->arena, *list, named);
    return true;
}

static bool add_define(Reading *reading, const char *value) {
    return add_named(reading, &reading->options->elaborate.defines, "-D", value);
}

static bool add_setting(Reading *reading, const char *value) {
    return add_named(reading, &reading->options->elaborate.settings, "--set", value);
}

static bool set_level(Reading *reading, const char *value) {
    if (value[0] < '0' || value[0] > '3' || value[1])
        return refuse(reading, "-O takes 0, 1, 2 or 3");
    reading->options->level = value[0] - '0';
    return true;
}

static bool set_debug(Reading *reading, const char *value) {
    (void)value;
    return reading->options->debug = true;
}

static bool set_verbose(Reading *reading, const char *value) {
    (void)value;
    return reading->options->verbose = true;
}

static bool set_dry_run(Reading *reading, const char *value) {
    (void)value;
    return reading->options->dry_run = reading->options->verbose = true;
}

static bool set_pictures(Reading *reading, const char *value) {
    (void)value;
    return reading->options->pictures = true;
}

static bool set_check(Reading *reading, const char *value) {
    (void)value;
    return reading->options->check = true;
}

static bool set_diff(Reading *reading, const char *value) {
    (void)value;
    return reading->options->diff = true;
}

static bool set_time(Reading *reading, const char *value) {
    (void)value;
    return reading->options->time = true;
}

/* Without fusion each operation is a kernel, whose results --trap looks through. */
static bool set_trap(Reading *reading, const char *value) {
    (void)value;
    VEC_PUSH(reading->arena, reading->options->disabled, "fuse");
    return true;
}

static bool set_help(Reading *reading, const char *value) {
    (void)value;
    return reading->options->help = true;
}

static bool set_version(Reading *reading, const char *value) {
    (void)value;
    return reading->options->version = true;
}

typedef struct OptionRow {
    const char *name;  /* with its dashes; "-D", "-O" and "-W" take the rest of the word */
    const char *value; /* what the help calls it; NULL: a switch */
    bool (*set)(Reading *reading, const char *value);
    const char *help;
} OptionRow;

static const OptionRow option_rows[] = {
    {"-o", "FILE", set_output, "write the result there; - is standard output"},
    {"--emit", "KIND", set_emit, "exe (default), lib, obj, asm, llvm-ir, bitcode, header"},
    {"-O", "0..3", set_level, "optimisation (default 2); never changes a number"},
    {"-g", NULL, set_debug, "debug information that points at lines of the model"},
    {"--target", "TRIPLE", set_target, "another machine, for obj, asm, llvm-ir, bitcode, header"},
    {"--cpu", "NAME", set_cpu, "native (default), x86-64-v3, ...: nnc list targets"},
    {"-D", "NAME=VALUE", add_define, "set a `const`"},
    {"--set", "NAME=VALUE", add_setting, "set a setting of `train` or `data`"},
    {"--stage", "NAME", set_stage, "of show: nnc list passes"},
    {"--only", "PATH", set_only, "of show: only this layer"},
    {"--format", "KIND", set_format,
     "of show: text, of the graph svg or dot; of --help: text or man"},
    {"--pictures", NULL, set_pictures,
     "predict takes PNG and JPEG files, whatever the data is (links libpng and libjpeg)"},
    {"--check", NULL, set_check, "of fmt: name the files that would change"},
    {"--diff", NULL, set_diff, "of fmt: print what would change"},
    {"--disable", "PASS,...", set_disable, "leave out passes; also fuse, panels, reuse, chains"},
    {"--parallel-threshold", "MICROSECONDS", set_threshold,
     "work from which a kernel is split over threads"},
    {"--chain-threshold", "BYTES", set_chain_threshold,
     "size of a batch's value from which kernels that share it take turns, a few samples at a "
     "time"},
    {"-W", "NAME", set_warning, "NAME, no-NAME, error, error=NAME, no-error=NAME"},
    {"--diagnostics", "text|json", set_diagnostics, "how errors are printed"},
    {"--color", "WHEN", set_color, "auto, always, never"},
    {"--time", NULL, set_time, "print the time of each stage"},
    {"--trap", NULL, set_trap, "a kernel for each operation, so that train --trap names the one"},
    {"-v", NULL, set_verbose, "show the link command"},
    {"-###", NULL, set_dry_run, "only show the link command"},
    {"--help", NULL, set_help, "print this text; also -h"},
    {"--version", NULL, set_version, "print the version"},
};

enum { OPTION_ROWS = sizeof option_rows / sizeof *option_rows };

/* The value of "--name=value" or "-Ovalue" within `word`, "" for a word that is just the name, NULL
 * when the word is not this option. */
static const char *match(const OptionRow *row, const char *word) {
    size_t length = strlen(row->name);
    if (strncmp(word, row->name, length) != 0) return NULL;
    if (!word[length]) return "";
    if (row->value && row->name[1] == '-' && word[length] == '=') return word + length + 1;
    if (row->value && row->name[1] != '-') return word + length;
    return NULL;
}

static bool read_option(Reading *reading, int argc, char **argv, int *at) {
    const char *word = argv[*at];
    if (strcmp(word, "-h") == 0) word = "--help";
    for (int i = 0; i < OPTION_ROWS; i++) {
        const OptionRow *row = &option_rows[i];
        const char *value = match(row, word);
        if (!value) continue;
        if (row->value && !*value && !strchr(word, '=')) {
            if (*at + 1 >= argc)
                return refuse(reading, arena_format(reading->arena, "%s needs a value", word));
            value = argv[++*at];
        }
        return row->set(reading, value);
    }
    Nearest nearest = {.name = arena_text(reading->arena, word, strcspn(word, "="))};
    for (int i = 0; i < OPTION_ROWS; i++)
        if (option_rows[i].name[1] == '-') nearest_offer(&nearest, option_rows[i].name);
    return refuse(reading,
                  nearest.best
                      ? arena_format(reading->arena, "unknown option '%s'; did you mean '%s'?",
                                     word, nearest.best)
                      : arena_format(reading->arena, "unknown option '%s'; see nnc --help", word));
}

/* `nnc chekc model.nn`: the first of two words is no model, so it was meant as a command. */
static bool check_command(Reading *reading) {
    const TextVec *arguments = &reading->options->arguments;
    if (reading->options->command_given || arguments->count < 2) return true;
    Nearest nearest = {.name = arguments->items[0]};
    int count;
    const Command *commands = command_table(&count);
    for (int i = 0; i < count; i++)
        nearest_offer(&nearest, commands[i].name);
    return refuse(
        reading,
        nearest.best
            ? arena_format(reading->arena, "unknown command '%s'; did you mean '%s'?", nearest.name,
                           nearest.best)
            : arena_format(reading->arena, "unknown command '%s'; see nnc --help", nearest.name));
}

bool options_read(Arena *arena, int argc, char **argv, Options *options, const char **problem) {
    *options = (Options){
        .level = 2,
        .format = "text",
        .parallel_threshold = -1,
        .chain_bytes = PLAN_CHAIN_BYTES,
        .diagnostics = isatty(STDERR_FILENO) && !getenv("NO_COLOR") ? DIAG_COLOUR : DIAG_PLAIN,
    };
    Reading reading = {arena, options, NULL};
    for (int i = 1; i < argc; i++) {
        bool is_option = argv[i][0] == '-' && argv[i][1];
        bool is_run = options->command && strcmp(options->command, "run") == 0;
        if (is_run && options->arguments.count > 0) { /* the program's own arguments */
            VEC_PUSH(arena, options->arguments, argv[i]);
        } else if (is_option) {
            if (!read_option(&reading, argc, argv, &i)) {
                *problem = reading.problem;
                return false;
            }
        } else if (!options->command && command_find(argv[i])) {
            options->command = argv[i];
            options->command_given = true;
        } else {
            if (!options->command) options->command = "build";
            VEC_PUSH(arena, options->arguments, argv[i]);
        }
    }
    if (check_command(&reading)) return true;
    *problem = reading.problem;
    return false;
}

bool options_disabled(const Options *options, const char *name) {
    for (int64_t i = 0; i < options->disabled.count; i++)
        if (strcmp(options->disabled.items[i], name) == 0) return true;
    return false;
}

/* An option as it is written: "--emit=KIND", "-o FILE", "-O0..3". */
static const char *written(Arena *arena, const OptionRow *row) {
    const char *gap = !row->value ? "" : row->name[1] == '-' ? "=" : row->name[1] == 'o' ? " " : "";
    return arena_format(arena, "%s%s%s", row->name, gap, row->value ? row->value : "");
}

void options_help(Text *text) {
    text_add(text, "nnc: a compiler for neural networks\n\n"
                   "usage: nnc COMMAND [options] model.nn [arguments]\n"
                   "       nnc model.nn -o program\n\ncommands:\n");
    int count;
    const Command *commands = command_table(&count);
    for (int i = 0; i < count; i++)
        text_format(text, "  %-26s %s\n", commands[i].usage, commands[i].help);
    text_add(text, "\noptions:\n");
    for (int i = 0; i < OPTION_ROWS; i++) {
        const OptionRow *row = &option_rows[i];
        text_format(text, "  %-26s %s\n", written(text->arena, row), row->help);
    }
}

/* A line of the manual: what troff would take for its own is escaped. */
static void add_man_line(Text *text, const char *before, const char *line) {
    text_add(text, before);
    for (; *line; line++) {
        if (*line == '-' || *line == '\\') text_add_char(text, '\\');
        text_add_char(text, *line);
    }
    text_add_char(text, '\n');
}

void options_man(Text *text, const char *version) {
    text_format(text,
                ".TH NNC 1 \"\" \"nnc %s\"\n.SH NAME\nnnc \\- a compiler for neural networks\n"
                ".SH SYNOPSIS\n.B nnc\n.I COMMAND\n[options] model.nn [arguments]\n.br\n"
                ".B nnc\nmodel.nn \\-o program\n.SH COMMANDS\n",
                version);
    int count;
    const Command *commands = command_table(&count);
    for (int i = 0; i < count; i++) {
        add_man_line(text, ".TP\n.B nnc ", commands[i].usage);
        add_man_line(text, "", commands[i].help);
    }
    text_add(text, ".SH OPTIONS\n");
    for (int i = 0; i < OPTION_ROWS; i++) {
        add_man_line(text, ".TP\n.B ", written(text->arena, &option_rows[i]));
        add_man_line(text, "", option_rows[i].help);
    }
    text_add(text,
             ".SH EXIT STATUS\n0: done. 1: errors in the input. 2: wrong usage. 4: the system "
             "refused (no linker, disk, memory). 70: an internal error of nnc.\n"
             ".SH ENVIRONMENT\n.TP\n.B NO_COLOR\nmessages without colour\n.TP\n.B NNC_DATA\n"
             "where programs look for data first\n.SH SEE ALSO\nThe pages of the language, the "
             "library and the tutorial stand in share/doc/nnc below the prefix.\n");
}
