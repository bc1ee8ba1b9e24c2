/* random_text.c: see random_text.h. */
#include "random_text.h"

typedef struct Maker {
    Text text;
    uint64_t state;
    int64_t width;  /* of h */
    int64_t shared; /* width of the layers named "again"; 0: none yet */
    bool has_word;
} Maker;

/* A number of 0 .. limit - 1 (the finaliser of splitmix64, Steele et al. 2014). */
static int64_t below(Maker *maker, int64_t limit) {
    uint64_t z = maker->state += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (int64_t)((z ^ z >> 31) % (uint64_t)limit);
}

static int64_t width(Maker *maker) {
    static const int64_t widths[] = {1, 2, 3, 5, 7, 8, 9, 15, 16, 17, 31, 33, 48, 65};
    return widths[below(maker, sizeof widths / sizeof *widths)];
}

static const char *activation(Maker *maker) {
    static const char *const names[] = {"tanh", "sigmoid", "silu", "gelu", "softplus", "linear"};
    return names[below(maker, sizeof names / sizeof *names)];
}

static void add_layer(Maker *maker) {
    int64_t units = width(maker);
    text_format(&maker->text, "    h = h -> dense(%lld, %s%s)\n", (long long)units,
                activation(maker), below(maker, 4) ? "" : ", bias = false");
    maker->width = units;
}

/* The same layer again, or a first one, in a sum around it. */
static void add_residual(Maker *maker) {
    if (maker->shared && maker->shared != maker->width)
        text_format(&maker->text, "    h = h -> dense(%lld)\n", (long long)maker->shared);
    if (!maker->shared) maker->shared = maker->width;
    maker->width = maker->shared;
    text_format(&maker->text,
                "    h = h + (h -> layernorm -> dense(%lld, tanh, name = \"again\"))\n",
                (long long)maker->width);
}

static void add_parameter(Maker *maker, int number) {
    text_format(&maker->text, "    param s%d : [%lld] ~ normal(1, 0.1)\n", number,
                (long long)maker->width);
    if (below(maker, 2))
        text_format(&maker->text, "    h = h * s%d + mean(h)\n", number);
    else
        text_format(&maker->text, "    h = tanh(h * s%d) / (1 + s%d * s%d)\n", number, number,
                    number);
}

static void add_product(Maker *maker, int number) {
    int64_t units = width(maker);
    text_format(&maker->text,
                "    param m%d : [%lld, %lld] ~ glorot_uniform\n"
                "    param c%d : [%lld] = 0.1\n"
                "    h = sin(h @ m%d + c%d) * exp(-abs(c%d + 2))\n",
                number, (long long)maker->width, (long long)units, number, (long long)units, number,
                number, number);
    maker->width = units;
}

static void add_join(Maker *maker) {
    if (maker->has_word && below(maker, 2)) {
        text_add(&maker->text, "    h = concat([h, word -> embedding(4)])\n");
        maker->width += 4;
        return;
    }
    int64_t units = width(maker);
    text_format(&maker->text, "    h = concat([h -> dense(%lld, silu), h])\n", (long long)units);
    maker->width += units;
}

static void add_step(Maker *maker, int number) {
    static const char *const plain[] = {"batchnorm",           "layernorm", "dropout(0.2)",
                                        "gaussian_noise(0.1)", "softmax",   "prelu"};
    switch (below(maker, 7)) {
    case 0: add_residual(maker); break;
    case 1: add_parameter(maker, number); break;
    case 2: add_product(maker, number); break;
    case 3: add_join(maker); break;
    case 4:
        text_format(&maker->text, "    h = h -> %s\n",
                    plain[below(maker, sizeof plain / sizeof *plain)]);
        break;
    default: add_layer(maker); break;
    }
}

static void add_ends(Maker *maker, int64_t target) {
    static const char *const penalties[] = {"l2(0.01)", "l1(0.001)", "elastic(0.001, 0.01)"};
    if (target == 0) {
        text_add(&maker->text, "    output p = h -> dense(1, sigmoid)\n"
                               "    loss binary_cross_entropy(p, y)\n"
                               "    metric accuracy(p, y)\n");
    } else if (target > 0) {
        text_format(&maker->text, "    output p = h -> dense(%lld, softmax)\n", (long long)target);
        text_format(&maker->text, "    loss cross_entropy(p, y%s)\n",
                    below(maker, 2) ? "" : ", smoothing = 0.1");
    } else {
        text_format(&maker->text, "    output p = h -> dense(%lld)\n    loss mse(p, y)\n",
                    (long long)-target);
    }
    if (below(maker, 2))
        text_format(&maker->text, "    regularize %s\n", penalties[below(maker, 2)]);
}

const char *random_text(Arena *arena, uint64_t seed) {
    static const char *const optimizers[] = {
        "adam(lr = 0.01)",    "adamw(lr = 0.01)",   "sgd(lr = 0.05, momentum = 0.9)",
        "rmsprop(lr = 0.01)", "adagrad(lr = 0.05)", "adam(lr = cosine(0.01, warmup = 2))"};
    Maker made = {.state = seed * 1000003}, *maker = &made;
    text_init(&maker->text, arena);
    maker->width = width(maker);
    maker->has_word = below(maker, 2);
    int64_t target = below(maker, 3) == 0 ? 0
                     : below(maker, 2)    ? 3 + below(maker, 20)
                                          : -width(maker);
    text_format(&maker->text, "# seed %llu\nmodel random {\n    input x : real[%lld]\n",
                (unsigned long long)seed, (long long)maker->width);
    if (maker->has_word) text_add(&maker->text, "    input word : class[11]\n");
    if (target < 0)
        text_format(&maker->text, "    target y : real[%lld]\n", (long long)-target);
    else
        text_format(&maker->text, "    target y : class[%lld]\n",
                    (long long)(target == 0 ? 2 : target));
    text_add(&maker->text, "    h = x\n");
    add_layer(maker);
    int steps = 1 + (int)below(maker, 7);
    for (int i = 0; i < steps; i++)
        add_step(maker, i);
    add_ends(maker, target);
    text_format(&maker->text, "}\ntrain { optimizer = %s }\n",
                optimizers[below(maker, sizeof optimizers / sizeof *optimizers)]);
    return maker->text.chars;
}
