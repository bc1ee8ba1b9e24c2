/* model_ends.c: input, target and output statements, and their types. */
#include <string.h>

#include "elaborate/expression.h"
#include "elaborate/report.h"
#include "elaborate/statement.h"
#include "elaborate/tensor.h"

/* ---- types ---- */

/* class[10] or class["cat", "dog"] */
static const ClassType *class_type(Elaborator *e, const InputType *type) {
    ClassType *class = ARENA_NEW(e->arena, ClassType);
    const ExprList *sizes = &type->sizes;
    if (sizes->count == 0) {
        Diagnostic *diag = report_error(e, type->range, "wrong-type", "how many classes?");
        diag_help(e->diags, diag, "class[10], or class[\"cat\", \"dog\"]");
        return NULL;
    }
    Value first = evaluate(e, sizes->items[0]);
    if (value_is_error(first)) return NULL;
    if (sizes->count == 1 && first.kind == VALUE_LIST) {
        fail(e, sizes->items[0]->range, "wrong-type", "class[...] takes a count or names, not %s",
             value_describe(e->arena, first));
        return NULL;
    }
    if (sizes->count == 1 && first.kind != VALUE_TEXT)
        return want_whole(e, first, sizes->items[0]->range, "the number of classes", 2, INT32_MAX,
                          &class->count)
                   ? class
                   : NULL;
    class->count = class->names.count = sizes->count;
    class->names.items = ARENA_ARRAY(e->arena, const char *, sizes->count);
    Scope *seen = scope_new(e->arena, NULL);
    for (int64_t i = 0; i < sizes->count; i++) {
        const Expr *expr = sizes->items[i];
        Value name = i == 0 ? first : evaluate(e, expr);
        if (!want_text(e, name, expr->range, "the name of a class", &class->names.items[i]))
            return NULL;
        const char *interned = intern_text(e->interner, name.text);
        const Binding *other = scope_find_here(seen, interned);
        if (other) {
            report_duplicate(e, expr->range, other->range,
                             arena_format(e->arena, "the class \"%s\" is named twice", interned));
            return NULL;
        }
        scope_add(seen, interned, BINDING_LOCAL, expr->range);
    }
    if (class->count < 2) {
        fail(e, type->range, "wrong-value", "one class is no choice: name at least two");
        return NULL;
    }
    return class;
}

/* The sizes of real[...] and image[...]. */
static bool sizes_of(Elaborator *e, const InputType *type, Shape *shape) {
    ValueList *list = value_new_list(e->arena, type->sizes.count);
    for (int64_t i = 0; i < list->count; i++)
        list->items[i] = evaluate(e, type->sizes.items[i]);
    Value value = value_list(list);
    /* real[sizes], where sizes is a list */
    if (list->count == 1 && list->items[0].kind == VALUE_LIST) value = list->items[0];
    for (int64_t i = 0; i < value.list->count; i++)
        if (value_is_error(value.list->items[i])) return false;
    return want_shape(e, value, type->range, "this type", shape);
}

/* The type as written; *class is set for classes. */
static bool type_of(Elaborator *e, const InputType *written, ModelInput *input,
                    const ClassType **class) {
    const char *name = written->name.text;
    *class = NULL;
    if (strcmp(name, "class") == 0) {
        *class = class_type(e, written);
        if (!*class) return false;
        input->class_count = (*class)->count;
        input->class_names = (*class)->names;
        input->type = (Type){.element = ELEMENT_CLASS, .batched = true};
        return true;
    }
    input->is_image = strcmp(name, "image") == 0;
    if (!input->is_image && strcmp(name, "real") != 0) {
        Diagnostic *diag =
            report_error(e, written->name.range, "unknown-type", "unknown type '%s'", name);
        diag_help(e->diags, diag,
                  "types are real[...], image[height, width, channels] and class[...]");
        return false;
    }
    Shape shape;
    if (!sizes_of(e, written, &shape)) return false;
    if (input->is_image && shape.rank != 3) {
        Diagnostic *diag = report_error(e, written->range, "wrong-type",
                                        "an image has three sizes, not %d", shape.rank);
        diag_help(e->diags, diag, "image[height, width, channels]");
        return false;
    }
    input->type = type_real(true, shape);
    return true;
}

/* ---- statements ---- */

void declare_input(Elaborator *e, const Statement *statement) {
    bool is_target = statement->kind == STATEMENT_TARGET;
    Binding *binding = bind_once(e, &statement->name, is_target ? BINDING_TARGET : BINDING_INPUT);
    if (!binding) return;
    binding->value = value_error();
    ModelInput input = {.name = statement->name.text, .is_target = is_target};
    const ClassType *class;
    if (!type_of(e, &statement->type, &input, &class)) return;
    origin_set(e, statement->name.range);
    input.origin = e->graph->origin;
    input.leaf = graph_leaf(e->graph, OP_INPUT, e->model->inputs.count, input.type);
    VEC_PUSH(e->arena, e->model->inputs, input);
    binding->value = value_tensor(input.leaf);
    binding->value.classes = class;
}

typedef struct TargetSearch {
    const Model *model;
    const char *target;
} TargetSearch;

/* Stops at the first target. */
static bool reads_target(const Node *leaf, void *user) {
    TargetSearch *search = user;
    if (leaf->op != OP_INPUT || !search->model->inputs.items[leaf->attr.index].is_target)
        return false;
    search->target = search->model->inputs.items[leaf->attr.index].name;
    return true;
}

void declare_output(Elaborator *e, const Statement *statement) {
    Value value = evaluate(e, statement->value);
    Binding *binding = bind_once(e, &statement->name, BINDING_OUTPUT);
    if (!binding) return;
    binding->expr = statement->value;
    binding->value = value_error();
    bool class = value.kind == VALUE_TENSOR && value.classes;
    Node *node = NULL;
    if (class) {
        origin_set(e, statement->value->range);
        node = graph_unary(e->graph, OP_AS_REAL, value.node);
    } else {
        node = want_tensor(e, value, statement->value->range, "an output");
    }
    if (!node) return;
    TargetSearch search = {.model = e->model};
    if (node_reaches(e, node, reads_target, &search)) {
        fail(e, statement->name.range, "output-reads-target",
             "the output '%s' depends on the target '%s', which is not known when predicting",
             statement->name.text, search.target);
        return;
    }
    binding->value = class ? value : value_tensor(node);
    Type type = node->type;
    type.batched = true;
    NamedNode output = {.name = statement->name.text,
                        .node = make_broadcast(e, statement->value->range, node, type)};
    output.origin = origin_here(e, statement->name.range);
    VEC_PUSH(e->arena, e->model->outputs, output);
}
