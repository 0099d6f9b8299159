/*
 * See models.h. A model reads the events of an exercise, or the numbers of its question, and says
 * what the rule says that the lesson teaches: in a page of code, without an engine.
 */
#include "models.h"

#include "base/error.h"
#include "support.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define EVENTS_MAX  96u
#define OBJECTS_MAX 128u
#define HEAP_MAX    65536u
#define NOWHERE     UINT64_MAX

/* The events, the last of which is asked about. */
struct story {
	struct event events[EVENTS_MAX];
	size_t count;
	const struct event *asked;
	const char *question;
};

static void read_story(struct story *story, const struct exercise *exercise)
{
	struct trace *trace = NULL;
	struct text all = {0};
	struct error err;

	text_add(&all, "%s%s", text_of(&exercise->trace), text_of(&exercise->asked));
	assert_int_equal(trace_open_memory(&trace, text_of(&all), all.length, "model", 0, &err), 0);
	*story = (struct story){.question = text_of(&exercise->question)};
	while (story->count < EVENTS_MAX &&
		trace_get(trace, story->count, &story->events[story->count]))
		story->count++;
	assert_int_equal(story->count, trace_length(trace));
	story->asked = &story->events[story->count - 1];
	trace_close(trace);
	text_finish(&all);
}

static void add_if(struct text *out, bool is_so, uint32_t object)
{
	if (is_so)
		text_add(out, " %" PRIu32, object);
}

static void none_if_empty(struct text *out)
{
	if (out->length == 0)
		text_add(out, "none");
}

/* The number before the words in the question. */
static unsigned number_before(const struct story *story, const char *words)
{
	const char *at = strstr(story->question, words);
	unsigned number = 0, unit = 1;

	assert_non_null(at);
	for (at--; at > story->question && (*at == ' ' || *at == ','); at--)
		;
	for (; at >= story->question && ((*at >= '0' && *at <= '9') || *at == ','); at--)
		if (*at != ',') {
			number += unit * (unsigned)(*at - '0');
			unit *= 10;
		}
	assert_true(unit > 1);
	return number;
}

/* ---- a heap of bytes, first fit ------------------------------------------------------------- */

struct bytes {
	uint32_t owner[HEAP_MAX]; /* 1 + its number; 0: free */
	size_t size;
	uint64_t address[OBJECTS_MAX];
};

static uint64_t bytes_take(struct bytes *bytes, uint32_t object, uint64_t size)
{
	uint64_t run = 0;

	for (size_t at = 0; at < bytes->size; at++) {
		run = bytes->owner[at] ? 0 : run + 1;
		if (run < size)
			continue;
		for (size_t i = 0; i < size; i++)
			bytes->owner[at - i] = object + 1;
		return bytes->address[object] = at + 1 - size;
	}
	return NOWHERE;
}

static void bytes_give(struct bytes *bytes, uint32_t object)
{
	for (size_t at = 0; at < bytes->size; at++)
		if (bytes->owner[at] == object + 1)
			bytes->owner[at] = 0;
}

/* All but the last event. */
static void bytes_play(struct bytes *bytes, const struct story *story, size_t size)
{
	*bytes = (struct bytes){.size = size};
	for (size_t i = 0; i + 1 < story->count; i++) {
		const struct event *event = &story->events[i];
		if (event->kind == EVENT_ALLOCATE)
			bytes_take(bytes, event->object, event->size);
		else if (event->kind == EVENT_FREE)
			bytes_give(bytes, event->object);
	}
}

static void overwritten(const struct story *story, struct text *out)
{
	static struct bytes bytes;
	const struct event *asked = story->asked;

	bytes_play(&bytes, story, 160);
	uint64_t from = bytes.address[asked->object] + (uint64_t)asked->offset;
	for (uint32_t object = 1; object < OBJECTS_MAX; object++) {
		bool is_hit = false;
		for (uint64_t at = from; at < from + asked->size && at < bytes.size; at++)
			is_hit |= bytes.owner[at] == object + 1;
		add_if(out, is_hit, object);
	}
}

/* A free of a block that is there frees it, whoever has it. */
static void stale_pointer(const struct story *story, struct text *out)
{
	static struct bytes bytes;

	bytes_play(&bytes, story, 160);
	uint64_t at = bytes.address[story->asked->object];
	uint32_t owner = bytes.owner[at];
	add_if(out, owner && bytes.address[owner - 1] == at, owner - 1);
}

static void vector_place(const struct story *story, struct text *out)
{
	static struct bytes bytes;

	bytes_play(&bytes, story, HEAP_MAX);
	uint64_t at = bytes_take(&bytes, story->asked->object, story->asked->size);
	if (at != NOWHERE)
		text_add(out, "%" PRIu64, at);
}

static void vector_end(const struct story *story, struct text *out)
{
	static struct bytes bytes;
	uint64_t elements = number_before(story, " elements and ");
	bool is_half = strstr(story->question, "by half");
	uint32_t object = 1;

	bytes = (struct bytes){.size = number_before(story, " bytes, no headers")};
	bytes_take(&bytes, object, 4 * elements);
	for (;; object++) {
		uint64_t more = is_half ? elements * 3 / 2 : elements * 2;
		if (bytes_take(&bytes, object + 1, 4 * more) == NOWHERE)
			break;
		bytes_give(&bytes, object);
		elements = more;
	}
	text_add(out, "%" PRIu64, elements);
}

/* The newest in front, or the oldest; the first that is large enough. */
static void list_order(const struct story *story, struct text *out)
{
	static struct bytes bytes;
	uint64_t sizes[OBJECTS_MAX] = {0}, found = NOWHERE;
	bool is_front = strstr(story->question, "to the front");

	bytes_play(&bytes, story, 120);
	for (size_t i = 0; i + 1 < story->count; i++) {
		const struct event *event = &story->events[i];
		if (event->kind == EVENT_ALLOCATE)
			sizes[event->object] = event->size;
		else if (sizes[event->object] >= story->asked->size &&
			 (is_front || found == NOWHERE))
			found = bytes.address[event->object];
	}
	if (found != NOWHERE)
		text_add(out, "%" PRIu64, found);
}

/* ---- counting ------------------------------------------------------------------------------- */

static void drift(const struct story *story, struct text *out)
{
	uint64_t left = 100;

	for (size_t i = 0; i < story->count; i++) {
		const struct event *event = &story->events[i];
		if (event->kind == EVENT_FREE)
			left += event->size;
		else if (event->size <= left)
			left -= event->size;
	}
	text_add(out, "%" PRIu64, left);
}

static void faults(const struct story *story, struct text *out)
{
	bool is_live[OBJECTS_MAX] = {false};
	unsigned count = 0;

	for (size_t i = 0; i < story->count; i++) {
		const struct event *event = &story->events[i];
		if (event->object == OBJECT_NONE)
			continue;
		count += event->kind == EVENT_FREE && !is_live[event->object];
		is_live[event->object] = event->kind == EVENT_ALLOCATE;
	}
	text_add(out, "%u", count);
}

/* ---- the C library -------------------------------------------------------------------------- */

static uint64_t chunk_of(uint64_t size)
{
	return (size + 8 + 15) / 16 * 16;
}

static void merged(const struct story *story, struct text *out)
{
	uint64_t chunks[OBJECTS_MAX] = {0}, length = 0;
	bool is_live[OBJECTS_MAX] = {false};
	uint32_t n = 0, first = story->asked->object;

	for (size_t i = 0; i < story->count; i++) {
		const struct event *event = &story->events[i];
		is_live[event->object] = event->kind == EVENT_ALLOCATE;
		if (event->kind == EVENT_ALLOCATE) {
			chunks[event->object] = chunk_of(event->size);
			n++;
		}
	}
	while (first > 0 && !is_live[first - 1])
		first--;
	while (first < n && !is_live[first])
		length += chunks[first++];
	if (first < n)
		text_add(out, "%" PRIu64, length);
}

/* The smallest one that is large enough. */
static void large_bin(const struct story *story, struct text *out)
{
	uint64_t chunks[OBJECTS_MAX] = {0}, need = chunk_of(story->asked->size), best = NOWHERE;
	uint32_t found = 0;

	for (size_t i = 0; i + 1 < story->count; i++) {
		const struct event *event = &story->events[i];
		if (event->kind == EVENT_ALLOCATE) {
			chunks[event->object] = chunk_of(event->size);
		} else if (chunks[event->object] >= need && chunks[event->object] < best) {
			best = chunks[event->object];
			found = event->object;
		}
	}
	add_if(out, best != NOWHERE, found);
}

/* The rest of three freed chunks, and which of them is the last remainder. */
struct rests {
	uint64_t size[3];
	int last; /* -1: none */
};

/* From which of them the request is served. */
static int serve(struct rests *rests, uint64_t size, bool is_first)
{
	uint64_t need = chunk_of(size) < 32 ? 32 : chunk_of(size);
	int found = -1, best = -1;

	for (int i = 0; i < 3 && found < 0; i++) /* exactly, from its bin */
		found = rests->size[i] == need && (is_first || i != rests->last) ? i : -1;
	if (found < 0 && rests->last >= 0 && rests->size[rests->last] > need + 32)
		found = rests->last;
	for (int i = 0; found < 0 && i < 3; i++)
		if (rests->size[i] >= need && (best < 0 || rests->size[i] < rests->size[best]))
			best = i;
	found = found < 0 ? best : found;
	if (found < 0)
		return found;
	bool is_cut = rests->size[found] >= need + 32;
	rests->size[found] = is_cut ? rests->size[found] - need : 0;
	rests->last = is_cut ? found : found == rests->last ? -1 : rests->last;
	return found;
}

/* The last remainder while it is long enough, though a smaller chunk might do; or the smallest. */
static void last_remainder(const struct story *story, struct text *out)
{
	struct rests rests = {.last = -1};
	bool is_first = true;
	int found = -1;

	for (size_t i = 0; i < story->count; i++) {
		const struct event *event = &story->events[i];
		if (event->kind != EVENT_ALLOCATE)
			continue;
		if (event->object < 6 && event->object % 2 == 0)
			rests.size[event->object / 2] = chunk_of(event->size);
		if (event->object < 6)
			continue;
		found = serve(&rests, event->size, is_first);
		is_first = false;
	}
	add_if(out, found >= 0, 2 * (uint32_t)found);
	none_if_empty(out);
}

/* The one freed last. */
static void cached_chunk(const struct story *story, struct text *out)
{
	bool is_passed_by = story->asked->call == CALL_CALLOC && strstr(story->question, "2.36");
	uint32_t last = OBJECT_NONE;

	for (size_t i = 0; i + 1 < story->count; i++)
		if (story->events[i].kind == EVENT_FREE)
			last = story->events[i].object;
	add_if(out, last != OBJECT_NONE && !is_passed_by, last);
}

/* The one freed last of those that have its size. */
static void fast_bin(const struct story *story, struct text *out)
{
	uint64_t chunks[OBJECTS_MAX] = {0};
	uint32_t last = OBJECT_NONE;

	for (size_t i = 0; i + 1 < story->count; i++) {
		const struct event *event = &story->events[i];
		if (event->kind == EVENT_ALLOCATE)
			chunks[event->object] = chunk_of(event->size);
		else if (chunks[event->object] == chunk_of(story->asked->size))
			last = event->object;
	}
	add_if(out, last != OBJECT_NONE, last);
}

/* Above the largest mapping that was freed, and above 128 KiB at first. */
static void mapped(const struct story *story, struct text *out)
{
	bool is_mapped[OBJECTS_MAX] = {false};
	uint64_t threshold = 128 << 10, sizes[OBJECTS_MAX] = {0};

	for (size_t i = 0; i < story->count; i++) {
		const struct event *event = &story->events[i];
		uint32_t object = event->object;
		if (event->kind == EVENT_ALLOCATE) {
			sizes[object] = event->size;
			is_mapped[object] = event->size >= threshold;
			continue;
		}
		uint64_t pages = (sizes[object] + 16 + 4095) / 4096 * 4096;
		if (is_mapped[object] && pages > threshold)
			threshold = pages;
		is_mapped[object] = false;
	}
	for (uint32_t i = 0; i < OBJECTS_MAX; i++)
		add_if(out, is_mapped[i], i);
}

/* Threads 0 and 2 share arena 0; a thread takes back first what it has freed last. */
static void thread_arena(const struct story *story, struct text *out)
{
	unsigned arena[OBJECTS_MAX] = {0}, cached[4] = {0};
	bool is_live[OBJECTS_MAX] = {false}, has_cached[4] = {false};

	for (size_t i = 0; i < story->count; i++) {
		const struct event *event = &story->events[i];
		uint32_t thread = event->thread;
		is_live[event->object] = event->kind == EVENT_ALLOCATE;
		if (event->kind == EVENT_FREE)
			cached[thread] = arena[event->object];
		else
			arena[event->object] = has_cached[thread] ? cached[thread] : thread == 1;
		has_cached[thread] = event->kind == EVENT_FREE;
	}
	for (uint32_t i = 0; i < OBJECTS_MAX; i++)
		add_if(out, is_live[i] && arena[i] == 1, i);
}

/* ---- Python --------------------------------------------------------------------------------- */

static void served_by(const struct story *story, struct text *out)
{
	for (size_t i = 0; i < story->count; i++) {
		const struct event *event = &story->events[i];
		bool is_python = event->domain == DOMAIN_MEM || event->domain == DOMAIN_OBJ;
		add_if(out, is_python && event->size <= 512, event->object);
	}
}

/* A full pool in which a block is freed goes to the front, and serves until it is full. */
static void pool_next(const struct story *story, struct text *out)
{
	uint32_t pool_of[OBJECTS_MAX] = {0}, front[8], n = 0, used[3] = {0}, made = 0, pool = 0;

	for (size_t i = 0; i < story->count; i++) {
		const struct event *event = &story->events[i];
		if (event->kind == EVENT_FREE) {
			pool = pool_of[event->object];
			if (used[pool]-- == 7)
				front[n++] = pool;
			continue;
		}
		pool = made < 21 ? made / 7 : front[n - 1];
		pool_of[event->object] = pool;
		made++;
		if (++used[pool] == 7 && made > 21)
			n--;
	}
	text_add(out, "%" PRIu32, pool);
}

static void resizes(const struct story *story, struct text *out)
{
	uint64_t block = 0;
	unsigned moved = 0;

	for (size_t i = 0; i < story->count; i++) {
		uint64_t size = story->events[i].size;
		bool stays = size <= block && 4 * size > 3 * block;
		if (stays)
			continue;
		moved += i > 0;
		block = (size + 15) / 16 * 16;
	}
	text_add(out, "%u", moved);
}

static void pool_header(const struct story *story, struct text *out)
{
	unsigned at = number_before(story, " bytes from the arena's beginning");
	unsigned pool = number_before(story, " bytes, in an arena");

	text_add(out, "%u", at / pool * pool);
}

static void due(const struct story *story, struct text *out)
{
	const struct event *set = &story->events[0];
	uint64_t thresholds[3] = {set->size, set->older[0], set->older[1]}, counts[3] = {0};
	int collected = -1;

	for (size_t i = 1; i < story->count; i++) {
		collected = -1;
		if (++counts[0] <= thresholds[0])
			continue;
		collected = counts[2] > thresholds[2] ? 2 : counts[1] > thresholds[1] ? 1 : 0;
		for (int g = 0; g <= collected; g++)
			counts[g] = 0;
		if (collected < 2)
			counts[collected + 1]++;
	}
	if (collected >= 0)
		text_add(out, "%d", collected);
}

/* ---- Java ----------------------------------------------------------------------------------- */

struct graph {
	bool is_root[OBJECTS_MAX], is_reached[OBJECTS_MAX];
	bool refers[OBJECTS_MAX][OBJECTS_MAX]; /* from, to */
};

static void reach(struct graph *graph)
{
	memcpy(graph->is_reached, graph->is_root, sizeof(graph->is_root));
	for (bool has_more = true; has_more;) {
		has_more = false;
		for (uint32_t from = 0; from < OBJECTS_MAX; from++)
			for (uint32_t to = 0; graph->is_reached[from] && to < OBJECTS_MAX; to++)
				if (graph->refers[from][to] && !graph->is_reached[to])
					has_more = graph->is_reached[to] = true;
	}
}

static void roots(const struct story *story, struct text *out)
{
	static struct graph graph;
	unsigned depth[2] = {0}, frame_of[OBJECTS_MAX] = {0};
	uint32_t thread_of[OBJECTS_MAX] = {0};

	graph = (struct graph){.is_root = {false}};
	for (size_t i = 0; i < story->count; i++) {
		const struct event *event = &story->events[i];
		uint32_t thread = event->thread, object = event->object;
		if (event->kind == EVENT_ENTER) {
			depth[thread]++;
		} else if (event->kind == EVENT_NEW) {
			frame_of[object] = event->domain == DOMAIN_META ? 0 : depth[thread];
			thread_of[object] = thread;
			graph.is_root[object] = true;
		} else if (event->kind == EVENT_REF) {
			graph.refers[event->other][object] = true;
		} else if (event->kind == EVENT_LEAVE) {
			for (uint32_t j = 1; j <= 6; j++)
				if (thread_of[j] == thread && frame_of[j] == depth[thread])
					graph.is_root[j] = false;
			depth[thread]--;
		}
	}
	reach(&graph);
	for (uint32_t i = 1; i <= 6; i++)
		add_if(out, !graph.is_reached[i], i);
}

static void soft(const struct story *story, struct text *out)
{
	static struct graph graph;
	bool is_short = story->asked->kind == EVENT_NEW;

	graph = (struct graph){.is_root = {false}};
	for (size_t i = 0; i < story->count; i++) {
		const struct event *event = &story->events[i];
		if (event->kind == EVENT_NEW)
			graph.is_root[event->object] = true;
		else if (event->kind == EVENT_UNREF)
			graph.is_root[event->object] = false;
		else if (event->kind == EVENT_REF)
			graph.refers[event->other][event->object] = true;
		else if (event->kind == EVENT_WEAK && (event->flags & EVENT_SOFT) && !is_short)
			graph.refers[event->object][event->other] = true;
	}
	reach(&graph);
	for (uint32_t i = 1; i <= 5; i++)
		add_if(out, !graph.is_reached[i], i);
}

/* ---- sizes ---------------------------------------------------------------------------------- */

/* A difference below zero is a huge size_t. */
static void takes(const struct story *story, struct text *out)
{
	const char *minus = strstr(story->question, " - ");
	unsigned from = number_before(story, " - "), less = 0;

	assert_non_null(minus);
	assert_int_equal(sscanf(minus, " - %u", &less), 1);
	if (less > from)
		text_add(out, "none");
	else
		text_add(out, "%u", less == from ? 16 : 8 + (from - less + 7) / 8 * 8);
}

/* ---- a pool that is not set, a heap that grows ---------------------------------------------- */

static void unset(const struct story *story, struct text *out)
{
	bool forgets = strstr(story->question, "forgets") != NULL;
	unsigned failed = 0, taken = 0;

	for (size_t i = 0; i < story->count; i++) {
		bool is_served = !forgets && story->events[i].size <= 32 && taken < 4;
		taken += is_served;
		failed += !is_served;
	}
	text_add(out, "%u", failed);
}

static void heap_end(const struct story *story, struct text *out)
{
	static struct bytes bytes;

	bytes = (struct bytes){.size = 0};
	for (size_t i = 0; i < story->count; i++) {
		const struct event *event = &story->events[i];
		if (event->kind == EVENT_FREE)
			bytes_give(&bytes, event->object);
		while (event->kind == EVENT_ALLOCATE &&
			bytes_take(&bytes, event->object, event->size) == NOWHERE)
			bytes.size += 4096;
	}
	text_add(out, "%zu", bytes.size);
}

/* ---- more of the C library ------------------------------------------------------------------ */

/* Objects 0 to 9 are side by side; a run of two or three was freed after the first seven. */
static void joined(const struct story *story, struct text *out)
{
	uint32_t freed[OBJECTS_MAX], frees = 0, begin = 10, run = 0;
	bool is_loose[11] = {false};

	for (size_t i = 0; i < story->count; i++)
		if (story->events[i].kind == EVENT_FREE)
			freed[frees++] = story->events[i].object;
	if (story->asked->size == 200) {
		text_add(out, "%" PRIu32, freed[6]);
		return;
	}
	for (uint32_t i = 7; i < frees; i++)
		is_loose[freed[i]] = true;
	for (uint32_t i = 0; i < 10; i++) {
		run = is_loose[i] ? run + 1 : 0;
		if (run == 2 && begin == 10)
			begin = i - 1;
	}
	if (begin < 10)
		text_add(out, "%" PRIu32, begin);
}

static void shrinks(const struct story *story, struct text *out)
{
	uint64_t top = number_before(story, " bytes, follows"),
		 chunk = number_before(story, " bytes are side");
	unsigned stays = 0;
	const char *at = strstr(story->question, "Object ");

	assert_true(at && sscanf(at, "Object %u stays", &stays) == 1);
	top += chunk * (7 - stays);
	text_add(out, top >= 131072 + 33 + 4096 ? "yes" : "no");
}

/* ---- a collector that runs by itself -------------------------------------------------------- */

static void automatic(const struct story *story, struct text *out)
{
	bool is_young[OBJECTS_MAX] = {false}, is_dropped[OBJECTS_MAX] = {false};
	bool is_off = strstr(story->question, "gc.disable()") != NULL;
	uint64_t threshold = story->events[0].size, made = 0;

	for (size_t i = 1; i < story->count; i++) {
		const struct event *event = &story->events[i];
		if (event->kind == EVENT_UNREF)
			is_dropped[event->object] = true;
		if (event->kind != EVENT_NEW)
			continue;
		bool is_due = ++made > threshold && !is_off;
		for (uint32_t object = 1; is_due && object < event->object; object++) {
			add_if(out, is_young[object] && is_dropped[object] && event == story->asked,
				object);
			is_young[object] = false;
		}
		made = is_due ? 0 : made;
		is_young[event->object] = true;
	}
}

/* ---- the table ------------------------------------------------------------------------------ */

static const struct {
	const char *kind;
	void (*answer)(const struct story *story, struct text *out);
} models[] = {
	{"automatic", automatic},
	{"cached-chunk", cached_chunk},
	{"drift", drift},
	{"due", due},
	{"fast-bin", fast_bin},
	{"faults", faults},
	{"heap-end", heap_end},
	{"joined", joined},
	{"large-bin", large_bin},
	{"list-order", list_order},
	{"mapped", mapped},
	{"merged", merged},
	{"overwritten", overwritten},
	{"pool-header", pool_header},
	{"pool-next", pool_next},
	{"remainder", last_remainder},
	{"resizes", resizes},
	{"roots", roots},
	{"served-by", served_by},
	{"shrinks", shrinks},
	{"soft", soft},
	{"stale-pointer", stale_pointer},
	{"takes", takes},
	{"thread-arena", thread_arena},
	{"unset", unset},
	{"vector-end", vector_end},
	{"vector-place", vector_place},
};

bool model_answers(const struct exercise *exercise, struct text *out)
{
	static struct story story;

	for (size_t i = 0; i < sizeof(models) / sizeof(*models); i++)
		if (strcmp(models[i].kind, exercise->kind->name) == 0) {
			read_story(&story, exercise);
			models[i].answer(&story, out);
			none_if_empty(out);
			return true;
		}
	return false;
}
