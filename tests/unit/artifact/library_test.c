/* library_test.c: a model as library and header, called by a C program, equals the same model run
 * in this process, bit for bit. */

#include "artifact/artifact.h"
#include "kernels/execute.h"
#include "passes/fixture.h"
#include "tests.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char program[] =
    "#include \"fixture.h\"\n"
    "#include <stdio.h>\n"
    "#include <stdlib.h>\n"
    "int main(void) {\n"
    "    int64_t i, capacity = 16;\n"
    "    unsigned char *memory = aligned_alloc(64, 1 << 20);\n"
    "    fixture_context context = {0};\n"
    "    const float *p;\n"
    "    context.variables = memory;\n"
    "    context.fixed = memory + (1 << 18);\n"
    "    context.samples = memory + (1 << 19);\n"
    "    context.count = 3;\n"
    "    context.capacity = capacity;\n"
    "    for (i = 0; i < FIXTURE_VARIABLE_BYTES / 4; i++)\n"
    "        ((float *)context.variables)[i] = (float)(i % 7) / 8 - 0.25f;\n"
    "    for (i = 0; i < 3 * FIXTURE_INPUT_PIXELS_ELEMENTS; i++)\n"
    "        ((float *)(context.samples + capacity * FIXTURE_INPUT_PIXELS_OFFSET))[i] =\n"
    "            (float)(i % 5) / 4;\n"
    "    fixture_predict(&context);\n"
    "    p = (const float *)(context.samples + capacity * FIXTURE_PREDICT_OUTPUT_P_OFFSET);\n"
    "    for (i = 0; i < 9; i++) printf(\"%a\\n\", p[i]);\n"
    "    return 0;\n"
    "}\n";

static bool write_text(Arena *arena, const char *name, const char *chars, size_t size) {
    ArtifactError error;
    const char *path = arena_format(arena, "%s/%s", test_folder, name);
    return artifact_write(arena, path, NULL, chars, size, false, &error);
}

/* The model's numbers when it runs in this process. */
static double *run_here(Arena *arena, Fixture *fixture, const ExecuteOptions *options) {
    Execution execution;
    double *result = NULL;
    if (execute_begin(&execution, arena, &fixture->model, &fixture->views, options, 3)) {
        float *variables = (float *)execution.context.variables;
        for (int64_t i = 0; i < execution.model->variable_bytes / 4; i++)
            variables[i] = (float)(i % 7) / 8 - 0.25f;
        float *pixels = (float *)(execution.context.samples +
                                  execution.context.capacity * execution.model->inputs[0].offset);
        for (int64_t i = 0; i < 3 * execution.model->inputs[0].elements; i++)
            pixels[i] = (float)(i % 5) / 4;
        EvalInputs none = {0};
        execute_run(&execution, &none, VIEW_PREDICT);
        result = execute_result(&execution, VIEW_PREDICT, 0);
    }
    execute_end(&execution);
    return result;
}

static bool make_library(Arena *arena, const Plan *plan) {
    const char *error = "", *bytes = NULL;
    size_t size = 0;
    ArtifactError problem = {0, ""};
    Module module;
    ModuleOptions options = {.cpu = "native", .level = 2, .position_independent = true};
    CodegenOptions codegen = {.core_only = true};
    bool ok = module_init(&module, arena, "fixture", &options, &error) &&
              codegen_module(&module, plan, &codegen, &error) && module_optimize(&module, &error) &&
              artifact_bytes(&module, ARTIFACT_OBJECT, &bytes, &size, &problem) &&
              artifact_library(arena, arena_format(arena, "%s/libfixture.a", test_folder), NULL,
                               "fixture_with_a_long_name.o", bytes, size, &problem);
    if (!ok) printf("library: %s%s\n", error, problem.text);
    module_free(&module);
    const char *header = artifact_header(arena, plan);
    return ok && write_text(arena, "fixture.h", header, strlen(header));
}

void library_is_called_from_c(void) {
    if (!execute_runs(NULL)) {
        puts("SKIP: this host has no fused multiply-add");
        return;
    }
    Fixture fixture;
    fixture_init(&fixture);
    fixture_dense(&fixture, (int64_t[]){10, 20, 3}, 3, FIXTURE_SGD);
    Arena *arena = &fixture.arena;
    fixture.model.inputs.items[1].class_count = 3;
    NamedNode p = {.name = "p", .node = fixture.model.inputs.items[0].leaf};
    VEC_PUSH(arena, fixture.model.outputs, p);
    ExecuteOptions options = {
        .level = 2, .plan = {.fuse = true, .reuse = true, .panels = true, .share_functions = true}};
    double *expected = run_here(arena, &fixture, &options);
    Plan *plan = plan_make(arena, &fixture.model, &fixture.views, options.plan);
    bool ok = expected && make_library(arena, plan) &&
              write_text(arena, "program.c", program, sizeof program - 1);
    CU_ASSERT(ok);
    const char *command =
        arena_format(arena,
                     "cd %s && cc -std=c11 -Wall -Wextra -Werror -pedantic program.c libfixture.a "
                     "-o program && ./program && c++ -x c++ -fsyntax-only -Wall fixture.h; "
                     "rm -f program program.c libfixture.a fixture.h",
                     test_folder);
    FILE *output = ok ? popen(command, "r") : NULL;
    for (int i = 0; output && i < 9; i++) {
        double value = -1;
        CU_ASSERT_EQUAL(fscanf(output, "%la", &value), 1);
        if (value != expected[i]) printf("\nelement %d: %g, not %g\n", i, value, expected[i]);
        CU_ASSERT(value == expected[i]);
    }
    CU_ASSERT(output && pclose(output) == 0);
    fixture_free(&fixture);
}
