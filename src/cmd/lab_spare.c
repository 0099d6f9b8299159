/* See lab_spare.h. */
#include "cmd/lab_spare.h"

#include "base/progress.h"
#include "base/xalloc.h"
#include "engines/plugin_books.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

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

#define SLICE 4096u /* calls, after which it is said how many there were */

struct search {
	struct plugin_books books;
	uint64_t most;    /* where the heap may end */
	uint64_t *blocks; /* their addresses, by slot; 0: there is none */
};

/* false: the heap cannot end there. */
static bool extend(struct search *search, uint64_t end)
{
	if (end < books_sums(&search->books)->end || end > search->most)
		return false;
	books_extend(&search->books, end);
	return true;
}

/* false: that cannot be. The plug-in has written what is read here. */
static bool follow(struct search *search, const struct plugin_step *step,
	const struct plugin_place *place, struct spare *ret_spare)
{
	uint64_t *block = &search->blocks[step->block];
	const struct books_claim claim = {
		.address = step->ask == PLUGIN_RELEASE ? 0 : place->address,
		.size = step->size,
		.old = *block,
		.end = place->end,
	};

	*ret_spare = (struct spare){0};
	books_look(&search->books, &claim, ret_spare);
	if (!extend(search, place->end))
		return false;
	if (*block)
		books_give(&search->books, *block);
	bool is_there = claim.address && books_gap(&search->books, claim.address, claim.size) > 0;
	*block = is_there ? claim.address : 0;
	if (is_there)
		books_take(&search->books, claim.address, claim.size);
	return is_there || claim.address == 0;
}

static void follow_all(struct trial *trial, struct search *search, const struct course *course,
	const struct plugin_place *places)
{
	struct spare spare;
	bool is_known = true;

	search->blocks = xcalloc(course->blocks + 1, sizeof(*search->blocks));
	for (size_t i = 0; i < course->steps.count && is_known; i++) {
		const struct plugin_step *step = &course->steps.items[i];
		if (i % SLICE == 0)
			progress_say("looking for spare memory", "calls", i, course->steps.count);
		is_known = follow(search, step, &places[i], &spare);
		if (is_known && spare.size > 0)
			note_spare(trial, course->numbers.items[i], step->size, &spare);
	}
	progress_end();
	free(search->blocks);
}

void find_spare(struct trial *trial, const struct plugin *plugin, const struct course *course,
	int steps, uint64_t held)
{
	size_t count = course->steps.count;
	uint64_t base = plugin_base(plugin);
	struct plugin_place *places = xcalloc(count, sizeof(*places));
	struct search search = {.most = base + plugin_room(plugin)};
	struct flat flat = {0};

	books_init(&search.books, &flat, base);
	bool is_known = plugin_places(steps, count, places) &&
			held >= places[count - 1].end - base &&
			extend(&search, plugin_start_end(plugin));
	if (is_known)
		follow_all(trial, &search, course, places);
	flat_finish(&flat);
	free(places);
}
