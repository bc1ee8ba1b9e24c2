/* main.c: the command nnc. */

#include "codegen/module.h"
#include "driver/driver.h"

int main(int argc, char **argv) {
    module_tune_process();
    return nnc_main(argc, argv);
}
