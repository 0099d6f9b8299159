/*
 * See census.h. From every variable the objects are followed that it keeps, and each block counts
 * for the first variable that comes to it:
 *
 *	node    what has a name: a variable of a module, a local of a function that runs, and what
 *	        these have with a name of its own: attributes, entries of small dictionaries and
 *	        lists, default arguments, variables of closures. Nodes come to their objects before
 *	        anything is followed further, those with the shortest names first.
 *	owner   a node that is written, as it keeps much: of a variable, what nearly all of it hangs
 *	        on
 *	sample  blocks that are written, so that a reader knows whose call each of them was. One is
 *	        taken by what its address says, and the more likely the larger it is: all of at
 *	        least `step` bytes, of others that share of the step that they have
 *
 * What is written is in docs/trace-format.md. It takes the time that it takes to read the objects,
 * at most CENSUS_TIME, or LAST_TIME when the program is over; it grows with the live blocks.
 */
#include "recorder/census.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NODES       (1u << 16)
#define STACK       (1u << 22)
#define SAMPLES     4096u
#define OWNERS      24u
#define DEPTH       6u  /* of a name */
#define NAMED_TEXTS 64u /* a dictionary of so many entries, whose keys are texts, has names */
#define NAMED_ITEMS 16u /* a list likewise */
#define LARGE       4096u
#define USERS       4u /* functions that are named for an owner */
#define LINE        900u
#define SHARE       200u /* an owner keeps so small a share of all at least */
#define CODE_DEPTH  4u
#define PARTS_MOST  4096 /* names and constants of a code that are looked at */

enum label {
	LABEL_MODULE,
	LABEL_LOCAL,
	LABEL_VARIABLE,
	LABEL_ATTRIBUTE,
	LABEL_KEY,
	LABEL_INDEX,
	LABEL_DEFAULT,
	LABEL_CLOSURE,
};

struct node {
	uint32_t parent; /* + 1; 0: none */
	uint32_t best;   /* of its children, the one that keeps most, + 1 */
	uint8_t label, depth, owner;
	uintptr_t name;   /* a text, or a number */
	uintptr_t object; /* a module: its dictionary */
	uintptr_t code;   /* of a local: of its function */
	uint64_t blocks, bytes;
};

struct sample {
	uintptr_t address;
	size_t bytes;
	uint32_t node;
};

struct census {
	struct census_memory memory;
	struct census_objects objects;
	uint64_t blocks, bytes;
	uint32_t current; /* the node that what is found counts for */
	uint32_t nnodes, nsamples, nstack;
	uint64_t step;
	struct node *nodes;
	struct sample *samples;
	uintptr_t *stack; /* objects, and blocks with the lowest bit set */
};

/* ---- arenas ---------------------------------------------------------------------------------- */

/* NULL in a program that has no Python; see python.c. */
extern void *PyImport_GetModuleDict(void) __attribute__((weak));
extern int Py_IsInitialized(void) __attribute__((weak));

static uintptr_t *arenas;
static uint32_t narenas, lock;
static bool is_full;
static uintptr_t modules;     /* sys.modules */
static uintptr_t first_break; /* of this program: a process may have been another one before */

/* Changed only by threads that hold the interpreter's lock. */
static uint64_t rests_until; /* of the clock: before that, no census for a mark */
static uint32_t known_marks; /* of the collector, for which a census was taken */

static bool is_due; /* the program has set a mark */

#define CENSUS_TIME UINT64_C(500000000) /* nanoseconds of this thread's own time */
#define LAST_TIME   (10 * CENSUS_TIME)

#define TIME_SHARE 10u /* a census rests so many times as long as it has worked */
#define ARENAS     (ARENA_SLOTS / 2)

static void hold(void)
{
	uint32_t free = 0;

	while (!__atomic_compare_exchange_n(&lock, &free, 1, false, __ATOMIC_ACQUIRE,
		__ATOMIC_RELAXED)) {
		free = 0;
		pause_processor();
	}
}

static void release(void)
{
	__atomic_store_n(&lock, 0, __ATOMIC_RELEASE);
}

static void *map(size_t bytes)
{
	void *where = (void *)syscall(SYS_mmap, NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0); /* NOLINT */

	return where == MAP_FAILED ? NULL : where; /* NOLINT */
}

HIDDEN void census_begin(uintptr_t heap)
{
	first_break = heap;
}

HIDDEN void census_add_arena(uintptr_t base)
{
	hold();
	if (!arenas && !confinement.has_no_calls)
		arenas = map(ARENAS * sizeof(*arenas));
	if (arenas && narenas < ARENAS)
		arenas[narenas++] = base;
	else
		is_full = true;
	release();
}

HIDDEN void census_drop_arena(uintptr_t base)
{
	hold();
	for (uint32_t i = narenas; i-- > 0;)
		if (arenas[i] == base) {
			arenas[i] = arenas[--narenas];
			break;
		}
	release();
}

/* ---- what is found --------------------------------------------------------------------------- */

/* 32 bits of a block's address, in which blocks side by side do not resemble each other. */
static uint32_t mixed(uintptr_t address)
{
	return (uint32_t)((address >> 4) * UINT64_C(0x9E3779B97F4A7C15) >> 32);
}

static bool is_taken(const struct census *census, const struct sample *sample)
{
	return sample->bytes >= census->step ||
	       mixed(sample->address) < ((uint64_t)sample->bytes << 32) / census->step;
}

static void keep_fewer(struct census *census)
{
	uint32_t kept = 0;

	census->step *= 2;
	for (uint32_t i = 0; i < census->nsamples; i++)
		if (is_taken(census, &census->samples[i]))
			census->samples[kept++] = census->samples[i];
	census->nsamples = kept;
}

static void count(struct census *census, struct block block)
{
	const struct sample sample = {block.start, block.bytes, census->current};
	struct node *node = &census->nodes[census->current];

	if (block.bytes == 0)
		return;
	node->blocks++;
	node->bytes += block.bytes;
	census->blocks++;
	if (!is_taken(census, &sample))
		return;
	for (uint32_t tries = 0; census->nsamples == SAMPLES && tries < 40; tries++)
		keep_fewer(census);
	if (census->nsamples < SAMPLES && is_taken(census, &sample))
		census->samples[census->nsamples++] = sample;
}

static void push(struct census *census, uintptr_t what)
{
	if (census->nstack < STACK)
		census->stack[census->nstack++] = what;
	else
		census->objects.is_over = true;
}

static void reach_object(void *context, uintptr_t object, const struct type_facts *facts)
{
	struct census *census = context;
	enum kind kind = facts->kind;

	if (kind == KIND_MODULE || kind == KIND_STATIC)
		return;
	const struct block block = census_object_block(&census->objects, object, facts);
	if (!census_mark(&census->memory, block.start))
		return;
	count(census, block);
	if (kind != KIND_LEAF && kind != KIND_WEAK)
		push(census, object);
}

static void reach_block(void *context, struct block block, bool is_read)
{
	struct census *census = context;

	if (!census_mark(&census->memory, block.start))
		return;
	count(census, block);
	if (is_read)
		push(census, block.start | 1);
}

/* Everything that is kept by the node, and by no node of its own. */
static void follow(struct census *census, uint32_t node)
{
	census->current = node;
	census_visit(&census->objects, census->nodes[node].object);
	while (census->nstack > 0 && !census->objects.is_over) {
		uintptr_t what = census->stack[--census->nstack];
		if (what & 1)
			census_visit_block(&census->objects, what & ~(uintptr_t)1);
		else
			census_visit(&census->objects, what);
	}
}

/* ---- nodes ----------------------------------------------------------------------------------- */

static bool has_parts(struct census *census, uintptr_t function)
{
	static const enum function_part parts[] = {PART_DEFAULTS, PART_KEYWORDS, PART_CLOSURE,
		PART_DICT};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		uintptr_t part = census_part(&census->objects, function, parts[i]);
		if (part && census_object(&census->objects, part)->kind != KIND_NONE &&
			census_object(&census->objects, part)->kind != KIND_LEAF)
			return true;
	}
	return false;
}

/* Numbers, short texts and the like have no node. */
static bool is_worth_a_node(struct census *census, uintptr_t object, uint32_t depth)
{
	const struct type_facts *facts = census_object(&census->objects, object);

	if (facts->kind == KIND_LEAF)
		return depth == 1 &&
		       census_object_block(&census->objects, object, facts).bytes >= LARGE;
	if (facts->kind == KIND_FUNCTION)
		return has_parts(census, object);
	return facts->kind != KIND_NONE && facts->kind != KIND_WEAK && facts->kind != KIND_MODULE &&
	       facts->kind != KIND_STATIC;
}

static struct node *push_node(struct census *census, const struct node *node)
{
	if (census->nnodes == NODES)
		return NULL;
	census->nodes[census->nnodes] = *node;
	return &census->nodes[census->nnodes++];
}

/* The object, if no other node has it. */
static void add_node(struct census *census, const struct node *node)
{
	if (!is_worth_a_node(census, node->object, node->depth) || census->nnodes == NODES)
		return;
	const struct block block = census_object_block(&census->objects, node->object,
		census_object(&census->objects, node->object));
	if (!census_mark(&census->memory, block.start))
		return;
	census->current = census->nnodes;
	push_node(census, node);
	count(census, block);
}

/* What visits entries knows the node that they are of. */
struct naming {
	struct census *census;
	uint32_t node;
	enum label label;
	bool are_texts;
};

static void add_child(struct census *census, uint32_t parent, enum label label, uintptr_t name,
	uintptr_t object)
{
	const struct node node = {.parent = parent + 1,
		.label = (uint8_t)label,
		.depth = (uint8_t)(census->nodes[parent].depth + 1),
		.name = name,
		.object = object};

	add_node(census, &node);
}

static void add_entry(void *context, uintptr_t name, uintptr_t value)
{
	const struct naming *naming = context;

	if (census_is_text(&naming->census->objects, name))
		add_child(naming->census, naming->node, naming->label, name, value);
}

static void look_at_key(void *context, uintptr_t name, uintptr_t value)
{
	struct naming *naming = context;

	naming->are_texts &= value && census_is_text(&naming->census->objects, name);
}

static void expand_dict(struct census *census, uint32_t node, uintptr_t dict)
{
	struct naming naming = {census, node, LABEL_KEY, true};

	if (census_length(&census->objects, dict) > NAMED_TEXTS)
		return;
	census_entries(&census->objects, dict, look_at_key, &naming);
	if (naming.are_texts)
		census_entries(&census->objects, dict, add_entry, &naming);
}

static void expand_items(struct census *census, uint32_t node, uintptr_t items, enum label label)
{
	int64_t count = census_length(&census->objects, items);

	for (int64_t i = 0; i < count && count <= (int64_t)NAMED_ITEMS; i++) {
		uintptr_t item = census_item(&census->objects, items, (uint64_t)i);
		if (label == LABEL_CLOSURE && census_is_cell(&census->objects, item))
			item = census_inner(&census->objects, item);
		add_child(census, node, label, (uintptr_t)i, item);
	}
}

static bool is_tuple(struct census *census, uintptr_t object)
{
	return object && census_object(&census->objects, object)->kind == KIND_TUPLE;
}

static void expand_function(struct census *census, uint32_t node, uintptr_t function)
{
	uintptr_t defaults = census_part(&census->objects, function, PART_DEFAULTS),
		  closure = census_part(&census->objects, function, PART_CLOSURE);

	if (is_tuple(census, defaults))
		expand_items(census, node, defaults, LABEL_DEFAULT);
	if (is_tuple(census, closure))
		expand_items(census, node, closure, LABEL_CLOSURE);
}

static void expand(struct census *census, uint32_t node)
{
	uintptr_t object = census->nodes[node].object;
	struct naming naming = {census, node, LABEL_ATTRIBUTE, false};

	enum kind kind = census_object(&census->objects, object)->kind;

	if (kind == KIND_TYPE)
		census_entries(&census->objects, census_type_dict(&census->objects, object),
			add_entry, &naming);
	else if (kind == KIND_FUNCTION)
		expand_function(census, node, object);
	else if (kind == KIND_LIST || kind == KIND_TUPLE)
		expand_items(census, node, object, LABEL_INDEX);
	else if (kind == KIND_DICT)
		expand_dict(census, node, object);
	if (kind == KIND_DICT || kind == KIND_OTHER)
		census_attributes(&census->objects, object, add_entry, &naming);
}

/* ---- variables ------------------------------------------------------------------------------- */

/* Modules are nodes, whose variables are their children: they are there before any of these. */
static void add_module(void *context, uintptr_t name, uintptr_t module)
{
	struct census *census = context;

	if (!census_is_text(&census->objects, name) ||
		census_object(&census->objects, module)->kind != KIND_MODULE)
		return;
	const struct node node = {.label = LABEL_MODULE,
		.name = name,
		.object = census_module_dict(&census->objects, module)};
	if (census_object(&census->objects, node.object)->kind != KIND_DICT)
		return;
	const struct block block = census_object_block(&census->objects, node.object,
		census_object(&census->objects, node.object));
	if (census_mark(&census->memory, block.start))
		push_node(census, &node);
}

static bool texts_are_equal(struct census *census, uintptr_t one, uintptr_t other)
{
	char a[128], b[sizeof(a)];
	size_t length = census_text(&census->objects, one, a, sizeof(a));

	return one == other || (length == census_text(&census->objects, other, b, sizeof(b)) &&
				       memcmp(a, b, length) == 0);
}

struct search {
	struct census *census;
	const char *wanted;
	uintptr_t found;
};

static void look_for_name(void *context, uintptr_t name, uintptr_t value)
{
	struct search *search = context;
	char words[32];
	size_t length = census_text(&search->census->objects, name, words, sizeof(words));

	if (length == strlen(search->wanted) && memcmp(words, search->wanted, length) == 0)
		search->found = value;
}

/* Functions and classes are those of the module that made them, others of any that has them. */
static bool is_of_module(struct census *census, const struct node *module, uintptr_t value)
{
	struct search search = {census, "__module__", 0};

	enum kind kind = census_object(&census->objects, value)->kind;

	if (kind == KIND_FUNCTION)
		return census_part(&census->objects, value, PART_GLOBALS) == module->object;
	if (kind != KIND_TYPE)
		return true;
	census_entries(&census->objects, census_type_dict(&census->objects, value), look_for_name,
		&search);
	return !search.found || texts_are_equal(census, search.found, module->name);
}

static void add_variable(void *context, uintptr_t name, uintptr_t value)
{
	const struct naming *naming = context;
	struct census *census = naming->census;

	if (census_is_text(&census->objects, name) &&
		is_of_module(census, &census->nodes[naming->node], value))
		add_child(census, naming->node, LABEL_VARIABLE, name, value);
}

static bool is_main(struct census *census, uint32_t module)
{
	static const char name[] = "__main__";
	char words[sizeof(name)];

	return census_text(&census->objects, census->nodes[module].name, words, sizeof(words)) ==
		       sizeof(name) - 1 &&
	       memcmp(words, name, sizeof(name) - 1) == 0;
}

static void add_local(void *context, const char *code, const char *name, const char *value)
{
	struct census *census = context;
	const struct node node = {.label = LABEL_LOCAL,
		.depth = 1,
		.name = (uintptr_t)name,
		.object = (uintptr_t)value,
		.code = (uintptr_t)code};

	if (census_is_text(&census->objects, (uintptr_t)name))
		add_node(census, &node);
}

/* The program's own variables come first. */
static void add_nodes(struct census *census)
{
	census_entries(&census->objects, modules, add_module, census);
	uint32_t count = census->nnodes;
	for (int of_main = 1; of_main >= 0; of_main--)
		for (uint32_t i = 0; i < count; i++) {
			struct naming naming = {census, i, LABEL_VARIABLE, false};
			if (is_main(census, i) == (of_main != 0))
				census_entries(&census->objects, census->nodes[i].object,
					add_variable, &naming);
		}
	frames_visit_locals(add_local, census);
	for (uint32_t i = count; i < census->nnodes && !census->objects.is_over; i++)
		if (census->nodes[i].depth < DEPTH)
			expand(census, i);
}

/* ---- owners ---------------------------------------------------------------------------------- */

static void sum_up(struct census *census)
{
	for (uint32_t i = census->nnodes; i-- > 0;) {
		const struct node *node = &census->nodes[i];
		census->bytes += node->parent ? 0 : node->bytes;
		if (!node->parent)
			continue;
		struct node *parent = &census->nodes[node->parent - 1];
		parent->blocks += node->blocks;
		parent->bytes += node->bytes;
		if (!parent->best || node->bytes > census->nodes[parent->best - 1].bytes)
			parent->best = i + 1;
	}
}

/* Of a variable, what three of four of its bytes hang on. */
static uint32_t heart_of(const struct census *census, uint32_t variable)
{
	uint32_t at = variable;

	while (census->nodes[at].best &&
		census->nodes[census->nodes[at].best - 1].bytes >= census->nodes[at].bytes / 4 * 3)
		at = census->nodes[at].best - 1;
	return at;
}

static bool is_variable(const struct node *node)
{
	return node->depth == 1;
}

/* The variables that keep most; gives how many. owners: nodes. */
static uint32_t choose(struct census *census, uint32_t owners[OWNERS])
{
	uint32_t count = 0;
	uint64_t above = UINT64_MAX;
	uint32_t last = UINT32_MAX;

	while (count < OWNERS) {
		uint32_t most = UINT32_MAX;
		for (uint32_t i = 0; i < census->nnodes; i++) {
			const struct node *node = &census->nodes[i];
			bool is_next = node->bytes < above || (node->bytes == above && i > last);
			if (is_variable(node) && is_next &&
				(most == UINT32_MAX || node->bytes > census->nodes[most].bytes))
				most = i;
		}
		if (most == UINT32_MAX || census->nodes[most].bytes < census->bytes / SHARE)
			break;
		above = census->nodes[most].bytes;
		last = most;
		owners[count] = heart_of(census, most);
		census->nodes[owners[count]].owner = (uint8_t)(count + 1);
		count++;
	}
	return count;
}

static uint32_t owner_of(const struct census *census, uint32_t node)
{
	const struct node *at = &census->nodes[node];

	while (!at->owner && at->parent)
		at = &census->nodes[at->parent - 1];
	return at->owner;
}

/* ---- what is written ------------------------------------------------------------------------- */

struct line {
	size_t length;
	char text[LINE];
};

static void add_text(struct line *line, const char *text, size_t length)
{
	if (length > sizeof(line->text) - line->length)
		length = sizeof(line->text) - line->length;
	memcpy(line->text + line->length, text, length);
	line->length += length;
}

static void add(struct line *line, const char *text)
{
	add_text(line, text, strlen(text));
}

static void add_number(struct line *line, uint64_t number, unsigned base)
{
	char digits[24];
	size_t at = sizeof(digits);

	do
		digits[--at] = "0123456789abcdef"[number % base];
	while ((number /= base) > 0);
	add_text(line, digits + at, sizeof(digits) - at);
}

static void add_figure(struct line *line, const char *name, uint64_t number)
{
	add(line, name);
	add_number(line, number, 10);
}

static void put(const struct line *line)
{
	lane_put_slowly(WIRE_WHAT(WIRE_REMARK, 0), stamp_now(own_lane()), 0, line->length, 0,
		line->text);
}

static void add_name(struct census *census, struct line *line, uintptr_t name)
{
	char words[96];

	add_text(line, words, census_text(&census->objects, name, words, sizeof(words)));
}

static void add_function(struct line *line, uintptr_t code)
{
	const struct python_frame frame = {(const char *)code, -1}; /* NOLINT */
	char words[256];

	add_text(line, words, frames_name(&frame, words, sizeof(words)));
}

/* "svc.app.rows", "svc.tables['all'][2]", "rows, a local of main (svc.py:4)" */
static void add_path(struct census *census, struct line *line, uint32_t node)
{
	uint32_t way[DEPTH + 2], count = 0;

	for (uint32_t at = node + 1; at && count < DEPTH + 2; at = census->nodes[at - 1].parent)
		way[count++] = at - 1;
	while (count-- > 0) {
		const struct node *at = &census->nodes[way[count]];
		switch ((enum label)at->label) {
		case LABEL_MODULE:
		case LABEL_LOCAL:
			add_name(census, line, at->name);
			break;
		case LABEL_VARIABLE:
		case LABEL_ATTRIBUTE:
			add(line, ".");
			add_name(census, line, at->name);
			break;
		case LABEL_KEY:
			add(line, "['");
			add_name(census, line, at->name);
			add(line, "']");
			break;
		case LABEL_INDEX:
			add(line, "[");
			add_number(line, at->name, 10);
			add(line, "]");
			break;
		case LABEL_DEFAULT:
			add(line, ".__defaults__[");
			add_number(line, at->name, 10);
			add(line, "]");
			break;
		case LABEL_CLOSURE:
			add(line, ".__closure__[");
			add_number(line, at->name, 10);
			add(line, "]");
			break;
		}
	}
}

static uint32_t root_of(const struct census *census, uint32_t node)
{
	while (census->nodes[node].parent)
		node = census->nodes[node].parent - 1;
	return node;
}

/* The number of items of what the owner is, or of what its one attribute is. */
static void put_owner(struct census *census, uint32_t number, uint32_t owner)
{
	const struct node *node = &census->nodes[owner],
			  *root = &census->nodes[root_of(census, owner)];
	int64_t items = census_length(&census->objects, node->object);
	struct line line = {0};
	char type[64];

	add_figure(&line, ": owner ", number);
	add_figure(&line, " blocks=", node->blocks);
	add_figure(&line, " bytes=", node->bytes);
	if (items >= 0)
		add_figure(&line, " items=", (uint64_t)items);
	add(&line, " type=");
	add_text(&line, type, census_type_name(&census->objects, node->object, type, sizeof(type)));
	add(&line, " name=");
	add_path(census, &line, owner);
	if (root->label == LABEL_LOCAL) {
		add(&line, ", a local of ");
		add_function(&line, root->code);
	}
	put(&line);
}

/* ---- who uses it ----------------------------------------------------------------------------- */

struct users {
	struct census *census;
	uintptr_t name;
	uint32_t owner;
	uint32_t count;
};

static bool code_has_name(struct census *census, uintptr_t code, uintptr_t name)
{
	uintptr_t names = census_names(&census->objects, code);
	int64_t count = is_tuple(census, names) ? census_length(&census->objects, names) : 0;

	for (int64_t i = 0; i < count && i < PARTS_MOST; i++)
		if (census_item(&census->objects, names, (uint64_t)i) == name)
			return true;
	return false;
}

static void look_at_code(struct users *users, uintptr_t code, uint32_t depth)
{
	struct census *census = users->census;

	if (census_object(&census->objects, code)->kind != KIND_CODE || users->count >= USERS)
		return;
	if (code_has_name(census, code, users->name)) {
		struct line line = {0};
		users->count++;
		add_figure(&line, ": user ", users->owner);
		add(&line, " ");
		add_function(&line, code);
		put(&line);
	}
	uintptr_t constants = census_constants(&census->objects, code);
	int64_t count =
		is_tuple(census, constants) ? census_length(&census->objects, constants) : 0;
	for (int64_t i = 0; depth < CODE_DEPTH && i < count && i < PARTS_MOST; i++)
		look_at_code(users, census_item(&census->objects, constants, (uint64_t)i),
			depth + 1);
}

static void look_at_method(void *context, uintptr_t name, uintptr_t value)
{
	struct users *users = context;
	struct census_objects *objects = &users->census->objects;
	uintptr_t function = value;

	if (census_object(objects, value)->kind == KIND_OTHER)
		function = census_inner(objects, value);
	if (census_object(objects, function)->kind == KIND_FUNCTION)
		look_at_code(users, census_part(objects, function, PART_CODE), 0);
}

static void look_at_variable(void *context, uintptr_t name, uintptr_t value)
{
	struct users *users = context;
	struct census_objects *objects = &users->census->objects;

	look_at_method(context, name, value);
	if (census_object(objects, value)->kind == KIND_TYPE)
		census_entries(objects, census_type_dict(objects, value), look_at_method, users);
}

/* Functions of its module that have the variable's or attribute's name. */
static void put_users(struct census *census, uint32_t number, uint32_t owner)
{
	const struct node *node = &census->nodes[owner];
	const struct node *root = &census->nodes[root_of(census, owner)];
	struct users users = {census, 0, number, 0};

	while (node->parent && node->label != LABEL_VARIABLE && node->label != LABEL_ATTRIBUTE)
		node = &census->nodes[node->parent - 1];
	if (root->label != LABEL_MODULE || !node->parent)
		return;
	users.name = node->name;
	census_entries(&census->objects, root->object, look_at_variable, &users);
}

/* ---- a census -------------------------------------------------------------------------------- */

static void put_samples(struct census *census, uint32_t number)
{
	struct line line = {0};

	for (uint32_t i = 0; i < census->nsamples; i++) {
		if (owner_of(census, census->samples[i].node) != number)
			continue;
		if (line.length == 0)
			add_figure(&line, ": kept ", number);
		add(&line, " ");
		add_number(&line, census->samples[i].address, 16);
		if (line.length + 20 > sizeof(line.text)) {
			put(&line);
			line.length = 0;
		}
	}
	if (line.length > 0)
		put(&line);
}

static void put_census(struct census *census)
{
	uint32_t owners[OWNERS], count = choose(census, owners);
	struct line line = {0};

	add_figure(&line, ": census blocks=", census->blocks);
	add_figure(&line, " bytes=", census->bytes);
	add_figure(&line, " step=", census->step);
	if (census->objects.is_over || census->memory.is_full)
		add(&line, " cut");
	put(&line);
	for (uint32_t i = 0; i < count; i++) {
		put_owner(census, i + 1, owners[i]);
		put_users(census, i + 1, owners[i]);
	}
	for (uint32_t i = 0; i <= count; i++)
		put_samples(census, i);
}

static void take(struct census *census, unsigned minor, uint64_t time)
{
	if (!census_objects_begin(&census->objects, &census->memory, minor, time))
		return;
	census->objects.context = census;
	census->objects.reach = reach_object;
	census->objects.reach_block = reach_block;
	size_t bytes = census_memory_bytes(&census->memory);
	char *memory = map(bytes);
	if (!memory)
		return;
	census_memory_begin(&census->memory, memory);
	if (census_object(&census->objects, modules)->kind == KIND_DICT) {
		add_nodes(census);
		for (int has_name = 1; has_name >= 0; has_name--)
			for (uint32_t i = 0; i < census->nnodes; i++)
				if ((census->nodes[i].label != LABEL_MODULE) == (has_name != 0))
					follow(census, i);
		sum_up(census);
		put_census(census);
	}
	syscall(SYS_munmap, memory, bytes);
}

static void take_one(unsigned minor, uint64_t time)
{
	size_t nodes = NODES * sizeof(struct node), samples = SAMPLES * sizeof(struct sample),
	       stack = STACK * sizeof(uintptr_t),
	       all = sizeof(struct census) + nodes + samples + stack;

	struct census *census = map(all);
	if (!census)
		return;
	census->nodes = (void *)(census + 1);
	census->samples = (void *)((char *)census->nodes + nodes);
	census->stack = (void *)((char *)census->samples + samples);
	census->step = 1;
	hold();
	census->memory.arenas = narenas;
	census->memory.bases = arenas;
	census->memory.heap = first_break;
	take(census, minor, time);
	release();
	syscall(SYS_munmap, census, all);
}

/* The program has set a mark, or the collector. */
static bool is_wanted(void)
{
	uint32_t marks = __atomic_load_n(&recording->head->marks, __ATOMIC_RELAXED);
	bool is_new = marks != known_marks || __atomic_load_n(&is_due, __ATOMIC_RELAXED);

	if (!is_new || census_clock() < rests_until)
		return false;
	known_marks = marks;
	__atomic_store_n(&is_due, false, __ATOMIC_RELAXED);
	return true;
}

HIDDEN void census_want(void)
{
	__atomic_store_n(&is_due, true, __ATOMIC_RELAXED);
}

HIDDEN void census_look(const char *version, bool is_last)
{
	unsigned long minor = strncmp(version, "3.", 2) == 0 ? strtoul(version + 2, NULL, 10) : 0;

	if (confinement.has_no_calls || !Py_IsInitialized || !PyImport_GetModuleDict ||
		!frames_has_lock())
		return;
	if (!modules && Py_IsInitialized())
		modules = (uintptr_t)PyImport_GetModuleDict();
	if (!modules || is_full || !(is_last || is_wanted()))
		return;
	int error = errno; /* of the program, which only frees a block */
	uint64_t begin = census_work();
	take_one((unsigned)minor, is_last ? LAST_TIME : CENSUS_TIME);
	rests_until = census_clock() + (census_work() - begin) * TIME_SHARE;
	errno = error;
}
