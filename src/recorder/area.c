/*
 * The area of the collector, mapped as far as it is needed: what a process maps counts against its
 * RLIMIT_AS. The head, the table of rings and the first group come at the start; each other group
 * when a thread needs a ring of it, unless the program has little.
 *
 *	anchor  the first page of the next group, at the end of each mapping. A shared mapping can
 *	        be copied and made longer from any page of it, without a descriptor: the program
 *	        may have changed its rights, its root or its namespace by then
 */
#include "recorder/shim.h"

#include <fcntl.h>
#include <sched.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PAGE  4096u
#define SHARE 16u /* of the address space that the program may have, at most */

static struct wire_ring *rings_of(struct wire_head *head)
{
	return (struct wire_ring *)(void *)((char *)head + WIRE_RINGS_AT);
}

/* The end of a group's bytes. Grows with the rings. */
static uint64_t end_of(const struct wire_head *head, const struct wire_ring *rings, uint32_t group)
{
	uint64_t end = 0;

	for (uint32_t i = 0; i < head->rings; i++)
		if (rings[i].group == group)
			end = rings[i].offset + rings[i].size;
	return end;
}

static uint64_t start_of(const struct wire_head *head, const struct wire_ring *rings,
	uint32_t group)
{
	uint32_t i = 0;

	while (i < head->rings && rings[i].group != group)
		i++;
	return i < head->rings ? rings[i].offset : 0;
}

/* What is mapped of the first group and all before it. */
static uint64_t first_size(const struct wire_head *head, const struct wire_ring *rings)
{
	uint64_t end = end_of(head, rings, 0);

	return end < head->area ? end + PAGE : end;
}

HIDDEN struct wire_head *area_map(int fd)
{
	struct wire_head *head = map_shared(fd, WIRE_HEAD), *area = NULL;
	uint64_t table = 0;

	if (head && memcmp(head->magic, WIRE_MAGIC, 8) == 0 && head->version == WIRE_VERSION) {
		table = WIRE_RINGS_AT + head->rings * sizeof(struct wire_ring);
		area = map_shared(fd, table);
	}
	if (area) { /* the table says how long the first group is */
		uint64_t size = first_size(area, rings_of(area));
		syscall(SYS_munmap, area, table);
		area = map_shared(fd, size);
		if (area)
			syscall(SYS_madvise, area, size, MADV_DONTDUMP);
	}
	if (head)
		syscall(SYS_munmap, head, WIRE_HEAD);
	return area;
}

HIDDEN void area_unmap(struct wire_head *area)
{
	syscall(SYS_munmap, area, first_size(area, rings_of(area)));
}

HIDDEN void area_begin(void)
{
	struct area *area = &recording->area;

	*area = (struct area){.count = 1};
	area->groups[0] =
		(uint8_t *)recording->head + start_of(recording->head, recording->rings, 0);
	area->starts[0] = start_of(recording->head, recording->rings, 0);
}

/* A program with little address space keeps it: threads then share a ring. */
static bool is_too_much(uint64_t bytes)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_AS, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY &&
	       bytes > limit.rlim_cur / SHARE;
}

/* Maps the next group. Its anchor is where the one before it ends. */
static bool map_next(struct area *area)
{
	const struct wire_head *head = recording->head;
	uint32_t group = area->count;
	uint64_t start = start_of(head, recording->rings, group),
		 end = end_of(head, recording->rings, group),
		 size = end - start + (end < head->area ? PAGE : 0);

	if (group == AREA_GROUPS || start == 0 || confinement.has_no_calls || is_too_much(end))
		return false;
	uint8_t *anchor = area->groups[group - 1] + (start - area->starts[group - 1]);
	void *bytes = (void *)syscall(SYS_mremap, anchor, 0, size, MREMAP_MAYMOVE, 0); /* NOLINT */
	if (bytes == MAP_FAILED)
		return false;
	syscall(SYS_madvise, bytes, size, MADV_DONTDUMP);
	area->groups[group] = bytes;
	area->starts[group] = start;
	__atomic_store_n(&area->count, group + 1, __ATOMIC_RELEASE);
	return true;
}

HIDDEN uint8_t *area_bytes(const struct wire_ring *ring)
{
	struct area *area = &recording->area;
	bool done = true;

	if (ring->group >= __atomic_load_n(&area->count, __ATOMIC_ACQUIRE)) {
		uint32_t nobody = 0;
		while (!__atomic_compare_exchange_n(&area->lock, &nobody, 1, false,
			__ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
			nobody = 0;
			sched_yield();
		}
		while (done && area->count <= ring->group)
			done = map_next(area);
		__atomic_store_n(&area->lock, 0, __ATOMIC_RELEASE);
	}
	return done ? area->groups[ring->group] + (ring->offset - area->starts[ring->group]) : NULL;
}
