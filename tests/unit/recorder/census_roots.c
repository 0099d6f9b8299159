/*
 * What keeps blocks and is no variable, found in memory that is made by hand: the interpreter's
 * static data, an area of pages where objects and libraries are, and the list of what is mapped.
 * All that is below the search is a stand-in: a table says which address has which object. Places
 * are written as page:offset of the area, or p:offset of the interpreter's data.
 */
#include "recorder/census_layout.h"
#include "recorder/mappings.h"

#include "base/text.h"
#include "support.h"

#include <assert.h>
#include <elf.h>
#include <link.h>
#include <stdlib.h>
#include <sys/mman.h>

#define PAGE      4096u
#define PAGES     256u
#define DATA      (256u * 1024)
#define TYPE_AT   (DATA - PAGE) /* where the type of types is in the data */
#define ENTRIES   4096u
#define ENTRY     24u
#define MANY      1000001u /* dead objects that hang on each other: one too many */
#define MANY_SIZE 32u

/* The interpreter's data, and names in it. */
__attribute__((aligned(4096), visibility("hidden"))) char python_data[DATA];
__asm__(".globl PyType_Type\n.hidden PyType_Type\n"
	".set PyType_Type, python_data + 258048\n"
	".globl _Py_NoneStruct\n.hidden _Py_NoneStruct\n"
	".set _Py_NoneStruct, python_data + 258064\n");
static_assert(TYPE_AT == 258048, "the type is where its name says");
#define NONE_AT (TYPE_AT + 16)

/* ---- a world --------------------------------------------------------------------------------- */

struct thing {
	uintptr_t at;
	enum kind kind;
	bool is_text, is_chunk;
	size_t before, bytes;
	int64_t length; /* of a dictionary whose names are their own values, but for `others` */
	int64_t others;
	bool is_marked;
};

static struct world {
	uintptr_t area;
	bool is_readable[PAGES];
	struct thing things[64];
	uint32_t nthings;
	uintptr_t interpreter;
	uintptr_t many; /* where dead objects lie side by side; 0: nowhere */
	uint32_t nmany;
	bool *is_marked; /* of those */
	struct mapped_range ranges[32];
	char lines[32][128];
	uint32_t nranges, visited;
	uint32_t looks, looks_most; /* at the clock */
	bool is_pending;            /* something was reached that is not followed yet */
	struct census *census;
	struct text log;
} world;

static uintptr_t place(uint32_t page, uint32_t offset)
{
	return world.area + page * PAGE + offset;
}

static uintptr_t python_place(uint32_t offset)
{
	return (uintptr_t)python_data + offset;
}

static void put(uintptr_t at, uintptr_t word)
{
	memcpy((void *)at, &word, sizeof(word)); /* NOLINT */
}

static void add_place(struct text *text, uintptr_t at)
{
	if (at - world.area < PAGES * PAGE)
		text_add(text, "%u:%u", (uint32_t)((at - world.area) / PAGE),
			(uint32_t)((at - world.area) % PAGE));
	else if (at - python_place(0) < DATA)
		text_add(text, "p:%u", (uint32_t)(at - python_place(0)));
	else
		text_add(text, "%llu", (unsigned long long)at);
}

static void log_of_node(const char *what, uintptr_t at, size_t bytes)
{
	const struct census *census = world.census;
	const struct node *node = &census->nodes[census->current];
	bool is_table = census->current == census->roots[ROOT_TABLE];

	/* both are of the interpreter */
	text_add(&world.log, "%s %s ", is_table ? "table" : (const char *)node->code, /* NOLINT */
		what);
	add_place(&world.log, at);
	if (bytes > 0)
		text_add(&world.log, " of %zu", bytes);
	text_add(&world.log, "\n");
}

static void world_begin(void)
{
	world = (struct world){.looks_most = UINT32_MAX};
	world.area = (uintptr_t)mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (uint32_t i = 0; i < PAGES; i++)
		world.is_readable[i] = true;
	memset(python_data, 0, sizeof(python_data));
	world.census = calloc(1, sizeof(*world.census));
	world.census->objects.memory = &world.census->memory;
	world.census->nodes = calloc(CENSUS_NODES, sizeof(*world.census->nodes));
}

static void world_finish(void)
{
	munmap((void *)world.area, PAGES * PAGE); /* NOLINT */
	free(world.census->nodes);
	free(world.census);
	text_finish(&world.log);
}

static struct thing *add_thing(uintptr_t at, enum kind kind, size_t bytes)
{
	assert_in_range(world.nthings, 0, 63);
	world.things[world.nthings] = (struct thing){.at = at, .kind = kind, .bytes = bytes};
	return &world.things[world.nthings++];
}

static struct thing *thing_at(uintptr_t at)
{
	for (uint32_t i = 0; i < world.nthings; i++)
		if (world.things[i].at == at)
			return &world.things[i];
	return NULL;
}

static bool is_of_many(uintptr_t at)
{
	return world.many && at - world.many < (uintptr_t)world.nmany * MANY_SIZE &&
	       (at - world.many) % MANY_SIZE == 0;
}

/* As the system lists it: after the path is the next line. */
static void add_mapped(uintptr_t start, uintptr_t end, const char *path)
{
	struct mapped_range *range = &world.ranges[world.nranges];
	char *line = world.lines[world.nranges++];

	*range = (struct mapped_range){start, end, line, strlen(path)};
	memset(line, '\n', sizeof(*world.lines));
	memcpy(line, path, range->length);
}

/* From a page on to another one. */
static void add_range(uint32_t page, uint32_t end, const char *path)
{
	add_mapped(place(page, 0), place(end, 0), path ? path : "");
}

static void add_python(const char *path)
{
	add_mapped(python_place(0), python_place(DATA), path);
}

static void check(const char *expected)
{
	text_clear(&world.log);
	census_follow_roots(world.census);
	assert_false(world.is_pending);
	assert_text_equal(text_of(&world.log), expected);
}

/* ---- stand-ins ------------------------------------------------------------------------------- */

void *PyInterpreterState_Main(void);
void *PyInterpreterState_Main(void)
{
	return (void *)world.interpreter; /* NOLINT */
}

bool census_memory_copy(struct census_memory *memory, void *to, uintptr_t at, size_t bytes)
{
	for (uintptr_t i = at; i < at + bytes; i++) {
		uintptr_t page = (i - world.area) / PAGE;
		bool is_python = i - python_place(0) < DATA,
		     is_many = world.many && i - world.many < (uintptr_t)world.nmany * MANY_SIZE;
		if (!is_python && !is_many && (page >= PAGES || !world.is_readable[page]))
			return false;
	}
	memcpy(to, (const void *)at, bytes); /* NOLINT */
	return true;
}

const struct type_facts *census_object(struct census_objects *objects, uintptr_t object)
{
	static struct type_facts facts;
	const struct thing *thing = thing_at(object);

	facts.kind = is_of_many(object) ? KIND_OTHER : thing ? thing->kind : KIND_NONE;
	return &facts;
}

struct block census_object_block(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts)
{
	const struct thing *thing = thing_at(object);

	return is_of_many(object) ? (struct block){object, MANY_SIZE}
				  : (struct block){object - thing->before, thing->bytes};
}

bool census_pool_block(struct census_memory *memory, uintptr_t at, struct block *ret_block)
{
	const struct thing *thing = thing_at(at);

	if (!thing || thing->is_chunk)
		return false;
	*ret_block = (struct block){thing->at - thing->before, thing->bytes};
	return true;
}

bool census_chunk(struct census_memory *memory, uintptr_t at, struct block *ret_block)
{
	const struct thing *thing = thing_at(at);

	if (!thing || !thing->is_chunk)
		return false;
	*ret_block = (struct block){at, thing->bytes};
	return true;
}

bool census_mark(struct census_memory *memory, uintptr_t start)
{
	bool *is_marked = NULL;

	if (is_of_many(start))
		is_marked = &world.is_marked[(start - world.many) / MANY_SIZE];
	for (uint32_t i = 0; i < world.nthings && !is_marked; i++)
		if (world.things[i].at - world.things[i].before == start)
			is_marked = &world.things[i].is_marked;
	if (!is_marked || *is_marked)
		return false;
	return *is_marked = true;
}

bool census_is_text(struct census_objects *objects, uintptr_t object)
{
	const struct thing *thing = thing_at(object);

	return thing && thing->is_text;
}

int64_t census_length(struct census_objects *objects, uintptr_t object)
{
	return thing_at(object)->length;
}

void census_entries(struct census_objects *objects, uintptr_t dict, census_entry_f *entry,
	void *context)
{
	const struct thing *thing = thing_at(dict);

	for (int64_t i = 0; i < thing->length; i++)
		entry(context, 8 * (uintptr_t)i, 8 * (uintptr_t)i + (i < thing->others));
}

void census_reach_entries(struct census_objects *objects, uintptr_t dict)
{
	log_of_node("reaches entries of", dict, 0);
}

void census_visit(struct census_objects *objects, uintptr_t object)
{
	world.is_pending = true;
	log_of_node("visits", object, 0);
}

void census_look_at_clock(struct census_objects *objects)
{
	if (++world.looks > world.looks_most)
		objects->is_over = true;
}

void census_reach(struct census_objects *objects, uintptr_t object)
{
	log_of_node("reaches", object, 0);
}

bool census_reach_any(struct census_objects *objects, uintptr_t any)
{
	assert_false(world.is_pending);
	world.is_pending = true;
	log_of_node("looks at", any, 0);
	return true;
}

void census_follow_objects(struct census *census)
{
	world.is_pending = false;
}

void census_count(struct census *census, struct block block)
{
	census->blocks++;
	if (!is_of_many(block.start))
		log_of_node("counts", block.start, block.bytes);
}

void mappings_visit(mapped_range_f *visit, void *context)
{
	for (uint32_t i = 0; i < world.nranges; i++) {
		world.visited++;
		if (!visit(context, &world.ranges[i]))
			break;
	}
}

/* ---- roots ----------------------------------------------------------------------------------- */

static void add_nodes(struct text *text)
{
	for (uint32_t i = 0; i < world.census->nnodes; i++) {
		const struct node *node = &world.census->nodes[i];
		assert_int_equal(node->label, LABEL_ROOT);
		assert_int_equal(node->depth, 1);
		text_add(text, "%s: %s\n", (const char *)node->code, /* NOLINT */
			(const char *)node->name);                   /* NOLINT */
	}
}

static void each_root_is_a_node(void **state)
{
	world_begin();
	check("");
	add_nodes(&world.log);
	assert_text_equal(text_of(&world.log),
		"lookup-cache: CPython's cache of attribute lookups\n"
		"free-lists: CPython's free lists\n"
		"interned-strings: CPython's interned strings\n"
		"interpreter: CPython's table of interned strings\n"
		"interpreter: CPython's own data\n");
	assert_true(world.census->has_roots);
	for (uint32_t i = 0; i < ROOTS; i++)
		assert_int_equal(world.census->roots[i], i);
	world_finish();
}

static void where_there_is_no_room_for_a_root_the_last_node_has_it(void **state)
{
	world_begin();
	world.census->nnodes = CENSUS_NODES - 2;
	check("");
	assert_int_equal(world.census->nnodes, CENSUS_NODES);
	assert_int_equal(world.census->roots[0], CENSUS_NODES - 2);
	for (uint32_t i = 1; i < ROOTS; i++)
		assert_int_equal(world.census->roots[i], CENSUS_NODES - 1);
	world_finish();
}

/* From 3.12 on much of it is a block of the C library's. */
static void the_state_of_the_interpreter_is_its_own(void **state)
{
	for (int is_chunk = 0; is_chunk < 2; is_chunk++)
		for (int is_marked = 0; is_marked < 2; is_marked++) {
			world_begin();
			world.interpreter = place(1, 0);
			struct thing *thing = add_thing(world.interpreter, KIND_NONE, 64);
			thing->is_chunk = is_chunk;
			thing->is_marked = is_marked;
			put(place(1, 0), 5000);
			put(place(1, 56), 6000);
			put(place(1, 64), 7000); /* after it */
			check(is_chunk && !is_marked ? "interpreter counts 1:0 of 64\n"
						       "interpreter looks at 5000\n"
						       "interpreter looks at 6000\n"
						     : "");
			world_finish();
		}
}

/* ---- static data ----------------------------------------------------------------------------- */

/* The beginning of a file that is loaded. */
static void make_library(uint32_t page, const ElfW(Phdr) * segments, uint32_t n)
{
	ElfW(Ehdr)
		head = {.e_phnum = (uint16_t)n, .e_phentsize = sizeof(ElfW(Phdr)), .e_phoff = 64};

	memcpy(head.e_ident, ELFMAG, SELFMAG);
	memcpy((void *)place(page, 0), &head, sizeof(head));              /* NOLINT */
	memcpy((void *)place(page, 64), segments, n * sizeof(*segments)); /* NOLINT */
}

static ElfW(Phdr) segment_of(uint64_t offset, uint64_t address, uint64_t bytes, uint32_t flags)
{
	return (ElfW(Phdr)){.p_type = PT_LOAD,
		.p_offset = offset,
		.p_vaddr = address,
		.p_memsz = bytes,
		.p_flags = flags};
}

/* A word at both ends of a page says which page it is. */
static void fill(uint32_t page)
{
	put(place(page, 0), 10000 + page * 10);
	put(place(page, PAGE - 8), 10001 + page * 10);
}

static void words_that_are_addresses_are_looked_at(void **state)
{
	world_begin();
	const ElfW(Phdr) segments[] = {segment_of(0, 0, PAGE, PF_R),
		segment_of(PAGE, python_place(0) - place(0, 0), DATA, PF_R | PF_W)};
	put(python_place(0), 4095);
	put(python_place(8), 4096);
	put(python_place(16), UINTPTR_MAX);
	put(python_place(DATA - 8), 5000);
	make_library(0, segments, 2);
	add_range(0, 1, "/usr/bin/python3");
	add_python("/usr/bin/python3");
	check("interpreter looks at 4096\n"
	      "interpreter looks at 18446744073709551615\n"
	      "interpreter looks at 5000\n");
	world_finish();
}

/* Only where the type of types is: its other data may be a library's. */
static void the_data_of_the_interpreter_is_where_its_types_are(void **state)
{
	static const struct {
		uint32_t start, end;
		bool is_python;
	} rows[] = {{0, DATA, true}, {TYPE_AT, DATA, true}, {TYPE_AT + 8, DATA, false},
		{0, TYPE_AT, false}, {0, TYPE_AT + 8, true}};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		world_begin();
		const ElfW(Phdr) segments[] = {segment_of(0, 0, PAGE, PF_R),
			segment_of(PAGE, python_place(rows[i].start) - place(0, 0),
				rows[i].end - rows[i].start, PF_R | PF_W)};
		put(python_place(rows[i].start), 4096);
		make_library(0, segments, 2);
		add_range(0, 1, "/lib/a.so");
		add_python("/lib/a.so");
		check(rows[i].is_python ? "interpreter looks at 4096\n"
					: "static-data looks at 4096\n");
		world_finish();
	}
}

/* The interpreter's data is scanned as its state is, which takes less to make. */
static void begin_with_state(uint32_t bytes)
{
	world_begin();
	world.interpreter = place(1, 0);
	add_thing(world.interpreter, KIND_NONE, bytes)->is_chunk = true;
}

static void a_dead_object_is_one_without_references(void **state)
{
	static const struct {
		const char *what;
		enum kind kind;
		uintptr_t count;
		size_t before, bytes;
		bool is_dead;
	} objects[] = {
		{"a float", KIND_LEAF, 0, 0, 32, true},
		{"a list", KIND_LIST, 0, 16, 64, true},
		{"the smallest one", KIND_LEAF, 0, 0, 1, true},
		{"a type", KIND_TYPE, 0, 16, 64, false},
		{"a type of the interpreter", KIND_STATIC, 0, 0, 64, false},
		{"a module", KIND_MODULE, 0, 16, 64, false},
		{"a live float", KIND_LEAF, 1, 0, 32, false},
		{"an immortal one", KIND_LEAF, 0xFFFFFFFF, 0, 32, false},
		{"no block of its own", KIND_LEAF, 0, 0, 0, false},
		{"the keys of a dictionary", KIND_NONE, 0, 0, 128, true},
		{"what is within a block", KIND_NONE, 0, 16, 128, false},
		{"keys in use", KIND_NONE, 2, 0, 128, false},
	};

	for (size_t i = 0; i < sizeof(objects) / sizeof(*objects); i++) {
		struct text expected = {0};
		begin_with_state(64);
		put(place(1, 8), place(2, 64));
		add_thing(place(2, 64), objects[i].kind, objects[i].bytes)->before =
			objects[i].before;
		put(place(2, 64), objects[i].count);
		text_add(&expected, "interpreter counts 1:0 of 64\n");
		if (objects[i].is_dead)
			text_add(&expected, "free-lists counts 2:%zu of %zu\n",
				64 - objects[i].before, objects[i].bytes);
		else
			text_add(&expected, "interpreter looks at 2:64\n");
		text_add(&world.log, "%s", objects[i].what);
		check(text_of(&expected));
		text_finish(&expected);
		world_finish();
	}
}

/* A dictionary in which each text leads to itself, and which is as large as any Python's is. */
static void the_table_of_interned_texts_has_a_root_of_its_own(void **state)
{
	static const struct {
		const char *what;
		enum kind kind;
		int64_t length, others;
		bool is_marked, is_table;
	} rows[] = {
		{"the smallest", KIND_DICT, 256, 0, false, true},
		{"too small", KIND_DICT, 255, 0, false, false},
		{"no dictionary", KIND_LIST, 1000, 0, false, false},
		{"one that leads elsewhere", KIND_DICT, 1000, 1, false, false},
		{"a variable's", KIND_DICT, 1000, 0, true, false},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		begin_with_state(64);
		put(place(1, 8), place(2, 64));
		struct thing *thing = add_thing(place(2, 64), rows[i].kind, 64);
		thing->before = 16;
		thing->length = rows[i].length;
		thing->others = rows[i].others;
		thing->is_marked = rows[i].is_marked;
		put(place(2, 64), 1);
		check(rows[i].is_table ? "interpreter counts 1:0 of 64\n"
					 "table counts 2:48 of 64\n"
					 "table reaches entries of 2:64\n"
					 "interpreter visits 2:64\n"
					 "interpreter looks at 2:64\n"
				       : "interpreter counts 1:0 of 64\n"
					 "interpreter looks at 2:64\n");
		assert_int_equal(world.census->nodes[world.census->roots[ROOT_TABLE]].object,
			rows[i].is_table ? place(2, 64) : 0);
		world_finish();
	}
}

static void no_dead_object_is_at_an_odd_address(void **state)
{
	static const uintptr_t odd[] = {4092, 4097, (uintptr_t)1 << 47, UINTPTR_MAX - 7};

	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		begin_with_state(64);
		put(place(1, 8), odd[i]);
		add_thing(odd[i], KIND_LEAF, 32);
		struct text expected = {0};
		text_add(&expected, "interpreter counts 1:0 of 64\n");
		if (odd[i] >= 4096)
			text_add(&expected, "interpreter looks at %llu\n",
				(unsigned long long)odd[i]);
		check(text_of(&expected));
		text_finish(&expected);
		world_finish();
	}
	/* the first address that can be one: it is not read, which is as if it had no references */
	begin_with_state(64);
	put(place(1, 8), 4096);
	add_thing(4096, KIND_LEAF, 32);
	check("interpreter counts 1:0 of 64\nfree-lists counts 4096 of 32\n");
	world_finish();
}

static void dead_objects_hang_on_each_other(void **state)
{
	begin_with_state(64);
	for (uint32_t i = 0; i < 6; i++)
		add_thing(place(2, i * 64), KIND_OTHER, 64);
	put(place(1, 0), place(2, 0));
	put(place(2, 24), place(2, 64));      /* as tuples do */
	put(place(2, 64 + 8), place(2, 128)); /* as floats do */
	put(place(2, 128 + 8), place(2, 192));
	put(place(2, 128 + 24), place(2, 256)); /* both: the tuple's */
	put(place(2, 192), 1);                  /* this one lives */
	put(place(2, 256 + 8), place(2, 192));
	put(place(2, 256 + 24), place(2, 320));
	put(place(2, 320 + 8), place(2, 64)); /* in a circle: it ends */
	put(place(1, 8), place(2, 128));      /* again: nothing more */
	check("interpreter counts 1:0 of 64\n"
	      "free-lists counts 2:0 of 64\n"
	      "free-lists counts 2:64 of 64\n"
	      "free-lists counts 2:128 of 64\n"
	      "free-lists counts 2:256 of 64\n"
	      "free-lists counts 2:320 of 64\n"
	      "interpreter looks at 2:128\n");
	world_finish();
}

static void a_list_has_a_million_dead_objects_at_most(void **state)
{
	begin_with_state(64);
	size_t bytes = (size_t)MANY * MANY_SIZE;
	world.many = (uintptr_t)mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	world.nmany = MANY;
	world.is_marked = calloc(MANY, sizeof(*world.is_marked));
	for (uint32_t i = 0; i + 1 < MANY; i++)
		put(world.many + (uintptr_t)i * MANY_SIZE + 8,
			world.many + (uintptr_t)(i + 1) * MANY_SIZE);
	put(place(1, 0), world.many);
	check("interpreter counts 1:0 of 64\n");
	assert_int_equal(world.census->blocks, 1 + MANY - 1);
	munmap((void *)world.many, bytes); /* NOLINT */
	free(world.is_marked);
	world_finish();
}

/* ---- libraries ------------------------------------------------------------------------------- */

static void a_library_has_its_data_where_its_file_is_mapped_again(void **state)
{
	const ElfW(Phdr) segments[] = {segment_of(0, 0, PAGE, PF_R),
		segment_of(PAGE, 2 * PAGE, PAGE + 16, PF_R | PF_W)};

	world_begin();
	for (uint32_t i = 10; i < 20; i++)
		fill(i);
	make_library(10, segments, 2);
	add_thing(place(30, 0), KIND_LEAF, 32); /* a dead object: of the library, no list */
	put(place(12, 8), place(30, 0));
	add_range(10, 12, "/usr/lib/libx.so.1");
	add_range(12, 13, "/usr/lib/libx.so.1");
	add_range(13, 20, NULL); /* what is not of the file, of the data */
	check("static-data looks at 10120\n"
	      "static-data looks at 30:0\n"
	      "static-data looks at 10121\n"
	      "static-data looks at 10130\n");
	assert_string_equal((const char *)world.census->nodes[ROOTS].name, /* NOLINT */
		"static data of libx.so.1");
	world_finish();
}

/* Maps the file of a library, with one segment; then ranges as the row says. */
static void what_is_mapped_elsewhere_or_of_another_file_is_no_data(void **state)
{
	static const struct {
		const char *what, *beginning, *path;
		uint32_t start, end; /* pages of the second mapping */
		bool is_scanned;
	} rows[] = {
		{"at its place", "/lib/a.so", "/lib/a.so", 12, 13, true},
		{"of more than the segment", "/lib/a.so", "/lib/a.so", 11, 14, true},
		{"before its place", "/lib/a.so", "/lib/a.so", 11, 12, false},
		{"after it", "/lib/a.so", "/lib/a.so", 13, 14, false},
		{"of another file", "/lib/a.so", "/lib/b.so", 12, 13, false},
		{"of a file with a longer name", "/lib/a.so", "/lib/a.so2", 12, 13, false},
		{"of no file", "/lib/a.so", NULL, 12, 13, false},
		{"deleted since", "/lib/a.so (deleted)", "/lib/a.so (deleted)", 12, 13, true},
		{"of the C library", "/lib/libc.so.6", "/lib/libc.so.6", 12, 13, false},
		{"of an old one", "/lib/libc-2.31.so", "/lib/libc-2.31.so", 12, 13, false},
		{"of one that is named alike", "/lib/libcurl.so", "/lib/libcurl.so", 12, 13, true},
	};
	const ElfW(Phdr) segment = segment_of(0, 0, PAGE, PF_R | PF_W);

	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		ElfW(Phdr) segments[] = {segment, segment_of(PAGE, 2 * PAGE, PAGE, PF_W)};
		segments[0].p_flags = PF_R;
		world_begin();
		fill(11);
		fill(12);
		fill(13);
		make_library(10, segments, 2);
		add_range(10, 11, rows[i].beginning);
		add_range(rows[i].start, rows[i].end, rows[i].path);
		world.census->is_counting = false;
		check(rows[i].is_scanned
				? "static-data looks at 10120\nstatic-data looks at 10121\n"
				: "");
		world_finish();
	}
}

static void a_file_that_is_mapped_to_be_read_is_not_loaded(void **state)
{
	const ElfW(Phdr) segments[] = {segment_of(0, 0, PAGE, PF_R),
		segment_of(PAGE, 2 * PAGE, PAGE, PF_R | PF_W)};

	world_begin();
	for (uint32_t i = 10; i < 40; i++)
		fill(i);
	make_library(10, segments, 2);
	make_library(20, segments, 2);
	make_library(30, segments, 2);
	add_range(10, 14, "/lib/a.so"); /* whole: once, and its data is nowhere else */
	add_range(20, 21, "/lib/a.so"); /* loaded, and so are its segments */
	add_range(22, 23, "/lib/a.so");
	add_range(30, 31, "/lib/b.so");
	add_range(22, 23, "/lib/a.so"); /* the beginning that counts is the last one */
	add_range(32, 33, "/lib/b.so");
	check("static-data looks at 10220\nstatic-data looks at 10221\n"
	      "static-data looks at 10320\nstatic-data looks at 10321\n");
	world_finish();
}

static void each_thing_that_makes_a_head_none(void **state)
{
	enum {
		WHOLE,
		MAGIC,
		ENTRY_SIZE,
		TOO_MANY,
		MOST,
		NO_HEAD,
		NO_TABLE,
		NOT_LOADED,
		NOT_WRITTEN,
		ROWS
	};
	static const char *const found = "static-data looks at 10120\nstatic-data looks at 10121\n";

	for (int row = 0; row < ROWS; row++) {
		ElfW(Phdr) segments[SEGMENTS + 1] = {segment_of(0, 0, PAGE, PF_R),
			segment_of(PAGE, 2 * PAGE, PAGE, PF_R | PF_W)};
		ElfW(Ehdr) head;
		world_begin();
		fill(12);
		if (row == NOT_LOADED)
			segments[1].p_type = PT_NOTE;
		if (row == NOT_WRITTEN)
			segments[1].p_flags = PF_R | PF_X;
		make_library(10, segments,
			row == TOO_MANY ? SEGMENTS + 1
			: row == MOST   ? SEGMENTS
					: 2);
		memcpy(&head, (void *)place(10, 0), sizeof(head)); /* NOLINT */
		head.e_ident[3] ^= row == MAGIC;
		head.e_phentsize += row == ENTRY_SIZE;
		if (row == NO_TABLE)
			head.e_phoff = PAGE - 8;
		memcpy((void *)place(10, 0), &head, sizeof(head)); /* NOLINT */
		if (row == NO_TABLE) {
			memcpy((void *)place(10, PAGE - 8), segments,
				sizeof(segments)); /* NOLINT */
			world.is_readable[11] = false;
		}
		world.is_readable[10] = row != NO_HEAD;
		add_range(10, 11, "/lib/a.so");
		add_range(12, 13, "/lib/a.so");
		check(row == WHOLE || row == MOST ? found : "");
		world_finish();
	}
}

/* Where the first segment is not at the beginning of the addresses, all are as far from there. */
static void a_library_that_is_linked_for_an_address_is_found_where_it_is(void **state)
{
	const ElfW(Phdr) segments[] = {segment_of(PAGE, 0x402000, PAGE, PF_R | PF_W),
		segment_of(0, 0x400000, PAGE, PF_R), segment_of(3 * PAGE, 0x404000, 8, PF_W)};

	world_begin();
	fill(12);
	fill(14);
	make_library(10, segments, 3);
	add_range(10, 11, "/lib/a.so");
	add_range(12, 15, "/lib/a.so");
	check("static-data looks at 10120\nstatic-data looks at 10121\n"
	      "static-data looks at 10140\n");
	world_finish();
}

/* Where none is from the beginning of the file, the addresses are those of the process. */
static void a_file_without_its_beginning_is_where_it_says(void **state)
{
	world_begin();
	const ElfW(Phdr) segment = segment_of(PAGE, place(12, 0), PAGE, PF_R | PF_W);
	fill(12);
	make_library(10, &segment, 1);
	add_range(10, 11, "/lib/a.so");
	add_range(12, 13, "/lib/a.so");
	check("static-data looks at 10120\nstatic-data looks at 10121\n");
	world_finish();
}

static void what_cannot_be_read_ends_the_data(void **state)
{
	const ElfW(Phdr) segments[] = {segment_of(0, 0, PAGE, PF_R),
		segment_of(PAGE, 2 * PAGE + 1, 3 * PAGE, PF_R | PF_W)};
	static const char *const found[] = {"static-data looks at 7\n",
		"static-data looks at 10121\n",
		"static-data looks at 10121\nstatic-data looks at 10130\n"
		"static-data looks at 10131\n",
		"static-data looks at 10121\nstatic-data looks at 10130\n"
		"static-data looks at 10131\nstatic-data looks at 10140\n"
		"static-data looks at 10141\n"};

	for (uint32_t i = 0; i < 4; i++) { /* pages that can be read */
		world_begin();
		for (uint32_t k = 12; k < 16; k++)
			fill(k);
		put(place(15, 0), 0);
		make_library(10, segments, 2);
		add_range(10, 11, "/lib/a.so");
		add_range(12, 16, "/lib/a.so");
		if (i < 3)
			world.is_readable[12 + i] = false;
		check(i == 0 ? "" : found[i]);
		world_finish();
	}
}

static void a_long_name_of_a_library_is_cut(void **state)
{
	static char path[200] = "/lib/";
	const ElfW(Phdr) segments[] = {segment_of(0, 0, PAGE, PF_R),
		segment_of(PAGE, 2 * PAGE, PAGE, PF_R | PF_W)};

	memset(path + 5, 'x', 100);
	world_begin();
	fill(12);
	make_library(10, segments, 2);
	add_range(10, 11, path);
	add_range(12, 13, path);
	check("static-data looks at 10120\nstatic-data looks at 10121\n");
	const char *words = (const char *)world.census->nodes[ROOTS].name; /* NOLINT */
	assert_int_equal(strlen(words), LIBRARY_WORDS - 1);
	assert_int_equal(strspn(words + strlen("static data of "), "x"), LIBRARY_WORDS - 16);
	world_finish();
}

static void so_many_libraries_are_named_and_no_more(void **state)
{
	ElfW(Phdr) segments[SEGMENTS] = {segment_of(0, 0, PAGE, PF_R)};

	world_begin();
	for (uint32_t i = 1; i < SEGMENTS; i++)
		segments[i] = segment_of(PAGE, 2 * PAGE + i * 64, 16, PF_W);
	for (uint32_t i = 1; i < SEGMENTS; i++)
		put(place(12, i * 64), 5000 + i);
	make_library(10, segments, SEGMENTS);
	for (uint32_t i = 0; i < 9; i++) { /* 31 each */
		add_range(10, 11, "/lib/a.so");
		add_range(12, 13, "/lib/a.so");
	}
	census_follow_roots(world.census);
	assert_int_equal(world.census->nlibraries, LIBRARIES);
	assert_int_equal(world.census->nnodes, ROOTS + LIBRARIES);
	world_finish();
}

/* ---- the lookup cache ------------------------------------------------------------------------ */

/* So many entries from an offset of the data on, of which so many have names. */
static void put_cache(uint32_t from, uint32_t entries, uint32_t names)
{
	for (uint32_t i = 0; i < entries; i++) {
		uintptr_t at = place(1, from + i * ENTRY);
		put(at, i < names ? 7 + i : 0);
		put(at + 8, i < names ? place(200, 0) : i % 2 ? python_place(NONE_AT) : 0);
		put(at + 16, 8 * i);
	}
}

static void begin_with_cache(uint32_t from, uint32_t entries, uint32_t names, uint32_t after)
{
	world_begin();
	world.interpreter = place(1, 0);
	/* what is before and after it is no entry: its values are odd */
	for (uint32_t at = 0; at < from + entries * ENTRY + after; at += 8)
		put(place(1, at), 4097);
	add_thing(world.interpreter, KIND_NONE, from + entries * ENTRY + after)->is_chunk = true;
	add_thing(place(200, 0), KIND_LEAF, 64)->is_text = true;
	put(place(200, 0), 1);
	put_cache(from, entries, names);
}

static uint32_t count_of(const char *what)
{
	uint32_t n = 0;

	for (const char *at = text_of(&world.log); (at = strstr(at, what)); at++)
		n++;
	return n;
}

static void the_cache_is_a_run_of_entries_with_names(void **state)
{
	static const struct {
		uint32_t from, entries, names, after;
		bool is_cache;
	} caches[] = {{0, ENTRIES, 32, 0, true}, {8, ENTRIES, 40, 0, true},
		{16, ENTRIES, 32, 8, true}, {240, ENTRIES, 32, 240, true},
		{240, ENTRIES + 7, 32, 24, true}, {240, ENTRIES, 31, 240, false},
		{240, ENTRIES - 1, 64, 240, false}};

	for (size_t i = 0; i < sizeof(caches) / sizeof(*caches); i++) {
		begin_with_cache(caches[i].from, caches[i].entries, caches[i].names,
			caches[i].after);
		text_clear(&world.log);
		census_follow_roots(world.census);
		assert_int_equal(count_of("lookup-cache reaches 200:0"),
			caches[i].is_cache ? caches[i].names : 0);
		assert_int_equal(count_of("lookup-cache reaches"),
			caches[i].is_cache ? caches[i].names : 0);
		assert_int_equal(count_of("interpreter looks at 200:0"),
			caches[i].is_cache ? 0 : caches[i].names);
		/* what is around it is looked at as other data is */
		assert_int_equal(count_of("interpreter looks at 4097"),
			(caches[i].from + caches[i].after) / 8);
		world_finish();
	}
}

static void free_lists_are_on_both_sides_of_the_cache(void **state)
{
	begin_with_cache(16, ENTRIES, 32, 16);
	put(place(1, 8), place(210, 0));
	put(place(1, 16 + ENTRIES * ENTRY), place(211, 0));
	add_thing(place(210, 0), KIND_LEAF, 32);
	add_thing(place(211, 0), KIND_LEAF, 32);
	text_clear(&world.log);
	census_follow_roots(world.census);
	assert_int_equal(count_of("free-lists counts 210:0 of 32"), 1);
	assert_int_equal(count_of("free-lists counts 211:0 of 32"), 1);
	assert_int_equal(count_of("lookup-cache reaches"), 32);
	world_finish();
}

/* Two runs that are too short, with something between them, are none. */
static void a_cache_is_one_run(void **state)
{
	begin_with_cache(0, ENTRIES + 1, 64, 0);
	put(place(1, ENTRIES / 2 * ENTRY + 16), 4097);
	text_clear(&world.log);
	census_follow_roots(world.census);
	assert_int_equal(count_of("lookup-cache reaches"), 0);
	world_finish();
}

static void what_an_entry_may_have(void **state)
{
	static const struct {
		uintptr_t version, name, value;
		bool is_entry, is_used;
	} entries[] = {
		{0, 0, 0, true, false},
		{1, 0, 8, true, false},
		{UINT32_MAX, 1, 8, true, true},
		{(uintptr_t)UINT32_MAX + 1, 1, 8, false, false},
		{0, 1, 8, false, false},
		{1, 2, 8, false, false}, /* no text */
		{1, 3, 8, true, false},  /* None */
		{1, 1, 9, false, false},
	};

	for (size_t i = 0; i < sizeof(entries) / sizeof(*entries); i++) {
		begin_with_cache(0, ENTRIES, 40, 0);
		uintptr_t name = entries[i].name == 1   ? place(200, 0)
				 : entries[i].name == 2 ? place(201, 0)
				 : entries[i].name == 3 ? python_place(NONE_AT)
							: 0;
		put(place(1, 50 * ENTRY), entries[i].version);
		put(place(1, 50 * ENTRY + 8), name);
		put(place(1, 50 * ENTRY + 16), entries[i].value);
		text_clear(&world.log);
		census_follow_roots(world.census);
		assert_int_equal(count_of("lookup-cache reaches 200:0"),
			entries[i].is_entry ? 40 + entries[i].is_used : 0);
		world_finish();
	}
}

/* ---- the clock ------------------------------------------------------------------------------- */

static void follow_until(uint32_t looks)
{
	const ElfW(Phdr) segments[] = {segment_of(0, 0, PAGE, PF_R),
		segment_of(PAGE, 2 * PAGE, 2 * PAGE, PF_R | PF_W)};

	begin_with_state(64);
	put(place(1, 0), 5000);
	put(place(1, 56), 6000);
	fill(12);
	fill(13);
	make_library(10, segments, 2);
	add_range(10, 11, "/lib/a.so");
	add_range(12, 14, "/lib/a.so");
	add_range(40, 41, NULL);
	world.looks_most = looks;
	text_clear(&world.log);
	census_follow_roots(world.census);
}

/* Wherever the time is over, nothing comes after it. */
static void when_the_time_is_over_nothing_more_is_looked_at(void **state)
{
	struct text whole = {0};
	uint32_t all;

	follow_until(UINT32_MAX);
	text_add(&whole, "%s", text_of(&world.log));
	all = world.looks;
	assert_int_equal(world.visited, 3);
	assert_int_equal(all, 9 + 8 + 2 + 1024); /* entries, words, pages, words */
	world_finish();
	for (uint32_t most = 0; most < all; most += most < 100 ? 1 : 37) {
		follow_until(most);
		assert_int_equal(world.looks, most + 1);
		assert_int_equal(world.visited, most < 17 ? 1 : 2);
		size_t length = strlen(text_of(&world.log));
		assert_true(length < strlen(text_of(&whole)) || most > 1000);
		assert_memory_equal(text_of(&whole), text_of(&world.log), length);
		world_finish();
	}
	text_finish(&whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_root_is_a_node),
		cmocka_unit_test(where_there_is_no_room_for_a_root_the_last_node_has_it),
		cmocka_unit_test(the_state_of_the_interpreter_is_its_own),
		cmocka_unit_test(words_that_are_addresses_are_looked_at),
		cmocka_unit_test(the_data_of_the_interpreter_is_where_its_types_are),
		cmocka_unit_test(a_dead_object_is_one_without_references),
		cmocka_unit_test(the_table_of_interned_texts_has_a_root_of_its_own),
		cmocka_unit_test(no_dead_object_is_at_an_odd_address),
		cmocka_unit_test(dead_objects_hang_on_each_other),
		cmocka_unit_test(a_list_has_a_million_dead_objects_at_most),
		cmocka_unit_test(a_library_has_its_data_where_its_file_is_mapped_again),
		cmocka_unit_test(what_is_mapped_elsewhere_or_of_another_file_is_no_data),
		cmocka_unit_test(a_file_that_is_mapped_to_be_read_is_not_loaded),
		cmocka_unit_test(each_thing_that_makes_a_head_none),
		cmocka_unit_test(a_library_that_is_linked_for_an_address_is_found_where_it_is),
		cmocka_unit_test(a_file_without_its_beginning_is_where_it_says),
		cmocka_unit_test(what_cannot_be_read_ends_the_data),
		cmocka_unit_test(a_long_name_of_a_library_is_cut),
		cmocka_unit_test(so_many_libraries_are_named_and_no_more),
		cmocka_unit_test(the_cache_is_a_run_of_entries_with_names),
		cmocka_unit_test(free_lists_are_on_both_sides_of_the_cache),
		cmocka_unit_test(a_cache_is_one_run),
		cmocka_unit_test(what_an_entry_may_have),
		cmocka_unit_test(when_the_time_is_over_nothing_more_is_looked_at),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
