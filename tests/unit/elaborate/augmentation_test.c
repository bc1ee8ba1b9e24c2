/* augmentation_test.c: pictures that training changes: nothing outside of training, in training one
 * of the results that the layer may have, drawn for each sample. */
#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

#include "elaborate/fixture.h"
#include "elaborate/tests.h"
#include "graph/eval.h"

/* Pixel (i, j) of the picture, 0 outside. */
static double shown(int i, int j) {
    return i < 0 || i > 3 || j < 0 || j > 2 ? 0 : 3 * i + j + 1;
}

/* An augmentation of the picture [4, 3, 1] with values 1 .. 12, of two samples. Outside of training
 * it is the picture, or its middle where it is cut; in training `allowed` says whether a result may
 * be. */
static void check_augmentation(const char *layer, bool (*allowed)(const double *y)) {
    Arena arena;
    arena_init(&arena);
    Elaborated *e =
        elaborated_body(arena_format(&arena, "input x : real[4, 3, 1]\noutput y = x -> %s", layer));
    CU_ASSERT_FATAL(e->ok);
    enum { PICTURES = 40 };
    double x[12 * PICTURES];
    for (int i = 0; i < 12 * PICTURES; i++)
        x[i] = i % 12 + 1;
    Node *output = e->model.outputs.items[0].node;
    int64_t size = shape_elements(output->type.shape);
    const double *y = value_of(e, output, PICTURES, x, 0);
    for (int i = 0; size == 12 && i < 12 * PICTURES; i++)
        check_near(layer, y[i], x[i]);
    for (int i = 0; size == 4 && i < 4 * PICTURES; i++) /* the middle */
        check_near(layer, y[i], shown(1 + i % 4 / 2, i % 2));
    y = value_of(e, output, PICTURES, x, 1);
    int differ = 0;
    for (int s = 0; s < PICTURES; s++) {
        if (!allowed(y + s * size)) printf("\n  %s: sample %d", layer, s);
        CU_ASSERT_TRUE(allowed(y + s * size));
        differ += memcmp(y + s * size, y, (size_t)size * sizeof *y) != 0;
    }
    CU_ASSERT(differ > PICTURES / 8); /* samples have draws of their own */
    elaborated_free(e);
    arena_free(&arena);
}

static bool is_mirrored(const double *y) {
    bool across = y[0] == 3;
    for (int i = 0; i < 12; i++)
        if (y[i] != shown(i / 3, across ? 2 - i % 3 : i % 3)) return false;
    return true;
}

static bool is_upside_down(const double *y) {
    bool down = y[0] == 10;
    for (int i = 0; i < 12; i++)
        if (y[i] != shown(down ? 3 - i / 3 : i / 3, i % 3)) return false;
    return true;
}

static bool is_shifted(const double *y) {
    for (int at = 0; at < 9; at++) {
        int same = 0;
        for (int i = 0; i < 12; i++)
            same += y[i] == shown(i / 3 + at / 3 - 1, i % 3 + at % 3 - 1);
        if (same == 12) return true;
    }
    return false;
}

static bool is_cropped(const double *y) {
    int top = ((int)y[0] - 1) / 3, left = ((int)y[0] - 1) % 3;
    for (int i = 0; i < 4; i++)
        if (y[i] != shown(top + i / 2, left + i % 2)) return false;
    return top <= 2 && left <= 1;
}

/* A square of 2 x 2, or what is left of it at the border, is 0. */
static bool is_erased(const double *y) {
    int erased = 0;
    for (int i = 0; i < 12; i++) {
        if (y[i] != 0 && y[i] != i + 1) return false;
        erased += y[i] == 0;
    }
    return erased == 1 || erased == 2 || erased == 4;
}

void augmentations_have_their_values(void) {
    check_augmentation("random_flip", is_mirrored);
    check_augmentation("random_flip(\"vertical\")", is_upside_down);
    check_augmentation("random_shift(1)", is_shifted);
    check_augmentation("random_crop(2, 2)", is_cropped);
    check_augmentation("random_erase(2)", is_erased);
}
