/* Tests of picture data: decoding, damage, folders, CIFAR-10, and reading ahead. */
#include "pictures/make.h"
#include "unit.h"

int main(int argc, char **argv) {
    static const UnitTest tests[] = {
        {"decode", "kinds of PNG", test_png_kinds},
        {"decode", "interlaced PNG", test_interlaced},
        {"decode", "PGM and PPM", test_portable},
        {"decode", "sizes", test_sizes},
        {"decode", "kinds of JPEG", test_jpeg_kinds},
        {"decode", "names", test_names},
        {"damage", "claims", test_claims},
        {"damage", "cut and flipped", test_damage},
        {"damage", "no pictures", test_others},
        {"folders", "classes and order", test_folders},
        {"folders", "names of classes", test_class_names},
        {"folders", "bad files", test_bad_files},
        {"folders", "without classes", test_listing},
        {"ahead", "same batches", test_ahead},
        {"ahead", "a picture that is gone", test_ahead_failure},
        {"cifar10", "records", test_cifar10},
        {"cifar10", "refused", test_cifar10_refused},
        {"cifar10", "real files", test_real_pictures},
    };
    int status = unit_main(tests, sizeof tests / sizeof *tests, argc, argv);
    make_clean();
    return status;
}
