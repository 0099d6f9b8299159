/*
 * See collector.h.  The temporary file is a sequence of blocks, each of one thread, whose records
 * are in the order of their stamps; reading merges the threads by a heap of their next stamps.
 */
#include "recorder/collector.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct block {
	uint32_t thread;
	uint32_t count;
	uint64_t first;	/* record in the spool */
	size_t next;	/* block of the same thread, or NO_BLOCK */
};

#define NO_BLOCK SIZE_MAX
#define HIGH_FD	 700

struct thread {
	size_t first, last;	/* blocks */
	size_t block;		/* being read, or NO_BLOCK */
	uint32_t at;		/* record in it */
};

struct collector {
	int fd;	/* of the rings */
	struct wire_area *area;
	int spool;
	uint64_t records;
	uint64_t dropped;
	struct block *blocks;
	size_t nblocks, blocks_room;
	struct thread *threads;
	size_t nthreads;
	const struct wire_record *mapped;	/* the spool, while reading */
	uint32_t *heap;	/* threads, by the stamp of their next record */
	size_t heap_count;
};

struct collector *collector_new(void)
{
	struct collector *collector = calloc(1, sizeof(*collector));
	const char *folder = getenv("TMPDIR");

	if (!collector)
		return NULL;
	int low = memfd_create("arenascope-rings", MFD_CLOEXEC);
	collector->fd = low < 0 ? -1 : fcntl(low, F_DUPFD, HIGH_FD);	/* out of the way of the program's own */
	if (low >= 0)
		close(low);
	collector->spool = open(folder && *folder ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (collector->spool < 0)
		collector->spool = memfd_create("arenascope-records", MFD_CLOEXEC);
	if (collector->fd < 0 || collector->spool < 0 || ftruncate(collector->fd, sizeof(struct wire_area)) < 0)
		goto failed;
	collector->area =
		mmap(NULL, sizeof(struct wire_area), PROT_READ | PROT_WRITE, MAP_SHARED, collector->fd, 0);
	if (collector->area == MAP_FAILED) {
		collector->area = NULL;
		goto failed;
	}
	collector->area->magic = WIRE_MAGIC;
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
	if (collector->area)
		munmap(collector->area, sizeof(struct wire_area));
	if (collector->mapped)
		munmap((void *)(uintptr_t)collector->mapped, collector->records * sizeof(struct wire_record));
	if (collector->fd >= 0)
		close(collector->fd);
	if (collector->spool >= 0)
		close(collector->spool);
	free(collector->blocks);
	free(collector->threads);
	free(collector->heap);
	free(collector);
	errno = error;
}

int collector_fd(const struct collector *collector)
{
	return collector->fd;
}

bool collector_is_attached(const struct collector *collector)
{
	return __atomic_load_n(&collector->area->owner, __ATOMIC_ACQUIRE);
}

uint64_t collector_dropped(const struct collector *collector)
{
	return collector->dropped;
}

/* ---- draining ------------------------------------------------------------------------------ */

static struct thread *thread_of(struct collector *collector, uint32_t number)
{
	if (number >= collector->nthreads) {
		size_t count = (size_t)number + 16;
		struct thread *threads = realloc(collector->threads, count * sizeof(*threads));
		if (!threads)
			return NULL;
		for (size_t i = collector->nthreads; i < count; i++)
			threads[i] = (struct thread){NO_BLOCK, NO_BLOCK, NO_BLOCK, 0};
		collector->threads = threads;
		collector->nthreads = count;
	}
	return &collector->threads[number];
}

static int note_block(struct collector *collector, uint32_t number, uint32_t count)
{
	struct thread *thread = thread_of(collector, number);

	if (collector->nblocks == collector->blocks_room) {
		size_t room = collector->blocks_room ? collector->blocks_room * 2 : 256;
		struct block *blocks = realloc(collector->blocks, room * sizeof(*blocks));
		if (!blocks)
			return -1;
		collector->blocks = blocks;
		collector->blocks_room = room;
	}
	if (!thread)
		return -1;
	collector->blocks[collector->nblocks] = (struct block){number, count, collector->records, NO_BLOCK};
	if (thread->last == NO_BLOCK)
		thread->first = collector->nblocks;
	else
		collector->blocks[thread->last].next = collector->nblocks;
	thread->last = collector->nblocks++;
	collector->records += count;
	return 0;
}

static int append(struct collector *collector, const struct wire_record *records, uint32_t count)
{
	const char *at = (const char *)records;
	size_t left = count * sizeof(*records);

	while (left > 0) {
		ssize_t n = write(collector->spool, at, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return -1;
		at += n;
		left -= (size_t)n;
	}
	return 0;
}

/* Empties one ring: at most two pieces, since it goes around. */
static long drain_ring(struct collector *collector, struct wire_ring *ring)
{
	uint32_t state = __atomic_load_n(&ring->state, __ATOMIC_ACQUIRE);
	uint64_t head = __atomic_load_n(&ring->head, __ATOMIC_ACQUIRE);
	long drained = (long)(head - ring->tail);

	while (ring->tail < head) {
		uint32_t from = (uint32_t)(ring->tail % WIRE_RING_LENGTH);
		uint64_t waiting = head - ring->tail;
		uint32_t count = waiting < WIRE_RING_LENGTH - from ? (uint32_t)waiting : WIRE_RING_LENGTH - from;
		if (append(collector, &ring->records[from], count) < 0 ||
			note_block(collector, ring->thread, count) < 0)
			return -1;
		__atomic_store_n(&ring->tail, ring->tail + count, __ATOMIC_RELEASE);
	}
	collector->dropped += __atomic_exchange_n(&ring->dropped, 0, __ATOMIC_RELAXED);
	if (state == WIRE_DONE_RING)
		__atomic_store_n(&ring->state, WIRE_FREE_RING, __ATOMIC_RELEASE);
	return drained;
}

long collector_drain(struct collector *collector)
{
	long drained = 0;

	for (unsigned i = 0; i < WIRE_RINGS; i++) {
		long n = drain_ring(collector, &collector->area->rings[i]);
		if (n < 0)
			return -1;
		drained += n;
	}
	return drained;
}

/* ---- reading in order ---------------------------------------------------------------------- */

const struct wire_record *collector_peek(const struct collector *collector, uint32_t number)
{
	const struct thread *thread = &collector->threads[number];

	if (thread->block == NO_BLOCK)
		return NULL;
	return &collector->mapped[collector->blocks[thread->block].first + thread->at];
}

static bool is_before(const struct collector *collector, uint32_t one, uint32_t other)
{
	uint64_t first = collector_peek(collector, one)->stamp, second = collector_peek(collector, other)->stamp;

	return first != second ? first < second : one < other;
}

static void sift_down(struct collector *collector, size_t at)
{
	uint32_t *heap = collector->heap;

	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= collector->heap_count)
			return;
		if (child + 1 < collector->heap_count && is_before(collector, heap[child + 1], heap[child]))
			child++;
		if (!is_before(collector, heap[child], heap[at]))
			return;
		uint32_t swapped = heap[at];
		heap[at] = heap[child];
		heap[child] = swapped;
		at = child;
	}
}

int collector_begin_reading(struct collector *collector)
{
	if (collector->records == 0)
		return 0;
	void *mapped = mmap(NULL, collector->records * sizeof(struct wire_record), PROT_READ, MAP_PRIVATE,
		collector->spool, 0);
	collector->heap = calloc(collector->nthreads, sizeof(*collector->heap));
	if (mapped == MAP_FAILED || !collector->heap)
		return -1;
	collector->mapped = mapped;
	for (size_t i = 0; i < collector->nthreads; i++) {
		collector->threads[i].block = collector->threads[i].first;
		if (collector->threads[i].block != NO_BLOCK)
			collector->heap[collector->heap_count++] = (uint32_t)i;
	}
	for (size_t i = collector->heap_count; i-- > 0;)
		sift_down(collector, i);
	return 0;
}

bool collector_next(struct collector *collector, struct wire_record *ret_record, uint32_t *ret_thread)
{
	if (collector->heap_count == 0)
		return false;

	uint32_t number = collector->heap[0];
	struct thread *thread = &collector->threads[number];
	*ret_record = *collector_peek(collector, number);
	*ret_thread = number;
	if (++thread->at == collector->blocks[thread->block].count) {
		thread->at = 0;
		thread->block = collector->blocks[thread->block].next;
		if (thread->block == NO_BLOCK)
			collector->heap[0] = collector->heap[--collector->heap_count];
	}
	sift_down(collector, 0);
	return true;
}
