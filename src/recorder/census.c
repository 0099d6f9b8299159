/*
 * See census.h: when a census is taken, and of which arenas.
 *
 * It takes the time that it takes to read the objects, at most CENSUS_TIME, or LAST_TIME when the
 * program is over; it grows with the live blocks.
 */
#include "recorder/census.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

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

/* ---- a census -------------------------------------------------------------------------------- */

static void take(struct census *census, unsigned minor, uint64_t time)
{
	if (!census_objects_begin(&census->objects, &census->memory, minor, time))
		return;
	size_t bytes = census_memory_bytes(&census->memory);
	char *memory = map(bytes);
	if (!memory)
		return;
	census_memory_begin(&census->memory, memory);
	if (census_object(&census->objects, modules)->kind == KIND_DICT) {
		census_add_nodes(census, modules);
		census_follow(census);
		census_put(census);
	}
	syscall(SYS_munmap, memory, bytes);
}

static void take_one(unsigned minor, uint64_t time)
{
	size_t nodes = CENSUS_NODES * sizeof(struct node),
	       samples = CENSUS_SAMPLES * sizeof(struct sample),
	       stack = CENSUS_STACK * sizeof(uintptr_t),
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
