/*
 * A recorder that is always late, with rings of 2 KiB: they are full again and again, and the last
 * byte taken out is just before the end of the ring, which is the worst place. Every call must be
 * recorded once and in order.
 *
 * usage: slow SHIM; the recorded program is this one: slow
 */
#include "trace/wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define RINGS 4u
#define RING  2048u
#define CALLS 20000u
#define DEPTH 20u
#define FIRST 40000u /* bytes of the first request; each is larger by one */

static struct wire_coding coding;
static uint64_t next_size = FIRST;

/* Two paths at each level, so that there are many stacks, which are the long records. */
static void ask(uint64_t size, unsigned way, unsigned levels);
static void (*volatile again)(uint64_t size, unsigned way, unsigned levels) = ask;
static volatile unsigned levels_done;

__attribute__((noinline)) static void ask(uint64_t size, unsigned way, unsigned levels)
{
	if (levels == 0)
		free(malloc(size));
	else if (way & 1)
		levels_done++, again(size, way >> 1, levels - 1);
	else
		again(size, way >> 1, levels - 1);
	levels_done++; /* after the call, so that it is not the last instruction */
}

static int program(void)
{
	for (uint64_t i = 0; i < CALLS; i++)
		ask(FIRST + i, (unsigned)(i * 2654435761u) >> 7, DEPTH);
	return 0;
}

/*
 * Reads what is there; once, it does not stop before a record that reaches into the last bytes of
 * the ring.
 */
static uint64_t take(const uint8_t *data, uint64_t from, uint64_t to, bool stops)
{
	const uint8_t *at = data + from;

	while (at < data + to) {
		struct wire_record record;
		struct wire_coding before = coding;
		const uint8_t *end = wire_decode(at, data + to, &coding, &record);
		if (!end)
			return to;
		if (stops && end > data + RING - 2 * WIRE_RECORD_MAX) {
			coding = before;
			return (uint64_t)(at - data);
		}
		at = end;
		if (record.call == WIRE_MALLOC && record.size >= FIRST) {
			if (record.size != next_size) {
				printf("slow: a call of %llu bytes, not %llu\n",
					(unsigned long long)record.size,
					(unsigned long long)next_size);
				exit(1);
			}
			next_size++;
		}
	}
	return to;
}

static void drain(struct wire_head *head, struct wire_ring *ring, bool stops)
{
	const uint8_t *data = (const uint8_t *)head + ring->offset;
	uint64_t tail = ring->tail, end = __atomic_load_n(&ring->counts.head, __ATOMIC_ACQUIRE);

	while (tail < end) {
		uint64_t from = tail % RING,
			 count = end - tail < RING - from ? end - tail : RING - from;
		uint64_t to = take(data, from, from + count, stops);
		tail += to - from;
		__atomic_store_n(&ring->tail, tail, __ATOMIC_RELEASE);
		if (to < from + count)
			return;
	}
}

static int collect(char **arguments)
{
	const struct timespec pause = {0, 300000};
	int fd = memfd_create("slow", 0), status;
	uint64_t area = 8192 + RINGS * RING;
	char where[64];

	if (fd < 0 || ftruncate(fd, (off_t)area) < 0)
		return 77;
	struct wire_head *head = mmap(NULL, area, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	struct wire_ring *rings = (void *)((char *)head + WIRE_RINGS_AT);
	memcpy(head->magic, WIRE_MAGIC, 8);
	head->version = WIRE_VERSION;
	head->collector = (uint32_t)getpid();
	head->patience = UINT64_C(60000000000);
	head->rings = RINGS;
	head->area = area;
	head->wants = WIRE_WANT_SITES;
	head->depth = DEPTH;
	head->mode = WIRE_RICH;
	for (unsigned i = 0; i < RINGS; i++) {
		rings[i].offset = 8192 + i * RING;
		rings[i].size = RING;
	}
	snprintf(where, sizeof(where), "/proc/%d/fd/%d", (int)getpid(), fd);
	setenv("LD_PRELOAD", arguments[1], 1);
	setenv(WIRE_VARIABLE, where, 1);
	pid_t child = fork();
	if (child == 0) {
		execl(arguments[0], arguments[0], NULL);
		_exit(1);
	}
	for (bool stops = true; waitpid(child, &status, WNOHANG) == 0; stops = !stops) {
		drain(head, &rings[1], stops);
		nanosleep(&pause, NULL); /* it is full again by then */
	}
	drain(head, &rings[1], false);
	if (status != 0 || next_size != FIRST + CALLS) {
		printf("slow: %llu calls, not %u; status %#x\n",
			(unsigned long long)(next_size - FIRST), CALLS, (unsigned)status);
		return 1;
	}
	return 0;
}

int main(int argc, char **argv)
{
	return argc > 1 ? collect(argv) : program();
}
