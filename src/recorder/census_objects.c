/*
 * What an object of Python refers to, read from where each version keeps it.
 *
 * Of types that are not laid out here the words of the object are taken, and those of blocks that
 * they point to: each that is the address of an object or block is a reference. A weak reference is
 * none.
 */
#include "recorder/census_layout.h"

extern char PyFrame_Type __attribute__((weak));
extern char PyCell_Type __attribute__((weak));

/* ---- references ------------------------------------------------------------------------------ */

HIDDEN void census_reach(struct census_objects *objects, uintptr_t object)
{
	const struct type_facts *facts = object ? census_object(objects, object) : NULL;

	if (facts && facts->kind != KIND_NONE)
		objects->reach(objects->context, object, facts);
}

/*
 * The block is an object's that the collector knows: what points to its beginning are the lists of
 * the collector, which are no references.
 */
static bool is_collected(struct census_objects *objects, struct block block)
{
	static const int32_t befores[] = {GC_BYTES, GC_BYTES + MANAGED_BYTES};

	for (size_t i = 0; i < sizeof(befores) / sizeof(*befores); i++) {
		const struct type_facts *facts =
			census_object(objects, block.start + (uintptr_t)befores[i]);
		if (facts->kind != KIND_NONE && facts->before == befores[i])
			return true;
	}
	return false;
}

HIDDEN bool census_reach_any(struct census_objects *objects, uintptr_t any)
{
	const struct type_facts *facts;
	struct block block;

	if (any < 4096 || any >> 47)
		return false;
	facts = census_object(objects, any);
	if (facts->kind != KIND_NONE) {
		objects->reach(objects->context, any, facts);
		return true;
	}
	if (!census_pool_block(objects->memory, any, &block) &&
		!census_chunk(objects->memory, any, &block) &&
		!census_chunk_around(objects->memory, any, &block)) /* as in sqlite3 */
		return false;
	if (!is_collected(objects, block))
		objects->reach_block(objects->context, block, true);
	return true;
}

HIDDEN void census_reach_table(struct census_objects *objects, uintptr_t start, size_t bytes)
{
	struct block block = census_block_of(objects, start, bytes);

	if (block.bytes > 0)
		objects->reach_block(objects->context, block, false);
}

#define DATA_WORDS 4096u /* a block that begins with so many which point nowhere is data */

static void reach_words(struct census_objects *objects, uintptr_t at, uintptr_t end)
{
	uintptr_t data = at + DATA_WORDS * WORD;
	bool is_data = true;

	for (; at + WORD <= end && !objects->is_over && !(is_data && at >= data); at += WORD) {
		census_look_at_clock(objects);
		if (census_reach_any(objects, object_word(objects, at)))
			is_data = false;
	}
}

#define INTERNED 3u /* the bits of a text's state that say so */

HIDDEN bool census_is_immortal(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts)
{
	return objects->layout->minor >= 12 && facts->flags & FLAG_TEXT &&
	       object_word(objects, object) >> 31 &&
	       object_word(objects, object + TEXT_STATE) & INTERNED;
}

#define DIGIT_BITS 30u
#define NUMBER     24u /* where its digits are, from 3.12 on too */

/* Of one digit or two: addresses that a program has are no longer. */
static uintptr_t number_of(struct census_objects *objects, uintptr_t number)
{
	uintptr_t size = object_word(objects, number + OBJECT_SIZE) >>
			 (objects->layout->minor >= 12 ? 3 : 0),
		  digits = object_word(objects, number + NUMBER);

	if (size != 1 && size != 2)
		return 0;
	return (digits & UINT32_MAX) | (size == 2 ? digits >> 32 << DIGIT_BITS : 0);
}

HIDDEN bool census_addressed(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts, struct block *ret_block)
{
	uintptr_t at = facts->flags & FLAG_LONG ? number_of(objects, object) : 0;

	return at >= 4096 && at % 16 == 0 && !(at >> 47) &&
	       census_object(objects, at)->kind == KIND_NONE &&
	       census_chunk(objects->memory, at, ret_block);
}

HIDDEN void census_visit_block(struct census_objects *objects, uintptr_t start)
{
	struct block block;

	if (census_pool_block(objects->memory, start, &block) ||
		census_chunk(objects->memory, start, &block))
		reach_words(objects, block.start, block.start + block.bytes);
}

/* ---- other objects --------------------------------------------------------------------------- */

static void visit_items(struct census_objects *objects, uintptr_t at, uint64_t count)
{
	for (uint64_t i = 0; i < count && !objects->is_over; i++) {
		census_look_at_clock(objects);
		census_reach(objects, object_word(objects, at + i * WORD));
	}
}

static void visit_list(struct census_objects *objects, uintptr_t list)
{
	uint64_t count = census_size(objects, list),
		 room = object_word(objects, list + LIST_ITEMS + WORD);
	uintptr_t items = object_word(objects, list + LIST_ITEMS);

	if (room > LENGTH_MOST || room < count ||
		!census_is_within_block(objects, items, room * WORD))
		return;
	census_reach_table(objects, items, room * WORD);
	visit_items(objects, items, count);
}

static void visit_set(struct census_objects *objects, uintptr_t set)
{
	uint64_t slots = object_word(objects, set + SET_MASK) + 1;
	uintptr_t table = object_word(objects, set + SET_TABLE);

	if (slots > LENGTH_MOST || !census_is_within_block(objects, table, slots * 2 * WORD))
		return;
	if (table - set >= SET_BYTES)
		census_reach_table(objects, table, slots * 2 * WORD);
	for (uint64_t i = 0; i < slots && !objects->is_over; i++) {
		census_look_at_clock(objects);
		census_reach(objects, object_word(objects, table + i * 2 * WORD));
	}
}

static void visit_tuple(struct census_objects *objects, uintptr_t tuple)
{
	uint64_t count = census_size(objects, tuple);

	if (count < LENGTH_MOST && census_is_within_block(objects, tuple - GC_BYTES,
					   GC_BYTES + TUPLE_ITEMS + count * WORD))
		visit_items(objects, tuple + TUPLE_ITEMS, count);
}

/* Its words, and where they are not known those up to the end of its block. */
static void visit_other(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts)
{
	uintptr_t end = object + (uintptr_t)facts->basic;
	struct block block;

	if (facts->item > 0) {
		if (census_pool_block(objects->memory, object, &block))
			end = block.start + block.bytes;
		else if (census_size(objects, object) < LENGTH_MOST)
			end += (uintptr_t)facts->item * census_size(objects, object);
		if (!census_is_within_block(objects, object - (uintptr_t)facts->before,
			    end - object + (uintptr_t)facts->before))
			end = object + (uintptr_t)facts->basic;
	}
	reach_words(objects, object + OBJECT_BODY, end);
}

/* A code may keep a frame for its next call, in which there is what the last one has left. */
static void visit_code(struct census_objects *objects, uintptr_t code,
	const struct type_facts *facts)
{
	for (int64_t at = OBJECT_BODY; at < facts->basic; at += (int64_t)WORD) {
		uintptr_t part = object_word(objects, code + (uintptr_t)at);
		if (!census_is_at(object_word(objects, part + OBJECT_TYPE), &PyFrame_Type))
			census_reach(objects, part);
	}
}

static void visit_function(struct census_objects *objects, uintptr_t function)
{
	for (int i = 0; i < PARTS; i++)
		census_reach(objects, census_part(objects, function, (enum function_part)i));
}

HIDDEN void census_visit(struct census_objects *objects, uintptr_t object)
{
	const struct type_facts facts = *census_object(objects, object);

	switch (facts.kind) {
	case KIND_NONE:
	case KIND_LEAF:
	case KIND_WEAK:
	case KIND_MODULE:
	case KIND_STATIC:
		return;
	case KIND_TYPE:
		census_reach(objects, object_word(objects, object + TYPE_DICT));
		return;
	case KIND_DICT:
		census_visit_dict(objects, object);
		break;
	case KIND_LIST:
		visit_list(objects, object);
		break;
	case KIND_TUPLE:
		visit_tuple(objects, object);
		break;
	case KIND_SET:
		visit_set(objects, object);
		break;
	case KIND_FUNCTION:
		visit_function(objects, object);
		return;
	case KIND_CODE:
		visit_code(objects, object, &facts);
		return;
	case KIND_OTHER:
		visit_other(objects, object, &facts);
		break;
	}
	census_visit_attributes(objects, object, &facts);
	if (facts.flags & FLAG_HEAP) /* a class that nothing else may refer to */
		census_reach(objects, facts.type);
}

/* ---- what is said of objects ----------------------------------------------------------------- */

/* Its type is not exported. */
static bool is_deque(struct census_objects *objects, uintptr_t object)
{
	static const char deque[] = "collections.deque";
	char name[sizeof(deque)];

	return census_type_name(objects, object, name, sizeof(name)) == sizeof(deque) - 1 &&
	       memcmp(name, deque, sizeof(deque) - 1) == 0;
}

HIDDEN int64_t census_length(struct census_objects *objects, uintptr_t object)
{
	enum kind kind = census_object(objects, object)->kind;

	if (kind == KIND_DICT)
		return (int64_t)object_word(objects, object + DICT_USED);
	if (kind == KIND_LIST || kind == KIND_TUPLE)
		return (int64_t)census_size(objects, object);
	if (kind == KIND_SET)
		return (int64_t)object_word(objects, object + SET_USED);
	return kind == KIND_OTHER && is_deque(objects, object)
		       ? (int64_t)census_size(objects, object)
		       : ITEMS_NONE;
}

HIDDEN uintptr_t census_item(struct census_objects *objects, uintptr_t object, uint64_t i)
{
	const struct type_facts *facts = census_object(objects, object);

	if (facts->kind == KIND_TUPLE)
		return object_word(objects, object + TUPLE_ITEMS + i * WORD);
	return object_word(objects, object_word(objects, object + LIST_ITEMS) + i * WORD);
}

HIDDEN uintptr_t census_part(struct census_objects *objects, uintptr_t function,
	enum function_part part)
{
	return object_word(objects, function + objects->layout->function[part]);
}

HIDDEN uintptr_t census_inner(struct census_objects *objects, uintptr_t object)
{
	return object_word(objects, object + OBJECT_BODY);
}

HIDDEN bool census_is_cell(struct census_objects *objects, uintptr_t object)
{
	return census_is_at(object_word(objects, object + OBJECT_TYPE), &PyCell_Type);
}

HIDDEN bool census_is_exception(struct census_objects *objects, uintptr_t object)
{
	return object && (census_object(objects, object)->flags & FLAG_ERROR) != 0;
}

HIDDEN bool census_is_tuple(struct census_objects *objects, uintptr_t object)
{
	return object && census_object(objects, object)->kind == KIND_TUPLE;
}

HIDDEN uintptr_t census_names(struct census_objects *objects, uintptr_t code)
{
	return object_word(objects, code + objects->layout->names);
}

HIDDEN uintptr_t census_constants(struct census_objects *objects, uintptr_t code)
{
	return object_word(objects, code + objects->layout->constants);
}

HIDDEN uintptr_t census_module_dict(struct census_objects *objects, uintptr_t module)
{
	return object_word(objects, module + MODULE_DICT);
}

HIDDEN uintptr_t census_module_state(struct census_objects *objects, uintptr_t module)
{
	return object_word(objects, module + MODULE_STATE);
}

HIDDEN uintptr_t census_type(struct census_objects *objects, uintptr_t object)
{
	return object_word(objects, object + OBJECT_TYPE);
}

HIDDEN uintptr_t census_type_dict(struct census_objects *objects, uintptr_t type)
{
	return object_word(objects, type + TYPE_DICT);
}

HIDDEN bool census_is_text(struct census_objects *objects, uintptr_t object)
{
	return object && (census_object(objects, object)->flags & FLAG_TEXT) != 0;
}
