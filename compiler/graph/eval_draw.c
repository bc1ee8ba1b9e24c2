/* eval_draw.c: random draws. They are the numbers that compiled programs draw: both ask the same
 * routines (math/math_random.h), here through the builder that computes at once. Counter: element
 * of the sample's draw, sample index in the epoch's order (0 without a batch), step, stream. */

#include "graph/eval_rules.h"

#include "math/math_random.h"
#include "math/math_scalar.h"

void eval_draw(const EvalCall *call) {
    const EvalInputs *inputs = call->inputs;
    const Node *node = call->node;
    MathBuilder builder = math_scalar_builder(MATH_F64);
    MathBuilder *b = &builder;
    MathStream at = {.key = {b->integer(b, (int64_t)(inputs->seed & 0xffffffffu)),
                             b->integer(b, (int64_t)(inputs->seed >> 32))},
                     .step = b->integer(b, (int64_t)inputs->step),
                     .stream = b->integer(b, node->attr.index)};
    int64_t elements = shape_elements(node->type.shape);
    for (int64_t sample = 0; sample < result_samples(call); sample++) {
        at.sample = b->integer(b, node->type.batched ? inputs->first_sample + sample : 0);
        for (int64_t i = 0; i < elements; i++) {
            MathValue element = b->integer(b, i);
            MathValue draw = node->op == OP_DRAW_UNIFORM ? math_uniform_element(b, &at, element)
                                                         : math_normal_element(b, &at, element);
            call->result[sample * elements + i] = math_scalar_value(b, draw);
        }
    }
}
