/* picture_rows.h: rows of a decoded picture on their way to the model's size and channels (inner
 * part of the picture readers).
 *
 * A reader begins with the size of its picture, adds the rows from the top, and ends. Formats give
 * their header to picture_size_allowed() first.
 */
#ifndef NNRT_PICTURE_ROWS_H
#define NNRT_PICTURE_ROWS_H

#include "runtime/picture.h"

/* What a picture says of itself before its pixels are decoded. */
typedef struct PictureHeader {
    int64_t width, height;
    int channels;        /* of the rows that follow: 1 grey, 2 grey and alpha, 3 RGB, 4 RGBA */
    int64_t least_bytes; /* a file of this picture cannot be shorter; 0: not known */
} PictureHeader;

typedef struct PictureRows {
    PictureHeader header;
    NnrtPictureShape shape;
    uint8_t *out;
    uint8_t *pixels;   /* one row of the picture in the model's channels; owned */
    uint64_t *row;     /* [width * channels] of the result: one source row, summed up; owned */
    uint64_t *sums;    /* the same for the result's row that is under way; owned */
    int64_t y, result; /* the next source row, the result's row under way */
} PictureRows;

/* One format: `check` reads the header only; `read` everything. The stream is at its beginning. */
typedef struct PictureFormat {
    bool (*check)(NnrtStream *stream, const NnrtPictureShape *shape, NnrtError *error);
    bool (*read)(NnrtStream *stream, const NnrtPictureShape *shape, uint8_t *out, NnrtError *error);
} PictureFormat;

extern const PictureFormat picture_png, picture_jpeg, picture_pnm;

/* Whether a picture of this size is read: sides above 0, pixels within the limit, and not more of
 * them than the bytes of the file can hold. */
bool picture_size_allowed(const NnrtStream *stream, const PictureHeader *header,
                          const NnrtPictureShape *shape, NnrtError *error);

bool picture_rows_begin(PictureRows *rows, const PictureHeader *header,
                        const NnrtPictureShape *shape, uint8_t *out, NnrtError *error);
/* The next row: header.width * header.channels bytes. */
void picture_rows_add(PictureRows *rows, const uint8_t *row);
/* Frees; fine after a failed begin and in place of the last rows. */
void picture_rows_free(PictureRows *rows);

#endif
