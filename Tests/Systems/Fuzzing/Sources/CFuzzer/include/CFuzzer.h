#pragma once
#include <stddef.h>
#include <stdint.h>

/* libFuzzer as a function: runs `test` on one input after the other, as the arguments say. */
int LLVMFuzzerRunDriver(int *argc, char ***argv, int (*test)(const uint8_t *bytes, size_t count));
