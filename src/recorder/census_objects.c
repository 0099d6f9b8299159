/*
 * What an object of Python refers to, read from where each version keeps it.
 *
 * A type is recognised by the type of its type, an object by its type and, in an arena, by where in
 * its block it begins: after what the collector and the attributes have before it. Of types that
 * are not laid out here the words of the object are taken, and those of blocks that they point to:
 * each that is the address of an object or block is a reference. A weak reference is none.
 *
 * Knowledge: CPython 3.8 to 3.13, Include/cpython/{object,dictobject,listobject,tupleobject,
 * setobject,funcobject,code}.h, Include/internal/pycore_{dict,object,gc}.h, without Py_TRACE_REFS.
 */
#include "recorder/census.h"

#include <sys/syscall.h>
#include <unistd.h>

#define WORD sizeof(uintptr_t)

/* any object */
#define OBJECT_TYPE 8
#define OBJECT_SIZE 16 /* of those with items */
#define OBJECT_BODY 16
/* a type */
#define TYPE_NAME   24
#define TYPE_BASIC  32
#define TYPE_ITEM   40
#define TYPE_FLAGS  168
#define TYPE_BASE   256
#define TYPE_DICT   264
#define TYPE_OFFSET 288 /* of its objects' dictionaries */
#define TYPE_LEAST  816 /* bytes of one that a program makes */

#define FLAG_INLINE   (1u << 2) /* from 3.13 on: attributes follow the object */
#define FLAG_WEAKREFS (1u << 3) /* from 3.12 on: weak references hang before it */
#define FLAG_MANAGED  (1u << 4) /* from 3.11 on: attributes are before it */
#define FLAG_HEAP     (1u << 9)
#define FLAG_GC       (1u << 14)
#define FLAG_LONG     (1u << 24)
#define FLAG_LIST     (1u << 25)
#define FLAG_TUPLE    (1u << 26)
#define FLAG_BYTES    (1u << 27)
#define FLAG_TEXT     (1u << 28)
#define FLAG_DICT     (1u << 29)
#define FLAG_TYPE     (1u << 31)

#define GC_BYTES      16
#define MANAGED_BYTES 16
#define BASIC_MOST    (INT64_C(1) << 16)

/* what the others are laid out as */
#define DICT_USED   16
#define DICT_KEYS   32
#define DICT_VALUES 40
#define LIST_ITEMS  24
#define TUPLE_ITEMS 24
#define SET_USED    24
#define SET_MASK    32
#define SET_TABLE   40
#define SET_BYTES   256 /* more than a set has itself */
#define MODULE_DICT 16
#define LOOKS       4096u /* at words between two at the clock */
#define LENGTH_MOST (UINT64_C(1) << 36)
#define ITEMS_NONE  (-1)

/* Offsets in bytes. */
struct object_layout {
	uint8_t minor;            /* of the version: 3.minor */
	bool has_new_keys;        /* of dictionaries, from 3.11 on */
	uint8_t values;           /* of shared attributes: the first one */
	uint16_t shared;          /* type: the keys that its objects' attributes share */
	uint8_t function[PARTS];  /* by enum function_part */
	uint8_t constants, names; /* code */
};

static const struct object_layout layouts[] = {
	{8, false, 0, 872, {24, 16, 32, 40, 48, 72}, 56, 64},
	{9, false, 0, 864, {24, 16, 32, 40, 48, 72}, 56, 64},
	{10, false, 0, 872, {16, 48, 56, 64, 72, 88}, 56, 64},
	{11, true, 0, 872, {16, 48, 56, 64, 72, 88}, 24, 32},
	{12, true, 0, 880, {16, 48, 56, 64, 72, 88}, 24, 32},
	{13, true, 8, 880, {16, 48, 56, 64, 72, 88}, 24, 32},
};

extern char PyType_Type __attribute__((weak));
extern char PyModule_Type __attribute__((weak));
extern char PyFunction_Type __attribute__((weak));
extern char PyCode_Type __attribute__((weak));
extern char PyFrame_Type __attribute__((weak));
extern char PyCell_Type __attribute__((weak));
extern char PySet_Type __attribute__((weak));
extern char PyFrozenSet_Type __attribute__((weak));
extern char PyFloat_Type __attribute__((weak));
extern char PyComplex_Type __attribute__((weak));
extern char PyByteArray_Type __attribute__((weak));
extern char _PyWeakref_RefType __attribute__((weak));           /* NOLINT: the interpreter's name */
extern char _PyWeakref_ProxyType __attribute__((weak));         /* NOLINT */
extern char _PyWeakref_CallableProxyType __attribute__((weak)); /* NOLINT */
extern char _PyNone_Type __attribute__((weak));                 /* NOLINT */

static uint64_t time_of(clockid_t clock)
{
	struct timespec time = {0};

	syscall(SYS_clock_gettime, clock, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

HIDDEN uint64_t census_clock(void)
{
	return time_of(CLOCK_MONOTONIC);
}

/* Of this thread: others that run meanwhile make no census shorter. */
HIDDEN uint64_t census_work(void)
{
	return time_of(CLOCK_THREAD_CPUTIME_ID);
}

HIDDEN bool census_objects_begin(struct census_objects *objects, struct census_memory *memory,
	unsigned minor, uint64_t time)
{
	objects->memory = memory;
	objects->until = census_work() + time;
	objects->layout = NULL;
	if (!&PyType_Type || !&PyModule_Type || !&PyFunction_Type || !&PyCode_Type)
		return false;
	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++)
		if (layouts[i].minor == minor)
			objects->layout = &layouts[i];
	memory->arena_bytes = (size_t)(minor < 10 ? 256 : 1024) << 10;
	memory->pool_bytes = (size_t)(minor < 10 ? 4 : 16) << 10;
	return objects->layout != NULL;
}

static uintptr_t word(struct census_objects *objects, uintptr_t at)
{
	return census_word(objects->memory, at);
}

/* ---- types ----------------------------------------------------------------------------------- */

static bool is_at(uintptr_t type, const char *known)
{
	return known && type == (uintptr_t)known;
}

static enum kind kind_of(uintptr_t type, uint32_t flags)
{
	static const struct {
		const char *type;
		enum kind kind;
	} known[] = {
		{&PyFunction_Type, KIND_FUNCTION},
		{&PyCode_Type, KIND_CODE},
		{&PySet_Type, KIND_SET},
		{&PyFrozenSet_Type, KIND_SET},
		{&PyFloat_Type, KIND_LEAF},
		{&PyComplex_Type, KIND_LEAF},
		{&_PyNone_Type, KIND_LEAF},
		{&_PyWeakref_RefType, KIND_WEAK},
		{&_PyWeakref_ProxyType, KIND_WEAK},
		{&_PyWeakref_CallableProxyType, KIND_WEAK},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (is_at(type, known[i].type))
			return known[i].kind;
	if (flags & FLAG_DICT)
		return KIND_DICT;
	if (flags & FLAG_LIST)
		return KIND_LIST;
	if (flags & FLAG_TUPLE)
		return KIND_TUPLE;
	if (flags & (FLAG_LONG | FLAG_BYTES | FLAG_TEXT) && !(flags & FLAG_GC))
		return KIND_LEAF;
	return KIND_OTHER;
}

static bool is_type(struct census_objects *objects, uintptr_t type)
{
	uintptr_t of = type % WORD ? 0 : word(objects, type + OBJECT_TYPE);

	return of && of % WORD == 0 &&
	       (is_at(of, &PyType_Type) ||
		       (word(objects, of + TYPE_FLAGS) & FLAG_TYPE &&
			       is_at(word(objects, of + OBJECT_TYPE), &PyType_Type)));
}

#define BASES_MOST 16u

/* A module of a class of its own, as those are that load what they have when it is asked for. */
static bool is_kind_of_module(struct census_objects *objects, uintptr_t type)
{
	for (uint32_t i = 0; type && i < BASES_MOST; i++, type = word(objects, type + TYPE_BASE))
		if (is_at(type, &PyModule_Type))
			return true;
	return false;
}

static int32_t bytes_before(const struct census_objects *objects, uint32_t flags)
{
	uint32_t managed = objects->layout->minor >= 12   ? FLAG_MANAGED | FLAG_WEAKREFS
			   : objects->layout->minor == 11 ? FLAG_MANAGED
							  : 0;

	return (flags & FLAG_GC ? GC_BYTES : 0) + (flags & managed ? MANAGED_BYTES : 0);
}

static void read_type(struct census_objects *objects, uintptr_t type, struct type_facts *facts)
{
	*facts = (struct type_facts){.type = type, .kind = KIND_NONE};
	if (!is_type(objects, type))
		return;
	int64_t basic = (int64_t)word(objects, type + TYPE_BASIC),
		item = (int64_t)word(objects, type + TYPE_ITEM);
	if (basic < OBJECT_BODY || basic > BASIC_MOST || item < 0 || item > BASIC_MOST)
		return;
	facts->flags = (uint32_t)word(objects, type + TYPE_FLAGS);
	facts->basic = basic;
	facts->item = item;
	facts->dict_offset = (int64_t)word(objects, type + TYPE_OFFSET);
	facts->before = bytes_before(objects, facts->flags);
	facts->kind = is_kind_of_module(objects, type) ? KIND_MODULE : kind_of(type, facts->flags);
}

static const struct type_facts *facts_of(struct census_objects *objects, uintptr_t type)
{
	struct type_facts *facts = &objects->types[(type >> 4 ^ type >> 14) % TYPE_SLOTS];

	if (facts->type != type)
		read_type(objects, type, facts);
	return facts;
}

static void look_at_clock(struct census_objects *objects)
{
	if (++objects->looks % LOOKS == 0 && census_work() > objects->until)
		objects->is_over = true;
}

HIDDEN const struct type_facts *census_object(struct census_objects *objects, uintptr_t object)
{
	static const struct type_facts none = {.kind = KIND_NONE},
				       type = {.kind = KIND_TYPE, .before = GC_BYTES},
				       static_type = {.kind = KIND_STATIC};
	struct block block;

	if (object % WORD || object < 4096)
		return &none;
	look_at_clock(objects);
	uintptr_t of = word(objects, object + OBJECT_TYPE);
	const struct type_facts *facts = of ? facts_of(objects, of) : &none;
	if (facts->kind == KIND_NONE)
		return &none;
	if (facts->flags & FLAG_TYPE || is_at(of, &PyType_Type))
		return word(objects, object + TYPE_FLAGS) & FLAG_HEAP ? &type : &static_type;
	if (census_pool_block(objects->memory, object, &block) &&
		object != block.start + (uintptr_t)facts->before)
		return &none;
	return facts;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

#define SMALL 512u /* larger requests go to the C library */

/* A block of so many bytes; those of the interpreter itself are none that was asked for. */
static struct block block_of(struct census_objects *objects, uintptr_t start, size_t bytes)
{
	struct block block = {start, 0};

	if (census_pool_block(objects->memory, start, &block))
		return block;
	if (bytes > SMALL && census_chunk(objects->memory, start, &block) && block.bytes >= bytes)
		return block;
	return (struct block){start, 0};
}

static uint64_t size_of(struct census_objects *objects, uintptr_t object)
{
	int64_t size = (int64_t)word(objects, object + OBJECT_SIZE);

	return (uint64_t)(size < 0 ? -size : size);
}

static size_t object_bytes(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts)
{
	size_t bytes = (size_t)facts->basic + (size_t)facts->before;

	if (facts->kind == KIND_TYPE)
		return TYPE_LEAST;
	if (facts->flags & FLAG_TEXT) /* one byte a character at least */
		return bytes + (word(objects, object + OBJECT_SIZE) & (LENGTH_MOST - 1));
	if (facts->item > 0 && size_of(objects, object) < LENGTH_MOST)
		bytes += (size_t)facts->item *
			 (facts->flags & FLAG_LONG ? 0 : size_of(objects, object));
	return bytes;
}

/* A text of ASCII has a head that is smaller than its type says. */
#define TEXT_SLACK 32u

HIDDEN struct block census_object_block(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts)
{
	size_t bytes = object_bytes(objects, object, facts);

	if (facts->flags & FLAG_TEXT)
		bytes = bytes > SMALL + TEXT_SLACK ? bytes - TEXT_SLACK : SMALL;
	return block_of(objects, object - (uintptr_t)facts->before, bytes);
}

static void reach(struct census_objects *objects, uintptr_t object)
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

/* A word of which it is not known what it points to; gives whether it points to anything. */
static bool reach_any(struct census_objects *objects, uintptr_t any)
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
		!census_chunk(objects->memory, any, &block))
		return false;
	if (!is_collected(objects, block))
		objects->reach_block(objects->context, block, true);
	return true;
}

#define STATIC_MOST \
	1024u /* bytes of a table that is the interpreter's own, of an empty dictionary */

/*
 * What is said to have so many bytes is in a block that has them: memory that is free by now may
 * still look like an object.
 */
static bool is_within_block(struct census_objects *objects, uintptr_t start, uint64_t bytes)
{
	struct block block;

	if (census_pool_block(objects->memory, start, &block))
		return bytes <= block.start + block.bytes - start;
	return bytes <= STATIC_MOST ||
	       (census_chunk(objects->memory, start, &block) && bytes <= block.bytes);
}

static void reach_table(struct census_objects *objects, uintptr_t start, size_t bytes)
{
	struct block block = block_of(objects, start, bytes);

	if (block.bytes > 0)
		objects->reach_block(objects->context, block, false);
}

#define DATA_WORDS 4096u /* a block that begins with so many which point nowhere is data */

static void reach_words(struct census_objects *objects, uintptr_t at, uintptr_t end)
{
	uintptr_t data = at + DATA_WORDS * WORD;
	bool is_data = true;

	for (; at + WORD <= end && !objects->is_over && !(is_data && at >= data); at += WORD) {
		look_at_clock(objects);
		if (reach_any(objects, word(objects, at)))
			is_data = false;
	}
}

HIDDEN void census_visit_block(struct census_objects *objects, uintptr_t start)
{
	struct block block;

	if (census_pool_block(objects->memory, start, &block) ||
		census_chunk(objects->memory, start, &block))
		reach_words(objects, block.start, block.start + block.bytes);
}

/* ---- dictionaries ---------------------------------------------------------------------------- */

/* The keys of a dictionary, and their values where these lie beside them. */
struct keys {
	uintptr_t start, entries;
	size_t bytes;
	uint64_t count;   /* of entries that are or were in use */
	uint32_t entry;   /* bytes of each */
	uint32_t key;     /* in it */
	uintptr_t values; /* 0: they are in the entries */
};

static uint32_t old_width(uint64_t size)
{
	return size <= 0xFF ? 1 : size <= 0xFFFF ? 2 : size <= 0xFFFFFFFF ? 4 : 8;
}

static bool read_old_keys(struct census_objects *objects, uintptr_t start, struct keys *keys)
{
	uint64_t size = word(objects, start + 8), usable = word(objects, start + 24),
		 count = word(objects, start + 32);

	if (size > LENGTH_MOST || usable > size || count > size)
		return false;
	keys->entries = start + 40 + size * old_width(size);
	keys->entry = 24;
	keys->key = 8;
	keys->count = count;
	keys->bytes = keys->entries - start + (usable + count) * keys->entry;
	return true;
}

static bool read_new_keys(struct census_objects *objects, uintptr_t start, struct keys *keys)
{
	uint64_t head = word(objects, start + 8), usable = word(objects, start + 16),
		 count = word(objects, start + 24);
	uint32_t log2_index = head >> 8 & 0xFF, kind = head >> 16 & 0xFF;

	if (log2_index > 40 || usable > LENGTH_MOST || count > LENGTH_MOST)
		return false;
	keys->entries = start + 32 + (UINT64_C(1) << log2_index);
	keys->entry = kind == 0 ? 24 : 16;
	keys->key = kind == 0 ? 8 : 0;
	keys->count = count;
	keys->bytes = keys->entries - start + (usable + count) * keys->entry;
	return true;
}

static bool read_keys(struct census_objects *objects, uintptr_t start, uintptr_t values,
	struct keys *keys)
{
	*keys = (struct keys){.start = start, .values = values};
	if (!start)
		return false;
	return (objects->layout->has_new_keys ? read_new_keys(objects, start, keys)
					      : read_old_keys(objects, start, keys)) &&
	       is_within_block(objects, start, keys->bytes);
}

static void visit_entries(struct census_objects *objects, const struct keys *keys,
	census_entry_f *entry, void *context)
{
	for (uint64_t i = 0; i < keys->count && !objects->is_over; i++) {
		look_at_clock(objects);
		uintptr_t at = keys->entries + i * keys->entry + keys->key,
			  name = word(objects, at);
		uintptr_t value = keys->values ? word(objects, keys->values + i * WORD)
					       : word(objects, at + WORD);
		if (value)
			entry(context, name, value);
	}
}

static bool keys_of_dict(struct census_objects *objects, uintptr_t dict, struct keys *keys)
{
	uintptr_t values = word(objects, dict + DICT_VALUES);

	return read_keys(objects, word(objects, dict + DICT_KEYS),
		values ? values + objects->layout->values : 0, keys);
}

HIDDEN void census_entries(struct census_objects *objects, uintptr_t dict, census_entry_f *entry,
	void *context)
{
	struct keys keys;

	if (dict && keys_of_dict(objects, dict, &keys))
		visit_entries(objects, &keys, entry, context);
}

static void reach_entry(void *context, uintptr_t name, uintptr_t value)
{
	reach(context, name);
	reach(context, value);
}

static void visit_dict(struct census_objects *objects, uintptr_t dict)
{
	struct keys keys;

	if (!keys_of_dict(objects, dict, &keys))
		return;
	reach_table(objects, keys.start, keys.bytes);
	if (keys.values)
		reach_table(objects, keys.values - objects->layout->values, WORD);
	visit_entries(objects, &keys, reach_entry, objects);
}

/* ---- attributes ------------------------------------------------------------------------------ */

/* Where an object's attributes are: a dictionary, or values whose keys its type has. */
struct attributes {
	uintptr_t dict, values;
};

static struct attributes managed_of(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts)
{
	uintptr_t before = word(objects, object - 24), inlined = object + (uintptr_t)facts->basic;

	if (objects->layout->minor == 11)
		return (struct attributes){before, word(objects, object - 32)};
	if (objects->layout->minor == 12)
		return before & 1 ? (struct attributes){0, before + 1}
				  : (struct attributes){before, 0};
	if (facts->flags & FLAG_INLINE && census_byte(objects->memory, inlined + 3))
		return (struct attributes){before, inlined + objects->layout->values};
	return (struct attributes){before, 0};
}

static struct attributes attributes_of(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts)
{
	int64_t offset = facts->dict_offset;

	if (facts->flags & FLAG_MANAGED && objects->layout->minor >= 11)
		return managed_of(objects, object, facts);
	if (offset < 0)
		offset += (int64_t)((object_bytes(objects, object, facts) - (size_t)facts->before +
					    WORD - 1) /
				    WORD * WORD);
	return (struct attributes){offset > 0 ? word(objects, object + (uintptr_t)offset) : 0, 0};
}

HIDDEN void census_attributes(struct census_objects *objects, uintptr_t object,
	census_entry_f *entry, void *context)
{
	const struct type_facts facts = *census_object(objects, object);
	struct keys keys;

	if (facts.kind == KIND_NONE || facts.kind == KIND_TYPE || facts.kind == KIND_STATIC)
		return;
	const struct attributes attributes = attributes_of(objects, object, &facts);
	if (attributes.values &&
		read_keys(objects, word(objects, facts.type + objects->layout->shared),
			attributes.values, &keys))
		visit_entries(objects, &keys, entry, context);
	else if (attributes.dict && census_object(objects, attributes.dict)->kind == KIND_DICT)
		census_entries(objects, attributes.dict, entry, context);
}

static void visit_attributes(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts)
{
	const struct attributes attributes = attributes_of(objects, object, facts);
	struct block block;

	reach(objects, attributes.dict);
	if (!attributes.values)
		return;
	if (census_pool_block(objects->memory, attributes.values, &block) &&
		block.start != object - (uintptr_t)facts->before)
		objects->reach_block(objects->context, block, false);
	census_attributes(objects, object, reach_entry, objects);
}

/* ---- other objects --------------------------------------------------------------------------- */

static void visit_items(struct census_objects *objects, uintptr_t at, uint64_t count)
{
	for (uint64_t i = 0; i < count && !objects->is_over; i++) {
		look_at_clock(objects);
		reach(objects, word(objects, at + i * WORD));
	}
}

static void visit_list(struct census_objects *objects, uintptr_t list)
{
	uint64_t count = size_of(objects, list), room = word(objects, list + LIST_ITEMS + WORD);
	uintptr_t items = word(objects, list + LIST_ITEMS);

	if (room > LENGTH_MOST || room < count || !is_within_block(objects, items, room * WORD))
		return;
	reach_table(objects, items, room * WORD);
	visit_items(objects, items, count);
}

static void visit_set(struct census_objects *objects, uintptr_t set)
{
	uint64_t slots = word(objects, set + SET_MASK) + 1;
	uintptr_t table = word(objects, set + SET_TABLE);

	if (slots > LENGTH_MOST || !is_within_block(objects, table, slots * 2 * WORD))
		return;
	if (table - set >= SET_BYTES)
		reach_table(objects, table, slots * 2 * WORD);
	for (uint64_t i = 0; i < slots && !objects->is_over; i++) {
		look_at_clock(objects);
		reach(objects, word(objects, table + i * 2 * WORD));
	}
}

static void visit_tuple(struct census_objects *objects, uintptr_t tuple)
{
	uint64_t count = size_of(objects, tuple);

	if (count < LENGTH_MOST &&
		is_within_block(objects, tuple - GC_BYTES, GC_BYTES + TUPLE_ITEMS + count * WORD))
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
		else if (size_of(objects, object) < LENGTH_MOST)
			end += (uintptr_t)facts->item * size_of(objects, object);
		if (!is_within_block(objects, object - (uintptr_t)facts->before,
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
		uintptr_t part = word(objects, code + (uintptr_t)at);
		if (!is_at(word(objects, part + OBJECT_TYPE), &PyFrame_Type))
			reach(objects, part);
	}
}

static void visit_function(struct census_objects *objects, uintptr_t function)
{
	for (int i = 0; i < PARTS; i++)
		reach(objects, census_part(objects, function, (enum function_part)i));
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
		reach(objects, word(objects, object + TYPE_DICT));
		return;
	case KIND_DICT:
		visit_dict(objects, object);
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
	visit_attributes(objects, object, &facts);
	if (facts.flags & FLAG_HEAP) /* a class that nothing else may refer to */
		reach(objects, facts.type);
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
		return (int64_t)word(objects, object + DICT_USED);
	if (kind == KIND_LIST || kind == KIND_TUPLE)
		return (int64_t)size_of(objects, object);
	if (kind == KIND_SET)
		return (int64_t)word(objects, object + SET_USED);
	return kind == KIND_OTHER && is_deque(objects, object) ? (int64_t)size_of(objects, object)
							       : ITEMS_NONE;
}

HIDDEN uintptr_t census_item(struct census_objects *objects, uintptr_t object, uint64_t i)
{
	const struct type_facts *facts = census_object(objects, object);

	if (facts->kind == KIND_TUPLE)
		return word(objects, object + TUPLE_ITEMS + i * WORD);
	return word(objects, word(objects, object + LIST_ITEMS) + i * WORD);
}

HIDDEN uintptr_t census_part(struct census_objects *objects, uintptr_t function,
	enum function_part part)
{
	return word(objects, function + objects->layout->function[part]);
}

HIDDEN uintptr_t census_inner(struct census_objects *objects, uintptr_t object)
{
	return word(objects, object + OBJECT_BODY);
}

HIDDEN bool census_is_cell(struct census_objects *objects, uintptr_t object)
{
	return is_at(word(objects, object + OBJECT_TYPE), &PyCell_Type);
}

HIDDEN uintptr_t census_names(struct census_objects *objects, uintptr_t code)
{
	return word(objects, code + objects->layout->names);
}

HIDDEN uintptr_t census_constants(struct census_objects *objects, uintptr_t code)
{
	return word(objects, code + objects->layout->constants);
}

HIDDEN uintptr_t census_module_dict(struct census_objects *objects, uintptr_t module)
{
	return word(objects, module + MODULE_DICT);
}

HIDDEN uintptr_t census_type_dict(struct census_objects *objects, uintptr_t type)
{
	return word(objects, type + TYPE_DICT);
}

HIDDEN bool census_is_text(struct census_objects *objects, uintptr_t object)
{
	return object && (census_object(objects, object)->flags & FLAG_TEXT) != 0;
}

/* ---- words ----------------------------------------------------------------------------------- */

static char printable(uint8_t byte)
{
	return byte >= ' ' && byte < 0x7F ? (char)byte : '?';
}

/* From a copy: what looks like a text may have any length, and lie where a mapping ends. */
HIDDEN size_t census_text(struct census_objects *objects, uintptr_t text, char *ret_words,
	size_t size)
{
	uintptr_t copy[FRAMES_TEXT(TEXT_MOST) / WORD];

	if (!census_is_text(objects, text))
		return 0;
	for (size_t i = 0; i < sizeof(copy) / WORD; i++)
		copy[i] = word(objects, text + i * WORD);
	if (size > TEXT_MOST)
		size = TEXT_MOST;
	if (copy[OBJECT_SIZE / WORD] > size)
		copy[OBJECT_SIZE / WORD] = size;
	return frames_text((const char *)copy, ret_words, size);
}

HIDDEN size_t census_type_name(struct census_objects *objects, uintptr_t object, char *ret_words,
	size_t size)
{
	uintptr_t name = word(objects, word(objects, object + OBJECT_TYPE) + TYPE_NAME);
	size_t length = 0;

	for (; name && length < size; length++) {
		uint8_t byte = census_byte(objects->memory, name + length);
		if (!byte)
			break;
		ret_words[length] = printable(byte);
	}
	return length;
}
