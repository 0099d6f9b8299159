/*
 * Which lane is a thread's own.
 *
 * Thread-local variables would be simplest. But each module that has some makes the table longer
 * that the loader allocates for every thread, in the program's heap: blocks would lie elsewhere
 * than without us. So lanes are in a table, and a thread has its own as the value of a key.
 *
 *	holder  the thread that a lane belongs to, as the system numbers it; 0: none yet
 *	late    a thread without its value, which went with its destructors: it finds its lane by
 *	        the number
 *	left    ended, and the holder is gone, or its number is another thread's now: whoever
 *	        comes next may have it
 */
#include "recorder/shim.h"

#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FIRST_LANES 256u  /* are there from the start */
#define MORE_LANES  4096u /* of each further table */
#define TABLES      64u

HIDDEN pthread_key_t own_key;
HIDDEN bool has_own_key;

static struct lane first_lanes[FIRST_LANES];
static struct lane *tables[TABLES] = {first_lanes};

/* For more threads than there can be: what they write goes into the shared lane. */
static struct lane nobodys = {.at = (uint8_t *)1, .ended = true};

static uint32_t lanes_of(uint32_t table)
{
	return table == 0 ? FIRST_LANES : MORE_LANES;
}

/* The lanes of a table, which is made if need be; NULL: it cannot be. */
static struct lane *table_at(uint32_t at)
{
	struct lane *table = __atomic_load_n(&tables[at], __ATOMIC_ACQUIRE), *none = NULL;
	size_t bytes = MORE_LANES * sizeof(*table);

	if (table || confinement.has_no_calls)
		return table;
	/* NOLINT */
	table = (void *)syscall(SYS_mmap, NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (table == MAP_FAILED) /* NOLINT */
		return NULL;
	if (__atomic_compare_exchange_n(&tables[at], &none, table, false, __ATOMIC_ACQ_REL,
		    __ATOMIC_ACQUIRE))
		return table;
	syscall(SYS_munmap, table, bytes);
	return none;
}

static uint32_t this_thread(void)
{
	if (confinement.has_no_calls) /* larger than any number of the system's */
		return (uint32_t)((uintptr_t)pthread_self() >> 6) | UINT32_C(1) << 31;
	return (uint32_t)syscall(SYS_gettid);
}

/* No thread of this process has the number. */
static bool is_gone(uint32_t thread)
{
	return !confinement.has_no_calls &&
	       syscall(SYS_tgkill, syscall(SYS_getpid), thread, 0) < 0 && errno == ESRCH;
}

/* The thread with the holder's number is the holder: it has not ended, or is late. */
static bool is_holders(const struct lane *lane)
{
	return !lane->ended || pthread_equal(lane->self, pthread_self());
}

static bool is_left(const struct lane *lane, uint32_t holder, uint32_t thread)
{
	return holder == 0 || (lane->ended && (holder == thread || is_gone(holder)));
}

static bool take(struct lane *lane, uint32_t holder, uint32_t thread)
{
	if (!__atomic_compare_exchange_n(&lane->holder, &holder, thread, false, __ATOMIC_ACQ_REL,
		    __ATOMIC_RELAXED))
		return false;
	lane_clear(lane, LANE_OF_THREAD);
	lane->self = pthread_self();
	return true;
}

/* The thread's lane, or one that it takes now.  Costs what lanes there are, once for a thread. */
static struct lane *find(uint32_t thread, bool takes)
{
	for (uint32_t at = 0; at < TABLES; at++) {
		struct lane *table = takes ? table_at(at) : tables[at];
		for (uint32_t i = 0; table && i < lanes_of(at); i++) {
			struct lane *lane = &table[i];
			uint32_t holder = __atomic_load_n(&lane->holder, __ATOMIC_ACQUIRE);
			if (holder == thread && is_holders(lane))
				return lane;
			if (takes && is_left(lane, holder, thread) && take(lane, holder, thread))
				return lane;
			if (!takes && holder == 0)
				return NULL; /* they are taken in order */
		}
		if (!table)
			return NULL;
	}
	return NULL;
}

HIDDEN struct lane *own_lane_find(void)
{
	uint32_t thread = this_thread();
	int error = errno;
	struct lane *lane = find(thread, false);

	if (!lane)
		lane = find(thread, true);
	errno = error;
	if (!lane)
		return &nobodys;
	/* the C library may allocate for the value, and that call comes here, too */
	if (has_own_key && !lane->ended && (lane->inside & INSIDE_MASK) != INSIDE_US)
		INSIDE_OF(lane, INSIDE_US, pthread_setspecific(own_key, lane));
	return lane;
}

HIDDEN void own_lane_prepare(void (*end)(void *lane))
{
	if (!has_own_key)
		has_own_key = pthread_key_create(&own_key, end) == 0;
	own_lane()->holder = this_thread(); /* a forked child has another */
}
