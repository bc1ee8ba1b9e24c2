/* tests.h: what the tests of the runtime share: the suites, files in a folder of their own, and a
 * malloc that can be told to fail. */
#ifndef NNC_TESTS_RUNTIME_TESTS_H
#define NNC_TESTS_RUNTIME_TESTS_H

#include "runtime/error.h"

#include <CUnit/Basic.h>

void add_text_suite(void);
void add_file_suite(void);
void add_atomic_suite(void);
void add_random_suite(void);
void add_split_suite(void);
void add_table_suite(void);
void add_csv_suite(void);
void add_csv_error_suite(void);
void add_array_suite(void);
void add_npy_suite(void);
void add_safetensors_suite(void);
void add_recorded_suite(void);
void add_checkpoint_suite(void);
void add_real_data_suite(void);
void add_threads_suite(void);
void add_fault_suite(void);

/* A path in this run's folder (made by the first call); valid until the next but seven calls. */
const char *test_path(const char *name);
/* Writes a fixture and gives its path, as test_path(). */
const char *test_file(const char *name, const void *bytes, int64_t size);
/* The same in memory, for those who write thousands: a path that holds until the next call. */
const char *test_memory(const void *bytes, int64_t size);
/* gzip of bytes in memory; *packed_size bytes, free with free(). */
void *test_gzip(const void *bytes, int64_t size, int64_t *packed_size);
/* A NumPy file into out: a header of version `version` for the dictionary, then the values. Its
 * size. */
int64_t test_npy(char *out, int version, const char *dictionary, const void *values, int64_t size);
/* How many files the folder of the test has. */
int test_file_count(void);
/* Removes all files of the folder. */
void test_clean(void);
void test_remove_folder(void);

/* The k-th allocation from now on (1: the next) and all after it fail; 0: none. Returns how many
 * were asked for since the last call. */
long fail_allocation(long k);

#endif
