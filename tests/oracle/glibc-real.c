/*
 * Plays random calls on the library with which it runs, of any release from 2.31 on
 * (glibc-start.h), and writes the results to standard output: the break before the first call, then
 * a record for each block, and figures; at the end the output of malloc_info(). Nothing else here
 * allocates. Several threads call in turn, each first with a greeting. usage: glibc-real MIX SEED
 * CALLS EVERY THREADS; without words it writes the release of the library
 */
#include "glibc-calls.h"
#include "glibc-start.h"

#include <gnu/libc-version.h>
#include <malloc.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A thread, and its next call. */
struct worker {
	pthread_t thread;
	sem_t go, done;
	struct step step;
	void *block;
};

static struct calls calls;
static struct worker workers[THREADS_MAX];
static char info_buffer[1 << 16];
static void *blocks[SLOTS_MAX];
static char buffer[1 << 16];
static size_t buffered;

static void flush(void)
{
	for (size_t done = 0; done < buffered;) {
		ssize_t n = write(STDOUT_FILENO, buffer + done, buffered - done);
		if (n <= 0)
			_exit(1);
		done += (size_t)n;
	}
	buffered = 0;
}

static void put(const void *bytes, size_t n)
{
	if (buffered + n > sizeof(buffer))
		flush();
	memcpy(buffer + buffered, bytes, n);
	buffered += n;
}

static uint64_t number(const char *digits)
{
	uint64_t n = 0;

	for (; *digits; digits++)
		n = n * 10 + (uint64_t)(*digits - '0');
	return n;
}

static void put_block(const void *block)
{
	struct record record = {(uint64_t)(uintptr_t)block,
		malloc_usable_size((void *)(uintptr_t)block), NOT_MAPPED};
	const uint64_t *header = (const uint64_t *)((uintptr_t)block - 16);

	if (header[1] & 2)
		record.lead = header[0];
	put(&record, sizeof(record));
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
/* As mallinfo2(), which came with 2.33, but of type int: large enough here. */
static void put_figures(void)
{
	const struct mallinfo info = mallinfo();
	const int numbers[] = {info.arena, info.ordblks, info.smblks, info.hblks, info.hblkhd,
		info.usmblks, info.fsmblks, info.uordblks, info.fordblks, info.keepcost};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		uint64_t wide = (uint64_t)numbers[i];
		put(&wide, sizeof(wide));
	}
}
#pragma GCC diagnostic pop

static void *call(const struct step *step)
{
	switch (step->kind) {
	case STEP_MALLOC:
		return malloc(step->size);
	case STEP_CALLOC:
		return calloc(1, step->size);
	case STEP_REALLOC:
		return realloc(blocks[step->slot], step->size);
	case STEP_ALIGNED:
		return memalign(step->alignment, step->size);
	case STEP_FREE:
		free(blocks[step->slot]);
		return NULL;
	}
	return NULL;
}

static void *work(void *user)
{
	struct worker *worker = user;

	for (;;) {
		sem_wait(&worker->go);
		worker->block = call(&worker->step);
		sem_post(&worker->done);
	}
	return NULL;
}

/* Makes the call in thread `thread`; 0 is the main one. */
static void *call_as(uint32_t thread, const struct step *step)
{
	struct worker *worker = &workers[thread];

	if (thread == 0)
		return call(step);
	worker->step = *step;
	sem_post(&worker->go);
	sem_wait(&worker->done);
	return worker->block;
}

static void start(uint32_t thread)
{
	struct worker *worker = &workers[thread];

	sem_init(&worker->go, 0, 0);
	sem_init(&worker->done, 0, 0);
	if (pthread_create(&worker->thread, NULL, work, worker) != 0)
		_exit(1);
}

static void greet(uint32_t thread)
{
	const struct step greeting = {STEP_MALLOC, SLOTS_MAX - 1, GREETING, 0};

	put_block(call_as(thread, &greeting));
}

/* Opening the stream and its buffer makes no call. */
static void put_info(void)
{
	flush();
	setvbuf(stdout, info_buffer, _IOFBF, sizeof(info_buffer));
	malloc_info(0, stdout);
	fflush(stdout);
}

/* At a page, as the system puts it for a program that has not been started by the loader's name. */
static uint64_t first_break(void)
{
	uintptr_t end = (uintptr_t)sbrk(0);

	return (uintptr_t)sbrk((intptr_t)(-end & 4095)) + (-end & 4095);
}

int main(int argc, char **argv)
{
	if (argc == 1) {
		put(gnu_get_libc_version(), strlen(gnu_get_libc_version()));
		flush();
	}
	if (argc != 6)
		_exit(argc != 1);
	uint64_t base = first_break(), n = number(argv[3]), every = number(argv[4]);
	calls_init(&calls, (uint32_t)number(argv[1]), number(argv[2]), (uint32_t)number(argv[5]));
	put(&base, sizeof(base));
	for (uint32_t i = 1; i < calls.threads; i++)
		start(i);
	for (uint32_t i = 0; calls.threads > 1 && i < calls.threads; i++)
		greet(i);
	for (uint64_t i = 0; i < n; i++) {
		struct step step = calls_next(&calls);
		void *block = call_as(calls.thread, &step);
		blocks[step.slot] = block;
		if (calls.live[step.slot])
			put_block(block);
		if (i % every == 0)
			put_figures();
	}
	put_info();
	_exit(0); /* the threads may still be waiting */
}
