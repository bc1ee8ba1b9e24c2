/* Tests of compiler/artifact: files that come out. */
#include "tests.h"

#include <CUnit/Basic.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

char test_folder[] = "/tmp/nnc-artifact-XXXXXX";

int main(void) {
    if (CU_initialize_registry() != CUE_SUCCESS || !mkdtemp(test_folder)) return 2;
    CU_pSuite suite = CU_add_suite("artifact", NULL, NULL);
    CU_add_test(suite, "a guarded child returns bytes and errors", guard_returns_bytes);
    CU_add_test(suite, "a guarded child's crash is a message", guard_survives_crashes);
    CU_add_test(suite, "a file appears whole", write_is_whole);
    CU_add_test(suite, "what is no regular file, or the model, is not replaced", write_refuses);
    CU_add_test(suite, "no cc: a message and nothing left behind", link_without_cc);
    CU_add_test(suite, "a library is called from C", library_is_called_from_c);
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures();
    CU_cleanup_registry();
    if (rmdir(test_folder) != 0) {
        printf("%s is not empty\n", test_folder);
        failed++;
    }
    return failed != 0;
}
