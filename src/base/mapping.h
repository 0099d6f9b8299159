/*
 * A file that is mapped to be read. Another program may make it shorter meanwhile: what is gone
 * then reads as zeros, instead of ending this program by SIGBUS.
 */
#ifndef BASE_MAPPING_H
#define BASE_MAPPING_H

#include <stdbool.h>
#include <stddef.h>

/* Maps the first `length` bytes, of which there is at least one. NULL and errno: it cannot be. */
const void *mapping_new(int fd, size_t length);

/* at: NULL, or what mapping_new() gave for this length. */
void mapping_free(const void *at, size_t length);

/* A part of it was gone when it was read. at may be NULL. */
bool mapping_is_cut(const void *at);

/* What is done for a SIGBUS that has another cause; NULL: what the system does. */
void mapping_on_other_fault(void (*handler)(int number));

#endif
