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

static void put_in_order(struct c_verifier *verifier, const struct order *order)
{
	struct step sorted[SPAN_MAX];
	struct step *steps = verifier->steps.items;

	for (size_t i = 0; i < order->count; i++)
		sorted[i] = steps[order->places[i]];
	for (size_t i = 0; i < order->count; i++)
		steps[order->first + i] = sorted[i];
}

/*
 * Plays the order in which steps change places with the one at the pivot, and then up to the next
 * step; true: all steps agree.
 */
static bool try_order(struct c_verifier *verifier, size_t pivot, const struct move *moves, size_t n)
{
	size_t at = verifier->applied;
	struct order order;
	struct effect effect;
	bool agrees = true;

	if (!make_order(verifier, pivot, moves, n, &order) || !is_possible(verifier, &order))
		return false;
	c_verifier_rewind(verifier, order.first);
	verifier->applied = at;
	for (size_t i = 0; agrees && i < order.count; i++)
		agrees = c_verifier_apply(verifier, &verifier->steps.items[order.places[i]],
			&effect);
	for (size_t i = order.first + order.count; agrees && i <= at; i++)
		agrees = c_verifier_apply(verifier, &verifier->steps.items[i], &effect);
	if (!agrees)
		return false;
	put_in_order(verifier, &order);
	c_verifier_rewind(verifier, order.first);
	return true;
}

/* The threads of the steps that may change places with the next one. */
static size_t find_threads(const struct c_verifier *verifier, uint32_t *ret_threads)
{
	const struct step *steps = verifier->steps.items;
	size_t at = verifier->applied, n = 0;

	for (size_t i = 0; i < verifier->steps.count && n < THREADS_MAX; i++) {
		size_t known = 0;
		while (known < n && ret_threads[known] != steps[i].call.thread)
			known++;
		if (known == n && steps[i].call.thread != steps[at].call.thread)
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
	unsigned tried = 0;

	for (size_t i = verifier->applied; i-- > verifier->near_at && tried < EARLIER_MAX;) {
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

/* ---- one step, from far away ---------------------------------------------------------------- */

/* The step may have taken place after all of the steps up to `to`. */
static bool may_follow(const struct c_verifier *verifier, size_t at, size_t to)
{
	const struct step *steps = verifier->steps.items;

	for (size_t i = at + 1; i <= to; i++)
		if (steps[at].before <= steps[i].after ||
			steps[at].call.thread == steps[i].call.thread)
			return false;
	return true;
}

/* The step may have taken place before all of the steps from `to` on. */
static bool may_precede(const struct c_verifier *verifier, size_t at, size_t to)
{
	const struct step *steps = verifier->steps.items;

	for (size_t i = to; i < at; i++)
		if (steps[i].before <= steps[at].after ||
			steps[i].call.thread == steps[at].call.thread)
			return false;
	return true;
}

/* From `at` to `to`, where at < to; or back again. */
static void carry(struct c_verifier *verifier, size_t at, size_t to, bool back)
{
	struct step *steps = verifier->steps.items;
	const struct step step = steps[back ? to : at];

	if (back)
		memmove(&steps[at + 1], &steps[at], (to - at) * sizeof(*steps));
	else
		memmove(&steps[at], &steps[at + 1], (to - at) * sizeof(*steps));
	steps[back ? at : to] = step;
}

/* Plays the steps from `from` to `to`; true: all agree, and the first of them is the next. */
static bool play(struct c_verifier *verifier, size_t from, size_t to)
{
	size_t at = verifier->applied;
	struct effect effect;
	bool agrees = true;

	if (from < verifier->near_at)
		c_verifier_forget_near(verifier);
	c_verifier_rewind(verifier, from);
	for (size_t i = from; agrees && i <= to; i++)
		agrees = c_verifier_apply(verifier, &verifier->steps.items[i], &effect);
	if (agrees)
		c_verifier_rewind(verifier, from);
	else
		verifier->applied = at;
	return agrees;
}

/* Of a thread that was in a free: its last step, to after the next one. */
static bool try_stalled_free(struct c_verifier *verifier, uint32_t thread)
{
	const struct step *steps = verifier->steps.items;
	size_t at = verifier->applied, i = at;

	while (i > 0 && steps[i - 1].call.thread != thread)
		i--;
	if (i-- == 0 || steps[i].before <= steps[i].number || !may_follow(verifier, i, at))
		return false;
	carry(verifier, i, at, false);
	if (play(verifier, i, at - 1))
		return true;
	carry(verifier, i, at, true);
	return false;
}

/* Of a thread that was in an allocation: its next step, to before the next one. */
static bool try_stalled_allocation(struct c_verifier *verifier, uint32_t thread)
{
	const struct step *steps = verifier->steps.items;
	size_t at = verifier->applied, i = at + 1;

	while (i < verifier->steps.count && steps[i].call.thread != thread)
		i++;
	if (i >= verifier->steps.count || steps[i].after >= steps[i].number ||
		!may_precede(verifier, i, at))
		return false;
	carry(verifier, at, i, true);
	if (play(verifier, at, at + 1))
		return true;
	carry(verifier, at, i, false);
	return false;
}

/*
 * A thread that was interrupted in a call: any number of calls of others may have come between its
 * stamp and what it did.
 */
static bool try_stalled(struct c_verifier *verifier, const uint32_t *threads, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (try_stalled_free(verifier, threads[i]) ||
			try_stalled_allocation(verifier, threads[i]))
			return true;
	return false;
}

/* ---- two frees ------------------------------------------------------------------------------ */

/* The last free of a block at the address before the next step; false: it is not in the window. */
static bool find_free(const struct c_verifier *verifier, uint64_t address, size_t *ret_at)
{
	const struct step *steps = verifier->steps.items;

	for (size_t i = verifier->applied; i-- > 0;)
		if (steps[i].call.kind == EVENT_FREE && steps[i].call.address == address) {
			*ret_at = i;
			return true;
		}
	return false;
}

/*
 * The block that was predicted and the one that was recorded were freed at about the same time, and
 * so the other way round than recorded: they are in the same list, and only now it shows.
 */
static bool try_frees(struct c_verifier *verifier, uint64_t predicted)
{
	size_t at = verifier->applied, one, other;

	if (!find_free(verifier, verifier->steps.items[at].call.address, &one) ||
		!find_free(verifier, predicted, &other))
		return false;
	size_t from = one < other ? one : other, to = one < other ? other : one;
	if (!may_follow(verifier, from, to))
		return false;
	carry(verifier, from, to, false);
	if (play(verifier, from, at))
		return true;
	carry(verifier, from, to, true);
	return false;
}

bool c_verifier_reorder(struct c_verifier *verifier, uint64_t predicted)
{
	uint32_t threads[THREADS_MAX];
	size_t n = find_threads(verifier, threads);

	return n > 0 &&
	       (try_stalled(verifier, threads, n) || try_frees(verifier, predicted) ||
		       try_one(verifier, verifier->applied, threads, n, DELAYED_MAX, EARLY_MAX) ||
		       try_earlier(verifier, threads, n) || try_every(verifier) ||
		       try_pairs(verifier, threads, n));
}
