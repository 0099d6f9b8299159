/* See site_sums.h. */
#include "symbols/site_sums.h"

#include "base/xalloc.h"

#include <stdlib.h>

struct block {
	uint64_t size;
	uint32_t object;
	uint32_t site; /* SITE_NONE: the block is freed, or its site is not known */
	bool is_used;  /* the cell is in use */
	bool is_live;
};

struct site_sums {
	struct site_sum *sums; /* by site; 0: site not known */
	uint32_t count;
	struct block *blocks; /* a hash by object */
	size_t room;          /* a power of two */
	size_t nblocks;
	bool is_settled; /* what is live stays as it is */
};

struct site_sums *site_sums_new(const struct trace *trace)
{
	struct site_sums *sums = xcalloc(1, sizeof(*sums));

	sums->count = trace_site_count(trace) + 1;
	sums->sums = xcalloc(sums->count, sizeof(*sums->sums));
	for (uint32_t i = 0; i < sums->count; i++)
		sums->sums[i].site = i;
	sums->room = 1024;
	sums->blocks = xcalloc(sums->room, sizeof(*sums->blocks));
	return sums;
}

void site_sums_free(struct site_sums *sums)
{
	if (!sums)
		return;
	free(sums->sums);
	free(sums->blocks);
	free(sums);
}

static struct block *find_block(const struct site_sums *sums, uint32_t object)
{
	for (size_t at = (size_t)(object * UINT64_C(0x9E3779B97F4A7C15) >> 20);; at++) {
		struct block *block = &sums->blocks[at & (sums->room - 1)];
		if (!block->is_used || block->object == object)
			return block;
	}
}

static struct block *block_of(struct site_sums *sums, uint32_t object)
{
	if ((sums->nblocks + 1) * 2 > sums->room) {
		struct block *old = sums->blocks;
		size_t room = sums->room;
		sums->room *= 2;
		sums->blocks = xcalloc(sums->room, sizeof(*sums->blocks));
		for (size_t i = 0; i < room; i++)
			if (old[i].is_used)
				*find_block(sums, old[i].object) = old[i];
		free(old);
	}
	struct block *block = find_block(sums, object);
	if (!block->is_used) {
		*block = (struct block){.object = object, .is_used = true};
		sums->nblocks++;
	}
	return block;
}

/* Adds a live block to the sums of its site, or takes it out of them. */
static void count_live(struct site_sums *sums, const struct block *block, bool is_there)
{
	struct site_sum *sum = &sums->sums[block->site];

	if (!block->is_live)
		return;
	sum->live += is_there ? block->size : -block->size;
	sum->live_blocks += is_there ? 1 : UINT64_MAX;
}

void site_sums_add(struct site_sums *sums, const struct event *event)
{
	/* The trace does not have the end of these. */
	bool is_counted = event_makes_counted(event);
	bool asks = event_asks_for_memory(event), ends = event_ends_object(event);
	uint32_t site = event->site < sums->count ? event->site : SITE_NONE;

	if (event_is_of_allocator(event))
		return;
	if (asks) {
		sums->sums[site].bytes += event->size;
		sums->sums[site].requests++;
	}
	if (sums->is_settled || !(asks || ends) || is_counted || event->object == OBJECT_NONE ||
		(event->flags & EVENT_FAILED))
		return;
	struct block *block = block_of(sums, event->object);
	count_live(sums, block, false);
	if (event->kind != EVENT_REALLOCATE || site != SITE_NONE)
		block->site = ends ? SITE_NONE : site;
	block->size = ends ? 0 : event->size;
	block->is_live = !ends;
	count_live(sums, block, true);
}

void site_sums_settle(struct site_sums *sums)
{
	sums->is_settled = true;
}

void site_sums_keep(struct site_sums *sums, bool (*keeps)(uint32_t object, void *user), void *user)
{
	for (size_t i = 0; i < sums->room; i++) {
		struct block *block = &sums->blocks[i];
		if (!block->is_live || keeps(block->object, user))
			continue;
		count_live(sums, block, false);
		block->is_live = false;
	}
}

size_t site_sums_list(const struct site_sums *sums, struct site_sum **ret_sums)
{
	*ret_sums = sums->sums;
	return sums->count;
}
