/*
 * Whether an allocator keeps data of its own inside a block that it has handed out, as one does
 * that forgets its header or footer in the size: it fails later, where the program's bytes are
 * taken for a size or an address.
 */
#ifndef CMD_LAB_INTRUSION_H
#define CMD_LAB_INTRUSION_H

#include <stdbool.h>
#include <stdint.h>

struct course;
struct plugin;

struct intrusion {
	uint64_t step; /* of the course: the request that returned the block */
	uint64_t byte; /* of the block: the last one that must not be written, counted from 0 */
};

/*
 * Finds it by trying: the calls of the course up to the one that failed are made again and again,
 * each time with another part of the blocks not written by the program. false: the allocator fails
 * all the same where nothing is written, or the search took more than two seconds. Tries grow with
 * the logarithm of the course.
 */
bool intrusion_find(struct intrusion *ret_intrusion, struct plugin *plugin, struct course *course,
	uint64_t failed);

#endif
