/* Tests of compiler/artifact: files that come out. */
#include "tests.h"
#include "unit.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

char test_folder[] = "/tmp/nnc-artifact-XXXXXX";

static const UnitTest tests[] = {
    {"artifact", "a guarded child returns bytes and errors", guard_returns_bytes},
    {"artifact", "a guarded child's crash is a message", guard_survives_crashes},
    {"artifact", "a file appears whole", write_is_whole},
    {"artifact", "what is no regular file, or the model, is not replaced", write_refuses},
    {"artifact", "no cc: a message and nothing left behind", link_without_cc},
    {"artifact", "a library is called from C", library_is_called_from_c},
};

int main(int argc, char **argv) {
    if (!mkdtemp(test_folder)) return 2;
    int status = unit_main(tests, sizeof tests / sizeof *tests, argc, argv);
    if (rmdir(test_folder) != 0) {
        printf("%s is not empty\n", test_folder);
        status = 1;
    }
    return status;
}
