/*
 * A target: a function that any bytes can be given to. `./dev fuzz` links each with libFuzzer;
 * without that, replay.c makes a program of it that takes files: those of tests/fuzz/corpus, and
 * what the fuzzer has found.
 */
#ifndef TARGET_H
#define TARGET_H

#include <stddef.h>
#include <stdint.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length);

#endif
