/* parts_test.c: which roots of a weight's update may come a row later than the others, by
 * optimizer. */
#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "codegen/product_parts.h"
#include "compiled.h"
#include "entry_models.h"

static const char model[] = "model m {\n"
                            "    input x : real[24]\n"
                            "    target y : real[16]\n"
                            "    output p = x -> dense(16)\n"
                            "    loss mse(p, y)\n"
                            "}\n";

/* The names of the variables that are written late, in order, each with a blank; "" for none. */
static const char *late_roots(Arena *arena, const char *optimizer) {
    EntryRun run;
    const char *text = arena_format(arena, "%s%s", optimizer, model);
    CU_ASSERT_FATAL(entry_compile(&run, arena, text, 0));
    compiled_passes(&run.model, &run.views);
    Plan *plan = plan_make(arena, &run.model, &run.views, compiled_options(false).plan);
    Codegen codegen = {.arena = arena, .plan = plan};
    Text names;
    text_init(&names, arena);
    int64_t kernels = 0;
    for (int64_t v = 0; v < plan->views.count; v++) {
        const ViewPlan *view = &plan->views.items[v];
        if (view->view.kind != VIEW_TRAIN_STEP) continue;
        for (int64_t i = 0; i < view->kernels.count; i++) {
            const Kernel *kernel = &view->kernels.items[i];
            if (kernel->family != KERNEL_CONTRACT) continue;
            kernels++;
            const bool *late = product_late_roots(&codegen, kernel);
            for (int64_t o = 0; late && o < kernel->outputs.count; o++) {
                const Buffer *buffer = &plan->buffers.items[kernel->outputs.items[o].buffer];
                if (late[o])
                    text_format(&names, "%s ", run.model.variables.items[buffer->index].name);
            }
        }
    }
    CU_ASSERT_EQUAL(kernels, 1);
    return names.chars ? names.chars : "";
}

void late_roots_read_what_is_stored(void) {
    static const struct {
        const char *optimizer, *late;
    } cases[] = {
        {"train { optimizer = adam(lr = 0.1) }\n", "dense.w "},
        {"train { optimizer = adamw(lr = 0.1) }\n", "dense.w "},
        /* the weight's step reads the gradient as well */
        {"train { optimizer = rmsprop(lr = 0.1) }\n", ""},
        {"train { optimizer = adagrad(lr = 0.1) }\n", ""},
        {"train { optimizer = sgd(lr = 0.1, momentum = 0.9, nesterov = true) }\n", ""},
        /* nothing dear */
        {"train { optimizer = sgd(lr = 0.1, momentum = 0.9) }\n", ""},
        {"train { optimizer = sgd(lr = 0.1) }\n", ""},
        /* w reads the new and the old m, over which the new one has been written */
        {"optimizer both(w, grad) {\n"
         "    state m : shape(w) = 0\n"
         "    old = m\n"
         "    m <- 0.9 * m + grad\n"
         "    w <- w - m / (abs(old) + 1)\n"
         "}\n"
         "train { optimizer = both }\n",
         ""},
        /* two roots behind one */
        {"optimizer chain(w, grad) {\n"
         "    state m : shape(w) = 0\n"
         "    state size : shape(w) = 0\n"
         "    m <- 0.9 * m + grad\n"
         "    size <- sqrt(size + m * m)\n"
         "    w <- w - m / (size + 1)\n"
         "}\n"
         "train { optimizer = chain }\n",
         "dense.w/chain.size dense.w "},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        Arena arena;
        arena_init(&arena);
        const char *late = late_roots(&arena, cases[i].optimizer);
        if (strcmp(late, cases[i].late) != 0)
            printf("  %s  late: %s, not %s\n", cases[i].optimizer, late, cases[i].late);
        CU_ASSERT_STRING_EQUAL(late, cases[i].late);
        arena_free(&arena);
    }
}
