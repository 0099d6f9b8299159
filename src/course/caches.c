/* Exercises about caches and containers: which key goes, what a vector's growth costs. */
#include "course/kinds.h"

#include "course/maker.h"

#include <inttypes.h>

#define KEYS     7u
#define REQUESTS 9u

/* Which key makes room, of those in the order of the cache, from the oldest on. */
typedef size_t victim_of(const struct cache_item *oldest_first, size_t count);

struct rule {
	const char *words;
	bool by_use;
	victim_of *victim;
};

static size_t oldest(const struct cache_item *items, size_t count)
{
	return 0;
}

static size_t fewest(const struct cache_item *items, size_t count)
{
	size_t least = 0;

	for (size_t i = 1; i < count; i++)
		if (items[i].hits < items[least].hits)
			least = i;
	return least;
}

static const struct rule lru = {"LRU, the key unused for longest is evicted", true, oldest};

static const struct rule rules[] = {
	{"FIFO, the key that came first is evicted", false, oldest},
	{"LFU, the key found the fewest times since it came is evicted, of several the one that "
	 "came first",
		false, fewest},
};

static struct event of_cache(enum use_word word, uint32_t object, uint64_t key)
{
	return (struct event){.kind = EVENT_USE,
		.object = object,
		.other = word,
		.size = object == OBJECT_NONE ? 0 : 1,
		.key = key,
		.flags = object == OBJECT_NONE ? 0 : EVENT_SEEN_BEFORE,
		.text = TEXT_NONE};
}

static size_t find_key(const struct cache_item *items, size_t count, uint64_t key)
{
	size_t at = 0;

	while (at < count && items[at].key != key)
		at++;
	return at;
}

/* The cache asks for the key, which may make another one go. */
static void ask_cache(struct maker *maker, const struct rule *rule, size_t frames, uint64_t key,
	uint32_t *next)
{
	struct cache_item items[KEYS];
	size_t count = heap_cached(maker->heap, true, items, KEYS);
	size_t at = find_key(items, count, key);
	struct event event =
		at < count ? of_cache(rule->by_use ? USE_HIT : USE_FOUND, items[at].object, key)
			   : of_cache(USE_MISS, OBJECT_NONE, key);

	maker_apply(maker, &event);
	if (at < count)
		return;
	if (count == frames) {
		at = rule->victim(items, count);
		event = of_cache(USE_EVICT, items[at].object, items[at].key);
		maker_apply(maker, &event);
		maker_free(maker, items[at].object);
	}
	maker_allocate(maker, *next, 16);
	event = of_cache(USE_KEEP, (*next)++, key);
	maker_apply(maker, &event);
}

/* After the miss that was asked about: the key goes whose turn it is, and the new one comes. */
static void show_victim(struct maker *maker, const struct cache_item *victim, uint64_t key,
	uint32_t next)
{
	const struct event events[] = {
		of_cache(USE_EVICT, victim->object, victim->key),
		maker_release(victim->object),
		maker_allocation(next, 16),
		of_cache(USE_KEEP, next, key),
	};

	for (size_t i = 0; i < sizeof(events) / sizeof(*events); i++)
		maker_go_on(maker, &events[i]);
}

static void ask_for_victim(struct maker *maker, const struct rule *rule)
{
	static const char *const options[][2] = {{NULL}};
	size_t frames = (size_t)maker_roll(maker, 3, 5), count;
	struct cache_item items[KEYS];
	struct text *question = &maker->exercise->question;
	uint32_t next = 1;
	uint64_t key;

	maker_begin(maker, "heap", options);
	text_add(question,
		"A cache of %zu keys; when it is full, by %s. It was empty, and then was "
		"asked for keys",
		frames, rule->words);
	for (unsigned i = 0; i < REQUESTS || heap_cached(maker->heap, true, items, KEYS) < frames;
		i++) {
		key = maker_roll(maker, 1, KEYS);
		ask_cache(maker, rule, frames, key, &next);
		text_add(question, " %" PRIu64, key);
	}
	count = heap_cached(maker->heap, true, items, KEYS);
	do
		key = maker_roll(maker, 1, KEYS + 1);
	while (find_key(items, count, key) < count);
	const struct event event = of_cache(USE_MISS, OBJECT_NONE, key);
	maker_ask(maker, &event);
	text_add(question, ". Next comes key %" PRIu64 ", which is not there. Which key goes?",
		key);
	const struct cache_item *victim = &items[rule->victim(items, count)];
	text_add(&maker->exercise->answer, "%" PRIu64, victim->key);
	show_victim(maker, victim, key, next);
}

void make_lru(struct maker *maker)
{
	ask_for_victim(maker, &lru);
}

void make_victim(struct maker *maker)
{
	ask_for_victim(maker, &rules[maker_roll(maker, 0, sizeof(rules) / sizeof(*rules))]);
}

/* ---- containers ------------------------------------------------------------------------------ */

/* A vector that doubles, and nodes of a list and a map, through one counter. */
void make_growth(struct maker *maker)
{
	static const char *const options[][2] = {{"limit", "1000"}, {"heap-size", "4096"}, {NULL}};
	uint64_t doublings = maker_roll(maker, 1, 6), nodes = maker_roll(maker, 2, 6);
	uint64_t entries = maker_roll(maker, 1, 6), entry = 8 * maker_roll(maker, 5, 8);
	uint64_t elements = maker_roll(maker, 1, 4);
	uint32_t vector = 100;
	struct gauge gauge;

	maker_begin(maker, "budget", options);
	maker_allocate(maker, vector, 4 * elements);
	for (uint32_t i = 0; i < nodes; i++)
		maker_allocate(maker, i, 24);
	for (uint32_t i = 0; i < entries; i++)
		maker_allocate(maker, 10 + i, entry);
	for (uint64_t i = 1; i < doublings; i++) {
		elements *= 2;
		maker_allocate(maker, ++vector, 4 * elements);
		maker_free(maker, vector - 1);
	}
	maker_ask_for(maker, vector + 1, 8 * elements);
	engine_gauge(heap_layer(maker->heap, 0), &gauge);
	text_add(&maker->exercise->question,
		"A counter of 1,000 bytes serves %" PRIu64 " list nodes of 24 bytes, %" PRIu64
		" map nodes of %" PRIu64
		" bytes, and a vector of ints, 4 bytes each, that doubles when it is full. "
		"It has %" PRIu64
		" elements, and is full. One more is pushed: the new block is there, the old one is not "
		"freed yet. How many bytes does the counter have left?",
		nodes, entries, entry, elements);
	text_add(&maker->exercise->answer, "%" PRIu64, gauge.limit - gauge.spent);
}
