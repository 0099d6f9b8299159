/* See checks.h. */
#include "plugin/runner/checks.h"

#include "plugin/memlib.h"
#include "plugin/runner/blocks.h"
#include "plugin/runner/pages.h"
#include "plugin/runner/payloads.h"

#include <string.h>

#define OPEN_MAX 8u /* pages that stay open from one request to the next */

void tell(struct reply *reply, enum reply_kind kind)
{
	if (reply->kind == REPLY_DONE)
		reply->kind = kind;
}

bool is_believable(uint64_t address, uint64_t size, uint64_t alignment, struct reply *reply)
{
	uint64_t wanted = alignment > self.alignment ? alignment : self.alignment;

	if (address < TALK_BASE || address - TALK_BASE > self.size ||
		size > self.size - (address - TALK_BASE) || !mem_is_mapped(at(address), size)) {
		tell(reply, REPLY_OUTSIDE);
		return false;
	}
	if (address % wanted != 0) {
		tell(reply, REPLY_MISALIGNED);
		reply->detail = wanted;
		return false;
	}
	uint64_t first = (address - TALK_BASE) / GRANULE;
	for (uint64_t granule = first; granule < first + (size + GRANULE - 1) / GRANULE;
		granule++) {
		if (self.owners[granule] == 0)
			continue;
		const struct live_block *other = &self.blocks[self.owners[granule] - 1];
		tell(reply, REPLY_OVERLAPS);
		reply->other = other->base;
		reply->other_size = other->size;
		return false;
	}
	return true;
}

static void tell_lost(struct live_block *block, uint64_t wrong, struct reply *reply)
{
	if (block->is_damaged)
		return;
	block->is_damaged = true;
	if (reply->kind != REPLY_DONE)
		return;
	reply->kind = REPLY_LOST;
	reply->other = block->base;
	reply->other_size = block->size;
	reply->detail = wrong;
	reply->wrong_end = end_of_wrong(block->base, block->seed, block->size);
}

void look_at_block(struct live_block *block, struct reply *reply)
{
	uint64_t wrong = first_wrong(block->base, block->seed, 0, block->size);

	if (wrong < block->size)
		tell_lost(block, wrong, reply);
}

static void look_at_page(uint64_t page, struct reply *reply)
{
	uint64_t from = TALK_BASE + page * PAGE, to = from + PAGE;

	for (uint64_t address = from; address < to;) {
		uint32_t owner = self.owners[(address - TALK_BASE) / GRANULE];
		if (owner == 0) {
			address += GRANULE;
			continue;
		}
		struct live_block *block = &self.blocks[owner - 1];
		uint64_t end = block->base + block->size < to ? block->base + block->size : to;
		uint64_t wrong = first_wrong(block->base, block->seed, address - block->base,
			end - block->base);
		if (wrong < end - block->base)
			tell_lost(block, wrong, reply);
		address = (end + GRANULE - 1) / GRANULE * GRANULE;
	}
}

void look_behind(struct reply *reply)
{
	const unsigned char *bytes = at(TALK_BASE);

	if (self.size == self.paged || !self.is_open[page_of(TALK_BASE + self.size)])
		return;
	for (uint64_t byte = self.size; byte < self.paged; byte++) {
		if (bytes[byte] == BEHIND)
			continue;
		if (reply->kind == REPLY_DONE) {
			reply->kind = REPLY_BEYOND;
			reply->other = TALK_BASE + byte;
		}
		mark_end();
		return;
	}
}

void look_after(struct reply *reply)
{
	for (uint32_t i = 0; i < self.nopen; i++)
		look_at_page(self.open[i], reply);
	look_behind(reply);
	if (self.nopen > OPEN_MAX)
		close_pages();
}

bool is_whole(const struct live_block *block)
{
	return block->is_damaged ||
	       first_wrong(block->base, block->seed, 0, block->size) == block->size;
}

bool are_all_whole(void)
{
	for (uint32_t i = 0; i < self.nblocks; i++)
		if (self.blocks[i].base && !is_whole(&self.blocks[i]))
			return false;
	return true;
}

void tell_given_back(struct reply *reply)
{
	const struct live_block *block = block_at(self.mapped.given_back);

	if (block && reply->kind == REPLY_DONE) {
		reply->kind = REPLY_GIVEN_BACK;
		reply->other = block->base;
		reply->other_size = block->size;
	}
	self.mapped.given_back = 0;
}
