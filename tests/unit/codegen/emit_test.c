#include "codegen/emit.h"

#include <CUnit/CUnit.h>
#include <stdio.h>
#include <string.h>

#include "codegen/harness.h"
#include "codegen/tests.h"

static const char *const cpus[] = {"native", "x86-64-v3"};

/* sum over i in [first, last) step 3 of (i odd ? i : 1000), twice: by a carried value. */
void loops_and_branches(void) {
    Harness harness;
    harness_begin(&harness, "native");
    Module *m = &harness.module;
    LLVMTypeRef types[] = {m->i64, m->i64};
    LLVMValueRef function = emit_function_begin(m, "sum", m->i64, types, 2, NULL, 0, false);
    LLVMValueRef slot = emit_stack(m, m->i64, 1, 8), start[] = {emit_index(m, 5)};
    EmitLoop loop =
        emit_for_begin(m, LLVMGetParam(function, 0), LLVMGetParam(function, 1), 3, start, 1);
    LLVMValueRef odd = LLVMBuildTrunc(m->builder, loop.index, m->i1, "");
    EmitIf branch = emit_if_begin(m, odd);
    emit_store(m, loop.index, slot, 8);
    emit_else(m, &branch);
    emit_store(m, emit_index(m, 1000), slot, 8);
    emit_if_end(m, &branch);
    LLVMValueRef next = emit_add(m, loop.carried[0], emit_load(m, m->i64, slot, 8));
    emit_for_end(m, &loop, &next);
    LLVMBuildRet(m->builder, loop.carried[0]);
    harness_load(&harness);
    int64_t (*sum)(int64_t, int64_t) = (int64_t (*)(int64_t, int64_t))harness_find(&harness, "sum");
    for (int64_t first = -3; first < 10; first++)
        for (int64_t last = -5; last < 25; last++) {
            int64_t wanted = 5;
            for (int64_t i = first; i < last; i += 3)
                wanted += i % 2 ? i : 1000;
            CU_ASSERT_EQUAL(sum(first, last), wanted);
        }
    harness_end(&harness);
}

/* copy_k: the first k lanes of 16 numbers; what lies behind is neither read nor written. */
void masked_memory(void) {
    for (size_t c = 0; c < sizeof cpus / sizeof *cpus; c++) {
        if (!harness_runs(cpus[c])) continue;
        Harness harness;
        harness_begin(&harness, cpus[c]);
        Module *m = &harness.module;
        LLVMTypeRef types[] = {m->pointer, m->pointer};
        char name[32];
        for (int k = 0; k <= 16; k++) {
            snprintf(name, sizeof name, "copy_%d", k);
            LLVMValueRef f = emit_function_begin(m, name, m->void_type, types, 2, NULL, 0, false);
            LLVMTypeRef type = emit_vector_type(m, MATH_F32, 16);
            LLVMValueRef value = emit_load_lanes(m, type, LLVMGetParam(f, 0), 4, k);
            LLVMValueRef one = emit_constant(m, MATH_F32, 16, 1);
            value = LLVMBuildFAdd(m->builder, value, one, "");
            emit_store_lanes(m, value, LLVMGetParam(f, 1), 4, k);
            LLVMBuildRetVoid(m->builder);
        }
        harness_load(&harness);
        for (int k = 0; k <= 16; k++) {
            float from[17], to[17];
            for (int i = 0; i < 17; i++)
                from[i] = (float)i, to[i] = -1;
            snprintf(name, sizeof name, "copy_%d", k);
            ((void (*)(float *, float *))harness_find(&harness, name))(from, to);
            for (int i = 0; i < 17; i++)
                CU_ASSERT_EQUAL(to[i], i < k ? (float)i + 1 : -1);
        }
        harness_end(&harness);
    }
}

void interleaving(void) {
    static const int lane_counts[] = {1, 2, 4, 8, 16};
    Harness harness;
    harness_begin(&harness, "native");
    Module *m = &harness.module;
    LLVMTypeRef types[] = {m->pointer, m->pointer};
    char name[32];
    for (int t = 0; t < 5; t++) {
        int lanes = lane_counts[t];
        snprintf(name, sizeof name, "interleave_%d", lanes);
        LLVMValueRef f = emit_function_begin(m, name, m->void_type, types, 2, NULL, 0, false);
        LLVMTypeRef type = emit_vector_type(m, MATH_F32, lanes);
        LLVMValueRef values[4];
        for (int w = 0; w < 4; w++)
            values[w] = emit_load(m, type, emit_offset_constant(m, type, LLVMGetParam(f, 0), w), 4);
        emit_interleave4(m, values, lanes);
        for (int w = 0; w < 4; w++)
            emit_store(m, values[w], emit_offset_constant(m, type, LLVMGetParam(f, 1), w), 4);
        LLVMBuildRetVoid(m->builder);
    }
    harness_load(&harness);
    for (int t = 0; t < 5; t++) {
        int lanes = lane_counts[t];
        float from[64], to[64];
        for (int i = 0; i < 4 * lanes; i++)
            from[i] = (float)i;
        snprintf(name, sizeof name, "interleave_%d", lanes);
        ((void (*)(float *, float *))harness_find(&harness, name))(from, to);
        for (int l = 0; l < lanes; l++)
            for (int w = 0; w < 4; w++)
                CU_ASSERT_EQUAL(to[4 * l + w], from[w * lanes + l]);
    }
    harness_end(&harness);
}
