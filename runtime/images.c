/* images.c: listing folders of pictures. See images.h. */
#include "runtime/images.h"

#include "runtime/json.h"
#include "runtime/picture.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

/* The names in one folder, sorted by bytes, without those that are passed over. */
typedef struct Listing {
    char **names; /* owned */
    int64_t count, room;
} Listing;

static void free_listing(Listing *listing) {
    for (int64_t i = 0; i < listing->count; i++)
        free(listing->names[i]);
    free(listing->names);
    *listing = (Listing){0};
}

static int compare_texts(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool add_name(Listing *listing, const char *name, NnrtError *error) {
    if (listing->count == listing->room) {
        int64_t room = listing->room ? listing->room * 2 : 64;
        char **names = nnrt_resize(listing->names, room, sizeof *names, error);
        if (!names) return false;
        listing->names = names;
        listing->room = room;
    }
    char *copy = nnrt_copy_text(name, (int64_t)strlen(name), error);
    if (!copy) return false;
    listing->names[listing->count++] = copy;
    return true;
}

/* Hidden, or what Windows puts into folders of pictures by itself, in whatever case. */
static bool passed_over(const char *name) {
    static const char *const names[] = {"Thumbs.db", "ehthumbs.db", "desktop.ini"};
    bool found = name[0] == '.';
    for (size_t i = 0; !found && i < sizeof names / sizeof *names; i++)
        found = strcasecmp(name, names[i]) == 0;
    return found;
}

static bool list_folder(const char *folder, Listing *listing, NnrtError *error) {
    *listing = (Listing){0};
    DIR *directory = opendir(folder);
    if (!directory) return nnrt_fail_errno(error, NNRT_EXIT_FORMAT, folder, errno);
    bool good = true;
    for (struct dirent *entry; good && (entry = readdir(directory));)
        if (!passed_over(entry->d_name)) good = add_name(listing, entry->d_name, error);
    closedir(directory);
    if (!good) free_listing(listing);
    if (good && listing->count)
        qsort(listing->names, (size_t)listing->count, sizeof *listing->names, compare_texts);
    return good;
}

static char *join(const char *folder, const char *name, NnrtError *error) {
    size_t first = strlen(folder), second = strlen(name);
    bool slash = first > 0 && folder[first - 1] != '/';
    char *path = nnrt_allocate((int64_t)(first + slash + second + 1), 1, error);
    if (!path) return NULL;
    memcpy(path, folder, first);
    if (slash) path[first] = '/';
    memcpy(path + first + slash, name, second);
    return path;
}

void nnrt_bad_file(NnrtBadFiles *bad, NnrtError *why) {
    size_t length = strlen(why->text), room = sizeof bad->text - bad->used;
    bad->count++;
    if (length + 4 <= room) {
        memcpy(bad->text + bad->used, "\n  ", 3);
        memcpy(bad->text + bad->used + 3, why->text, length + 1);
        bad->used += length + 3;
    } else {
        bad->used = sizeof bad->text - 1; /* the first that does not fit is the last */
    }
    *why = (NnrtError){0};
}

/* Takes `path` over, also when it fails. */
static bool add_image(NnrtImages *images, char *path, int32_t label, NnrtError *error) {
    bool good = path != NULL;
    if (good && images->count == images->room) {
        int64_t room = images->room ? images->room * 2 : 256;
        char **paths = nnrt_resize(images->paths, room, sizeof *paths, error);
        if (paths) images->paths = paths;
        int32_t *labels = paths ? nnrt_resize(images->labels, room, sizeof *labels, error) : NULL;
        if (labels) {
            images->labels = labels;
            images->room = room;
        }
        good = labels != NULL;
    }
    if (!good) {
        free(path);
        return false;
    }
    images->labels[images->count] = label;
    images->paths[images->count++] = path;
    return true;
}

/* What stands in a class folder: a picture by its name and kind, or a bad file. */
static bool add_class_file(NnrtImages *images, const char *folder, const char *name, int32_t label,
                           NnrtError *error) {
    char *path = join(folder, name, error);
    struct stat status;
    NnrtError why = {0};
    if (!path) return false;
    if (stat(path, &status) != 0)
        nnrt_fail_errno(&why, NNRT_EXIT_FORMAT, path, errno);
    else if (S_ISDIR(status.st_mode))
        nnrt_fail(&why, NNRT_EXIT_FORMAT,
                  "%s: is a folder; pictures stand directly in the folder of their class", path);
    else if (!S_ISREG(status.st_mode))
        nnrt_fail(&why, NNRT_EXIT_FORMAT, "%s: is no file", path);
    else if (!nnrt_picture_name(name))
        nnrt_fail(&why, NNRT_EXIT_FORMAT, "%s: has not the name of a picture (%s)", path,
                  ".png .jpg .jpeg .pgm .ppm");
    else
        return add_image(images, path, label, error);
    nnrt_bad_file(&images->bad, &why);
    free(path);
    return true;
}

static bool add_class(NnrtImages *images, const char *folder, const char *name, int32_t label,
                      NnrtError *error) {
    char *path = join(folder, name, error);
    Listing files = {0};
    bool good = path && list_folder(path, &files, error);
    for (int64_t i = 0; good && i < files.count; i++)
        good = add_class_file(images, path, files.names[i], label, error);
    if (good && !files.count && !images->again)
        fprintf(stderr, "warning: folder '%s' has no pictures\n", path);
    free_listing(&files);
    free(path);
    return good;
}

/* Keeps the names of folders only. */
static bool keep_folders(const char *folder, Listing *listing, NnrtError *error) {
    int64_t kept = 0;
    for (int64_t i = 0; i < listing->count; i++) {
        char *path = join(folder, listing->names[i], error);
        struct stat status;
        if (!path) {
            while (i < listing->count)
                free(listing->names[i++]);
            listing->count = kept;
            return false;
        }
        if (stat(path, &status) == 0 && S_ISDIR(status.st_mode))
            listing->names[kept++] = listing->names[i];
        else
            free(listing->names[i]);
        free(path);
    }
    listing->count = kept;
    return true;
}

/* "0" .. "9", "10", ...: the number below `classes` that a name is, or -1. */
static int64_t class_number(const char *name, int64_t classes) {
    int64_t number = 0;
    if (!*name || (name[0] == '0' && name[1])) return -1;
    for (; *name; name++) {
        if (*name < '0' || *name > '9') return -1;
        number = number * 10 + (*name - '0');
        if (number >= classes) return -1;
    }
    return number;
}

/* "cat", "dog" and so on. */
static const char *list_names(char *const *names, int64_t count, char *text, size_t size) {
    size_t used = 0;
    text[0] = 0;
    for (int64_t i = 0; i < count; i++) {
        NnrtQuoted name = nnrt_quote(names[i], (int64_t)strlen(names[i]));
        if (used + strlen(name.text) + 8 > size) {
            memcpy(text + used, ", ...", 6);
            break;
        }
        used += (size_t)snprintf(text + used, size - used, "%s%s", used ? ", " : "", name.text);
    }
    return text;
}

/* Names go into messages and weights files, so they are text. */
static bool names_are_text(const char *folder, const Listing *folders, NnrtError *error) {
    for (int64_t i = 0; i < folders->count; i++) {
        const char *name = folders->names[i];
        int64_t length = (int64_t)strlen(name);
        for (int64_t at = 0, size; at < length; at += size) {
            size = nnrt_utf8_length(name + at, length - at);
            if (!size)
                return nnrt_fail(error, NNRT_EXIT_FORMAT, "%s: the name of folder %s is not UTF-8",
                                 folder, nnrt_quote(name, length).text);
        }
    }
    return true;
}

static bool wrong_folders(const char *folder, const NnrtField *field, const Listing *folders,
                          NnrtError *error) {
    char there[600], wanted[600] = "";
    list_names(folders->names, folders->count, there, sizeof there);
    const char *const *names = field->class_names;
    if (names) list_names((char *const *)names, field->classes, wanted, sizeof wanted);
    return nnrt_fail(error, NNRT_EXIT_DISAGREE,
                     "%s: '%s' has %lld classes%s%s, but the folders are %s (%lld)", folder,
                     field->name, (long long)field->classes, names ? ": " : "", wanted,
                     folders->count ? there : "none", (long long)folders->count);
}

/* labels[i] becomes the class of folder i. False: they are not the classes of the field. */
static bool label_folders(const NnrtField *field, const Listing *folders, int32_t *labels,
                          bool *named) {
    bool numbers = true;
    *named = false;
    if (folders->count != field->classes) return false;
    if (field->class_names) {
        /* names on both sides are distinct, so as many matches as names are all of them */
        for (int64_t i = 0; i < folders->count; i++) {
            int64_t k = 0;
            while (k < field->classes && strcmp(field->class_names[k], folders->names[i]) != 0)
                k++;
            if (k == field->classes) return false;
            labels[i] = (int32_t)k;
        }
        return true;
    }
    for (int64_t i = 0; i < folders->count; i++)
        numbers = numbers && class_number(folders->names[i], field->classes) >= 0;
    for (int64_t i = 0; i < folders->count; i++)
        labels[i] = (int32_t)(numbers ? class_number(folders->names[i], field->classes) : i);
    *named = !numbers;
    return true;
}

bool nnrt_images_add(NnrtImages *images, const char *folder, const NnrtField *field,
                     NnrtError *error) {
    NnrtField known = *field;
    Listing folders = {0};
    bool named = false;
    if (!known.class_names) known.class_names = (const char *const *)images->class_names;
    if (!list_folder(folder, &folders, error)) return false;
    bool good = keep_folders(folder, &folders, error);
    int32_t *labels = good ? nnrt_allocate(folders.count, sizeof *labels, error) : NULL;
    good = labels && names_are_text(folder, &folders, error) &&
           (label_folders(&known, &folders, labels, &named) ||
            wrong_folders(folder, &known, &folders, error));
    for (int64_t i = 0; good && i < folders.count; i++)
        good = add_class(images, folder, folders.names[i], labels[i], error);
    free(labels);
    if (good && named) {
        images->class_names = folders.names;
        images->class_count = folders.count;
    } else {
        free_listing(&folders);
    }
    return good;
}

/* The pictures by name directly in a folder; `folders` (if wanted) gets the folders in it. */
static bool add_files(NnrtImages *images, const char *folder, Listing *folders, NnrtError *error) {
    Listing entries = {0};
    bool good = list_folder(folder, &entries, error);
    for (int64_t i = 0; good && i < entries.count; i++) {
        struct stat status;
        char *path = join(folder, entries.names[i], error);
        good = path != NULL;
        if (good && stat(path, &status) == 0 && S_ISREG(status.st_mode) &&
            nnrt_picture_name(path)) {
            good = add_image(images, path, 0, error);
            continue;
        }
        if (good && folders && stat(path, &status) == 0 && S_ISDIR(status.st_mode))
            good = add_name(folders, path, error);
        free(path);
    }
    free_listing(&entries);
    return good;
}

bool nnrt_images_add_all(NnrtImages *images, const char *path, NnrtError *error) {
    struct stat status;
    if (stat(path, &status) != 0) return nnrt_fail_errno(error, NNRT_EXIT_FORMAT, path, errno);
    if (!S_ISDIR(status.st_mode))
        return add_image(images, nnrt_copy_text(path, (int64_t)strlen(path), error), 0, error);
    Listing folders = {0};
    int64_t before = images->count;
    bool good = add_files(images, path, &folders, error);
    for (int64_t i = 0; good && i < folders.count; i++)
        good = add_files(images, folders.names[i], NULL, error);
    free_listing(&folders);
    if (good && images->count > before)
        qsort(images->paths + before, (size_t)(images->count - before), sizeof *images->paths,
              compare_texts);
    return good && (images->count > before ||
                    nnrt_fail(error, NNRT_EXIT_FORMAT,
                              "%s: has no pictures (.png .jpg .jpeg .pgm .ppm)", path));
}

void nnrt_images_free(NnrtImages *images) {
    for (int64_t i = 0; images->paths && i < images->count; i++)
        free(images->paths[i]);
    for (int64_t i = 0; images->class_names && i < images->class_count; i++)
        free(images->class_names[i]);
    free(images->paths);
    free(images->labels);
    free(images->class_names);
    *images = (NnrtImages){0};
}
