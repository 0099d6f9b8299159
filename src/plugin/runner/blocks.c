/* See blocks.h. */
#include "plugin/runner/blocks.h"

#include "plugin/runner/pages.h"

#include <string.h>

static uint64_t granules_of(const struct live_block *block)
{
	return (block->size + GRANULE - 1) / GRANULE;
}

static void set_owner(const struct live_block *block, uint32_t owner)
{
	uint32_t *first = &self.owners[(block->base - TALK_BASE) / GRANULE];

	for (uint64_t i = 0; i < granules_of(block); i++)
		first[i] = owner;
}

struct live_block *block_at(uint64_t address)
{
	uint64_t granule = (address - TALK_BASE) / GRANULE;
	uint32_t owner =
		address >= TALK_BASE && address - TALK_BASE < self.size ? self.owners[granule] : 0;

	return owner && self.blocks[owner - 1].base == address ? &self.blocks[owner - 1] : NULL;
}

void add_block(uint64_t base, uint64_t size, uint64_t seed, bool is_damaged)
{
	uint32_t number = self.free_block ? self.free_block - 1 : self.nblocks++;
	struct live_block *block = &self.blocks[number];

	if (self.free_block)
		self.free_block = block->next_free;
	*block = (struct live_block){.base = base,
		.size = size,
		.seed = seed,
		.is_damaged = is_damaged};
	set_owner(block, number + 1);
}

void remove_block(struct live_block *block)
{
	set_owner(block, 0);
	block->base = 0;
	block->next_free = self.free_block;
	self.free_block = (uint32_t)(block - self.blocks) + 1;
}

void make_blocks(void)
{
	self.owners = map_lazily(self.room / GRANULE * sizeof(*self.owners));
	self.blocks = map_lazily(self.room / GRANULE * sizeof(*self.blocks));
}

void forget_blocks(void)
{
	memset(self.owners, 0, self.paged / GRANULE * sizeof(*self.owners));
	memset(self.blocks, 0, self.nblocks * sizeof(*self.blocks));
	self.nblocks = self.free_block = 0;
}
