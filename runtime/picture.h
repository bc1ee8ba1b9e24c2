/* picture.h: PNG, JPEG, PGM and PPM files as the bytes that a model's image input takes.
 *
 * What a picture holds and what the model wants are brought together by fixed rules, all in whole
 * numbers, so that the same file gives the same bytes on every machine:
 *
 *   samples     16 bits (and any other largest value m) become 8 by (255 v + m / 2) / m, rounded
 *               down; grey of 1, 2, 4 bits is spread over 0..255; a palette is looked up
 *   CMYK        of JPEG: red = C K / 255 with Adobe's inverted values, green and blue alike
 *   alpha       over white for a model of 1 or 3 channels; a model of 4 keeps it (255 if absent)
 *   grey, RGB   grey is repeated; colour becomes grey (19595 R + 38470 G + 7471 B + 32768) / 65536
 *   size        each value is the mean of the part of the picture that its pixel covers, with the
 *               exact shares, rounded; both axes are stretched to the model's size
 *
 * Colour profiles, gamma and a camera's orientation are not looked at. JPEG is decoded with the
 * exact integer transform and triangle upsampling.
 *
 * A picture is refused before decoding when it has more pixels than the model allows
 * (nnrt_picture_limit) or than its bytes can hold. Memory is a few rows; an interlaced PNG and a
 * progressive JPEG take theirs in proportion to the file.
 */
#ifndef NNRT_PICTURE_H
#define NNRT_PICTURE_H

#include "runtime/file.h"

/* What the model wants: channels 1, 3 or 4. */
typedef struct NnrtPictureShape {
    int64_t height, width, channels;
} NnrtPictureShape;

#define NNRT_PIXELS_MAX (INT64_C(1) << 28)

/* The most pixels of a picture for this model: 1024 for each of its own, at least 2^26, at most
 * 2^28. */
int64_t nnrt_picture_limit(const NnrtPictureShape *shape);

/* Whether a file of this name is meant to be a picture: .png .jpg .jpeg .pgm .ppm, in any case. */
bool nnrt_picture_name(const char *name);

/* Reads the header only: whether the file is a picture that can be decoded for `shape`. Exit 3 or 4
 * with a message that begins with the path. */
bool nnrt_picture_check(const char *path, const NnrtPictureShape *shape, NnrtError *error);

/* Decodes into out[height, width, channels], which is written to also when it fails. */
bool nnrt_picture_read(const char *path, const NnrtPictureShape *shape, uint8_t *out,
                       NnrtError *error);

#endif
