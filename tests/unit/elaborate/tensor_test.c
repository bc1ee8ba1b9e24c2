/* tensor_test.c: operations on tensors have the meaning that docs/language.md gives them. */
#include <CUnit/Basic.h>
#include <math.h>

#include "elaborate/fixture.h"
#include "elaborate/tests.h"

/* The first output of the body, for x = 1, 2, 3 ..., must be these numbers. */
static void check(const char *body, int count, const double *expected) {
    Elaborated *e = elaborated_body(body);
    if (!e->ok) {
        Text text;
        text_init(&text, &e->arena);
        diag_print(&e->diags, DIAG_PLAIN, &text);
        printf("%s\n%s", body, text.chars);
    }
    CU_ASSERT_FATAL(e->ok);
    CU_ASSERT_EQUAL(shape_elements(e->model.outputs.items[0].node->type.shape), count);
    for (int i = 0; i < count; i++) {
        double value = output_at(e, i, NULL, 0);
        if (!(fabs(value - expected[i]) < 1e-12))
            printf("  %s: element %d is %.17g, not %.17g\n", body, i, value, expected[i]);
        CU_ASSERT_DOUBLE_EQUAL(value, expected[i], 1e-12);
    }
    elaborated_free(e);
}
#define CHECK(body, ...)                                                                           \
    check(body, sizeof((double[]){__VA_ARGS__}) / sizeof(double), (double[]){__VA_ARGS__})

void broadcasting(void) {
    CHECK("input x : real[3]\noutput y = x + 1", 2, 3, 4);
    CHECK("input x : real[2, 3]\noutput y = x * [1, 10, 100]", 1, 20, 300, 4, 50, 600);
    CHECK("input x : real[2, 1]\noutput y = x + [10, 20]", 11, 21, 12, 22);
    CHECK("input x : real[2]\nparam w : [2, 2] = [[1, 2], [3, 4]]\noutput y = x - w", 0, 0, -2, -2);
    CHECK("input x : real[2]\noutput y = 2 ^ x - x ^ 2", 1, 0);
    CHECK("input x : real[2]\noutput y = -x^2", -1, -4);
    CHECK("input x : real[2]\noutput y = max(x, 1.5) + min(x, [0, 9])", 1.5 + 0, 2 + 2);
}

void products(void) {
    CHECK("input x : real[2]\nparam w : [2, 3] = [[1, 2, 3], [4, 5, 6]]\noutput y = x @ w", 9, 12,
          15);
    CHECK("input x : real[3]\nparam w : [2, 3] = [[1, 2, 3], [4, 5, 6]]\noutput y = w @ x", 14, 32);
    CHECK("input x : real[3]\noutput y = x @ [1, 0, 2]", 7);
    CHECK("input x : real[2, 2]\noutput y = x @ x", 7, 10, 15, 22);
    CHECK("input x : real[2, 1, 2]\noutput y = x @ [[1, 0, 1], [0, 1, 1]]", 1, 2, 3, 3, 4, 7);
    CHECK("input x : real[2]\noutput y = 2 * x @ [[1], [1]] * 3", 18);
}

void reductions(void) {
    CHECK("input x : real[2, 3]\noutput y = sum(x)", 21);
    CHECK("input x : real[2, 3]\noutput y = sum(x, axis = 0)", 5, 7, 9);
    CHECK("input x : real[2, 3]\noutput y = mean(x, axis = -1)", 2, 5);
    CHECK("input x : real[2, 3]\noutput y = mean(x, axis = [0, 1])", 3.5);
    CHECK("input x : real[2, 3]\noutput y = mean(x, axis = [])", 1, 2, 3, 4, 5, 6);
    CHECK("input x : real[2, 3]\noutput y = max(x, axis = 0) - min(x)", 3, 4, 5);
    CHECK("input x : real[2, 3]\noutput y = argmax(x) == 2", 1, 1);
    CHECK("input x : real[2, 3]\noutput y = argmax(x, axis = 0) == 1", 1, 1, 1);
}

void movement(void) {
    CHECK("input x : real[2, 3]\noutput y = transpose(x)", 1, 4, 2, 5, 3, 6);
    CHECK("input x : real[2, 3]\noutput y = transpose(x, [1, 0])", 1, 4, 2, 5, 3, 6);
    CHECK("input x : real[2, 3]\noutput y = reshape(x, [3, 2])[1]", 3, 4);
    CHECK("input x : real[4]\noutput y = slice(x, 0, 1, 3)", 2, 3);
    CHECK("input x : real[4]\noutput y = slice(x, -1, -2, 4)", 3, 4);
    CHECK("input x : real[2]\noutput y = pad(x, [1, 2], value = 7)", 7, 1, 2, 7, 7);
    CHECK("input x : real[1, 2]\noutput y = pad(x, [0, 1], [1, 0])", 0, 1, 2, 0, 0, 0);
    CHECK("input x : real[1, 2]\noutput y = pad(x, [[0, 1], [1, 0]])", 0, 1, 2, 0, 0, 0);
    CHECK("input x : real[2]\noutput y = concat([x, [5], 2 * x])", 1, 2, 5, 2, 4);
    CHECK("input x : real[1, 2]\noutput y = concat([x, [[7, 8]]], axis = 0)", 1, 2, 7, 8);
}

void indexing(void) {
    CHECK("input x : real[3]\noutput y = x[0] + 10 * x[-1]", 31);
    CHECK("input x : real[2, 3]\noutput y = x[1]", 4, 5, 6);
    CHECK("input x : real[2, 3]\noutput y = x[1, -1]", 6);
    CHECK("input c : class[3]\noutput y = [5, 6, 7][c]", 5);
    CHECK("input c : class[2]\nparam t : [2, 2] = [[1, 2], [3, 4]]\noutput y = t[c]", 1, 2);
    CHECK("input c : class[3]\noutput y = one_hot(c)", 1, 0, 0);
    CHECK("input c : class[\"a\", \"b\"]\noutput y = (c == \"a\") + 2 * (c == \"b\") + (c != 1)",
          2);
    CHECK("input c : class[2]\noutput y = 3 * c + 1", 1);
    CHECK("input c : class[7]\noutput y = classes(c) + 0 * (c == 3)", 7);
}

void choices(void) {
    CHECK("input x : real[3]\noutput y = if x > 1 then x else -x", -1, 2, 3);
    CHECK("input x : real[3]\noutput y = if x > 1 and x < 3 or x == 1 then 5 else 0", 5, 5, 0);
    CHECK("input x : real[2]\noutput y = if training then x else 2 * x", 2, 4);
    CHECK("input x : real[2]\noutput y = x * (not training) + 10 * training", 1, 2);
    Elaborated *e = elaborated_body("input x : real[2]\noutput y = if training then x else 2 * x");
    CU_ASSERT_DOUBLE_EQUAL(output_at(e, 1, NULL, 1), 2, 0);
    elaborated_free(e);
}

/* A draw is one a sample in a model, one in all for a parameter; each takes its own stream. */
void draws(void) {
    Elaborated *e = elaborated_body("input x : real[2]\nparam w : [3] ~ uniform(2, 4)\n"
                                    "param v : [3] ~ normal(0, 1)\n"
                                    "a = uniform(shape(x), -1, 1)\nb = bernoulli([], 1)\n"
                                    "output y = x * b + a + sum(w) + sum(v)");
    CU_ASSERT_FATAL(e->ok);
    CU_ASSERT_EQUAL(e->model.draw_count, 4);
    const Variable *w = variable_named(e, "w");
    CU_ASSERT(!w->initial->type.batched && w->is_weight);
    const double *first = e->variables[0];
    for (int i = 0; i < 3; i++)
        CU_ASSERT(first[i] >= 2 && first[i] < 4);
    CU_ASSERT(first[0] != first[1]);
    int batched = 0;
    for (int64_t i = 0; i < e->model.graph.nodes.count; i++) {
        const Node *node = e->model.graph.nodes.items[i];
        if (node->op == OP_DRAW_UNIFORM) batched += node->type.batched;
    }
    CU_ASSERT_EQUAL(batched, 2);
    elaborated_free(e);
}

void batches(void) {
    Elaborated *e = elaborated_body("input x : real[2]\nm = batch_mean(x)\n"
                                    "output y = x - m\noutput z = batch_roll(x)");
    CU_ASSERT_FATAL(e->ok);
    const double x[6] = {1, 2, 3, 6, 5, 10};
    const double *y = value_of(e, e->model.outputs.items[0].node, 3, x, 0);
    CU_ASSERT_DOUBLE_EQUAL(y[0], -2, 1e-12);
    CU_ASSERT_DOUBLE_EQUAL(y[5], 4, 1e-12);
    const double *z = value_of(e, e->model.outputs.items[1].node, 3, x, 0);
    CU_ASSERT_DOUBLE_EQUAL(z[0], 5, 0);
    CU_ASSERT_DOUBLE_EQUAL(z[3], 2, 0);
    elaborated_free(e);
}
