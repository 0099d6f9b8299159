/* See rivals.h. */
#include "player/rivals.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "base/units.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "player/replay.h"
#include "trace/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ORIGIN_EVENTS 4096u       /* in which a rival has its first block, or it has none */
#define BUDGET        (64u << 20) /* for the checkpoints of each rival but the first */

struct rival {
	struct player *player;
	struct replay scout;
	char *name;
	/* where its first block is in a region without pages: before it are headers of its own */
	uint64_t origin;
};

struct rivals {
	size_t count;
	struct rival rivals[RIVALS_MAX];
	struct trace *other; /* beside the first one's; NULL: there is only one */
	enum pace pace;
	struct common_marks *common; /* of the two traces; NULL: there is one */
	bool scouting;
	uint64_t scouted;
	struct difference first;
};

/* ---- life ---------------------------------------------------------------------------------- */

/* By a replay of its own; grows with the events before the first block. */
static int find_origin(struct rival *rival, struct trace *trace, const struct player_config *config,
	struct error *err)
{
	struct effect effect = {0};
	struct replay replay;
	struct region region;
	size_t at;

	if (replay_init(&replay, trace, config, err) < 0)
		return -1;
	for (unsigned i = 0; i < ORIGIN_EVENTS && !effect.address && replay_next(&replay); i++)
		replay_step(&replay, NULL, &effect);
	if (effect.address &&
		engine_region_at(heap_layer(replay.heap, 0), effect.address, &at, &region) &&
		region.pages == 0)
		rival->origin = effect.address - region.base;
	replay_finish(&replay);
	return 0;
}

/* words NULL: the first rival, whose player exists already. */
static int add_rival(struct rivals *rivals, struct trace *trace, const struct options *given,
	const char *words, struct error *err)
{
	struct rival *rival = &rivals->rivals[rivals->count];
	struct player_config config = {.budget = BUDGET};
	struct options *options = NULL;
	struct text name = {0};
	int result = -1;

	if (words) {
		if (rival_parse(words, given, &config.engine, &options, err) < 0)
			return -1;
		config.options = options;
		if (player_new(&rival->player, trace, &config, err) < 0)
			goto out;
	} else {
		const struct heap *heap = player_heap(rival->player);
		config.engine = engine_name(heap_layer(heap, 0));
		config.options = given;
	}
	if (replay_init(&rival->scout, trace, &config, err) < 0 ||
		find_origin(rival, trace, &config, err) < 0)
		goto out;
	rival_name(player_heap(rival->player), words ? options : given, &name);
	if (words)
		rival_add_settings(heap_layer(player_heap(rival->player), 0)->ops, words, &name);
	rival->name = xstrdup(text_of(&name));
	result = 0;
out:
	rivals->count++; /* a rival that is only half made is released with the others */
	text_finish(&name);
	options_free(options);
	return result;
}

int rivals_new(struct rivals **ret_rivals, struct player *first, const struct options *options,
	const char *words, struct error *err)
{
	struct rivals *rivals = xcalloc(1, sizeof(*rivals));
	struct trace *trace = player_trace(first);
	char *copy = xstrdup(words), *rest = copy;
	const char *word;
	int result;

	rivals->rivals[0].player = first;
	rivals->scouting = true;
	result = add_rival(rivals, trace, options, NULL, err);
	while (result == 0 && (word = strsep(&rest, ","))) {
		if (rivals->count == RIVALS_MAX)
			result = error_set(err, "at most %u engines fit side by side", RIVALS_MAX);
		else
			result = add_rival(rivals, trace, options, word, err);
	}
	free(copy);
	if (result < 0) {
		rivals_free(rivals);
		return -1;
	}
	*ret_rivals = rivals;
	return 0;
}

/* Where the second trace is to be. */
static struct counterpart counterpart(const struct rivals *rivals)
{
	const struct player *first = rivals->rivals[0].player;

	return counterpart_of(player_trace(first), player_position(first), rivals->other,
		rivals->pace, rivals->common);
}

int rivals_set_pace(struct rivals *rivals, enum pace pace, struct error *err)
{
	if (pace == PACE_TIME &&
		!pace_has_times(player_trace(rivals->rivals[0].player), rivals->other))
		return error_set(err, "one of the traces has no times");
	rivals->pace = pace;
	return 0;
}

int rivals_new_beside(struct rivals **ret_rivals, struct player *first,
	const struct options *options, struct trace *other, enum pace pace, struct error *err)
{
	struct rivals *rivals = xcalloc(1, sizeof(*rivals));
	const struct player_config config = {.budget = BUDGET,
		.engine = engine_name(heap_layer(player_heap(first), 0)),
		.options = options};

	*rivals = (struct rivals){.count = 1, .other = other};
	rivals->common = xcalloc(1, sizeof(*rivals->common));
	rivals->rivals[0] =
		(struct rival){.player = first, .name = xstrdup(trace_name(player_trace(first)))};
	if (rivals_set_pace(rivals, pace, err) < 0 ||
		player_new(&rivals->rivals[1].player, other, &config, err) < 0) {
		rivals_free(rivals);
		return -1;
	}
	rivals->rivals[1].name = xstrdup(trace_name(other));
	rivals->count++;
	*ret_rivals = rivals;
	return 0;
}

enum pace rivals_beside(const struct rivals *rivals, struct counterpart *ret_at)
{
	if (!rivals->other)
		return PACE_COUNT;
	if (ret_at)
		*ret_at = counterpart(rivals);
	return rivals->pace;
}

void rivals_dismiss(struct rivals *rivals)
{
	for (size_t i = 0; i < rivals->count; i++) {
		struct replay *scout = &rivals->rivals[i].scout;
		if (scout->heap)
			replay_finish(scout);
		scout->heap = NULL;
	}
	rivals->scouting = false;
}

bool rivals_search(struct rivals *rivals, unsigned milliseconds)
{
	bool is_over = true;

	for (size_t i = 0; i < rivals->count; i++)
		is_over &= player_search(rivals->rivals[i].player, milliseconds);
	return is_over;
}

bool rivals_have_to_search(const struct rivals *rivals)
{
	for (size_t i = 0; i < rivals->count; i++)
		if (player_has_to_search(rivals->rivals[i].player))
			return true;
	return false;
}

void rivals_free(struct rivals *rivals)
{
	if (!rivals)
		return;
	rivals_dismiss(rivals);
	for (size_t i = 0; i < rivals->count; i++) {
		if (i > 0)
			player_free(rivals->rivals[i].player);
		free(rivals->rivals[i].name);
	}
	trace_close(rivals->other);
	if (rivals->common)
		common_marks_finish(rivals->common);
	free(rivals->common);
	free(rivals);
}

size_t rivals_count(const struct rivals *rivals)
{
	return rivals->count;
}

struct player *rivals_player(const struct rivals *rivals, size_t at)
{
	return rivals->rivals[at].player;
}

const char *rivals_name(const struct rivals *rivals, size_t at)
{
	return rivals->rivals[at].name;
}

/* The bytes of the first part of a name: "heap of 60 B", ", order front", " header=0". */
static size_t part_length(const char *name)
{
	for (const char *at = name + strspn(name, ", "); *at; at++) {
		bool is_setting = *at == ' ' && strcspn(at + 1, " ") > strcspn(at + 1, "=");
		if ((at[0] == ',' && at[1] == ' ') || is_setting)
			return (size_t)(at - name);
	}
	return strlen(name);
}

/* The bytes of the parts with which all names begin. */
static size_t common_length(const struct rivals *rivals)
{
	const char *first = rivals->rivals[0].name;

	for (size_t length = 0, part; first[length]; length += part) {
		part = part_length(first + length);
		for (size_t i = 1; i < rivals->count; i++) {
			const char *name = rivals->rivals[i].name;
			if (strncmp(first, name, length + part) != 0 ||
				part_length(name + length) != part)
				return length;
		}
	}
	return strlen(first);
}

void rivals_add_title(const struct rivals *rivals, size_t at, int width, struct text *out)
{
	const char *name = rivals->rivals[at].name;
	size_t common = common_length(rivals);
	const char *own = name + common + strspn(name + common, ", ");
	bool is_cut = false;

	for (size_t i = 0; i < rivals->count; i++)
		is_cut |= (int)utf8_cells(rivals->rivals[i].name) > width;
	if (is_cut && common > 0 && *own)
		text_add(out, "%s, %.*s", own, (int)common, name);
	else
		text_add(out, "%s", name);
}

/* ---- differences --------------------------------------------------------------------------- */

/*
 * Where a block is, in words that can be compared: the region and layer, then the pool and block,
 * or the offset, which counts from the first block. Engines differ in the sizes of pools and
 * blocks, but their numbers can be compared.
 */
struct spot {
	unsigned layer;
	uint32_t serial;
	uint64_t page, offset;
};

static struct spot spot_in(const struct engine *engine, size_t at, const struct region *region,
	uint64_t address)
{
	struct spot spot = {.serial = region->serial, .offset = address - region->base};
	struct page page;

	if (region->pages == 0)
		return spot;
	engine_page(engine, at, 0, &page);
	spot.page = (address - page.base) / region->page_size;
	engine_page(engine, at, spot.page, &page);
	spot.offset =
		page.block_size ? (address - page.base - page.first_block) / page.block_size : 0;
	return spot;
}

static struct spot spot_of(const struct heap *heap, uint64_t origin, const struct effect *effect)
{
	struct region region;
	size_t at;

	for (unsigned i = 0; i < heap_layer_count(heap); i++) {
		const struct engine *engine = heap_layer(heap, i);
		if (!engine_region_at(engine, effect->address, &at, &region))
			continue;
		struct spot spot = spot_in(engine, at, &region, effect->address);
		spot.offset -= region.pages == 0 ? origin : 0;
		spot.layer = i;
		return spot;
	}
	return (struct spot){.offset = effect->address};
}

static bool moved(const struct effect *effect)
{
	return effect->outcome == OUTCOME_PLACED && effect->old_address &&
	       effect->address != effect->old_address;
}

/* 1: memory came from the system, -1: memory was returned to it, 0: neither. */
static int sign(int64_t took)
{
	return (took > 0) - (took < 0);
}

static bool are_of_a_kind(const struct heap *one, const struct heap *other)
{
	return strcmp(engine_name(heap_layer(one, 0)), engine_name(heap_layer(other, 0))) == 0;
}

static enum difference_kind compare(const struct rivals *rivals, const struct heap *const heaps[],
	const struct difference *difference, size_t with, size_t other)
{
	const struct effect *a = &difference->effects[with], *b = &difference->effects[other];
	bool is_same_kind = are_of_a_kind(heaps[with], heaps[other]);

	if (a->outcome != b->outcome)
		return DIFFERENCE_ANSWER;
	if (moved(a) != moved(b))
		return DIFFERENCE_MOVE;
	if (is_same_kind && a->outcome == OUTCOME_PLACED) {
		struct spot one = spot_of(heaps[with], rivals->rivals[with].origin, a);
		struct spot two = spot_of(heaps[other], rivals->rivals[other].origin, b);
		if (one.layer != two.layer || one.serial != two.serial || one.page != two.page ||
			one.offset != two.offset)
			return DIFFERENCE_PLACE;
	}
	if (!is_same_kind && sign(difference->took[with]) != sign(difference->took[other]))
		return DIFFERENCE_SPACE;
	return DIFFERENCE_NONE;
}

/*
 * Each rival is compared with the first of its kind; one that is itself the first of its kind is
 * compared with the first of all.
 */
static void judge(const struct rivals *rivals, const struct heap *const heaps[],
	struct difference *difference)
{
	difference->kind = DIFFERENCE_NONE;
	for (size_t i = 1; i < rivals->count && difference->kind == DIFFERENCE_NONE; i++) {
		size_t with = 0;
		while (with < i && !are_of_a_kind(heaps[with], heaps[i]))
			with++;
		difference->kind = compare(rivals, heaps, difference, with < i ? with : 0, i);
		difference->rival = i;
	}
}

void rivals_difference(const struct rivals *rivals, struct difference *ret_difference)
{
	const struct heap *heaps[RIVALS_MAX];
	const struct decision_log *log;
	struct event event;

	uint64_t position = player_position(rivals->rivals[0].player);

	*ret_difference = (struct difference){.kind = DIFFERENCE_NONE};
	if (rivals->other)
		return;
	for (size_t i = 0; i < rivals->count; i++) {
		const struct rival *rival = &rivals->rivals[i];
		if (player_position(rival->player) != position ||
			!player_last(rival->player, &event, &ret_difference->effects[i], &log))
			return;
		heaps[i] = player_heap(rival->player);
		ret_difference->took[i] = player_took(rival->player);
	}
	ret_difference->number = player_position(rivals->rivals[0].player) - 1;
	judge(rivals, heaps, ret_difference);
}

bool rivals_follow(struct rivals *rivals, uint64_t n)
{
	uint64_t position = rivals->other ? counterpart(rivals).position
					  : player_position(rivals->rivals[0].player);
	bool are_there = true;

	for (size_t i = 1; i < rivals->count; i++)
		are_there &= !player_approach(rivals->rivals[i].player, position, n);
	return are_there;
}

bool rivals_run(struct rivals *rivals, uint64_t n, bool *ret_done)
{
	struct difference difference = {.kind = DIFFERENCE_NONE};

	*ret_done = false;
	if (!rivals_follow(rivals, n))
		return false;
	for (; n > 0 && difference.kind == DIFFERENCE_NONE && !*ret_done; n--) {
		for (size_t i = 0; i < rivals->count; i++)
			*ret_done |= !player_step(rivals->rivals[i].player);
		if (!*ret_done)
			rivals_difference(rivals, &difference);
	}
	*ret_done |= difference.kind != DIFFERENCE_NONE;
	return difference.kind != DIFFERENCE_NONE;
}

/* ---- scouts -------------------------------------------------------------------------------- */

static bool scout_one(struct rivals *rivals)
{
	struct difference difference = {.number = rivals->scouted};
	const struct heap *heaps[RIVALS_MAX];

	for (size_t i = 0; i < rivals->count; i++) {
		struct replay *scout = &rivals->rivals[i].scout;
		if (!replay_next(scout))
			return false;
		uint64_t held = replay_metrics(scout)->reserved;
		replay_step(scout, NULL, &difference.effects[i]);
		difference.took[i] = (int64_t)(replay_metrics(scout)->reserved - held);
		heaps[i] = scout->heap;
	}
	rivals->scouted++;
	judge(rivals, heaps, &difference);
	rivals->first = difference;
	return difference.kind == DIFFERENCE_NONE;
}

bool rivals_scout(struct rivals *rivals, uint64_t n)
{
	for (; n > 0 && rivals->scouting; n--)
		rivals->scouting = scout_one(rivals);
	return rivals->scouting;
}

void rivals_first(const struct rivals *rivals, struct difference *ret_difference,
	uint64_t *ret_scouted)
{
	*ret_difference = rivals->first;
	*ret_scouted = rivals->scouted;
}

const struct heap *rivals_scout_heap(const struct rivals *rivals, size_t at)
{
	return rivals->rivals[at].scout.heap;
}
