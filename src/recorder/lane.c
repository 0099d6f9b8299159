/*
 * Lanes: where the records of a thread go.
 *
 *	own      of one thread: a ring taken from the area, or segments of the mapped file
 *	shared   one for all that have no lane of their own: when there are more threads than rings,
 *	         from the end of a thread's own lane to its last call, and in a signal handler
 *	         that interrupts the writing of a record
 *
 * Nothing here may change errno, and no call here may be a point where a thread can be cancelled:
 * so the system is called directly.
 */
#include "recorder/shim.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <malloc.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PAUSE 200000                /* nanoseconds between two looks at a full ring */
#define SPINS (UINT32_C(100) << 20) /* the same, without a call of the system: some seconds */

static struct lane shared_lane = {.limit = NULL, .at = (uint8_t *)1};
static uint32_t first_thread; /* number of the thread with which the recording began */

/* ---- rings ----------------------------------------------------------------------------------- */

static void use_ring(struct lane *lane, struct wire_ring *ring, uint8_t *bytes)
{
	uint64_t head = ring->counts.head;

	lane->ring = ring;
	lane->segment = NULL;
	lane->counts = &ring->counts;
	lane->data = bytes;
	lane->bias = head - head % ring->size;
	lane->at = lane->data + head % ring->size;
	lane->limit = lane->at - 1; /* to be found out */
}

static bool take_ring(struct lane *lane, bool is_shared)
{
	struct wire_head *head = recording->head;
	struct wire_ring *rings = recording->rings;

	if (is_shared) {
		rings[0].thread = WIRE_SHARED;
		rings[0].state = WIRE_BUSY_RING;
		use_ring(lane, &rings[0], area_bytes(&rings[0]));
		return true;
	}
	for (uint32_t i = 1; i < head->rings; i++) {
		uint32_t expected = WIRE_FREE_RING;
		uint8_t *bytes;
		if (__atomic_load_n(&rings[i].state, __ATOMIC_RELAXED) != WIRE_FREE_RING)
			continue;
		bytes = area_bytes(&rings[i]);
		if (!bytes)
			return false;
		if (__atomic_compare_exchange_n(&rings[i].state, &expected, WIRE_BUSY_RING, false,
			    __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
			rings[i].thread = lane->thread;
			use_ring(lane, &rings[i], bytes);
			return true;
		}
	}
	return false;
}

/*
 * Signals wait, so that no handler jumps out of what others wait for. The word is all that the
 * system keeps of a set of signals.
 */
static uint64_t hold_signals(void)
{
	uint64_t all = UINT64_MAX, before = 0;

	if (!confinement.has_no_calls)
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, &all, &before, sizeof(all));
	return before;
}

static void release_signals(uint64_t before)
{
	if (!confinement.has_no_calls)
		syscall(SYS_rt_sigprocmask, SIG_SETMASK, &before, NULL, sizeof(before));
}

HIDDEN bool collector_is_gone(const struct wire_head *head)
{
	return head->collector == 0 ||
	       (syscall(SYS_kill, head->collector, 0) < 0 && errno == ESRCH) ||
	       (!head->is_attached && head->owner == (uint32_t)syscall(SYS_getpid) &&
		       (uint32_t)syscall(SYS_getppid) != head->collector);
}

/*
 * The ring is full: waits until the collector has drained `need` bytes of it; false when it does
 * not come.
 */
static bool wait_for_drain(struct lane *lane, uint64_t head, uint64_t need)
{
	const struct wire_ring *ring = lane->ring;
	uint64_t begin = 0;
	const struct timespec pause = {0, PAUSE};

	/*
	 * Where the end was skipped, the head may be further from the tail than the ring is long.
	 */
	while (head - __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE) + need > ring->size) {
		if (!recording->head || recording->head->mode == WIRE_STOPPED || lane->gave_up)
			return false;
		if (begin == 0)
			begin = confinement_clock();
		else if (confinement_clock() - begin > recording->head->patience)
			lane->gave_up = true;
		if (collector_is_gone(recording->head)) {
			recording_stop();
			return false;
		}
		syscall(SYS_nanosleep, &pause, NULL);
	}
	lane->gave_up = false;
	return true;
}

/* Without a call of the system, and with that without a clock. */
static bool spin_for_room(const struct lane *lane, uint64_t head, uint64_t need)
{
	for (unsigned i = 0; i < SPINS; i++) {
		if (head - __atomic_load_n(&lane->ring->tail, __ATOMIC_ACQUIRE) + need <=
			lane->ring->size)
			return true;
		if (recording->head->mode == WIRE_STOPPED)
			return false;
		pause_processor();
	}
	return false;
}

static bool wait_for_room(struct lane *lane, uint64_t head, uint64_t need)
{
	uint64_t tail = __atomic_load_n(&lane->ring->tail, __ATOMIC_ACQUIRE);

	if (head - tail + need <= lane->ring->size) {
		lane->gave_up = false;
		return true;
	}
	if (confinement.has_no_calls)
		return spin_for_room(lane, head, need);
	uint64_t signals = hold_signals();
	bool done = wait_for_drain(lane, head, need);
	release_signals(signals);
	return done;
}

static bool make_room_in_ring(struct lane *lane, uint32_t need)
{
	struct wire_ring *ring = lane->ring;
	uint64_t head = ring->counts.head, size = ring->size, at = head % size;

	if (at + need + WIRE_RECORD_MAX > size) { /* goes on at the beginning */
		memset(lane->data + at, 0, size - at < 2 ? size - at : 2);
		head += size - at;
		__atomic_store_n(&ring->counts.head, head, __ATOMIC_RELEASE);
		at = 0;
		lane->bias = head;
	}
	lane->at = lane->data + at;
	lane->limit = lane->at - 1;
	if (!wait_for_room(lane, head, need + WIRE_RECORD_MAX))
		return false;
	uint64_t room = size - (head - __atomic_load_n(&ring->tail, __ATOMIC_ACQUIRE));
	if (room > size - at)
		room = size - at;
	lane->limit = lane->at + room - 2 * (uint64_t)WIRE_RECORD_MAX;
	return true;
}

/* ---- segments of a mapped file --------------------------------------------------------------- */

static void unmap_segment(struct lane *lane)
{
	if (lane->segment)
		syscall(SYS_munmap, lane->segment, WIRE_SEGMENT);
	lane->segment = NULL;
	lane->at = (uint8_t *)1;
	lane->limit = NULL;
}

static bool next_segment(struct lane *lane)
{
	static uint32_t full; /* the recording whose file cannot grow any more */
	struct wire_head *head = recording->head;

	if (full == recording_number || confinement.has_no_calls)
		return false;
	uint64_t at = __atomic_fetch_add(&head->end, WIRE_SEGMENT, __ATOMIC_ACQ_REL);
	int fd = -1, trouble = EFBIG;
	void *bytes = MAP_FAILED;

	unmap_segment(lane);
	if (recording_may_reach(at + WIRE_SEGMENT))
		fd = recording_file();
	/*
	 * The blocks must be there: a write into a mapping on a full disk would kill the program.
	 */
	if (fd >= 0 && syscall(SYS_fallocate, fd, 0, at, WIRE_SEGMENT) == 0)
		/* NOLINT */
		bytes = (void *)syscall(SYS_mmap, NULL, WIRE_SEGMENT, PROT_READ | PROT_WRITE,
			MAP_SHARED | MAP_POPULATE, fd, at);
	trouble = fd >= 0 && bytes == MAP_FAILED ? errno : trouble;
	if (fd >= 0)
		syscall(SYS_close, fd);
	if (bytes == MAP_FAILED) {
		full = recording_number;
		head->trouble = (uint32_t)trouble;
		return false;
	}
	lane->segment = bytes;
	lane->segment->length = WIRE_SEGMENT - sizeof(struct wire_segment);
	lane->segment->thread = lane == &shared_lane ? WIRE_SHARED : lane->thread;
	__atomic_store_n(&lane->segment->magic, WIRE_SEGMENT_MAGIC, __ATOMIC_RELEASE);
	lane->ring = NULL;
	lane->counts = &lane->segment->counts;
	lane->data = (uint8_t *)(lane->segment + 1);
	lane->bias = 0;
	lane->at = lane->data;
	lane->limit = lane->data + lane->segment->length - (uint64_t)2 * WIRE_RECORD_MAX;
#if defined(__x86_64__)
	if (!confinement.has_no_counter) { /* otherwise stamps are no clock */
		head->last_time = confinement_clock();
		head->last_stamp = stamp_now(lane);
	}
#endif
	return true;
}

/* ---- lanes ----------------------------------------------------------------------------------- */

/*
 * As a destructor it comes again as long as the key has a value: at last after the destructors of
 * the program. What the C library keeps for the thread goes then.
 */
static void end_lane(void *value)
{
	struct lane *lane = value;

	if (++lane->rounds < PTHREAD_DESTRUCTOR_ITERATIONS) {
		INSIDE_OF(lane, INSIDE_US, pthread_setspecific(own_key, lane));
		return;
	}
	if (lane->number == recording_number && recording->head)
		lane_put_slowly(WIRE_WHAT(WIRE_LIBC, 0), stamp_now(lane), 0, WIRE_THREAD_END, 0,
			NULL);
	lane->writing = true; /* a signal handler must not meet what is gone */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	lane->ended = true;
	if (lane->number == recording_number) {
		if (lane->ring)
			__atomic_store_n(&lane->ring->state, WIRE_DONE_RING, __ATOMIC_RELEASE);
		if (lane->segment) { /* many threads that write little shall not fill the disk */
			uint64_t used =
				(sizeof(struct wire_segment) + lane->segment->counts.head + 4095) /
				4096 * 4096;
			syscall(SYS_madvise, (char *)lane->segment + used, WIRE_SEGMENT - used,
				MADV_REMOVE);
		}
		unmap_segment(lane);
		sites_end_lane(lane);
	}
	lane->ring = NULL;
	lane->at = (uint8_t *)1;
	lane->limit = NULL;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	lane->writing = false;
}

HIDDEN void lane_prepare(void)
{
	own_lane_prepare(end_lane);
	lane_clear(&shared_lane, sizeof(shared_lane));
	own_lane()->at = (uint8_t *)1; /* what a parent wrote into is not ours */
	own_lane()->limit = NULL;
	recording->head->is_threaded = 0;
	first_thread = recording->head->next_thread;
}

HIDDEN void lanes_of_an_earlier_program_end(void)
{
	struct wire_head *head = recording->head;

	for (uint32_t i = 0; recording->rings && i < head->rings; i++) {
		uint32_t expected = WIRE_BUSY_RING;
		__atomic_compare_exchange_n(&recording->rings[i].state, &expected, WIRE_DONE_RING,
			false, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED);
	}
	__atomic_store_n(&head->shared_lock, 0, __ATOMIC_RELEASE);
}

/* The lane belongs to this recording, and has a place to write. */
static bool begin_lane(struct lane *lane, bool is_shared)
{
	if (lane->number != recording_number) {
		lane_clear(lane, LANE_OF_RECORDING);
		if (lane->ended && !is_shared)
			return false;
		lane->thread = is_shared ? WIRE_SHARED
					 : __atomic_fetch_add(&recording->head->next_thread, 1,
						   __ATOMIC_RELAXED);
		if (lane->thread != first_thread)
			__atomic_fetch_or(&recording->head->is_threaded, WIRE_THREADED,
				__ATOMIC_SEQ_CST);
		lane->number = recording_number;
		if (is_shared) /* one stream, also when the process has become another program */
			lane->coding = (struct wire_coding){recording->head->shared_stamp,
				recording->head->shared_address};
	}
	if (lane->ring || lane->segment)
		return true;
	if (lane->ended)
		return false;
	return recording->rings ? take_ring(lane, is_shared) : next_segment(lane);
}

/* Room for a record and its payload. */
static bool make_room(struct lane *lane, uint32_t payload)
{
	uint32_t need = payload + WIRE_RECORD_MAX;

	if (lane->at <= lane->limit && (uint64_t)(lane->limit - lane->at) >= payload)
		return true;
	if (lane->ring)
		return make_room_in_ring(lane, need);
	return next_segment(lane);
}

static void write_record(struct lane *lane, uint32_t what, uint64_t stamp, uint64_t address,
	uint64_t size, uint64_t other, const void *payload)
{
	uint32_t call = what & 31;
	uint8_t *end = wire_encode(lane->at, &lane->coding, what, stamp, address, size, other);

	if (call >= WIRE_PAYLOADS) {
		memcpy(end, payload, size);
		end += size;
	}
	if (call < WIRE_LIBC)
		lane->counts->events++;
	lane_publish(lane, end);
}

static bool put_in(struct lane *lane, bool is_shared, uint32_t what, uint64_t stamp,
	uint64_t address, uint64_t size, uint64_t other, const void *payload)
{
	uint32_t bytes = (what & 31) >= WIRE_PAYLOADS ? (uint32_t)size : 0;

	if (!begin_lane(lane, is_shared) || !make_room(lane, bytes))
		return false;
	write_record(lane, what, stamp, address, size, other, payload);
	return true;
}

/* Threads without a number of their own are told apart by one that is given here. */
static uint32_t number_of_thread(void)
{
	struct lane *lane = own_lane();

	if (lane->number == recording_number)
		return lane->thread;
	if (lane->odd_recording != recording_number) {
		lane->odd_number =
			__atomic_fetch_add(&recording->head->next_thread, 1, __ATOMIC_RELAXED);
		__atomic_signal_fence(__ATOMIC_SEQ_CST);
		lane->odd_recording = recording_number;
	}
	return lane->odd_number;
}

static bool put_locked(uint32_t what, uint64_t stamp, uint64_t address, uint64_t size,
	uint64_t other, const void *payload)
{
	static uint32_t last_thread;
	struct wire_head *head = recording->head;

	uint32_t thread = number_of_thread(), nobody = 0;
	const struct timespec pause = {0, PAUSE};
	for (unsigned tries = 1; !__atomic_compare_exchange_n(&head->shared_lock, &nobody,
		     thread + 1, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
		tries++) {
		if (nobody == thread + 1) /* a signal handler interrupted this very function */
			return false;
		nobody = 0;
		if (confinement.has_no_calls)
			pause_processor();
		else if (tries % 64 == 0) /* who holds it may be of lower priority */
			syscall(SYS_nanosleep, &pause, NULL);
		else
			sched_yield();
	}
	bool is_new = shared_lane.number != recording_number, done = true;
	uint32_t call = what & 31;
	if (is_new || last_thread != thread)
		done = put_in(&shared_lane, true, WIRE_WHAT(WIRE_THREAD, 0), stamp, 0, thread, 0,
			NULL);
	if (done)
		last_thread = thread;
	done = done && call != WIRE_STACK && call != WIRE_SITE &&
	       put_in(&shared_lane, true, what, stamp, address, size, other, payload);
	head->shared_stamp = shared_lane.coding.stamp;
	head->shared_address = shared_lane.coding.address;
	__atomic_store_n(&head->shared_lock, 0, __ATOMIC_RELEASE);
	return done;
}

static bool put_shared(uint32_t what, uint64_t stamp, uint64_t address, uint64_t size,
	uint64_t other, const void *payload)
{
	uint64_t signals = hold_signals();
	bool done = put_locked(what, stamp, address, size, other, payload);

	release_signals(signals);
	return done;
}

static bool put(uint32_t what, uint64_t stamp, uint64_t address, uint64_t size, uint64_t other,
	const void *payload)
{
	struct lane *lane = own_lane();
	bool done;

	if (lane->writing ||
		(lane->ended && lane->number == recording_number && !lane->ring && !lane->segment))
		return put_shared(what, stamp, address, size, other, payload);
	lane->writing = true;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	done = put_in(lane, false, what, stamp, address, size, other, payload);
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	lane->writing = false;
	if (!done && recording->head && !lane->ring && !lane->segment)
		return put_shared(what, stamp, address, size, other, payload);
	return done;
}

/* ---- more than plain recording --------------------------------------------------------------- */

/* Bytes that live more or less by this call, as the C allocator counts them. */
static int64_t live_change(uint32_t what, uint64_t address, uint64_t size)
{
	uint32_t call = what & 31, domain = what >> 5;

	if (call == WIRE_LIBC || address == 0 ||
		(domain != WIRE_C && domain != WIRE_ARENA && domain != WIRE_RAW))
		return 0;
	if (domain == WIRE_ARENA || call == WIRE_MMAP || call == WIRE_MUNMAP)
		return call == WIRE_MUNMAP ? -(int64_t)size : (int64_t)size;
	if (call > WIRE_REALLOC_BEGINS)
		return 0;
	int64_t usable = (int64_t)malloc_usable_size((void *)(uintptr_t)address); /* NOLINT */
	return call == WIRE_FREE || call == WIRE_REALLOC_BEGINS ? -usable : usable;
}

static void count_live(const struct lane *lane, int64_t change)
{
	if (change && lane->counts && lane->number == recording_number)
		lane->counts->live += change;
}

static void lane_put_now(uint32_t what, uint64_t stamp, uint64_t address, uint64_t size,
	const void *payload)
{
	put(what, stamp, address, size, 0, payload);
}

static bool call_allocates(uint32_t call)
{
	return call < WIRE_LIBC && call != WIRE_FREE && call != WIRE_MUNMAP;
}

/* In a pause: what may end or move a block that is known, and what the recording says of itself. */
static bool passes_a_pause(uint32_t call)
{
	return call == WIRE_FREE || call == WIRE_MUNMAP || call == WIRE_REALLOC_BEGINS ||
	       call == WIRE_REALLOC || call == WIRE_REALLOCARRAY || call >= WIRE_PAUSE;
}

HIDDEN void lane_count_passed(enum wire_call call, const void *block)
{
	const struct wire_head *head = recording->head;

	if (!head || !(head->wants & WIRE_WANT_LIVE))
		return;
	uint32_t mode = __atomic_load_n(&head->mode, __ATOMIC_RELAXED);
	if (mode == WIRE_RICH || (mode == WIRE_PAUSED && passes_a_pause(call)))
		count_live(own_lane(), live_change(WIRE_WHAT(call, WIRE_RAW), (uintptr_t)block, 0));
}

HIDDEN void lane_look_again(void)
{
	struct lane *lane = own_lane();

	if (lane->ring)
		lane->limit = lane->at - 1;
}

HIDDEN void lane_put_slowly(uint32_t what, uint64_t stamp, uint64_t address, uint64_t size,
	uint64_t other, const void *payload)
{
	struct wire_head *head = recording->head;
	int error = errno;

	if (!head)
		return;
	linkage_catch_up();
	uint32_t mode = __atomic_load_n(&head->mode, __ATOMIC_RELAXED), call = what & 31;
	if (RARELY(mode == WIRE_STOPPED && head->is_leaving))
		recording_leave();
	if (mode == WIRE_STOPPED || (mode == WIRE_PAUSED && !passes_a_pause(call)))
		return;
	int64_t change = head->wants & WIRE_WANT_LIVE ? live_change(what, address, size) : 0;
	struct lane *lane = own_lane();
	if (head->wants & WIRE_WANT_SITES && !confinement.has_no_calls && address &&
		call_allocates(call) && !lane->writing)
		sites_put(stamp, lane_put_now);
	if (!put(what, stamp, address, size, other, payload)) {
		if (recording->head && call < WIRE_LIBC)
			__atomic_fetch_add(&head->dropped, 1, __ATOMIC_RELAXED);
	} else {
		count_live(lane, change);
	}
	errno = error;
}
