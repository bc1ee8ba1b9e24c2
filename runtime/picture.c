/* picture.c: which format a file has, by its first bytes. See picture.h. */
#include "runtime/picture.h"

#include "runtime/picture_rows.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

bool nnrt_picture_name(const char *name) {
    static const char *const endings[] = {".png", ".jpg", ".jpeg", ".pgm", ".ppm"};
    size_t length = strlen(name);
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
        size_t size = strlen(endings[i]), same = 0;
        if (length <= size) continue;
        const char *end = name + length - size;
        while (same < size) {
            char letter = end[same];
            if (letter >= 'A' && letter <= 'Z') letter = (char)(letter - 'A' + 'a');
            if (letter != endings[i][same]) break;
            same++;
        }
        if (same == size) return true;
    }
    return false;
}

/* The reader for a stream at its beginning, which stays there; NULL with an error. */
static const PictureFormat *format_of(NnrtStream *stream, NnrtError *error) {
    unsigned char first[2] = {0};
    int64_t got = nnrt_read(stream, first, 2, error);
    if (got < 0) return NULL;
    memcpy(stream->ahead, first, (size_t)got); /* put back, as nnrt_is_gzip() does */
    stream->ahead_first = 0;
    stream->ahead_end = (int)got;
    stream->offset -= got;
    if (stream->size >= 0) stream->size += got;
    if (first[0] == 0x89 && first[1] == 'P') return &picture_png;
    if (first[0] == 0xff && first[1] == 0xd8) return &picture_jpeg;
    if (first[0] == 'P' && first[1] >= '1' && first[1] <= '7') return &picture_pnm;
    nnrt_fail(error, NNRT_EXIT_FORMAT, got ? "%s: begins like no picture (%s...)" : "%s: is empty",
              stream->path, nnrt_quote((const char *)first, got).text);
    return NULL;
}

/* Opens a regular file; opening a pipe or a device could wait or do something. */
static bool open_picture(const char *path, NnrtStream *stream, NnrtError *error) {
    struct stat status;
    if (stat(path, &status) != 0) return nnrt_fail_errno(error, NNRT_EXIT_FORMAT, path, errno);
    if (!S_ISREG(status.st_mode)) return nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: is no file", path);
    return nnrt_open_bytes(path, stream, error);
}

bool nnrt_picture_check(const char *path, const NnrtPictureShape *shape, NnrtError *error) {
    NnrtStream stream;
    NnrtError own = {0}; /* the formats ask it whether something went wrong */
    if (!error) error = &own;
    if (!open_picture(path, &stream, error)) return false;
    const PictureFormat *format = format_of(&stream, error);
    bool good = format && format->check(&stream, shape, error);
    nnrt_close(&stream);
    return good;
}

bool nnrt_picture_read(const char *path, const NnrtPictureShape *shape, uint8_t *out,
                       NnrtError *error) {
    NnrtStream stream;
    NnrtError own = {0};
    if (!error) error = &own;
    if (!open_picture(path, &stream, error)) return false;
    const PictureFormat *format = format_of(&stream, error);
    bool good = format && format->read(&stream, shape, out, error);
    nnrt_close(&stream);
    return good;
}
