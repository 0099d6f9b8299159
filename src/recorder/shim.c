/*
 * The library that is preloaded into the program which is recorded.  Each hook calls the next
 * allocator and writes one record into its thread's ring.  It uses no stdio, allocates nothing and
 * takes no lock that a signal handler could meet; it prints nothing.
 *
 *	start    happens in the constructor, or in the first call before it: maps the rings the
 *	         collector has made.  Only the process that came first is recorded, also when it
 *	         becomes another program by exec; its children take us out of their environment
 *	boot     while the next allocator is being looked up, dlsym may itself allocate: served
 *	         from a small buffer, never freed
 *	inside   set while a hook runs: what an allocator calls of itself is no call of the program's
 */
#include "trace/wire.h"

#include <dlfcn.h>
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#define EXPORTED     __attribute__((visibility("default")))
#define THREAD_LOCAL static __thread __attribute__((tls_model("initial-exec")))
#define BOOT_BYTES   16384u
#define PATIENCE     UINT64_C(2000000000)	/* nanoseconds to wait for a full ring to be drained */

/* ---- the allocators behind us --------------------------------------------------------------- */

#define HOOK(name, result, parameters) typedef result name##_type parameters;
#include "recorder/hooks.def"
#undef HOOK

static struct {
#define HOOK(name, result, parameters) name##_type *name;
#include "recorder/hooks.def"
#undef HOOK
} next;

static struct {
	struct wire_area *area;	/* NULL: nothing is recorded */
	_Atomic int started;	/* 0 no, 1 being done, 2 yes */
	_Atomic bool gave_up;	/* the collector does not come any more */
	pthread_key_t key;	/* its destructor gives the thread's ring back */
	bool has_key;
} shim;

static struct {
	_Alignas(16) char bytes[BOOT_BYTES];
	_Atomic size_t used;
} boot;

THREAD_LOCAL bool inside;
THREAD_LOCAL bool looking_up;
THREAD_LOCAL bool exited;
THREAD_LOCAL struct wire_ring *ring;

static void *boot_allocate(size_t size)
{
	size_t rounded = (size + 15) & ~(size_t)15;
	size_t at = atomic_fetch_add(&boot.used, rounded);

	return at + rounded <= BOOT_BYTES ? boot.bytes + at : NULL;
}

static bool is_boot(const void *block)
{
	return (const char *)block >= boot.bytes && (const char *)block < boot.bytes + BOOT_BYTES;
}

static void look_up(void)
{
	looking_up = true;
#define HOOK(name, result, parameters) next.name = (name##_type *)(uintptr_t)dlsym(RTLD_NEXT, #name);
#include "recorder/hooks.def"
#undef HOOK
	looking_up = false;
}

/* ---- starting -------------------------------------------------------------------------------- */

/* Takes our library out of LD_PRELOAD, and our own variable out of the environment. */
static void clean_environment(void)
{
	extern char **environ;
	static const char preload[] = "LD_PRELOAD=";
	static const char own[] = WIRE_FD_VARIABLE "=";
	char **to = environ;

	for (char **from = environ; *from; from++) {
		if (strncmp(*from, own, sizeof(own) - 1) == 0)
			continue;
		if (strncmp(*from, preload, sizeof(preload) - 1) == 0) {
			/*
			 * Ours was put in front; what stands behind the first colon was there
			 * before.
			 */
			char *rest = strchr(*from, ':');
			if (!rest)
				continue;
			memmove(*from + sizeof(preload) - 1, rest + 1, strlen(rest + 1) + 1);
		}
		*to++ = *from;
	}
	*to = NULL;
}

static struct wire_area *map_area(void)
{
	const char *words = getenv(WIRE_FD_VARIABLE);
	int fd = 0;

	if (!words)
		return NULL;
	for (; *words >= '0' && *words <= '9'; words++)
		fd = fd * 10 + (*words - '0');
	void *area = mmap(NULL, sizeof(struct wire_area), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (area == MAP_FAILED)
		return NULL;
	if (((struct wire_area *)area)->magic != WIRE_MAGIC) {
		munmap(area, sizeof(struct wire_area));
		return NULL;
	}
	return area;
}

static void give_ring_back(void *unused)
{
	(void)unused;
	exited = true;
	if (ring && ring != &shim.area->rings[WIRE_RINGS - 1])
		__atomic_store_n(&ring->state, WIRE_DONE_RING, __ATOMIC_RELEASE);
	ring = NULL;
}

/* A forked child is another program: what it does, and what it runs, is not recorded. */
static void forget_everything(void)
{
	shim.area = NULL;
	ring = NULL;
	clean_environment();
}

/*
 * The process is the one to record: the first that comes, whatever program it is by now.
 * *ret_again: it has become another one.
 */
static bool is_ours(struct wire_area *area, bool *ret_again)
{
	uint32_t owner = 0, self = (uint32_t)getpid();

	*ret_again = !__atomic_compare_exchange_n(
		&area->owner, &owner, self, false, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
	return !*ret_again || owner == self;
}

/* The threads of the program that was before us are gone. */
static void take_over_rings(struct wire_area *area)
{
	for (unsigned i = 0; i + 1 < WIRE_RINGS; i++) {
		uint32_t expected = WIRE_BUSY_RING;
		__atomic_compare_exchange_n(&area->rings[i].state, &expected, WIRE_DONE_RING, false, __ATOMIC_ACQ_REL,
			__ATOMIC_RELAXED);
	}
	__atomic_store_n(&area->shared_lock, 0, __ATOMIC_RELEASE);
}

static void record(enum wire_call call, const void *address, uint64_t other, uint64_t size);

static void start(void)
{
	int expected = 0;

	if (!atomic_compare_exchange_strong(&shim.started, &expected, 1))
		return;
	inside = true;
	look_up();
	struct wire_area *area = map_area();
	bool again = false;
	if (area && is_ours(area, &again)) {
		if (again)
			take_over_rings(area);
		shim.area = area;
		shim.has_key = pthread_key_create(&shim.key, give_ring_back) == 0;
		pthread_atfork(NULL, NULL, forget_everything);
		if (again)
			record(WIRE_EXEC, NULL, 0, 0);
	} else {
		clean_environment();
	}
	inside = false;
	atomic_store(&shim.started, 2);
}

__attribute__((constructor)) static void start_at_load(void)
{
	start();
}

/* The next allocator is known: false only while it is being looked up by this very thread. */
static bool is_ready(void)
{
	if (__builtin_expect(atomic_load_explicit(&shim.started, memory_order_acquire) == 2, 1))
		return true;
	if (looking_up)
		return false;
	start();
	while (!next.pvalloc && atomic_load(&shim.started) == 1 && !inside)
		sched_yield();
	return next.malloc != NULL;
}

/* ---- records --------------------------------------------------------------------------------- */

/* Everything before it has happened, nothing behind it has. */
static inline uint64_t take_stamp(void)
{
#if defined(__x86_64__)
	uint32_t low, high;
	__asm__ volatile("lfence\n\trdtsc\n\tlfence" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
#else
	static _Atomic uint64_t counter;
	return atomic_fetch_add(&counter, 1);
#endif
}

static struct wire_ring *take_ring(void)
{
	struct wire_area *area = shim.area;

	for (unsigned i = 0; i + 1 < WIRE_RINGS && !exited; i++) {
		uint32_t expected = WIRE_FREE_RING;
		if (__atomic_compare_exchange_n(&area->rings[i].state, &expected, WIRE_BUSY_RING, false,
			    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
			area->rings[i].thread = __atomic_fetch_add(&area->next_thread, 1, __ATOMIC_RELAXED);
			if (shim.has_key)
				pthread_setspecific(shim.key, &area->rings[i]);
			return &area->rings[i];
		}
	}
	return &area->rings[WIRE_RINGS - 1];
}

static uint64_t nanoseconds(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/*
 * The ring is full: waits until the collector has drained some of it; false when it does not come.
 */
static bool wait_for_room(const struct wire_ring *full)
{
	uint64_t begin = nanoseconds();
	const struct timespec pause = {0, 200000};

	while (full->head - __atomic_load_n(&full->tail, __ATOMIC_ACQUIRE) >= WIRE_RING_LENGTH) {
		if (atomic_load(&shim.gave_up) || nanoseconds() - begin > PATIENCE) {
			atomic_store(&shim.gave_up, true);
			return false;
		}
		nanosleep(&pause, NULL);
	}
	return true;
}

static void put(struct wire_ring *to, uint64_t stamp, enum wire_call call, uint64_t address, uint64_t other,
	uint64_t size)
{
	if (to->head - __atomic_load_n(&to->tail, __ATOMIC_ACQUIRE) >= WIRE_RING_LENGTH && !wait_for_room(to)) {
		__atomic_fetch_add(&to->dropped, 1, __ATOMIC_RELAXED);
		return;
	}
	struct wire_record *record = &to->records[to->head % WIRE_RING_LENGTH];
	record->stamp = stamp;
	record->address = address;
	record->other = other;
	record->size_and_call = size << 8 | call;
	__atomic_store_n(&to->head, to->head + 1, __ATOMIC_RELEASE);
}

static void record_at(uint64_t stamp, enum wire_call call, uint64_t address, uint64_t other, uint64_t size)
{
	struct wire_area *area = shim.area;

	if (!area)
		return;
	if (__builtin_expect(!ring, 0))
		ring = take_ring();
	if (ring != &area->rings[WIRE_RINGS - 1]) {
		put(ring, stamp, call, address, other, size);
		return;
	}
	while (__atomic_exchange_n(&area->shared_lock, 1, __ATOMIC_ACQUIRE))
		sched_yield();
	if (!area->shared_is_numbered) {
		ring->thread = __atomic_fetch_add(&area->next_thread, 1, __ATOMIC_RELAXED);
		area->shared_is_numbered = 1;
	}
	put(ring, take_stamp(), call, address, other, size);
	__atomic_store_n(&area->shared_lock, 0, __ATOMIC_RELEASE);
}

static void record(enum wire_call call, const void *address, uint64_t other, uint64_t size)
{
	record_at(take_stamp(), call, (uintptr_t)address, other, size);
}

/* What a call asked for as a product, or more than can be had. */
static uint64_t product(size_t count, size_t size)
{
	size_t bytes;

	return __builtin_mul_overflow(count, size, &bytes) ? UINT64_MAX >> 8 : bytes;
}

/* ---- the hooks ------------------------------------------------------------------------------- */

EXPORTED void *malloc(size_t size)
{
	if (!is_ready())
		return boot_allocate(size);
	if (inside)
		return next.malloc(size);
	inside = true;
	void *block = next.malloc(size);
	int error = errno;
	record(WIRE_MALLOC, block, 0, size);
	errno = error;
	inside = false;
	return block;
}

EXPORTED void *calloc(size_t count, size_t size)
{
	if (!is_ready())
		return boot_allocate(count * size);	/* the buffer is zero and never used twice */
	if (inside)
		return next.calloc(count, size);
	inside = true;
	void *block = next.calloc(count, size);
	int error = errno;
	record(WIRE_CALLOC, block, 0, product(count, size));
	errno = error;
	inside = false;
	return block;
}

EXPORTED void free(void *block)
{
	if (is_boot(block) || !is_ready())
		return;
	if (inside) {
		next.free(block);
		return;
	}
	inside = true;
	int error = errno;
	record(WIRE_FREE, block, 0, 0);
	errno = error;
	next.free(block);
	inside = false;
}

/* A boot block moves into the real heap. */
static void *leave_boot(void *old, size_t size)
{
	void *block = malloc(size);
	size_t room = (size_t)(boot.bytes + BOOT_BYTES - (char *)old);

	if (block)
		memcpy(block, old, size < room ? size : room);
	return block;
}

/*
 * One event, two stamps where the block moved: its old address became free, and its new one was
 * taken, at some moment within the call. The collector finds that moment: as soon as the new
 * address is known to be free, before the old one is given to somebody else.
 */
static void *resize(void *old, size_t size, enum wire_call call, uint64_t asked)
{
	inside = true;
	uint64_t before = take_stamp();
	void *block = next.realloc(old, size);
	int error = errno;
	bool is_gone = old && block != old && (block || size == 0);
	if (is_gone)
		record_at(before, WIRE_REALLOC_BEGINS, (uintptr_t)old, 0, 0);
	record(call, block, (uintptr_t)old, asked);
	errno = error;
	inside = false;
	return block;
}

EXPORTED void *realloc(void *old, size_t size)
{
	if (!is_ready())
		return boot_allocate(size);
	if (is_boot(old))
		return leave_boot(old, size);
	if (inside)
		return next.realloc(old, size);
	return resize(old, size, WIRE_REALLOC, size);
}

EXPORTED void *reallocarray(void *old, size_t count, size_t size)
{
	uint64_t asked = product(count, size);

	if (!is_ready())
		return boot_allocate(count * size);
	if (is_boot(old))
		return leave_boot(old, count * size);
	if (asked >= UINT64_MAX >> 8) {
		errno = ENOMEM;
		return NULL;
	}
	if (inside)
		return next.realloc(old, (size_t)asked);
	return resize(old, (size_t)asked, WIRE_REALLOCARRAY, asked);
}

/* What the aligned calls have in common. */
#define ALIGNED(call, alignment, size, expression)                                                 \
	do {                                                                                       \
		if (!is_ready())                                                                   \
			return NULL;                                                               \
		if (inside)                                                                        \
			return expression;                                                         \
		inside = true;                                                                     \
		void *block = expression;                                                          \
		int error = errno;                                                                 \
		record(call, block, alignment, size);                                              \
		errno = error;                                                                     \
		inside = false;                                                                    \
		return block;                                                                      \
	} while (0)

EXPORTED void *aligned_alloc(size_t alignment, size_t size)
{
	ALIGNED(WIRE_ALIGNED_ALLOC, alignment, size, next.aligned_alloc(alignment, size));
}

EXPORTED void *memalign(size_t alignment, size_t size)
{
	ALIGNED(WIRE_MEMALIGN, alignment, size, next.memalign(alignment, size));
}

EXPORTED void *valloc(size_t size)
{
	ALIGNED(WIRE_VALLOC, (uint64_t)sysconf(_SC_PAGESIZE), size, next.valloc(size));
}

EXPORTED void *pvalloc(size_t size)
{
	ALIGNED(WIRE_PVALLOC, (uint64_t)sysconf(_SC_PAGESIZE), size, next.pvalloc(size));
}

EXPORTED int posix_memalign(void **result, size_t alignment, size_t size)
{
	if (!is_ready())
		return ENOMEM;
	if (inside)
		return next.posix_memalign(result, alignment, size);
	inside = true;
	int error = next.posix_memalign(result, alignment, size);
	int kept = errno;
	record(WIRE_POSIX_MEMALIGN, error ? NULL : *result, alignment, size);
	errno = kept;
	inside = false;
	return error;
}
