/*
 * Plays a text trace into the pymalloc of a real CPython library, loaded without initialising Python, and prints placements exactly
 * as `arenascope placements --engine pymalloc` does, so that the two can be compared byte for byte.
 *
 * The library's mmap and munmap are this program's: arenas come back aligned to their size, as the simulated ones do, and are
 * numbered as they are mapped.
 *
 * usage: libpython LIBRARY ARENA-SIZE TRACE [STATS-FILE]
 */
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
	uintptr_t base;	/* 0: unmapped */
	unsigned serial;
};

static struct {
	struct arena arenas[65536];
	unsigned count;	/* slots used */
	unsigned serial;
	size_t size;
	unsigned long event;
	bool watching;
	struct arena *last;
} world;

static void *real_mmap(void *at, size_t length, int protection, int flags, int fd, off_t offset)
{
	return (void *)syscall(SYS_mmap, at, length, protection, flags, fd, offset);
}

static void *map_aligned(size_t size)
{
	char *raw = real_mmap(NULL, 2 * size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	char *base = (char *)(((uintptr_t)raw + size - 1) & ~(uintptr_t)(size - 1));

	if (raw == MAP_FAILED)
		return MAP_FAILED;
	if (base > raw)
		syscall(SYS_munmap, raw, base - raw);
	if (base < raw + size)
		syscall(SYS_munmap, base + size, raw + size - base);
	return base;
}

#define EXPORTED __attribute__((visibility("default")))

/* Libraries call one or the other. */
EXPORTED void *map_plain(void *at, size_t length, int protection, int flags, int fd, off_t offset) __asm__("mmap");
EXPORTED void *map_64(void *at, size_t length, int protection, int flags, int fd, off_t offset) __asm__("mmap64");

void *map_64(void *at, size_t length, int protection, int flags, int fd, off_t offset)
{
	if (!world.watching || length != world.size || fd != -1)
		return real_mmap(at, length, protection, flags, fd, offset);

	void *base = map_aligned(length);
	struct arena *arena = world.arenas;
	while (arena->base != 0)
		arena++;
	if (arena == world.arenas + world.count)
		world.count++;
	arena->base = (uintptr_t)base;
	arena->serial = world.serial++;
	printf("%lu +arena %u\n", world.event, arena->serial);
	return base;
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

int main(int argc, char **argv)
{
	static char output[1 << 20];

	if (argc < 4)
		return 2;
	void *library = dlopen(argv[1], RTLD_NOW | RTLD_GLOBAL);
	if (!library) {
		fprintf(stderr, "libpython: %s\n", dlerror());
		return 77;
	}
	void *(*allocate)(size_t) = (void *(*)(size_t))find(library, "PyObject_Malloc");
	void *(*resize)(void *, size_t) = (void *(*)(void *, size_t))find(library, "PyObject_Realloc");
	void (*release)(void *) = (void (*)(void *))find(library, "PyObject_Free");

	FILE *trace = fopen(argv[3], "r");
	size_t room = 1 << 22;
	void **blocks = calloc(room, sizeof(*blocks));
	char call;
	unsigned long object, size;
	if (!trace || !blocks)
		return 1;
	setvbuf(stdout, output, _IOFBF, sizeof(output));
	world.size = strtoul(argv[2], NULL, 0);
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
	if (argc > 4) {
		/* Only debug builds of 2.7 have it; the file stays empty then. */
		void (*report)(FILE *) =
			(void (*)(FILE *))(uintptr_t)dlsym(library, "_PyObject_DebugMallocStats");
		FILE *file = fopen(argv[4], "w");
		if (!file)
			return 1;
		if (report)
			report(file);
		fclose(file);
	}
	_exit(ferror(stdout) ? 1 : 0);	/* the library's own end is not wanted */
}
