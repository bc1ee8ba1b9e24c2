/* static_test.c: what is known at compile time: numbers, lists, choices, loops, constants. */
#include <CUnit/Basic.h>
#include <math.h>

#include "elaborate/fixture.h"
#include "elaborate/tests.h"

static void check(const char *expression, double expected) {
    double number = number_of(expression);
    if (!(fabs(number - expected) <= 1e-12 * fmax(1, fabs(expected))))
        printf("  %s is %.17g, not %.17g\n", expression, number, expected);
    CU_ASSERT_DOUBLE_EQUAL(number, expected, 1e-12 * fmax(1, fabs(expected)));
}

void numbers_are_calculated(void) {
    check("1 + 2 * 3", 7);
    check("2 ^ 3 ^ 2", 512);
    check("-2 ^ 2", -4);
    check("2 ^ -1", 0.5);
    check("7 - 2 - 1", 4);
    check("15% + 1e-3", 0.151);
    check("8 / 4 / 2", 1);
    check("exp(1)", exp(1));
    check("log(2) + sqrt(2) + sin(1) + cos(1) + tanh(0.5) + erf(0.5)",
          log(2) + sqrt(2) + sin(1) + cos(1) + tanh(0.5) + erf(0.5));
    check("abs(-3) + sign(-2) + floor(2.7) + floor(-0.5)", 3 - 1 + 2 - 1);
    check("sigmoid(0.3) + softplus(-2) + log1p(0.1)",
          1 / (1 + exp(-0.3)) + log1p(exp(-2)) + log1p(0.1));
    check("max(2, 3) - min(2, 3) + max([1, 5, 2]) + min([4, 3])", 3 - 2 + 5 + 3);
    check("2 * pi", 2 * 3.14159265358979323846);
}

void lists_are_lists(void) {
    check("[4, 5, 6][1] + [4, 5, 6][-1]", 11);
    check("length([1, 2, 3]) + length([]) + length(range(5))", 8);
    check("product([2, 3, 4]) + product([])", 25);
    check("sum(range(5)) + sum(range(2, 5))", 10 + 9);
    check("mean([1, 2, 6])", 3);
    check("pair(3)[1] + pair([5, 6])[1]", 9);
    check("[[1, 2], [3, 4]][1, 0]", 3);
    check("([1, 2] + [3, 4] * 2)[1]", 10);
    check("(-[1, 2])[1]", -2);
}

void conditions_choose(void) {
    check("if 1 < 2 then 3 else 4", 3);
    check("if [1, 2] == [1, 2] and \"a\" != \"b\" then 1 else 2", 1);
    check("if not (2 >= 3) or 1 / 0 > 1 then 1 else 2", 1); /* decided before the division */
    check("if true then 1 else 1 / 0", 1);
    check("if 2 == 2 then if 3 < 2 then 1 else 5 else 6", 5);
    check("if x > 0 then 2 else 3", 2);
    check("if x > 1 and true then 2 else 3", 3);
    check("(x == 1) + (x != 1) + (x >= 1) + (x <= 1) + (x < 1) + (x > 1) + (not (x == 1))", 3);
}

void loops_unroll(void) {
    Elaborated *e = elaborated_body("input x : real\nh = x\n"
                                    "for i in range(4) { h = 2 * h + i\n g = i }\n"
                                    "output y = h + 100 * g");
    CU_ASSERT_DOUBLE_EQUAL(output_at(e, 0, NULL, 0), 16 + 8 * 0 + 4 * 1 + 2 * 2 + 3 + 300, 0);
    elaborated_free(e);
    e = elaborated("activation twice(x) = 2 * x\n"
                   "model m { input x : real\n output y = x -> repeat 3 twice -> repeat 2 repeat 2 "
                   "twice -> repeat 0 twice }");
    CU_ASSERT_DOUBLE_EQUAL(output_at(e, 0, NULL, 0), 128, 0);
    elaborated_free(e);
}

void constants_and_hypers(void) {
    const char *text = "const b = a + 1\nconst a = 2\nhyper rate = 0.25\n"
                       "model m { input x : real\n output y = x * b + rate }";
    Elaborated *e = elaborated(text);
    CU_ASSERT_DOUBLE_EQUAL(output_at(e, 0, NULL, 0), 3.25, 0);
    CU_ASSERT_EQUAL(e->model.hypers.count, 1);
    elaborated_free(e);

    Arena arena;
    arena_init(&arena);
    ElaborateOptions options = {0};
    VEC_PUSH(&arena, options.defines, ((NamedText){"a", "10"}));
    VEC_PUSH(&arena, options.defines, ((NamedText){"rate", "50%"}));
    e = elaborated_with(text, &options);
    CU_ASSERT_DOUBLE_EQUAL(output_at(e, 0, NULL, 0), 11.5, 0);
    elaborated_free(e);

    options.defines.count = 0;
    VEC_PUSH(&arena, options.defines, ((NamedText){"c", "10"}));
    e = elaborated_with(text, &options);
    CU_ASSERT(reported_once(e, "unknown-name"));
    elaborated_free(e);

    options.defines.count = 0;
    VEC_PUSH(&arena, options.defines, ((NamedText){"a", "text"}));
    e = elaborated_with(text, &options);
    CU_ASSERT(reported_once(e, "wrong-type"));
    elaborated_free(e);
    arena_free(&arena);
}

void functions_are_values(void) {
    Elaborated *e = elaborated("layer apply(x, f = linear, g = relu) = g(f(x))\n"
                               "layer pass(x, act) = act(x)\n"
                               "model m { input x : real[2]\n"
                               "  output y = x -> apply(leaky_relu(0.5), linear)\n"
                               "  output z = x -> apply -> pass(relu)\n"
                               "  output w = x -> apply(g = exponential, f = elu(alpha = 2)) }");
    CU_ASSERT_FATAL(e->ok);
    const double x[2] = {-2, 3};
    CU_ASSERT_DOUBLE_EQUAL(output_at(e, 0, x, 0), -1, 0);
    CU_ASSERT_DOUBLE_EQUAL(output_at(e, 1, x, 0), 3, 0);
    const double *z = value_of(e, e->model.outputs.items[1].node, 1, x, 0);
    CU_ASSERT_DOUBLE_EQUAL(z[0], 0, 0);
    const double *w = value_of(e, e->model.outputs.items[2].node, 1, x, 0);
    CU_ASSERT_DOUBLE_EQUAL(w[0], exp(2 * (exp(-2) - 1)), 1e-12);
    elaborated_free(e);
}

void defaults_use_earlier_parameters(void) {
    Elaborated *e = elaborated("layer f(x, a = 2, b = a + 1, c = [a, b]) = x * c[0] + c[1]\n"
                               "model m { input x : real\n output y = f(x) + f(x, b = 10)\n"
                               " output z = f(x, 5) }");
    CU_ASSERT_DOUBLE_EQUAL(output_at(e, 0, NULL, 0), (2 + 3) + (2 + 10), 0);
    CU_ASSERT_DOUBLE_EQUAL(*value_of(e, e->model.outputs.items[1].node, 1, NULL, 0), 5 + 6, 0);
    elaborated_free(e);
}

void user_names_hide_the_library(void) {
    Elaborated *e = elaborated("activation relu(x) = x + 100\nactivation tanh(x) = 2 * x\n"
                               "model m { input x : real[1]\n mean = 3\n"
                               "  output y = x -> relu -> tanh -> hard_tanh\n"
                               "  output z = relu(x) + mean }");
    CU_ASSERT_DOUBLE_EQUAL(output_at(e, 0, NULL, 0), 1, 0);
    CU_ASSERT_DOUBLE_EQUAL(*value_of(e, e->model.outputs.items[1].node, 1, NULL, 0), 104, 0);
    elaborated_free(e);
}
