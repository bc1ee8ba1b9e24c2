#ifndef NNC_TESTS_ARTIFACT_TESTS_H
#define NNC_TESTS_ARTIFACT_TESTS_H

/* An empty folder for this program's files, removed at its end. */
extern char test_folder[];

void guard_returns_bytes(void);
void guard_survives_crashes(void);
void write_is_whole(void);
void write_refuses(void);
void link_without_cc(void);
void library_is_called_from_c(void);

#endif
