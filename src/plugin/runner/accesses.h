/*
 * What the allocator reads and writes in the last step of a course: each instruction that touches
 * its heap or its variables is noted, and has a number. The same steps have the same numbers, so a
 * later run can end at one of them, with a word of the allocator's changed before.
 */
#ifndef PLUGIN_RUNNER_ACCESSES_H
#define PLUGIN_RUNNER_ACCESSES_H

#include "plugin/protocol.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Of a course: answers with an access of its last step, and what was read before it. One without
 * steps is mm_init().
 */
void follow_last_step(int fd, const struct call *call);

/* Of a course without its last step: answers with the last step that changed a word. */
void find_last_change(int fd, const struct call *call);

/* Notes an access, and lets it be made; false: nothing is followed, or not there. */
bool follow_access(uint64_t address, bool is_write, void *context);

/* After the instruction that made it. */
void end_access(void *context);

/* The plug-in is at its end: where accesses are followed, that was the last, and is answered. */
void follow_crash(uint64_t address, const void *context);

#endif
