/* kinds.h: the kinds of case folders. A new kind is a file with one function and a row of the table
 * in main.c. */
#ifndef NNC_TESTS_RUNNER_KINDS_H
#define NNC_TESTS_RUNNER_KINDS_H

#include "support/text.h"

typedef enum CaseResult { CASE_PASSED, CASE_FAILED, CASE_UPDATED } CaseResult;

typedef struct Case {
    Arena *arena;     /* freed after the case */
    const char *name; /* "open-bracket.nn", in the working directory */
    Text text;        /* the file's bytes */
    bool update;      /* write what came out as what is expected */
} Case;

/* X.nn beside X.tree: the printed tree; printing and parsing that again must not change it. Without
 * X.tree the file must at least parse, and --update writes it. */
CaseResult run_parse_case(Case *a_case);

/* X.nn with its messages as comments on the guilty lines,
 *
 *     h = dense(x, 3  # error: 21: expected ',' or ')', found the end of the line [syntax]
 *
 * with the column and the name; several on a line follow each other. Where no comment can stand, or
 * notes and help matter, X.expected holds everything that is printed; --update makes one where
 * needed. Every message must be expected, and every case must have one. Warnings and remarks
 * likewise, as `# warning: ` and `# remark: `. */
CaseResult run_messages_case(Case *a_case);

#endif
