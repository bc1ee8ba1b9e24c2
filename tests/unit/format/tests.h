/* tests.h: the tests of compiler/format. */
#ifndef NNC_TESTS_FORMAT_TESTS_H
#define NNC_TESTS_FORMAT_TESTS_H

void style_rules(void);
void style_comments(void);
void style_differences(void);
void corpus_all(void);
void corpus_kept(void);

#endif
