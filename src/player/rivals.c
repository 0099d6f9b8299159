/* See rivals.h. */
#include "player/rivals.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "base/units.h"
#include "base/utf8.h"
#include "base/xalloc.h"
#include "player/formers.h"
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
	struct formers formers; /* of the scout */
	char *name;
	/* where its first block is in a region without pages: before it are headers of its own */
	uint64_t origin;
};

/* An event at which blocks are placed in memory that different objects had. */
struct parting {
	uint64_t number;
	uint32_t formers[RIVALS_MAX];
};
#define PARTINGS_MAX (1u << 20)

struct rivals {
	size_t count;
	struct rival rivals[RIVALS_MAX];
	struct trace *other; /* beside the first one's; NULL: there is only one */
	enum pace pace;
	struct common_marks *common; /* of the two traces; NULL: there is one */
	bool is_mixed;               /* not all are of one kind, so it counts whose memory it was */
	bool scouting;
	struct firsts firsts;
	struct decision_log log;        /* of a scout's last event */
	ARRAY(struct parting) partings; /* in the order of their events */
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

	if (words && rival_parse(words, given, &config.engine, &options, err) < 0)
		return -1;
	formers_init(&rival->formers);
	if (words) {
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
	rivals->is_mixed |=
		!are_of_a_kind(player_heap(rivals->rivals[0].player), player_heap(rival->player));
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
		formers_finish(&rivals->rivals[i].formers);
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
	array_finish(&rivals->partings);
	free(rivals);
}

bool rivals_are_mixed(const struct rivals *rivals)
{
	return rivals->is_mixed;
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

/* Whether an engine may say that a real one would have crashed. */
static bool may_crash(const struct heap *heap)
{
	const struct decision_kind *const *kinds = heap_layer(heap, 0)->ops->decisions;

	for (; kinds && *kinds; kinds++)
		if ((*kinds)->is_crash)
			return true;
	return false;
}

static bool says_crash(const struct decision_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		if (log->items[i].kind->is_crash)
			return true;
	return false;
}

/* What is known of event `number`; NULL: nobody's memory, or that of the same object in all. */
static const struct parting *parting_at(const struct rivals *rivals, uint64_t number)
{
	size_t from = 0, to = rivals->partings.count;

	while (from < to) {
		size_t middle = from + (to - from) / 2;
		const struct parting *parting = &rivals->partings.items[middle];
		if (parting->number == number)
			return parting;
		if (parting->number < number)
			from = middle + 1;
		else
			to = middle;
	}
	return NULL;
}

void rivals_difference(const struct rivals *rivals, struct difference *ret_difference)
{
	uint64_t position = player_position(rivals->rivals[0].player);
	const struct parting *parting;
	const struct decision_log *log;
	struct event event;

	*ret_difference = (struct difference){.kind = DIFFERENCE_NONE, .count = rivals->count};
	if (rivals->other || position == 0)
		return;
	ret_difference->number = position - 1;
	parting = parting_at(rivals, position - 1);
	for (size_t i = 0; i < rivals->count; i++) {
		const struct rival *rival = &rivals->rivals[i];
		struct deed *deed = &ret_difference->deeds[i];
		if (player_position(rival->player) != position ||
			!player_last(rival->player, &event, &deed->effect, &log))
			return;
		deed->heap = player_heap(rival->player);
		deed->took = player_took(rival->player);
		deed->origin = rival->origin;
		deed->former = parting ? parting->formers[i] : OBJECT_NONE;
		deed->has_crashed = says_crash(log);
	}
	difference_judge(ret_difference);
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

/* Whether it is known whose memory the next event gets, or cannot be known. */
static bool knows_next(const struct rivals *rivals)
{
	return !rivals->is_mixed || !rivals->scouting ||
	       player_position(rivals->rivals[0].player) < rivals->firsts.scouted;
}

bool rivals_run(struct rivals *rivals, enum difference_kind weakest, uint64_t n, bool *ret_done)
{
	struct difference difference = {.kind = DIFFERENCE_NONE};
	bool is_found = false;

	*ret_done = false;
	if (!rivals_follow(rivals, n))
		return false;
	for (; n > 0 && !is_found && !*ret_done; n--) {
		if (!knows_next(rivals)) {
			rivals_scout(rivals, n);
			return false;
		}
		for (size_t i = 0; i < rivals->count; i++)
			*ret_done |= !player_step(rivals->rivals[i].player);
		if (!*ret_done)
			rivals_difference(rivals, &difference);
		is_found = difference.kind != DIFFERENCE_NONE && difference.kind <= weakest;
	}
	*ret_done |= is_found;
	return is_found;
}

/* ---- scouts -------------------------------------------------------------------------------- */

/* Remembers whose memory the blocks got, where that is not the same in all. */
static void keep_parting(struct rivals *rivals, const struct difference *difference)
{
	struct parting parting = {.number = difference->number};
	bool is_one = true;

	for (size_t i = 0; i < rivals->count; i++) {
		parting.formers[i] = difference->deeds[i].former;
		is_one &= parting.formers[i] == parting.formers[0];
	}
	if (!is_one)
		*array_push(&rivals->partings) = parting;
}

static void scout_rival(struct rivals *rivals, size_t at, struct deed *deed)
{
	struct replay *scout = &rivals->rivals[at].scout;
	struct decision_log *log = may_crash(scout->heap) ? &rivals->log : NULL;
	uint64_t held = replay_metrics(scout)->reserved;

	rivals->log.count = 0;
	replay_step(scout, log, &deed->effect);
	deed->heap = scout->heap;
	deed->took = (int64_t)(replay_metrics(scout)->reserved - held);
	deed->origin = rivals->rivals[at].origin;
	deed->has_crashed = log && says_crash(log);
	deed->former = OBJECT_NONE;
	if (rivals->is_mixed && rivals->partings.count < PARTINGS_MAX)
		deed->former =
			formers_follow(&rivals->rivals[at].formers, scout->heap, &deed->effect);
}

/* Whether more events could tell more: another first, or whose memory it was. */
static bool goes_on(const struct rivals *rivals)
{
	const struct firsts *firsts = &rivals->firsts;

	return rivals->is_mixed || firsts->any.kind == DIFFERENCE_NONE ||
	       firsts->answer.kind == DIFFERENCE_NONE;
}

/* false: the trace is over, or it has found what there is to find. */
static bool scout_one(struct rivals *rivals, bool *ret_is_first)
{
	struct firsts *firsts = &rivals->firsts;
	struct difference difference = {.number = firsts->scouted, .count = rivals->count};

	for (size_t i = 0; i < rivals->count; i++) {
		if (!replay_next(&rivals->rivals[i].scout))
			return false;
		scout_rival(rivals, i, &difference.deeds[i]);
	}
	firsts->scouted++;
	keep_parting(rivals, &difference);
	difference_judge(&difference);
	if (difference.kind != DIFFERENCE_NONE && firsts->any.kind == DIFFERENCE_NONE) {
		firsts->any = difference;
		*ret_is_first = true;
	}
	if (difference.kind == DIFFERENCE_ANSWER && firsts->answer.kind == DIFFERENCE_NONE) {
		firsts->answer = difference;
		*ret_is_first = true;
	}
	return goes_on(rivals);
}

bool rivals_scout(struct rivals *rivals, uint64_t n)
{
	bool is_first = false;

	for (; n > 0 && rivals->scouting && !is_first; n--)
		rivals->scouting = scout_one(rivals, &is_first);
	return rivals->scouting;
}

const struct firsts *rivals_firsts(const struct rivals *rivals)
{
	return &rivals->firsts;
}
