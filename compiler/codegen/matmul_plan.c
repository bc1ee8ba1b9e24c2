/* matmul_plan.c: which tiles a matrix product is cut into.
 *
 * In: the shape and the target's registers. Out: vectors and heights of tiles, blocks, tasks. A
 * tile of h rows and v vectors needs h v accumulators, v registers for B and one for A; at least
 * eight accumulators hide the latency of a multiply-add, at least two vectors keep loads from being
 * the limit. Nothing here changes a result's bits.
 */

#include "codegen/matmul_internal.h"

#include "support/checked_math.h"

/* Vectors a tile should have when there are enough columns. `aligned`: heights are restricted to
 * divisors of a panel's 16 rows, where 16 registers do better with 4 x 3 than with 4 x 2.
 * Overlapping: with 512 bits a multiply-add reads its number of A from memory by itself, which
 * takes no register; so with one vector more of them fit into what the processor looks ahead. Where
 * loads do not keep up with one vector, that pays only for short contractions, in which the
 * epilogue is most of the work. */
static int best_vectors(const TargetCpu *cpu, bool aligned, const MatmulSpec *spec) {
    bool is_short = spec->depth_hint > 0 && spec->depth_hint < 64;
    if (cpu->vector_bits == 128) return 4;
    if (spec->overlap) return cpu->vector_bits == 512 && (cpu->halves || is_short) ? 1 : 2;
    return aligned && cpu->vector_registers == 16 ? 3 : 2;
}

static int tallest(const TargetCpu *cpu, int vectors, bool aligned) {
    int height = (cpu->vector_registers - vectors - 1) / vectors;
    int most = cpu->vector_registers == 16 ? 12 : 16; /* beyond, nothing is gained */
    if (height > most) height = most;
    if (!aligned) return height;
    return height >= 8 ? 8 : height >= 4 ? 4 : height >= 2 ? 2 : 1;
}

static void add_height(MatmulPlan *plan, int height) {
    int count = plan->height_count;
    if (height < 1 || (count > 0 && plan->heights[count - 1] <= height)) return;
    plan->heights[plan->height_count++] = height;
}

/* For what a run-time number of rows leaves over: a tile of the first of them may begin earlier
 * than its rows, if there are rows before it; single rows are for fewer. Rows that lie across a
 * panel begin at multiples of the height, so they need all. */
static void add_small_heights(MatmulPlan *plan, bool aligned) {
    int height = 8;
    while (height > 1 && height >= plan->heights[plan->height_count - 1])
        height /= 2;
    for (; aligned && height > 1; height /= 2)
        add_height(plan, height);
    add_height(plan, height);
    add_height(plan, 1);
}

/* Balanced: `rows` in as few tiles as the tallest height allows, of two heights that differ by
 * one. 128 rows by 14: 8 tiles of 13 and 2 of 12. */
static void balance(MatmulPlan *plan, int64_t rows, int height) {
    int64_t tiles = (rows + height - 1) / height;
    int64_t upper = (rows + tiles - 1) / tiles;
    plan->hint = rows;
    plan->hint_tiles = rows - tiles * (upper - 1);
    add_height(plan, (int)upper);
    if (plan->hint_tiles < tiles) add_height(plan, (int)upper - 1);
}

/* Only the heights that a constant number of rows needs, halving. */
static void halve(MatmulPlan *plan, int64_t rows, int height) {
    plan->hint = rows;
    for (int64_t left = rows; height >= 1; height /= 2) {
        if (left < height) continue;
        add_height(plan, height);
        left %= height;
    }
    plan->hint_tiles = rows / plan->heights[0];
}

/* One height, of half the registers: the epilogue needs the others. The last tile begins early
 * enough to be whole, or where A is in panels sums up padding. */
static void choose_overlap_height(MatmulPlan *plan, const MatmulSpec *spec, const TargetCpu *cpu,
                                  bool aligned) {
    int64_t height = cpu->vector_registers / 2 / plan->vectors, rows = spec->rows_constant;
    int64_t tiles = (rows + height - 1) / height;
    add_height(plan, (int)(aligned ? height : (rows + tiles - 1) / tiles));
}

static void choose_heights(MatmulPlan *plan, const MatmulSpec *spec, int height, bool aligned) {
    if (spec->compact && spec->rows_constant < 0) {
        add_height(plan, 4);
        add_height(plan, 1);
    } else if (spec->compact) {
        halve(plan, spec->rows_constant, 4);
    } else if (spec->rows_constant > 0 && aligned) {
        halve(plan, spec->rows_constant, height);
    } else if (spec->rows_constant > 0) {
        balance(plan, spec->rows_constant, height);
    } else if (!matmul_is_inline(spec) && !aligned) {
        /* Functions that products share: few of them. */
        add_height(plan, plan->vectors > 1 && height > 8 ? 8 : height);
        add_height(plan, 1);
    } else {
        if (spec->rows_hint >= height && !aligned)
            balance(plan, spec->rows_hint, height);
        else
            add_height(plan, height);
        add_small_heights(plan, aligned);
    }
}

MatmulPlan matmul_plan(const Module *module, const MatmulSpec *spec) {
    const TargetCpu *cpu = module->cpu;
    /* Rows that lie across a panel's lanes must not leave it within a tile. */
    bool aligned = spec->a_transposed && spec->a.panel_stride;
    MatmulPlan plan = {.lanes = module_lanes(module, spec->precision)};
    /* Panels are computed with their padding, so that the result's is written too. */
    bool panels = spec->b.panel_stride || spec->b_transposed;
    int64_t padded = panels ? TARGET_PANEL_LANES : plan.lanes;
    int64_t vectors = round_up(spec->columns, padded) / plan.lanes;
    int best = best_vectors(cpu, aligned, spec);
    plan.vectors = vectors < best ? (int)vectors : best;
    plan.block_columns = (int64_t)plan.vectors * plan.lanes;
    plan.column_blocks = (vectors + plan.vectors - 1) / plan.vectors;
    plan.last_vectors = (int)(vectors - (plan.column_blocks - 1) * plan.vectors);
    if (spec->overlap)
        choose_overlap_height(&plan, spec, cpu, aligned);
    else
        choose_heights(&plan, spec, tallest(cpu, plan.vectors, aligned), aligned);
    plan.tiles_per_task = plan.column_blocks >= 16 || spec->b_transposed ? 0 : 4;
    return plan;
}

bool matmul_is_inline(const MatmulSpec *spec) {
    return spec->inline_epilogue && !spec->compact && !matmul_may_be_long(spec);
}

bool matmul_may_be_long(const MatmulSpec *spec) {
    if (spec->depth_chunk <= 0) return false;
    return spec->depth_constant < 0 || spec->depth_constant > spec->depth_chunk;
}

int matmul_second_height(const MatmulPlan *plan) {
    int height = plan->heights[plan->height_count > 1];
    return height > 1 ? height : plan->heights[0];
}

/* The same as row_blocks of matmul.c, which computes it in generated code. */
int64_t matmul_tasks(const MatmulPlan *plan, int64_t rows) {
    if (plan->tiles_per_task == 0) return plan->column_blocks;
    int64_t first = plan->heights[0], second = matmul_second_height(plan);
    int64_t tiles = rows == plan->hint ? plan->hint_tiles : rows / first;
    tiles += (rows - tiles * first + second - 1) / second;
    return plan->column_blocks * ((tiles + plan->tiles_per_task - 1) / plan->tiles_per_task);
}

int64_t matmul_scratch(const MatmulPlan *plan, const MatmulSpec *spec) {
    return spec->b_transposed ? plan->block_columns * spec->depth_constant : 0;
}

int64_t matmul_chunk(int64_t steps_per_sample) {
    int64_t samples = 4096 / steps_per_sample;
    return (samples < 1 ? 1 : samples) * steps_per_sample;
}
