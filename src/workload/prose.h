/*
 * The text that caches compress when they are given no other: this program's documentation as it
 * was once. It is frozen (prose.txt), because the sizes of compressed pages, and with them the
 * traces, depend on every byte of it.
 */
#ifndef WORKLOAD_PROSE_H
#define WORKLOAD_PROSE_H

#include <stddef.h>

extern const unsigned char prose[];
extern const size_t prose_length;

#define TEXT_MAX (16u << 20) /* of a file, so much is read: 16 MiB, and a piece */

#endif
