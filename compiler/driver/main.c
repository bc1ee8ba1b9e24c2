/* main.c: the command nnc. */

#include "driver/driver.h"

int main(int argc, char **argv) {
    return nnc_main(argc, argv);
}
