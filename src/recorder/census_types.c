/*
 * What an object of Python is, and which block it has.
 *
 * A type is recognised by the type of its type, an object by its type and, in an arena, by where in
 * its block it begins: after what the collector and the attributes have before it.
 */
#include "recorder/census_layout.h"

#include <sys/syscall.h>
#include <unistd.h>

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
extern char PySet_Type __attribute__((weak));
extern char PyFrozenSet_Type __attribute__((weak));
extern char PyFloat_Type __attribute__((weak));
extern char PyComplex_Type __attribute__((weak));
extern char _PyWeakref_RefType __attribute__((weak));           /* NOLINT: the interpreter's name */
extern char _PyWeakref_ProxyType __attribute__((weak));         /* NOLINT */
extern char _PyWeakref_CallableProxyType __attribute__((weak)); /* NOLINT */
extern char _PyNone_Type __attribute__((weak));                 /* NOLINT */

/* of a debug build, which lays them out in other ways */
extern void _Py_NegativeRefcount(void) __attribute__((weak)); /* NOLINT */

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
	if (_Py_NegativeRefcount || !&PyType_Type || !&PyModule_Type || !&PyFunction_Type ||
		!&PyCode_Type)
		return false;
	for (size_t i = 0; i < sizeof(layouts) / sizeof(*layouts); i++)
		if (layouts[i].minor == minor)
			objects->layout = &layouts[i];
	memory->arena_bytes = (size_t)(minor < 10 ? 256 : 1024) << 10;
	memory->pool_bytes = (size_t)(minor < 10 ? 4 : 16) << 10;
	return objects->layout != NULL;
}

/* ---- types ----------------------------------------------------------------------------------- */

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
		if (census_is_at(type, known[i].type))
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
	uintptr_t of = type % WORD ? 0 : object_word(objects, type + OBJECT_TYPE);

	return of && of % WORD == 0 &&
	       (census_is_at(of, &PyType_Type) ||
		       (object_word(objects, of + TYPE_FLAGS) & FLAG_TYPE &&
			       census_is_at(object_word(objects, of + OBJECT_TYPE), &PyType_Type)));
}

#define BASES_MOST 16u

/* A module of a class of its own, as those are that load what they have when it is asked for. */
static bool is_kind_of_module(struct census_objects *objects, uintptr_t type)
{
	for (uint32_t i = 0; type && i < BASES_MOST;
		i++, type = object_word(objects, type + TYPE_BASE))
		if (census_is_at(type, &PyModule_Type))
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
	int64_t basic = (int64_t)object_word(objects, type + TYPE_BASIC),
		item = (int64_t)object_word(objects, type + TYPE_ITEM);
	if (basic < OBJECT_BODY || basic > BASIC_MOST || item < 0 || item > BASIC_MOST)
		return;
	facts->flags = (uint32_t)object_word(objects, type + TYPE_FLAGS);
	facts->basic = basic;
	facts->item = item;
	facts->dict_offset = (int64_t)object_word(objects, type + TYPE_OFFSET);
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

HIDDEN void census_look_at_clock(struct census_objects *objects)
{
	if (++objects->looks % LOOKS == 0 &&
		(census_work() > objects->until ||
			(objects->until_clock && census_clock() > objects->until_clock) ||
			census_is_disturbed()))
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
	census_look_at_clock(objects);
	uintptr_t of = object_word(objects, object + OBJECT_TYPE);
	const struct type_facts *facts = of ? facts_of(objects, of) : &none;
	if (facts->kind == KIND_NONE)
		return &none;
	if (facts->flags & FLAG_TYPE || census_is_at(of, &PyType_Type))
		return object_word(objects, object + TYPE_FLAGS) & FLAG_HEAP ? &type : &static_type;
	if (census_pool_block(objects->memory, object, &block) &&
		object != block.start + (uintptr_t)facts->before)
		return &none;
	return facts;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

#define SMALL 512u /* larger requests go to the C library */

/* A Python with PYTHONMALLOC=malloc, recorded from its start. */
static bool has_no_pools(const struct census_memory *memory)
{
	return memory->arenas == 0 && memory->heap;
}

HIDDEN struct block census_block_of(struct census_objects *objects, uintptr_t start, size_t bytes)
{
	struct block block = {start, 0};

	if (census_pool_block(objects->memory, start, &block))
		return block;
	bool is_chunk = bytes > SMALL || has_no_pools(objects->memory);
	if (is_chunk && census_chunk(objects->memory, start, &block) && block.bytes >= bytes)
		return block;
	return (struct block){start, 0};
}

HIDDEN size_t census_object_bytes(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts)
{
	size_t bytes = (size_t)facts->basic + (size_t)facts->before;

	if (facts->kind == KIND_TYPE)
		return TYPE_LEAST;
	if (facts->flags & FLAG_TEXT) /* one byte a character at least */
		return bytes + (object_word(objects, object + OBJECT_SIZE) & (LENGTH_MOST - 1));
	if (facts->item > 0 && census_size(objects, object) < LENGTH_MOST)
		bytes += (size_t)facts->item *
			 (facts->flags & FLAG_LONG ? 0 : census_size(objects, object));
	return bytes;
}

/* A text of ASCII has a head that is smaller than its type says. */
#define TEXT_SLACK 32u

HIDDEN struct block census_object_block(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts)
{
	size_t bytes = census_object_bytes(objects, object, facts);

	if (facts->flags & FLAG_TEXT)
		bytes = bytes > SMALL + TEXT_SLACK || has_no_pools(objects->memory)
				? bytes - TEXT_SLACK
				: SMALL;
	return census_block_of(objects, object - (uintptr_t)facts->before, bytes);
}

#define STATIC_MOST \
	1024u /* bytes of a table that is the interpreter's own, of an empty dictionary */

HIDDEN bool census_is_within_block(struct census_objects *objects, uintptr_t start, uint64_t bytes)
{
	struct block block;

	if (census_pool_block(objects->memory, start, &block))
		return bytes <= block.start + block.bytes - start;
	return bytes <= STATIC_MOST ||
	       (census_chunk(objects->memory, start, &block) && bytes <= block.bytes);
}
