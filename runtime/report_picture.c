/* report_picture.c: numbers as a picture: an image element. */

#include "runtime/report.h"

enum { MOST_SIDE = 96 };

void nnrt_report_picture(NnrtPage *page, const int64_t dims[3], double low, double high,
                         double (*value)(const void *user, int64_t element), const void *user,
                         const char *alt, int64_t number) {
    unsigned char bytes[MOST_SIDE * MOST_SIDE * 3];
    int64_t side = dims[0] > dims[1] ? dims[0] : dims[1], channels = dims[2];
    int64_t step = (side + MOST_SIDE - 1) / MOST_SIDE; /* every so many pixels are drawn */
    int height = (int)((dims[0] + step - 1) / step), width = (int)((dims[1] + step - 1) / step);
    int at = 0;
    for (int64_t y = 0; y < height; y++)
        for (int64_t x = 0; x < width; x++)
            for (int64_t c = 0; c < channels; c++) {
                int64_t pixel = y * step * dims[1] + x * step;
                double share = (value(user, pixel * channels + c) - low) / (high - low);
                bytes[at++] = (unsigned char)(255 * share + 0.5);
            }
    nnrt_page_put(page, "<img src='");
    nnrt_page_png(page, bytes, width, height, (int)channels);
    nnrt_page_format(page, "' width=%d height=%d alt='%s %lld'>", width, height, alt,
                     (long long)number);
}
