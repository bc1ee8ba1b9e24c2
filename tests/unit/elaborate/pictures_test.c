/* pictures_test.c: what of a model can be shown as pictures: inputs, and the weights that see one
 * first. */
#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

#include "elaborate/fixture.h"
#include "elaborate/tests.h"
#include "graph/pictures.h"

void inputs_are_pictures(void) {
    static const struct {
        int rank;
        int64_t dims[4];
        int64_t picture[3]; /* zeros: none */
    } cases[] = {
        {3, {28, 20, 1}, {28, 20, 1}},
        {3, {6, 9, 3}, {6, 9, 3}},
        {2, {6, 7}, {6, 7, 1}},
        {1, {36}, {6, 6, 1}},
        {1, {784}, {28, 28, 1}},
        {1, {25}, {0}},
        {1, {783}, {0}},
        {1, {785}, {0}},
        {3, {28, 28, 2}, {0}},
        {3, {28, 28, 4}, {0}},
        {3, {5, 28, 3}, {0}},
        {2, {28, 5}, {0}},
        {4, {28, 28, 3, 1}, {0}},
        {0, {0}, {0}},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        ModelInput input = {.type = type_real(true, shape_of(cases[i].rank, cases[i].dims))};
        int64_t dims[3];
        bool expected = cases[i].picture[0] > 0;
        CU_ASSERT(input_picture(&input, dims) == expected);
        if (expected) CU_ASSERT(memcmp(dims, cases[i].picture, sizeof dims) == 0);
        input.is_target = true;
        CU_ASSERT(!input_picture(&input, dims));
        input.is_target = false;
        input.type.element = ELEMENT_CLASS;
        CU_ASSERT(!input_picture(&input, dims));
    }
}

/* Whether the filters of a model of this body are these: "conv.w of x: 5 x 5 x 1", "": none. */
static void check_filters(const char *body, const char *expected) {
    Elaborated *e = elaborated_body(body);
    CU_ASSERT_FATAL(e->ok);
    ViewVec views = {0};
    graph_views(&e->model, &views);
    const char *found = "";
    Filters filters;
    for (int64_t i = 0; i < views.count; i++) {
        if (views.items[i].kind != VIEW_EVALUATE ||
            !first_filters(&e->arena, &e->model, &views.items[i], &filters))
            continue;
        found = arena_format(&e->arena, "%s of %s: %d x %d x %d",
                             e->model.variables.items[filters.variable].name,
                             e->model.inputs.items[filters.input].name, (int)filters.dims[0],
                             (int)filters.dims[1], (int)filters.dims[2]);
    }
    if (strcmp(found, expected) != 0)
        printf("\n  %s\n  gives `%s`, not `%s`", body, found, expected);
    CU_ASSERT_STRING_EQUAL(found, expected);
    elaborated_free(e);
}

#define GREY   "input x : image[12, 10, 1]\n"
#define COLOUR "input x : image[12, 10, 3]\n"

void convolutions_see_pictures(void) {
    check_filters(GREY "output p = x -> conv(4, 5)", "conv.w of x: 5 x 5 x 1");
    check_filters(COLOUR "output p = x -> conv(4, [3, 2]) -> relu -> conv(2, 3)",
                  "conv.w of x: 3 x 2 x 3");
    /* what changes or moves pixels is no layer that sees */
    check_filters(COLOUR "output p = x -> standardize -> random_shift(2) -> random_flip -> "
                         "random_crop(8, 8) -> batchnorm -> pad([2, 2], [2, 2], [0, 0]) -> "
                         "conv(4, 3)",
                  "conv.w of x: 3 x 3 x 3");
    check_filters(COLOUR "output p = x -> upsample -> rescale(2, -1) -> gaussian_noise(0.1) -> "
                         "conv(4, 3)",
                  "conv.w of x: 3 x 3 x 3");
    check_filters(GREY "output p = resample(x, [0, 1, 0, -1, 0, 0]) -> conv(4, 3)",
                  "conv.w of x: 3 x 3 x 1");
    check_filters("input x : real[144]\noutput p = reshape(x, [12, 12, 1]) -> conv(4, 3)",
                  "conv.w of x: 3 x 3 x 1");
    /* the first one that sees more than a pixel of a picture, in all its colours */
    check_filters(GREY "output p = x -> conv(4, 1) -> conv(4, 3)", "");
    check_filters(COLOUR "output p = concat([x -> conv(4, 1), x -> conv(4, 3)], axis = 2)",
                  "conv_2.w of x: 3 x 3 x 3");
    check_filters(COLOUR "output p = x -> depthwise_conv(3) -> conv(4, 3)", "");
    check_filters("input x : image[12, 10, 4]\noutput p = x -> conv(4, 3)", "");
    check_filters("input x : real[100, 1]\noutput p = reshape(x, [1, 100, 1]) -> conv(4, [1, 3])",
                  "");
    /* what sees first is something else */
    check_filters(GREY "output p = x -> maxpool -> conv(4, 3)", "");
    check_filters(GREY "output p = (x -> conv(1, 1)) + x -> conv(4, 3)", "");
    check_filters(GREY "input y : real[12, 10, 1]\noutput p = x + y -> conv(4, 3)", "");
    check_filters(GREY "input y : real[12, 10, 1]\noutput p = concat([x, y, x], axis = 2) -> "
                       "conv(4, 3)",
                  "");
    check_filters(GREY "output p = concat([x, 2 * x, x^2], axis = 2) -> conv(4, 3)", "");
    check_filters(GREY "output p = resample(x, x -> maxpool -> flatten -> dense(6)) -> conv(4, 3)",
                  "");
    check_filters(GREY "target t : real[12, 10, 1]\noutput p = mean(x)\n"
                       "loss sum(t -> conv(1, 3))",
                  "");
}

void units_see_pictures(void) {
    check_filters(GREY "output p = x -> flatten -> dense(7)", "dense.w of x: 12 x 10 x 1");
    check_filters("input x : real[64]\noutput p = x -> standardize -> dense(7)",
                  "dense.w of x: 8 x 8 x 1");
    check_filters("input x : real[12, 10]\noutput p = x -> layernorm -> flatten -> dense(7, relu) "
                  "-> dense(2)",
                  "dense.w of x: 12 x 10 x 1");
    check_filters(COLOUR "input y : real[4]\n"
                         "output p = concat([y -> dense(3), x -> flatten -> dense(7)])",
                  "dense_2.w of x: 12 x 10 x 3");
    check_filters("input x : real[4]\noutput p = x -> dense(7)", "");
    check_filters("input x : real[63]\noutput p = x -> dense(7)", "");
    /* its numbers elsewhere, or not all of them */
    check_filters("input x : real[12, 10]\noutput p = transpose(x, [1, 0]) -> flatten -> dense(7)",
                  "");
    check_filters("input x : real[12, 10]\noutput p = x -> dense(7)", "");
    check_filters("input x : real[64]\ninput y : real[2]\noutput p = concat([x, y]) -> dense(7)",
                  "");
}
