/* domain.h: loops over the elements of a type, a vector at a time, cut into tasks.
 *
 *   flat:      elements in row-major order, the batch included: index_flat
 *   physical:  elements as they lie in panels without padding: index_physical
 *   matrix:    row after row, columns in vectors: index_axes
 *
 * Vectors begin at multiples of the lanes. In the last vector of a row (or of all elements) the
 * lanes beyond are switched off by the scope's mask.
 */
#ifndef NNC_CODEGEN_DOMAIN_H
#define NNC_CODEGEN_DOMAIN_H

#include "codegen/value.h"

typedef enum DomainForm { DOMAIN_FLAT, DOMAIN_PHYSICAL, DOMAIN_MATRIX } DomainForm;

typedef struct Domain {
    Type type;
    DomainForm form;
    int64_t task_elements; /* about as many elements a task */
} Domain;

/* Writes the body for one vector, in a scope of its own. May be called several times. */
typedef void DomainBody(void *user, KernelEmitter *k, const Index *index);

/* The best form for a kernel whose roots have this type: flat where all buffers are in rows and
 * every operand is read at the root's own position, and so on. */
DomainForm domain_form(const Codegen *codegen, const Kernel *kernel, Type type);

/* The loops over tasks [k->first, k->last). A type with one element gives one uniform index. */
void domain_loop(KernelEmitter *k, const Domain *domain, DomainBody *body, void *user);
LLVMValueRef domain_tasks(Codegen *codegen, const Domain *domain, LLVMValueRef count);

/* Of a batched type: tasks and samples that end together, with as few samples as the size of tasks
 * allows. */
SampleTasks domain_by_sample(const Domain *domain);
/* The same for tasks of `each` of something of which a sample has `units`. */
SampleTasks samples_and_tasks(int64_t units, int64_t each);

/* ceil(value / by) */
LLVMValueRef domain_ceil_div(Module *module, LLVMValueRef value, int64_t by);

#endif
