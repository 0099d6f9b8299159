/* See lives.h. Blocks are kept as long as they live: memory grows with the most that are. */
#include "report/lives.h"

#include "base/progress.h"
#include "base/xalloc.h"
#include "flat/index.h"
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
	uint32_t next_free;       /* of one that is not in use: the next such one, + 1; 0: none */
	bool is_used, is_mapping; /* is_mapping: the program has mapped it by itself */
};

struct reading {
	struct lives *lives;
	struct arena_table table;
	const struct callers *callers;
	uint64_t stations[STATIONS_MAX];
	uint64_t *noted; /* live bytes of each caller at the station before */
	size_t station;  /* that comes next */
	uint64_t now;
};

/* ---- blocks -------------------------------------------------------------------------------- */

static struct lived_block *block_at(const struct lives *lives, size_t slot)
{
	return flat_at(&lives->blocks, struct lived_block, slot);
}

/* NULL: the object is not live. */
static struct lived_block *find_block(const struct lives *lives, uint32_t object)
{
	uint32_t hash = index_hash_numbered(object), slot;

	for (size_t at = index_first(&lives->index, hash);
		index_slot(&lives->index, &at, hash, &slot); at = index_next(&lives->index, at))
		if (block_at(lives, slot)->object == object)
			return block_at(lives, slot);
	return NULL;
}

/* One that another object had last, and is still near, or a new one. */
static struct lived_block *add_block(struct lives *lives, uint32_t object)
{
	uint32_t slot = lives->next_free - 1;

	index_make_room(&lives->index, ++lives->used);
	if (lives->next_free) {
		lives->next_free = block_at(lives, slot)->next_free;
	} else {
		slot = (uint32_t)lives->blocks.count;
		flat_grow(&lives->blocks, 1);
	}
	index_put(&lives->index, index_hash_numbered(object), slot);
	*block_at(lives, slot) = (struct lived_block){.object = object, .is_used = true};
	return block_at(lives, slot);
}

static void drop_block(struct lives *lives, struct lived_block *block)
{
	uint32_t slot = (uint32_t)(block - block_at(lives, 0));

	index_remove(&lives->index, index_hash_numbered(block->object), slot);
	block->is_used = false;
	block->next_free = lives->next_free;
	lives->next_free = slot + 1;
	lives->used--;
}

/* The life of what the block was so far. */
static void end_life(const struct reading *reading, const struct lived_block *block)
{
	struct life *life = &reading->lives->items[block->caller];

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

	if (!block || block->caller == CALLER_ARENA_TABLE)
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
	struct lived_block *block = find_block(reading->lives, event->object);
	if (event->kind == EVENT_REALLOCATE && site == SITE_NONE && block) {
		caller = block->caller;
		site = block->site;
	}
	bool goes_on = event->kind == EVENT_REALLOCATE && block && block->caller == caller;
	if (block)
		end_life(reading, block);
	if (ends && block)
		drop_block(reading->lives, block);
	if (ends)
		return;
	if (!block)
		block = add_block(reading->lives, event->object);
	if (!goes_on)
		block->since = at;
	block->size = event->size;
	block->is_mapping = event->kind == EVENT_MAP;
	block->address = event->address;
	block->born = reading->now;
	block->caller = caller;
	block->site = site;
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

/* The heap may not have it: then it is gone. */
static void settle_block(struct lives *lives, struct lived_block *block, const struct heap *heap)
{
	struct life *life = &lives->items[block->caller];
	struct live live;

	if (!has_block(heap, block->object, &live)) {
		if (block->is_mapping) {
			life->mappings++;
			life->mapped_bytes += block->size;
		}
		life->live--;
		life->live_bytes -= block->size;
		drop_block(lives, block);
		return;
	}
	life->live_bytes += live.size - block->size;
	block->size = live.size;
}

/* An object that is live for the heap alone: it did not take a free, or counts references. */
static void add_missed(struct reading *reading, uint32_t object, const struct heap *heap,
	struct trace *trace)
{
	struct event event;
	struct live live;

	if (find_block(reading->lives, object) || !has_block(heap, object, &live))
		return;
	bool is_known = trace_get(trace, live.born, &event);
	struct lived_block *block = add_block(reading->lives, object);
	block->site = is_known ? event.site : SITE_NONE;
	block->caller = callers_of_site(reading->callers, block->site);
	block->since = live.born;
	block->born = is_known && (event.flags & EVENT_HAS_TIME) ? event.time : live.born;
	block->address = is_known ? event.address : 0;
	block->size = live.size;
	reading->lives->items[block->caller].live++;
	reading->lives->items[block->caller].live_bytes += live.size;
}

/*
 * The events say what was asked for, and the heap what came of it. Grows with the objects that were
 * asked for, where the two do not agree. Of counted ones the events say when they are made only.
 */
static void settle(struct reading *reading, const struct heap *heap, struct trace *trace)
{
	struct lives *lives = reading->lives;
	struct counted counted;

	if (agrees(lives, heap))
		return;
	for (size_t i = 0; i < lives->blocks.count; i++)
		if (block_at(lives, i)->is_used)
			settle_block(lives, block_at(lives, i), heap);
	for (uint32_t cursor = 0; heap_next_counted(heap, &cursor, &counted);)
		add_missed(reading, counted.object, heap, trace);
	uint64_t missed = agrees(lives, heap) ? 0 : lives->objects;
	for (uint64_t object = 0; object < missed; object++)
		add_missed(reading, (uint32_t)object, heap, trace);
}

void lives_read(struct lives *ret_lives, struct trace *trace, const struct callers *callers,
	uint64_t position, const struct heap *heap)
{
	struct reading reading = {.lives = ret_lives, .callers = callers};
	struct event first;

	*ret_lives = (struct lives){.count = callers_count(callers)};
	flat_add(&ret_lives->flat, &ret_lives->blocks, sizeof(struct lived_block));
	index_init(&ret_lives->index, &ret_lives->flat);
	ret_lives->items = xcalloc(ret_lives->count, sizeof(*ret_lives->items));
	for (uint32_t i = 0; i < ret_lives->count; i++)
		ret_lives->items[i] = (struct life){.caller = i};
	for (uint64_t at = 0; at < BATCH && trace_get(trace, at, &first); at++)
		ret_lives->has_times |= (first.flags & EVENT_HAS_TIME) != 0;
	reading.noted = xcalloc(ret_lives->count, sizeof(*reading.noted));
	choose_stations(&reading, trace, position);
	read_events(&reading, trace, position);
	if (heap)
		settle(&reading, heap, trace);
	while (reading.station < ret_lives->nstations)
		stop_at_station(&reading);
	for (size_t i = 0; i < ret_lives->blocks.count; i++) {
		const struct lived_block *block = block_at(ret_lives, i);
		struct life *life = &ret_lives->items[block->caller];
		if (block->is_used && reading.now - block->born > life->oldest)
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

	return block ? block->caller : 0;
}

static bool take_lived(const struct lived_block *block, struct lived *ret_lived)
{
	bool is_live = block && block->is_used;

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
	while (*cursor < lives->blocks.count)
		if (take_lived(block_at(lives, (*cursor)++), ret_lived))
			return true;
	return false;
}

void lives_finish(struct lives *lives)
{
	free(lives->items);
	flat_finish(&lives->flat);
	*lives = (struct lives){.items = NULL};
}
