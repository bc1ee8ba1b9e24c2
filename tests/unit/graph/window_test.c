/* window_test.c: convolutions and pools on numbers small enough to be added by hand. */

#include "graph/sample.h"
#include "graph/tests.h"

#include <CUnit/CUnit.h>
#include <math.h>
#include <stdio.h>

/* Pictures of one channel unless told; `samples` of them, all alike. */
typedef struct Picture {
    Arena arena;
    Sample sample;
} Picture;

static void begin(Picture *picture, int64_t samples) {
    arena_init(&picture->arena);
    sample_begin(&picture->sample, &picture->arena, 1, 8);
    picture->sample.n = samples;
}

static Node *image(Picture *picture, int64_t height, int64_t width, int64_t channels,
                   const double *values) {
    int64_t count = height * width * channels, n = picture->sample.n;
    double *all = ARENA_ARRAY(&picture->arena, double, count *n);
    for (int64_t i = 0; i < count * n; i++)
        all[i] = values[i % count];
    return sample_input(&picture->sample, (Shape){.rank = 3, .dims = {height, width, channels}},
                        all);
}

static Node *kernel(Picture *picture, int64_t rows, int64_t columns, int64_t channels,
                    int64_t filters, const double *values) {
    Shape shape = {.rank = 4, .dims = {rows, columns, channels, filters}};
    return sample_parameter(&picture->sample, shape, values);
}

/* The operation's value on the first sample. */
static void expect(Picture *picture, OpKind op, Window window, Node *a, Node *b, int count,
                   const double *expected) {
    Node *operands[2] = {a, b};
    Node *node = graph_node(&picture->sample.model.graph, op, (Attr){.window = window}, operands,
                            op_table[op].arity, NULL);
    EvalInputs inputs = sample_inputs(&picture->sample);
    const double *values = eval_node(&picture->arena, node, &inputs);
    CU_ASSERT_EQUAL_FATAL(shape_elements(node->type.shape), count);
    for (int i = 0; i < count; i++) {
        bool same = values[i] == expected[i] || (isnan(values[i]) && isnan(expected[i]));
        if (!same)
            printf("\n  %s[%d] = %.17g, expected %.17g", op_table[op].name, i, values[i],
                   expected[i]);
        CU_ASSERT_TRUE(same);
    }
}

static const double one_to_nine[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};

void convolution_values(void) {
    Picture p;
    begin(&p, 2);
    Node *x = image(&p, 3, 3, 1, one_to_nine), *w = kernel(&p, 2, 2, 1, 1, one_to_nine);
    Window window = window_of(2, 2, 3, 3);
    expect(&p, OP_CONVOLUTION, window, x, w, 4, (double[]){37, 47, 67, 77});
    Window strided = window;
    strided.stride[0] = strided.stride[1] = 2;
    strided.before[0] = strided.before[1] = 1;
    expect(&p, OP_CONVOLUTION, strided, x, w, 4, (double[]){4, 18, 36, 77});

    Node *line = image(&p, 1, 5, 1, one_to_nine);
    Window dilated = window_of(1, 2, 1, 5);
    dilated.dilation[1] = 3;
    Node *w2 = kernel(&p, 1, 2, 1, 1, (double[]){1, 10});
    expect(&p, OP_CONVOLUTION, dilated, line, w2, 2, (double[]){41, 52});

    /* Filter 0 sees channels 0 and 1, filter 1 channels 2 and 3. */
    Window grouped = window_of(1, 1, 1, 1);
    grouped.groups = 2;
    Node *pixel = image(&p, 1, 1, 4, one_to_nine);
    Node *w3 = kernel(&p, 1, 1, 2, 2, (double[]){10, 100, 1, 1000});
    expect(&p, OP_CONVOLUTION, grouped, pixel, w3, 2, (double[]){12, 4300});
    arena_free(&p.arena);
}

void convolution_derivative_values(void) {
    Picture p;
    begin(&p, 2);
    Node *g = image(&p, 2, 2, 1, one_to_nine), *w = kernel(&p, 2, 2, 1, 1, one_to_nine);
    Window window = window_of(2, 2, 3, 3);
    expect(&p, OP_CONV_INPUT, window, g, w, 9, (double[]){1, 4, 4, 6, 20, 16, 9, 24, 16});
    Window strided = window_of(1, 1, 3, 3);
    strided.stride[0] = strided.stride[1] = 2;
    Node *five = kernel(&p, 1, 1, 1, 1, (double[]){5});
    expect(&p, OP_CONV_INPUT, strided, g, five, 9, (double[]){5, 0, 10, 0, 0, 0, 15, 0, 20});

    /* Both samples add up. */
    Node *x = image(&p, 3, 3, 1, one_to_nine);
    Node *ones = image(&p, 2, 2, 1, (double[]){1, 1, 1, 1});
    expect(&p, OP_CONV_WEIGHTS, window, x, ones, 4, (double[]){24, 32, 48, 56});
    arena_free(&p.arena);
}

void pool_values(void) {
    Picture p;
    begin(&p, 1);
    Window window = window_of(2, 2, 2, 4);
    window.stride[0] = window.stride[1] = 2;
    Node *x = image(&p, 2, 4, 1, (double[]){1, 5, 5, 2, 5, 0, NAN, 3});
    expect(&p, OP_MAXPOOL, window, x, NULL, 2, (double[]){5, NAN});
    expect(&p, OP_AVGPOOL, window, x, NULL, 2, (double[]){2.75, NAN});
    /* The first of equal maxima gets the gradient. */
    x = image(&p, 2, 4, 1, (double[]){1, 5, 5, 2, 5, 0, 4, 5});
    Node *g = image(&p, 1, 2, 1, (double[]){10, 20});
    expect(&p, OP_MAXPOOL_INPUT, window, x, g, 8, (double[]){0, 10, 20, 0, 0, 0, 0, 0});

    /* Windows that share a pixel; the padding is no pixel. */
    window = window_of(1, 2, 1, 3);
    x = image(&p, 1, 3, 1, (double[]){1, 3, 2});
    expect(&p, OP_MAXPOOL_INPUT, window, x, g, 3, (double[]){0, 30, 0});
    window = window_of(1, 2, 1, 2);
    window.before[1] = window.after[1] = 1;
    x = image(&p, 1, 2, 1, (double[]){-5, -3});
    expect(&p, OP_MAXPOOL, window, x, NULL, 3, (double[]){-5, -3, -3});
    expect(&p, OP_AVGPOOL, window, x, NULL, 3, (double[]){-5, -4, -3});
    g = image(&p, 1, 3, 1, (double[]){1, 2, 4});
    expect(&p, OP_AVGPOOL_INPUT, window, g, NULL, 2, (double[]){2, 5});
    arena_free(&p.arena);
}

/* What infer_check says of a convolution or pool of x by w. */
static const char *problem_of(Picture *picture, OpKind op, Window window, Type x, Type w) {
    Type types[2] = {x, w}, result;
    Attr attr = {.window = window};
    return infer_check(&picture->arena, op, &attr, types, op_table[op].arity, NULL, &result);
}

void bad_windows_give_words(void) {
    Picture p;
    begin(&p, 1);
    Type x = type_real(true, (Shape){.rank = 3, .dims = {3, 3, 4}});
    Type w = type_real(false, (Shape){.rank = 4, .dims = {2, 2, 4, 6}});
    Window good = window_of(2, 2, 3, 3);
    CU_ASSERT_STRING_EQUAL(problem_of(&p, OP_CONVOLUTION, good, x, w), "");
    Window pool = good;
    CU_ASSERT_STRING_EQUAL(problem_of(&p, OP_MAXPOOL, pool, x, w), "");
    for (int which = 0; which < 9; which++) {
        Window bad = good;
        switch (which) {
        case 0: bad.stride[0] = 0; break;
        case 1: bad.size[1] = 3; break; /* not the kernel's */
        case 2: bad.extent[0] = 4; break;
        case 3: bad.dilation[1] = 3; break; /* reaches too far */
        case 4: bad.before[0] = -1; break;
        case 5: bad.groups = 3; break;
        case 6: bad.groups = 0; break;
        case 7: bad.after[1] = WINDOW_LARGEST + 1; break;
        default: bad.groups = 2; break; /* then the kernel has too many channels */
        }
        CU_ASSERT(problem_of(&p, OP_CONVOLUTION, bad, x, w)[0] != 0);
    }
    pool.before[0] = 2; /* a window of padding alone */
    CU_ASSERT(problem_of(&p, OP_AVGPOOL, pool, x, w)[0] != 0);
    pool = good;
    pool.dilation[0] = 2;
    CU_ASSERT(problem_of(&p, OP_MAXPOOL, pool, x, w)[0] != 0);
    x.batched = false;
    CU_ASSERT(problem_of(&p, OP_CONVOLUTION, good, x, w)[0] != 0);
    x.batched = w.batched = true;
    CU_ASSERT(problem_of(&p, OP_CONVOLUTION, good, x, w)[0] != 0);
    arena_free(&p.arena);
}
