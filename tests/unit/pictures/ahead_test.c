/* Batches gathered by the thread ahead are those that are gathered without it. */
#include "pictures/make.h"
#include "runtime/session.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { PICTURES = 23, ELEMENTS = 6 };

static const int64_t image_dims[] = {2, 3, 1};
static const NnrtInput inputs[] = {
    {.name = "image", .is_image = 1, .rank = 3, .dims = image_dims, .elements = ELEMENTS},
    {.name = "kind", .is_target = 1, .class_count = 2, .elements = 1, .offset = ELEMENTS * 4},
};
static const NnrtModel model = {
    .abi_version = NNRT_ABI_VERSION,
    .element_bytes = 4,
    .input_count = 2,
    .inputs = inputs,
    .sample_bytes = (ELEMENTS + 1) * 4,
};

/* The pictures in a table that decodes them for each batch. */
static bool read_pictures(NnrtTable *table, NnrtError *error) {
    for (int i = 0; i < PICTURES; i++)
        make_grey(make_path("p/%s/%02d.pgm", i % 3 ? "a" : "b", i), 3, 2, i * 7);
    NnrtField fields[2];
    nnrt_fields(&model, fields);
    char *items[] = {(char *)make_path("p")};
    NnrtPaths paths = {items, 1};
    NnrtReadOptions options = {.open = nnrt_open_plain, .picture_bytes = 0};
    return nnrt_table_init(table, fields, 2, NNRT_F32, error) &&
           nnrt_source_images(&paths, 1, &options, table, error);
}

/* All batches of an order, one after the other, as bytes. */
static void gather_all(NnrtSession *session, const NnrtTable *table, const int64_t *order,
                       int64_t batch, unsigned char *out) {
    for (int64_t at = 0; at < PICTURES; at += batch) {
        int64_t count = PICTURES - at < batch ? PICTURES - at : batch;
        nnrt_gather(session, table, order ? order + at : NULL, order ? 0 : at, count);
        for (int64_t i = 0; i < 2; i++) {
            size_t bytes = (size_t)(count * inputs[i].elements * 4);
            memcpy(out, session->context.samples + session->context.capacity * inputs[i].offset,
                   bytes);
            out += bytes;
        }
    }
}

void test_ahead(void) {
    NnrtError error = {0};
    NnrtTable table;
    NnrtSession session;
    CU_ASSERT_TRUE_FATAL(read_pictures(&table, &error));
    CU_ASSERT_TRUE_FATAL(nnrt_session_open(&session, &model, PICTURES, 1, &error));
    int64_t order[PICTURES];
    for (int i = 0; i < PICTURES; i++)
        order[i] = i * 10 % PICTURES;
    static unsigned char plain[PICTURES * 28], ahead[PICTURES * 28];
    for (int64_t batch = 1; batch <= PICTURES; batch += 5)
        for (int k = 0; k < 2; k++) {
            const int64_t *rows = k ? order : NULL;
            gather_all(&session, &table, rows, batch, plain);
            memset(ahead, 1, sizeof ahead);
            nnrt_announce(&session, &table, rows, 0, PICTURES, batch);
            CU_ASSERT_PTR_NOT_NULL_FATAL(session.ahead);
            gather_all(&session, &table, rows, batch, ahead);
            CU_ASSERT_EQUAL(nnrt_ahead_taken(session.ahead), (PICTURES + batch - 1) / batch);
            CU_ASSERT_EQUAL(memcmp(plain, ahead, sizeof plain), 0);
        }
    /* rows that were not announced are gathered all the same; an end may come at any time */
    nnrt_announce(&session, &table, order, 0, PICTURES, 4);
    nnrt_gather(&session, &table, order + 4, 0, 4);
    CU_ASSERT_EQUAL(nnrt_ahead_taken(session.ahead), 0);
    nnrt_gather(&session, &table, order, 0, 4);
    CU_ASSERT_EQUAL(nnrt_ahead_taken(session.ahead), 1);
    nnrt_announce(&session, NULL, NULL, 0, 0, 0);
    CU_ASSERT_PTR_NULL(session.ahead);
    CU_ASSERT_TRUE(nnrt_gathered(&session, &error));
    nnrt_session_close(&session);
    nnrt_table_free(&table);
    make_clean();
}

void test_ahead_failure(void) {
    for (int announced = 0; announced < 2; announced++) {
        NnrtError error = {0};
        NnrtTable table;
        NnrtSession session;
        static unsigned char out[PICTURES * 28];
        CU_ASSERT_TRUE_FATAL(read_pictures(&table, &error));
        CU_ASSERT_TRUE_FATAL(nnrt_session_open(&session, &model, PICTURES, 1, &error));
        CU_ASSERT_EQUAL(unlink(table.names[9]), 0);
        if (announced) nnrt_announce(&session, &table, NULL, 0, PICTURES, 4);
        gather_all(&session, &table, NULL, 4, out);
        CU_ASSERT_FALSE(nnrt_gathered(&session, &error));
        CU_ASSERT_EQUAL(error.exit_code, 3);
        CU_ASSERT_PTR_NOT_NULL(strstr(error.text, table.names[9]));
        nnrt_session_close(&session);
        nnrt_table_free(&table);
        make_clean();
    }
}
