/* command_list.c: what there is: library entries by kind, operations, passes, targets. */

#include "driver/commands.h"
#include "driver/library_index.h"
#include "driver/pipeline.h"
#include "target/target.h"

#include <stdio.h>
#include <string.h>

enum { ROW_WIDTH = 40 };

/* A long left side stands on a line of its own. */
static void print_row(const char *left, const char *right) {
    if (strlen(left) > ROW_WIDTH) {
        printf("%s\n", left);
        left = "";
    }
    printf("%-*s %s\n", ROW_WIDTH, left, right);
}

static void list_operations(void) {
    for (int i = 0; i < OP_COUNT; i++)
        printf("%-14s %s\n", op_table[i].name, op_table[i].meaning);
}

static void list_targets(void) {
    int count;
    const TargetCpu *cpus = target_cpus(&count);
    for (int i = 0; i < count; i++) {
        const char *refusal = target_refusal(&cpus[i]);
        printf("%-8s %-18s %d bits, %d registers%s%s\n", target_arch_name(cpus[i].arch),
               cpus[i].name, cpus[i].vector_bits, cpus[i].vector_registers,
               refusal ? "; refused: " : "", refusal ? refusal : "");
    }
}

static void list_passes(void) {
    for (int i = 0; i < pipeline_count(); i++) {
        const PipelineRow *row = pipeline_row(i);
        printf("%-22s %-6s %s\n", row->name, row->run ? "pass" : "stage", row->help);
    }
}

static void list_core(void) {
    int64_t count;
    const BuiltinInfo *rows = elaborate_builtins(&count);
    for (int64_t i = 0; i < count; i++)
        printf("%s%s%s%s\n    %s\n", rows[i].name, rows[i].parameters ? "(" : "",
               rows[i].parameters ? rows[i].parameters : "", rows[i].parameters ? ")" : "",
               rows[i].help);
}

/* True when `word` names library entries of `kind`: "layers", "losses". */
static bool is_kind(const char *word, FunctionKind kind) {
    const char *name = function_kind_text(kind);
    size_t length = strlen(name);
    return strncmp(word, name, length) == 0 &&
           (!word[length] || strcmp(word + length, "s") == 0 || strcmp(word + length, "es") == 0);
}

int command_list(Compilation *compilation) {
    const Options *options = &compilation->options;
    const char *word = options->arguments.count ? options->arguments.items[0] : "";
    if (strcmp(word, "ops") == 0) return list_operations(), EXIT_CODE_OK;
    if (strcmp(word, "targets") == 0) return list_targets(), EXIT_CODE_OK;
    if (strcmp(word, "passes") == 0) return list_passes(), EXIT_CODE_OK;
    if (strcmp(word, "core") == 0) return list_core(), EXIT_CODE_OK;
    bool found = false;
    for (int kind = 0; kind < FUNCTION_KINDS; kind++) {
        if (!is_kind(word, (FunctionKind)kind)) continue;
        found = true;
        LibraryEntryVec entries = library_index(compilation);
        for (int64_t i = 0; i < entries.count; i++)
            if ((int)entries.items[i].kind == kind)
                print_row(entries.items[i].signature, entries.items[i].summary);
    }
    if (found) return EXIT_CODE_OK;
    fprintf(stderr,
            "nnc: error: %s%s%s; there are layers, activations, losses, metrics, regularizers, "
            "optimizers, schedules, initializers, core, ops, passes, targets\n",
            *word ? "cannot list '" : "list what?", word, *word ? "'" : "");
    return EXIT_CODE_USAGE;
}
