/*
 * Python as Python sees it: wrappers around the raw, mem and object allocators and around the one
 * of its arenas, put in place before Python starts. What pymalloc passes down is not recorded
 * again; an arena is, since its address is where pymalloc's come from. So is what pymalloc asks for
 * to keep its books (the table of arenas, and from 3.10 on a tree of their addresses), because that
 * lies among the program's own blocks of the C library.
 *
 * Knowledge: CPython 3.8 to 3.13, Include/cpython/pymem.h and objimpl.h, Objects/obmalloc.c.  The
 * tables of functions have the same shape in all of them.
 */
#include "recorder/shim.h"

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

/*
 * NULL in a program that has no Python. Looking for them by dlsym() would not do: when a symbol is
 * missing, the loader keeps its message on the program's heap.
 */
extern void PyMem_GetAllocator(int domain, struct object_allocator *allocator)
	__attribute__((weak));
extern void PyMem_SetAllocator(int domain, struct object_allocator *allocator)
	__attribute__((weak));
extern void PyObject_GetArenaAllocator(struct arena_allocator *allocator) __attribute__((weak));
extern void PyObject_SetArenaAllocator(struct arena_allocator *allocator) __attribute__((weak));
extern const char *Py_GetVersion(void) __attribute__((weak));
extern int _Py_IsFinalizing(void) __attribute__((weak)); /* NOLINT: up to 3.12 */
extern int Py_IsInitialized(void) __attribute__((weak));
extern int Py_IsFinalizing(void) __attribute__((weak)); /* from 3.13 on */
/* of a debug build */
extern void _Py_NegativeRefcount(void) __attribute__((weak)); /* NOLINT */

#define ARENA_LEAST \
	(256u << 10) /* of what comes from the same function, the interpreter's stack has less */

#define DOMAINS 3 /* PYMEM_DOMAIN_RAW, _MEM, _OBJ */

static struct wrapped {
	struct object_allocator real;
	uint32_t domain; /* enum wire_domain */
} wrapped[DOMAINS];

static struct arena_allocator real_arenas;

/* What the head says of this Python, for those of forked children. */
static struct {
	uint32_t python; /* enum wire_python */
	char version[sizeof(((struct wire_head *)0)->python_version)];
} known;

HIDDEN bool python_is_unwrapped;

/* From now on: several threads may find it out. */
static void frees_in_c(void)
{
	__atomic_store_n(&python_is_unwrapped, true, __ATOMIC_RELAXED);
}

/* Calls from within a call, or in a child that is not recorded, pass through unrecorded. */
#define LANE_OF_PYTHON() \
	(RARELY(!recording->head) && (start_is_done(), !recording->head) ? NULL : LANE_OF_CALL())

/* A call within one of Python's allocators, which would pass on its own request as it is. */
static bool is_for_books(const struct wrapped *to, size_t size)
{
	const struct lane *lane = own_lane();

	return lane->asked && size + 1 != lane->asked && to->domain == WIRE_RAW && recording->head;
}

/* In a call of Python's allocators that was asked for so many bytes. */
#define ASKED(size, expression) \
	do { \
		bool prints = RARELY(python_prints_stats) && to->domain != WIRE_RAW; \
		lane->asked = (size) + 1; \
		if (RARELY(prints)) \
			python_wrap_objects(false); \
		INSIDE_OF(lane, INSIDE_PYTHON, expression); \
		if (RARELY(prints)) \
			python_wrap_objects(true); \
		lane->asked = 0; \
	} while (0)

/* Recorded as a call from inside; the one around it goes on. */
static void record_within(enum wire_call call, const void *block, size_t size, uintptr_t old)
{
	struct lane *lane = own_lane();
	uint64_t asked = lane->asked;
	uintptr_t inside = lane->inside;

	record(lane, WIRE_WHAT(call, WIRE_RAW), stamp_now(lane), (uintptr_t)block, size, old);
	lane->inside = inside;
	lane->asked = asked;
}

/* What it passes on as it is: the bytes are the C library's, the record is that of its request. */
static void count_passed(const struct wrapped *to, enum wire_call call, const void *block)
{
	if (to->domain == WIRE_RAW && (own_lane()->inside & INSIDE_MASK) == INSIDE_PYTHON)
		lane_count_passed(call, block);
}

static void *malloc_within(const struct wrapped *to, size_t size)
{
	void *block = to->real.malloc(to->real.context, size);

	if (is_for_books(to, size))
		record_within(WIRE_MALLOC, block, size, 0);
	else
		count_passed(to, WIRE_MALLOC, block);
	return block;
}

static void *calloc_within(const struct wrapped *to, size_t count, size_t size)
{
	void *block = to->real.calloc(to->real.context, count, size);

	if (is_for_books(to, count * size))
		record_within(WIRE_CALLOC, block, count * size, 0);
	else
		count_passed(to, WIRE_CALLOC, block);
	return block;
}

static void *realloc_within(const struct wrapped *to, void *old, size_t size)
{
	uintptr_t was = (uintptr_t)old;

	if (!is_for_books(to, size))
		count_passed(to, WIRE_REALLOC_BEGINS, old);
	void *block = to->real.realloc(to->real.context, old, size);

	if (is_for_books(to, size))
		record_within(was ? WIRE_REALLOC : WIRE_MALLOC, block, size, was);
	else
		count_passed(to, WIRE_REALLOC, block);
	return block;
}

#define CALLS 64u /* between two looks whether a census is wanted; a power of two */

HIDDEN bool python_is_shutting_down(void)
{
	return Py_IsFinalizing ? Py_IsFinalizing() : _Py_IsFinalizing ? _Py_IsFinalizing() : false;
}

static const void *our_malloc; /* of objects; NULL: it was not put in place */

/* Python has replaced our wrappers, and what it frees comes to the hooks of C, if to any. */
static bool is_unwrapped(void)
{
	struct object_allocator now;

	PyMem_GetAllocator(WIRE_OBJ - WIRE_RAW, &now);
	return (const void *)(uintptr_t)now.malloc != our_malloc;
}

static bool has_ended; /* the interpreter */

#define UNRECORDED "Python began again; its own requests are no longer recorded"

/*
 * A program that has a Python in it may begin it again: its own work was not over. From 3.12 on it
 * has allocators without our wrappers then.
 */
static void begin_again(void)
{
	has_ended = false;
	frames_end(true);
	exits_forget();
	if (!our_malloc || !is_unwrapped())
		return;
	marks_put(UNRECORDED);
	census_stop();
}

/*
 * Marks where the interpreter begins to shut down, in a thread that has its lock. Each call looks:
 * from the first few on the modules are taken apart, in which a census looks for variables.
 */
static inline void look_for_shutdown(void)
{
	if (RARELY(has_ended) && Py_IsInitialized && Py_IsInitialized() &&
		!python_is_shutting_down())
		begin_again();
	if (exits_is_known() || !python_is_shutting_down())
		return;
	exits_put(TRACE_MARK_SHUTDOWN);
	has_ended = true;
	frames_end(false);
	frees_in_c(); /* they look whether it begins again */
	if (recording->head && recording->head->wants & WIRE_WANT_SITES)
		census_look(known.version, true);
	if (python_prints_stats)
		python_end_objects();
}

HIDDEN void python_is_called(struct lane *lane)
{
	look_for_shutdown();
	if (++lane->calls % CALLS == 0 && recording->head && !exits_is_known() &&
		recording->head->wants & WIRE_WANT_SITES) {
		frames_note_state();
		census_look(known.version, false);
	}
}

/*
 * Whoever calls the raw domain may not hold the interpreter's lock; and where statistics are
 * printed, the wrappers are taken away for good by a free.
 */
static inline void look_before_request(const struct wrapped *to, struct lane *lane)
{
	if (to->domain != WIRE_RAW && !python_prints_stats)
		python_is_called(lane);
}

static inline void *wrapped_malloc(const struct wrapped *to, size_t size)
{
	struct lane *lane = LANE_OF_PYTHON();
	void *block;

	if (RARELY(!lane))
		return malloc_within(to, size);
	look_before_request(to, lane);
	ASKED(size, block = to->real.malloc(to->real.context, size));
	record(lane, WIRE_WHAT(WIRE_MALLOC, to->domain), stamp_now(lane), (uintptr_t)block, size,
		0);
	return block;
}

static inline void *wrapped_calloc(const struct wrapped *to, size_t count, size_t size)
{
	struct lane *lane = LANE_OF_PYTHON();
	void *block;

	if (RARELY(!lane))
		return calloc_within(to, count, size);
	look_before_request(to, lane);
	ASKED(count * size, block = to->real.calloc(to->real.context, count, size));
	record(lane, WIRE_WHAT(WIRE_CALLOC, to->domain), stamp_now(lane), (uintptr_t)block,
		count * size, 0);
	return block;
}

static inline void *wrapped_realloc(const struct wrapped *to, void *old, size_t size)
{
	struct lane *lane = LANE_OF_PYTHON();
	void *block;

	if (RARELY(!lane))
		return realloc_within(to, old, size);
	look_before_request(to, lane);
	if (old)
		record(lane, WIRE_WHAT(WIRE_REALLOC_BEGINS, to->domain), stamp_now(lane),
			(uintptr_t)old, 0, 0);
	ASKED(size, block = to->real.realloc(to->real.context, old, size));
	record(lane, WIRE_WHAT(WIRE_REALLOC, to->domain), stamp_now(lane), (uintptr_t)block, size,
		0);
	return block;
}

static inline void wrapped_free(const struct wrapped *to, void *block)
{
	struct lane *lane = LANE_OF_PYTHON();

	if (RARELY(!lane)) {
		count_passed(to, WIRE_FREE, block);
		to->real.free(to->real.context, block);
		return;
	}
	if (to->domain != WIRE_RAW)
		python_is_called(lane);
	record(lane, WIRE_WHAT(WIRE_FREE, to->domain), stamp_now(lane), (uintptr_t)block, 0, 0);
	INSIDE_OF(lane, INSIDE_PYTHON, to->real.free(to->real.context, block));
}

/*
 * The wrappers of each domain. They have the context of what they wrap, and do not look at it: a
 * thread that calls while they are put in place may see any mixture of both.
 */
#define WRAPPERS(i) \
	static void *malloc_##i(void *context, size_t size) \
	{ \
		return wrapped_malloc(&wrapped[i], size); \
	} \
	static void *calloc_##i(void *context, size_t count, size_t size) \
	{ \
		return wrapped_calloc(&wrapped[i], count, size); \
	} \
	static void *realloc_##i(void *context, void *old, size_t size) \
	{ \
		return wrapped_realloc(&wrapped[i], old, size); \
	} \
	static void free_##i(void *context, void *block) \
	{ \
		wrapped_free(&wrapped[i], block); \
	}
WRAPPERS(0)
WRAPPERS(1)
WRAPPERS(2)

static const struct object_allocator wrappers[DOMAINS] = {
	{NULL, malloc_0, calloc_0, realloc_0, free_0},
	{NULL, malloc_1, calloc_1, realloc_1, free_1},
	{NULL, malloc_2, calloc_2, realloc_2, free_2},
};

/* Happens within a call of an object's: recorded all the same, before that call's own record. */
static void *wrapped_arena_alloc(void *context, size_t size)
{
	struct lane *lane = own_lane();
	void *arena;

	if (RARELY(!python_frees_in_c()) && is_unwrapped())
		frees_in_c();
	INSIDE_OF(lane, INSIDE_PYTHON, arena = real_arenas.alloc(real_arenas.context, size));
	if (recording->head)
		record(lane, WIRE_WHAT(WIRE_MMAP, WIRE_ARENA), stamp_now(lane), (uintptr_t)arena,
			size, 0);
	if (arena && size >= ARENA_LEAST)
		census_add_arena((uintptr_t)arena);
	return arena;
}

static void wrapped_arena_free(void *context, void *arena, size_t size)
{
	struct lane *lane = own_lane();

	if (recording->head)
		record(lane, WIRE_WHAT(WIRE_MUNMAP, WIRE_ARENA), stamp_now(lane), (uintptr_t)arena,
			size, 0);
	census_drop_arena((uintptr_t)arena);
	INSIDE_OF(lane, INSIDE_PYTHON, real_arenas.free(real_arenas.context, arena, size));
}

/* What another one has put around ours stays, and ours below it. */
static void wrap_domain(int i, bool is_on)
{
	struct object_allocator now, ours = wrappers[i];

	PyMem_GetAllocator(i, &now);
	ours.context = wrapped[i].real.context;
	if (is_on && now.malloc == wrapped[i].real.malloc)
		PyMem_SetAllocator(i, &ours);
	else if (!is_on && now.malloc == ours.malloc)
		PyMem_SetAllocator(i, &wrapped[i].real);
}

static void read_version(struct wire_head *head)
{
	const char *text = Py_GetVersion ? Py_GetVersion() : "";
	size_t length = strcspn(text, " ");

	if (length >= sizeof(head->python_version))
		length = sizeof(head->python_version) - 1;
	memcpy(head->python_version, text, length);
	head->python_version[length] = '\0';
	if (strstr(text, "free-threading")) {
		strncat(head->python_version, "t",
			sizeof(head->python_version) - length - 1); /* as its command is named */
		head->python = WIRE_PYTHON_FREE_THREADED;
	} else if (strncmp(text, "2.", 2) == 0 ||
		   (strncmp(text, "3.", 2) == 0 && strtoul(text + 2, NULL, 10) < 8))
		head->python = WIRE_PYTHON_TOO_OLD;
	else
		head->python = WIRE_PYTHON_HOOKED;
}

/*
 * One of a Python that was attached to, and has no pymalloc (PYTHONMALLOC=malloc): objects are
 * blocks of the C library, whose hooks record them.
 */
static bool is_c_library(const struct wrapped *allocator)
{
	return allocator->domain != WIRE_RAW && allocator->real.malloc == wrapped[0].real.malloc;
}

static void wrap(struct wire_head *head)
{
	struct arena_allocator our_arenas = {NULL, wrapped_arena_alloc, wrapped_arena_free};
	const char *configured = getenv("PYTHONMALLOC");

	if (!Py_GetVersion)
		return;
	read_version(head);
	if (head->python != WIRE_PYTHON_TOO_OLD &&
		(!PyMem_GetAllocator || !PyMem_SetAllocator || !PyObject_GetArenaAllocator ||
			!PyObject_SetArenaAllocator)) {
		head->python = WIRE_NO_PYTHON;
		return;
	}
	known.python = head->python;
	memcpy(known.version, head->python_version, sizeof(known.version));
	/* Python may ignore it (-E, -I); if not, it replaces what is put in place here. */
	memset(head->python_configured, 0, sizeof(head->python_configured));
	if (configured)
		strncpy(head->python_configured, configured, sizeof(head->python_configured) - 1);
	if (head->python != WIRE_PYTHON_HOOKED)
		return;
	for (int i = 0; i < DOMAINS; i++) {
		wrapped[i].domain = (uint32_t)(WIRE_RAW + i);
		PyMem_GetAllocator(i, &wrapped[i].real);
		nesting_add_python((const void *)(uintptr_t)wrapped[i].real.malloc);
		if (!is_c_library(&wrapped[i]))
			wrap_domain(i, true);
	}
	python_stats_begin((const void *)(uintptr_t)wrapped[DOMAINS - 1].real.malloc);
	our_malloc = (const void *)(uintptr_t)wrappers[WIRE_OBJ - WIRE_RAW].malloc;
	PyObject_GetArenaAllocator(&real_arenas);
	our_arenas.context = real_arenas.context;
	PyObject_SetArenaAllocator(&our_arenas);
}

/*
 * PYTHONMALLOC that names what Python has anyway makes it set that again, without our wrappers. A
 * debug build has other allocators.
 */
static bool is_as_it_is(const char *allocators)
{
	return strcmp(allocators, "default") == 0 ||
	       (strcmp(allocators, "pymalloc") == 0 && !_Py_NegativeRefcount);
}

HIDDEN bool python_is_to_miss(const char *name, const char *value, const void *caller)
{
	if (!recording->head || recording->head->python != WIRE_PYTHON_HOOKED ||
		strcmp(name, "PYTHONMALLOC") != 0 || !nesting_is_python(caller))
		return false;
	bool is_to_miss = is_as_it_is(value);

	if (!is_to_miss && *value)
		frees_in_c();
	return is_to_miss;
}

HIDDEN void python_inherit(struct wire_head *head)
{
	head->python = known.python;
	memcpy(head->python_version, known.version, sizeof(known.version));
}

HIDDEN void python_begin(struct wire_head *head)
{
	if (head->wants & WIRE_WANT_SITES && Py_GetVersion)
		frames_begin(Py_GetVersion());
	if (!(head->wants & WIRE_WANT_NO_PYTHON))
		INSIDE_OF(own_lane(), INSIDE_US, wrap(head));
}

HIDDEN void python_wrap_objects(bool is_on)
{
	wrap_domain(WIRE_OBJ - WIRE_RAW, is_on);
}

HIDDEN void python_end_objects(void)
{
	struct arena_allocator arenas;

	wrap_domain(WIRE_MEM - WIRE_RAW, false);
	wrap_domain(WIRE_OBJ - WIRE_RAW, false);
	PyObject_GetArenaAllocator(&arenas);
	if (arenas.alloc == wrapped_arena_alloc)
		PyObject_SetArenaAllocator(&real_arenas);
}

HIDDEN void python_end(void)
{
	if (recording->head->python != WIRE_PYTHON_HOOKED || !PyMem_GetAllocator)
		return;
	wrap_domain(0, false);
	python_end_objects();
}
