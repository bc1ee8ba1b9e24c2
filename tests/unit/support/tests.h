#ifndef NNC_TESTS_SUPPORT_TESTS_H
#define NNC_TESTS_SUPPORT_TESTS_H

void arena_memory(void);
void arena_large(void);
void arena_exhausted(void);
void arena_texts(void);
void vec_grows(void);
void text_builds(void);
void text_numbers(void);
void intern_equal(void);
void utf8_decodes(void);
void utf8_escapes(void);
void number_reads(void);
void number_locale(void);
void nearest_distances(void);
void nearest_names(void);
void source_places(void);
void source_lines(void);
void source_reading(void);
void diag_plain(void);
void diag_colour(void);
void diag_json(void);
void diag_order(void);
void diag_once(void);
void diag_limits(void);
void diag_policies(void);
void diag_excerpts(void);

#endif
