/* parameter.c: param, state and `<-`: what is kept between steps.
 *
 * A state is read through `current`: its leaf at first, below a `<-` the new value in training and
 * still the leaf elsewhere. The states of an optimizer are named after the parameter they serve:
 * "dense.w/adam.m".
 */
#include "elaborate/call.h"
#include "elaborate/expression.h"
#include "elaborate/layer_path.h"
#include "elaborate/report.h"
#include "elaborate/statement.h"
#include "elaborate/tensor.h"
#include "elaborate/variable.h"

/* ---- variables ---- */

int64_t variable_shared(Elaborator *e, const char *name) {
    if (!e->frame->is_shared) return -1;
    const Binding *known = scope_find_here(e->variable_names, intern_text(e->interner, name));
    return known ? known->variable : -1;
}

/* A path that exists: shared when a repeated `name =` led here, otherwise a mistake. */
static int64_t use_again(Elaborator *e, const Binding *known, const Variable *variable,
                         SourceRange range) {
    Variable *existing = &e->model->variables.items[known->variable];
    VariableNote *note = &e->notes.items[known->variable];
    if (!e->frame->is_shared || note->frame_serial == e->frame->serial ||
        existing->role != variable->role) {
        report_duplicate(e, range, known->range,
                         arena_format(e->arena, "the path '%s' names two things", variable->name));
        return -1;
    }
    note->frame_serial = e->frame->serial;
    if (type_equal(existing->type, variable->type)) return known->variable;
    Text text;
    text_init(&text, e->arena);
    text_format(&text, "'%s' is shared, but has ", variable->name);
    shape_print(&text, existing->type.shape);
    text_add(&text, " in its first use and ");
    shape_print(&text, variable->type.shape);
    text_add(&text, " here");
    Diagnostic *diag = report_error(e, range, "shape-mismatch", "%s", text.chars);
    if (existing->origin->caller)
        diag_note(e->diags, diag, existing->origin->caller->range, "the first use");
    report_trail(e, diag, range);
    return -1;
}

int64_t variable_add(Elaborator *e, Variable *variable, SourceRange range) {
    const char *name = intern_text(e->interner, variable->name);
    variable->name = name;
    Binding *known = scope_find_here(e->variable_names, name);
    if (known) return use_again(e, known, variable, range);
    int64_t index = e->model->variables.count;
    origin_set(e, range);
    variable->origin = e->graph->origin;
    variable->leaf = graph_leaf(e->graph, OP_VARIABLE, index, variable->type);
    VEC_PUSH(e->arena, e->model->variables, *variable);
    VariableNote note = {
        .current = variable->leaf, .frame_serial = e->frame->serial, .range = range};
    VEC_PUSH(e->arena, e->notes, note);
    known = scope_add(e->variable_names, name, BINDING_PARAM, range);
    known->variable = index;
    return index;
}

/* ---- first values ---- */

/* What has no value yet when first values are computed. */
static bool is_not_initial(const Node *leaf, void *user) {
    (void)user;
    return leaf->op == OP_INPUT || leaf->op == OP_VARIABLE || leaf->op == OP_GRADIENT ||
           leaf->op == OP_RUNTIME;
}

/* The first value of a variable, broadcast to `type`. NULL after a report. */
static Node *first_value(Elaborator *e, Value value, SourceRange range, const char *name,
                         Type type) {
    Node *node = want_tensor(e, value, range, "the first value");
    if (!node) return NULL;
    if (node->type.batched || node_reaches(e, node, is_not_initial, NULL)) {
        fail(e, range, "wrong-place",
             "the first value of '%s' cannot depend on samples, parameters or states", name);
        return NULL;
    }
    Shape both;
    if (!shape_broadcast(node->type.shape, type.shape, &both) || !shape_equal(both, type.shape)) {
        Text text;
        text_init(&text, e->arena);
        text_format(&text, "'%s' is ", name);
        shape_print(&text, type.shape);
        text_add(&text, ", its first value ");
        shape_print(&text, node->type.shape);
        fail(e, range, "shape-mismatch", "%s", text.chars);
        return NULL;
    }
    return make_broadcast(e, range, node, type);
}

/* The shape written behind ':'; without one *given is false. */
static bool declared_shape(Elaborator *e, const Statement *statement, Shape *shape, bool *given) {
    *shape = shape_scalar();
    *given = statement->shape != NULL;
    return !*given || want_shape(e, evaluate(e, statement->shape), statement->shape->range,
                                 "the shape", shape);
}

/* ~ glorot_uniform: the stage applied to the size. */
static Node *initial_by_stage(Elaborator *e, const Statement *statement, Type type) {
    Value size = value_shape(e->arena, type.shape);
    Value value = evaluate_stage(e, statement->stage, size);
    return value_is_error(value)
               ? NULL
               : first_value(e, value, statement->stage->range, statement->name.text, type);
}

/* Evaluates shape and first value. False after a report. */
static bool evaluate_initial(Elaborator *e, const Statement *statement, Type *type,
                             Node **initial) {
    Shape shape;
    bool given;
    if (!declared_shape(e, statement, &shape, &given)) return false;
    *type = type_real(false, shape);
    Purpose purpose = e->purpose;
    e->purpose = PURPOSE_INITIALIZER;
    if (statement->stage) {
        *initial = initial_by_stage(e, statement, *type);
    } else {
        Value value = evaluate(e, statement->value);
        *initial = NULL;
        if (!given && !value_is_error(value) && !value_tensor_shape(value, &type->shape))
            fail(e, statement->value->range, "wrong-type", "the first value of '%s' is %s",
                 statement->name.text, value_describe(e->arena, value));
        else
            *initial = first_value(e, value, statement->value->range, statement->name.text, *type);
    }
    e->purpose = purpose;
    return *initial != NULL;
}

/* A shared layer's parameter: the stored one, if shapes agree. */
static int64_t shared_variable(Elaborator *e, const Statement *statement, VariableRole role,
                               const char *path) {
    int64_t index = variable_shared(e, path);
    Shape shape;
    bool given;
    if (index < 0 || !declared_shape(e, statement, &shape, &given)) return -1;
    Variable again = e->model->variables.items[index];
    again.role = role;
    if (given) again.type = type_real(false, shape);
    return variable_add(e, &again, statement->name.range);
}

/* param and state: name, path, first value, variable. */
static void declare(Elaborator *e, const Statement *statement, VariableRole role) {
    Binding *binding =
        bind_once(e, &statement->name, role == ROLE_PARAMETER ? BINDING_PARAM : BINDING_STATE);
    if (!binding) return;
    binding->variable = -1; /* the error value, until all is well */
    const char *path = path_join(e, e->frame->path, statement->name.text);
    if (variable_shared(e, path) >= 0) {
        binding->variable = shared_variable(e, statement, role, path);
        return;
    }
    Variable variable = {
        .name = path,
        .role = role,
        .is_weight = role == ROLE_PARAMETER && statement->stage,
        .frozen = role != ROLE_OPTIMIZER && (e->frame->is_frozen || path_is_frozen(e, path)),
        .owner = e->frame->owner - 1,
    };
    if (evaluate_initial(e, statement, &variable.type, &variable.initial))
        binding->variable = variable_add(e, &variable, statement->name.range);
}

/* Where none may stand: the name is bound to the error value. */
static Diagnostic *refuse(Elaborator *e, const Statement *statement, const char *message) {
    Binding *binding = bind_once(e, &statement->name, BINDING_PARAM);
    if (binding) binding->variable = -1;
    return report_error(e, statement->keyword, "wrong-place", "%s", message);
}

void declare_param(Elaborator *e, const Statement *statement) {
    if (e->purpose == PURPOSE_MODEL) {
        declare(e, statement, ROLE_PARAMETER);
        return;
    }
    Diagnostic *diag = refuse(e, statement, "'param' stands in a model, layer, activation or loss");
    if (e->purpose == PURPOSE_OPTIMIZER)
        diag_help(e->diags, diag, "what an optimizer keeps is a 'state'");
    report_trail(e, diag, statement->keyword);
}

void declare_state(Elaborator *e, const Statement *statement) {
    if (e->purpose == PURPOSE_MODEL)
        declare(e, statement, ROLE_STATE);
    else if (e->purpose == PURPOSE_OPTIMIZER)
        declare(e, statement, ROLE_OPTIMIZER);
    else
        report_trail(
            e, refuse(e, statement, "'state' stands in a model, layer, activation or optimizer"),
            statement->keyword);
}

/* ---- <- ---- */

/* The value broadcast to the type of what is assigned. NULL after a report. */
static Node *assigned_value(Elaborator *e, const Statement *statement, Type type) {
    const char *name = statement->name.text;
    Value value = evaluate(e, statement->value);
    Node *node = want_tensor(e, value, statement->value->range, "the assigned value");
    if (!node) return NULL;
    if (node->type.batched) {
        Diagnostic *diag =
            report_error(e, statement->value->range, "state-of-sample",
                         "the next value of '%s' depends on the single sample", name);
        diag_help(e->diags, diag, "average over the batch: batch_mean(...)");
        report_trail(e, diag, statement->value->range);
        return NULL;
    }
    Shape both;
    if (shape_broadcast(node->type.shape, type.shape, &both) && shape_equal(both, type.shape))
        return make_broadcast(e, statement->value->range, node, type);
    Text text;
    text_init(&text, e->arena);
    text_format(&text, "'%s' is ", name);
    shape_print(&text, type.shape);
    text_add(&text, ", its next value ");
    shape_print(&text, node->type.shape);
    Diagnostic *diag = report_error(e, statement->value->range, "shape-mismatch", "%s", text.chars);
    report_where_from(e, diag, statement->value, value);
    report_trail(e, diag, statement->value->range);
    return NULL;
}

/* In training the new value from here on, elsewhere the old one. */
static Node *updated(Elaborator *e, SourceRange range, const Variable *variable, Node *next) {
    Node *training = make_node(e, range, OP_TRAINING, (Attr){0}, NULL, 0, NULL);
    Node *operands[3] = {make_broadcast(e, range, training, variable->type), next, variable->leaf};
    return make_node(e, range, OP_SELECT, (Attr){0}, operands, 3, NULL);
}

void assign_state(Elaborator *e, const Statement *statement) {
    Binding *binding = scope_find_here(e->frame->scope, statement->name.text);
    if (!binding && !scope_find(e->frame->scope, statement->name.text)) {
        fail_unknown_name(e, e->frame->scope, statement->name.text, statement->name.range, "name");
    } else if (!binding || (binding->kind != BINDING_STATE && binding->kind != BINDING_OPTIMIZED)) {
        Diagnostic *diag = report_error(e, statement->name.range, "not-a-state",
                                        "'%s' is %s; '<-' assigns states", statement->name.text,
                                        binding_kind_text(binding ? binding->kind : BINDING_LOCAL));
        diag_help(e->diags, diag, "bind a name with '='");
        report_trail(e, diag, statement->name.range);
    } else if (binding->kind == BINDING_OPTIMIZED) {
        binding->assigned = true;
        if (binding->value.kind != VALUE_TENSOR) return;
        Node *next = assigned_value(e, statement, binding->value.node->type);
        int64_t variable = binding->value.variable;
        binding->value = value_tensor(next);
        binding->value.variable = variable;
        return;
    } else if (binding->variable >= 0) {
        Variable *variable = &e->model->variables.items[binding->variable];
        Node *next = assigned_value(e, statement, variable->type);
        if (!next || variable->frozen) return;
        /* The vector may have grown while the value was evaluated. */
        variable = &e->model->variables.items[binding->variable];
        variable->next = next;
        e->notes.items[binding->variable].current =
            variable->role == ROLE_OPTIMIZER ? next
                                             : updated(e, statement->name.range, variable, next);
        return;
    }
    if (!binding || binding->kind != BINDING_STATE) evaluate(e, statement->value);
}
