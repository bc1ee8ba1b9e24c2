/* Folders of pictures as a source: classes, order, bad files, and pictures without classes. */
#include "pictures/make.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *const animals[] = {"cat", "dog"};

typedef struct Read {
    NnrtTable table;
    NnrtError error;
} Read;

/* images(folder) for image[1, 2, 1] and class[classes]. */
static bool read_folder(Read *read, const char *folder, int64_t classes, const char *const *names,
                        int64_t picture_bytes, bool predict) {
    const NnrtField fields[] = {
        {.name = "image", .kind = NNRT_FIELD_IMAGE, .rank = 3, .dims = {1, 2, 1}},
        {.name = "kind",
         .kind = NNRT_FIELD_CLASS,
         .classes = classes,
         .class_names = names,
         .target = true}};
    char *items[] = {(char *)folder};
    NnrtPaths paths = {items, 1};
    NnrtReadOptions options = {
        .open = nnrt_open_plain, .skip_targets = predict, .picture_bytes = picture_bytes};
    *read = (Read){0};
    return nnrt_table_init(&read->table, fields, 2, NNRT_F32, &read->error) &&
           nnrt_source_images(&paths, 1, &options, &read->table, &read->error);
}

/* Row `row` is of that class and has that grey everywhere. */
static void expect_row(const NnrtTable *table, int64_t row, int class, int grey) {
    float pixels[2];
    CU_ASSERT_TRUE(nnrt_table_gather(table, 0, &row, 0, 1, NNRT_F32, pixels, NULL));
    CU_ASSERT(pixels[0] == (float)grey / 255.0f && pixels[1] == pixels[0]);
    if (table->columns[1].present) CU_ASSERT(nnrt_table_value(table, 1, row, 0) == class);
}

static void make_animals(void) {
    make_grey(make_path("animals/dog/b.pgm"), 2, 1, 4);
    make_grey(make_path("animals/dog/B.pgm"), 4, 2, 3);
    make_grey(make_path("animals/cat/10.pgm"), 2, 1, 1);
    make_grey(make_path("animals/cat/9.pgm"), 3, 3, 2);
    make_file(make_path("animals/dog/.hidden"), "x", 1);
    make_file(make_path("animals/dog/Thumbs.db"), "x", 1);
    make_file(make_path("animals/cat/Desktop.ini"), "x", 1);
    make_file(make_path("animals/LICENSE"), "x", 1);
}

void test_folders(void) {
    make_animals();
    for (int kept = 0; kept < 2; kept++)
        for (int named = 0; named < 2; named++) {
            Read read;
            CU_ASSERT_TRUE_FATAL(read_folder(&read, make_path("animals"), 2, named ? animals : NULL,
                                             kept ? 8 : 7, false));
            CU_ASSERT_EQUAL(read.table.rows, 4);
            CU_ASSERT_EQUAL(nnrt_table_fetches(&read.table), !kept);
            CU_ASSERT_EQUAL(read.table.columns[0].values != NULL, kept);
            for (int row = 0; row < 4; row++)
                expect_row(&read.table, row, row / 2, row + 1);
            CU_ASSERT_STRING_EQUAL(nnrt_table_class_names(&read.table, 1)[1], "dog");
            CU_ASSERT(strstr(read.table.names[2], "animals/dog/B.pgm") != NULL);
            nnrt_table_free(&read.table);
        }
    make_clean();
}

static void expect_refused(const char *folder, int64_t classes, const char *const *names,
                           const char *words) {
    Read read;
    CU_ASSERT_FALSE(read_folder(&read, folder, classes, names, 1000, false));
    if (!strstr(read.error.text, words)) {
        printf("\n%s\n", read.error.text);
        CU_FAIL("the message says something else");
    }
    nnrt_table_free(&read.table);
}

void test_class_names(void) {
    static const char *const others[] = {"cat", "cow"};
    /* numbers are themselves, in the order of their bytes: 0, 10, 2 would be wrong as names */
    for (int i = 0; i < 11; i++)
        make_grey(make_path("numbers/%d/x.pgm", i), 2, 1, i);
    Read read;
    CU_ASSERT_TRUE_FATAL(read_folder(&read, make_path("numbers"), 11, NULL, 1000, false));
    CU_ASSERT_PTR_NULL(nnrt_table_class_names(&read.table, 1));
    expect_row(&read.table, 2, 10, 10);
    expect_row(&read.table, 3, 2, 2);
    nnrt_table_free(&read.table);
    make_animals();
    expect_refused(make_path("animals"), 2, others,
                   "\"cow\", but the folders are \"cat\", \"dog\"");
    expect_refused(make_path("animals"), 3, NULL, "3 classes, but the folders are");
    make_grey(make_path("bytes/\xff/x.pgm"), 2, 1, 1);
    make_grey(make_path("bytes/a/x.pgm"), 2, 1, 1);
    expect_refused(make_path("bytes"), 2, NULL, "not UTF-8");
    expect_refused(make_path("nowhere"), 2, NULL, "No such file");
    make_clean();
}

void test_bad_files(void) {
    for (int kept = 0; kept < 2; kept++) {
        make_animals();
        make_file(make_path("animals/cat/text.png"), "hello", 5);
        make_file(make_path("animals/cat/notes.txt"), "hello", 5);
        make_file(make_path("animals/dog/empty.pgm"), "", 0);
        CU_ASSERT_EQUAL(mkdir(make_path("animals/dog/more"), 0777), 0);
        CU_ASSERT_EQUAL(symlink("loop.png", make_path("animals/dog/loop.png")), 0);
        CU_ASSERT_EQUAL(symlink("..", make_path("animals/dog/up.png")), 0);
        Read read;
        CU_ASSERT_FALSE(read_folder(&read, make_path("animals"), 2, animals, kept * 1000, false));
        CU_ASSERT_EQUAL(read.error.exit_code, 3);
        static const char *const all[] = {"6 files cannot be used",
                                          "cat/text.png: begins like no picture (\"he\"",
                                          "cat/notes.txt: has not the name of a picture",
                                          "dog/empty.pgm: is empty",
                                          "dog/more: is a folder",
                                          "dog/loop.png: Too many levels",
                                          "dog/up.png: is a folder"};
        for (size_t i = 0; i < sizeof all / sizeof *all; i++)
            CU_ASSERT_PTR_NOT_NULL(strstr(read.error.text, all[i]));
        nnrt_table_free(&read.table);
        /* a folder of a class may be a link, even to the folder above: it is looked at once */
        CU_ASSERT_EQUAL(symlink(".", make_path("animals/zoo")), 0);
        expect_refused(make_path("animals"), 3, NULL, "zoo/cat: is a folder");
        make_clean();
    }
    /* more than fit into a message are counted */
    make_grey(make_path("animals/dog/b.pgm"), 2, 1, 4);
    for (int i = 0; i < 200; i++)
        make_file(make_path("animals/cat/%d.png", i), "", 0);
    expect_refused(make_path("animals"), 2, NULL, "200 files cannot be used");
    expect_refused(make_path("animals"), 2, NULL, " more");
    make_clean();
}

void test_listing(void) {
    make_animals();
    make_grey(make_path("animals/z.pgm"), 2, 1, 9);
    Read read;
    CU_ASSERT_TRUE_FATAL(read_folder(&read, make_path("animals"), 2, animals, 1000, true));
    CU_ASSERT_EQUAL(read.table.rows, 5);
    for (int row = 0; row < 5; row++) /* cat/10, cat/9, dog/B, dog/b, z */
        expect_row(&read.table, row, 0, row < 4 ? row + 1 : 9);
    nnrt_table_free(&read.table);
    CU_ASSERT_TRUE_FATAL(
        read_folder(&read, make_path("animals/cat/9.pgm"), 2, animals, 1000, true));
    CU_ASSERT_EQUAL(read.table.rows, 1);
    expect_row(&read.table, 0, 0, 2);
    nnrt_table_free(&read.table);
    /* a model without a target reads the same, and all of it */
    const NnrtField field = {
        .name = "image", .kind = NNRT_FIELD_IMAGE, .rank = 3, .dims = {1, 2, 1}};
    char *items[] = {(char *)make_path("animals")};
    NnrtPaths paths = {items, 1};
    NnrtReadOptions options = {.open = nnrt_open_plain, .picture_bytes = 1000};
    NnrtError error = {0};
    CU_ASSERT_TRUE_FATAL(nnrt_table_init(&read.table, &field, 1, NNRT_F32, &error));
    CU_ASSERT_TRUE_FATAL(nnrt_source_images(&paths, 1, &options, &read.table, &error));
    CU_ASSERT_EQUAL(read.table.rows, 5);
    CU_ASSERT_TRUE(read.table.columns[0].present);
    nnrt_table_free(&read.table);
    CU_ASSERT_EQUAL(mkdir(make_path("void"), 0777), 0);
    CU_ASSERT_FALSE(read_folder(&read, make_path("void"), 2, animals, 1000, true));
    CU_ASSERT_PTR_NOT_NULL(strstr(read.error.text, "has no pictures"));
    nnrt_table_free(&read.table);
    make_clean();
}
