/*
 * Plays a text trace on the pymalloc of a real CPython library and prints placements exactly as
 * `arenascope placements --engine pymalloc` does, so that the two can be compared byte for byte.
 *
 * Up to 3.11 the library is loaded and Python is never initialised. From 3.12 on the state of the
 * allocator belongs to an interpreter: one is started with PYTHONMALLOC=malloc, so that it takes
 * nothing from pymalloc, whose functions (looked up before the start) are then put in place. A
 * check makes sure that pymalloc is unused at that moment.
 *
 * The library calls the mmap and munmap of this program: arenas are aligned to their size, as the
 * simulated ones are, or shifted by shift_of(), and numbered in the order in which they are mapped.
 *
 * usage: libpython LIBRARY ARENA-SIZE aligned|shifted TRACE [STATS-FILE]
 */
#include "shift.h"

#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

struct arena {
	uintptr_t base; /* 0: unmapped */
	void *mapping;  /* the mapping of the system that contains it */
	unsigned serial;
};

static struct {
	struct arena arenas[65536];
	unsigned count; /* slots in use */
	unsigned serial;
	size_t size;
	unsigned long event;
	bool watching;
	bool shifted;
	unsigned before; /* mappings as large as an arena before the trace began */
	struct arena *last;
} world;

static void *real_mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset)
{
	return (void *)syscall(SYS_mmap, at, length, protection, flags, fd, offset);
}

/* Bytes mapped for an arena, of which a part is handed out. */
static size_t room_of(size_t size)
{
	return 3 * size;
}

#define EXPORTED __attribute__((visibility("default")))

/* Libraries call either of the two. */
EXPORTED void *map_plain(void *at, size_t length, int protection, int flags, int fd,
	off_t offset) __asm__("mmap");
EXPORTED void *map_64(void *at, size_t length, int protection, int flags, int fd,
	off_t offset) __asm__("mmap64");

void *map_64(void *at, size_t length, int protection, int flags, int fd, off_t offset)
{
	bool is_arena = length == world.size && fd == -1;

	if (is_arena && !world.watching)
		world.before++;
	if (!is_arena || !world.watching)
		return real_mmap(at, length, protection, flags, fd, offset);

	void *mapping = real_mmap(NULL, room_of(length), protection, flags | MAP_NORESERVE, -1, 0);
	if (mapping == MAP_FAILED)
		return mapping;
	struct arena *arena = world.arenas;
	while (arena->base != 0)
		arena++;
	if (arena == world.arenas + world.count)
		world.count++;
	arena->mapping = mapping;
	arena->serial = world.serial++;
	arena->base = ((uintptr_t)mapping + length - 1) & ~(uintptr_t)(length - 1);
	if (world.shifted)
		arena->base += shift_of(arena->serial, length);
	printf("%lu +arena %u\n", world.event, arena->serial);
	return (void *)arena->base;
}

void *map_plain(void *at, size_t length, int protection, int flags, int fd, off_t offset)
{
	return map_64(at, length, protection, flags, fd, offset);
}

EXPORTED int munmap(void *at, size_t length)
{
	for (unsigned i = 0; world.watching && i < world.count; i++)
		if (world.arenas[i].base == (uintptr_t)at) {
			world.arenas[i].base = 0;
			printf("%lu -arena %u\n", world.event, world.arenas[i].serial);
			return (int)syscall(SYS_munmap, world.arenas[i].mapping, room_of(length));
		}
	return (int)syscall(SYS_munmap, at, length);
}

static struct arena *arena_of(uintptr_t address)
{
	if (world.last && world.last->base && address - world.last->base < world.size)
		return world.last;
	for (unsigned i = 0; i < world.count; i++)
		if (world.arenas[i].base && address - world.arenas[i].base < world.size)
			return world.last = &world.arenas[i];
	return NULL;
}

static void print_place(char call, unsigned long object, unsigned long size, const void *block)
{
	const struct arena *arena = arena_of((uintptr_t)block);

	if (arena)
		printf("%lu %c %lu %lu %u %lu\n", world.event, call, object, size, arena->serial,
			(unsigned long)((uintptr_t)block - arena->base));
	else
		printf("%lu %c %lu %lu raw\n", world.event, call, object, size);
}

static uintptr_t find(void *library, const char *name)
{
	void *function = dlsym(library, name);

	if (!function) {
		fprintf(stderr, "libpython: %s\n", dlerror());
		exit(77);
	}
	return (uintptr_t)function;
}

/* As PyMemAllocatorEx. */
struct allocator {
	void *context;
	void *functions[4];
};

#define DOMAIN_OBJ 2

/*
 * Starts an interpreter that takes nothing from pymalloc, and then puts pymalloc in place of
 * PyObject_Malloc().
 */
static void start_interpreter(void *library)
{
	typedef void on_allocator(int domain, struct allocator *allocator);
	struct allocator pymalloc;

	((on_allocator *)find(library, "PyMem_GetAllocator"))(DOMAIN_OBJ, &pymalloc);
	setenv("PYTHONMALLOC", "malloc", 1);
	((void (*)(int))find(library, "Py_InitializeEx"))(0);
	((on_allocator *)find(library, "PyMem_SetAllocator"))(DOMAIN_OBJ, &pymalloc);
	if (world.before > 0) {
		fprintf(stderr, "libpython: the interpreter has taken arenas for itself\n");
		exit(77);
	}
}

int main(int argc, char **argv)
{
	static char output[1 << 20];
	int major, minor;

	if (argc < 5)
		return 2;
	void *library = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
	if (!library) {
		fprintf(stderr, "libpython: %s\n", dlerror());
		return 77;
	}
	world.size = strtoul(argv[2], NULL, 0);
	world.shifted = strcmp(argv[3], "shifted") == 0;
	const char *version = ((const char *(*)(void))find(library, "Py_GetVersion"))();
	if (sscanf(version, "%d.%d", &major, &minor) == 2 && major == 3 && minor >= 12)
		start_interpreter(library);
	void *(*allocate)(size_t) = (void *(*)(size_t))find(library, "PyObject_Malloc");
	void *(*resize)(void *, size_t) =
		(void *(*)(void *, size_t))find(library, "PyObject_Realloc");
	void (*release)(void *) = (void (*)(void *))find(library, "PyObject_Free");

	FILE *trace = fopen(argv[4], "r");
	size_t room = 1 << 22;
	void **blocks = calloc(room, sizeof(*blocks));
	char call;
	unsigned long object, size;
	if (!trace || !blocks)
		return 1;
	setvbuf(stdout, output, _IOFBF, sizeof(output));
	world.watching = true;
	while (fscanf(trace, " %c %lu", &call, &object) == 2 && object < room) {
		if (call == 'f') {
			release(blocks[object]);
			blocks[object] = NULL;
		} else {
			if (fscanf(trace, "%lu", &size) != 1)
				return 1;
			void *block = call == 'a' ? allocate(size) : resize(blocks[object], size);
			blocks[object] = block;
			print_place(call, object, size, block);
		}
		world.event++;
	}
	fflush(stdout);
	world.watching = false;
	if (argc > 5) {
		/* Only debug builds of 2.7 have this function; without it the file stays empty. */
		void (*report)(FILE *) =
			(void (*)(FILE *))(uintptr_t)dlsym(library, "_PyObject_DebugMallocStats");
		FILE *file = fopen(argv[5], "w");
		if (!file)
			return 1;
		if (report)
			report(file);
		fclose(file);
	}
	_exit(ferror(stdout) ? 1 : 0); /* without the finalisation of the library */
}
