/* See heap.h. */
#include "plugin/runner/heap.h"

#include "plugin/runner/answers.h"
#include "plugin/runner/pages.h"
#include "plugin/runner/state.h"

#include <string.h>
#include <sys/mman.h>

#define GUARD (16u << 20) /* bytes before and behind the heap where nothing else is mapped */

void make_heap(void)
{
	void *base = mmap(at(TALK_BASE - GUARD), self.room + 2 * GUARD, PROT_NONE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);

	if (base != at(TALK_BASE - GUARD))
		refuse("there is no room for its heap");
	self.owners = map_lazily(self.room / GRANULE * sizeof(*self.owners));
	self.blocks = map_lazily(self.room / GRANULE * sizeof(*self.blocks));
	make_pages();
}

void empty_heap(void)
{
	end_grading();
	memset(self.owners, 0, self.paged / GRANULE * sizeof(*self.owners));
	memset(self.blocks, 0, self.nblocks * sizeof(*self.blocks));
	if (self.mapped.has)
		memset(self.mapped.has, 0, self.paged / PAGE);
	self.nblocks = self.free_block = 0;
	self.mapped.now = self.mapped.lowest = self.mapped.calls = 0;
	self.size = self.paged = 0;
}
