/* Stops: how they are written, and which events they match; see player.h. */
#include "player/stops.h"

#include "base/suggestion.h"
#include "base/error.h"
#include "base/numbers.h"
#include "base/options.h"

#include <stdio.h>
#include <string.h>

#define STRUCTURAL \
	(HAPPENED_ARENA_MAPPED | HAPPENED_ARENA_UNMAPPED | HAPPENED_POOL_NEW | \
		HAPPENED_POOL_FULL | HAPPENED_POOL_UNFULL | HAPPENED_POOL_EMPTY | \
		HAPPENED_COALESCED | HAPPENED_GREW | HAPPENED_NO_MEMORY | HAPPENED_INVALID | \
		HAPPENED_COLLECTED)

unsigned waste_percent(uint64_t live_bytes, uint64_t reserved)
{
	if (reserved == 0 || live_bytes >= reserved)
		return 0;
	return (unsigned)((double)(reserved - live_bytes) * 100 / (double)reserved);
}

/* ---- matching ------------------------------------------------------------------------------ */

static bool matches_happened(const struct stop *stop, const struct stop_context *context)
{
	return context->effect->happened & stop->operand;
}

static bool matches_fault(const struct stop *stop, const struct stop_context *context)
{
	enum fault fault = context->effect->fault;

	if (stop->operand == 0)
		return fault_is_serious(fault);
	return stop->operand >> fault & 1;
}

static bool matches_structure(const struct stop *stop, const struct stop_context *context)
{
	return (context->effect->happened & STRUCTURAL) ||
	       fault_is_serious(context->effect->fault) || context->event->kind == EVENT_MAP ||
	       context->event->kind == EVENT_UNMAP;
}

static bool matches_note(const struct stop *stop, const struct stop_context *context)
{
	return context->event->kind == EVENT_NOTE;
}

static bool matches_mark(const struct stop *stop, const struct stop_context *context)
{
	return context->event->kind == EVENT_MARK;
}

/* Blocks of a class are recognised by their size. */
static bool has_given(const struct stop_context *context, uint64_t given)
{
	const struct effect *effect = context->effect;
	const struct live *died;
	size_t n = heap_died(context->heap, &died);
	bool has = (effect->outcome == OUTCOME_PLACED && effect->layer == 0 &&
			   effect->given == given) ||
		   (effect->old_address && effect->old_given == given);

	for (size_t i = 0; !has && i < n; i++)
		has = died[i].layer == 0 && died[i].given == given;
	return has;
}

static bool matches_class(const struct stop *stop, const struct stop_context *context)
{
	const struct engine *engine = heap_layer(context->heap, 0);
	struct size_class class;

	if (!engine_has_classes(engine) || stop->operand >= engine_class_count(engine))
		return false;
	engine_class_info(engine, (size_t)stop->operand, &class);
	return has_given(context, class.size);
}

static bool matches_size(const struct stop *stop, const struct stop_context *context)
{
	return event_asks_for_memory(context->event) && context->event->size > stop->operand;
}

/* Counted objects die of events that do not name them, and collectors move them then. */
static bool matches_object(const struct stop *stop, const struct stop_context *context)
{
	const struct event *event = context->event;
	const struct live *died;
	size_t n = heap_died(context->heap, &died);
	bool is_meant = context->effect->object == stop->operand ||
			(event_has_other(event) && event->other == stop->operand);

	for (size_t i = 0; !is_meant && i < n; i++)
		is_meant = died[i].object == stop->operand;
	const struct moved *moved;
	n = heap_moved(context->heap, &moved);
	for (size_t i = 0; !is_meant && i < n; i++)
		is_meant = moved[i].live.object == stop->operand;
	return is_meant;
}

static bool holds(uint64_t address, uint64_t given, uint64_t wanted)
{
	return address && wanted - address < (given ? given : 1);
}

static bool matches_address(const struct stop *stop, const struct stop_context *context)
{
	const struct effect *effect = context->effect;
	const struct live *died;
	size_t n = heap_died(context->heap, &died);
	bool is_meant = holds(effect->address, effect->given, stop->operand) ||
			holds(effect->old_address, effect->old_given, stop->operand);

	for (size_t i = 0; !is_meant && i < n; i++)
		is_meant = holds(died[i].address, died[i].given, stop->operand);
	const struct moved *moved;
	n = heap_moved(context->heap, &moved);
	for (size_t i = 0; !is_meant && i < n; i++)
		is_meant = holds(moved[i].from, moved[i].live.given, stop->operand) ||
			   holds(moved[i].live.address, moved[i].live.given, stop->operand);
	return is_meant;
}

static bool matches_live(const struct stop *stop, const struct stop_context *context)
{
	return context->live_before <= stop->operand &&
	       context->metrics->live_bytes > stop->operand;
}

static bool matches_live_under(const struct stop *stop, const struct stop_context *context)
{
	return context->live_before >= stop->operand &&
	       context->metrics->live_bytes < stop->operand;
}

static bool matches_peak(const struct stop *stop, const struct stop_context *context)
{
	return context->metrics->peak_bytes > context->peak_before;
}

static bool matches_waste(const struct stop *stop, const struct stop_context *context)
{
	return waste_percent(context->metrics->live_bytes, context->metrics->reserved) >
		       stop->operand &&
	       !context->wasted_before;
}

static bool (*const matchers[])(const struct stop *stop, const struct stop_context *context) = {
	[STOP_HAPPENED] = matches_happened,
	[STOP_FAULT] = matches_fault,
	[STOP_STRUCTURE] = matches_structure,
	[STOP_NOTE] = matches_note,
	[STOP_MARK] = matches_mark,
	[STOP_CLASS] = matches_class,
	[STOP_SIZE_OVER] = matches_size,
	[STOP_OBJECT] = matches_object,
	[STOP_ADDRESS] = matches_address,
	[STOP_LIVE_OVER] = matches_live,
	[STOP_LIVE_UNDER] = matches_live_under,
	[STOP_NEW_PEAK] = matches_peak,
	[STOP_WASTE_OVER] = matches_waste,
};

bool stop_matches(const struct stop *stop, const struct stop_context *context)
{
	return matchers[stop->kind](stop, context);
}

static bool are_all_serious(uint64_t faults)
{
	for (unsigned fault = 0; fault < FAULT_COUNT; fault++)
		if ((faults >> fault & 1) && !fault_is_serious((enum fault)fault))
			return false;
	return true;
}

bool stop_may_match(const struct stop *stop, const struct sample *sample)
{
	switch (stop->kind) {
	case STOP_HAPPENED:
		return sample->happened & stop->operand;
	case STOP_FAULT:
		return sample->faults > 0 || !are_all_serious(stop->operand);
	case STOP_LIVE_OVER:
		return sample->live_bytes > stop->operand;
	case STOP_STRUCTURE:
	case STOP_NOTE:
	case STOP_MARK:
	case STOP_CLASS:
	case STOP_SIZE_OVER:
	case STOP_OBJECT:
	case STOP_ADDRESS:
	case STOP_LIVE_UNDER:
	case STOP_NEW_PEAK:
	case STOP_WASTE_OVER:
		return true;
	}
	return true;
}

/* ---- words --------------------------------------------------------------------------------- */

/* Words that are complete by themselves. */
static const struct {
	const char *word;
	struct stop stop;
} plain[] = {
	{"fault", {STOP_FAULT, 0}},
	{"structure", {STOP_STRUCTURE, 0}},
	{"note", {STOP_NOTE, 0}},
	{"mark", {STOP_MARK, 0}},
	{"peak", {STOP_NEW_PEAK, 0}},
	{"arena", {STOP_HAPPENED, HAPPENED_ARENA_MAPPED | HAPPENED_ARENA_UNMAPPED}},
};

/* Words that need a number after them, and the sign between. */
static const struct {
	const char *word;
	enum stop_kind kind;
	const char *sign;
	int (*parse)(const char *words, uint64_t *ret_number, struct error *err);
} numbered[] = {
	{"class", STOP_CLASS, "", number_parse},
	{"object", STOP_OBJECT, "", number_parse},
	{"address", STOP_ADDRESS, "", number_parse},
	{"size", STOP_SIZE_OVER, ">", size_parse},
	{"live", STOP_LIVE_OVER, ">", size_parse},
	{"live", STOP_LIVE_UNDER, "<", size_parse},
	{"waste", STOP_WASTE_OVER, ">", number_parse},
};

static int refuse(const char *words, struct error *err)
{
	struct suggestion nearest = {.word = words, .length = strlen(words)};

	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		suggestion_offer(&nearest, plain[i].word);
	for (unsigned bit = 0; bit < HAPPENING_COUNT; bit++)
		suggestion_offer(&nearest, happening_name((enum happening_bit)bit));
	for (unsigned fault = 1; fault < FAULT_COUNT; fault++)
		suggestion_offer(&nearest, fault_name((enum fault)fault));
	return suggestion_refuse(&nearest, "condition",
		"arena-mapped, pool-full, pool-empty, oom, fault, note, mark, peak, class 5, object 7, size > 512, live > 1M, live < 2M, waste > 30%",
		err);
}

static bool parse_plain(const char *words, struct stop *ret_stop)
{
	for (size_t i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (strcmp(plain[i].word, words) == 0) {
			*ret_stop = plain[i].stop;
			return true;
		}
	for (unsigned bit = 0; bit < HAPPENING_COUNT; bit++)
		if (strcmp(happening_name((enum happening_bit)bit), words) == 0) {
			*ret_stop = (struct stop){STOP_HAPPENED, UINT64_C(1) << bit};
			return true;
		}
	for (unsigned fault = 1; fault < FAULT_COUNT; fault++)
		if (strcmp(fault_name((enum fault)fault), words) == 0) {
			*ret_stop = (struct stop){STOP_FAULT, UINT64_C(1) << fault};
			return true;
		}
	return false;
}

int stop_parse(struct stop *ret_stop, const char *words, struct error *err)
{
	char word[24], sign[4] = "", number[40] = "", rest[2];

	if (parse_plain(words, ret_stop))
		return 0;
	int n = sscanf(words, " %23[a-z] %3[<>=] %39s %1s", word, sign, number, rest);
	if (n == 1)
		n = sscanf(words, " %23[a-z] %39s %1s", word, number, rest) == 2 ? 3 : 0;
	const char *other = NULL; /* the sign that the word has */
	for (size_t i = 0; n == 3 && i < sizeof(numbered) / sizeof(*numbered); i++) {
		if (strcmp(numbered[i].word, word) != 0)
			continue;
		other = other ? other : numbered[i].sign;
		if (strcmp(sign, numbered[i].sign) != 0)
			continue;
		number[strcspn(number, "%")] = '\0';
		ret_stop->kind = numbered[i].kind;
		return numbered[i].parse(number, &ret_stop->operand, err);
	}
	if (other)
		return error_set(err, "it needs a number: '%s %s%sNUMBER'", word, other,
			*other ? " " : "");
	return refuse(words, err);
}
