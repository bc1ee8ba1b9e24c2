/* infer_resample.c: the shape rule of resample and its derivatives: a picture [height, width,
 * channels] and six numbers, both of each sample. See infer.c. */

#include "graph/infer.h"
#include "graph/resample.h"

const char *infer_resample(const Inference *call) {
    Type x = call->operands[0], m = call->operands[1];
    const char *name = op_table[call->op].name;
    int64_t bits =
        call->op == OP_RESAMPLE_SLOPE ? RESAMPLE_EDGE | RESAMPLE_ROWS : (int64_t)RESAMPLE_EDGE;
    if (x.element != ELEMENT_REAL || x.shape.rank != 3)
        return arena_format(call->arena, "%s needs an image [height, width, channels], not %s",
                            name, type_words(call->arena, x));
    if (m.element != ELEMENT_REAL || m.shape.rank != 1 || m.shape.dims[0] != RESAMPLE_NUMBERS)
        return arena_format(call->arena, "%s needs six numbers, not %s", name,
                            type_words(call->arena, m));
    if (!x.batched || !m.batched)
        return arena_format(call->arena, "%s needs an image and six numbers of each sample", name);
    if (call->attr->index < 0 || call->attr->index > bits)
        return arena_format(call->arena, "%s knows no kind %lld", name,
                            (long long)call->attr->index);
    *call->result = x;
    return "";
}
