/* matmul.c: `@` in all its ranks, as the product of two matrices between reshapes.
 *
 *     [k] @ [k, m]       -> [m]         the row times the matrix
 *     [.., k] @ [k, m]   -> [.., m]     every row of the last axis
 *     [m, k] @ [k]       -> [m]         the matrix times the column
 *     [k] @ [k]          -> []          the inner product
 */
#include "elaborate/report.h"
#include "elaborate/tensor.h"

/* Both shapes, why they do not fit, and where they come from. */
static Value product_mismatch(Elaborator *e, SourceRange range, const Expr *left, Value a,
                              const Expr *right, Value b, const char *why) {
    Text text;
    text_init(&text, e->arena);
    text_add(&text, "cannot multiply ");
    value_print(&text, a);
    text_add(&text, " @ ");
    value_print(&text, b);
    Diagnostic *diag = report_error(e, range, "shape-mismatch", "%s: %s", text.chars, why);
    report_where_from(e, diag, left, a);
    report_where_from(e, diag, right, b);
    report_trail(e, diag, range);
    return value_error();
}

Value matrix_product(Elaborator *e, SourceRange range, const Expr *left, Value a, const Expr *right,
                     Value b) {
    Node *x = want_tensor(e, a, left ? left->range : range, "the left side of '@'");
    Node *y = want_tensor(e, b, right ? right->range : range, "the right side of '@'");
    if (!x || !y) return value_error();
    Shape p = x->type.shape, q = y->type.shape;
    if (p.rank == 0 || q.rank == 0)
        return product_mismatch(e, range, left, a, right, b,
                                "a single number has no rows; use '*'");
    if (q.rank > 2)
        return product_mismatch(e, range, left, a, right, b, "the right side has at most two axes");
    int64_t inner = p.dims[p.rank - 1];
    if (inner != q.dims[0])
        return product_mismatch(e, range, left, a, right, b,
                                arena_format(e->arena, "%lld columns meet %lld rows",
                                             (long long)inner, (long long)q.dims[0]));
    /* Every axis of the left side but the last counts as rows. */
    int64_t rows = 1;
    for (int i = 0; i + 1 < p.rank; i++)
        rows *= p.dims[i]; /* at most the elements of x: no overflow */
    int64_t columns = q.rank == 2 ? q.dims[1] : 1;
    Shape result = {.rank = p.rank - 1};
    for (int i = 0; i + 1 < p.rank; i++)
        result.dims[i] = p.dims[i];
    if (q.rank == 2) result.dims[result.rank++] = columns;
    Node *operands[2] = {
        make_reshape(e, range, x, shape_of(2, (int64_t[]){rows, inner})),
        make_reshape(e, range, y, shape_of(2, (int64_t[]){inner, columns})),
    };
    Node *product = make_node(e, range, OP_MATMUL, (Attr){0}, operands, 2, NULL);
    return value_tensor(make_reshape(e, range, product, result));
}
