/*
 * The same random calls for the real library and for the engine: the next call depends only on the
 * seed and on earlier calls, never on an address.
 */
#ifndef GLIBC_CALLS_H
#define GLIBC_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#define SLOTS_MAX   8192u
#define THREADS_MAX 8u
#define GREETING    24u  /* bytes of the first request of each thread */
#define DTV_BYTES   272u /* bytes that pthread_create() requests with calloc in a small program */

enum step_kind { STEP_MALLOC, STEP_CALLOC, STEP_REALLOC, STEP_ALIGNED, STEP_FREE };

struct step {
	enum step_kind kind;
	uint32_t slot;
	uint64_t size;
	uint64_t alignment;
};

/* How often each function is called, in a hundred calls, and the sizes of requests. */
struct mix {
	const char *name;
	uint32_t slots;  /* the most blocks live at once */
	uint32_t period; /* calls after which growing and shrinking alternate */
	uint32_t realloc, calloc, aligned;
	uint32_t size_bits; /* sizes are below 1 << n, with n up to this */
	uint64_t size_max;
};

static const struct mix mixes[] = {
	{"tiny", 600, 3000, 10, 10, 2, 8, 200},
	{"small", 2000, 9000, 10, 10, 4, 11, 1500},
	{"many", 8000, 60000, 5, 5, 1, 10, 900},
	{"middle", 500, 4000, 15, 10, 5, 14, 9000},
	{"wide", 1500, 11000, 15, 15, 5, 19, 400000},
	{"large", 120, 900, 20, 20, 10, 19, 400000},
	{"realloc", 300, 2000, 70, 10, 5, 17, 100000},
	{"aligned", 400, 3000, 20, 5, 60, 13, 6000},
	{"few", 12, 50, 20, 20, 10, 18, 200000},
	{"heaps", 8000, 40000, 10, 10, 5, 19, 400000},
	{"maps", 40, 400, 40, 10, 20, 19, 400000},
};

struct record {
	uint64_t address; /* of the payload */
	uint64_t usable;
	uint64_t lead; /* a map: bytes before its chunk; NOT_MAPPED: a chunk of a heap */
};
#define NOT_MAPPED UINT64_MAX

struct figures {
	uint64_t arena, ordblks, smblks, hblks, hblkhd, usmblks, fsmblks, uordblks, fordblks,
		keepcost;
};

struct calls {
	const struct mix *mix;
	uint64_t random;
	uint64_t at;
	uint32_t threads; /* threads that take turns to call */
	uint32_t thread;  /* the thread whose turn it is */
	bool live[SLOTS_MAX];
};

static inline void calls_init(struct calls *calls, uint32_t mix, uint64_t seed, uint32_t threads)
{
	calls->threads = threads;
	calls->thread = 0;
	calls->mix = &mixes[mix];
	calls->random = seed * 0x9E3779B97F4A7C15u + 1;
	calls->at = 0;
}

static inline uint64_t calls_roll(struct calls *calls, uint64_t sides)
{
	calls->random ^= calls->random >> 12;
	calls->random ^= calls->random << 25;
	calls->random ^= calls->random >> 27;
	return (calls->random * 0x2545F4914F6CDD1Du >> 11) % sides;
}

/* All magnitudes equally often; a few sizes again and again. */
static inline uint64_t calls_size(struct calls *calls)
{
	if (calls_roll(calls, 4) == 0)
		return calls_roll(calls, 12) * 24 % calls->mix->size_max;
	uint64_t size =
		calls_roll(calls, UINT64_C(1) << (1 + calls_roll(calls, calls->mix->size_bits)));
	return size > calls->mix->size_max ? calls->mix->size_max : size;
}

static inline struct step calls_next(struct calls *calls)
{
	const struct mix *mix = calls->mix;
	bool grows = calls->at++ / mix->period % 2 == 0;
	if (calls->threads > 1 && calls_roll(calls, 6) == 0)
		calls->thread = (uint32_t)calls_roll(calls, calls->threads);
	struct step step = {STEP_FREE, (uint32_t)calls_roll(calls, mix->slots), 0, 0};

	/* While the heap grows, most slots found live are skipped. */
	for (int i = 0; i < 3 && calls->live[step.slot] == grows; i++)
		step.slot = (uint32_t)calls_roll(calls, mix->slots);
	uint64_t what = calls_roll(calls, 100);
	if (calls->live[step.slot]) {
		if (what >= mix->realloc) {
			calls->live[step.slot] = false;
			return step;
		}
		step.kind = STEP_REALLOC;
		step.size = calls_size(calls);
		calls->live[step.slot] = step.size > 0;
		return step;
	}
	step.kind = what < mix->calloc                  ? STEP_CALLOC
		    : what < mix->calloc + mix->aligned ? STEP_ALIGNED
							: STEP_MALLOC;
	step.size = calls_size(calls);
	step.alignment = step.kind == STEP_ALIGNED ? UINT64_C(16) << calls_roll(calls, 11) : 0;
	calls->live[step.slot] = true;
	return step;
}

#endif
