/* See heap.h. */
#include "plugin/runner/heap.h"

#include "plugin/runner/answers.h"
#include "plugin/runner/blocks.h"
#include "plugin/runner/mappings.h"
#include "plugin/runner/pages.h"
#include "plugin/runner/state.h"

#include <sys/mman.h>

#define GUARD (16u << 20) /* bytes before and behind the heap where nothing else is mapped */

void make_heap(void)
{
	void *base = mmap(at(TALK_BASE - GUARD), self.room + 2 * GUARD, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

	if (base != at(TALK_BASE - GUARD))
		refuse("there is no room for its heap");
	make_blocks();
	make_pages();
}

void empty_heap(void)
{
	end_grading();
	forget_blocks();
	forget_mappings();
	self.size = self.paged = 0;
}
