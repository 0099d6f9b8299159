/*
 * What is mapped in this process, as the system lists it. Parts of the recorder only: nothing is
 * allocated, and no lock is taken.
 */
#ifndef RECORDER_MAPPINGS_H
#define RECORDER_MAPPINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct mapped_range {
	uintptr_t start, end;
	const char *path; /* from its first '/' on; no text, and it lasts for the call */
	size_t length;    /* of the path; 0: it has none */
};

/* false: no more are wanted. */
typedef bool mapped_range_f(void *context, const struct mapped_range *range);

/* From the lowest address on. Grows with the mappings. */
__attribute__((visibility("hidden"))) void mappings_visit(mapped_range_f *visit, void *context);

#endif
