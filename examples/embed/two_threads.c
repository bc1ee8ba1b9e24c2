/* two_threads.c: a network trained and used inside of a C program, in two threads at once.
 *
 * `nnc build --emit=lib wave.nn` makes libwave.a and wave.h. The library allocates nothing and has
 * no global data: all it works on is in a context and the memory that this program gives it, here a
 * struct of fixed size. So each thread has a network of its own, which learns a curve of its own.
 * At the end the first network is trained once more, alone, and must be the same bit for bit.
 */
#include "wave.h"

#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { BATCH = 64, STEPS = 2000, POINTS = 5 };

typedef double Curve(double x);

typedef struct Network {
    Curve *curve;
    double error;            /* mean squared error over the last batch */
    float predicted[POINTS]; /* at -1, -0.5, 0, 0.5 and 1 */
    wave_context context;
    double hypers[WAVE_HYPERS];
    /* the library wants its memory at multiples of 64 bytes: there is room to move it there */
    unsigned char memory[WAVE_VARIABLE_BYTES + WAVE_FIXED_BYTES + BATCH * WAVE_SAMPLE_BYTES + 256];
} Network;

static unsigned char *aligned(unsigned char *memory) {
    return memory + (64 - (uintptr_t)memory % 64) % 64;
}

static void prepare(Network *network, Curve *curve) {
    static const double hypers[] = WAVE_HYPER_VALUES;
    wave_context *context = &network->context;
    memset(network, 0, sizeof *network);
    memcpy(network->hypers, hypers, sizeof hypers);
    network->curve = curve;
    context->variables = aligned(network->memory);
    context->fixed = aligned(context->variables + WAVE_VARIABLE_BYTES);
    context->samples = aligned(context->fixed + WAVE_FIXED_BYTES);
    context->capacity = BATCH;
    context->hypers = network->hypers;
    context->seed = 1;
    context->steps = STEPS;
    context->count = 1;
    wave_initialize(context);
}

/* Where sample 0 of an input or result of samples begins. */
static float *samples(const Network *network, int64_t offset) {
    return (float *)(network->context.samples + network->context.capacity * offset);
}

static void train(Network *network) {
    float *x = samples(network, WAVE_INPUT_X_OFFSET), *y = samples(network, WAVE_INPUT_Y_OFFSET);
    uint32_t random = 1;
    float loss;
    network->context.count = BATCH;
    for (int64_t step = 0; step < STEPS; step++) {
        for (int i = 0; i < BATCH; i++) {
            random = random * 1664525u + 1013904223u;
            x[i] = (float)(random >> 8) / 8388608.0f - 1.0f;
            y[i] = (float)network->curve(x[i]);
        }
        network->context.step = step;
        wave_train_step(&network->context);
    }
    memcpy(&loss, network->context.fixed + WAVE_TRAIN_STEP_LOSS_OFFSET, sizeof loss);
    network->error = loss;
}

static void predict(Network *network) {
    float *x = samples(network, WAVE_INPUT_X_OFFSET);
    for (int i = 0; i < POINTS; i++)
        x[i] = -1.0f + 0.5f * (float)i;
    network->context.count = POINTS;
    wave_predict(&network->context);
    memcpy(network->predicted, samples(network, WAVE_PREDICT_OUTPUT_P_OFFSET),
           sizeof network->predicted);
}

static void *work(void *network) {
    train((Network *)network);
    predict((Network *)network);
    return NULL;
}

static double wave(double x) {
    return sin(3 * x);
}
static double bump(double x) {
    return exp(-8 * x * x);
}

int main(void) {
    static Network networks[2], alone;
    static const char *const names[] = {"sin(3 x)", "exp(-8 x^2)"};
    pthread_t threads[2];
    prepare(&networks[0], wave);
    prepare(&networks[1], bump);
    prepare(&alone, wave);
    for (int i = 0; i < 2; i++)
        if (pthread_create(&threads[i], NULL, work, &networks[i]) != 0) return 1;
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    work(&alone);

    for (int i = 0; i < 2; i++) {
        printf("%s: mean squared error %.1g\n", names[i], networks[i].error);
        for (int k = 0; k < POINTS; k++) {
            double x = -1 + 0.5 * k;
            printf("  at %4.1f: %6.3f, predicted %6.3f\n", x, networks[i].curve(x),
                   (double)networks[i].predicted[k]);
        }
        if (!(networks[i].error < 1e-3)) return 1;
    }
    if (memcmp(networks[0].context.variables, alone.context.variables, WAVE_VARIABLE_BYTES) != 0) {
        puts("the network trained beside another one differs from the one trained alone");
        return 1;
    }
    puts("beside another network or alone: the same, bit for bit");
    return 0;
}
