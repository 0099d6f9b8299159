/* See lives.h. Blocks are kept in a hash by object, as long as they live. */
#include "report/lives.h"

#include "base/progress.h"
#include "base/xalloc.h"
#include "heap/heap.h"
#include "player/mark_names.h"
#include "report/arena_table.h"
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

#define BATCH        256u
#define STATIONS     10u /* where there are too few marks */
#define FEWEST_MARKS 3u

struct lived_block {
	uint64_t size, born;
	uint64_t since;   /* position of the event from which on it is its caller's */
	uint64_t address; /* as recorded; 0: not known */
	uint32_t object, caller, site;
	bool is_used; /* the cell is in use */
	bool is_live;
};

struct reading {
	struct lives *lives;
	struct arena_table table;
	const struct callers *callers;
	size_t used; /* cells of the hash */
	uint64_t stations[STATIONS_MAX];
	uint64_t *noted; /* live bytes of each caller at the station before */
	size_t station;  /* that comes next */
	uint64_t now;
};

/* ---- blocks -------------------------------------------------------------------------------- */

static struct lived_block *find_block(const struct lives *lives, uint32_t object)
{
	for (size_t at = (size_t)(object * UINT64_C(0x9E3779B97F4A7C15) >> 20);; at++) {
		struct lived_block *block = &lives->blocks[at & (lives->room - 1)];
		if (!block->is_used || block->object == object)
			return block;
	}
}

/* Blocks that are dead leave with the next growth. */
static void grow(struct reading *reading)
{
	struct lives *lives = reading->lives;
	struct lived_block *old = lives->blocks;
	size_t room = lives->room, live = 0;

	for (size_t i = 0; i < room; i++)
		live += old[i].is_used && old[i].is_live;
	while (lives->room < live * 4)
		lives->room *= 2;
	lives->blocks = xcalloc(lives->room, sizeof(*lives->blocks));
	reading->used = live;
	for (size_t i = 0; i < room; i++)
		if (old[i].is_used && old[i].is_live)
			*find_block(lives, old[i].object) = old[i];
	free(old);
}

static struct lived_block *block_of(struct reading *reading, uint32_t object)
{
	struct lived_block *block = find_block(reading->lives, object);

	if (block->is_used)
		return block;
	if ((reading->used + 1) * 2 > reading->lives->room) {
		grow(reading);
		block = find_block(reading->lives, object);
	}
	*block = (struct lived_block){.object = object, .is_used = true};
	reading->used++;
	return block;
}

static void end_life(const struct reading *reading, struct lived_block *block)
{
	struct life *life = &reading->lives->items[block->caller];

	if (!block->is_live)
		return;
	block->is_live = false;
	life->live--;
	life->live_bytes -= block->size;
	life->freed++;
	life->lived += (double)(reading->now - block->born);
}

static void give(struct life *life, const struct lived_block *block, int64_t sign)
{
	life->requests += (uint64_t)sign;
	life->bytes += (uint64_t)sign * block->size;
	life->live += (uint64_t)sign;
	life->live_bytes += (uint64_t)sign * block->size;
}

/* The block is pymalloc's, whatever line asked for it. */
static void make_table(struct reading *reading, uint32_t object)
{
	struct lived_block *block = find_block(reading->lives, object);

	if (!block->is_used || !block->is_live || block->caller == CALLER_ARENA_TABLE)
		return;
	give(&reading->lives->items[block->caller], block, -1);
	block->caller = CALLER_ARENA_TABLE;
	block->site = SITE_NONE;
	give(&reading->lives->items[block->caller], block, 1);
}

static bool is_table(const struct lives *lives, uint32_t object)
{
	return object != OBJECT_NONE && lives_caller(lives, object) == CALLER_ARENA_TABLE;
}

static void add_event(struct reading *reading, uint64_t at, const struct event *event)
{
	bool asks = event_asks_for_memory(event), ends = event_ends_object(event);
	uint32_t site = event->site, caller = callers_of_site(reading->callers, site), table;

	if (arena_table_seen(&reading->table, event, &table))
		make_table(reading, table);
	if (event->kind == EVENT_REALLOCATE && is_table(reading->lives, event->object)) {
		caller = CALLER_ARENA_TABLE;
		site = SITE_NONE;
	}
	if (asks && event->object != OBJECT_NONE && event->object >= reading->lives->objects)
		reading->lives->objects = event->object + UINT64_C(1);
	if (event_is_of_allocator(event) || !(asks || ends))
		return;
	if (asks) {
		reading->lives->items[caller].requests++;
		reading->lives->items[caller].bytes += event->size;
	}
	if (event->object == OBJECT_NONE || event->flags & EVENT_FAILED ||
		event_makes_counted(event))
		return;
	struct lived_block *block = block_of(reading, event->object);
	if (event->kind == EVENT_REALLOCATE && site == SITE_NONE && block->is_live) {
		caller = block->caller;
		site = block->site;
	}
	bool goes_on = event->kind == EVENT_REALLOCATE && block->is_live && block->caller == caller;
	end_life(reading, block);
	if (ends)
		return;
	if (!goes_on)
		block->since = at;
	block->size = event->size;
	block->address = event->address;
	block->born = reading->now;
	block->caller = caller;
	block->site = site;
	block->is_live = true;
	reading->lives->items[caller].live++;
	reading->lives->items[caller].live_bytes += event->size;
}

/* ---- stations ------------------------------------------------------------------------------ */

/* A mark that a person or the program has set, before the position. */
static bool is_station(const struct trace_mark *mark, uint64_t position)
{
	return mark->position + 1 < position && !mark_name_is_recorders(mark->name);
}

/* The last marks before the position, or even parts of the way; the position is the last. */
static void choose_stations(struct reading *reading, struct trace *trace, uint64_t position)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(trace, &marks), found = 0;
	struct lives *lives = reading->lives;

	for (size_t i = count; i-- > 0 && found < STATIONS_MAX - 1;)
		if (is_station(&marks[i], position))
			reading->stations[STATIONS_MAX - 2 - found++] = marks[i].position + 1;
	lives->at_marks = found + 1 >= FEWEST_MARKS;
	lives->nstations = 0;
	for (size_t i = 0; lives->at_marks && i < found; i++)
		reading->stations[lives->nstations++] =
			reading->stations[STATIONS_MAX - 1 - found + i];
	for (size_t i = 1; !lives->at_marks && i < STATIONS; i++)
		reading->stations[lives->nstations++] = position / STATIONS * i;
	reading->stations[lives->nstations++] = position;
}

static void note_change(struct life *life, uint64_t before)
{
	life->has_fallen |= life->live_bytes < before;
	life->rises += life->live_bytes > before;
}

/* Notes what every caller has. */
static void stop_at_station(struct reading *reading)
{
	for (size_t i = 0; i < reading->lives->count; i++) {
		struct life *life = &reading->lives->items[i];
		if (reading->station == 0)
			life->first_bytes = life->live_bytes;
		else
			note_change(life, reading->noted[i]);
		reading->noted[i] = life->live_bytes;
	}
	reading->station++;
}

/* ---- reading ------------------------------------------------------------------------------- */

static void read_events(struct reading *reading, struct trace *trace, uint64_t position)
{
	struct event events[BATCH];
	size_t n;

	for (uint64_t at = 0; at < position; at += n) {
		progress_say("reading", "events", at, position);
		n = trace_read(trace, at, events, BATCH);
		if (n == 0)
			return;
		for (size_t i = 0; i < n && at + i < position; i++) {
			while (reading->station < reading->lives->nstations &&
				at + i == reading->stations[reading->station])
				stop_at_station(reading);
			if (events[i].flags & EVENT_HAS_TIME)
				reading->now = events[i].time;
			else if (!reading->lives->has_times)
				reading->now = at + i;
			add_event(reading, at + i, &events[i]);
		}
	}
}

/* ---- what is live -------------------------------------------------------------------------- */

static bool agrees(const struct lives *lives, const struct heap *heap)
{
	uint64_t live = 0, bytes = 0;
	struct heap_sums sums;

	heap_sums(heap, &sums);
	for (size_t i = 0; i < lives->count; i++) {
		live += lives->items[i].live;
		bytes += lives->items[i].live_bytes;
	}
	return live == sums.live && bytes == sums.live_bytes;
}

/* Live bytes that the heap has for the object in a block of a layer; false: none. */
static bool has_block(const struct heap *heap, uint32_t object, struct live *ret_live)
{
	return heap_find(heap, object, ret_live) && ret_live->layer < heap_layer_count(heap);
}

static void settle_block(struct lives *lives, struct lived_block *block, const struct heap *heap)
{
	struct life *life = &lives->items[block->caller];
	struct live live = {.size = 0};
	bool is_live = has_block(heap, block->object, &live);

	life->live += (uint64_t)is_live - (uint64_t)block->is_live;
	life->live_bytes += (is_live ? live.size : 0) - (block->is_live ? block->size : 0);
	block->is_live = is_live;
	block->size = live.size;
}

/* Of counted objects the events say when they are made only. */
static void add_counted(struct reading *reading, const struct heap *heap, struct trace *trace)
{
	struct counted counted;
	struct event event;
	struct live live;

	for (uint32_t cursor = 0; heap_next_counted(heap, &cursor, &counted);) {
		struct lived_block *block = block_of(reading, counted.object);
		if (block->is_live || !has_block(heap, counted.object, &live))
			continue;
		bool is_known = trace_get(trace, live.born, &event);
		block->site = is_known ? event.site : SITE_NONE;
		block->caller = callers_of_site(reading->callers, block->site);
		block->since = live.born;
		block->born = is_known && (event.flags & EVENT_HAS_TIME) ? event.time : live.born;
		settle_block(reading->lives, block, heap);
	}
}

/*
 * The events say what was asked for, and the heap what came of it. Grows with the live objects,
 * where the two do not agree.
 */
static void settle(struct reading *reading, const struct heap *heap, struct trace *trace)
{
	struct lives *lives = reading->lives;

	if (agrees(lives, heap))
		return;
	for (size_t i = 0; i < lives->room; i++)
		if (lives->blocks[i].is_used)
			settle_block(lives, &lives->blocks[i], heap);
	add_counted(reading, heap, trace);
}

void lives_read(struct lives *ret_lives, struct trace *trace, const struct callers *callers,
	uint64_t position, const struct heap *heap)
{
	struct reading reading = {.lives = ret_lives, .callers = callers};
	struct event first;

	*ret_lives = (struct lives){.count = callers_count(callers), .room = 1024};
	ret_lives->items = xcalloc(ret_lives->count, sizeof(*ret_lives->items));
	for (uint32_t i = 0; i < ret_lives->count; i++)
		ret_lives->items[i] = (struct life){.caller = i};
	for (uint64_t at = 0; at < BATCH && trace_get(trace, at, &first); at++)
		ret_lives->has_times |= (first.flags & EVENT_HAS_TIME) != 0;
	ret_lives->blocks = xcalloc(ret_lives->room, sizeof(*ret_lives->blocks));
	reading.noted = xcalloc(ret_lives->count, sizeof(*reading.noted));
	choose_stations(&reading, trace, position);
	read_events(&reading, trace, position);
	if (heap)
		settle(&reading, heap, trace);
	while (reading.station < ret_lives->nstations)
		stop_at_station(&reading);
	for (size_t i = 0; i < ret_lives->room; i++) {
		const struct lived_block *block = &ret_lives->blocks[i];
		struct life *life = &ret_lives->items[block->caller];
		if (block->is_live && reading.now - block->born > life->oldest)
			life->oldest = reading.now - block->born;
	}
	free(reading.noted);
}

bool life_only_grew(const struct life *life)
{
	return !life->has_fallen && life->rises >= 2;
}

const struct life *lives_largest(const struct lives *lives)
{
	const struct life *largest = NULL;

	for (size_t i = 0; i < lives->count; i++)
		if (lives->items[i].live_bytes > (largest ? largest->live_bytes : 0))
			largest = &lives->items[i];
	return largest;
}

uint32_t lives_caller(const struct lives *lives, uint32_t object)
{
	const struct lived_block *block = find_block(lives, object);

	return block->is_used && block->is_live ? block->caller : 0;
}

static bool take_lived(const struct lived_block *block, struct lived *ret_lived)
{
	bool is_live = block->is_used && block->is_live;

	if (is_live)
		*ret_lived = (struct lived){block->object, block->caller, block->site, block->since,
			block->address, block->size};
	return is_live;
}

bool lives_find(const struct lives *lives, uint32_t object, struct lived *ret_lived)
{
	return take_lived(find_block(lives, object), ret_lived);
}

bool lives_next(const struct lives *lives, size_t *cursor, struct lived *ret_lived)
{
	while (*cursor < lives->room)
		if (take_lived(&lives->blocks[(*cursor)++], ret_lived))
			return true;
	return false;
}

void lives_finish(struct lives *lives)
{
	free(lives->items);
	free(lives->blocks);
	*lives = (struct lives){.items = NULL};
}
