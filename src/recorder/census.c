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
#include <sys/uio.h>
#include <unistd.h>

/* NULL in a program that has no Python; see python.c. */
extern void *PyImport_GetModuleDict(void) __attribute__((weak));
extern int Py_IsInitialized(void) __attribute__((weak));

static uintptr_t *arenas;
static uint32_t narenas;
static bool is_full;          /* not all arenas are known: there is no census */
static uintptr_t modules;     /* sys.modules of the main interpreter */
static uintptr_t first_break; /* of this program: a process may have been another one before */

/* Changed only by threads that hold the interpreter's lock. */
static uint64_t rests_until; /* of the clock: before that, no census for a mark */
static uint32_t known_marks; /* of the collector, for which a census was taken */

static bool is_due; /* the program has set a mark */

#define CENSUS_TIME UINT64_C(2000000000) /* nanoseconds of this thread's own time */
#define LAST_TIME   (3 * CENSUS_TIME)
/* of a service that is attached to, which waits meanwhile; and of the clock, however busy it is */
#define SERVICE_TIME  (CENSUS_TIME / 4)
#define SERVICE_CLOCK (CENSUS_TIME / 2)

#define TIME_SHARE 10u /* a census rests so many times as long as it has worked */
#define ARENAS     (ARENA_SLOTS / 2)

struct mapping {
	void *bytes;
	size_t size;
};

/* ---- who looks at arenas --------------------------------------------------------------------- */

/*
 * One thread at a time, so that no arena is given back while a census reads it. That thread may be
 * gone: a signal handler has jumped out of the census, or this is a child that another thread has
 * forked.
 */
static struct {
	struct lane *by; /* of the thread; NULL: none does */
	uint32_t process;
	bool is_census;
	uintptr_t canary;          /* in the frame of the census */
	struct mapping mapping[3]; /* that it has made */
} looker;

static uint32_t waiting; /* threads */

#define WAIT_MOST  UINT64_C(5000000000) /* nanoseconds */
#define SPINS_MOST (1u << 28)           /* where the system cannot be asked for the time */

static uint32_t this_process(void)
{
	return confinement.has_no_calls ? looker.process : (uint32_t)syscall(SYS_getpid);
}

/* A census is taken by a thread that holds the lock of the main interpreter. */
static bool is_looker_gone(uint64_t since, uint32_t spins)
{
	if (looker.process != this_process() || (looker.is_census && frames_has_lock()))
		return true;
	return confinement.has_no_calls ? spins > SPINS_MOST : census_clock() - since > WAIT_MOST;
}

/* false: this thread does already. Then a handler has interrupted it, or was where it jumped. */
static bool hold(void)
{
	struct lane *self = own_lane(), *other = NULL;
	uint64_t since = 0;
	uint32_t spins;

	for (spins = 0; !__atomic_compare_exchange_n(&looker.by, &other, self, false,
		     __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
		spins++) {
		if (other == self)
			return false;
		if (spins == 0) {
			since = confinement.has_no_calls ? 0 : census_clock();
			__atomic_fetch_add(&waiting, 1, __ATOMIC_RELAXED);
		}
		if (!is_looker_gone(since, spins))
			other = NULL; /* else it is replaced */
		pause_processor();
	}
	if (spins > 0)
		__atomic_fetch_sub(&waiting, 1, __ATOMIC_RELAXED);
	looker.is_census = false;
	if (spins > 0) /* this may be a child */
		looker.process = this_process();
	return true;
}

static void release(void)
{
	struct lane *self = own_lane();

	looker.is_census = false;
	__atomic_compare_exchange_n(&looker.by, &self, NULL, false, __ATOMIC_RELEASE,
		__ATOMIC_RELAXED);
}

HIDDEN bool census_is_disturbed(void)
{
	return __atomic_load_n(&waiting, __ATOMIC_RELAXED) > 0 || !recording->head ||
	       __atomic_load_n(&looker.by, __ATOMIC_RELAXED) != own_lane();
}

/* ---- arenas ---------------------------------------------------------------------------------- */

static void *map(size_t bytes, int how)
{
	void *where = (void *)syscall(SYS_mmap, NULL, bytes, PROT_READ | PROT_WRITE,
		how | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0); /* NOLINT */

	return where == MAP_FAILED ? NULL : where; /* NOLINT */
}

HIDDEN void census_begin(uintptr_t heap)
{
	first_break = heap;
	looker.process = confinement.has_no_calls ? 0 : (uint32_t)syscall(SYS_getpid);
	rests_until = 0;
	known_marks = 0;
	__atomic_store_n(&is_due, false, __ATOMIC_RELAXED);
}

HIDDEN void census_add_arena(uintptr_t base)
{
	bool is_held = hold();

	if (!arenas && !confinement.has_no_calls)
		arenas = map(ARENAS * sizeof(*arenas), MAP_PRIVATE);
	if (arenas && narenas < ARENAS)
		arenas[narenas++] = base;
	else
		is_full = true;
	if (is_held)
		release();
}

HIDDEN void census_drop_arena(uintptr_t base)
{
	bool is_held = hold();

	for (uint32_t i = narenas; i-- > 0;)
		if (arenas[i] == base) {
			arenas[i] = arenas[--narenas];
			break;
		}
	if (is_held)
		release();
}

/* ---- a census -------------------------------------------------------------------------------- */

/*
 * NULL: there is no room. Until it is unmapped the looker has it. What is large is shared, with
 * nobody: the kernel then does not count it as private memory of the program (smaps.c). What a
 * handler's child may write there meanwhile is data, and bounds nothing.
 */
static void *map_own(size_t number, size_t bytes, int how)
{
	void *memory = map(bytes, how);

	looker.mapping[number] = (struct mapping){memory, memory ? bytes : 0};
	return memory;
}

/* Also those of a census that a jump has left. */
static void unmap_own(void)
{
	for (size_t i = 0; i < sizeof(looker.mapping) / sizeof(*looker.mapping); i++) {
		struct mapping *mapping = &looker.mapping[i];
		if (mapping->size > 0)
			syscall(SYS_munmap, mapping->bytes, mapping->size);
		*mapping = (struct mapping){NULL, 0};
	}
}

/* false: there is no room. */
static bool take(struct census *census, unsigned minor, uint64_t time)
{
	if (!census_objects_begin(&census->objects, &census->memory, minor, time))
		return true;
	char *memory = map_own(2, census_memory_bytes(&census->memory), MAP_SHARED);
	if (!memory)
		return false;
	census_memory_begin(&census->memory, memory);
	census_walk_heap(&census->memory, time);
	if (census_object(&census->objects, modules)->kind == KIND_DICT) {
		census_add_nodes(census, modules);
		census_follow(census);
		census_put(census);
	}
	return true;
}

static struct census *begin_one(void)
{
	size_t nodes = CENSUS_NODES * sizeof(struct node),
	       samples = CENSUS_SAMPLES * sizeof(struct sample),
	       queue = CENSUS_QUEUE * sizeof(uint64_t), deferred = CENSUS_BLOCKS * sizeof(uint64_t);

	unmap_own();
	struct census *census = map_own(0, sizeof(struct census), MAP_PRIVATE);
	void *arrays = map_own(1, nodes + samples + queue + deferred, MAP_SHARED);
	if (!census || !arrays)
		return NULL;
	census->nodes = arrays;
	census->samples = (void *)((char *)census->nodes + nodes);
	census->queue = (void *)((char *)census->samples + samples);
	census->deferred = (void *)((char *)census->queue + queue);
	census->large_next = census->large_end = CENSUS_BLOCKS;
	census->step = 1;
	census->memory.arenas = narenas;
	census->memory.bases = arenas;
	census->memory.heap = first_break;
	return census;
}

/* Once: the program has as little memory at each mark. */
static void tell_no_room(void)
{
	static bool is_told;

	if (!is_told)
		marks_put("no census of variables: there is too little memory for it");
	is_told = true;
}

#define CANARY       UINT64_C(0xB5297A4D3F84D5B5)
#define CANARY_WORDS 16u

/* NULL: another thread has stopped the recording, as it may at any time. */
static struct wire_head *head_now(void)
{
	return __atomic_load_n(&recording->head, __ATOMIC_RELAXED);
}

static bool is_service(void)
{
	const struct wire_head *head = head_now();

	return head && head->is_attached;
}

/* By the looker. */
static void note_stop(uint64_t time)
{
	struct wire_head *head = head_now();

	if (!head)
		return;
	head->censuses++;
	if (time > head->longest_stop)
		head->longest_stop = time;
}

static void take_one(unsigned minor, uint64_t time)
{
	volatile uint64_t canary[CANARY_WORDS];

	if (!hold())
		return;
	for (size_t i = 0; i < CANARY_WORDS; i++)
		canary[i] = CANARY;
	looker.canary = (uintptr_t)canary;
	looker.is_census = true;
	uint64_t begin = census_clock();
	struct census *census = begin_one();
	if (census && is_service())
		census->objects.until_clock = begin + SERVICE_CLOCK;
	bool has_room = census && take(census, minor, time);
	unmap_own();
	for (size_t i = 0; i < CANARY_WORDS; i++)
		canary[i] = 0;
	note_stop(census_clock() - begin);
	release();
	if (!has_room)
		tell_no_room();
}

/* The frame of the census is there. The system reads: its stack may be gone. */
static bool is_intact(void)
{
	uint64_t words[CANARY_WORDS];
	struct iovec to = {words, sizeof(words)},
		     from = {(void *)looker.canary, sizeof(words)}; /* NOLINT */

	if (syscall(SYS_process_vm_readv, syscall(SYS_getpid), &to, 1, &from, 1, 0) !=
		(long)sizeof(words))
		return false;
	for (size_t i = 0; i < CANARY_WORDS; i++)
		if (words[i] != CANARY)
			return false;
	return true;
}

/*
 * A signal handler has interrupted the census of this thread, and calls; or has jumped out of it:
 * then other calls have had the place of its frame, and the census is over.
 */
static bool is_taking_one(void)
{
	if (__atomic_load_n(&looker.by, __ATOMIC_RELAXED) != own_lane())
		return false;
	if (looker.is_census && (HERE(0) < looker.canary || nesting_is_in_handler()) && is_intact())
		return true;
	release();
	return false;
}

/* The collector is about to leave the process, and waits. */
static bool is_last_wanted(void)
{
	const struct wire_head *head = head_now();

	return head && __atomic_load_n(&head->last_census, __ATOMIC_RELAXED) == WIRE_CENSUS_WANTED;
}

static void note_last(enum wire_census state)
{
	struct wire_head *head = head_now();

	if (head)
		__atomic_store_n(&head->last_census, state, __ATOMIC_RELEASE);
}

/* The program has set a mark, or the collector. */
static bool is_wanted(void)
{
	const struct wire_head *head = head_now();

	if (!head || is_last_wanted())
		return head != NULL;
	uint32_t marks = __atomic_load_n(&head->marks, __ATOMIC_RELAXED);
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

HIDDEN void census_stop(void)
{
	is_full = true;
}

HIDDEN void census_look(const char *version, bool is_last)
{
	unsigned long minor = strncmp(version, "3.", 2) == 0 ? strtoul(version + 2, NULL, 10) : 0;

	if (confinement.has_no_calls || !Py_IsInitialized || !PyImport_GetModuleDict ||
		!frames_has_lock())
		return;
	/* one that is initialised again has others */
	if (Py_IsInitialized())
		modules = (uintptr_t)PyImport_GetModuleDict();
	else if (!is_last)
		return;
	if (!modules || is_full || !(is_last || is_wanted()) || is_taking_one())
		return;
	int error = errno; /* of the program, which only frees a block */
	uint64_t begin = census_work();
	bool is_for_collector = is_last_wanted();
	if (is_for_collector)
		note_last(WIRE_CENSUS_BEGUN);
	take_one((unsigned)minor, is_last                             ? LAST_TIME
				  : is_service() && !is_for_collector ? SERVICE_TIME
								      : CENSUS_TIME);
	rests_until = census_clock() + (census_work() - begin) * TIME_SHARE;
	if (is_for_collector)
		note_last(WIRE_CENSUS_TAKEN);
	errno = error;
}
