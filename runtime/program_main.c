/* program_main.c: main() of a built program; the linker takes it because nothing else has one. */

#include "runtime/nnrt.h"

extern const NnrtModel nnc_model;

int main(int argc, char **argv) {
    return nnrt_main(&nnc_model, argc, argv, "");
}
