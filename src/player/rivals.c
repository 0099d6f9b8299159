/* See rivals.h. */
#include "player/rivals.h"

#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "player/replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUDGET (64u << 20) /* for the checkpoints of each rival but the first */

struct rival {
	struct player *player;
	struct replay scout;
	char *name;
};

struct rivals {
	size_t count;
	struct rival rivals[RIVALS_MAX];
	bool scouting;
	uint64_t scouted;
	struct parting first;
};

/* ---- what a rival is called ---------------------------------------------------------------- */

static const struct option_spec *spec_with_choice(const struct engine_ops *engine,
	const char *value)
{
	for (const struct option_spec *spec = engine->options; spec && spec->name; spec++)
		for (size_t i = 0; spec->type == OPTION_CHOICE && spec->choices[i]; i++)
			if (strcmp(spec->choices[i], value) == 0)
				return spec;
	return NULL;
}

/* The engine of that name, or that has such a value. */
static const struct engine_ops *engine_of_word(const char *word)
{
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	if (engine_find(word))
		return engine_find(word);
	for (size_t i = 0; i < count; i++)
		if (spec_with_choice(engines[i], word))
			return engines[i];
	return NULL;
}

static int unknown_rival(const char *word, struct error *err)
{
	struct text all = {0};
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++) {
		text_join(&all, ", ", engines[i]->name);
		for (const struct option_spec *spec = engines[i]->options; spec && spec->name;
			spec++)
			for (size_t j = 0; spec->type == OPTION_CHOICE && spec->choices[j]; j++)
				text_add(&all, " %s", spec->choices[j]);
	}
	error_set(err, "there is no engine or preset '%s'; there are %s", word, text_of(&all));
	text_finish(&all);
	return -1;
}

/*
 * "NAME=VALUE", by the option's whole name or without the engine's in front of it; or a value
 * alone.
 */
/*
 * The option that "NAME=VALUE" means, with the engine's name in front of it or as it is; NULL: none
 * of this engine.
 */
static const struct option_spec *spec_of_setting(const struct engine_ops *engine, const char *word)
{
	int length = (int)strcspn(word, "=:");
	char name[80], whole[80];

	snprintf(name, sizeof(name), "%.*s", length, word);
	snprintf(whole, sizeof(whole), "%s-%s", engine->name, name);
	for (const struct option_spec *spec = engine->options; spec && spec->name; spec++)
		if (strcmp(spec->name, whole) == 0 || strcmp(spec->name, name) == 0)
			return spec;
	return NULL;
}

static int set_word(const struct engine_ops *engine, struct options *options, const char *word,
	struct error *err)
{
	const char *equals = strchr(word, '=');
	const struct option_spec *spec = equals ? NULL : spec_with_choice(engine, word);
	char name[80];

	if (spec)
		return options_set(options, spec->name, word, err);
	if (!equals)
		return error_set(err, "%s has no '%s'", engine->name, word);
	spec = spec_of_setting(engine, word);
	if (spec)
		return options_set(options, spec->name, equals + 1, err);
	snprintf(name, sizeof(name), "%.*s", (int)(equals - word), word);
	return options_set(options, name, equals + 1, err);
}

/* Another Python than the recorded one would not have had its arenas. */
static void take_own_arenas(const struct options *given, struct options *options)
{
	bool is_recorded = strcmp(options_text(given, "arenas"), "recorded") == 0;

	if (is_recorded &&
		strcmp(options_text(given, "python"), options_text(options, "python")) != 0)
		options_set(options, "arenas", "mmap", NULL);
}

int rival_settle(const char *words, struct options *options, const char **ret_engine,
	struct error *err)
{
	char *copy = xstrdup(words), *rest = copy;
	int result = 0;

	const char *word = strsep(&rest, ":");
	const struct engine_ops *engine = engine_of_word(word);
	if (!engine) {
		result = unknown_rival(word, err);
		goto out;
	}
	if (!engine_find(word))
		result = set_word(engine, options, word, err);
	if (engine->runs_code && (word = strsep(&rest, ":"))) /* a file, whatever it is called */
		result = options_set(options, engine->name, word, err);
	while (result == 0 && (word = strsep(&rest, ":")))
		result = set_word(engine, options, word, err);
	*ret_engine = engine->name;
out:
	free(copy);
	return result;
}

int rival_parse(const char *words, const struct options *given, const char **ret_engine,
	struct options **ret_options, struct error *err)
{
	struct options *options = options_clone(given);

	if (rival_settle(words, options, ret_engine, err) < 0) {
		options_free(options);
		return -1;
	}
	take_own_arenas(given, options);
	*ret_options = options;
	return 0;
}

/*
 * Whether a choice is told: where arenas come from shows, and the preset always is; others where
 * somebody made them.
 */
static bool is_told(const struct option_spec *spec, const struct options *options)
{
	if (strcmp(spec->name, "arenas") == 0 || strcmp(spec->name, "malloc") == 0)
		return false;
	return strcmp(spec->name, "python") == 0 || options_given(options, spec->name);
}

/* " 3.8"; ", best fit"; ", order front" */
static void add_choice(const struct engine_ops *engine, const struct option_spec *spec,
	const char *value, struct text *out)
{
	size_t length = strlen(engine->name);
	const char *name =
		strncmp(spec->name, engine->name, length) == 0 && spec->name[length] == '-'
			? spec->name + length + 1
			: NULL;

	if (!name)
		text_add(out, " %s", value);
	else if (strcmp(name, "fit") == 0)
		text_add(out, ", %s fit", value);
	else
		text_add(out, ", %s %s", name, value);
}

static void add_choices(const struct engine_ops *engine, const struct options *options,
	struct text *out)
{
	for (const struct option_spec *spec = engine->options; spec && spec->name; spec++)
		if (spec->type == OPTION_CHOICE && is_told(spec, options))
			add_choice(engine, spec, options_text(options, spec->name), out);
}

static bool is_sized_heap(const struct engine_ops *engine, const struct options *options)
{
	return strcmp(engine->name, "heap") == 0 && options_number(options, "heap-size") > 0;
}

/* Whose code it is, without its folder. */
static void add_file(const struct engine_ops *engine, const struct options *options,
	struct text *out)
{
	const char *path = engine->runs_code ? options_text(options, engine->name) : NULL;
	const char *slash = path ? strrchr(path, '/') : NULL;

	if (path)
		text_add(out, " %s", slash ? slash + 1 : path);
}

void rival_name(const struct heap *heap, const struct options *options, struct text *out)
{
	struct units units;

	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		const struct engine_ops *engine = heap_layer(heap, i)->ops;
		text_add(out, "%s%s", i ? " over " : "", engine->name);
		if (is_sized_heap(engine, options))
			text_add(out, " of %s",
				units_bytes(&units, options_number(options, "heap-size")));
		add_choices(engine, options, out);
		add_file(engine, options, out);
		if (heap_layer(heap, i)->takes_recorded)
			text_add(out, " as recorded");
	}
}

/* ---- life ---------------------------------------------------------------------------------- */

/* What was typed as NAME=VALUE, where it would else not be seen: " header=0 align=1". */
static void add_settings(const struct engine_ops *engine, const char *words, struct text *out)
{
	for (const char *at = strchr(words, ':'); at; at = strchr(at + 1, ':')) {
		int length = (int)strcspn(at + 1, ":");
		const struct option_spec *spec = spec_of_setting(engine, at + 1);
		bool is_seen = spec && (spec->type == OPTION_CHOICE ||
					       strcmp(spec->name, "heap-size") == 0);
		bool is_path = memchr(at + 1, '/', (size_t)length);
		if (memchr(at + 1, '=', (size_t)length) && !is_path && !is_seen)
			text_add(out, " %.*s", length, at + 1);
	}
}

/* words NULL: the first, whose player exists. */
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
	if (replay_init(&rival->scout, trace, &config, err) < 0)
		goto out;
	rival_name(player_heap(rival->player), words ? options : given, &name);
	if (words)
		add_settings(heap_layer(player_heap(rival->player), 0)->ops, words, &name);
	rival->name = xstrdup(text_of(&name));
	result = 0;
out:
	rivals->count++; /* what is half made is released with the rest */
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

/* ---- partings ------------------------------------------------------------------------------ */

/*
 * Where a block lies, as it is called: which region of which layer, then which block of which pool,
 * or how far in. Pools and blocks of one engine are not as large as those of another, their numbers
 * can be compared.
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

static struct spot spot_of(const struct heap *heap, const struct effect *effect)
{
	struct region region;
	size_t at;

	for (unsigned i = 0; i < heap_layer_count(heap); i++) {
		const struct engine *engine = heap_layer(heap, i);
		if (!engine_region_at(engine, effect->address, &at, &region))
			continue;
		struct spot spot = spot_in(engine, at, &region, effect->address);
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

/* 1: memory came from the system, -1: some went back, 0: neither. */
static int sign(int64_t took)
{
	return (took > 0) - (took < 0);
}

static bool are_of_a_kind(const struct heap *one, const struct heap *other)
{
	return strcmp(engine_name(heap_layer(one, 0)), engine_name(heap_layer(other, 0))) == 0;
}

static enum parting_kind compare(const struct heap *const heaps[], const struct parting *parting,
	size_t with, size_t other)
{
	const struct effect *a = &parting->effects[with], *b = &parting->effects[other];
	bool is_same_kind = are_of_a_kind(heaps[with], heaps[other]);

	if (a->outcome != b->outcome)
		return PARTING_ANSWER;
	if (moved(a) != moved(b))
		return PARTING_MOVE;
	if (is_same_kind && a->outcome == OUTCOME_PLACED) {
		struct spot one = spot_of(heaps[with], a), two = spot_of(heaps[other], b);
		if (one.layer != two.layer || one.serial != two.serial || one.page != two.page ||
			one.offset != two.offset)
			return PARTING_PLACE;
	}
	if (!is_same_kind && sign(parting->took[with]) != sign(parting->took[other]))
		return PARTING_SPACE;
	return PARTING_NONE;
}

/*
 * Each is held against the first of its kind, and against the first of all where it is that itself.
 */
static void judge(const struct rivals *rivals, const struct heap *const heaps[],
	struct parting *parting)
{
	parting->kind = PARTING_NONE;
	for (size_t i = 1; i < rivals->count && parting->kind == PARTING_NONE; i++) {
		size_t with = 0;
		while (with < i && !are_of_a_kind(heaps[with], heaps[i]))
			with++;
		parting->kind = compare(heaps, parting, with < i ? with : 0, i);
		parting->rival = i;
	}
}

void rivals_parting(const struct rivals *rivals, struct parting *ret_parting)
{
	const struct heap *heaps[RIVALS_MAX];
	const struct decision_log *log;
	struct event event;

	*ret_parting = (struct parting){.kind = PARTING_NONE};
	for (size_t i = 0; i < rivals->count; i++) {
		const struct rival *rival = &rivals->rivals[i];
		if (!player_last(rival->player, &event, &ret_parting->effects[i], &log))
			return;
		heaps[i] = player_heap(rival->player);
		ret_parting->took[i] = player_took(rival->player);
	}
	ret_parting->number = player_position(rivals->rivals[0].player) - 1;
	judge(rivals, heaps, ret_parting);
}

void rivals_follow(struct rivals *rivals)
{
	uint64_t position = player_position(rivals->rivals[0].player);

	for (size_t i = 1; i < rivals->count; i++)
		player_seek(rivals->rivals[i].player, position);
}

bool rivals_run(struct rivals *rivals)
{
	struct parting parting;

	rivals_follow(rivals);
	do {
		for (size_t i = 0; i < rivals->count; i++)
			if (!player_step(rivals->rivals[i].player))
				return false;
		rivals_parting(rivals, &parting);
	} while (parting.kind == PARTING_NONE);
	return true;
}

/* ---- scouts -------------------------------------------------------------------------------- */

static bool scout_one(struct rivals *rivals)
{
	struct parting parting = {.number = rivals->scouted};
	const struct heap *heaps[RIVALS_MAX];

	for (size_t i = 0; i < rivals->count; i++) {
		struct replay *scout = &rivals->rivals[i].scout;
		if (!replay_next(scout))
			return false;
		uint64_t held = replay_metrics(scout)->reserved;
		replay_step(scout, NULL, &parting.effects[i]);
		parting.took[i] = (int64_t)(replay_metrics(scout)->reserved - held);
		heaps[i] = scout->heap;
	}
	rivals->scouted++;
	judge(rivals, heaps, &parting);
	rivals->first = parting;
	return parting.kind == PARTING_NONE;
}

bool rivals_scout(struct rivals *rivals, uint64_t n)
{
	for (; n > 0 && rivals->scouting; n--)
		rivals->scouting = scout_one(rivals);
	return rivals->scouting;
}

void rivals_first(const struct rivals *rivals, struct parting *ret_parting, uint64_t *ret_scouted)
{
	*ret_parting = rivals->first;
	*ret_scouted = rivals->scouted;
}

const struct heap *rivals_scout_heap(const struct rivals *rivals, size_t at)
{
	return rivals->rivals[at].scout.heap;
}
