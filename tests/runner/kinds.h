/* kinds.h: the kinds of case folders. A new kind is a file with one function and a row of the table
 * in main.c. */
#ifndef NNC_TESTS_RUNNER_KINDS_H
#define NNC_TESTS_RUNNER_KINDS_H

#include "support/text.h"

typedef enum CaseResult { CASE_PASSED, CASE_FAILED, CASE_UPDATED } CaseResult;

typedef struct Case {
    Arena *arena;       /* freed after the case */
    const char *folder; /* "simplify": the last step of the folder's path */
    const char *name;   /* "open-bracket.nn", in the working directory */
    Text text;          /* the file's bytes */
    bool update;        /* write what came out as what is expected */
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

/* X.nn beside X.graph: the model's ends and its views as they are printed before any pass. */
CaseResult run_graph_case(Case *a_case);

/* X.nn: every gradient equals finite differences of the loss in double, |a - b| <= 1e-6 max(1,
 * max|b|), on a batch of three drawn samples. There is nothing to update. */
CaseResult run_gradient_case(Case *a_case);

/* X.view in a folder named like a pass: a view, a line `becomes`, and what the pass makes of it;
 * then the value of every result must be the same, too, bit for bit. */
CaseResult run_pass_case(Case *a_case);

#endif
