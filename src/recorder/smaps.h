/* The memory of a process as the kernel counts it. */
#ifndef RECORDER_SMAPS_H
#define RECORDER_SMAPS_H

#include <stddef.h>

#define SMAPS_WORDS 128u

/*
 * Writes "kernel: private BYTES, resident BYTES, swapped BYTES", as docs/trace-format.md has it; path:
 * of a smaps_rollup of /proc. Gives the length; 0: there is no such file. Allocates nothing, and
 * uses no stdio.
 */
__attribute__((visibility("hidden"))) size_t smaps_say(char ret_words[SMAPS_WORDS],
	const char *path);

#endif
