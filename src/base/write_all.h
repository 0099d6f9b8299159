/* Writing that does not stop half-way. */
#ifndef BASE_WRITE_ALL_H
#define BASE_WRITE_ALL_H

#include <stddef.h>

/*
 * Writes all the bytes to the descriptor, whatever write() takes at a time and whatever interrupts
 * it. -1 and errno: some are not written.
 */
int write_all(int fd, const void *bytes, size_t length);

#endif
