/*
 * The text that caches compress when they are given no other: this program's documentation,
 * embedded in it.
 */
#ifndef WORKLOAD_PROSE_H
#define WORKLOAD_PROSE_H

#include <stddef.h>

extern const unsigned char prose[];
extern const size_t prose_length;

#define TEXT_MAX (16u << 20) /* of a file, so much is read: 16 MiB, and a piece */

#endif
