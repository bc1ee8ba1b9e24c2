/* final_layer.c: the table of final layers (docs/language.md, checks).
 *
 *     task          last activation      loss
 *     regression    none                 mse, mae, huber
 *     two classes   sigmoid, one unit    binary_cross_entropy
 *     many classes  softmax, k units     cross_entropy
 *
 * A loss is known by the library function that the user called; formulas of one's own are not
 * judged. The activation is the last operation of the output that the loss depends on.
 */
#include "lint/final_layer.h"

#include <string.h>

#include "lint/facts.h"

typedef enum Task { TASK_REGRESSION, TASK_TWO_CLASSES, TASK_MANY_CLASSES } Task;

enum { ANY = -1 };

/* A combination that is warned about. The first row that fits counts. */
static const struct Row {
    Task task;
    const char *losses; /* names between spaces; each row names those it judges */
    int activation;     /* or ANY */
    bool negated;       /* any activation but this */
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

/* Warns by the first row that fits. */
static void judge(Diagnostics *diags, const char *loss_name, SourceRange loss_place,
                  const ModelInput *target, const NamedNode *output) {
    const Node *last = node_behind_movement(output->node);
    Activation activation = activation_of(last);
    Task task = task_of(target, output->node);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        const struct Row *row = &rows[i];
        bool fits = row->activation == ANY || ((int)activation == row->activation) != row->negated;
        if (row->task != task || !fits || !names(row->losses, loss_name)) continue;
        SourceRange place = row->negated ? user_place(output->origin) : user_place(last->origin);
        Diagnostic *diag = diag_warning(diags, place, row->name, "%s", row->message);
        diag_note(diags, diag, loss_place, "the loss is here");
        diag_help(diags, diag, "%s", row->help);
        return;
    }
}

/* What a loss reads of an output: stable forms take the last activation apart, so what goes into
 * it counts. */
static const Node *seen_of(const Node *output) {
    const Node *last = node_behind_movement(output);
    if (activation_of(last) != ACTIVATION_NONE && last->operand_count == 1)
        last = node_behind_movement(last->operands[0]);
    return last;
}

/* One loss against all outputs that it sees; `met` has room for all nodes. */
static void judge_loss(const Model *model, Diagnostics *diags, const Node *loss, bool *met) {
    const char *name = called_name(model->graph.arena, loss->origin);
    nodes_below(&model->graph, loss, met);
    for (int64_t t = 0; t < model->inputs.count; t++) {
        const ModelInput *target = &model->inputs.items[t];
        if (!target->is_target || target->leaf->id > loss->id || !met[target->leaf->id]) continue;
        for (int64_t o = 0; o < model->outputs.count; o++) {
            const Node *seen = seen_of(model->outputs.items[o].node);
            if (seen->id <= loss->id && met[seen->id])
                judge(diags, name, user_place(loss->origin), target, &model->outputs.items[o]);
        }
    }
}

void lint_final_layer(const Model *model, Diagnostics *diags) {
    bool *met = ARENA_ARRAY(model->graph.arena, bool, model->graph.nodes.count);
    for (int64_t l = 0; l < model->losses.count; l++)
        judge_loss(model, diags, model->losses.items[l], met);
}
