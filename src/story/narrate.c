/*
 * See narrate.h.  Every kind of decision has its words (engine/decision.h), in which {a} … {d}
 * stand for the operands:
 *
 *	{a}         the number, with commas
 *	{a:B}       bytes: "96 B", "4,104 B", and where nobody counts bytes any more "256 KiB"
 *	{a:hole*}   that many of something: "1 hole", "3 holes"
 *	{a:pool}    the name of a pool, or of a hole, by its address: "A01.p23", "heap +0x40"
 *	{a:block}   a block by its address: "block 7"; {a:Block} begins a sentence
 *	{a:live}    what lives at an address: "object 3 (heap +208)"
 *	{a:arena}   an arena by its serial: "A01"
 *	{a:hex}     an address as it is
 *	{a:object}  a counted object, or the program itself; {a:Object} begins a sentence
 *	{a|x|y|z}   x for 0, y for 1, z for all from 2 on
 *
 * What is already gone when the story is told (the pools of an arena that this event gave back) is
 * named by what the decisions say of it.
 */
#include "story/narrate.h"

#include "base/units.h"
#include "engines/pymalloc/decisions.h"
#include "story/places.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define COUNTED_BYTES   10000000u    /* up to here sizes are told to the byte */
#define ARENA_BYTES_MIN (256u << 10) /* whatever the version */
#define CHAIN_TOLD      4u           /* links of a chain in a sentence */

/* How an event with a fault is told, by whether something was placed or released all the same. */
static const struct {
	const char *nothing; /* NULL: says no more than the outcome does */
	const char *yet;     /* added behind what became of it; NULL: nothing to add */
} fault_sentences[] = {
	[FAULT_NONE] = {NULL, NULL},
	[FAULT_FREE_NULL] = {"nothing to do: free(NULL) is allowed", NULL},
	[FAULT_SIZE_ZERO] = {NULL, "Even 0 bytes get an address of their own."},
	[FAULT_REALLOC_NULL] = {NULL, "realloc of NULL is malloc"},
	[FAULT_REALLOC_ZERO] = {NULL, "It was a realloc to 0 bytes."},
	[FAULT_FAILED_CALL] = {"FAILED when it was recorded: the program got nothing", NULL},
	[FAULT_FREE_UNKNOWN] = {"UNKNOWN POINTER: nobody allocated it. Nothing changed", NULL},
	[FAULT_REALLOC_UNKNOWN] = {NULL, "UNKNOWN POINTER: taken as a new allocation."},
	[FAULT_DOUBLE_FREE] = {"DOUBLE FREE: it was freed before. Nothing changed", NULL},
	[FAULT_STILL_LIVE] = {"STILL LIVE: there is an object of this number. Nothing changed",
		"STILL LIVE: its free is missing; the old block counts as freed."},
	[FAULT_NEVER_PLACED] = {"nothing to free: its allocation had failed here",
		"Its allocation had failed here: a new block."},
	[FAULT_NO_MEMORY] = {NULL, NULL},
	[FAULT_NO_ADDRESS] = {"NO ADDRESS: the trace does not tell where it lay", NULL},
	[FAULT_OVERLAP] = {"OVERLAP: something else lies at its address", NULL},
	[FAULT_INVALID] = {"INVALID: the allocator knows no such block. Nothing changed", NULL},
	[FAULT_BROKEN] = {"BROKEN CONTRACT: what the engine answers cannot be",
		"BROKEN CONTRACT: what the engine says of itself cannot be."},
	[FAULT_NO_OBJECT] = {"NO SUCH OBJECT: it is not live. Nothing changed", NULL},
	[FAULT_NO_REFERENCE] = {"NO SUCH REFERENCE: there is none to let go of. Nothing changed",
		NULL},
	[FAULT_WEAK_BOUND] =
		{"NOT FOR A WEAK REFERENCE: it refers to one object for ever. Nothing changed",
			NULL},
	[FAULT_COUNTED] = {"COUNTED: it lives until nothing refers to it. Nothing changed", NULL},
	[FAULT_PLUGIN] = {"THE PLUG-IN FAILED: nothing that could be believed came back",
		"THE PLUG-IN FAILED."},
};
static_assert(sizeof(fault_sentences) / sizeof(*fault_sentences) == FAULT_COUNT,
	"every fault is told");

/* What a story is told of. */
struct story {
	const struct heap *heap;
	const struct event *event;
	const struct effect *effect;
	const struct decision_log *log; /* may be NULL */
	bool expert;
};

/* ---- names --------------------------------------------------------------------------------- */

/* The decision of this event of that kind, with that first operand if it is not 0; or NULL. */
static const struct decision *find_decision(const struct story *story,
	const struct decision_kind *kind, uint64_t a)
{
	for (size_t i = 0; story->log && i < story->log->count; i++) {
		const struct decision *decision = &story->log->items[i];
		if (decision->kind == kind && (a == 0 || decision->a == a))
			return decision;
	}
	return NULL;
}

/* The pool of an arena that this event gave back, or the pool of such a block: "A00.p28". */
static bool name_gone(const struct story *story, uint64_t address, char *buffer, size_t size)
{
	const struct decision *arena = find_decision(story, &decision_arena_unmapped, 0);
	const struct decision *block = find_decision(story, &decision_block_pushed, address);
	const struct decision *pool =
		find_decision(story, &decision_pool_empty, block ? block->b : address);

	if (!arena || !pool || pool->b != arena->a)
		return false;
	snprintf(buffer, size, "A%02" PRIu64 ".p%02" PRIu64, arena->a,
		(pool->a - arena->b) / arena->d);
	return true;
}

/* Offsets are decimal in heaps small enough to be counted by hand. */
static void name_offset(const struct region *region, uint64_t address, char *buffer, size_t size)
{
	uint64_t offset = address - region->base;

	snprintf(buffer, size, region->size <= 4096 ? "%s +%" PRIu64 : "%s +0x%" PRIx64,
		region->name, offset);
}

static void name_page(const struct place *place, char *buffer, size_t size)
{
	if (place->region.pages == 1)
		snprintf(buffer, size, "%s", place->region.name);
	else
		snprintf(buffer, size, "%s.p%02" PRIu32, place->region.name, place->number);
}

static void name_outside(const struct heap *heap, uint64_t address, char *buffer, size_t size)
{
	for (size_t i = 0; i < heap_mapping_count(heap); i++) {
		struct region mapping;
		heap_mapping(heap, i, &mapping);
		if (address - mapping.base < mapping.size) {
			snprintf(buffer, size, "%s", mapping.name);
			return;
		}
	}
	snprintf(buffer, size, "0x%" PRIx64, address);
}

const char *name_address(const struct heap *heap, uint64_t address, char *buffer, size_t size)
{
	struct place place;
	uint32_t block;
	char page[40];

	if (!place_find(heap, address, &place)) {
		name_outside(heap, address, buffer, size);
	} else if (place_block(&place, address, &block)) {
		name_page(&place, page, sizeof(page));
		snprintf(buffer, size, "%s block %" PRIu32, page, block);
	} else if (place.has_page) {
		name_page(&place, buffer, size);
	} else {
		name_offset(&place.region, address, buffer, size);
	}
	return buffer;
}

static const char *name_in_story(const struct story *story, uint64_t address, char *buffer,
	size_t size)
{
	char pool[40];

	if (!name_gone(story, address, pool, sizeof(pool)))
		return name_address(story->heap, address, buffer, size);
	snprintf(buffer, size, "the last block of %s", pool);
	return buffer;
}

static bool is_realloc_of_null(const struct event *event)
{
	return event->kind == EVENT_REALLOCATE &&
	       !(event->flags & (EVENT_SEEN_BEFORE | EVENT_OLD_UNKNOWN));
}

static void name_object(const struct event *event, char *buffer, size_t size)
{
	uint64_t address = event->flags & EVENT_OLD_UNKNOWN ? event->old_address : event->address;

	if (is_realloc_of_null(event))
		snprintf(buffer, size, "NULL");
	else if (event->object != OBJECT_NONE && !(event->flags & EVENT_OLD_UNKNOWN))
		snprintf(buffer, size, "object %" PRIu32, event->object);
	else if (address)
		snprintf(buffer, size, "0x%" PRIx64, address);
	else
		snprintf(buffer, size, "NULL");
}

static const char *name_referrer(const struct event *event, char *buffer, size_t size)
{
	if (event->other == OBJECT_NONE)
		return "the program";
	snprintf(buffer, size, "object %" PRIu32, event->other);
	return buffer;
}

const char *name_call(const struct event *event, char *buffer, size_t size)
{
	const char *call = call_name((enum call)event->call);
	char object[24], referrer[24];

	name_object(event, object, sizeof(object));
	switch ((enum event_kind)event->kind) {
	case EVENT_ALLOCATE:
		if (event->alignment)
			snprintf(buffer, size, "%s(%" PRIu64 ", %" PRIu64 ")",
				*call ? call : "aligned_alloc", event->alignment, event->size);
		else
			snprintf(buffer, size, "%s(%" PRIu64 ")", *call ? call : "malloc",
				event->size);
		break;
	case EVENT_REALLOCATE:
		snprintf(buffer, size, "%s(%s, %" PRIu64 ")", *call ? call : "realloc", object,
			event->size);
		break;
	case EVENT_FREE:
		snprintf(buffer, size, "free(%s)", object);
		break;
	case EVENT_MAP:
		snprintf(buffer, size, "mmap(%" PRIu64 ")", event->size);
		break;
	case EVENT_UNMAP:
		snprintf(buffer, size, "munmap(%s)", object);
		break;
	case EVENT_NEW:
		snprintf(buffer, size, "new(%" PRIu64 ")", event->size);
		break;
	case EVENT_WEAK:
		snprintf(buffer, size, "weakref(object %" PRIu32 ")", event->other);
		break;
	case EVENT_REF:
		snprintf(buffer, size, "%s refers to %s",
			name_referrer(event, referrer, sizeof(referrer)), object);
		break;
	case EVENT_UNREF:
		snprintf(buffer, size, "%s lets go of %s",
			name_referrer(event, referrer, sizeof(referrer)), object);
		break;
	case EVENT_COLLECT:
		if (event->size < GENERATIONS - 1)
			snprintf(buffer, size, "gc.collect(%" PRIu64 ")", event->size);
		else
			snprintf(buffer, size, "gc.collect()");
		break;
	case EVENT_GC:
		if (event->other == GC_THRESHOLDS)
			snprintf(buffer, size,
				"gc.set_threshold(%" PRIu64 ", %" PRIu32 ", %" PRIu32 ")",
				event->size, event->older[0], event->older[1]);
		else
			snprintf(buffer, size, "%s",
				event->other == GC_ON ? "gc.enable()" : "gc.disable()");
		break;
	case EVENT_NOTE:
	case EVENT_MARK:
	case EVENT_KIND_COUNT:
		snprintf(buffer, size, "%s", event_kind_name((enum event_kind)event->kind));
		break;
	}
	return buffer;
}

/* ---- sentences ----------------------------------------------------------------------------- */

static void add_number(const struct story *story, struct text *out, uint64_t n)
{
	struct units units;

	text_add(out, "%s", units_count(&units, n));
}

static void add_bytes(const struct story *story, struct text *out, uint64_t n)
{
	struct units units;

	if (n < COUNTED_BYTES)
		text_add(out, "%s B", units_count(&units, n));
	else
		text_add(out, "%s", units_bytes(&units, n));
}

static void add_pool(const struct story *story, struct text *out, uint64_t address)
{
	char buffer[64];
	struct place place;

	if (name_gone(story, address, buffer, sizeof(buffer)))
		;
	else if (!place_find(story->heap, address, &place))
		name_outside(story->heap, address, buffer, sizeof(buffer));
	else if (place.has_page)
		name_page(&place, buffer, sizeof(buffer));
	else
		name_offset(&place.region, address, buffer, sizeof(buffer));
	text_add(out, "%s", buffer);
}

static void add_block(const struct story *story, struct text *out, uint64_t address)
{
	struct place place;
	uint32_t block;
	char buffer[64];

	if (name_gone(story, address, buffer, sizeof(buffer)))
		text_add(out, "the block");
	else if (place_find(story->heap, address, &place) && place_block(&place, address, &block))
		text_add(out, "block %" PRIu32, block);
	else
		text_add(out, "%s", name_address(story->heap, address, buffer, sizeof(buffer)));
}

static void add_block_first(const struct story *story, struct text *out, uint64_t address)
{
	size_t start = out->length;

	add_block(story, out, address);
	if (out->bytes[start] >= 'a' && out->bytes[start] <= 'z')
		out->bytes[start] = (char)(out->bytes[start] - 'a' + 'A');
}

/* The object that lives there, and where that is. */
static void add_live(const struct story *story, struct text *out, uint64_t address)
{
	struct live live;
	char buffer[64];

	if (heap_find_address(story->heap, address, &live))
		text_add(out, "object %" PRIu32 " (%s)", live.object,
			name_address(story->heap, address, buffer, sizeof(buffer)));
	else
		text_add(out, "the object at 0x%" PRIx64, address);
}

static void add_arena(const struct story *story, struct text *out, uint64_t serial)
{
	text_add(out, "A%02" PRIu64, serial);
}

static void add_hex(const struct story *story, struct text *out, uint64_t n)
{
	text_add(out, "0x%" PRIx64, n);
}

/* OBJECT_NONE: who refers is the program. */
static void add_object(const struct story *story, struct text *out, uint64_t object)
{
	if (object == OBJECT_NONE)
		text_add(out, "the program");
	else
		text_add(out, "object %" PRIu64, object);
}

static void add_object_first(const struct story *story, struct text *out, uint64_t object)
{
	size_t start = out->length;

	add_object(story, out, object);
	out->bytes[start] = (char)(out->bytes[start] - 'a' + 'A');
}

/* The operand is an address in memory. */
static uint64_t place_itself(const struct story *story, uint64_t address)
{
	return address;
}

/* Where the object lives, or lived before the event. */
static uint64_t place_of_object(const struct story *story, uint64_t object)
{
	const struct live *died;
	size_t n = heap_died(story->heap, &died);
	struct live live;

	if (object != OBJECT_NONE && heap_find(story->heap, (uint32_t)object, &live))
		return live.address;
	for (size_t i = 0; i < n; i++)
		if (died[i].object == object)
			return died[i].address;
	return 0;
}

static const struct {
	const char *kind;
	void (*add)(const struct story *story, struct text *out, uint64_t operand);
	uint64_t (*place)(const struct story *story, uint64_t operand); /* NULL: it is none */
} operand_kinds[] = {
	{"", add_number},
	{"B", add_bytes},
	{"pool", add_pool, place_itself},
	{"block", add_block, place_itself},
	{"Block", add_block_first, place_itself},
	{"live", add_live, place_itself},
	{"arena", add_arena},
	{"hex", add_hex},
	{"object", add_object, place_of_object},
	{"Object", add_object_first, place_of_object},
};

/* Gives the address that it names; 0: none. */
static uint64_t add_operand(const struct story *story, struct text *out, uint64_t n,
	const char *kind, size_t length)
{
	if (length > 0 && kind[length - 1] == '*') {
		add_number(story, out, n);
		text_add(out, " %.*s%s", (int)length - 1, kind, n == 1 ? "" : "s");
		return 0;
	}
	for (size_t i = 0; i < sizeof(operand_kinds) / sizeof(*operand_kinds); i++)
		if (strlen(operand_kinds[i].kind) == length &&
			memcmp(operand_kinds[i].kind, kind, length) == 0) {
			operand_kinds[i].add(story, out, n);
			return operand_kinds[i].place ? operand_kinds[i].place(story, n) : 0;
		}
	assert(!"a template has an operand of a kind that does not exist");
	return 0;
}

/* The nth of the alternatives that "|" separates; the last one stands for all that follow. */
static void add_alternative(struct text *out, uint64_t n, const char *alternatives, size_t length)
{
	const char *end = alternatives + length, *bar;

	for (; (bar = memchr(alternatives, '|', (size_t)(end - alternatives))) && n > 0; n--)
		alternatives = bar + 1;
	text_add_bytes(out, alternatives, (size_t)((bar ? bar : end) - alternatives));
}

static const struct words *words_for(const struct decision *decision)
{
	const struct decision_variant *variant = decision->kind->variants;

	for (; variant && variant->applies; variant++)
		if (variant->applies(decision))
			return &variant->words;
	return &decision->kind->words;
}

/* Gives the first address that it names; 0: none. */
static uint64_t add_sentence(const struct story *story, struct text *out,
	const struct decision *decision, const char *at)
{
	const uint64_t operands[] = {decision->a, decision->b, decision->c, decision->d};
	uint64_t place = 0;

	while (*at) {
		size_t length = strcspn(at, "{");
		text_add_bytes(out, at, length);
		at += length;
		if (*at != '{')
			return place;
		const char *kind = at + 2 + (at[2] == ':' || at[2] == '|');
		const char *end = at + strcspn(at, "}");
		uint64_t operand = operands[at[1] - 'a'], named = 0;
		if (at[2] == '|')
			add_alternative(out, operand, kind, (size_t)(end - kind));
		else
			named = add_operand(story, out, operand, kind, (size_t)(end - kind));
		if (place == 0)
			place = named;
		at = end + 1;
	}
	return place;
}

static void end_line(struct narration *narration, size_t decisions, uint64_t place)
{
	text_add(&narration->why, "\n");
	narration->decisions[narration->lines] = (unsigned)decisions;
	narration->places[narration->lines++] = place;
}

static void narrate_why(const struct story *story, struct narration *narration)
{
	struct text *why = &narration->why;

	if (story->effect->fault == FAULT_PLUGIN && heap_broken(story->heap)) {
		text_add(why, "%s.", heap_broken(story->heap));
		end_line(narration, 0, 0);
	}
	if (story->effect->fault == FAULT_BROKEN && heap_broken(story->heap)) {
		text_add(why, "The contract that every engine has is broken: %s.",
			heap_broken(story->heap));
		end_line(narration, 0, 0);
	}
	for (size_t i = 0; i < story->log->count; i++) {
		const struct decision *decision = &story->log->items[i];
		const struct words *words = words_for(decision);
		const char *sentence =
			story->expert && words->expert ? words->expert : words->plain;
		if (*sentence == '\0')
			continue;
		uint64_t place = add_sentence(story, why, decision, sentence);
		end_line(narration, i + 1, place);
	}
	if (story->log->lost) {
		text_add(why, "(%zu more decisions)", story->log->lost);
		end_line(narration, story->log->count, 0);
	}
}

/* ---- what ---------------------------------------------------------------------------------- */

/*
 * With its arenas where they were recorded, a block of theirs is expected where it was recorded,
 * too.
 */
static bool is_elsewhere(const struct story *story)
{
	return heap_layer(story->heap, 0)->takes_recorded && story->effect->layer == 0 &&
	       story->event->address && story->event->address != story->effect->address;
}

static void add_placed(const struct story *story, struct text *what)
{
	const struct effect *effect = story->effect;
	bool is_new = story->event->kind != EVENT_REALLOCATE || is_realloc_of_null(story->event);
	char name[64];

	text_add(what, "%s", name_in_story(story, effect->address, name, sizeof(name)));
	if (!is_new && effect->old_address == effect->address)
		text_add(what, ", where it was");
	if (is_new && effect->object != OBJECT_NONE) {
		text_add(what, "   (object %" PRIu32, effect->object);
		if (story->event->thread)
			text_add(what, ", thread %" PRIu32, story->event->thread);
		text_add(what, ")");
	}
	if (is_elsewhere(story))
		text_add(what, ". RECORDED ELSEWHERE: %s",
			name_in_story(story, story->event->address, name, sizeof(name)));
}

static void add_released(const struct story *story, struct text *what)
{
	char name[64];

	text_add(what, "gave back ");
	if (story->event->kind == EVENT_UNMAP)
		add_bytes(story, what, story->effect->old_given);
	else
		text_add(what, "%s",
			name_in_story(story, story->effect->old_address, name, sizeof(name)));
}

/* What an arena event of the trace means to the engine. */
static const char *words_for_arena(const struct story *story)
{
	if (engine_is_as_recorded(heap_layer(story->heap, 0)))
		return story->event->kind == EVENT_UNMAP ? "Python gave that back"
		       : story->event->size < ARENA_BYTES_MIN
			       ? "a piece of Python's own stack, no arena"
			       : "an arena of Python's";
	if (!heap_layer(story->heap, 0)->takes_recorded)
		return "an arena of the real program; those shown are simulated";
	if (story->event->kind == EVENT_UNMAP)
		return "Python has given that back";
	return story->event->size < ARENA_BYTES_MIN
		       ? "a piece of Python's own stack, no arena"
		       : "Python's next arena: the allocation that follows needs it";
}

static uint32_t count_of(const struct story *story)
{
	struct counted counted = {.count = 0};

	heap_counted(story->heap, story->event->object, &counted);
	return counted.count;
}

static void add_died(const struct story *story, struct text *what)
{
	const struct effect *effect = story->effect;
	struct units units;

	text_add(what, "%s object%s (", units_count(&units, effect->freed),
		effect->freed == 1 ? "" : "s");
	add_bytes(story, what, effect->freed_bytes);
	text_add(what, ")");
}

/* What became of an event of counted objects that made none. */
static void narrate_counted(const struct story *story, struct text *what)
{
	const struct effect *effect = story->effect;
	uint32_t count = count_of(story);

	if (story->event->kind == EVENT_GC) {
		text_add(what, story->event->other == GC_OFF
				       ? "nothing but counts frees objects now"
			       : story->event->other == GC_ON ? "it begins by itself again"
							      : "it begins earlier or later now");
	} else if (story->event->kind == EVENT_COLLECT) {
		text_add(what, effect->freed ? "freed " : "freed nothing");
		if (effect->freed)
			add_died(story, what);
	} else if (effect->freed == 1) {
		text_add(what, "its count is 0: it died, and its ");
		add_bytes(story, what, effect->freed_bytes);
		text_add(what, " went back");
	} else if (effect->freed) {
		text_add(what, "its count is 0: it died, and others with it: ");
		add_died(story, what);
	} else {
		text_add(what, "its count is %" PRIu32, count);
	}
}

static void narrate_what(const struct story *story, struct text *what)
{
	const struct effect *effect = story->effect;
	const char *yet = fault_sentences[effect->fault].yet;
	const char *nothing = fault_sentences[effect->fault].nothing;
	char call[80];

	text_add(what, "%s → ", name_call(story->event, call, sizeof(call)));
	if (event_is_counted(story->event) && effect->fault == FAULT_NONE &&
		effect->outcome != OUTCOME_PLACED) {
		narrate_counted(story, what);
		return;
	}
	switch (effect->outcome) {
	case OUTCOME_PLACED:
		add_placed(story, what);
		if (effect->freed) {
			text_add(what, ". The collector freed ");
			add_died(story, what);
		}
		break;
	case OUTCOME_RELEASED:
		add_released(story, what);
		break;
	case OUTCOME_NO_MEMORY:
		if (nothing) { /* another reason than memory */
			text_add(what, "%s", nothing);
			return;
		}
		if (story->event->kind == EVENT_MAP && story->event->size == 0) {
			text_add(what, "refused: 0 bytes cannot be mapped");
			return;
		}
		text_add(what, "OUT OF MEMORY: the program gets NULL");
		if (effect->old_address && effect->fault == FAULT_NO_MEMORY)
			text_add(what, ", object %" PRIu32 " stays where it is", effect->object);
		return;
	case OUTCOME_INVALID:
	case OUTCOME_NOTHING:
		text_add(what, "%s",
			nothing                                ? nothing
			: story->event->domain == DOMAIN_ARENA ? words_for_arena(story)
							       : "no effect");
		return;
	}
	if (yet)
		text_add(what, ". %s", yet);
}

/* ---- so ------------------------------------------------------------------------------------ */

static void add_chain(const struct place *place, struct text *so)
{
	struct chain chain;

	chain_read(place->engine, &place->page, &chain);
	for (uint32_t i = 0; i < chain.length && i < CHAIN_TOLD; i++)
		text_add(so, "%s%" PRIu32, i ? " → " : ", chain ", chain.blocks[i]);
	if (chain.length > CHAIN_TOLD)
		text_add(so, " and %" PRIu32 " more", chain.length - CHAIN_TOLD);
}

/* "A01.p23: 30 → 31 of 42 blocks in use, chain 12 → 4 → 31. " */
static void tell_page(const struct place *place, int change, struct text *so)
{
	static const char *const states[] = {[PAGE_VIRGIN] = "",
		[PAGE_FREE] = ": empty",
		[PAGE_USED] = "",
		[PAGE_FULL] = ": full",
		[PAGE_LOST] = ""};
	char name[40];

	name_page(place, name, sizeof(name));
	text_add(so, "%s: ", name);
	if (change)
		text_add(so, "%" PRIu32 " → ", place->page.used - (uint32_t)change);
	text_add(so, "%" PRIu32 " of %" PRIu32 " blocks in use%s", place->page.used,
		place->page.blocks, states[place->page.state]);
	add_chain(place, so);
	text_add(so, ". ");
}

/* How the log changed the free bytes and holes of a heap; false when it does not say. */
static bool heap_change(const struct decision_log *log, int64_t *ret_free, int64_t *ret_holes)
{
	struct hole_change change = {0};

	for (size_t i = 0; log && i < log->count; i++) {
		const struct decision *decision = &log->items[i];
		if (decision->kind->change)
			decision->kind->change(decision, &change);
	}
	*ret_free = change.free;
	*ret_holes = change.holes;
	return log && !log->lost && !change.is_unknown;
}

/* "Free 80 B → 60 B; holes 3 → 2, the largest 20 B. " */
static void tell_heap(const struct story *story, const struct engine *engine, struct text *so)
{
	struct totals totals;
	int64_t free, holes;
	bool is_known = heap_change(story->log, &free, &holes);

	engine_totals(engine, &totals);
	if (totals.available == 0) {
		text_add(so, "Nothing is free. ");
		return;
	}
	if (is_known && free != 0) {
		text_add(so, "Free ");
		add_bytes(story, so, totals.available - (uint64_t)free);
		text_add(so, " → ");
		add_bytes(story, so, totals.available);
	} else {
		add_bytes(story, so, totals.available);
		text_add(so, " free");
	}
	if (is_known && holes != 0)
		text_add(so, "; holes %" PRIu64 " → %" PRIu64, totals.free_spans - (uint64_t)holes,
			totals.free_spans);
	else
		text_add(so, " in %" PRIu64 " hole%s", totals.free_spans,
			totals.free_spans == 1 ? "" : "s");
	if (totals.free_spans > 1) {
		text_add(so, ", the largest ");
		add_bytes(story, so, totals.largest_free);
	}
	text_add(so, ". ");
}

static bool is_same_page(const struct place *a, const struct place *b)
{
	return a->has_page && b->has_page && a->page.base == b->page.base;
}

static void tell_padding(const struct story *story, struct text *so)
{
	uint64_t padding = story->effect->given - story->effect->size;

	if (padding == 0)
		return;
	add_number(story, so, padding);
	text_add(so, " of ");
	add_bytes(story, so, story->effect->given);
	text_add(so, " %s padding. ", padding == 1 ? "is" : "are");
}

/* "5 objects live (320 B); the collector's counts are 3, 1, 0." */
static void tell_collector(const struct story *story, struct text *so)
{
	struct collector collector;

	if (!heap_collector(story->heap, &collector))
		return;
	text_add(so, "%" PRIu32 " counted object%s live", collector.counted,
		collector.counted == 1 ? "" : "s");
	text_add(so, "; the collector's counts are %" PRIu32 ", %" PRIu32 ", %" PRIu32 ".",
		collector.counts[0], collector.counts[1], collector.counts[2]);
}

static void narrate_so(const struct story *story, struct text *so)
{
	const struct effect *effect = story->effect;
	const struct engine *told = NULL;
	struct place new, old;
	char gone[40];

	if (event_is_counted(story->event) && effect->outcome != OUTCOME_PLACED) {
		tell_collector(story, so);
		return;
	}
	if (effect->outcome != OUTCOME_PLACED && effect->outcome != OUTCOME_RELEASED)
		return;
	bool has_new = effect->address && place_find(story->heap, effect->address, &new);
	bool has_old = effect->old_address && effect->old_address != effect->address &&
		       !name_gone(story, effect->old_address, gone, sizeof(gone)) &&
		       place_find(story->heap, effect->old_address, &old);
	bool in_one_page = has_new && has_old && is_same_page(&new, &old);
	bool stays = effect->address == effect->old_address;

	if (has_new && new.has_page)
		tell_page(&new, in_one_page || stays ? 0 : 1, so);
	else if (has_new)
		tell_heap(story, told = new.engine, so);
	if (has_old && old.has_page && !in_one_page)
		tell_page(&old, -1, so);
	else if (has_old && !old.has_page && told != old.engine)
		tell_heap(story, old.engine, so);
	if (effect->outcome == OUTCOME_PLACED)
		tell_padding(story, so);
	while (so->length > 0 && so->bytes[so->length - 1] == ' ')
		so->bytes[--so->length] = '\0';
}

/* ---- in a few words ------------------------------------------------------------------------ */

static void narrate_brief(const struct story *story, struct text *brief)
{
	struct place place;

	if (story->effect->fault != FAULT_NONE)
		text_add(brief, "%s", fault_words(story->effect->fault));
	if (story->effect->freed)
		text_add(brief, "%" PRIu64 " died", story->effect->freed);
	else if ((story->event->kind == EVENT_REF || story->event->kind == EVENT_UNREF) &&
		 count_of(story))
		text_add(brief, "count %" PRIu32, count_of(story));
	for (size_t i = 0; story->log && i < story->log->count; i++) {
		const struct decision *decision = &story->log->items[i];
		const struct words *words = words_for(decision);
		if (!words->brief)
			continue;
		text_add(brief, "%s", brief->length ? ", " : "");
		add_sentence(story, brief, decision, words->brief);
	}
	uint64_t address =
		story->effect->address ? story->effect->address : story->effect->old_address;
	if (brief->length == 0 && address && place_find(story->heap, address, &place) &&
		place.has_page)
		text_add(brief, "%" PRIu32 " of %" PRIu32 " in use", place.page.used,
			place.page.blocks);
}

void narrate(struct narration *narration, const struct heap *heap, const struct trace *trace,
	const struct event *event, const struct effect *effect, const struct decision_log *log,
	bool expert)
{
	const struct story story = {heap, event, effect, log, expert};

	text_clear(&narration->what);
	text_clear(&narration->why);
	text_clear(&narration->so);
	text_clear(&narration->brief);
	narration->lines = 0;
	if (event_is_note_or_mark(event)) {
		text_add(&narration->what, "%s%s", event->kind == EVENT_MARK ? "mark: " : "",
			trace_text(trace, event->text));
		return;
	}
	narrate_what(&story, &narration->what);
	if (log)
		narrate_why(&story, narration);
	narrate_so(&story, &narration->so);
	narrate_brief(&story, &narration->brief);
}

void narration_finish(struct narration *narration)
{
	text_finish(&narration->what);
	text_finish(&narration->why);
	text_finish(&narration->so);
	text_finish(&narration->brief);
}
