/*
 * The past of a C verifier. Moments are kept at distances that grow with their age, so that going
 * back to a step of long ago plays about as many steps as have passed since.
 */
#include "player/c_verifier_state.h"

#include <string.h>

#define PAST           131072u /* steps that can be gone back to; calls may stall that long */
#define BYTES_A_STEP   2048u   /* that are copied in the time of a step */
#define EFFORT_EARNED  64u     /* by each event that was read */
#define EFFORT_AT_ONCE (UINT64_C(4) << 20)
#define EFFORT_LEAST   (UINT64_C(64) << 10)
#define EFFORT_OWED    (UINT64_C(1) << 20) /* beyond which steps are not compared */
#define HOPELESS       64u                 /* searches that failed in a row: they earn less */
#define HOPELESS_PART  8u

/* ---- what it costs --------------------------------------------------------------------------- */

void c_verifier_spend(struct c_verifier *verifier, uint64_t steps)
{
	struct effort *effort = &verifier->effort;
	uint64_t paid = steps < effort->left ? steps : effort->left;

	effort->left -= paid;
	effort->owed += steps - paid;
}

static size_t state_bytes(const struct c_verifier *verifier)
{
	size_t bytes = 0;

	for (size_t i = 0; i < verifier->nflats; i++)
		bytes += flat_bytes(verifier->flats[i]);
	return bytes;
}

/* ---- moments -------------------------------------------------------------------------------- */

void c_verifier_keep(struct c_verifier *verifier)
{
	size_t n = verifier->moments.count;
	const struct moment *last = n ? &verifier->moments.items[n - 1] : NULL;

	assert(!last || last->at < verifier->applied);
	struct snapshot *snapshot = snapshot_new(verifier->flats, verifier->nflats,
		last ? last->snapshot : NULL, &verifier->snapshot_bytes);
	c_verifier_spend(verifier, state_bytes(verifier) / BYTES_A_STEP);
	*array_push(&verifier->moments) = (struct moment){snapshot, verifier->applied};
}

static void drop(struct c_verifier *verifier, size_t first, size_t n)
{
	struct moment *moments = verifier->moments.items;

	for (size_t i = first; i < first + n; i++)
		snapshot_free(moments[i].snapshot, &verifier->snapshot_bytes);
	verifier->moments.count -= n;
	if (verifier->moments.count > first)
		memmove(&moments[first], &moments[first + n],
			(verifier->moments.count - first) * sizeof(*moments));
}

/* How many moments are not after step n. */
static size_t moments_to(const struct c_verifier *verifier, size_t n)
{
	size_t count = verifier->moments.count;

	while (count > 0 && verifier->moments.items[count - 1].at > n)
		count--;
	return count;
}

/* The steps from n on have changed: moments after that hold no longer. */
static void forget_after(struct c_verifier *verifier, size_t n)
{
	size_t first = moments_to(verifier, n);

	drop(verifier, first, verifier->moments.count - first);
}

void c_verifier_forget_all(struct c_verifier *verifier)
{
	drop(verifier, 0, verifier->moments.count);
	array_finish(&verifier->moments);
}

/* The first moment becomes that of step 0. */
static void drop_steps(struct c_verifier *verifier)
{
	size_t gone = verifier->moments.items[0].at;
	struct step *steps = verifier->steps.items;

	verifier->steps.count -= gone;
	memmove(steps, steps + gone, verifier->steps.count * sizeof(*steps));
	verifier->applied -= gone;
	for (size_t i = 0; i < verifier->moments.count; i++)
		verifier->moments.items[i].at -= gone;
}

void c_verifier_thin(struct c_verifier *verifier)
{
	const struct moment *moments = verifier->moments.items;
	size_t past = verifier->threads.count > 1 ? PAST : 0, now = verifier->applied;

	for (size_t i = verifier->moments.count; i-- > 2;)
		if (moments[i].at - moments[i - 2].at <= now - moments[i].at)
			drop(verifier, i - 1, 1);
	while (verifier->moments.count > 1 && now - moments[1].at >= past)
		drop(verifier, 0, 1);
	if (moments[0].at >= past) /* so that each step is moved once, not at every call */
		drop_steps(verifier);
}

/* ---- going back ----------------------------------------------------------------------------- */

void c_verifier_rewind(struct c_verifier *verifier, size_t n)
{
	size_t count = moments_to(verifier, n);
	struct effect effect;

	assert(count > 0);
	const struct moment *moment = &verifier->moments.items[count - 1];
	snapshot_restore(moment->snapshot, verifier->flats, verifier->nflats);
	for (size_t i = moment->at; i < n; i++)
		c_verifier_apply(verifier, &verifier->steps.items[i], &effect);
	c_verifier_spend(verifier, state_bytes(verifier) / BYTES_A_STEP + n - moment->at);
	verifier->applied = n;
}

bool c_verifier_try(struct c_verifier *verifier, size_t from, size_t to)
{
	size_t at = verifier->applied, i = from;
	struct effect effect;
	bool agrees = true;

	if (from < verifier->moments.items[0].at)
		return false; /* the state of then is gone */
	c_verifier_rewind(verifier, from);
	while (agrees && i <= to)
		agrees = c_verifier_apply(verifier, &verifier->steps.items[i++], &effect);
	c_verifier_spend(verifier, i - from);
	verifier->applied = at;
	if (!agrees)
		return false;
	forget_after(verifier, from);
	c_verifier_rewind(verifier, from);
	return true;
}

/* ---- effort --------------------------------------------------------------------------------- */

/* What was read since pays what is owed first. */
static void earn(struct c_verifier *verifier)
{
	struct effort *effort = &verifier->effort;
	uint64_t earned = (verifier->read - effort->earned) * EFFORT_EARNED,
		 paid = earned < effort->owed ? earned : effort->owed;

	effort->earned = verifier->read;
	effort->owed -= paid;
	effort->saved += (earned - paid) / (effort->failures < HOPELESS ? 1 : HOPELESS_PART);
}

bool c_verifier_owes(struct c_verifier *verifier)
{
	earn(verifier);
	return verifier->effort.owed > EFFORT_OWED;
}

/* After failures in a row the state is likely to be another one than was recorded. */
void c_verifier_begin_effort(struct c_verifier *verifier)
{
	struct effort *effort = &verifier->effort;
	unsigned halvings = effort->failures < 16 ? effort->failures : 16;
	uint64_t most = EFFORT_AT_ONCE >> halvings;

	earn(verifier);
	if (most < EFFORT_LEAST)
		most = EFFORT_LEAST;
	effort->left = most < effort->saved ? most : effort->saved;
	effort->saved -= effort->left;
}

void c_verifier_end_effort(struct c_verifier *verifier, bool has_found)
{
	struct effort *effort = &verifier->effort;

	effort->saved += effort->left;
	effort->left = 0;
	effort->failures = has_found ? 0 : effort->failures + 1;
}
