/* codegen.c: see codegen.h. */

#include "codegen/codegen.h"
#include "codegen/constant_data.h"
#include "codegen/debug_info.h"
#include "codegen/descriptor.h"
#include "codegen/view_driver.h"
#include "graph/print.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

enum { FEW_FUNCTIONS = 48 };

PlateauVec codegen_plateaus(Arena *arena, const Plan *plan) {
    PlateauVec lengths = {0};
    for (int64_t v = 0; v < plan->views.count; v++)
        for (int64_t i = 0; i < plan->views.items[v].kernels.count; i++) {
            const NodeVec *nodes = &plan->views.items[v].kernels.items[i].nodes;
            for (int64_t j = 0; j < nodes->count; j++) {
                const Node *node = nodes->items[j];
                if (node->op != OP_RUNTIME || node->attr.runtime != RUNTIME_PLATEAUS) continue;
                int64_t k = 0;
                while (k < lengths.count && lengths.items[k] != node->attr.index)
                    k++;
                if (k == lengths.count) VEC_PUSH(arena, lengths, node->attr.index);
            }
        }
    return lengths;
}

/* The views that a training step runs. */
static bool trains(const View *view) {
    return view->kind == VIEW_TRAIN_STEP || view->kind == VIEW_GRAIN;
}

/* Kernels that a training step calls (or, in a model without one, all). */
static void find_trained(Codegen *codegen) {
    const Plan *plan = codegen->plan;
    codegen->trained = ARENA_ARRAY(codegen->arena, bool, plan->functions.count);
    for (int64_t v = 0; v < plan->views.count; v++) {
        if (!trains(&plan->views.items[v].view)) continue;
        const KernelVec *kernels = &plan->views.items[v].kernels;
        for (int64_t i = 0; i < kernels->count; i++)
            codegen->trained[kernels->items[i].function] = true;
    }
}

/* Where there are many kernels: those that no view but the first draw of the weights calls, and all
 * of the twin. Their code is made fast and becomes large, which is not worth while for a few. */
static void find_seldom(Codegen *codegen) {
    const Plan *plan = codegen->plan;
    codegen->seldom = ARENA_ARRAY(codegen->arena, bool, plan->functions.count);
    for (int64_t i = 0; i < plan->functions.count; i++)
        codegen->seldom[i] = plan->functions.count > FEW_FUNCTIONS;
    if (strcmp(codegen->prefix, "nnc_f64_") == 0) return;
    for (int64_t v = 0; v < plan->views.count; v++) {
        if (plan->views.items[v].view.kind == VIEW_INITIALIZE) continue;
        const KernelVec *kernels = &plan->views.items[v].kernels;
        for (int64_t i = 0; i < kernels->count; i++)
            codegen->seldom[kernels->items[i].function] = false;
    }
}

static Codegen begin(Module *module, const Plan *plan, const CodegenOptions *options,
                     const char *prefix) {
    Codegen codegen = {
        .module = module,
        .arena = module->arena,
        .plan = plan,
        .options = options,
        .precision = plan->options.double_precision ? MATH_F64 : MATH_F32,
        .prefix = prefix,
        .functions = ARENA_ARRAY(module->arena, LLVMValueRef, plan->functions.count),
        .constants = ARENA_ARRAY(module->arena, LLVMValueRef, plan->buffers.count),
        .error = "",
    };
    codegen.lanes = module_lanes(module, codegen.precision);
    codegen.plateaus = codegen_plateaus(module->arena, plan);
    find_trained(&codegen);
    find_seldom(&codegen);
    return codegen;
}

/* All of one plan; *descriptor receives its record. */
static bool write_plan(Codegen *codegen, LLVMValueRef twin, LLVMValueRef *descriptor) {
    const ViewPlanVec *views = &codegen->plan->views;
    LLVMValueRef *drivers = ARENA_ARRAY(codegen->arena, LLVMValueRef, views->count);
    codegen->debug = debug_info_begin(codegen);
    codegen->shares = codegen->options->others_elsewhere;
    for (int64_t i = 0; i < views->count; i++)
        drivers[i] = codegen->shares && !trains(&views->items[i].view)
                         ? view_driver_elsewhere(codegen, &views->items[i])
                         : view_driver(codegen, &views->items[i]);
    debug_info_finish(codegen->debug);
    if (codegen->options->core_only) return !codegen->error[0];
    *descriptor = descriptor_record(codegen, drivers, twin);
    return !codegen->error[0];
}

/* int main(int argc, char **argv) { return nnrt_main(&nnc_model, argc, argv, FOLDER); } with the
 * folder of the model's file, where data is looked for. */
static void write_main(Codegen *codegen, LLVMValueRef model) {
    Module *module = codegen->module;
    const char *path = codegen->plan->model->source_path;
    const char *slash = path ? strrchr(path, '/') : NULL;
    size_t length = slash == path ? 1 : (size_t)(slash - path);
    const char *folder = slash ? arena_text(codegen->arena, path, length) : "";
    LLVMTypeRef types[4] = {module->pointer, module->i32, module->pointer, module->pointer};
    LLVMTypeRef type = LLVMFunctionType(module->i32, types, 4, false);
    LLVMValueRef run = LLVMAddFunction(module->module, "nnrt_main", type);
    LLVMValueRef made =
        emit_function_begin(module, "main", module->i32, types + 1, 2, NULL, 0, false);
    LLVMValueRef arguments[4] = {model, LLVMGetParam(made, 0), LLVMGetParam(made, 1),
                                 constant_data_text(codegen, folder)};
    LLVMValueRef code = LLVMBuildCall2(module->builder, type, run, arguments, 4, "");
    LLVMBuildRet(module->builder, code);
}

/* Writes one plan and its descriptor under `symbol` (NULL: a local one); NULL when that fails. */
static LLVMValueRef write_model(Codegen *codegen, LLVMValueRef twin, const char *symbol) {
    LLVMValueRef record = NULL;
    if (!write_plan(codegen, twin, &record) || codegen->options->core_only) return NULL;
    LLVMValueRef model = constant_data_global(codegen, record, 8);
    if (symbol) {
        LLVMSetLinkage(model, LLVMExternalLinkage);
        LLVMSetValueName2(model, symbol, strlen(symbol));
    }
    return model;
}

/* The twin checks gradients, once in a while: its code may be slow but should be small. Tiles for
 * few registers are; their bits are the same. */
static void use_small_tiles(Module *module) {
    TargetCpu *cpu = arena_copy(module->arena, module->cpu, sizeof *cpu);
    if (cpu->vector_registers > 16) cpu->vector_registers = 16;
    module->cpu = cpu;
}

/* The twin's descriptor: written here, or declared when another object has it. NULL: none. */
static LLVMValueRef make_twin(Module *module, const CodegenOptions *options, const char **error) {
    if (options->core_only || options->is_twin) return NULL;
    if (options->twin_elsewhere) {
        LLVMValueRef twin = LLVMAddGlobal(module->module, module->i8, CODEGEN_TWIN_SYMBOL);
        LLVMSetGlobalConstant(twin, true);
        return twin;
    }
    if (!options->twin) return NULL;
    CodegenOptions quiet = *options;
    quiet.debug = false;
    const TargetCpu *cpu = module->cpu;
    use_small_tiles(module);
    Codegen codegen = begin(module, options->twin, &quiet, "nnc_f64_");
    LLVMValueRef twin = write_model(&codegen, NULL, NULL);
    if (!twin) *error = codegen.error;
    module->cpu = cpu;
    return twin;
}

/* The views of the model that stand in the twin's object. */
static bool write_others(Module *module, const CodegenOptions *options, const char **error) {
    Codegen codegen = begin(module, options->others_of, options, "nnc_");
    codegen.borrows = true;
    const ViewPlanVec *views = &options->others_of->views;
    for (int64_t i = 0; i < views->count; i++)
        if (!trains(&views->items[i].view)) view_driver(&codegen, &views->items[i]);
    *error = codegen.error;
    return !codegen.error[0];
}

bool codegen_module(Module *module, const Plan *plan, const CodegenOptions *options,
                    const char **error) {
    *error = "";
    if (options->others_of && !write_others(module, options, error)) return false;
    LLVMValueRef twin = make_twin(module, options, error);
    if (**error) return false;
    const char *prefix = options->is_twin ? "nnc_f64_" : "nnc_";
    if (options->is_twin) use_small_tiles(module);
    if (options->core_only)
        prefix =
            arena_format(module->arena, "%s_", codegen_library_name(module->arena, plan->model));
    Codegen codegen = begin(module, plan, options, prefix);
    LLVMValueRef model =
        write_model(&codegen, twin, options->is_twin ? CODEGEN_TWIN_SYMBOL : CODEGEN_MODEL_SYMBOL);
    if (codegen.error[0]) {
        *error = codegen.error;
        return false;
    }
    if (options->program_main && !options->is_twin) write_main(&codegen, model);
    return module_verify(module, error);
}

const char *codegen_library_name(Arena *arena, const Model *model) {
    const char *name = model->name && model->name[0] ? model->name : "model";
    char *result = arena_format(arena, "%s%s", isdigit((unsigned char)name[0]) ? "_" : "", name);
    for (char *c = result; *c; c++)
        if (!isalnum((unsigned char)*c)) *c = '_';
    return result;
}

bool codegen_needs_zlib(const Model *model) {
    return descriptor_reads_gz(&model->data.train) ||
           descriptor_reads_gz(&model->data.validation) || descriptor_reads_gz(&model->data.test);
}

bool codegen_needs_pictures(const Model *model) {
    const DataSettings *data = &model->data;
    return data->train.kind == SOURCE_IMAGES || data->validation.kind == SOURCE_IMAGES ||
           data->test.kind == SOURCE_IMAGES;
}

/* ---- fingerprint ---- */

static const uint64_t HASH_BEGIN = 0xcbf29ce484222325u;

/* The text without what stands behind `#` in each line: places and names for people. */
static uint64_t hash_without_comments(uint64_t hash, const char *chars) {
    bool comment = false;
    for (; *chars; chars++) {
        if (*chars == '#') comment = true;
        if (*chars == '\n') comment = false;
        if (comment || *chars == ' ') continue;
        hash = (hash ^ (unsigned char)*chars) * 0x100000001b3u; /* FNV-1a */
    }
    return hash;
}

static void add_result(Arena *arena, View *view, ResultKind kind, int64_t index, Node *node) {
    ViewResult result = {kind, index, node};
    if (node) VEC_PUSH(arena, view->results, result);
}

/* The digits of the hash with the operations of a view. */
static const char *hash_view(Arena *arena, uint64_t hash, const View *view) {
    Text text;
    text_init(&text, arena);
    view_print(&text, view, NULL);
    return arena_format(arena, "%016" PRIx64, hash_without_comments(hash, text.chars));
}

const char *codegen_fingerprint(Arena *arena, const Model *model) {
    Text text;
    text_init(&text, arena);
    for (int64_t i = 0; i < model->inputs.count; i++) {
        const ModelInput *input = &model->inputs.items[i];
        text_format(&text, "input %s %d ", input->name, input->is_target);
        type_print(&text, input->type);
        text_format(&text, " %" PRId64 "\n", input->class_count);
        for (int64_t k = 0; k < input->class_names.count; k++)
            text_format(&text, "class %s\n", input->class_names.items[k]);
    }
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        if (variable->role == ROLE_OPTIMIZER || variable->role == ROLE_JOINED) continue;
        text_format(&text, "variable %s %d ", variable->name, variable->role);
        type_print(&text, variable->type);
        text_add(&text, "\n");
    }
    uint64_t hash = hash_without_comments(HASH_BEGIN, text.chars);
    View view = {.kind = VIEW_PREDICT, .name = view_names[VIEW_PREDICT]};
    for (int64_t i = 0; i < model->outputs.count; i++)
        add_result(arena, &view, RESULT_OUTPUT, i, model->outputs.items[i].node);
    return hash_view(arena, hash, &view);
}

const char *codegen_training_fingerprint(Arena *arena, const Model *model) {
    View view = {.kind = VIEW_TRAIN_STEP, .name = view_names[VIEW_TRAIN_STEP]};
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        add_result(arena, &view, RESULT_VARIABLE, i,
                   variable->grain ? variable->grain : variable->next);
    }
    for (int64_t i = 0; i < model->losses.count; i++)
        add_result(arena, &view, RESULT_LOSS, i, model->losses.items[i]);
    for (int64_t i = 0; i < model->penalties.count; i++)
        add_result(arena, &view, RESULT_PENALTY, i, model->penalties.items[i]);
    uint64_t hash = HASH_BEGIN;
    if (model->train.grains > 1)
        hash = hash_without_comments(
            hash, arena_format(arena, "grains %" PRId64 "\n", model->train.grains));
    return hash_view(arena, hash, &view);
}
