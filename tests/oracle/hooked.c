/*
 * Runs a real CPython library with its raw, mem and object domains and its arena allocator wrapped,
 * and writes every call as a struct record: its arguments and its result. The program `traced`
 * turns them into a trace.
 *
 *	calls    the events of a text trace become calls of PyObject_Malloc() and its relatives;
 *	         Python is not started (up to 3.11), or without pymalloc, which is then put in place
 *	         (as in libpython.c)
 *	odd      the same, but arenas begin where malloc puts them, off by some bytes
 *	run      a whole interpreter with the arguments given
 *
 * A request that Python passes down to its raw domain is one record, not two.
 *
 * usage: hooked LIBRARY RECORDS calls|odd TRACE
 *        hooked LIBRARY RECORDS run PYTHON ARGUMENTS...
 */
#include "record.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* As PyMemAllocatorEx and PyObjectArenaAllocator. */
struct allocator {
	void *context;
	void *(*malloc)(void *context, size_t size);
	void *(*calloc)(void *context, size_t n, size_t size);
	void *(*realloc)(void *context, void *block, size_t size);
	void (*free)(void *context, void *block);
};
struct arenas {
	void *context;
	void *(*alloc)(void *context, size_t size);
	void (*free)(void *context, void *base, size_t size);
};

static struct {
	struct allocator real[3]; /* raw, mem, object */
	struct arenas real_arenas;
	int fd;
	atomic_flag lock;
	struct record records[4096];
	size_t count;
	atomic_uint threads;
	bool odd;
	unsigned arenas;
} world = {.fd = -1};

static _Thread_local unsigned thread; /* from 1 */
static _Thread_local unsigned depth;  /* depth of calls within a recorded one */
/* an arena unmapped within a realloc: recorded after it */
static _Thread_local struct record later;
static _Thread_local bool in_realloc;

static void flush(void)
{
	const char *at = (const char *)world.records;
	size_t left = world.count * sizeof(*world.records);

	while (left > 0) {
		ssize_t n = write(world.fd, at, left);
		if (n <= 0)
			_exit(3);
		at += n;
		left -= (size_t)n;
	}
	world.count = 0;
}

static void lock(void)
{
	while (atomic_flag_test_and_set(&world.lock))
		;
}

static void unlock(void)
{
	atomic_flag_clear(&world.lock);
}

/* Call only between lock() and unlock(). */
static void put(struct record record)
{
	if (thread == 0)
		thread = atomic_fetch_add(&world.threads, 1) + 1;
	record.thread = thread - 1;
	world.records[world.count++] = record;
	if (world.count == sizeof(world.records) / sizeof(*world.records))
		flush();
}

static void put_alone(struct record record)
{
	lock();
	put(record);
	unlock();
}

static unsigned domain_of(const struct allocator *real)
{
	return RECORD_RAW + (unsigned)(real - world.real);
}

static void *hook_malloc(void *context, size_t size)
{
	const struct allocator *real = context;

	depth++;
	void *block = real->malloc(real->context, size);
	if (--depth == 0)
		put_alone((struct record){.kind = RECORD_ALLOCATE,
			.domain = domain_of(real),
			.address = (uintptr_t)block,
			.size = size});
	return block;
}

static void *hook_calloc(void *context, size_t n, size_t size)
{
	const struct allocator *real = context;

	depth++;
	void *block = real->calloc(real->context, n, size);
	if (--depth == 0)
		put_alone((struct record){.kind = RECORD_ALLOCATE,
			.domain = domain_of(real),
			.address = (uintptr_t)block,
			.size = n * size});
	return block;
}

/*
 * The lock is held over a raw realloc, so that no other thread records the next owner of the old
 * block first.
 */
static void *hook_realloc(void *context, void *old, size_t size)
{
	const struct allocator *real = context;
	bool is_raw = domain_of(real) == RECORD_RAW;
	bool is_recorded = depth == 0;

	if (is_recorded && is_raw)
		lock();
	depth++;
	in_realloc = is_recorded && !is_raw;
	later.kind = RECORD_NOTHING;
	void *block = real->realloc(real->context, old, size);
	in_realloc = false;
	depth--;
	if (!is_recorded)
		return block;
	if (!is_raw)
		lock();
	put((struct record){.kind = RECORD_REALLOCATE,
		.domain = domain_of(real),
		.address = (uintptr_t)block,
		.old = (uintptr_t)old,
		.size = size});
	if (later.kind != RECORD_NOTHING)
		put(later);
	unlock();
	return block;
}

static void hook_free(void *context, void *block)
{
	const struct allocator *real = context;

	if (depth == 0 && block)
		put_alone((struct record){.kind = RECORD_FREE,
			.domain = domain_of(real),
			.address = (uintptr_t)block});
	depth++;
	real->free(real->context, block);
	depth--;
}

static void *hook_arena(void *context, size_t size)
{
	size_t shift = world.odd ? 16 * (1 + world.arenas++ % 77) : 0;
	char *base = world.odd ? malloc(size + 2048)
			       : world.real_arenas.alloc(world.real_arenas.context, size);

	if (!base)
		return NULL;
	put_alone((struct record){.kind = RECORD_MAP,
		.domain = RECORD_ARENA,
		.address = (uintptr_t)base + shift,
		.size = size});
	return base + shift;
}

static void hook_arena_free(void *context, void *base, size_t size)
{
	const struct record record = {.kind = RECORD_UNMAP,
		.domain = RECORD_ARENA,
		.address = (uintptr_t)base,
		.size = size};

	if (in_realloc)
		later = record;
	else
		put_alone(record);
	if (!world.odd)
		world.real_arenas.free(world.real_arenas.context, base, size);
}

/* ---- the library --------------------------------------------------------------------------- */

static uintptr_t find(void *library, const char *name)
{
	void *function = dlsym(library, name);

	if (!function) {
		fprintf(stderr, "hooked: %s\n", dlerror());
		exit(77);
	}
	return (uintptr_t)function;
}

typedef void on_allocator(int domain, struct allocator *allocator);
typedef void on_arenas(struct arenas *arenas);

static void install(void *library)
{
	on_allocator *get = (on_allocator *)find(library, "PyMem_GetAllocator");
	on_allocator *set = (on_allocator *)find(library, "PyMem_SetAllocator");
	struct arenas arenas = {NULL, hook_arena, hook_arena_free};

	for (int domain = 0; domain < 3; domain++) {
		struct allocator hooks = {&world.real[domain], hook_malloc, hook_calloc,
			hook_realloc, hook_free};
		get(domain, &world.real[domain]);
		set(domain, &hooks);
	}
	((on_arenas *)find(library, "PyObject_GetArenaAllocator"))(&world.real_arenas);
	((on_arenas *)find(library, "PyObject_SetArenaAllocator"))(&arenas);
}

/*
 * From 3.12 on the state of pymalloc belongs to an interpreter, so one is started that takes
 * nothing from it.
 */
static void start_interpreter(void *library)
{
	on_allocator *get = (on_allocator *)find(library, "PyMem_GetAllocator");
	on_allocator *set = (on_allocator *)find(library, "PyMem_SetAllocator");
	struct allocator pymalloc[3];

	for (int domain = 1; domain < 3; domain++)
		get(domain, &pymalloc[domain]);
	setenv("PYTHONMALLOC", "malloc", 1);
	((void (*)(int))find(library, "Py_InitializeEx"))(0);
	for (int domain = 1; domain < 3; domain++)
		set(domain, &pymalloc[domain]);
}

/* The functions of the three domains. */
struct calls {
	void *(*malloc[3])(size_t size);
	void *(*calloc[3])(size_t n, size_t size);
	void *(*realloc[3])(void *block, size_t size);
	void (*free[3])(void *block);
};

static void find_calls(void *library, struct calls *calls)
{
	static const char *const prefixes[] = {"PyMem_Raw", "PyMem_", "PyObject_"};

	for (int i = 0; i < 3; i++) {
		char name[40];
		snprintf(name, sizeof(name), "%sMalloc", prefixes[i]);
		calls->malloc[i] = (void *(*)(size_t))find(library, name);
		snprintf(name, sizeof(name), "%sCalloc", prefixes[i]);
		calls->calloc[i] = (void *(*)(size_t, size_t))find(library, name);
		snprintf(name, sizeof(name), "%sRealloc", prefixes[i]);
		calls->realloc[i] = (void *(*)(void *, size_t))find(library, name);
		snprintf(name, sizeof(name), "%sFree", prefixes[i]);
		calls->free[i] = (void (*)(void *))find(library, name);
	}
}

static int play(const struct calls *calls, const char *path)
{
	size_t room = 1 << 22;
	void **blocks = calloc(room, sizeof(*blocks));
	FILE *trace = fopen(path, "r");
	unsigned long object, size;
	char call;

	if (!trace || !blocks)
		return 1;
	while (fscanf(trace, " %c %lu", &call, &object) == 2 && object < room) {
		unsigned domain = object % 19 == 0 ? 0 : 1 + object % 3 % 2;
		if (call == 'f') {
			calls->free[domain](blocks[object]);
			blocks[object] = NULL;
			continue;
		}
		if (fscanf(trace, "%lu", &size) != 1)
			return 1;
		if (call == 'r')
			blocks[object] = calls->realloc[domain](blocks[object], size);
		else if (object % 7 == 0)
			blocks[object] = calls->calloc[domain](1, size);
		else
			blocks[object] = calls->malloc[domain](size);
	}
	fclose(trace);
	return 0;
}

int main(int argc, char **argv)
{
	int major, minor, status;

	if (argc < 5)
		return 2;
	void *library = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
	if (!library) {
		fprintf(stderr, "hooked: %s\n", dlerror());
		return 77;
	}
	world.fd = open(argv[2], O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (world.fd < 0)
		return 1;
	const char *version = ((const char *(*)(void))find(library, "Py_GetVersion"))();
	if (strcmp(argv[3], "run") == 0) {
		install(library);
		status = ((int (*)(int, char **))find(library, "Py_BytesMain"))(argc - 4, argv + 4);
	} else {
		struct calls calls;
		if (sscanf(version, "%d.%d", &major, &minor) == 2 && major == 3 && minor >= 12)
			start_interpreter(library);
		world.odd = strcmp(argv[3], "odd") == 0;
		install(library);
		find_calls(library, &calls);
		status = play(&calls, argv[4]);
	}
	lock();
	flush();
	_exit(status); /* calls of the libraries at the end are not recorded */
}
