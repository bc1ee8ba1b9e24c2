/* The embedded texts are the files of library/, whole and in order. */
#include <CUnit/Basic.h>
#include <stdio.h>
#include <string.h>

#include "library/library_text.h"
#include "library_tests.h"

/* The names in the order of library/CMakeLists.txt. */
static void names_in_order(void) {
    static const char *const expected[] = {
        "activations.nn", "layers.nn",       "images.nn",     "augmentation.nn", "losses.nn",
        "metrics.nn",     "regularizers.nn", "optimizers.nn", "schedules.nn",    "initializers.nn",
    };
    size_t count = sizeof expected / sizeof *expected;
    CU_ASSERT_EQUAL_FATAL(library_text_count, count);
    for (size_t i = 0; i < count; i++)
        CU_ASSERT_STRING_EQUAL(library_texts[i].name, expected[i]);
}

static void texts_are_the_files(void) {
    for (size_t i = 0; i < library_text_count; i++) {
        const LibraryText *text = &library_texts[i];
        char path[4096];
        snprintf(path, sizeof path, "%s/library/%s", NNC_SOURCE_DIR, text->name);
        FILE *file = fopen(path, "rb");
        CU_ASSERT_PTR_NOT_NULL_FATAL(file);
        static char bytes[1 << 20];
        size_t length = fread(bytes, 1, sizeof bytes, file);
        fclose(file);
        CU_ASSERT_EQUAL_FATAL(length, text->length);
        CU_ASSERT(memcmp(bytes, text->text, length) == 0);
        CU_ASSERT_EQUAL(text->text[length], '\0');
        CU_ASSERT_EQUAL(strlen(text->text), length);
    }
}

CU_TestInfo text_tests[] = {
    {"names in order", names_in_order},
    {"texts are the files", texts_are_the_files},
    CU_TEST_INFO_NULL,
};
