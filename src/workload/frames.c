/* See frames.h. */
#include "workload/frames.h"

#include "base/error.h"
#include "base/units.h"
#include "base/xalloc.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define KEY_MAX (UINT64_C(1) << 53)

/* A key that is asked for, and when it is the next time. */
struct request {
	uint64_t key;
	uint64_t next; /* UINT64_MAX: never */
};

struct requests {
	struct request *items;
	size_t count;
};

/* ---- what is asked for ---------------------------------------------------------------------- */

/* "1,2,3": people count keys from 1. */
static int parse_requests(const char *words, struct requests *ret_requests, struct error *err)
{
	size_t most = 1;

	for (const char *at = words; *at; at++)
		most += *at == ',';
	ret_requests->items = xcalloc(most, sizeof(*ret_requests->items));
	while (true) {
		char *end = NULL;
		errno = 0;
		uint64_t key = isdigit((unsigned char)*words) ? strtoull(words, &end, 10) : 0;
		if (key == 0 || key > KEY_MAX || errno || (*end != ',' && *end != '\0'))
			return error_set(err,
				"--requests: expected 'random', or keys from 1 on, as 1,2,3,1");
		ret_requests->items[ret_requests->count++].key = key - 1;
		if (*end == '\0')
			return 0;
		words = end + 1;
	}
}

static void draw_requests(struct run *run, struct requests *ret_requests)
{
	ret_requests->count = (size_t)run->planned;
	ret_requests->items = xcalloc(ret_requests->count, sizeof(*ret_requests->items));
	for (size_t i = 0; i < ret_requests->count; i++)
		ret_requests->items[i].key = draw_key(&run->draws, &run->keys);
}

struct place {
	uint64_t key, at;
};

static int compare_places(const void *one, const void *other)
{
	const struct place *a = one, *b = other;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return a->at < b->at ? -1 : a->at > b->at;
}

/* Sorts them by key, so it takes little more than linear time. */
static void find_next(struct requests *requests)
{
	struct place *places = xcalloc(requests->count, sizeof(*places));

	for (size_t i = 0; i < requests->count; i++)
		places[i] = (struct place){requests->items[i].key, i};
	qsort(places, requests->count, sizeof(*places), compare_places);
	for (size_t i = 0; i < requests->count; i++) {
		bool is_last = i + 1 == requests->count || places[i + 1].key != places[i].key;
		requests->items[places[i].at].next = is_last ? UINT64_MAX : places[i + 1].at;
	}
	free(places);
}

/* ---- the cache ------------------------------------------------------------------------------ */

static void move_to_end(struct frames *frames, size_t at)
{
	struct frame frame = frames->order[at];

	memmove(&frames->order[at], &frames->order[at + 1],
		(frames->count - at - 1) * sizeof(frame));
	frames->order[frames->count - 1] = frame;
}

static void say(const struct frames *frames, enum use_word word, size_t at, const char *who)
{
	const struct frame *frame = &frames->order[at];

	memory_caches(frames->memory, word, memory_number(frames->memory, frame->value), frame->key,
		who);
}

void frames_spare(struct frames *frames, size_t at)
{
	say(frames, USE_SPARE, at, "frames_evict");
	frames->order[at].found = 0;
	move_to_end(frames, at);
}

size_t frames_oldest(struct frames *frames)
{
	return 0;
}

static void drop(struct frames *frames, size_t at, const char *who)
{
	memory_release(frames->memory, frames->order[at].value, who);
	move_to_end(frames, at);
	frames->count--;
}

static size_t find(const struct frames *frames, uint64_t key)
{
	size_t at = 0;

	while (at < frames->count && frames->order[at].key != key)
		at++;
	return at;
}

static void hit(struct frames *frames, size_t at, const struct frames_rule *rule)
{
	const unsigned char *value = frames->order[at].value;

	assert(*value == (frames->order[at].key & 0xff));
	(void)value;
	frames->order[at].found++;
	say(frames, rule->by_use ? USE_HIT : USE_FOUND, at, "frames_get");
	if (rule->by_use)
		move_to_end(frames, at);
}

static void keep(struct frames *frames, uint64_t key, size_t size)
{
	struct frame *frame = &frames->order[frames->count];

	*frame = (struct frame){.key = key, .size = size};
	frame->value = memory_allocate(frames->memory, size, "frames_put (value)");
	memset(frame->value, (int)(key & 0xff), size);
	say(frames, USE_KEEP, frames->count++, "frames_put (value)");
}

/* ---- the workload --------------------------------------------------------------------------- */

static void evict(struct run *run, struct frames *frames, const struct frames_rule *rule,
	bool *is_told)
{
	if (!*is_told) {
		memory_mark(run->memory, "the cache is full");
		memory_note(run->memory, "All %zu frames are taken. From now on a miss %s.",
			frames->capacity, rule->words);
		*is_told = true;
	}
	size_t at = rule->victim(frames);
	say(frames, USE_EVICT, at, "frames_evict");
	run->tally.bytes -= frames->order[at].size;
	drop(frames, at, "frames_evict");
	run_notes(run, SPAN_EVICTIONS, 1);
}

static void ask(struct run *run, struct frames *frames, const struct frames_rule *rule,
	const struct request *request, bool *is_told)
{
	size_t at = find(frames, request->key);
	bool is_hit = at < frames->count;

	run_looked_up(run, is_hit);
	if (is_hit) {
		frames->order[at].next = request->next;
		hit(frames, at, rule);
		return;
	}
	memory_caches(run->memory, USE_MISS, OBJECT_NONE, request->key, "frames_get");
	if (frames->count == frames->capacity)
		evict(run, frames, rule, is_told);
	keep(frames, request->key, draw_size(&run->draws, &run->sizes));
	frames->order[frames->count - 1].next = request->next;
	run->tally.entries = frames->count;
	run->tally.bytes += frames->order[frames->count - 1].size;
}

static void work(struct run *run, const struct frames_rule *rule, const struct requests *requests)
{
	struct frames frames = {.memory = run->memory,
		.capacity = (size_t)options_number(run->options, "capacity")};
	bool is_told = false;
	struct units misses, lookups;

	memory_note(run->memory,
		"A cache of %zu frames. When all are taken, a miss %s. The panel Cache shows its order.",
		frames.capacity, rule->words);
	frames.order = memory_allocate(run->memory, frames.capacity * sizeof(*frames.order),
		"frames_new (table)");
	for (size_t i = 0; run_goes_on(run); i++)
		ask(run, &frames, rule, &requests->items[i], &is_told);
	run_ends(run);
	memory_mark(run->memory, "the work is done");
	memory_note(run->memory, "%s of %s lookups were misses. The cache is dropped.",
		units_count(&misses, run->tally.lookups - run->tally.hits),
		units_count(&lookups, run->tally.lookups));
	while (frames.count > 0)
		drop(&frames, frames.count - 1, "frames_free");
	memory_release(run->memory, frames.order, "frames_free");
	memory_note(run->memory, "Everything was freed.");
}

int frames_run(struct run *run, const struct frames_rule *rule, struct error *err)
{
	const char *words = options_text(run->options, "requests");
	struct requests requests = {0};
	int result = 0;

	if (strcmp(words, "random") == 0)
		draw_requests(run, &requests);
	else
		result = parse_requests(words, &requests, err);
	if (result == 0) {
		run->planned = requests.count;
		find_next(&requests);
		work(run, rule, &requests);
	}
	free(requests.items);
	return result;
}
