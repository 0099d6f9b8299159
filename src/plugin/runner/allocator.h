/*
 * The plug-in's own functions, whichever interface it has. A race measures what it calls: it has
 * them inline.
 */
#ifndef PLUGIN_RUNNER_ALLOCATOR_H
#define PLUGIN_RUNNER_ALLOCATOR_H

#include "plugin/runner/clock.h"
#include "plugin/runner/state.h"

/* Before its code runs: its time begins. */
static inline void enter(void)
{
	run_clock.ticks = 0;
	self.was_refused = false;
	run_clock.is_inside = 1;
}

/* After its code ran. */
void leave(void);

/* These answer what the plug-in does: nothing is checked. NULL: it has no memory. */
static inline void *ask_allocate(uint64_t size, uint64_t alignment)
{
	const struct interface *allocator = &self.allocator;

	return allocator->plugin ? allocator->plugin->allocate(size, alignment)
				 : allocator->mm_malloc(size);
}

static inline void ask_release(void *payload)
{
	const struct interface *allocator = &self.allocator;

	if (allocator->plugin)
		allocator->plugin->release(payload);
	else
		allocator->mm_free(payload);
}

/* The rest of a realloc that is made of an allocation, which answered `to`. */
void copy_and_release(void *to, void *payload, uint64_t bytes);

/*
 * With a plug-in that has no realloc it is a new block, a copy and a release. Of no block (NULL) it
 * is an mm_realloc(), as the lab's drivers make it, but an allocate().
 */
void *ask_reallocate(void *payload, uint64_t old_size, uint64_t size);

/*
 * As the lab's drivers have it, who ask whether it is below 0, or of a bool whether it is true.
 * Only the low byte of a bool is defined, and an object does not say which it returns.
 */
bool has_begun(int result, enum init_kind kind);

#endif
