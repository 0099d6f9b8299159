/*
 * Every kind of decision has sentences (engine/decision.h) in which {a} to {d} stand for the
 * operands:
 *
 *	{a}         the number, with commas
 *	{a:B}       bytes: "96 B", "4,104 B", and "12 MiB" for large sizes
 *	{a:hole*}   a number of things: "1 hole", "3 holes"
 *	{a:pool}    the name of a pool, or of a hole, by its address: "A01.p23", "heap +0x40"
 *	{a:block}   a block by its address: "block 7"; {a:Block} begins a sentence
 *	{a:live}    the live object at an address: "object 3 (heap +208)"; {a:brief}: "object 3"
 *	{a:arena}   an arena by its serial: "A01"
 *	{a:hex}     the address itself
 *	{a:object}  a counted object, or the program itself; {a:Object} begins a sentence
 *	{a|x|y|z}   x for 0, y for 1, z from 2 on
 *
 * Places that the event removed (the pools of an arena that it unmapped) get their names from the
 * decisions.
 */
#include "story/story.h"

#include "base/units.h"
#include "story/names.h"
#include "story/places.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define COUNTED_BYTES 10000000u /* sizes below this are exact */

void sentence_add_number(struct text *out, uint64_t n)
{
	struct units units;

	text_add(out, "%s", units_count(&units, n));
}

void sentence_add_bytes(struct text *out, uint64_t n)
{
	struct units units;

	if (n < COUNTED_BYTES)
		text_add(out, "%s B", units_count(&units, n));
	else
		text_add(out, "%s", units_bytes(&units, n));
}

static void add_number(const struct story *story, struct text *out, uint64_t n)
{
	sentence_add_number(out, n);
}

static void add_bytes(const struct story *story, struct text *out, uint64_t n)
{
	sentence_add_bytes(out, n);
}

static void add_pool(const struct story *story, struct text *out, uint64_t address)
{
	char buffer[64];

	if (!name_gone(story, address, buffer, sizeof(buffer)))
		name_around(story->heap, address, buffer, sizeof(buffer));
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

/* The live object at the address, and where it is. */
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

static void add_live_briefly(const struct story *story, struct text *out, uint64_t address)
{
	struct live live;

	if (heap_find_address(story->heap, address, &live))
		text_add(out, "object %" PRIu32, live.object);
	else
		text_add(out, "0x%" PRIx64, address);
}

static void add_arena(const struct story *story, struct text *out, uint64_t serial)
{
	text_add(out, "A%02" PRIu64, serial);
}

static void add_hex(const struct story *story, struct text *out, uint64_t n)
{
	text_add(out, "0x%" PRIx64, n);
}

/* OBJECT_NONE: the program refers to it. */
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

/* The operand is the address itself. */
static uint64_t place_itself(const struct story *story, uint64_t address)
{
	return address;
}

/* The address of the object, or its address before the event. */
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
	uint64_t (*place)(const struct story *story, uint64_t operand); /* NULL: not a place */
} operand_kinds[] = {
	{"", add_number},
	{"B", add_bytes},
	{"pool", add_pool, place_itself},
	{"block", add_block, place_itself},
	{"Block", add_block_first, place_itself},
	{"live", add_live, place_itself},
	{"brief", add_live_briefly, place_itself},
	{"arena", add_arena},
	{"hex", add_hex},
	{"object", add_object, place_of_object},
	{"Object", add_object_first, place_of_object},
};

/* Returns the address that the operand names; 0: none. */
static uint64_t add_operand(const struct story *story, struct text *out, uint64_t n,
	const char *kind, size_t length)
{
	if (length > 0 && kind[length - 1] == '*') {
		sentence_add_number(out, n);
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

/* Adds the nth of the alternatives separated by "|", or the last one if there are fewer. */
static void add_alternative(struct text *out, uint64_t n, const char *alternatives, size_t length)
{
	const char *end = alternatives + length, *bar;

	for (; (bar = memchr(alternatives, '|', (size_t)(end - alternatives))) && n > 0; n--)
		alternatives = bar + 1;
	text_add_bytes(out, alternatives, (size_t)((bar ? bar : end) - alternatives));
}

const struct words *decision_words(const struct decision *decision)
{
	const struct decision_variant *variant = decision->kind->variants;

	for (; variant && variant->applies; variant++)
		if (variant->applies(decision))
			return &variant->words;
	return &decision->kind->words;
}

uint64_t sentence_add(const struct story *story, struct text *out, const struct decision *decision,
	const char *sentence)
{
	const uint64_t operands[] = {decision->a, decision->b, decision->c, decision->d};
	const char *at = sentence;
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
