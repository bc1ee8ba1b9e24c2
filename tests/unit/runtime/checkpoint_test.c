/* Training that is stopped after any step and goes on from the file ends in the same bits. The
 * model is made by hand: its views are functions here. */
#include "runtime/checkpoint.h"
#include "runtime/safetensors.h"
#include "runtime/tests.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 11, BATCH = 4, EPOCHS = 5, STEPS = 15, PANEL = 16 };

/* w [2, 3] lies in panels, its optimizer state m in rows. */
static double *w_at(const NnrtContext *context, int row, int column) {
    return (double *)(void *)context->variables + row * PANEL + column;
}
static double *m_at(const NnrtContext *context) {
    return (double *)(void *)(context->variables + 2 * PANEL * 8);
}

static double sample(const NnrtContext *context, int64_t i) {
    double x;
    memcpy(&x, context->samples + 8 * i, 8);
    return x;
}

/* Depends on everything a step may depend on: step, epoch, sample, plateaus, state. */
static void train_step(const NnrtContext *context) {
    double sum = 0, *out = (double *)(void *)context->fixed, *m = m_at(context);
    for (int64_t i = 0; i < context->count; i++)
        sum += sample(context, i) * (double)(1 + context->first_sample + i);
    for (int i = 0; i < 6; i++) {
        double *w = w_at(context, i / 3, i % 3);
        m[i] = 0.9 * m[i] + sin(sum + i + (double)context->step) + 0.1 * *w;
        *w -= 0.1 * m[i] / (1 + context->plateaus[0]) + 1e-3 * (double)context->epoch;
    }
    out[0] = fabs(m[0]) + sum / 3;
    out[1] = *w_at(context, 0, 0) * *w_at(context, 0, 0);
}

static void evaluate(const NnrtContext *context) {
    double *w = w_at(context, 1, 2);
    for (int64_t i = 0; i < context->count; i++) {
        double loss = *w * *w + sample(context, i);
        memcpy(context->samples + 8 * context->capacity + 8 * i, &loss, 8);
    }
}

static const int64_t w_dims[] = {2, 3}, plateau_lengths[] = {1};
static const NnrtInput inputs[] = {{.name = "x", .elements = 1}};
static const NnrtVariable variables[] = {
    {.name = "w", .rank = 2, .dims = w_dims, .layout = 1, .rows = 2, .columns = 3, .bytes = 256},
    {.name = "w/m",
     .role = NNRT_ROLE_OPTIMIZER,
     .rank = 2,
     .dims = w_dims,
     .rows = 2,
     .columns = 3,
     .offset = 256,
     .bytes = 48},
};
static const NnrtResult step_results[] = {
    {.kind = NNRT_RESULT_LOSS, .elements = 1, .rows = 1, .columns = 1},
    {.kind = NNRT_RESULT_PENALTY, .offset = 8, .elements = 1, .rows = 1, .columns = 1},
};
static const NnrtResult evaluate_results[] = {
    {.kind = NNRT_RESULT_SAMPLE_LOSS, .per_sample = 1, .offset = 8, .elements = 1},
};
static const NnrtView views[] = {
    {.kind = NNRT_VIEW_TRAIN_STEP, .run = train_step, .result_count = 2, .results = step_results},
    {.kind = NNRT_VIEW_EVALUATE, .run = evaluate, .result_count = 1, .results = evaluate_results},
};
static const NnrtHyper hypers[] = {{"lr", 0.1, NULL}};
static const NnrtModel model = {
    .abi_version = NNRT_ABI_VERSION,
    .name = "hand",
    .fingerprint = "f",
    .training_fingerprint = "t",
    .optimizer = "by hand",
    .element_bytes = 8,
    .input_count = 1,
    .inputs = inputs,
    .variable_count = 2,
    .variables = variables,
    .hyper_count = 1,
    .hypers = hypers,
    .plateau_count = 1,
    .plateau_lengths = plateau_lengths,
    .view_count = 2,
    .views = views,
    .variable_bytes = 304,
    .fixed_bytes = 16,
    .sample_bytes = 16,
};

/* A run: rows 0..7 are for training when `validated`, else all. */
typedef struct Case {
    NnrtData data;
    NnrtSession session;
    NnrtTrainOptions options;
    NnrtTrainState state;
    NnrtTrainResult result;
    const char *path;
    int left; /* steps until it is interrupted */
    int epochs_heard;
} Case;

static bool open_case(Case *it, bool validated, NnrtError *error) {
    *it = (Case){.options = {BATCH, EPOCHS, 0, 0, 1, 7, true}};
    const NnrtField field = {.name = "x"};
    NnrtTable *table = &it->data.tables[0];
    if (!nnrt_table_init(table, &field, 1, NNRT_F64, error) ||
        !nnrt_table_reserve(table, ROWS, error))
        return false;
    table->rows = ROWS;
    table->columns[0].present = true;
    for (int i = 0; i < ROWS; i++)
        ((double *)table->columns[0].values)[i] = 0.37 * i;
    it->data.train = (NnrtRows){table, NULL, validated ? ROWS - 1 : ROWS};
    if (validated) it->data.validation = (NnrtRows){table, NULL, 3};
    return nnrt_session_open(&it->session, &model, BATCH, 1, error) &&
           nnrt_train_state_init(&it->state, &model, &it->data, error);
}

static void close_case(Case *it) {
    nnrt_train_state_free(&it->state);
    nnrt_session_close(&it->session);
    nnrt_table_free(&it->data.tables[0]);
}

static bool is_interrupted(void *user) {
    Case *it = user;
    return it->left > 0 && it->state.steps >= it->left;
}

static void hear_epoch(void *user, const NnrtEpoch *epoch) {
    (void)epoch;
    ((Case *)user)->epochs_heard++;
}

static bool save(void *user, const NnrtTrainState *state, bool last, NnrtError *error) {
    Case *it = user;
    return nnrt_checkpoint_save(&it->session, it->path, &it->data, &it->options, state, last,
                                error);
}

static bool train(Case *it, NnrtError *error) {
    NnrtTrainEvents events = {it, NULL, hear_epoch, is_interrupted, save};
    return nnrt_train(&it->session, &it->data, &it->options, &events, &it->state, &it->result,
                      error);
}

static bool load(Case *it, const char *path, NnrtError *error) {
    return nnrt_checkpoint_load(&it->session, path, &it->data, &it->options, &it->state, error);
}

static int64_t bytes_of(const char *path, char *bytes, size_t room) {
    FILE *file = fopen(path, "rb");
    CU_ASSERT_PTR_NOT_NULL_FATAL(file);
    size_t size = fread(bytes, 1, room, file);
    fclose(file);
    return (int64_t)size;
}

/* The last checkpoints are the same files, and the same weights are kept. (Optimizer states of the
 * best epoch are nobody's business.) */
static bool same_end(const Case *a, const Case *b) {
    char x[8000], y[8000];
    int64_t size = bytes_of(a->path, x, sizeof x);
    return size > 500 && size == bytes_of(b->path, y, sizeof y) &&
           memcmp(x, y, (size_t)size) == 0 &&
           memcmp(a->session.memory[0], b->session.memory[0], 256) == 0 &&
           a->result.best_epoch == b->result.best_epoch;
}

static void stopped_after_every_step(void) {
    for (int validated = 0; validated < 2; validated++) {
        NnrtError error = {0};
        Case whole, part;
        CU_ASSERT_TRUE_FATAL(open_case(&whole, validated, &error));
        whole.path = test_path("whole");
        CU_ASSERT_TRUE_FATAL(train(&whole, &error));
        CU_ASSERT_EQUAL(whole.state.steps, STEPS);
        for (int stop = 1; stop < STEPS; stop++) {
            CU_ASSERT_TRUE_FATAL(open_case(&part, validated, &error));
            part.path = test_path("part");
            part.left = stop;
            CU_ASSERT_TRUE(train(&part, &error));
            CU_ASSERT_TRUE(part.result.interrupted);
            CU_ASSERT_EQUAL(part.state.steps, stop);
            int heard = part.epochs_heard;
            close_case(&part);
            CU_ASSERT_TRUE_FATAL(open_case(&part, validated, &error));
            part.path = test_path("part");
            CU_ASSERT_TRUE(load(&part, part.path, &error));
            CU_ASSERT_EQUAL(part.state.steps, stop);
            CU_ASSERT_TRUE(train(&part, &error));
            CU_ASSERT_TRUE(same_end(&whole, &part));
            CU_ASSERT_EQUAL(heard + part.epochs_heard, EPOCHS);
            close_case(&part);
        }
        close_case(&whole);
    }
}

/* An end, and then more epochs than planned. */
static void more_epochs(void) {
    NnrtError error = {0};
    Case whole, part;
    CU_ASSERT_TRUE_FATAL(open_case(&whole, true, &error) && open_case(&part, true, &error));
    whole.path = test_path("whole");
    part.path = test_path("part");
    part.options.epochs = 2;
    CU_ASSERT_TRUE(train(&whole, &error) && train(&part, &error));
    close_case(&part);
    CU_ASSERT_TRUE_FATAL(open_case(&part, true, &error));
    part.path = test_path("part");
    CU_ASSERT_TRUE(load(&part, part.path, &error) && train(&part, &error));
    CU_ASSERT_TRUE(same_end(&whole, &part));
    close_case(&part);
    close_case(&whole);
}

/* Metadata that nobody could have written is refused, not believed. */
static void wrong_metadata(void) {
    static const struct {
        const char *key, *value;
        int code;
    } wrong[] = {
        {"steps", "6", 3},
        {"steps", "99999999999999999999", 3},
        {"epochs", "-1", 3},
        {"epochs", "", 3},
        {"resume.position", "5", 3},
        {"resume.position", "12", 3},
        {"resume.best_epoch", "3", 3},
        {"resume.best_epoch", "0", 3},
        {"resume.waited", "1e3", 3},
        {"resume.loss_sum", "", 3},
        {"resume.loss_sum", "1 2", 3},
        {"resume.plateaus.0", "x", 3},
        {"resume.plateau_waits.0", "77", 3},
        {"resume.training_fingerprint_of_tomorrow", "t", 0},
        {"fingerprint", "g", 1},
        {"resume.training", "u", 1},
        {"resume.train_samples", "9", 1},
        {"seed", "8", 2},
        {"resume.batch", "5", 2},
        {"resume.shuffle", "off", 2},
        {"hyper.lr", "0.2", 2},
    };
    NnrtError error = {0};
    Case it;
    CU_ASSERT_TRUE_FATAL(open_case(&it, true, &error));
    it.path = test_path("good");
    it.left = 5;
    CU_ASSERT_TRUE(train(&it, &error));
    close_case(&it);
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        NnrtTensorFile file = {0};
        error = (NnrtError){0};
        CU_ASSERT_TRUE_FATAL(nnrt_tensors_read(test_path("good"), &file, &error));
        for (int64_t k = 0; k < file.metadata_count; k++)
            if (strcmp(file.metadata[k].key, wrong[i].key) == 0)
                file.metadata[k].value = wrong[i].value;
        CU_ASSERT_TRUE(nnrt_tensors_write(test_path("bad"), file.tensors, file.tensor_count,
                                          file.metadata, file.metadata_count, &error));
        nnrt_tensors_free(&file);
        CU_ASSERT_TRUE_FATAL(open_case(&it, true, &error));
        CU_ASSERT_EQUAL(load(&it, test_path("bad"), &error), wrong[i].code == 0);
        CU_ASSERT_EQUAL(error.exit_code, wrong[i].code);
        if (error.exit_code != wrong[i].code) printf("%s: %s\n", wrong[i].key, error.text);
        close_case(&it);
    }
}

static void files_that_are_none(void) {
    NnrtError error = {0};
    Case it;
    CU_ASSERT_TRUE_FATAL(open_case(&it, true, &error));
    CU_ASSERT_FALSE(load(&it, test_path("nothing here"), &error));
    CU_ASSERT_EQUAL(error.exit_code, 3);
    error = (NnrtError){0};
    double w[6] = {0};
    NnrtTensor tensor = {
        .name = "w", .type = NNRT_TENSOR_F64, .rank = 2, .dims = {2, 3}, .values = w, .bytes = 48};
    CU_ASSERT_TRUE(nnrt_tensors_write(test_path("plain"), &tensor, 1, NULL, 0, &error));
    CU_ASSERT_FALSE(load(&it, test_path("plain"), &error));
    CU_ASSERT_EQUAL(error.exit_code, 1);
    close_case(&it);
}

/* Loads `bytes` as a checkpoint; the exit code. */
static int load_bytes(const char *bytes, int64_t size) {
    NnrtError error = {0};
    Case it;
    CU_ASSERT_TRUE_FATAL(open_case(&it, true, &error));
    bool good = load(&it, test_memory(bytes, size), &error);
    CU_ASSERT_EQUAL(good, error.exit_code == 0);
    close_case(&it);
    return error.exit_code;
}

/* Cut at every length and with any bit flipped it is refused. So it is where no hash protects it (a
 * file of another program's making), or else read; the sanitizers watch. */
static void damage(void) {
    NnrtError error = {0};
    Case it;
    CU_ASSERT_TRUE_FATAL(open_case(&it, true, &error));
    it.path = test_path("whole");
    it.left = 5;
    CU_ASSERT_TRUE(train(&it, &error));
    close_case(&it);
    char bytes[8000];
    int64_t size = bytes_of(test_path("whole"), bytes, sizeof bytes), read = 0;
    CU_ASSERT_TRUE_FATAL(size > 500 && size < (int64_t)sizeof bytes);
    CU_ASSERT_EQUAL(load_bytes(bytes, size), 0);
    for (int64_t cut = 0; cut < size; cut++)
        CU_ASSERT_EQUAL(load_bytes(bytes, cut), 3);
    for (int hashed = 1; hashed >= 0; hashed--) {
        for (int64_t bit = 0; bit < size * 8; bit++) {
            bytes[bit / 8] ^= (char)(1 << bit % 8);
            int code = load_bytes(bytes, size);
            CU_ASSERT(hashed ? code == 3 : code >= 0 && code <= 3);
            read += code == 0;
            bytes[bit / 8] ^= (char)(1 << bit % 8);
        }
        CU_ASSERT_EQUAL(read > 0, !hashed);
        for (int64_t i = 0; i + 4 < size; i++)
            if (memcmp(bytes + i, "nnc.", 4) == 0) bytes[i] = 'x';
    }
    test_clean();
}

/* Every allocation of a save and a load may fail: exit 4, and the old file stays. */
static void out_of_memory(void) {
    NnrtError error = {0};
    Case it;
    CU_ASSERT_TRUE_FATAL(open_case(&it, true, &error));
    it.path = test_path("full");
    it.left = 5;
    CU_ASSERT_TRUE(train(&it, &error));
    for (int loading = 0; loading < 2; loading++)
        for (long k = 1;; k++) {
            error = (NnrtError){0};
            fail_allocation(k);
            bool ok = loading ? load(&it, it.path, &error) : save(&it, &it.state, true, &error);
            long asked = fail_allocation(0);
            CU_ASSERT_EQUAL(error.exit_code, ok ? 0 : 4);
            if (asked < k) break;
            NnrtError fine = {0};
            CU_ASSERT_TRUE(load(&it, it.path, &fine));
            CU_ASSERT_EQUAL_FATAL(k < 1000, true);
        }
    close_case(&it);
}

void add_checkpoint_suite(void) {
    CU_pSuite suite = CU_add_suite("checkpoint", NULL, NULL);
    CU_add_test(suite, "stopped after every step", stopped_after_every_step);
    CU_add_test(suite, "more epochs", more_epochs);
    CU_add_test(suite, "wrong metadata", wrong_metadata);
    CU_add_test(suite, "files that are none", files_that_are_none);
    CU_add_test(suite, "damage", damage);
    CU_add_test(suite, "out of memory", out_of_memory);
}
