/* lint_test.c: each lint warns where it should, and good models pass in silence. */
#include <CUnit/Basic.h>
#include <stdio.h>

#include "elaborate/fixture.h"
#include "elaborate/tests.h"
#include "lint/lint.h"

static const struct Row {
    const char *name; /* NULL: nothing is reported */
    const char *input, *body;
} rows[] = {
    {NULL, "target t : real", "output p = x -> dense(8, relu) -> dense(1)\nloss mse(p, t)"},
    {NULL, "target t : class[2]",
     "output p = x -> dense(1, sigmoid)\nloss binary_cross_entropy(p, t)"},
    {NULL, "target t : class[3]", "output p = x -> dense(3, softmax)\nloss cross_entropy(p, t)"},
    {NULL, "target t : class[2]", "output p = x -> dense(2, softmax)\nloss cross_entropy(p, t)"},
    {NULL, "target t : class[3]",
     "h = x -> dense(3)\noutput p = exp(h) / sum(exp(h))\nloss -log(p[t])"},
    {NULL, "",
     "output p = x -> dense(4, bias = false) -> batchnorm -> relu -> dropout(0.2) -> dense(1)"},
    {"softmax-of-one", "", "output p = x -> dense(1, softmax)"},
    {"output-range", "target t : real", "output p = x -> dense(1, relu)\nloss mse(p, t)"},
    {"output-range", "target t : real", "output p = x -> dense(1, sigmoid)\nloss mae(p, t)"},
    {"output-range", "target t : real", "output p = x -> dense(1) -> tanh\nloss huber(p, t)"},
    {"sigmoid-with-mse", "target t : class[2]",
     "output p = x -> dense(1, sigmoid)\nloss mse(p, t)"},
    {"missing-sigmoid", "target t : class[2]",
     "output p = x -> dense(1)\nloss binary_cross_entropy(p, t)"},
    {"sigmoid-for-classes", "target t : class[3]",
     "output p = x -> dense(3, sigmoid)\nloss cross_entropy(p, t)"},
    {"missing-softmax", "target t : class[3]",
     "output p = x -> dense(3)\nloss cross_entropy(p, t)"},
    {"missing-softmax", "target t : class[3]", "output p = x -> dense(3, relu)\nloss focal(p, t)"},
    {"two-activations", "", "output p = x -> dense(3, relu) -> softmax"},
    {"two-activations", "", "output p = x -> dense(3, relu) -> relu -> dense(2)"},
    {"dropout-after-output", "", "output p = x -> dense(3) -> dropout(0.5)"},
    {"constant-output", "", "param w = 1\noutput p = 2 * w\noutput q = x"},
    {"bias-before-batchnorm", "", "output p = x -> dense(4) -> batchnorm -> dense(2)"},
    {"unused-binding", "", "h = x -> relu\noutput p = x"},
    {"unused-input", "input z : real", "output p = x"},
    {"unused-parameter", "param w = 0", "output p = x"},
};

void lints_warn(void) {
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        Arena arena;
        arena_init(&arena);
        Elaborated *e = elaborated_body(
            arena_format(&arena, "input x : real[4]\n%s\n%s", rows[i].input, rows[i].body));
        CU_ASSERT(e->ok);
        if (e->ok) lint(&e->model, &e->diags);
        bool good = rows[i].name ? reported_once(e, rows[i].name) : e->diags.list.count == 0;
        if (!good) {
            Text text;
            text_init(&text, &arena);
            diag_print(&e->diags, DIAG_PLAIN, &text);
            printf("expected %s:\n%s\n%s", rows[i].name ? rows[i].name : "nothing", rows[i].body,
                   text.chars);
        }
        CU_ASSERT(good);
        elaborated_free(e);
        arena_free(&arena);
    }
}
