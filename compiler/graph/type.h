/* type.h: what a tensor is: element, shape of one sample, and whether it has a batch axis.
 *
 * A model is written for one sample. A node that depends on samples is `batched`: it has an
 * explicit leading axis of length n, the one size known only at run time. `dims` never contains
 * that axis: they are the shape of one sample, all known at compile time.
 */
#ifndef NNC_GRAPH_TYPE_H
#define NNC_GRAPH_TYPE_H

#include "support/text.h"

#include <stdbool.h>
#include <stdint.h>

enum { MAX_RANK = 8 };

/* 2^40 elements: larger tensors are refused (docs/language.md, limits). */
#define MAX_ELEMENTS ((int64_t)1 << 40)

typedef enum Element {
    ELEMENT_REAL,  /* f32, or f64 with precision = "f64" */
    ELEMENT_CLASS, /* a class number, 32 bits: what class[...] inputs and argmax hold */
} Element;

typedef struct Shape {
    int rank; /* 0: a single number */
    int64_t dims[MAX_RANK];
} Shape;

typedef struct Type {
    Element element;
    bool batched;
    Shape shape; /* of one sample */
} Type;

Type type_real(bool batched, Shape shape);
Shape shape_scalar(void);
Shape shape_of(int rank, const int64_t *dims);
bool shape_equal(Shape a, Shape b);
bool type_equal(Type a, Type b);
/* The number of elements; 1 for rank 0. The shape must be within MAX_ELEMENTS. */
int64_t shape_elements(Shape shape);
/* False when the product of the dims exceeds MAX_ELEMENTS or a dim is < 1. */
bool shape_is_valid(Shape shape);
/* Trailing-aligned broadcasting, dims equal or 1; false when they do not fit. */
bool shape_broadcast(Shape a, Shape b, Shape *result);

/* "[28, 28, 1]", "[]". */
void shape_print(Text *text, Shape shape);
/* "real[n, 64]", "real[]", "class[n]": as in printed graphs. */
void type_print(Text *text, Type type);

#endif
