/* See collector.h. */
#include "recorder/collector.h"

#include "recorder/smaps.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/uio.h>
#include <unistd.h>

/*
 * The first rings are for programs with few threads that call a lot; the others for many threads.
 * Less of both where files, as which the area counts, may not be large.
 */
static const struct layout {
	uint32_t large, small;
	uint64_t large_bytes, small_bytes;
} layouts[] = {
	{24, 976, UINT64_C(4) << 20, UINT64_C(256) << 10},
	{4, 60, UINT64_C(1) << 20, UINT64_C(64) << 10},
	{4, 0, UINT64_C(128) << 10, 0},
};

/*
 * Rings that a process maps together. The first group has the ring that threads share, and that of
 * the first thread; each other is about as large as all before it.
 */
static uint32_t group_of(uint32_t ring)
{
	uint32_t group = 0;

	while (ring >= 2u << group)
		group++;
	return group;
}

struct collector {
	int fd; /* of the area */
	int log;
	uint64_t at;   /* end of the log */
	uint64_t size; /* of the area */
	struct wire_head *head;
	struct wire_ring *rings;
	struct wire_coding own; /* of the collector's own lane */
	char path[64];
	bool has_failed;
	struct wire_head known; /* as the log has it; only what note_program() looks at */
};

uint64_t collector_stamp(void)
{
#if defined(__x86_64__)
	return __builtin_ia32_rdtsc();
#else
	return 0;
#endif
}

static bool write_all(struct collector *collector, struct iovec *pieces, int count, uint64_t at)
{
	while (count > 0) {
		ssize_t n = pwritev(collector->log, pieces, count, (off_t)at);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		at += (uint64_t)n;
		while (count > 0 && (size_t)n >= pieces->iov_len) {
			n -= (ssize_t)pieces->iov_len;
			pieces++;
			count--;
		}
		if (count > 0) {
			pieces->iov_base = (char *)pieces->iov_base + n;
			pieces->iov_len -= (size_t)n;
		}
	}
	return true;
}

static bool write_head(struct collector *collector, bool is_finished)
{
	struct wire_head head = *collector->head;
	struct iovec piece = {&head, sizeof(head)};

	head.is_finished = is_finished;
	head.dropped = collector_dropped(collector);
	head.last_stamp = collector_stamp();
	head.last_time = wire_clock();
	head.end = collector->at;
	return write_all(collector, &piece, 1, 0);
}

/*
 * The program has begun, has become another one, or a Python: records it in the log, for readers
 * that follow it or find it after a crash.
 */
static void note_program(struct collector *collector)
{
	const struct wire_head *head = collector->head;
	struct wire_head *known = &collector->known;

	if (__atomic_load_n(&head->python, __ATOMIC_ACQUIRE) == known->python &&
		__atomic_load_n(&head->first_break, __ATOMIC_ACQUIRE) == known->first_break &&
		memcmp(head->python_version, known->python_version,
			sizeof(known->python_version)) == 0 &&
		memcmp(head->libc_version, known->libc_version, sizeof(known->libc_version)) == 0 &&
		memcmp(head->allocator, known->allocator, sizeof(known->allocator)) == 0 &&
		memcmp(head->tunables, known->tunables, sizeof(known->tunables)) == 0)
		return;
	*known = *head;
	write_head(collector, false);
}

/* The ring that threads share, the first, is a small one, where there are any. */
static uint64_t ring_bytes(const struct layout *layout, uint32_t ring)
{
	bool is_large = layout->small == 0 || (ring > 0 && ring <= layout->large);

	return is_large ? layout->large_bytes : layout->small_bytes;
}

static bool try_layout(struct collector *collector, const struct layout *layout)
{
	uint32_t rings = layout->large + layout->small;
	uint64_t at = (WIRE_RINGS_AT + rings * sizeof(struct wire_ring) + 4095) / 4096 * 4096;

	collector->size =
		at + layout->large * layout->large_bytes + layout->small * layout->small_bytes;
	if (ftruncate(collector->fd, (off_t)collector->size) < 0)
		return false;
	void *area = mmap(NULL, collector->size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE,
		collector->fd, 0);
	if (area == MAP_FAILED)
		return false;
	collector->head = area;
	collector->rings = (struct wire_ring *)(void *)((char *)area + WIRE_RINGS_AT);
	for (uint32_t i = 0; i < rings; i++) {
		collector->rings[i].offset = at;
		collector->rings[i].size = ring_bytes(layout, i);
		collector->rings[i].group = group_of(i);
		at += collector->rings[i].size;
	}
	collector->head->rings = rings;
	collector->head->area = collector->size;
	return true;
}

static bool make_area(struct collector *collector, int given)
{
	bool done = false;

	collector->fd = given < 0 ? memfd_create("arenascope", MFD_CLOEXEC)
				  : fcntl(given, F_DUPFD_CLOEXEC, 0);
	for (size_t i = 0; collector->fd >= 0 && !done && i < sizeof(layouts) / sizeof(*layouts);
		i++)
		done = try_layout(collector, &layouts[i]);
	snprintf(collector->path, sizeof(collector->path), "/proc/%d/fd/%d", (int)getpid(),
		collector->fd);
	return done;
}

struct collector *collector_new(int log, const struct collector_wishes *wishes)
{
	struct collector *collector = calloc(1, sizeof(*collector));

	if (!collector)
		return NULL;
	collector->fd = -1;
	collector->log = log;
	collector->at = WIRE_HEAD;
	if (!make_area(collector, wishes->area))
		goto failed;
	struct wire_head *head = collector->head;
	head->is_attached = wishes->area >= 0;
	memcpy(head->magic, WIRE_MAGIC, sizeof(head->magic));
	head->version = WIRE_VERSION;
	head->start_stamp = collector_stamp();
	head->start_time = wire_clock();
	head->patience = wishes->patience;
	head->wants = wishes->wants;
	head->depth = wishes->depth;
	head->collector = (uint32_t)getpid();
	if (getrandom(&head->session, sizeof(head->session), 0) != sizeof(head->session))
		head->session = head->start_time ^ head->start_stamp;
	snprintf(head->program, sizeof(head->program), "%s", wishes->program);
	snprintf(head->children, sizeof(head->children), "%s",
		wishes->children ? wishes->children : "");
	head->mode = wishes->starts_paused ? WIRE_STOPPED : collector_running_mode(collector);
	if (!write_head(collector, false))
		goto failed;
	return collector;
failed:
	collector_free(collector);
	return NULL;
}

void collector_free(struct collector *collector)
{
	int error = errno;

	if (!collector)
		return;
	/* The process keeps it mapped: what its rings hold is of no use to it any more. */
	if (collector->head && collector->head->is_attached)
		fallocate(collector->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
			(off_t)collector->rings[0].offset,
			(off_t)(collector->size - collector->rings[0].offset));
	if (collector->head)
		munmap(collector->head, collector->size);
	if (collector->fd >= 0)
		close(collector->fd);
	free(collector);
	errno = error;
}

const char *collector_path(const struct collector *collector)
{
	return collector->path;
}

bool collector_is_attached(const struct collector *collector)
{
	return __atomic_load_n(&collector->head->owner, __ATOMIC_ACQUIRE);
}

const struct wire_head *collector_head(const struct collector *collector)
{
	return collector->head;
}

uint64_t collector_bytes(const struct collector *collector)
{
	return collector->at;
}

uint64_t collector_dropped(const struct collector *collector)
{
	return __atomic_load_n(&collector->head->dropped, __ATOMIC_RELAXED);
}

uint64_t collector_events(const struct collector *collector)
{
	uint64_t events = 0;

	for (uint32_t i = 0; i < collector->head->rings; i++)
		events += __atomic_load_n(&collector->rings[i].counts.events, __ATOMIC_RELAXED);
	return events;
}

int64_t collector_live(const struct collector *collector)
{
	int64_t live = 0;

	for (uint32_t i = 0; i < collector->head->rings; i++)
		live += __atomic_load_n(&collector->rings[i].counts.live, __ATOMIC_RELAXED);
	return live;
}

/* ---- modes ----------------------------------------------------------------------------------- */

enum wire_mode collector_mode(const struct collector *collector)
{
	return __atomic_load_n(&collector->head->mode, __ATOMIC_RELAXED);
}

enum wire_mode collector_running_mode(const struct collector *collector)
{
	return collector->head->wants & (WIRE_WANT_LIVE | WIRE_WANT_SITES) ? WIRE_RICH : WIRE_PLAIN;
}

static bool append(struct collector *collector, uint32_t thread, const void *bytes, size_t length)
{
	struct wire_segment segment = {.counts.head = length,
		.length = length,
		.magic = WIRE_SEGMENT_MAGIC,
		.thread = thread};
	struct iovec pieces[] = {{&segment, sizeof(segment)}, {(void *)(uintptr_t)bytes, length}};

	if (!write_all(collector, pieces, 2, collector->at))
		return false;
	collector->at += sizeof(segment) + length;
	return true;
}

void collector_set_mode(struct collector *collector, enum wire_mode mode)
{
	uint8_t bytes[WIRE_RECORD_MAX];
	enum wire_mode before = collector_mode(collector);

	if (mode == before)
		return;
	bool resumes = mode == WIRE_PLAIN || mode == WIRE_RICH;
	uint64_t stamp = collector_stamp(); /* what is recorded is between both */
	__atomic_store_n(&collector->head->mode, mode, __ATOMIC_SEQ_CST);
	uint8_t *end = wire_encode(bytes, &collector->own,
		WIRE_WHAT(resumes ? WIRE_RESUME : WIRE_PAUSE, 0),
		resumes ? stamp : collector_stamp(), 0, mode, 0);
	append(collector, WIRE_COLLECTOR, bytes, (size_t)(end - bytes));
}

void collector_leave(struct collector *collector)
{
	collector->head->is_leaving = collector->head->is_attached;
	collector_set_mode(collector, WIRE_STOPPED);
}

static void append_mark(struct collector *collector, const char *words, size_t length)
{
	uint8_t bytes[WIRE_RECORD_MAX + SMAPS_WORDS];
	uint8_t *end = wire_encode(bytes, &collector->own, WIRE_WHAT(WIRE_MARK, 0),
		collector_stamp(), 0, length, 0);

	memcpy(end, words, length);
	append(collector, WIRE_COLLECTOR, bytes, (size_t)(end - bytes) + length);
}

void collector_mark(struct collector *collector, const char *name)
{
	char words[SMAPS_WORDS], path[64];

	append_mark(collector, name, strnlen(name, SMAPS_WORDS));
	if (collector->head->wants & WIRE_WANT_SMAPS) {
		snprintf(path, sizeof(path), "/proc/%u/smaps_rollup", collector->head->owner);
		size_t length = smaps_say(words, path);
		if (length > 0)
			append_mark(collector, words, length);
	}
	/* A census may begin from here on: its memory is none of the program's. */
	__atomic_fetch_add(&collector->head->marks, 1, __ATOMIC_RELAXED);
}

bool collector_ask_census(struct collector *collector)
{
	struct wire_head *head = collector->head;

	if (!head->is_attached || !(head->wants & WIRE_WANT_SITES) ||
		head->python != WIRE_PYTHON_HOOKED ||
		collector_mode(collector) != collector_running_mode(collector))
		return false;
	__atomic_store_n(&head->last_census, WIRE_CENSUS_WANTED, __ATOMIC_RELAXED);
	return true;
}

enum wire_census collector_census(const struct collector *collector)
{
	return __atomic_load_n(&collector->head->last_census, __ATOMIC_ACQUIRE);
}

/* ---- draining -------------------------------------------------------------------------------- */

/* Empties one ring: at most two pieces, since it goes around. */
static long drain_ring(struct collector *collector, struct wire_ring *ring)
{
	uint32_t state = __atomic_load_n(&ring->state, __ATOMIC_ACQUIRE);
	uint64_t head = __atomic_load_n(&ring->counts.head, __ATOMIC_ACQUIRE), tail = ring->tail;
	long drained = (long)(head - tail);

	while (tail < head) {
		uint64_t from = tail % ring->size, waiting = head - tail;
		uint64_t count = waiting < ring->size - from ? waiting : ring->size - from;
		if (!append(collector, ring->thread, (char *)collector->head + ring->offset + from,
			    count))
			return -1;
		tail += count;
		__atomic_store_n(&ring->tail, tail, __ATOMIC_RELEASE);
	}
	if (state == WIRE_DONE_RING) /* the shared one may have been taken again by now */
		__atomic_compare_exchange_n(&ring->state, &state, WIRE_FREE_RING, false,
			__ATOMIC_RELEASE, __ATOMIC_RELAXED);
	return drained;
}

/* The program counts its stamps, and has no clock of its own. */
static void move_count_on(struct wire_head *head)
{
	uint64_t now = collector_stamp(), count = __atomic_load_n(&head->counter, __ATOMIC_RELAXED);

	while (count < now && !__atomic_compare_exchange_n(&head->counter, &count, now, false,
				      __ATOMIC_SEQ_CST, __ATOMIC_RELAXED))
		;
}

long collector_drain(struct collector *collector)
{
	long drained = 0;

	if (__atomic_load_n(&collector->head->is_threaded, __ATOMIC_RELAXED) & WIRE_COUNTED)
		move_count_on(collector->head);
	if (collector->has_failed)
		return 0;
	for (uint32_t i = 0; i < collector->head->rings; i++) {
		struct wire_ring *ring = &collector->rings[i];
		if (__atomic_load_n(&ring->state, __ATOMIC_RELAXED) == WIRE_FREE_RING)
			continue;
		long n = drain_ring(collector, ring);
		if (n < 0) {
			int error = errno;
			collector->has_failed = true;
			collector->head->trouble = (uint32_t)error;
			collector->head->is_leaving = collector->head->is_attached;
			__atomic_store_n(&collector->head->mode, WIRE_STOPPED, __ATOMIC_SEQ_CST);
			errno = error;
			return -1;
		}
		drained += n;
	}
	note_program(collector);
	return drained;
}

int collector_finish(struct collector *collector)
{
	return write_head(collector, !collector->has_failed) ? 0 : -1;
}
