/* images.h: the pictures below a folder, one folder a class.
 *
 *     folder/cat/0001.png        class folders and files are taken in the order of their bytes
 *     folder/dog/a.jpg           nothing deeper is looked at, so no loop of links is walked
 *
 * Names that begin with a dot are passed over, so are Thumbs.db, ehthumbs.db and desktop.ini, and
 * files beside the class folders. What else stands in a class folder must be a picture.
 */
#ifndef NNRT_IMAGES_H
#define NNRT_IMAGES_H

#include "runtime/error.h"
#include "runtime/table.h"

/* Files that cannot be used, with their reasons, until all are known. */
typedef struct NnrtBadFiles {
    int64_t count;
    char text[3600]; /* "\n  PATH: reason" each, as many as fit */
    size_t used;
} NnrtBadFiles;

typedef struct NnrtImages {
    char **paths;    /* owned */
    int32_t *labels; /* the class of each; owned */
    int64_t count, room;
    char **class_names; /* the folders' names in order, when the model has none; owned */
    int64_t class_count;
    bool again; /* as NnrtReadOptions.again */
    NnrtBadFiles bad;
} NnrtImages;

/* Notes a bad file with the reason in `why`, and forgets the error. */
void nnrt_bad_file(NnrtBadFiles *bad, NnrtError *why);

/* Adds the pictures of `folder`, whose folders are the classes of the target `field`: those named
 * by the model or found earlier, else (class[k]) 0 .. k-1 when all names are such numbers, or k
 * names in the order of their bytes. Exit 1 when the folders are others. A folder without files is
 * warned of on standard error. */
bool nnrt_images_add(NnrtImages *images, const char *folder, const NnrtField *field,
                     NnrtError *error);

/* Adds a picture, or those of a folder and of the folders in it, without classes, in the order of
 * their paths' bytes; files that are no pictures by their names are passed over. */
bool nnrt_images_add_all(NnrtImages *images, const char *path, NnrtError *error);

/* Whether `path` is one of the pictures of `folder`, by whatever name, or would stand among them:
 * in the folder or below it, links followed. A folder may also be where one works: what is no
 * picture by its name and stands beside the class folders in the working directory is not among
 * them. */
bool nnrt_images_hold(const char *folder, const char *path);

void nnrt_images_free(NnrtImages *images);

#endif
