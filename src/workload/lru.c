/* See lru.h; and the workload that asks such a cache for keys. */
#include "workload/lru.h"

#include "base/units.h"
#include "workload/workload.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

struct lru *lru_new(struct memory *memory, uint64_t capacity)
{
	struct lru *lru = memory_allocate(memory, sizeof(*lru), "lru_new (cache)");

	*lru = (struct lru){.memory = memory, .cells = 1, .capacity = capacity};
	while (lru->cells < capacity)
		lru->cells *= 2;
	lru->table =
		memory_allocate(memory, lru->cells * sizeof(struct lru_entry *), "lru_new (table)");
	for (uint64_t i = 0; i < lru->cells; i++)
		lru->table[i] = NULL;
	return lru;
}

/*
 * Fibonacci hashing: neighbours lie far apart (D. E. Knuth, "The Art of Computer Programming",
 * volume 3, 6.4).
 */
static struct lru_entry **cell_of(const struct lru *lru, uint64_t key)
{
	return &lru->table[(key * UINT64_C(0x9E3779B97F4A7C15)) >> 32 & (lru->cells - 1)];
}

static void link_newest(struct lru *lru, struct lru_entry *entry)
{
	entry->newer = NULL;
	entry->older = lru->newest;
	*(lru->newest ? &lru->newest->newer : &lru->oldest) = entry;
	lru->newest = entry;
}

static void unlink_entry(struct lru *lru, struct lru_entry *entry)
{
	*(entry->newer ? &entry->newer->older : &lru->newest) = entry->older;
	*(entry->older ? &entry->older->newer : &lru->oldest) = entry->newer;
}

struct lru_entry *lru_get(struct lru *lru, uint64_t key)
{
	struct lru_entry *entry = *cell_of(lru, key);

	while (entry && entry->key != key)
		entry = entry->chained;
	memory_caches(lru->memory, entry ? USE_HIT : USE_MISS,
		entry ? memory_number(lru->memory, entry) : OBJECT_NONE, key, "lru_get");
	if (entry && entry != lru->newest) {
		unlink_entry(lru, entry);
		link_newest(lru, entry);
	}
	return entry;
}

static void drop_oldest(struct lru *lru, const char *who)
{
	struct lru_entry *entry = lru->oldest;
	struct lru_entry **link = cell_of(lru, entry->key);

	while (*link != entry)
		link = &(*link)->chained;
	*link = entry->chained;
	unlink_entry(lru, entry);
	lru->count--;
	lru->bytes -= entry->size;
	if (lru->drop)
		lru->drop(lru->dropper, entry->value, who);
	else
		memory_release(lru->memory, entry->value, who);
	memory_release(lru->memory, entry, who);
}

/* Without a value yet. */
static struct lru_entry *add_entry(struct lru *lru, uint64_t key, uint64_t size)
{
	if (lru_is_full(lru)) {
		memory_caches(lru->memory, USE_EVICT, memory_number(lru->memory, lru->oldest),
			lru->oldest->key, "lru_evict");
		drop_oldest(lru, "lru_evict");
		lru->evicted++;
	}

	struct lru_entry *entry = memory_allocate(lru->memory, sizeof(*entry), "lru_put (entry)");
	struct lru_entry **cell = cell_of(lru, key);
	*entry = (struct lru_entry){.chained = *cell, .key = key, .size = size};
	*cell = entry;
	link_newest(lru, entry);
	memory_caches(lru->memory, USE_KEEP, memory_number(lru->memory, entry), key,
		"lru_put (entry)");
	lru->count++;
	lru->bytes += size;
	return entry;
}

struct lru_entry *lru_put(struct lru *lru, uint64_t key, uint64_t size)
{
	struct lru_entry *entry = add_entry(lru, key, size);

	entry->value = memory_allocate(lru->memory, size, "lru_put (value)");
	return entry;
}

struct lru_entry *lru_keep(struct lru *lru, uint64_t key, void *value, uint64_t size)
{
	struct lru_entry *entry = add_entry(lru, key, size);

	entry->value = value;
	return entry;
}

void lru_free(struct lru *lru)
{
	if (!lru)
		return;
	while (lru->count > 0)
		drop_oldest(lru, "lru_free");
	memory_release(lru->memory, lru->table, "lru_free");
	memory_release(lru->memory, lru, "lru_free");
}

/* ---- the workload ---------------------------------------------------------------------------- */

/* Captions already written: each appears once. */
struct story {
	bool hit, full, refilled;
};

static void tell_hit(struct run *run, struct story *story, uint64_t key)
{
	if (story->hit)
		return;
	story->hit = true;
	memory_mark(run->memory, "first hit");
	memory_note(run->memory,
		"Key %" PRIu64
		" is in the cache: a HIT. It moves to the newest end of the list, which the panel Cache shows. That changes a few pointers and allocates nothing.",
		key_number(key));
}

static void tell_full(struct run *run, struct story *story, const struct lru *lru)
{
	if (story->full)
		return;
	story->full = true;
	assert(lru->oldest);
	memory_mark(run->memory, "the cache is full");
	memory_note(run->memory,
		"The cache is FULL: %" PRIu64
		" entries. From now on every miss evicts first: the entry unused for longest, at the oldest end of the list, is freed with its value. Key %" PRIu64
		" is there now.",
		lru->capacity, key_number(lru->oldest->key));
}

static void tell_refilled(struct run *run, struct story *story)
{
	if (story->refilled)
		return;
	story->refilled = true;
	memory_note(run->memory,
		"All entries have one size, so each fits where another was. Values do not: a smaller one leaves a sliver, a larger one has to go elsewhere. The number of entries will never change "
		"again; watch whether the HOLES do.");
}

/* Fills in a value that can be verified from its key. */
static void fill_value(const struct lru_entry *entry)
{
	memset(entry->value, (int)(entry->key & 0xff), entry->size);
}

static void check_value(const struct lru_entry *entry)
{
	const unsigned char *value = entry->value;

	assert(value[0] == (entry->key & 0xff) && value[entry->size - 1] == (entry->key & 0xff));
	(void)value;
}

static void ask(struct run *run, struct lru *lru, struct story *story)
{
	uint64_t key = draw_key(&run->draws, &run->keys);
	struct lru_entry *entry = lru_get(lru, key);

	run_looked_up(run, entry != NULL);
	if (entry) {
		check_value(entry);
		tell_hit(run, story, key);
		return;
	}
	bool was_full = lru_is_full(lru);
	run_notes(run, SPAN_EVICTIONS, was_full);
	if (was_full)
		tell_full(run, story, lru);
	fill_value(lru_put(lru, key, draw_size(&run->draws, &run->sizes)));
	if (was_full)
		tell_refilled(run, story);
	run->tally.entries = lru->count;
	run->tally.bytes = lru->bytes;
}

static int run_lru(struct run *run, struct error *err)
{
	struct story story = {0};
	struct units hits, lookups;

	memory_note(run->memory,
		"A cache that remembers %" PRIu64
		" values by key, in a TABLE (a hash) and a LIST from the newest to "
		"the oldest. An entry is two blocks: the entry itself, %zu bytes, and its value.",
		options_number(run->options, "capacity"), sizeof(struct lru_entry));
	struct lru *lru = lru_new(run->memory, options_number(run->options, "capacity"));
	while (run_goes_on(run))
		ask(run, lru, &story);
	run_ends(run);
	memory_mark(run->memory, "the work is done");
	memory_note(run->memory,
		"%s lookups, %s of them hits, %" PRIu64
		" evictions. How much of the heap is holes now? The cache is "
		"dropped: all its entries, from the oldest to the newest.",
		units_count(&lookups, run->tally.lookups), units_count(&hits, run->tally.hits),
		lru->evicted);
	lru_free(lru);
	memory_note(run->memory,
		"Everything was freed. See how much is still held, and in how many pieces.");
	return 0;
}

const struct workload workload_lru = {
	.name = "lru",
	.group = "caches",
	.summary = "a cache with a capacity: a hash and a list, the oldest entry is evicted",
	.defaults =
		"--operations 2000 --capacity 100 --keys zipf --zipf 0.9 --universe 1000 --sizes 16-400 "
		"--spread uniform",
	.engine = "heap",
	.run = run_lru,
};
