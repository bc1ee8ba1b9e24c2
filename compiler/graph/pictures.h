/* pictures.h: what of a model can be shown as pictures: inputs, and the weights that see one first.
 */
#ifndef NNC_GRAPH_PICTURES_H
#define NNC_GRAPH_PICTURES_H

#include "graph/views.h"

/* Whether a sample of this shape is a picture, and as what: dims are height, width, channels. An
 * image or a matrix is one, or a vector as long as a square: of at least 6 by 6 pixels with 1 or 3
 * channels. */
bool picture_of(Shape shape, int64_t dims[3]);
/* The same for an input; a target or a class is none. */
bool input_picture(const ModelInput *input, int64_t dims[3]);

/* The weights of the first layer: along the last axis of the variable is one filter or unit after
 * the other, and each is a picture of `dims`. */
typedef struct Filters {
    int64_t variable, input; /* what they are, what they look at: indices of the model */
    int64_t dims[3];         /* height, width, channels */
} Filters;

/* The first parameter in a view that is kernel of a convolution over a picture, of more than one
 * pixel, or a matrix by which all of a picture's numbers are multiplied in their order. The
 * picture is an input, or what became of it pixel by pixel; before a convolution it may have been
 * moved, too. False: there is none. */
bool first_filters(Arena *arena, const Model *model, const View *view, Filters *filters);

#endif
