/* fixture.c: see fixture.h. */
#include "elaborate/fixture.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "grammar/parser.h"
#include "graph/eval.h"

static EvalInputs inputs_of(Elaborated *e, int64_t samples, const double *input, double training) {
    Arena *arena = &e->arena;
    const double **inputs = ARENA_ARRAY(arena, const double *, e->model.inputs.count);
    for (int64_t i = 0; i < e->model.inputs.count; i++) {
        Type type = e->model.inputs.items[i].type;
        int64_t count = samples * shape_elements(type.shape);
        double *values = ARENA_ARRAY(arena, double, count);
        for (int64_t k = 0; k < count; k++)
            values[k] = input && i == 0 ? input[k] : type.element == ELEMENT_CLASS ? 0 : k + 1;
        inputs[i] = values;
    }
    const double **gradients = ARENA_ARRAY(arena, const double *, e->model.variables.count);
    for (int64_t i = 0; i < e->model.variables.count; i++) {
        int64_t count = shape_elements(e->model.variables.items[i].type.shape);
        double *values = ARENA_ARRAY(arena, double, count);
        for (int64_t k = 0; k < count; k++)
            values[k] = e->gradient;
        gradients[i] = values;
    }
    double *hypers = ARENA_ARRAY(arena, double, e->model.hypers.count);
    for (int64_t i = 0; i < e->model.hypers.count; i++)
        hypers[i] = e->model.hypers.items[i].value;
    return (EvalInputs){.samples = samples,
                        .inputs = inputs,
                        .variables = e->variables,
                        .gradients = gradients,
                        .hypers = hypers,
                        .training = training,
                        .steps = 100,
                        .seed = 1};
}

static void initialize_variables(Elaborated *e) {
    e->variables = ARENA_ARRAY(&e->arena, const double *, e->model.variables.count);
    EvalInputs inputs = inputs_of(e, 1, NULL, 0);
    for (int64_t i = 0; i < e->model.variables.count; i++) {
        const Variable *variable = &e->model.variables.items[i];
        e->variables[i] = variable->initial ? eval_node(&e->arena, variable->initial, &inputs)
                                            : ARENA_ARRAY(&e->arena, double,
                                                          shape_elements(variable->type.shape));
    }
}

Elaborated *elaborated_at(const char *path, const char *text, const ElaborateOptions *options) {
    Elaborated *e = calloc(1, sizeof *e);
    if (!e) abort();
    e->gradient = 0.5;
    arena_init(&e->arena);
    intern_init(&e->interner, &e->arena);
    sources_init(&e->sources, &e->arena);
    diag_init(&e->diags, &e->arena);
    const Source *source = sources_add(&e->sources, path, text, strlen(text), false);
    const File *file = parse_source(&e->arena, &e->interner, &e->diags, source);
    e->ok = !diag_failed(&e->diags) &&
            elaborate(&e->arena, &e->interner, &e->sources, &e->diags, file, options, &e->model);
    if (e->ok) initialize_variables(e);
    return e;
}

Elaborated *elaborated_with(const char *text, const ElaborateOptions *options) {
    return elaborated_at("test.nn", text, options);
}

Elaborated *elaborated(const char *text) {
    return elaborated_with(text, NULL);
}

Elaborated *elaborated_body(const char *body) {
    Arena arena;
    arena_init(&arena);
    Elaborated *e = elaborated(arena_format(&arena, "model m {\n%s\n}\n", body));
    arena_free(&arena);
    return e;
}

void elaborated_free(Elaborated *e) {
    arena_free(&e->arena);
    free(e);
}

const double *value_of(Elaborated *e, Node *node, int64_t samples, const double *input,
                       double training) {
    EvalInputs inputs = inputs_of(e, samples, input, training);
    return eval_node(&e->arena, node, &inputs);
}

double output_at(Elaborated *e, int64_t i, const double *input, double training) {
    if (!e->ok || e->model.outputs.count == 0) return NAN;
    return value_of(e, e->model.outputs.items[0].node, 1, input, training)[i];
}

double number_of(const char *expression) {
    Arena arena;
    arena_init(&arena);
    Elaborated *e = elaborated_body(
        arena_format(&arena, "input x : real\noutput y = (%s) + 0 * x", expression));
    double number = e->ok && shape_elements(e->model.outputs.items[0].node->type.shape) == 1
                        ? output_at(e, 0, NULL, 0)
                        : NAN;
    elaborated_free(e);
    arena_free(&arena);
    return number;
}

Variable *variable_named(Elaborated *e, const char *name) {
    for (int64_t i = 0; i < e->model.variables.count; i++)
        if (strcmp(e->model.variables.items[i].name, name) == 0)
            return &e->model.variables.items[i];
    return NULL;
}

bool reported_once(const Elaborated *e, const char *name) {
    int64_t count = 0;
    for (int64_t i = 0; i < e->diags.list.count; i++)
        count += strcmp(e->diags.list.items[i]->name, name) == 0;
    return count == 1 && e->diags.list.count == 1;
}

void check_near(const char *what, double value, double expected) {
    double allowed = 1e-9 * fmax(1, fabs(expected));
    if (!(fabs(value - expected) <= allowed))
        printf("  %s is %.17g, not %.17g\n", what, value, expected);
    CU_ASSERT_DOUBLE_EQUAL(value, expected, allowed);
}
