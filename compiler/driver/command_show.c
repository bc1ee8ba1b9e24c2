/* command_show.c: prints a stage of the pipeline. */

#include "ast/print.h"
#include "driver/commands.h"
#include "driver/network.h"
#include "driver/pipeline.h"
#include "grammar/tokens.h"
#include "graph/print.h"
#include "support/nearest.h"

#include <stdio.h>
#include <string.h>

static bool show_ast(Compilation *compilation, Text *text) {
    if (!compilation_parse(compilation)) return false;
    ast_print(compilation->file, text);
    return true;
}

static bool show_tokens(Compilation *compilation, Text *text) {
    compilation_parse(compilation); /* tokens are there whatever the parser says */
    if (!compilation->file) return false;
    tokens_print(compilation->file->tokens, compilation->source, text);
    return true;
}

/* The network as a picture. */
static bool show_network(Compilation *compilation, Text *text) {
    if (!compilation_elaborate(compilation)) return false;
    if (strcmp(compilation->options.format, "svg") == 0)
        network_svg(text, &compilation->model);
    else
        network_dot(text, &compilation->model);
    return true;
}

static void add_result(Arena *arena, View *view, ResultKind kind, int64_t index, Node *node) {
    ViewResult result = {kind, index, node};
    VEC_PUSH(arena, view->results, result);
}

/* The model before differentiation: its ends, and the nodes that outputs, losses and penalties
 * need. */
static bool show_graph(Compilation *compilation, Text *text) {
    if (!compilation_elaborate(compilation)) return false;
    const Model *model = &compilation->model;
    Arena *arena = &compilation->arena;
    View view = {.kind = VIEW_EVALUATE, .name = "forward"};
    for (int64_t i = 0; i < model->outputs.count; i++)
        add_result(arena, &view, RESULT_OUTPUT, i, model->outputs.items[i].node);
    for (int64_t i = 0; i < model->losses.count; i++)
        add_result(arena, &view, RESULT_SAMPLE_LOSS, i, model->losses.items[i]);
    for (int64_t i = 0; i < model->penalties.count; i++)
        add_result(arena, &view, RESULT_PENALTY, i, model->penalties.items[i]);
    model_print(text, model);
    text_add_char(text, '\n');
    view_print(text, &view, model);
    return true;
}

static bool show_views(Compilation *compilation, Text *text, const char *pass) {
    if (!(pass ? compilation_pass(compilation, pass) : compilation_differentiate(compilation)))
        return false;
    for (int64_t i = 0; i < compilation->views.count; i++) {
        if (i) text_add_char(text, '\n');
        view_print(text, &compilation->views.items[i], &compilation->model);
    }
    return true;
}

static bool show_plan(Compilation *compilation, Text *text) {
    if (!compilation_plan(compilation)) return false;
    plan_print(text, compilation->plan);
    return true;
}

static bool show_code(Compilation *compilation, Text *text, bool assembly) {
    Module module = {0};
    bool ok = compilation_module(compilation, &module, PART_ALONE);
    const char *error = NULL, *bytes = NULL;
    size_t size = 0;
    if (ok && assembly) {
        ok = module_compile(&module, LLVMAssemblyFile, &bytes, &size, &error) ||
             compilation_fail(compilation, EXIT_CODE_INTERNAL, error);
        if (ok) text_add_range(text, bytes, size);
    } else if (ok) {
        text_add(text, module_print(&module));
    }
    module_free(&module);
    return ok;
}

/* Only the blocks of lines that mention `path`; a block is a line and the deeper ones below it. */
static const char *filter(Arena *arena, const char *chars, const char *path) {
    Text text;
    text_init(&text, arena);
    size_t block = SIZE_MAX; /* indentation of the line whose block is being printed */
    while (*chars) {
        size_t length = strcspn(chars, "\n");
        size_t indent = strspn(chars, " ");
        const char *line = arena_text(arena, chars, length);
        if (indent <= block) block = strstr(line, path) && indent > 0 ? indent : SIZE_MAX;
        bool printed = block != SIZE_MAX || indent == 0;
        if (printed && length) text_format(&text, "%s\n", line);
        chars += length + (chars[length] == '\n');
    }
    return text.chars;
}

/* Whether a layer, parameter or state of the model has the path, or one that begins with it. */
static bool is_path(const Model *model, const char *path) {
    size_t length = strlen(path);
    for (int64_t i = 0; i < model->layers.count; i++)
        if (strncmp(model->layers.items[i].path, path, length) == 0) return true;
    for (int64_t i = 0; i < model->variables.count; i++)
        if (strncmp(model->variables.items[i].name, path, length) == 0) return true;
    return false;
}

/* The lines that --only asks for. What is neither in the text nor in the model was mistyped. */
static const char *only(Compilation *compilation, const char *chars, const char *path, bool *ok) {
    const Model *model = &compilation->model;
    const char *kept = filter(&compilation->arena, chars, path);
    if (strstr(kept, path) || is_path(model, path)) return kept;
    Nearest nearest = {.name = path};
    for (int64_t i = 0; i < model->layers.count; i++)
        nearest_offer(&nearest, model->layers.items[i].path);
    const char *advice = "; nnc check lists the layers";
    if (nearest.best)
        advice = arena_format(&compilation->arena, "; did you mean '%s'?", nearest.best);
    *ok = compilation_fail(
        compilation, EXIT_CODE_INPUT,
        arena_format(&compilation->arena, "--only: the model has no layer '%s'%s", path, advice));
    return kept;
}

int command_show(Compilation *compilation) {
    Options *options = &compilation->options;
    const char *stage = options->stage ? options->stage : "graph";
    const PipelineRow *row = pipeline_find(stage);
    Text text;
    text_init(&text, &compilation->arena);
    if (!row) {
        fprintf(stderr, "nnc: error: unknown stage '%s'; see nnc list passes\n", stage);
        return EXIT_CODE_USAGE;
    }
    bool picture = strcmp(options->format, "text") != 0;
    if (picture && strcmp(options->format, "svg") != 0 && strcmp(options->format, "dot") != 0) {
        fprintf(stderr, "nnc: error: show prints text, svg or dot, not '%s'\n", options->format);
        return EXIT_CODE_USAGE;
    }
    if (picture && strcmp(stage, "graph") != 0) {
        fprintf(stderr, "nnc: error: only --stage=graph is drawn as %s\n", options->format);
        return EXIT_CODE_USAGE;
    }
    if (picture && options->only) {
        fprintf(stderr, "nnc: error: --only takes lines of text; a picture has none\n");
        return EXIT_CODE_USAGE;
    }
    bool ok;
    if (picture)
        ok = show_network(compilation, &text);
    else if (strcmp(stage, "tokens") == 0)
        ok = show_tokens(compilation, &text);
    else if (strcmp(stage, "ast") == 0)
        ok = show_ast(compilation, &text);
    else if (strcmp(stage, "graph") == 0)
        ok = show_graph(compilation, &text);
    else if (strcmp(stage, "gradient") == 0)
        ok = show_views(compilation, &text, NULL);
    else if (strcmp(stage, "plan") == 0)
        ok = show_plan(compilation, &text);
    else if (row->run)
        ok = show_views(compilation, &text, stage);
    else
        ok = show_code(compilation, &text, strcmp(stage, "asm") == 0);
    const char *chars = text.chars;
    if (ok && options->only) chars = only(compilation, chars, options->only, &ok);
    return compilation_deliver(compilation, ok, chars);
}
