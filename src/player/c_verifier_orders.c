/*
 * The order of calls of several threads. A recording has the moment before a free and after an
 * allocation, so that calls which overlapped may have taken place in another order than they were
 * recorded in. Where the next step differs, some steps change places with it:
 *
 *	delayed    the last steps of a thread, to after it
 *	early      the next steps of a thread, to before it
 *
 * Few steps first, then more, of one thread or of two.
 */
#include "player/c_verifier_state.h"

#include <stdlib.h>
#include <string.h>

#define DELAYED_MAX 8u
#define EARLY_MAX   4u
#define PAIR_MAX    3u
#define EARLIER_MAX 12u  /* allocations of the thread */
#define SPAN_MAX    192u /* steps from the first to the last that change places */
#define THREADS_MAX 16u  /* that are tried */
#define EVERY       UINT32_MAX

struct move {
	uint32_t thread; /* or EVERY: all but the step's own */
	int32_t by;      /* so many steps: negative, delayed; positive, early */
};

struct order {
	size_t first, count;     /* steps that change places, from the first on */
	size_t places[SPAN_MAX]; /* indices of steps, in the new order */
};

/* Marks the steps that a move takes, by index from `from` on; false: there are too few. */
static bool mark(const struct c_verifier *verifier, const struct move *move, size_t at, size_t from,
	size_t end, int8_t *marks)
{
	const struct step *steps = verifier->steps.items;
	uint32_t own = steps[at].call.thread, left = (uint32_t)abs(move->by);
	int direction = move->by < 0 ? -1 : 1;

	for (size_t i = at; left > 0;) {
		if (direction < 0 ? i == from : i + 1 == end)
			return false;
		i = direction < 0 ? i - 1 : i + 1;
		uint32_t thread = steps[i].call.thread;
		if (thread == own || (move->thread != EVERY && thread != move->thread) ||
			marks[i - from])
			continue;
		marks[i - from] = (int8_t)direction;
		left--;
	}
	return true;
}

static void put_places(const int8_t *marks, size_t from, size_t begin, size_t end, int8_t which,
	struct order *order)
{
	for (size_t i = begin; i < end; i++)
		if (marks[i - from] == which)
			order->places[order->count++] = i;
}

/* What is not moved, early ones, the step itself, delayed ones, what is not moved. */
static bool make_order(const struct c_verifier *verifier, size_t at, const struct move *moves,
	size_t n, struct order *ret_order)
{
	size_t from = at > SPAN_MAX / 2 ? at - SPAN_MAX / 2 : 0;
	size_t end = verifier->steps.count < at + SPAN_MAX / 2 ? verifier->steps.count
							       : at + SPAN_MAX / 2;
	int8_t marks[SPAN_MAX] = {0};
	size_t last = at;

	for (size_t i = 0; i < n; i++)
		if (!mark(verifier, &moves[i], at, from, end, marks))
			return false;
	ret_order->first = from;
	while (ret_order->first < at && marks[ret_order->first - from] == 0)
		ret_order->first++;
	for (size_t i = at + 1; i < end; i++)
		if (marks[i - from])
			last = i;
	ret_order->count = 0;
	put_places(marks, from, ret_order->first, at, 0, ret_order);
	put_places(marks, from, at + 1, last + 1, 1, ret_order);
	ret_order->places[ret_order->count++] = at;
	put_places(marks, from, ret_order->first, at, -1, ret_order);
	put_places(marks, from, at + 1, last + 1, 0, ret_order);
	return true;
}

/* No step comes before one that had certainly ended before it began. */
static bool is_possible(const struct c_verifier *verifier, const struct order *order)
{
	const struct step *steps = verifier->steps.items;

	for (size_t i = 0; i < order->count; i++)
		for (size_t j = i + 1; j < order->count; j++) {
			const struct step *one = &steps[order->places[i]],
					  *later = &steps[order->places[j]];
			if (order->places[j] < order->places[i] &&
				(later->before <= one->after ||
					later->call.thread == one->call.thread))
				return false;
		}
	return true;
}

/*
 * The order in which steps change places with the one at the pivot is played, and then up to the
 * next step; true: all agree.
 */
static bool try_order(struct c_verifier *verifier, size_t pivot, const struct move *moves, size_t n)
{
	struct step before[SPAN_MAX];
	struct order order;

	if (!c_verifier_has_effort(verifier) || !make_order(verifier, pivot, moves, n, &order) ||
		!is_possible(verifier, &order))
		return false;
	struct step *steps = &verifier->steps.items[order.first];
	size_t last = order.first + order.count - 1;
	memcpy(before, steps, order.count * sizeof(*steps));
	for (size_t i = 0; i < order.count; i++)
		steps[i] = before[order.places[i] - order.first];
	if (c_verifier_try(verifier, order.first,
		    last > verifier->applied ? last : verifier->applied))
		return true;
	memcpy(steps, before, order.count * sizeof(*steps));
	return false;
}

/* The other threads that had to do with the arena near the next step. */
static size_t find_threads(const struct c_verifier *verifier, uint32_t *ret_threads)
{
	const struct step *steps = verifier->steps.items;
	size_t at = verifier->applied, n = 0;
	size_t from = at > SPAN_MAX / 2 ? at - SPAN_MAX / 2 : 0, end = at + SPAN_MAX / 2;
	uint32_t arena = c_verifier_arena(verifier, steps[at].call.address);

	for (size_t i = from; i < end && i < verifier->steps.count && n < THREADS_MAX; i++) {
		size_t known = 0;
		if (!c_verifier_is_about(verifier, &steps[i], arena) ||
			steps[i].call.thread == steps[at].call.thread)
			continue;
		while (known < n && ret_threads[known] != steps[i].call.thread)
			known++;
		if (known == n)
			ret_threads[n++] = steps[i].call.thread;
	}
	return n;
}

/* So many steps of one thread, delayed or early. */
static bool try_one(struct c_verifier *verifier, size_t pivot, const uint32_t *threads, size_t n,
	uint32_t delayed, uint32_t early)
{
	for (int32_t by = 1; by <= (int32_t)delayed; by++)
		for (size_t i = 0; i < n; i++)
			if (try_order(verifier, pivot, &(struct move){threads[i], -by}, 1) ||
				(by <= (int32_t)early &&
					try_order(verifier, pivot, &(struct move){threads[i], by},
						1)))
				return true;
	return false;
}

/*
 * The same about an earlier allocation of the thread: there another order made no difference to its
 * address, but one to what was left.
 */
static bool try_earlier(struct c_verifier *verifier, const uint32_t *threads, size_t n)
{
	const struct step *steps = verifier->steps.items;
	uint32_t own = steps[verifier->applied].call.thread;
	size_t from = verifier->applied > SPAN_MAX / 2 ? verifier->applied - SPAN_MAX / 2 : 0;
	unsigned tried = 0;

	for (size_t i = verifier->applied; i-- > from && tried < EARLIER_MAX;) {
		if (steps[i].call.thread != own || steps[i].call.kind == EVENT_FREE)
			continue;
		tried++;
		if (try_one(verifier, i, threads, n, PAIR_MAX, PAIR_MAX))
			return true;
	}
	return false;
}

/* The step before all of the last ones, however many threads they are of. */
static bool try_every(struct c_verifier *verifier)
{
	for (int32_t by = 2; by <= 64; by += by / 2)
		if (try_order(verifier, verifier->applied, &(struct move){EVERY, -by}, 1))
			return true;
	return false;
}

static bool try_pairs(struct c_verifier *verifier, const uint32_t *threads, size_t n)
{
	size_t at = verifier->applied;

	for (int32_t by = 1; by <= (int32_t)(PAIR_MAX * PAIR_MAX); by++) {
		int32_t first = (by - 1) / (int32_t)PAIR_MAX + 1,
			second = (by - 1) % (int32_t)PAIR_MAX + 1;
		for (size_t i = 0; i < n * n; i++) {
			struct move moves[] = {{threads[i / n], -first}, {threads[i % n], -second}};
			if (i / n < i % n && try_order(verifier, at, moves, 2))
				return true;
			moves[1].by = second;
			if (try_order(verifier, at, moves, 2))
				return true;
		}
	}
	return false;
}

bool c_verifier_find_order(struct c_verifier *verifier)
{
	uint32_t threads[THREADS_MAX];
	size_t n = find_threads(verifier, threads);

	return n > 0 && (try_one(verifier, verifier->applied, threads, n, DELAYED_MAX, EARLY_MAX) ||
				try_earlier(verifier, threads, n) || try_every(verifier) ||
				try_pairs(verifier, threads, n));
}
