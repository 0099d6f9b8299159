/* See allocator.h. */
#include "plugin/runner/allocator.h"

#include "plugin/memlib.h"
#include "plugin/runner/pages.h"

#include <string.h>

void leave(void)
{
	run_clock.is_inside = 0;
	if (self.accesses.is_on) {
		self.accesses.is_on = false;
		follow_pages(false);
	}
	if (self.watch.copy && mem_is_mapped(at(self.watch.copy), 1))
		self.watch.copied = *(unsigned char *)at(self.watch.copy);
	if (self.watch.wants_last) /* what the program writes then does not count */
		self.watch.address = 0;
}

void copy_and_release(void *to, void *payload, uint64_t bytes)
{
	memmove(to, payload, bytes);
	ask_release(payload);
}

void *ask_reallocate(void *payload, uint64_t old_size, uint64_t size)
{
	const struct interface *allocator = &self.allocator;

	if (allocator->plugin && allocator->plugin->reallocate && payload)
		return allocator->plugin->reallocate(payload, size);
	if (!allocator->plugin && allocator->mm_realloc)
		return allocator->mm_realloc(payload, size);
	if (!payload)
		return ask_allocate(size, 0);
	if (size == 0) {
		ask_release(payload);
		return NULL;
	}
	void *moved = ask_allocate(size, 0);
	if (moved)
		copy_and_release(moved, payload, old_size < size ? old_size : size);
	return moved;
}

bool has_begun(int result, enum init_kind kind)
{
	signed char byte = (signed char)result;

	switch (kind) {
	case INIT_BOOL:
		return byte != 0;
	case INIT_INT:
		return result >= 0;
	case INIT_UNKNOWN:
		break;
	}
	return byte >= 0;
}
