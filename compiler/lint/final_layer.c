/* final_layer.c: the table of final layers (docs/language.md, checks).
 *
 *     task          last activation      loss
 *     regression    none                 mse, mae, huber
 *     two classes   sigmoid, one unit    binary_cross_entropy
 *     many classes  softmax, k units     cross_entropy
 *
 * A loss is a call of the library that stands in the user's text; formulas of one's own are not
 * judged. The activation is the last operation of the value that the loss was given. Images are
 * from 0 to 1, so as targets they take any activation.
 */
#include "lint/final_layer.h"

#include <string.h>

#include "lint/facts.h"

typedef enum Task { TASK_REGRESSION, TASK_TWO_CLASSES, TASK_MANY_CLASSES } Task;

/* A combination that is warned about. The first row that fits counts. */
static const struct Row {
    Task task;
    const char *losses; /* names between spaces; each row names those it judges */
    int activation;
    bool negated; /* warned about when the value does not come from it */
    const char *name, *message, *help;
} rows[] = {
    {TASK_REGRESSION, " mse mae huber log_cosh rmse ", ACTIVATION_RELU, false, "output-range",
     "relu makes no negative number; the target may be one",
     "leave the last layer without activation"},
    {TASK_REGRESSION, " mse mae huber log_cosh rmse ", ACTIVATION_SIGMOID, false, "output-range",
     "sigmoid reaches from 0 to 1 only; the target may lie outside",
     "leave the last layer without activation"},
    {TASK_REGRESSION, " mse mae huber log_cosh rmse ", ACTIVATION_TANH, false, "output-range",
     "tanh reaches from -1 to 1 only; the target may lie outside",
     "leave the last layer without activation"},
    {TASK_TWO_CLASSES, " mse mae huber log_cosh ", ACTIVATION_SIGMOID, false, "sigmoid-with-mse",
     "sigmoid with a squared error learns slowly where it is most wrong",
     "use binary_cross_entropy"},
    {TASK_TWO_CLASSES, " binary_cross_entropy ", ACTIVATION_SIGMOID, true, "missing-sigmoid",
     "binary_cross_entropy takes a probability, but the output does not end in sigmoid",
     "end in dense(1, sigmoid)"},
    {TASK_MANY_CLASSES, " cross_entropy focal ", ACTIVATION_SIGMOID, false, "sigmoid-for-classes",
     "the classes exclude each other, but sigmoid judges each alone", "end in softmax"},
    {TASK_MANY_CLASSES, " cross_entropy focal ", ACTIVATION_SOFTMAX, true, "missing-softmax",
     "this loss takes probabilities, but the output does not end in softmax",
     "end in dense(k, softmax), k being the number of classes"},
};

/* True when the loss stands in the row. */
static bool names(const char *losses, const char *name) {
    const char *found = strstr(losses, name);
    return *name && found && found[-1] == ' ' && found[strlen(name)] == ' ';
}

/* By the target, and for two classes by the number of units. */
static Task task_of(const ModelInput *target, const Node *output) {
    if (target->class_count == 0) return TASK_REGRESSION;
    bool single = shape_elements(output->type.shape) == 1;
    return target->class_count == 2 && single ? TASK_TWO_CLASSES : TASK_MANY_CLASSES;
}

/* Where the value is named as an output, or else made. */
static SourceRange place_of(const Model *model, const Node *prediction) {
    const Node *node = node_behind_movement(prediction);
    for (int64_t i = 0; i < model->outputs.count; i++)
        if (node_behind_movement(model->outputs.items[i].node) == node)
            return user_place(model->outputs.items[i].origin);
    return user_place(prediction->origin);
}

/* Whether the elements of `node` come from this activation by steps that keep what they mean: held
 * away from 0, averaged with others, cut out. A product with weights is none. */
static bool comes_from(const Graph *graph, const Node *node, Activation activation, bool *met) {
    const unsigned passed = OP_IS_ELEMENTWISE | OP_IS_MOVEMENT | OP_IS_REDUCTION;
    memset(met, 0, (size_t)node->id + 1);
    met[node->id] = true;
    for (int32_t id = node->id; id >= 0; id--) {
        const Node *at = graph->nodes.items[id];
        if (!met[id]) continue;
        if (activation_of(at) == activation) return true;
        bool passes = (op_table[at->op].properties & passed) != 0;
        for (int32_t i = 0; passes && i < at->operand_count; i++)
            met[at->operands[i]->id] = true;
    }
    return false;
}

/* Warns by the first row that fits; `met` has room for all nodes. */
static void judge(const Model *model, Diagnostics *diags, const LossCall *call,
                  const ModelInput *target, bool *met) {
    const Node *last = node_behind_movement(call->prediction);
    Activation activation = activation_of(last);
    Task task = task_of(target, call->prediction);
    if (task == TASK_REGRESSION && target->is_image) return; /* its values are 0 to 1 */
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct Row *row = &rows[i];
        bool fits = (int)activation == row->activation;
        if (row->negated) fits = !comes_from(&model->graph, last, (Activation)row->activation, met);
        if (row->task != task || !fits || !names(row->losses, call->name)) continue;
        SourceRange place =
            row->negated ? place_of(model, call->prediction) : user_place(last->origin);
        Diagnostic *diag = diag_warning(diags, place, row->name, "%s", row->message);
        diag_note(diags, diag, user_place(call->origin), "the loss is here");
        diag_help(diags, diag, "%s", row->help);
        return;
    }
}

/* Whether a loss of the model uses what the call gave. */
static bool is_used(const Model *model, const LossCall *call, bool *met) {
    for (int64_t i = 0; i < model->losses.count; i++) {
        const Node *loss = model->losses.items[i];
        if (call->result->id > loss->id) continue;
        nodes_below(&model->graph, loss, met);
        if (met[call->result->id]) return true;
    }
    return false;
}

/* One call of a loss, by the targets that it compares with. */
static void judge_call(const Model *model, Diagnostics *diags, const LossCall *call, bool *met) {
    if (!is_used(model, call, met)) return;
    for (int64_t t = 0; t < model->inputs.count; t++) {
        const ModelInput *target = &model->inputs.items[t];
        if (!target->is_target || target->leaf->id > call->target->id) continue;
        nodes_below(&model->graph, call->target, met);
        if (met[target->leaf->id]) judge(model, diags, call, target, met);
    }
}

void lint_final_layer(const Model *model, Diagnostics *diags) {
    bool *met = ARENA_ARRAY(model->graph.arena, bool, model->graph.nodes.count);
    for (int64_t i = 0; i < model->loss_calls.count; i++)
        judge_call(model, diags, &model->loss_calls.items[i], met);
}
