/* artifact.h: files that come out: written atomically, linked by the system's cc.
 *
 * LLVM runs in a child process (artifact_guard), so that a crash inside it is an error message and
 * leaves no half-written file. Nothing here uses a shell.
 */
#ifndef NNC_ARTIFACT_ARTIFACT_H
#define NNC_ARTIFACT_ARTIFACT_H

#include "codegen/codegen.h"
#include "support/vec.h"

/* Exit codes of the command (docs: the command): 4 the system refused, 70 internal. */
enum { ARTIFACT_INPUT = 1, ARTIFACT_USAGE = 2, ARTIFACT_SYSTEM = 4, ARTIFACT_INTERNAL = 70 };

typedef struct ArtifactError {
    int exit_code;
    const char *text; /* in the arena; "" while all is well */
} ArtifactError;

/* ---- what a module becomes ---- */

typedef enum ArtifactKind {
    ARTIFACT_OBJECT,
    ARTIFACT_ASSEMBLY,
    ARTIFACT_LLVM_IR,
    ARTIFACT_BITCODE,
} ArtifactKind;

/* The (optimised) module as bytes in the arena. False with error 70. */
bool artifact_bytes(Module *module, ArtifactKind kind, const char **bytes, size_t *size,
                    ArtifactError *error);

/* Runs `work` in a child process; what it puts into *bytes comes back into the parent's arena, and
 * so does its error. A crash, an abort or an exit in `work` is error 70. Nothing else of what it
 * does to memory is seen. */
typedef bool ArtifactWork(void *user, const char **bytes, size_t *size, ArtifactError *error);
bool artifact_guard(Arena *arena, ArtifactWork *work, void *user, const char **bytes, size_t *size,
                    ArtifactError *error);

/* The same in two halves, so that several children work at once. A job that was started must be
 * finished; one that could not be started says why when it is finished. */
typedef struct ArtifactJob {
    int process, file; /* -1: not started */
    ArtifactError error;
} ArtifactJob;
ArtifactJob artifact_start(Arena *arena, ArtifactWork *work, void *user);
bool artifact_finish(Arena *arena, ArtifactJob *job, const char **bytes, size_t *size,
                     ArtifactError *error);

/* ---- files ---- */

/* Writes to a temporary file beside `path`, flushes, renames. "-" is standard output. An existing
 * `path` that is no regular file, or is the file `source` (NULL: none), is refused. */
bool artifact_write(Arena *arena, const char *path, const char *source, const char *bytes,
                    size_t size, bool executable, ArtifactError *error);

/* Writes over the regular file `path` in one step: the file behind a link, with the mode it had. */
bool artifact_replace(Arena *arena, const char *path, const char *bytes, size_t size,
                      ArtifactError *error);

/* All the bytes into an open file; false with errno. */
bool artifact_put(int file, const char *bytes, size_t size);

/* ---- programs and libraries ---- */

typedef struct ArtifactLink {
    const char *object; /* bytes of the model's object, which has a main */
    size_t object_size;
    const char *twin; /* bytes of a second object; NULL: none */
    size_t twin_size;
    const char *output;  /* path of the program */
    const char *source;  /* the model's file, never overwritten; NULL: none */
    const char *runtime; /* path of libnnrt.a; NULL: looked for beside this program */
    const char *cc;      /* NULL: "cc" */
    bool needs_zlib;
    bool needs_pictures; /* libpng and libjpeg */
    bool debug;          /* -g: debug information stays */
    bool verbose;        /* -v: the command on standard error */
    bool only_print;     /* -###: print it, run nothing */
} ArtifactLink;

/* Spawns cc and waits; its messages go to standard error. */
bool artifact_link(Arena *arena, const ArtifactLink *link, ArtifactError *error);
/* Writes `output` (libNAME.a) with one member, made by this program itself: no ar is needed. */
bool artifact_library(Arena *arena, const char *output, const char *source, const char *member,
                      const char *object, size_t object_size, ArtifactError *error);
/* The text of the library's header: sizes, places, functions. The plan must be the one that the
 * library was made of (CodegenOptions.core_only). */
const char *artifact_header(Arena *arena, const Plan *plan);
/* The path of libnnrt.a: beside the running program in the build tree or installed; NULL. */
const char *artifact_runtime(Arena *arena);

/* Records an error and gives false. */
bool artifact_fail(Arena *arena, ArtifactError *error, int exit_code, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

#endif
