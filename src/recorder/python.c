/*
 * Python as Python sees it: wrappers around the raw, mem and object allocators and around the one
 * of its arenas, put in place before Python starts. What pymalloc passes down is not recorded
 * again; an arena is, since its address is where pymalloc's come from.
 *
 * Knowledge: CPython 3.8 to 3.13, Include/cpython/pymem.h and objimpl.h, Objects/obmalloc.c.  The
 * tables of functions have the same shape in all of them.
 */
#include "recorder/shim.h"

#include <dlfcn.h>
#include <stdlib.h>

struct object_allocator { /* PyMemAllocatorEx */
	void *context;
	void *(*malloc)(void *context, size_t size);
	void *(*calloc)(void *context, size_t count, size_t size);
	void *(*realloc)(void *context, void *old, size_t size);
	void (*free)(void *context, void *block);
};

struct arena_allocator { /* PyObjectArenaAllocator */
	void *context;
	void *(*alloc)(void *context, size_t size);
	void (*free)(void *context, void *arena, size_t size);
};

typedef void access_f(int domain, struct object_allocator *allocator);
typedef void access_arenas_f(struct arena_allocator *allocator);
typedef const char *version_f(void);

#define DOMAINS 3 /* PYMEM_DOMAIN_RAW, _MEM, _OBJ */

static struct wrapped {
	struct object_allocator real;
	uint32_t domain; /* enum wire_domain */
} wrapped[DOMAINS];

static struct arena_allocator real_arenas;

/* Who calls from within a call, or in a child that is not recorded, is passed through. */
static bool is_passed_through(void)
{
	return (RARELY(!recording->head) && (start_is_done(), !recording->head)) || own_lane.inside;
}

static void *wrapped_malloc(void *context, size_t size)
{
	const struct wrapped *to = context;
	void *block;

	if (RARELY(is_passed_through()))
		return to->real.malloc(to->real.context, size);
	INSIDE(block = to->real.malloc(to->real.context, size));
	record(WIRE_WHAT(WIRE_MALLOC, to->domain), stamp_now(), (uintptr_t)block, size, 0);
	return block;
}

static void *wrapped_calloc(void *context, size_t count, size_t size)
{
	const struct wrapped *to = context;
	void *block;

	if (RARELY(is_passed_through()))
		return to->real.calloc(to->real.context, count, size);
	INSIDE(block = to->real.calloc(to->real.context, count, size));
	record(WIRE_WHAT(WIRE_CALLOC, to->domain), stamp_now(), (uintptr_t)block, count * size, 0);
	return block;
}

static void *wrapped_realloc(void *context, void *old, size_t size)
{
	const struct wrapped *to = context;
	void *block;

	if (RARELY(is_passed_through()))
		return to->real.realloc(to->real.context, old, size);
	if (old)
		record(WIRE_WHAT(WIRE_REALLOC_BEGINS, to->domain), stamp_now(), (uintptr_t)old, 0,
			0);
	INSIDE(block = to->real.realloc(to->real.context, old, size));
	record(WIRE_WHAT(WIRE_REALLOC, to->domain), stamp_now(), (uintptr_t)block, size, 0);
	return block;
}

static void wrapped_free(void *context, void *block)
{
	const struct wrapped *to = context;

	if (RARELY(is_passed_through())) {
		to->real.free(to->real.context, block);
		return;
	}
	record(WIRE_WHAT(WIRE_FREE, to->domain), stamp_now(), (uintptr_t)block, 0, 0);
	INSIDE(to->real.free(to->real.context, block));
}

/* Happens within a call of an object's: recorded all the same, before that call's own record. */
static void *wrapped_arena_alloc(void *context, size_t size)
{
	bool inside = own_lane.inside;

	own_lane.inside = true;
	void *arena = real_arenas.alloc(real_arenas.context, size);
	own_lane.inside = inside;
	if (recording->head)
		record(WIRE_WHAT(WIRE_MMAP, WIRE_ARENA), stamp_now(), (uintptr_t)arena, size, 0);
	return arena;
}

static void wrapped_arena_free(void *context, void *arena, size_t size)
{
	bool inside = own_lane.inside;

	if (recording->head)
		record(WIRE_WHAT(WIRE_MUNMAP, WIRE_ARENA), stamp_now(), (uintptr_t)arena, size, 0);
	own_lane.inside = true;
	real_arenas.free(real_arenas.context, arena, size);
	own_lane.inside = inside;
}

static void *find(const char *name)
{
	return dlsym(RTLD_DEFAULT, name);
}

static void read_version(struct wire_head *head)
{
	version_f *version = (version_f *)(uintptr_t)find("Py_GetVersion");
	const char *text = version ? version() : "";
	size_t length = strcspn(text, " ");

	if (length >= sizeof(head->python_version))
		length = sizeof(head->python_version) - 1;
	memcpy(head->python_version, text, length);
	head->python_version[length] = '\0';
	if (strstr(text, "free-threading"))
		head->python = WIRE_PYTHON_FREE_THREADED;
	else if (strncmp(text, "2.", 2) == 0 ||
		 (strncmp(text, "3.", 2) == 0 && strtoul(text + 2, NULL, 10) < 8))
		head->python = WIRE_PYTHON_TOO_OLD;
	else
		head->python = WIRE_PYTHON_HOOKED;
}

static void wrap(struct wire_head *head)
{
	access_f *get = (access_f *)(uintptr_t)find("PyMem_GetAllocator");
	access_f *set = (access_f *)(uintptr_t)find("PyMem_SetAllocator");
	access_arenas_f *get_arenas =
		(access_arenas_f *)(uintptr_t)find("PyObject_GetArenaAllocator");
	access_arenas_f *set_arenas =
		(access_arenas_f *)(uintptr_t)find("PyObject_SetArenaAllocator");
	const struct arena_allocator our_arenas = {NULL, wrapped_arena_alloc, wrapped_arena_free};
	const char *configured = getenv("PYTHONMALLOC");

	if (!get || !set || !get_arenas || !set_arenas)
		return;
	read_version(head);
	if (head->python == WIRE_PYTHON_HOOKED && configured && *configured &&
		strcmp(configured, "pymalloc") != 0 && strcmp(configured, "default") != 0) {
		head->python = WIRE_PYTHON_CONFIGURED;
		strncpy(head->python_configured, configured, sizeof(head->python_configured) - 1);
	}
	if (head->python != WIRE_PYTHON_HOOKED)
		return;
	for (int i = 0; i < DOMAINS; i++) {
		struct object_allocator ours = {&wrapped[i], wrapped_malloc, wrapped_calloc,
			wrapped_realloc, wrapped_free};
		wrapped[i].domain = (uint32_t)(WIRE_RAW + i);
		get(i, &wrapped[i].real);
		set(i, &ours);
	}
	get_arenas(&real_arenas);
	set_arenas((struct arena_allocator *)(uintptr_t)&our_arenas);
}

HIDDEN void python_begin(struct wire_head *head)
{
	INSIDE(wrap(head)); /* what looking for symbols allocates is not the program's */
}
