/* page.c: see page.h. */

#include "runtime/page.h"

#include "runtime/json.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void nnrt_page_put(NnrtPage *page, const char *markup) {
    nnrt_writer_text(&page->writer, markup);
}

void nnrt_page_format(NnrtPage *page, const char *format, ...) {
    char buffer[1000];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(buffer, sizeof buffer, format, arguments);
    va_end(arguments);
    nnrt_page_put(page, buffer);
}

void nnrt_page_text(NnrtPage *page, const char *text, int most) {
    int64_t left = (int64_t)strlen(text);
    for (int count = 0; left > 0; count++) {
        if (most && count == most) {
            nnrt_page_put(page, "...");
            return;
        }
        int length = nnrt_utf8_length(text, left);
        unsigned char c = (unsigned char)*text;
        if (length == 0 || (c < ' ' && c != '\n') || c == 0x7f)
            nnrt_page_put(page, "\xEF\xBF\xBD");
        else if (strchr("<>&\"'", c))
            nnrt_page_format(page, "&#%d;", c);
        else
            nnrt_writer_put(&page->writer, text, length);
        length += length == 0;
        text += length;
        left -= length;
    }
}

void nnrt_page_number(NnrtPage *page, const char *markup, double value) {
    nnrt_page_put(page, markup);
    nnrt_page_format(page, isfinite(value) ? "%.4g" : "-", value);
}

void nnrt_page_whole(NnrtPage *page, const char *markup, int64_t value) {
    char digits[24];
    int length = snprintf(digits, sizeof digits, "%lld", (long long)value);
    nnrt_page_put(page, markup);
    for (int i = 0; i < length; i++) {
        if (i && (length - i) % 3 == 0 && digits[i - 1] != '-') nnrt_page_put(page, ",");
        nnrt_writer_put(&page->writer, digits + i, 1);
    }
}

void nnrt_page_pair(NnrtPage *page, const char *markup, const char *text) {
    nnrt_page_put(page, markup);
    nnrt_page_text(page, text, 0);
}

void nnrt_page_table(NnrtPage *page, const char *style, const char *name) {
    nnrt_page_pair(page, "<div class=scroll tabindex=0 role=region aria-label='", name);
    nnrt_page_format(page, "'><table class=%s><caption>", style);
    nnrt_page_pair(page, "", name);
    nnrt_page_put(page, "<thead><tr>");
}
