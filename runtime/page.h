/* page.h: writing HTML: what is markup and what is text is never mixed up. */
#ifndef NNRT_PAGE_H
#define NNRT_PAGE_H

#include "runtime/atomic.h"

typedef struct NnrtPage {
    NnrtWriter writer;
} NnrtPage;

/* Markup as it is. */
void nnrt_page_put(NnrtPage *page, const char *markup);
/* printf of markup and numbers; at most 1,000 characters. A %s must be markup. */
void nnrt_page_format(NnrtPage *page, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Text from anywhere, for content and attributes: markup characters are escaped, control characters
 * (but not ends of lines) and what is no UTF-8 become U+FFFD. At most `most` characters and then
 * "..." (0: all). */
void nnrt_page_text(NnrtPage *page, const char *text, int most);
/* Markup, then a number with four digits: "0.1234"; "-" for none. */
void nnrt_page_number(NnrtPage *page, const char *markup, double value);
/* Markup, then a whole number with commas: "12,345". */
void nnrt_page_whole(NnrtPage *page, const char *markup, int64_t value);
/* Markup, then text. */
void nnrt_page_pair(NnrtPage *page, const char *markup, const char *text);
/* Begins a table of a class in a box that scrolls, up to the first cell of its head; its name
 * (text) is the caption. To be ended by </table></div>. */
void nnrt_page_table(NnrtPage *page, const char *style, const char *name);

/* An image of bytes [height, width, channels] with 1 or 3 channels, as the address of a PNG. */
void nnrt_page_png(NnrtPage *page, const unsigned char *bytes, int width, int height, int channels);

/* The same as a file: the writer gets the PNG. A line takes at most 65,534 bytes. */
void nnrt_put_png(NnrtWriter *writer, const unsigned char *bytes, int width, int height,
                  int channels);
/* The same compressed, for programs that have zlib. */
void nnrt_put_packed_png(NnrtWriter *writer, const unsigned char *bytes, int width, int height,
                         int channels);

#endif
