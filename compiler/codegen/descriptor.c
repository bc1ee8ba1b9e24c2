/* descriptor.c: Plan and Model -> constant data, structure by structure of runtime/abi.def. */

#include "codegen/descriptor.h"
#include "codegen/constant_data.h"
#include "codegen/kernel_info.h"
#include "graph/layer_facts.h"
#include "graph/pictures.h"
#include "runtime/abi.h"

#include <stddef.h>
#include <string.h>

#define INTEGER(Struct, field, value) record_integer(&record, offsetof(Struct, field), value)
#define REAL(Struct, field, value)    record_real(&record, offsetof(Struct, field), value)
#define TEXT(Struct, field, value)    record_text(&record, offsetof(Struct, field), value)
#define POINTER(Struct, field, value) record_pointer(&record, offsetof(Struct, field), value)

/* An array of records of one type; null for none. */
static LLVMValueRef record_array(Codegen *codegen, LLVMValueRef *items, int64_t count) {
    if (count == 0) return LLVMConstNull(codegen->module->pointer);
    LLVMValueRef array = LLVMConstArray2(LLVMTypeOf(items[0]), items, (uint64_t)count);
    return constant_data_global(codegen, array, 8);
}

static LLVMValueRef *new_items(Codegen *codegen, int64_t count) {
    return ARENA_ARRAY(codegen->arena, LLVMValueRef, count);
}

static LLVMValueRef dims_of(Codegen *codegen, Shape shape) {
    return constant_data_integers(codegen, shape.dims, shape.rank);
}

/* The buffer of an input or variable; NULL when no view touches it. */
static const Buffer *find_buffer(const Codegen *codegen, Place place, int64_t index) {
    const BufferVec *buffers = &codegen->plan->buffers;
    for (int64_t i = 0; i < buffers->count; i++)
        if (buffers->items[i].place == place && buffers->items[i].index == index)
            return &buffers->items[i];
    return NULL;
}

/* ---- inputs, variables, hypers, outputs ---- */

static LLVMValueRef inputs_of(Codegen *codegen) {
    const ModelInputVec *inputs = &codegen->plan->model->inputs;
    LLVMValueRef *items = new_items(codegen, inputs->count);
    for (int64_t i = 0; i < inputs->count; i++) {
        const ModelInput *input = &inputs->items[i];
        const Buffer *buffer = find_buffer(codegen, PLACE_INPUT, i);
        Record record = record_begin(codegen, &record_NnrtInput);
        TEXT(NnrtInput, name, input->name);
        INTEGER(NnrtInput, is_target, input->is_target);
        INTEGER(NnrtInput, is_image, input->is_image);
        INTEGER(NnrtInput, class_count, input->class_count);
        if (input->class_names.count)
            POINTER(
                NnrtInput, class_names,
                constant_data_texts(codegen, input->class_names.items, input->class_names.count));
        INTEGER(NnrtInput, rank, input->type.shape.rank);
        POINTER(NnrtInput, dims, dims_of(codegen, input->type.shape));
        INTEGER(NnrtInput, elements, shape_elements(input->type.shape));
        INTEGER(NnrtInput, offset, buffer ? buffer->offset : -1);
        int64_t dims[3];
        if (input_picture(input, dims))
            POINTER(NnrtInput, picture, constant_data_integers(codegen, dims, 3));
        items[i] = record_end(&record);
    }
    return record_array(codegen, items, inputs->count);
}

static LLVMValueRef variable_of(Codegen *codegen, int64_t i) {
    const Variable *variable = &codegen->plan->model->variables.items[i];
    const Buffer *buffer = find_buffer(codegen, PLACE_VARIABLE, i);
    Record record = record_begin(codegen, &record_NnrtVariable);
    TEXT(NnrtVariable, name, variable->name);
    INTEGER(NnrtVariable, role, variable->role);
    INTEGER(NnrtVariable, is_weight, variable->is_weight);
    INTEGER(NnrtVariable, frozen, variable->frozen);
    INTEGER(NnrtVariable, rank, variable->type.shape.rank);
    POINTER(NnrtVariable, dims, dims_of(codegen, variable->type.shape));
    INTEGER(NnrtVariable, layout, buffer ? buffer->layout : LAYOUT_ROWS);
    INTEGER(NnrtVariable, rows, type_matrix_rows(variable->type));
    INTEGER(NnrtVariable, columns, type_matrix_columns(variable->type));
    INTEGER(NnrtVariable, offset, buffer ? buffer->offset : 0);
    INTEGER(NnrtVariable, bytes, buffer ? buffer->bytes : 0);
    INTEGER(NnrtVariable, statistic, variable->statistic);
    INTEGER(NnrtVariable, level, variable->level);
    INTEGER(NnrtVariable, owner, variable->role == ROLE_OPTIMIZER ? variable->owner : -1);
    INTEGER(NnrtVariable, is_average, variable->is_average);
    return record_end(&record);
}

static LLVMValueRef variables_of(Codegen *codegen) {
    int64_t count = codegen->plan->model->variables.count;
    LLVMValueRef *items = new_items(codegen, count);
    for (int64_t i = 0; i < count; i++)
        items[i] = variable_of(codegen, i);
    return record_array(codegen, items, count);
}

static LLVMValueRef hypers_of(Codegen *codegen) {
    const HyperVec *hypers = &codegen->plan->model->hypers;
    LLVMValueRef *items = new_items(codegen, hypers->count);
    for (int64_t i = 0; i < hypers->count; i++) {
        const Hyper *hyper = &hypers->items[i];
        Record record = record_begin(codegen, &record_NnrtHyper);
        TEXT(NnrtHyper, name, hyper->name);
        REAL(NnrtHyper, value, hyper->value);
        TEXT(NnrtHyper, help, hyper->help ? hyper->help : "");
        items[i] = record_end(&record);
    }
    return record_array(codegen, items, hypers->count);
}

static LLVMValueRef named(Codegen *codegen, const char *name, Shape shape) {
    Record record = record_begin(codegen, &record_NnrtNamed);
    TEXT(NnrtNamed, name, name);
    INTEGER(NnrtNamed, rank, shape.rank);
    POINTER(NnrtNamed, dims, dims_of(codegen, shape));
    INTEGER(NnrtNamed, elements, shape_elements(shape));
    int64_t picture[3];
    if (shape.rank >= 2 && picture_of(shape, picture))
        POINTER(NnrtNamed, picture, constant_data_integers(codegen, picture, 3));
    return record_end(&record);
}

static LLVMValueRef named_of(Codegen *codegen, const NamedNodeVec *nodes) {
    LLVMValueRef *items = new_items(codegen, nodes->count);
    for (int64_t i = 0; i < nodes->count; i++)
        items[i] = named(codegen, nodes->items[i].name, nodes->items[i].node->type.shape);
    return record_array(codegen, items, nodes->count);
}

static LLVMValueRef accumulators_of(Codegen *codegen) {
    const AccumulatorVec *accumulators = &codegen->plan->model->accumulators;
    LLVMValueRef *items = new_items(codegen, accumulators->count);
    for (int64_t i = 0; i < accumulators->count; i++)
        items[i] = named(codegen, arena_format(codegen->arena, "total %d", (int)i),
                         accumulators->items[i].value->type.shape);
    return record_array(codegen, items, accumulators->count);
}

/* ---- views ---- */

static LLVMValueRef result_of(Codegen *codegen, const ViewResult *result, int32_t id) {
    const Buffer *buffer = &codegen->plan->buffers.items[id];
    Type type = result->node->type;
    Record record = record_begin(codegen, &record_NnrtResult);
    INTEGER(NnrtResult, kind, result->kind);
    INTEGER(NnrtResult, index, result->index);
    INTEGER(NnrtResult, per_sample, type.batched);
    INTEGER(NnrtResult, offset, buffer->offset);
    INTEGER(NnrtResult, elements, shape_elements(type.shape));
    INTEGER(NnrtResult, element, type.element);
    INTEGER(NnrtResult, layout, buffer->layout);
    INTEGER(NnrtResult, rows, type_matrix_rows(type));
    INTEGER(NnrtResult, columns, type_matrix_columns(type));
    return record_end(&record);
}

static LLVMValueRef view_of(Codegen *codegen, const ViewPlan *plan, LLVMValueRef driver) {
    const ViewResultVec *results = &plan->view.results;
    LLVMValueRef *items = new_items(codegen, results->count);
    for (int64_t i = 0; i < results->count; i++)
        items[i] = result_of(codegen, &results->items[i], plan->results.items[i].buffer);
    ViewKind kind = plan->view.kind;
    Record record = record_begin(codegen, &record_NnrtView);
    TEXT(NnrtView, name, plan->view.name);
    INTEGER(NnrtView, kind, kind);
    INTEGER(NnrtView, level, plan->view.level);
    POINTER(NnrtView, run, driver);
    INTEGER(NnrtView, result_count, results->count);
    POINTER(NnrtView, results, record_array(codegen, items, results->count));
    INTEGER(NnrtView, kernel_count, plan->kernels.count);
    TEXT(NnrtView, kernels, kernel_info_text(codegen, plan));
    INTEGER(NnrtView, uses_samples, kind != VIEW_INITIALIZE && kind != VIEW_REPORT);
    return record_end(&record);
}

/* ---- data ---- */

static LLVMValueRef function_named(Codegen *codegen, const char *name) {
    Module *module = codegen->module;
    LLVMValueRef function = LLVMGetNamedFunction(module->module, name);
    if (function) return function;
    /* Only its address is taken: any function type will do. */
    LLVMTypeRef type = LLVMFunctionType(module->i1, NULL, 0, false);
    return LLVMAddFunction(module->module, name, type);
}

static const char *reader_name(SourceKind kind) {
    switch (kind) {
    case SOURCE_CSV: return "nnrt_source_csv";
    case SOURCE_IDX: return "nnrt_source_idx";
    case SOURCE_NPY: return "nnrt_source_npy";
    case SOURCE_IMAGES: return "nnrt_source_images";
    case SOURCE_CIFAR10: return "nnrt_source_cifar10";
    case SOURCE_NONE: break;
    }
    return NULL;
}

/* zlib is linked only where a name says that it is needed. */
bool descriptor_reads_gz(const DataSource *source) {
    for (int64_t i = 0; i < source->paths.count; i++) {
        const char *path = source->paths.items[i];
        size_t length = strlen(path);
        if (length > 3 && strcmp(path + length - 3, ".gz") == 0) return true;
    }
    return false;
}

static LLVMValueRef source_of(Codegen *codegen, const DataSource *source) {
    if (source->kind == SOURCE_NONE) return LLVMConstNull(codegen->module->pointer);
    Record record = record_begin(codegen, &record_NnrtSource);
    INTEGER(NnrtSource, kind, source->kind);
    POINTER(NnrtSource, read, function_named(codegen, reader_name(source->kind)));
    POINTER(
        NnrtSource, open,
        function_named(codegen, descriptor_reads_gz(source) ? "nnrt_open_gz" : "nnrt_open_plain"));
    INTEGER(NnrtSource, path_count, source->paths.count);
    POINTER(NnrtSource, paths,
            constant_data_texts(codegen, source->paths.items, source->paths.count));
    if (source->kind == SOURCE_IMAGES)
        POINTER(NnrtSource, holds, function_named(codegen, "nnrt_images_hold"));
    return constant_data_global(codegen, record_end(&record), 8);
}

/* ---- the model ---- */

/* The weights that reports show; null where there are none. */
static LLVMValueRef filters_of(Codegen *codegen) {
    const ViewPlanVec *views = &codegen->plan->views;
    Filters filters;
    bool found = false;
    for (int64_t i = 0; i < views->count && !found; i++)
        found =
            views->items[i].view.kind == VIEW_EVALUATE &&
            first_filters(codegen->arena, codegen->plan->model, &views->items[i].view, &filters);
    if (!found) return LLVMConstNull(codegen->module->pointer);
    Record record = record_begin(codegen, &record_NnrtFilters);
    INTEGER(NnrtFilters, variable, filters.variable);
    INTEGER(NnrtFilters, input, filters.input);
    POINTER(NnrtFilters, picture, constant_data_integers(codegen, filters.dims, 3));
    POINTER(NnrtFilters, report, function_named(codegen, "nnrt_report_filters"));
    return constant_data_global(codegen, record_end(&record), 8);
}

/* Layers, then outputs, for the picture in reports; and the filters. */
static void set_report(Codegen *codegen, Record *to) {
    const Model *model = codegen->plan->model;
    const LayerFact *facts = layer_facts(codegen->arena, model);
    int64_t layers = model->layers.count, count = layers + model->outputs.count;
    LLVMValueRef *items = new_items(codegen, count);
    for (int64_t i = 0; i < count; i++) {
        const NamedNode *output = i < layers ? NULL : &model->outputs.items[i - layers];
        const LayerLine *layer = output ? NULL : &model->layers.items[i];
        Shape shape = output ? output->node->type.shape : layer->result->type.shape;
        Record record = record_begin(codegen, &record_NnrtLayer);
        TEXT(NnrtLayer, path, output ? output->name : layer->path);
        TEXT(NnrtLayer, call, output ? NULL : layer->call);
        INTEGER(NnrtLayer, rank, shape.rank);
        POINTER(NnrtLayer, dims, dims_of(codegen, shape));
        INTEGER(NnrtLayer, parameters, facts[i].parameters);
        INTEGER(NnrtLayer, operations, facts[i].operations);
        INTEGER(NnrtLayer, source_count, facts[i].source_count);
        POINTER(NnrtLayer, sources,
                constant_data_integers(codegen, facts[i].sources, facts[i].source_count));
        items[i] = record_end(&record);
    }
    Record record = *to;
    INTEGER(NnrtModel, layer_count, count);
    POINTER(NnrtModel, layers, record_array(codegen, items, count));
    POINTER(NnrtModel, filters, filters_of(codegen));
    POINTER(NnrtModel, report, function_named(codegen, "nnrt_report_write"));
}

static bool sees_images(const Model *model) {
    for (int64_t i = 0; i < model->inputs.count; i++)
        if (model->inputs.items[i].is_image) return true;
    return false;
}

/* The command that shows what the view augment makes of pictures. */
static void set_augment(Codegen *codegen, Record *to) {
    const ViewPlanVec *views = &codegen->plan->views;
    Record record = *to;
    for (int64_t i = 0; i < views->count; i++) {
        const View *view = &views->items[i].view;
        if (view->kind != VIEW_AUGMENT) continue;
        POINTER(NnrtModel, augment, function_named(codegen, "nnrt_command_augment"));
        POINTER(NnrtModel, put_png,
                function_named(codegen, codegen_needs_zlib(codegen->plan->model) ||
                                                codegen->options->reads_pictures
                                            ? "nnrt_put_packed_png"
                                            : "nnrt_put_png"));
        POINTER(NnrtModel, augment_dims, dims_of(codegen, view->results.items[0].node->type.shape));
    }
}

static void set_tables(Codegen *codegen, Record *to, const LLVMValueRef *views) {
    const Plan *plan = codegen->plan;
    const Model *model = plan->model;
    Record record = *to;
    INTEGER(NnrtModel, input_count, model->inputs.count);
    POINTER(NnrtModel, inputs, inputs_of(codegen));
    INTEGER(NnrtModel, variable_count, model->variables.count);
    POINTER(NnrtModel, variables, variables_of(codegen));
    INTEGER(NnrtModel, hyper_count, model->hypers.count);
    POINTER(NnrtModel, hypers, hypers_of(codegen));
    INTEGER(NnrtModel, output_count, model->outputs.count);
    POINTER(NnrtModel, outputs, named_of(codegen, &model->outputs));
    INTEGER(NnrtModel, metric_count, model->metrics.count);
    POINTER(NnrtModel, metrics, named_of(codegen, &model->metrics));
    INTEGER(NnrtModel, accumulator_count, model->accumulators.count);
    POINTER(NnrtModel, accumulators, accumulators_of(codegen));
    INTEGER(NnrtModel, plateau_count, codegen->plateaus.count);
    POINTER(NnrtModel, plateau_lengths,
            constant_data_integers(codegen, codegen->plateaus.items, codegen->plateaus.count));
    LLVMValueRef *items = new_items(codegen, plan->views.count);
    for (int64_t i = 0; i < plan->views.count; i++)
        items[i] = view_of(codegen, &plan->views.items[i], views[i]);
    INTEGER(NnrtModel, view_count, plan->views.count);
    POINTER(NnrtModel, views, record_array(codegen, items, plan->views.count));
}

static void set_data_and_training(Codegen *codegen, Record *to) {
    const Model *model = codegen->plan->model;
    Record record = *to;
    POINTER(NnrtModel, train_source, source_of(codegen, &model->data.train));
    POINTER(NnrtModel, validation_source, source_of(codegen, &model->data.validation));
    POINTER(NnrtModel, test_source, source_of(codegen, &model->data.test));
    REAL(NnrtModel, validation_share, model->data.validation_share);
    REAL(NnrtModel, test_share, model->data.test_share);
    INTEGER(NnrtModel, folds, model->data.folds);
    INTEGER(NnrtModel, missing, model->data.missing);
    INTEGER(NnrtModel, ignore_count, model->data.ignore.count);
    POINTER(NnrtModel, ignore,
            constant_data_texts(codegen, model->data.ignore.items, model->data.ignore.count));
    INTEGER(NnrtModel, batch, model->train.batch);
    INTEGER(NnrtModel, epochs, model->train.epochs);
    INTEGER(NnrtModel, default_seed, model->train.seed);
    INTEGER(NnrtModel, patience, model->train.patience);
    INTEGER(NnrtModel, checkpoint, model->train.checkpoint);
    INTEGER(NnrtModel, grains, model->train.grains > 1 ? model->train.grains : 1);
    TEXT(NnrtModel, optimizer, model->train.optimizer_text ? model->train.optimizer_text : "");
}

LLVMValueRef descriptor_record(Codegen *codegen, const LLVMValueRef *views, LLVMValueRef twin) {
    const Plan *plan = codegen->plan;
    const Model *model = plan->model;
    Record record = record_begin(codegen, &record_NnrtModel);
    INTEGER(NnrtModel, abi_version, NNRT_ABI_VERSION);
    TEXT(NnrtModel, name, model->name);
    TEXT(NnrtModel, source_path, model->source_path ? model->source_path : "");
    TEXT(NnrtModel, fingerprint, codegen_fingerprint(codegen->arena, model));
    TEXT(NnrtModel, training_fingerprint, codegen_training_fingerprint(codegen->arena, model));
    TEXT(NnrtModel, summary, codegen->options->summary ? codegen->options->summary : "");
    if (codegen->options->reads_pictures && !codegen->options->is_twin)
        POINTER(NnrtModel, picture_reader, function_named(codegen, reader_name(SOURCE_IMAGES)));
    INTEGER(NnrtModel, element_bytes, module_number_bytes(codegen->precision));
    set_tables(codegen, &record, views);
    INTEGER(NnrtModel, variable_bytes, plan->variable_bytes);
    INTEGER(NnrtModel, fixed_bytes, plan->fixed_bytes);
    INTEGER(NnrtModel, sample_bytes, plan->sample_bytes);
    INTEGER(NnrtModel, has_loss, model->losses.count > 0);
    INTEGER(NnrtModel, has_optimizer, model->has_optimizer);
    POINTER(NnrtModel, double_twin, twin ? twin : LLVMConstNull(codegen->module->pointer));
    set_data_and_training(codegen, &record);
    bool trains = model->losses.count > 0 && model->data.train.kind != SOURCE_NONE;
    if (trains && codegen->options->summary && !codegen->options->is_twin) {
        set_report(codegen, &record);
        set_augment(codegen, &record);
        if (sees_images(model))
            POINTER(NnrtModel, check_images, function_named(codegen, "nnrt_image_values_check"));
    }
    return record_end(&record);
}
