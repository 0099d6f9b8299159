/*
 * glibc's mmap threshold, from which on a request is mapped alone: it rises to the size of a mapped
 * block that is freed, up to 32 MiB, unless the program or its environment sets one of malloc's
 * thresholds.
 */
#ifndef REPORT_THRESHOLD_H
#define REPORT_THRESHOLD_H

#include "heap/heap.h"

/* What it has risen to; 0: it is what it was, or was set, or there is no glibc. */
uint64_t threshold_risen(const struct heap *heap);

#endif
