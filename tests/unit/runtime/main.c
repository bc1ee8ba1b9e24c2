/* Tests of runtime/: files, readers, splits, random numbers, weights, threads. */
#include "runtime/tests.h"
#include "unit.h"

int main(void) {
    unit_begin();
    static void (*const suites[])(void) = {
        add_text_suite,       add_file_suite,      add_atomic_suite,      add_random_suite,
        add_split_suite,      add_table_suite,     add_csv_suite,         add_csv_error_suite,
        add_array_suite,      add_npy_suite,       add_safetensors_suite, add_recorded_suite,
        add_checkpoint_suite, add_real_data_suite, add_threads_suite,     add_fault_suite,
    };
    for (size_t i = 0; i < sizeof suites / sizeof *suites; i++)
        suites[i]();
    int status = unit_end();
    test_remove_folder();
    return status;
}
