/* See lab_spare.h. */
#include "cmd/lab_spare.h"

#include "base/xalloc.h"
#include "engines/spare_memory.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct books {
	struct flat flat;
	struct segments blocks;
	struct spare_memory memory;
	uint64_t end, most; /* of the heap */
};

struct block {
	uint64_t address, size; /* 0: there is none */
};

void note_spare(struct trial *trial, uint64_t event, uint64_t size, const struct spare *spare)
{
	if (trial->spare.count++ > 0)
		return;
	trial->spare.first = event;
	trial->spare.size = size;
	trial->spare.bytes = spare->size;
	trial->spare.blocks = spare->blocks;
	trial->spare.is_one_enough = spare->is_one_enough;
}

/* false: it would be shorter, or too long. */
static bool extend(struct books *books, uint64_t end)
{
	if (end <= books->end || end > books->most)
		return end == books->end;
	segments_extend(&books->blocks, books->end, end, true);
	spare_memory_extend(&books->memory, books->end, end);
	books->end = end;
	return true;
}

static void give(struct books *books, struct block *block)
{
	struct neighbours around;

	if (block->size == 0)
		return;
	segments_around(&books->blocks, block->address, &around);
	segments_release(&books->blocks, &around);
	spare_memory_give(&books->memory, block->address, block->size);
	*block = (struct block){0};
}

/* false: the block cannot be there. */
static bool take(struct books *books, struct block *block, uint64_t address, uint64_t size)
{
	struct segment gap, news[SEGMENTS_REPLACED];

	if (!segments_find(&books->blocks, address, &gap) || !gap.is_hole ||
		size > gap.base + gap.size - address)
		return false;
	size_t n = segments_cut(&gap, address, size, news);
	segments_replace(&books->blocks, NULL, &gap, 1, news, n);
	spare_memory_take(&books->memory, address, size);
	*block = (struct block){address, size};
	return true;
}

/* As the engine does it (engines/plugin.c). */
static bool follow(struct books *books, const struct plugin_step *step,
	const struct plugin_place *place, struct block *block, struct spare *ret_spare)
{
	bool has_moved = place->address && place->address != block->address;

	*ret_spare = (struct spare){0};
	if (has_moved && place->end > books->end)
		spare_memory_find(&books->memory, &books->blocks, place->address, step->size,
			ret_spare);
	if (!extend(books, place->end))
		return false;
	if (step->ask != PLUGIN_ALLOCATE)
		give(books, block);
	return place->address == 0 || take(books, block, place->address, step->size);
}

static void follow_all(struct trial *trial, struct books *books, const struct course *course,
	const struct plugin_place *places)
{
	struct block *blocks = xcalloc(course->blocks + 1, sizeof(*blocks));
	struct spare spare;
	bool is_known = true;

	for (size_t i = 0; i < course->steps.count && is_known; i++) {
		const struct plugin_step *step = &course->steps.items[i];
		is_known = follow(books, step, &places[i], &blocks[step->block], &spare);
		if (is_known && spare.size > 0)
			note_spare(trial, course->numbers.items[i], step->size, &spare);
	}
	free(blocks);
}

void find_spare(struct trial *trial, const struct plugin *plugin, const struct course *course,
	int steps, uint64_t held)
{
	size_t count = course->steps.count;
	uint64_t base = plugin_base(plugin);
	struct plugin_place *places = xcalloc(count, sizeof(*places));
	struct books books = {.end = base, .most = base + plugin_room(plugin)};

	segments_init(&books.blocks, &books.flat, 1);
	spare_memory_init(&books.memory, &books.flat);
	bool is_known = plugin_places(steps, count, places) &&
			held >= places[count - 1].end - base &&
			extend(&books, plugin_start_end(plugin));
	if (is_known)
		follow_all(trial, &books, course, places);
	flat_finish(&books.flat);
	free(places);
}
