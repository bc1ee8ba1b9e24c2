/* window.c: elements of convolutions and pools. The code of these operations is still to come:
 * models that have them are refused before planning (NOT_YET in ops.def).
 */

#include "codegen/kernel.h"
#include "codegen/value.h"

static LLVMValueRef no_code(KernelEmitter *k, const ValueFrame *frame) {
    return kernel_fail(k, "no code for this operation yet", frame->node);
}

const OpEmitter op_emitter_CONVOLUTION = {NULL, no_code};
const OpEmitter op_emitter_CONV_INPUT = {NULL, no_code};
const OpEmitter op_emitter_CONV_WEIGHTS = {NULL, no_code};
const OpEmitter op_emitter_MAXPOOL = {NULL, no_code};
const OpEmitter op_emitter_MAXPOOL_INPUT = {NULL, no_code};
const OpEmitter op_emitter_AVGPOOL = {NULL, no_code};
const OpEmitter op_emitter_AVGPOOL_INPUT = {NULL, no_code};
