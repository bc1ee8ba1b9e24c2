/* header.c: the C header of a model compiled to a library: sizes and places as constants, the
 * views as plain functions. C99 and C++ clean. */

#include "artifact/artifact.h"
#include "runtime/abi.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

typedef struct Header {
    Text text;
    const Plan *plan;
    const char *prefix; /* "digits" */
    const char *upper;  /* "DIGITS" */
} Header;

/* A path as part of an identifier: "dense_1.w" -> "DENSE_1_W". */
static const char *identifier(Arena *arena, const char *name, bool upper) {
    char *result = arena_text(arena, name, strlen(name));
    for (char *c = result; *c; c++)
        *c = !isalnum((unsigned char)*c) ? '_' : upper ? (char)toupper((unsigned char)*c) : *c;
    return isdigit((unsigned char)result[0]) ? arena_format(arena, "_%s", result) : result;
}

static void define(Header *h, const char *name, int64_t value) {
    text_format(&h->text, "#define %s_%s %" PRId64 "\n", h->upper, name, value);
}

static void add_context(Header *h) {
    text_format(&h->text,
                "\n/* What a call sees. The memory is the caller's, aligned to 64 bytes. */\n"
                "typedef struct %s_context {\n",
                h->prefix);
#define STRUCT(Name)
#define FIELD(kind, type, name)                                                                    \
    text_format(&h->text, "    %s;\n",                                                             \
                strcmp(#name, "parallel") == 0                                                     \
                    ? "void (*parallel)(void *, void (*)(const void *, int64_t, int64_t), "        \
                      "const void *, int64_t)"                                                     \
                    : #type " " #name);
#define END(Name)                                                                                  \
    if (strcmp(#Name, "NnrtContext") == 0) goto done;
#include "runtime/abi.def"
#undef STRUCT
#undef FIELD
#undef END
done:
    text_format(&h->text, "} %s_context;\n", h->prefix);
}

/* What the context points to beside memory: hypers, plateaus, totals. */
static void add_numbers(Header *h) {
    Arena *arena = h->text.arena;
    const Model *model = h->plan->model;
    PlateauVec plateaus = codegen_plateaus(arena, h->plan);
    int64_t totals = 0;
    for (int64_t i = 0; i < model->accumulators.count; i++)
        totals += shape_elements(model->accumulators.items[i].value->type.shape);
    text_add(&h->text,
             "\n/* context.hypers has HYPERS numbers, those of the model are HYPER_VALUES; "
             "context.plateaus\n   PLATEAUS, how often each number of epochs passed "
             "without improvement; context.totals TOTALS, the\n   sums over all samples "
             "evaluated, for the report. Where a number is 0 the pointer may be. */\n");
    define(h, "HYPERS", model->hypers.count);
    for (int64_t i = 0; i < model->hypers.count; i++)
        define(
            h,
            arena_format(arena, "HYPER_%s", identifier(arena, model->hypers.items[i].name, true)),
            i);
    if (model->hypers.count) text_format(&h->text, "#define %s_HYPER_VALUES {", h->upper);
    for (int64_t i = 0; i < model->hypers.count; i++) {
        if (i) text_add(&h->text, ", ");
        text_number(&h->text, model->hypers.items[i].value);
    }
    if (model->hypers.count) text_add(&h->text, "}\n");
    define(h, "PLATEAUS", plateaus.count);
    for (int64_t i = 0; i < plateaus.count; i++)
        define(h, arena_format(arena, "PLATEAU_%d_EPOCHS", (int)i), plateaus.items[i]);
    define(h, "TOTALS", totals);
}

static const Buffer *find_buffer(const Plan *plan, Place place, int64_t index) {
    for (int64_t i = 0; i < plan->buffers.count; i++)
        if (plan->buffers.items[i].place == place && plan->buffers.items[i].index == index)
            return &plan->buffers.items[i];
    return NULL;
}

static void add_places(Header *h) {
    Arena *arena = h->text.arena;
    const Model *model = h->plan->model;
    text_add(&h->text,
             "\n/* Inputs: samples + capacity * OFFSET, row-major; one with CLASSES has int32_t "
             "elements from 0 on. */\n");
    for (int64_t i = 0; i < model->inputs.count; i++) {
        const ModelInput *input = &model->inputs.items[i];
        const Buffer *buffer = find_buffer(h->plan, PLACE_INPUT, i);
        const char *name = identifier(arena, input->name, true);
        if (buffer) define(h, arena_format(arena, "INPUT_%s_OFFSET", name), buffer->offset);
        define(h, arena_format(arena, "INPUT_%s_ELEMENTS", name),
               shape_elements(input->type.shape));
        if (input->class_count)
            define(h, arena_format(arena, "INPUT_%s_CLASSES", name), input->class_count);
    }
    text_add(&h->text, "\n/* Parameters and states: variables + OFFSET. PANELS 0: row-major; 1: "
                       "element (r, c)\n   at ((c / 16) * ROWS + r) * 16 + c % 16. */\n");
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        const Buffer *buffer = find_buffer(h->plan, PLACE_VARIABLE, i);
        const char *name = identifier(arena, variable->name, true);
        if (!buffer) continue;
        define(h, arena_format(arena, "%s_OFFSET", name), buffer->offset);
        define(h, arena_format(arena, "%s_ROWS", name), type_matrix_rows(variable->type));
        define(h, arena_format(arena, "%s_COLUMNS", name), type_matrix_columns(variable->type));
        define(h, arena_format(arena, "%s_PANELS", name), buffer->layout == LAYOUT_PANELS);
    }
}

static const char *result_name(Header *h, const ViewResult *result) {
    Arena *arena = h->text.arena;
    const Model *model = h->plan->model;
    switch (result->kind) {
    case RESULT_PICTURE: return "PICTURE";
    case RESULT_LOSS: return "LOSS";
    case RESULT_SAMPLE_LOSS: return "SAMPLE_LOSS";
    case RESULT_PENALTY: return "PENALTY";
    case RESULT_LEARNING_RATE: return "LEARNING_RATE";
    case RESULT_OUTPUT:
        return arena_format(arena, "OUTPUT_%s",
                            identifier(arena, model->outputs.items[result->index].name, true));
    case RESULT_METRIC:
        return arena_format(arena, "METRIC_%s",
                            identifier(arena, model->metrics.items[result->index].name, true));
    case RESULT_GRADIENT:
    case RESULT_STATISTIC:
        return arena_format(arena, "%s_%s",
                            result->kind == RESULT_GRADIENT ? "GRADIENT" : "STATISTIC",
                            identifier(arena, model->variables.items[result->index].name, true));
    case RESULT_ACCUMULATOR: return arena_format(arena, "TOTAL_%d", (int)result->index);
    case RESULT_VARIABLE: break;
    }
    return NULL;
}

static void add_view(Header *h, const ViewPlan *view) {
    Arena *arena = h->text.arena;
    const char *name = identifier(arena, view->view.name, true);
    text_add_char(&h->text, '\n');
    for (int64_t i = 0; i < view->view.results.count; i++) {
        const ViewResult *result = &view->view.results.items[i];
        const Buffer *buffer = &h->plan->buffers.items[view->results.items[i].buffer];
        const char *what = result_name(h, result);
        if (!what) continue;
        define(h, arena_format(arena, "%s_%s_OFFSET", name, what), buffer->offset);
        define(h, arena_format(arena, "%s_%s_PER_SAMPLE", name, what), result->node->type.batched);
    }
    text_format(&h->text, "void %s_%s(const %s_context *context);\n", h->prefix, view->view.name,
                h->prefix);
}

const char *artifact_header(Arena *arena, const Plan *plan) {
    Header h = {.plan = plan, .prefix = codegen_library_name(arena, plan->model)};
    h.upper = identifier(arena, h.prefix, true);
    text_init(&h.text, arena);
    text_format(
        &h.text,
        "/* %s.h: a compiled model. Made by nnc; do not edit.\n"
        " *\n"
        " * The caller gives all memory: VARIABLE_BYTES for parameters and states, FIXED_BYTES\n"
        " * and capacity * SAMPLE_BYTES of workspace, capacity a multiple of 16. Nothing is\n"
        " * allocated and nothing is global, so calls with different contexts may run at once.\n"
        " * Results stand at fixed + OFFSET, or with PER_SAMPLE at samples + capacity * OFFSET.\n"
        " */\n#ifndef %s_H\n#define %s_H\n\n#include <stdint.h>\n\n#ifdef __cplusplus\n"
        "extern \"C\" {\n#endif\n\n",
        h.prefix, h.upper, h.upper);
    define(&h, "ELEMENT_BYTES", plan->options.double_precision ? 8 : 4);
    define(&h, "VARIABLE_BYTES", plan->variable_bytes);
    define(&h, "FIXED_BYTES", plan->fixed_bytes);
    define(&h, "SAMPLE_BYTES", plan->sample_bytes);
    add_context(&h);
    add_numbers(&h);
    add_places(&h);
    for (int64_t i = 0; i < plan->views.count; i++)
        add_view(&h, &plan->views.items[i]);
    text_add(&h.text, "\n#ifdef __cplusplus\n}\n#endif\n\n#endif\n");
    return h.text.chars;
}
