/*
 * Calls that were interrupted. A thread that is preempted in a call, or waits in it for a lock, has
 * its stamp before a free, or after an allocation, while any number of calls of others come
 * between. So the last free of a thread may belong after the step that differs, and its next
 * allocation before it.
 *
 *	delayed  the last step of a thread, carried to after the step that differs
 *	early    the next step of a thread, carried to before it
 *
 * The step that differs may itself have taken place long before its stamp. Then each of the others
 * is tried alone, then all that are delayed, then two at once.
 */
#include "player/c_verifier_state.h"

#include <string.h>

#define THREADS_MAX 32u
#define FAR_AHEAD   65536u /* steps that are looked through for the next one of a thread */
#define STRIDE_MAX  4096u
#define BEFORE      1024u /* steps of which each may have been stalled */
#define STEPS_SEEN  16u   /* cost as much as one that is played */
#define STALL_MIN   8u    /* steps; shorter ones are found among the orders around a step */

/* A step that may belong on the other side of the one that differs. */
struct stalled {
	size_t at;
	bool is_delayed; /* otherwise early */
};

struct carried {
	size_t from, to;
};

struct stalls {
	size_t count, delayed; /* the delayed ones come first, the nearest in front */
	struct stalled items[2 * THREADS_MAX];
};

/* ---- which calls may be stalled -------------------------------------------------------------- */

/* The step may have taken place after all of the steps up to `to`. */
static bool may_follow(const struct c_verifier *verifier, size_t at, size_t to)
{
	const struct step *steps = verifier->steps.items;

	for (size_t i = to; i > at; i--)
		if (steps[at].before <= steps[i].after ||
			steps[at].call.thread == steps[i].call.thread)
			return false;
	return true;
}

/* The walk under way has not met the thread of the step yet. */
static bool meet_thread(struct c_verifier *verifier, const struct step *step)
{
	struct c_thread *thread = c_verifier_thread(verifier, step->call.thread);
	bool is_new = thread->walk != verifier->walk;

	thread->walk = verifier->walk;
	return is_new;
}

/* How many steps may be looked through, of so many. */
static size_t affordable(const struct c_verifier *verifier, size_t n)
{
	uint64_t left = verifier->effort.left;

	return left < n / STEPS_SEEN ? (size_t)left * STEPS_SEEN : n;
}

/* The last step of each thread, if all steps since may have come before it. Costs the past. */
static void find_delayed(struct c_verifier *verifier, uint32_t arena, struct stalls *stalls)
{
	const struct step *steps = verifier->steps.items;
	size_t at = verifier->applied, i = at, first = at - affordable(verifier, at);
	uint64_t begun = steps[at].after; /* the last moment at which a step since began */

	verifier->walk++;
	meet_thread(verifier, &steps[at]);
	while (i > first && stalls->count < THREADS_MAX) {
		const struct step *step = &steps[--i];
		if (meet_thread(verifier, step) && step->before > begun &&
			c_verifier_is_about(verifier, step, arena))
			stalls->items[stalls->count++] = (struct stalled){i, true};
		begun = step->after > begun ? step->after : begun;
	}
	stalls->delayed = stalls->count;
	c_verifier_spend(verifier, (at - i) / STEPS_SEEN);
}

/* The next step of each thread, if all up to it may come after it. Costs what is read ahead. */
static void find_early(struct c_verifier *verifier, uint32_t arena, struct stalls *stalls)
{
	const struct step *steps = verifier->steps.items;
	size_t at = verifier->applied, i = at;
	size_t end = at + affordable(verifier, verifier->steps.count - at);
	uint64_t ended = steps[at].before; /* the first moment by which a step until then ended */

	verifier->walk++;
	meet_thread(verifier, &steps[at]);
	stalls->count = stalls->delayed;
	while (++i < end && stalls->count < 2 * THREADS_MAX) {
		const struct step *step = &steps[i];
		if (meet_thread(verifier, step) && step->after < ended &&
			c_verifier_is_about(verifier, step, arena))
			stalls->items[stalls->count++] = (struct stalled){i, false};
		ended = step->before < ended ? step->before : ended;
	}
	c_verifier_spend(verifier, (i - at) / STEPS_SEEN);
}

/* ---- carrying -------------------------------------------------------------------------------- */

/* The step moves, and those between make room. */
static void carry(struct c_verifier *verifier, size_t from, size_t to)
{
	struct step *steps = verifier->steps.items;
	const struct step step = steps[from];

	if (from < to)
		memmove(&steps[from], &steps[from + 1], (to - from) * sizeof(*steps));
	else
		memmove(&steps[to + 1], &steps[to], (from - to) * sizeof(*steps));
	steps[to] = step;
	c_verifier_spend(verifier, (from < to ? to - from : from - to) / STEPS_SEEN);
}

/* As carry(), if then all of the steps between agree, and those up to the next one. */
static bool try_carry(struct c_verifier *verifier, size_t from, size_t to)
{
	size_t first = from < to ? from : to, last = from < to ? to : from;

	carry(verifier, from, to);
	if (c_verifier_try(verifier, first, last > verifier->applied ? last : verifier->applied))
		return true;
	carry(verifier, to, from);
	return false;
}

/*
 * A delayed step. One that was carried before, and not far enough, goes twice as far, if all agree
 * up to there: it may be carried past thousands.
 */
static bool try_delayed(struct c_verifier *verifier, size_t from)
{
	size_t at = verifier->applied;
	uint64_t number = verifier->steps.items[from].number;
	size_t stride = number == verifier->carried ? 2 * verifier->stride : 1;

	if (stride > STRIDE_MAX)
		stride = STRIDE_MAX;
	for (; stride > 1; stride /= 2)
		if (at + stride <= verifier->steps.count &&
			may_follow(verifier, from, at + stride - 1) &&
			try_carry(verifier, from, at + stride - 1))
			break;
	if (stride <= 1 && !try_carry(verifier, from, at))
		return false;
	verifier->carried = number;
	verifier->stride = stride ? stride : 1;
	return true;
}

/* ---- several at once ------------------------------------------------------------------------- */

/* Carries the chosen steps, which are in the order of steps, to the other side of the next one. */
static size_t carry_several(struct c_verifier *verifier, const struct stalled *const *chosen,
	size_t n, struct carried *ret_carried)
{
	size_t at = verifier->applied, place = at;

	for (size_t i = 0; i < n; i++) {
		struct carried *carried = &ret_carried[i];
		if (chosen[i]->is_delayed) {
			*carried = (struct carried){chosen[i]->at - i, at};
			place--;
		} else {
			*carried = (struct carried){chosen[i]->at, place++};
		}
		carry(verifier, carried->from, carried->to);
	}
	return place;
}

static bool try_several(struct c_verifier *verifier, const struct stalled *const *chosen, size_t n)
{
	struct carried carried[2 * THREADS_MAX];
	size_t at = verifier->applied;
	size_t place = carry_several(verifier, chosen, n, carried);

	if (c_verifier_try(verifier, chosen[0]->is_delayed ? chosen[0]->at : at, place))
		return true;
	while (n-- > 0)
		carry(verifier, carried[n].to, carried[n].from);
	return false;
}

static bool try_all_delayed(struct c_verifier *verifier, const struct stalls *stalls)
{
	const struct stalled *chosen[THREADS_MAX];
	size_t n = stalls->delayed;

	for (size_t i = 0; i < n; i++)
		chosen[i] = &stalls->items[n - 1 - i];
	return n > 2 && try_several(verifier, chosen, n);
}

static bool try_pairs(struct c_verifier *verifier, const struct stalls *stalls)
{
	for (size_t j = 1; j < stalls->count; j++)
		for (size_t i = 0; i < j; i++) {
			bool is_backwards = j < stalls->delayed;
			const struct stalled *one = &stalls->items[i], *other = &stalls->items[j];
			const struct stalled *chosen[] = {is_backwards ? other : one,
				is_backwards ? one : other};
			if (!c_verifier_has_effort(verifier))
				return false;
			if (try_several(verifier, chosen, 2))
				return true;
		}
	return false;
}

/* ---- what was stalled before ---------------------------------------------------------------- */

/* The last place at which the step may be, at most `to`; it is at `from`. */
static size_t latest_place(const struct c_verifier *verifier, size_t from, size_t to)
{
	const struct step *steps = verifier->steps.items;
	size_t place = from;

	while (place < to && steps[from].before > steps[place + 1].after &&
		steps[from].call.thread != steps[place + 1].call.thread)
		place++;
	return place;
}

static size_t earliest_place(const struct c_verifier *verifier, size_t from)
{
	const struct step *steps = verifier->steps.items;
	size_t place = from;

	while (place > 0 && steps[place - 1].before > steps[from].after &&
		steps[from].call.thread != steps[place - 1].call.thread)
		place--;
	return place;
}

/*
 * A step that was stalled, and whose thread has gone on since: where it took place has made no
 * difference until now.
 */
static bool try_stalled_before(struct c_verifier *verifier, uint32_t arena)
{
	size_t at = verifier->applied;

	for (size_t i = at; i-- > 0 && at - i < BEFORE && c_verifier_has_effort(verifier);) {
		if (!c_verifier_is_about(verifier, &verifier->steps.items[i], arena))
			continue;
		size_t latest = latest_place(verifier, i, at - 1),
		       earliest = earliest_place(verifier, i);
		c_verifier_spend(verifier, (latest - earliest) / STEPS_SEEN);
		if ((latest - i >= STALL_MIN &&
			    (try_carry(verifier, i, latest) ||
				    try_carry(verifier, i, i + (latest - i) / 2))) ||
			(i - earliest >= STALL_MIN &&
				(try_carry(verifier, i, earliest) ||
					try_carry(verifier, i, i - (i - earliest) / 2))))
			return true;
	}
	return false;
}

/* ---- two frees ------------------------------------------------------------------------------- */

/* The last free of a block at the address before the next step; false: it is not in the past. */
static bool find_free(struct c_verifier *verifier, uint64_t address, size_t *ret_at)
{
	const struct step *steps = verifier->steps.items;
	size_t at = verifier->applied, first = at - affordable(verifier, at), i = at;

	while (i > first &&
		(steps[i - 1].call.kind != EVENT_FREE || steps[i - 1].call.address != address))
		i--;
	c_verifier_spend(verifier, (at - i) / STEPS_SEEN);
	*ret_at = i - 1;
	return i > first;
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
	return may_follow(verifier, from, to) && try_carry(verifier, from, to);
}

/* ---- the step itself ------------------------------------------------------------------------ */

/*
 * The step that differs was stalled: it took place long before its stamp. The further back, the
 * rarer the places that are tried. Costs what has passed since it may have begun.
 */
static bool try_itself(struct c_verifier *verifier)
{
	size_t at = verifier->applied, distance = at - earliest_place(verifier, at);

	c_verifier_spend(verifier, distance / STEPS_SEEN);
	for (; distance >= STALL_MIN && c_verifier_has_effort(verifier); distance /= 2)
		if (try_carry(verifier, at, at - distance))
			return true;
	return false;
}

/* ---- what is looked for ---------------------------------------------------------------------- */

static uint32_t arena_of_next(const struct c_verifier *verifier)
{
	return c_verifier_arena(verifier, verifier->steps.items[verifier->applied].call.address);
}

bool c_verifier_find_stall(struct c_verifier *verifier, uint64_t predicted)
{
	uint32_t arena = arena_of_next(verifier);
	struct stalls stalls = {0};

	if (try_itself(verifier))
		return true;
	find_delayed(verifier, arena, &stalls);
	find_early(verifier, arena, &stalls);
	for (size_t i = 0; i < stalls.count && c_verifier_has_effort(verifier); i++)
		if (stalls.items[i].is_delayed
				? try_delayed(verifier, stalls.items[i].at)
				: try_carry(verifier, stalls.items[i].at, verifier->applied))
			return true;
	return try_frees(verifier, predicted);
}

bool c_verifier_find_stalls(struct c_verifier *verifier)
{
	uint32_t arena = arena_of_next(verifier);
	struct stalls stalls = {0};

	c_verifier_read_ahead(verifier, FAR_AHEAD);
	find_delayed(verifier, arena, &stalls);
	find_early(verifier, arena, &stalls);
	for (size_t i = stalls.delayed; i < stalls.count && c_verifier_has_effort(verifier); i++)
		if (try_carry(verifier, stalls.items[i].at, verifier->applied))
			return true;
	return try_all_delayed(verifier, &stalls) || try_pairs(verifier, &stalls) ||
	       try_stalled_before(verifier, arena);
}
