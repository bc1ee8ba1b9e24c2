/* lint.c: the lints that look at single nodes and layers, and the course of all of them. */
#include "lint/lint.h"

#include <string.h>

#include "lint/facts.h"
#include "lint/final_layer.h"

/* softmax over one unit is 1, whatever goes in. */
static void softmax_of_one(const Model *model, Diagnostics *diags) {
    for (int64_t i = 0; i < model->graph.nodes.count; i++) {
        const Node *node = model->graph.nodes.items[i];
        if (node->op != OP_SOFTMAX || node->type.shape.dims[node->type.shape.rank - 1] != 1)
            continue;
        Diagnostic *diag = diag_warning(diags, user_place(node->origin), "softmax-of-one",
                                        "softmax over one unit is always 1");
        diag_help(diags, diag, "for two classes: dense(1, sigmoid) with binary_cross_entropy");
    }
}

/* dense(10, relu) -> softmax */
static void two_activations(const Model *model, Diagnostics *diags) {
    for (int64_t i = 0; i < model->graph.nodes.count; i++) {
        const Node *node = model->graph.nodes.items[i];
        Activation outer = activation_of(node);
        for (int32_t k = 0; outer != ACTIVATION_NONE && k < node->operand_count; k++) {
            Activation inner = activation_of(node->operands[k]);
            if (inner == ACTIVATION_NONE) continue;
            Diagnostic *diag = diag_warning(diags, user_place(node->origin), "two-activations",
                                            "%s directly after %s", activation_names[outer],
                                            activation_names[inner]);
            diag_note(diags, diag, user_place(node->operands[k]->origin), "%s is applied here",
                      activation_names[inner]);
        }
    }
}

/* In training the output is noise: dropout stands behind the last layer. */
static void dropout_after_output(const Model *model, Diagnostics *diags) {
    for (int64_t i = 0; i < model->outputs.count; i++) {
        const NamedNode *output = &model->outputs.items[i];
        const char *name = called_name(model->graph.arena, output->node->origin);
        if (output->node->op != OP_SELECT ||
            (strcmp(name, "dropout") != 0 && strcmp(name, "spatial_dropout") != 0))
            continue;
        Diagnostic *diag =
            diag_warning(diags, user_place(output->node->origin), "dropout-after-output",
                         "the output '%s' itself is dropped out", output->name);
        diag_help(diags, diag, "put dropout before the last layer");
    }
}

/* Nothing that goes in changes what comes out. */
static void constant_output(const Model *model, Diagnostics *diags) {
    const bool *on_inputs = nodes_on_inputs(&model->graph);
    for (int64_t i = 0; i < model->outputs.count; i++) {
        const NamedNode *output = &model->outputs.items[i];
        if (!on_inputs[output->node->id])
            diag_warning(diags, user_place(output->origin), "constant-output",
                         "the output '%s' does not depend on any input", output->name);
    }
    for (int64_t i = 0; i < model->layers.count; i++) {
        const LayerLine *layer = &model->layers.items[i];
        if (!on_inputs[layer->result->id])
            diag_warning(diags, user_place(layer->origin), "constant-output",
                         "the result of %s does not depend on any input", layer->call);
    }
}

/* dense.b or conv.b: what `bias = false` leaves out. */
static bool is_bias(const Model *model, const Node *node) {
    if (node->op != OP_VARIABLE) return false;
    const char *name = model->variables.items[node->attr.index].name;
    size_t length = strlen(name);
    return length > 2 && strcmp(name + length - 2, ".b") == 0;
}

/* A layer that is frozen normalises by what it has seen, not by the batch. */
static bool is_frozen(const Model *model, const char *path) {
    size_t length = strlen(path);
    for (int64_t i = 0; i < model->variables.count; i++) {
        const Variable *variable = &model->variables.items[i];
        if (strncmp(variable->name, path, length) == 0 && variable->name[length] == '.')
            return variable->frozen;
    }
    return false;
}

/* What the bias adds, the mean takes away. */
static void bias_before_batchnorm(const Model *model, Diagnostics *diags) {
    for (int64_t i = 0; i + 1 < model->layers.count; i++) {
        const LayerLine *layer = &model->layers.items[i], *next = layer + 1;
        if (strncmp(next->call, "batchnorm", strlen("batchnorm")) != 0) continue;
        const Node *sum = layer->result;
        if (sum->op != OP_ADD) continue;
        if (!is_bias(model, node_behind_movement(sum->operands[1]))) continue;
        if (is_frozen(model, next->path)) continue;
        Diagnostic *diag =
            diag_remark(diags, user_place(layer->origin), "bias-before-batchnorm",
                        "the bias of %s has no effect before batchnorm", layer->path);
        diag_help(diags, diag, "leave it out: bias = false");
    }
}

/* Without movement, and without sums over nothing but axes of one element. */
static const Node *single_values(const Node *node) {
    for (;;) {
        node = node_behind_movement(node);
        const bool keeps = node->op == OP_SUM && shape_elements(node->type.shape) ==
                                                     shape_elements(node->operands[0]->type.shape);
        if (!keeps) return node;
        node = node->operands[0];
    }
}

/* x - batch_mean(x): with one sample the mean is x itself. The mean over its pixels would not be.
 */
static bool is_deviation(const Node *node) {
    if (node->op != OP_SUBTRACT) return false;
    const Node *mean = node_behind_movement(node->operands[1]);
    if (mean->op != OP_DIVIDE) return false;
    const Node *sum = node_behind_movement(mean->operands[0]);
    return sum->op == OP_BATCH_SUM &&
           single_values(sum->operands[0]) == single_values(node->operands[0]);
}

/* batchnorm behind dense, trained with one sample at a time. What no loss sees (a layer that is
 * frozen takes the running mean) does not count. */
static void variance_of_one(const Model *model, Diagnostics *diags) {
    const TrainSettings *train = &model->train;
    if (train->batch == 0 || train->batch > train->grains) return;
    bool *met = ARENA_ARRAY(model->graph.arena, bool, model->graph.nodes.count);
    for (int64_t l = 0; l < model->losses.count; l++) {
        const Node *loss = model->losses.items[l];
        nodes_below(&model->graph, loss, met);
        for (int32_t id = 0; id <= loss->id; id++) {
            const Node *node = model->graph.nodes.items[id];
            if (!met[id] || !is_deviation(node)) continue;
            Diagnostic *diag =
                diag_warning(diags, user_place(node->origin), "variance-of-one",
                             "the mean over one sample is the sample itself: nothing is left when "
                             "it is taken away");
            diag_help(diags, diag, "train with a batch of 2 or more samples%s",
                      train->grains > 1 ? " a grain" : "");
        }
    }
}

void lint(const Model *model, Diagnostics *diags) {
    softmax_of_one(model, diags);
    lint_final_layer(model, diags);
    two_activations(model, diags);
    dropout_after_output(model, diags);
    constant_output(model, diags);
    bias_before_batchnorm(model, diags);
    variance_of_one(model, diags);
}
