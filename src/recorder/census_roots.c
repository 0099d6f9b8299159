/*
 * What keeps blocks and is no variable: lists of the interpreter's own, and static data of what is
 * loaded. It is looked at after all variables, so that what these lead to is theirs. See census.h.
 *
 *	lookup cache   the names of attributes that were looked up last, of each its text
 *	free lists     dead objects, whose memory the next ones of their kind get
 *	interned       from 3.12 on: texts that are never freed, whoever else has them
 *	table          that which finds an interned text by what it says
 *	own data       what else the interpreter's state and static data lead to
 *	static data    likewise of another library
 *
 * Knowledge: CPython 3.8 to 3.13, Objects/typeobject.c (struct type_cache_entry: its entries are
 * the same in all), Objects/{tuple,float,dict,list}object.c: how free lists hang together; ELF.
 */
#include "recorder/census_layout.h"
#include "recorder/mappings.h"

#include <elf.h>
#include <link.h>

extern void *PyInterpreterState_Main(void) __attribute__((weak));
extern char PyType_Type __attribute__((weak));
extern char _Py_NoneStruct __attribute__((weak)); /* NOLINT: the interpreter's name */

#define ENTRIES     4096u /* of the lookup cache */
#define ENTRY       24u   /* bytes: a version, a text, a value */
#define ENTRY_NAME  8u
#define NAMES_LEAST 32u      /* texts in it, so that it is one */
#define LINKS_MOST  1000000u /* of a free list */
#define PAGE        4096u

/* ---- free lists ------------------------------------------------------------------------------ */

/* A dead object, or the keys of a dead dictionary: nobody counts a reference to it. */
static bool is_dead(struct census *census, uintptr_t at, struct block *ret_block)
{
	struct census_objects *objects = &census->objects;

	if (at % WORD || at < 4096 || at >> 47)
		return false;
	const struct type_facts *facts = census_object(objects, at);
	if (facts->kind == KIND_TYPE || facts->kind == KIND_STATIC || facts->kind == KIND_MODULE)
		return false;
	if (facts->kind != KIND_NONE)
		*ret_block = census_object_block(objects, at, facts);
	else if (!census_pool_block(&census->memory, at, ret_block) || ret_block->start != at)
		return false;
	return ret_block->bytes > 0 && object_word(objects, at) == 0;
}

/* Dead floats hang on each other by the place of their type, tuples by that of their first item. */
static uintptr_t next_dead(struct census *census, uintptr_t at)
{
	static const size_t links[] = {TUPLE_ITEMS, OBJECT_TYPE};
	struct block block;

	for (size_t i = 0; i < sizeof(links) / sizeof(*links); i++) {
		uintptr_t link = object_word(&census->objects, at + links[i]);
		if (is_dead(census, link, &block))
			return link;
	}
	return 0;
}

/* false: it is no list. */
static bool follow_dead(struct census *census, uintptr_t at)
{
	struct block block;
	uint32_t count = 0;

	for (; at && count < LINKS_MOST && is_dead(census, at, &block); count++) {
		census->current = census->roots[ROOT_FREE_LISTS];
		if (!census_mark(&census->memory, block.start))
			break;
		census_count(census, block);
		at = next_dead(census, at);
	}
	return count > 0;
}

/* ---- the lookup cache ------------------------------------------------------------------------ */

/* What may be an entry: of one that is in use *is_used, too. */
static bool is_entry(struct census *census, uintptr_t at, bool *is_used)
{
	struct census_objects *objects = &census->objects;
	uintptr_t version = object_word(objects, at), name = object_word(objects, at + ENTRY_NAME),
		  value = object_word(objects, at + 2 * WORD);

	*is_used = version && census_is_text(objects, name);
	return version <= UINT32_MAX && value % WORD == 0 &&
	       (name == 0 || name == (uintptr_t)&_Py_NoneStruct || *is_used);
}

/* Where in the range it begins, as far as can be told; 0: it is not there, or the time is over. */
static uintptr_t find_cache(struct census *census, uintptr_t start, uintptr_t end,
	uintptr_t *ret_end)
{
	for (uintptr_t first = start; first < start + ENTRY; first += WORD) {
		uint32_t entries = 0, used = 0;
		for (uintptr_t at = first;; at += ENTRY) {
			census_look_at_clock(&census->objects);
			if (census->objects.is_over)
				return 0;
			bool is_used = false,
			     is_one = at + ENTRY <= end && is_entry(census, at, &is_used);
			entries += is_one;
			used += is_used;
			if (is_one)
				continue;
			*ret_end = at;
			if (entries >= ENTRIES && used >= NAMES_LEAST)
				return at - (uintptr_t)entries * ENTRY;
			if (at + ENTRY > end)
				break;
			entries = used = 0;
		}
	}
	return 0;
}

static void count_cache(struct census *census, uintptr_t at, uintptr_t end)
{
	bool is_used;

	census->current = census->roots[ROOT_CACHE];
	for (; at < end; at += ENTRY)
		if (is_entry(census, at, &is_used) && is_used)
			census_reach(&census->objects,
				object_word(&census->objects, at + ENTRY_NAME));
}

/* ---- the table of interned texts ------------------------------------------------------------- */

#define INTERNED_LEAST 256 /* texts that any Python has interned */

static void look_at_interned(void *context, uintptr_t name, uintptr_t value)
{
	bool *are_interned = context;

	*are_interned &= name == value;
}

/* Each text in it leads to itself. What it leads to is of others. */
static void count_interned(struct census *census, uintptr_t dict)
{
	struct census_objects *objects = &census->objects;
	const struct type_facts *facts = census_object(objects, dict);
	bool are_interned = true;

	if (facts->kind != KIND_DICT || census_length(objects, dict) < INTERNED_LEAST)
		return;
	const struct block block = census_object_block(objects, dict, facts);
	census_entries(objects, dict, look_at_interned, &are_interned);
	if (!are_interned || !census_mark(&census->memory, block.start))
		return;
	census->current = census->roots[ROOT_TABLE];
	census->nodes[census->current].object = dict;
	census_count(census, block);
	census_reach_entries(objects, dict);
	census->current = census->roots[ROOT_DATA];
	census_visit(objects, dict);
	census_follow_objects(census);
}

/* ---- ranges ---------------------------------------------------------------------------------- */

static void scan(struct census *census, uintptr_t start, uintptr_t end, uint32_t node,
	bool is_python)
{
	for (uintptr_t at = start; at + WORD <= end && !census->objects.is_over; at += WORD) {
		uintptr_t word = object_word(&census->objects, at);
		census_look_at_clock(&census->objects);
		if (word < 4096 || (is_python && follow_dead(census, word)))
			continue;
		if (is_python)
			count_interned(census, word);
		census->current = node;
		census_reach_any(&census->objects, word);
		census_follow_objects(census);
	}
}

static void scan_python(struct census *census, uintptr_t start, uintptr_t end)
{
	uintptr_t cache_end = start, cache = find_cache(census, start, end, &cache_end);

	if (cache)
		count_cache(census, cache, cache_end);
	scan(census, start, cache ? cache : end, census->roots[ROOT_DATA], true);
	if (cache)
		scan(census, cache_end, end, census->roots[ROOT_DATA], true);
}

/* ---- libraries ------------------------------------------------------------------------------- */

static uint32_t add_root(struct census *census, const char *type, const char *words)
{
	if (census->nnodes == CENSUS_NODES)
		return census->nnodes - 1;
	census->nodes[census->nnodes] = (struct node){.label = LABEL_ROOT,
		.depth = 1,
		.name = (uintptr_t)words,
		.code = (uintptr_t)type};
	return census->nnodes++;
}

/* "static data of libsqlite3.so.0" */
static const char *words_of(struct census *census, const struct mapped_range *library)
{
	static const char before[] = "static data of ";
	const char *name = memrchr(library->path, '/', library->length);
	size_t length = library->length - (size_t)(name + 1 - library->path);
	char *words = census->words[census->nlibraries++];

	if (length > LIBRARY_WORDS - sizeof(before))
		length = LIBRARY_WORDS - sizeof(before);
	memcpy(words, before, sizeof(before) - 1);
	memcpy(words + sizeof(before) - 1, name + 1, length);
	return words;
}

/* A segment that is loaded can be read whole. What else looks like one ends where that ends. */
static uintptr_t readable_end(struct census *census, uintptr_t start, uintptr_t end)
{
	uintptr_t at = start;
	char byte;

	while (at < end && !census->objects.is_over &&
		census_memory_copy(&census->memory, &byte, at, sizeof(byte))) {
		census_look_at_clock(&census->objects);
		at = (at | (PAGE - 1)) + 1;
	}
	return at < end ? at : end;
}

static void scan_segment(struct census *census, const struct mapped_range *library, uintptr_t start,
	uintptr_t end)
{
	uintptr_t type = (uintptr_t)&PyType_Type;

	start = (start + WORD - 1) & ~(uintptr_t)(WORD - 1);
	end = readable_end(census, start, end);
	if (type >= start && type < end)
		scan_python(census, start, end);
	else if (census->nlibraries < LIBRARIES)
		scan(census, start, end, add_root(census, "static-data", words_of(census, library)),
			false);
}

/* Its static data has the bins of malloc(), which lead to free memory. */
static bool is_c_library(const struct mapped_range *library)
{
	return memmem(library->path, library->length, "/libc.so", strlen("/libc.so")) ||
	       memmem(library->path, library->length, "/libc-", strlen("/libc-"));
}

static uint64_t hash_of_path(const struct mapped_range *range)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

	for (size_t i = 0; i < range->length; i++)
		hash = (hash ^ (uint8_t)range->path[i]) * UINT64_C(1099511628211);
	return hash;
}

/* The beginning of a file that is loaded has a table of what is written to. */
static void take_beginning(struct census *census, const struct mapped_range *range)
{
	struct census_memory *memory = &census->memory;
	ElfW(Ehdr) head;
	ElfW(Phdr) segments[SEGMENTS];
	uintptr_t bias = 0;

	if (!census_memory_copy(memory, &head, range->start, sizeof(head)) ||
		memcmp(head.e_ident, ELFMAG, SELFMAG) != 0 || head.e_phnum > SEGMENTS ||
		head.e_phentsize != sizeof(*segments) ||
		!census_memory_copy(memory, segments, range->start + head.e_phoff,
			head.e_phnum * sizeof(*segments)))
		return;
	census->library.path = hash_of_path(range);
	census->library.nsegments = 0;
	for (uint32_t i = 0; i < head.e_phnum; i++)
		if (segments[i].p_type == PT_LOAD && segments[i].p_offset == 0)
			bias = range->start - segments[i].p_vaddr;
	for (uint32_t i = 0; i < head.e_phnum; i++) {
		uint32_t n = census->library.nsegments;
		if (segments[i].p_type != PT_LOAD || !(segments[i].p_flags & PF_W))
			continue;
		census->library.segments[n].start = bias + segments[i].p_vaddr;
		census->library.segments[n].end = bias + segments[i].p_vaddr + segments[i].p_memsz;
		census->library.nsegments++;
	}
}

/*
 * A segment is loaded where the file is mapped a second time, at its place. A file that was mapped
 * to be read has something else there.
 */
static void take_segments(struct census *census, const struct mapped_range *range)
{
	uint32_t n = census->library.nsegments;

	if (n == 0 || hash_of_path(range) != census->library.path)
		return;
	for (uint32_t i = 0; i < n; i++) {
		uintptr_t start = census->library.segments[i].start;
		if (start >= range->start && start < range->end)
			scan_segment(census, range, start, census->library.segments[i].end);
	}
}

static bool scan_library(void *context, const struct mapped_range *range)
{
	struct census *census = context;

	if (range->length > 0 && !is_c_library(range)) {
		take_segments(census, range);
		take_beginning(census, range);
	}
	return !census->objects.is_over;
}

static void scan_interpreter(struct census *census)
{
	struct block block;

	if (PyInterpreterState_Main &&
		census_chunk(&census->memory, (uintptr_t)PyInterpreterState_Main(), &block) &&
		census_mark(&census->memory, block.start)) {
		census->current = census->roots[ROOT_DATA];
		census_count(census, block);
		scan_python(census, block.start, block.start + block.bytes);
	}
}

HIDDEN void census_follow_roots(struct census *census)
{
	census->roots[ROOT_CACHE] =
		add_root(census, "lookup-cache", "CPython's cache of attribute lookups");
	census->roots[ROOT_FREE_LISTS] = add_root(census, "free-lists", "CPython's free lists");
	census->roots[ROOT_TEXTS] =
		add_root(census, "interned-strings", "CPython's interned strings");
	census->roots[ROOT_TABLE] =
		add_root(census, "interpreter", "CPython's table of interned strings");
	census->roots[ROOT_DATA] = add_root(census, "interpreter", "CPython's own data");
	census->has_roots = true;
	scan_interpreter(census);
	mappings_visit(scan_library, census);
}
