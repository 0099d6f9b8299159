/*
 * The words of a chunk as they are in memory: its header, its links while it is free, and the
 * header of the chunk after it, whose flag says whether this one may merge.
 *
 * The heads of bins are in the library, whose address is not known here: a link to one has no
 * value. From 2.32 on the links of stacks are xor-ed with the page number of their own address
 * ("safe-linking").
 */
#include "engines/glibc/describe.h"
#include "engines/glibc/maps.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define PREV_INUSE     1u
#define IS_MMAPPED     2u
#define NON_MAIN_ARENA 4u

/* Words that are described, up to `max` of them. */
struct word_list {
	const struct glibc *g;
	struct memory_word *words;
	size_t count, max;
};

/* The next word; with room for none more, one that is thrown away. */
__attribute__((format(printf, 5, 6))) static void add(struct word_list *words, uint64_t address,
	const char *name, const struct memory_word *like, const char *format, ...)
{
	va_list args;

	if (words->count == words->max)
		return;
	struct memory_word *word = &words->words[words->count++];
	*word = *like;
	word->address = address;
	snprintf(word->name, sizeof(word->name), "%s", name);
	va_start(args, format);
	vsnprintf(word->words, sizeof(word->words), format, args);
	va_end(args);
}

static struct memory_word known(uint64_t value)
{
	return (struct memory_word){.is_known = true, .value = value};
}

static const struct memory_word unknown = {.is_known = false};

/* ---- headers ------------------------------------------------------------------------------- */

static bool is_free_before(const struct glibc *g, uint32_t chunk)
{
	uint32_t before = word_at(g, chunk)->low;

	return before && chunk_merges(chunk_state(g, chunk - before));
}

static void add_size(struct word_list *words, uint32_t chunk)
{
	const struct glibc *g = words->g;
	uint64_t size = (uint64_t)chunk_size(g, chunk) * UNIT;
	enum chunk_state state = chunk_state(g, chunk);
	bool is_free = is_free_before(g, chunk);
	bool says_arena = segment_of(g, chunk)->arena && !chunk_merges(state) && state != CHUNK_TOP;
	const struct memory_word word =
		known(size | (is_free ? 0 : PREV_INUSE) | (says_arena ? NON_MAIN_ARENA : 0));

	add(words, address_of(g, chunk) + 8, "size", &word, "0x%" PRIx64 "%s%s", size,
		says_arena ? " + A" : "", is_free ? ": free before it" : " + P: in use before it");
}

static void add_header(struct word_list *words, uint32_t chunk)
{
	const struct glibc *g = words->g;
	uint32_t before = word_at(g, chunk)->low;

	if (is_free_before(g, chunk)) {
		struct memory_word word = known((uint64_t)before * UNIT);
		word.leads = address_of(g, chunk - before) + 8;
		add(words, address_of(g, chunk), "prev_size", &word,
			"0x%" PRIx64 ", free, before it", word.value);
	} else {
		add(words, address_of(g, chunk), "prev_size", &unknown, "data of the chunk before");
	}
	add_size(words, chunk);
}

/* What the chunk after it has about it: the size only where this one may merge. */
static void add_after(struct word_list *words, uint32_t chunk)
{
	const struct glibc *g = words->g;
	enum chunk_state state = chunk_state(g, chunk);

	if (state == CHUNK_TOP || state == CHUNK_FENCE)
		return;
	uint32_t after = chunk_after(g, chunk);
	if (chunk_merges(state)) {
		const struct memory_word word = known((uint64_t)chunk_size(g, chunk) * UNIT);
		add(words, address_of(g, after), "prev_size", &word, "this chunk's size");
	}
	add_size(words, after);
}

/* ---- links --------------------------------------------------------------------------------- */

/* The offset of a chunk in its heap, for words. */
static uint64_t offset_of(const struct glibc *g, uint32_t chunk)
{
	const struct segment *segment = segment_of(g, chunk);

	return address_of(g, chunk) - (segment->arena ? segment->base : process_of(g)->base);
}

/* A link of a bin: to a chunk, or to the head. place: "next", "newer". */
static void add_link(struct word_list *words, uint64_t address, const char *name, uint32_t self,
	uint32_t chunk, const char *place)
{
	const struct glibc *g = words->g;
	uint32_t bin = chunk - arena_of(g, chunk)->bins;

	if (bin >= UNSORTED && bin < BINS) {
		add(words, address, name, &unknown, "%s: the head of the bin", place);
		return;
	}
	struct memory_word word = known(address_of(g, chunk));
	word.leads = address_of(g, chunk) + 8;
	if (chunk == self)
		add(words, address, name, &word, "%s: itself", place);
	else
		add(words, address, name, &word, "%s: +%" PRIx64, place, offset_of(g, chunk));
}

/* The link of a stack; beyond: where in a chunk the links of this stack lead to. */
static void add_safe_link(struct word_list *words, uint32_t chunk, const char *name,
	uint32_t beyond)
{
	const struct glibc *g = words->g;
	uint32_t next = link_of(g, chunk)->low;
	uint64_t address = address_of(g, chunk) + UNIT;
	uint64_t key = g->settings.release->has_safe_links ? address / PAGE_BYTES : 0;
	struct memory_word word = known((next ? address_of(g, next) + beyond : 0) ^ key);

	if (!next) {
		add(words, address, name, &word, "the last%s",
			key ? ": 0, xor-ed with its page" : "");
		return;
	}
	word.leads = address_of(g, next) + 8;
	add(words, address, name, &word, "+%" PRIx64 "%s", offset_of(g, next) + beyond,
		key ? ", xor-ed with its page" : "");
}

/* A double free is found by this word: later releases have a random number there. */
static void add_key(struct word_list *words, uint32_t chunk)
{
	const struct glibc *g = words->g;

	add(words, address_of(g, chunk) + UNIT + 8, "key", &unknown, "%s",
		g->settings.release->has_safe_links ? "a random number: it is cached"
						    : "the address of its tcache");
}

static void add_links(struct word_list *words, uint32_t chunk)
{
	const struct glibc *g = words->g;
	const struct word *link = link_of(g, chunk), *skip = skip_of(g, chunk);
	uint64_t at = address_of(g, chunk) + UNIT;
	enum chunk_state state = chunk_state(g, chunk);

	if (state == CHUNK_CACHED) {
		add_safe_link(words, chunk, "next", UNIT);
		add_key(words, chunk);
	} else if (state == CHUNK_FAST) {
		add_safe_link(words, chunk, "fd", 0);
	} else if (chunk_merges(state)) {
		add_link(words, at, "fd", chunk, link->low, "next");
		add_link(words, at + 8, "bk", chunk, link->high, "previous");
	}
	if (state == CHUNK_LARGE && skip->low) {
		add_link(words, at + 16, "fd_nextsize", chunk, skip->low, "next smaller size");
		add_link(words, at + 24, "bk_nextsize", chunk, skip->high, "next larger size");
	}
}

/* ---- chunks -------------------------------------------------------------------------------- */

static void add_map(struct word_list *words, const struct map *map)
{
	uint64_t chunk = map->base + map->lead;
	uint64_t size = map->bytes - map->lead - words->g->settings.release->map_header;
	const struct memory_word lead = known(map->lead), word = known(size | IS_MMAPPED);

	add(words, chunk, "prev_size", &lead, "bytes of the mapping before the chunk");
	add(words, chunk + 8, "size", &word, "0x%" PRIx64 " + M: it is a mapping", size);
}

size_t glibc_words(const struct engine *engine, uint64_t address, struct memory_word *ret_words,
	size_t n)
{
	const struct glibc *g = glibc_of_const(engine);
	struct word_list words = {g, ret_words, 0, n};
	/* What is shown of a chunk begins with its size. */
	uint32_t spot = spot_at(g, address - 8), chunk = spot ? memory_chunk_at(g, spot) : 0;
	const struct map *map = chunk ? NULL : map_at(g, address);

	if (chunk) {
		add_header(&words, chunk);
		add_links(&words, chunk);
		add_after(&words, chunk);
	} else if (map && !map_is_heap(map)) {
		add_map(&words, map);
	}
	return words.count;
}
