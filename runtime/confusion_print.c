/* confusion_print.c: a confusion as tables for people and as JSON. See confusion.h. */

#include "runtime/commands.h"
#include "runtime/confusion.h"
#include "runtime/escape.h"

#include <math.h>

enum { MATRIX_MOST = 20, MISTAKES_MOST = 10, CLASSES_MOST = 100, NAME_MOST = 24 };

/* A class name in `width` columns. */
static void print_name(const NnrtConfusion *confusion, int64_t class, int width, FILE *file) {
    char buffer[24];
    int used =
        nnrt_put_escaped(file, nnrt_class_name(confusion->class_names, class, buffer), NAME_MOST);
    fprintf(file, "%*s", used < width ? width - used : 0, "");
}

static int name_width(const NnrtConfusion *confusion) {
    int width = 5; /* of "class" */
    for (int64_t i = 0; i < confusion->classes; i++) {
        char buffer[24];
        const char *name = nnrt_class_name(confusion->class_names, i, buffer);
        int size = nnrt_put_escaped(NULL, name, NAME_MOST);
        if (size > width) width = size;
    }
    return width;
}

static void print_share(double value, FILE *file) {
    if (isnan(value))
        fprintf(file, "  %9s", "-");
    else
        fprintf(file, "  %9.4f", value);
}

static void print_classes(const NnrtConfusion *confusion, int width, FILE *file) {
    fprintf(file, "%-*s  %9s  %9s  %9s  %9s\n", width, "class", "count", "precision", "recall",
            "F1");
    int64_t shown = confusion->classes < CLASSES_MOST ? confusion->classes : CLASSES_MOST;
    for (int64_t i = 0; i < shown; i++) {
        NnrtClassFigures figures = nnrt_class_figures(confusion, i);
        print_name(confusion, i, width, file);
        fprintf(file, "  %9lld", (long long)figures.count);
        print_share(figures.precision, file);
        print_share(figures.recall, file);
        print_share(figures.f1, file);
        fprintf(file, "\n");
    }
    if (shown < confusion->classes)
        fprintf(file, "... and %lld more classes; --json shows all\n",
                (long long)(confusion->classes - shown));
}

static int digits_of(int64_t number) {
    return snprintf(NULL, 0, "%lld", (long long)number);
}

/* Rows are the true classes; columns, in the same order, what the output says. */
static void print_matrix(const NnrtConfusion *confusion, int width, FILE *file) {
    int64_t classes = confusion->classes, most = 0;
    for (int64_t i = 0; i < classes * classes; i++)
        if (confusion->matrix[i] > most) most = confusion->matrix[i];
    int cell = digits_of(most) < 3 ? 3 : digits_of(most);
    fprintf(file, "\nrows: ");
    nnrt_put_escaped(file, confusion->target, NAME_MOST);
    fprintf(file, "; columns, in the same order: what ");
    nnrt_put_escaped(file, confusion->output, NAME_MOST);
    fprintf(file, " says\n");
    for (int64_t i = 0; i < classes; i++) {
        print_name(confusion, i, width, file);
        for (int64_t k = 0; k < classes; k++) {
            int64_t count = confusion->matrix[i * classes + k];
            if (count)
                fprintf(file, "  %*lld", cell, (long long)count);
            else
                fprintf(file, "  %*s", cell, ".");
        }
        fprintf(file, "\n");
    }
}

/* Whether pair b stands behind pair a: fewer samples, or as many and further on. */
static bool stands_behind(const int64_t *matrix, int64_t a, int64_t b) {
    return matrix[b] < matrix[a] || (matrix[b] == matrix[a] && b > a);
}

int64_t nnrt_next_mistake(const NnrtConfusion *confusion, int64_t after) {
    const int64_t *matrix = confusion->matrix;
    int64_t classes = confusion->classes, best = -1;
    for (int64_t i = 0; i < classes * classes; i++) {
        if (!matrix[i] || i / classes == i % classes) continue;
        if (after >= 0 && !stands_behind(matrix, after, i)) continue;
        if (best < 0 || stands_behind(matrix, i, best)) best = i;
    }
    return best;
}

static void print_mistakes(const NnrtConfusion *confusion, FILE *file) {
    int64_t mistake = -1;
    for (int n = 0; n < MISTAKES_MOST; n++) {
        mistake = nnrt_next_mistake(confusion, mistake);
        if (mistake < 0) return;
        if (n == 0) fprintf(file, "\nmost frequent mistakes\n");
        fprintf(file, "%9lld  ", (long long)confusion->matrix[mistake]);
        print_name(confusion, mistake / confusion->classes, 0, file);
        fprintf(file, " taken for ");
        print_name(confusion, mistake % confusion->classes, 0, file);
        fprintf(file, "\n");
    }
}

void nnrt_confusion_print(const NnrtConfusion *confusion, FILE *file) {
    int width = name_width(confusion);
    print_classes(confusion, width, file);
    if (confusion->matrix && confusion->classes <= MATRIX_MOST)
        print_matrix(confusion, width, file);
    else if (confusion->matrix)
        print_mistakes(confusion, file);
}

void nnrt_confusion_print_json(const NnrtConfusion *confusion, const NnrtModel *model) {
    printf("{\"output\": ");
    nnrt_print_json_text(confusion->output);
    printf(", \"target\": ");
    nnrt_print_json_text(confusion->target);
    printf(", \"classes\": [");
    for (int64_t i = 0; i < confusion->classes; i++) {
        char buffer[24];
        NnrtClassFigures figures = nnrt_class_figures(confusion, i);
        printf("%s{\"name\": ", i ? ", " : "");
        nnrt_print_json_text(nnrt_class_name(confusion->class_names, i, buffer));
        printf(", \"count\": %lld, \"precision\": ", (long long)figures.count);
        nnrt_print_json_number(model, figures.precision);
        printf(", \"recall\": ");
        nnrt_print_json_number(model, figures.recall);
        printf(", \"f1\": ");
        nnrt_print_json_number(model, figures.f1);
        printf("}");
    }
    printf("]");
    int64_t classes = confusion->matrix ? confusion->classes : 0;
    for (int64_t i = 0; i < classes; i++)
        for (int64_t k = 0; k < classes; k++)
            printf("%s%lld",
                   k   ? ", "
                   : i ? "], ["
                       : ", \"matrix\": [[",
                   (long long)confusion->matrix[i * classes + k]);
    printf("%s}", classes ? "]]" : "");
}
