/*
 * A budget: a counter in front of the allocator, which passes requests to the layer below as long
 * as the requested bytes stay within a limit.
 *
 *	spent    bytes requested and not freed; headers and rounding do not count
 *	limit    the most that may be spent
 *
 * It knows how much, not where: it sees neither placement nor fragmentation. The size of each block
 * is kept by address, since a free passes only that.
 *
 * With --trust-sizes it is the simplest counter there is: it adds what the free says (size=), not
 * what the block had. Then it drifts from what is really taken, and may have more left than the
 * limit.
 */
#include "engines/budget.h"

#include "base/error.h"
#include "base/options.h"
#include "engine/engine.h"
#include "flat/index.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define GAUGE 14u /* signs */
#define NONE  UINT32_MAX

struct budget_state {
	uint64_t spent;
	uint64_t blocks;
	uint64_t free_entry; /* + 1, linked by `size` */
	int64_t drift;       /* bytes added beyond those that were taken; below 0: too few */
};

struct budget_entry {
	uint64_t address;
	uint64_t size; /* bytes asked for */
};

struct budget {
	struct engine engine;
	uint64_t limit;
	bool trusts_sizes;
	struct flat_array state;
	struct flat_array entries;
	struct flat_array by_address; /* index.h */
};

static const struct option_spec options[] = {
	{.name = "limit",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "1M",
		.min = 1,
		.help = "most bytes the program may have at once"},
	{.name = "trust-sizes",
		.type = OPTION_FLAG,
		.help = "a free adds the size that it says, right or wrong"},
	{0},
};

static const struct decision_kind decision_budget_allowed = {
	.name = "budget-allowed",
	.operands = "a bytes, of b left: the layer below is asked",
	.words = {.plain = "The budget has {b:B} left: enough for {a:B}."},
};

const struct decision_kind decision_budget_spent = {
	.name = "budget-spent",
	.operands = "a bytes, b left before, c left after",
	.words = {.plain = "{a:B} came out of the budget, which has {c:B} left."},
};

const struct decision_kind decision_budget_returned = {
	.name = "budget-returned",
	.operands = "a bytes, b left after",
	.words = {.plain = "{a:B} went back to the budget, which has {b:B} left."},
};

const struct decision_kind decision_budget_exceeded = {
	.name = "budget-exceeded",
	.operands = "a bytes more than before, b left, c limit",
	.words = {.plain = "{a:B} would exceed the budget: only {b:B} of {c:B} are left.",
		.brief = "over the budget"},
};

static bool is_over(const struct decision *decision)
{
	return decision->c > decision->d;
}

static const struct decision_kind decision_budget_drifted = {
	.name = "budget-drifted",
	.operands = "a bytes said, b bytes taken, c left after, d limit",
	.words = {.plain = "The free says {a:B}, and the block had taken {b:B}: "
			   "the counter believes it, and has {c:B} left.",
		.brief = "{a:B} for {b:B}"},
	.variants =
		(const struct decision_variant[]){
			{is_over,
				{.plain = "The free says {a:B}, and the block had taken {b:B}: the "
					  "counter has {c:B} left of a limit of {d:B}.",
					.brief = "more left than the limit"}},
			{NULL},
		},
};

static const struct decision_kind *const decisions[] = {
	&decision_budget_drifted,
	&decision_budget_allowed,
	&decision_budget_spent,
	&decision_budget_returned,
	&decision_budget_exceeded,
	NULL,
};

static struct budget *self(struct engine *engine)
{
	return (struct budget *)engine;
}

static const struct budget *const_self(const struct engine *engine)
{
	return (const struct budget *)engine;
}

static struct budget_state *state_of(const struct budget *budget)
{
	return budget->state.data;
}

static struct budget_entry *entry_of(const struct budget *budget, uint32_t entry)
{
	return flat_at(&budget->entries, struct budget_entry, entry);
}

static uint64_t left_of(const struct budget *budget)
{
	uint64_t left = budget->limit - state_of(budget)->spent + (uint64_t)state_of(budget)->drift;

	assert((int64_t)left >= 0);
	return left;
}

/* What the counter takes for spent. */
static uint64_t spent_of(const struct budget *budget)
{
	uint64_t left = left_of(budget);

	return left < budget->limit ? budget->limit - left : 0;
}

/* ---- the books ----------------------------------------------------------------------------- */

static uint32_t find_entry(const struct budget *budget, uint64_t address)
{
	uint32_t hash = index_hash(address), entry;

	for (size_t at = index_first(&budget->by_address, hash);
		index_slot(&budget->by_address, &at, hash, &entry);
		at = index_next(&budget->by_address, at))
		if (entry_of(budget, entry)->address == address)
			return entry;
	return NONE;
}

static void enter(struct budget *budget, uint64_t address, uint64_t size)
{
	struct budget_state *state = state_of(budget);
	uint32_t entry = (uint32_t)budget->entries.count;

	assert(address != 0 && find_entry(budget, address) == NONE);
	if (state->free_entry) {
		entry = (uint32_t)state->free_entry - 1;
		assert(entry_of(budget, entry)->address == 0);
		state->free_entry = entry_of(budget, entry)->size;
		assert(state->free_entry != entry + UINT64_C(1));
	} else {
		flat_grow(&budget->entries, 1);
		index_make_room(&budget->by_address, budget->entries.count);
	}
	entry_of(budget, entry)->address = address;
	entry_of(budget, entry)->size = size;
	index_put(&budget->by_address, index_hash(address), entry);
	state->spent += size;
	state->blocks++;
	decide(&budget->engine, &decision_budget_spent, size, left_of(budget) + size,
		left_of(budget), 0);
}

static void strike_out(struct budget *budget, uint32_t number)
{
	struct budget_state *state = state_of(budget);
	struct budget_entry *entry = entry_of(budget, number);
	uint64_t size = entry->size;

	assert(entry->address != 0 && state->blocks > 0 && state->spent >= size);
	index_remove(&budget->by_address, index_hash(entry->address), number);
	entry->address = 0;
	entry->size = state->free_entry;
	state->free_entry = number + 1;
	state->spent -= size;
	state->blocks--;
	uint64_t said = budget->engine.said_size;
	if (!budget->trusts_sizes || said == SIZE_NOT_SAID || said == size || said > INT32_MAX) {
		decide(&budget->engine, &decision_budget_returned, size, left_of(budget), 0, 0);
		return;
	}
	state->drift += (int64_t)(said - size);
	decide(&budget->engine, &decision_budget_drifted, said, size, left_of(budget),
		budget->limit);
}

/* ---- requests ------------------------------------------------------------------------------ */

/* more: bytes that the request adds to what is spent. */
static struct engine *enter_below(struct budget *budget, uint64_t size, uint64_t more)
{
	if (more > 0)
		decide(&budget->engine, &decision_budget_allowed, more, left_of(budget), 0, 0);
	budget->engine.happened |= HAPPENED_BELOW;
	decide(&budget->engine, &decision_entered_below, size, 0, 0, 0);
	return budget->engine.below;
}

static void leave_below(struct budget *budget)
{
	decide(&budget->engine, &decision_left_below, 0, 0, 0, 0);
}

static enum outcome refuse(struct budget *budget, uint64_t size)
{
	budget->engine.happened |= HAPPENED_NO_MEMORY;
	decide(&budget->engine, &decision_budget_exceeded, size, left_of(budget), budget->limit, 0);
	return OUTCOME_NO_MEMORY;
}

static enum outcome invalid(struct budget *budget, uint64_t address)
{
	budget->engine.happened |= HAPPENED_INVALID;
	decide(&budget->engine, &decision_invalid, address, 0, 0, 0);
	return OUTCOME_INVALID;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct budget *budget = self(engine);

	if (request->size > left_of(budget))
		return refuse(budget, request->size);
	struct engine *below = enter_below(budget, request->size, request->size);
	enum outcome outcome = engine_allocate(below, request, ret_placement);
	leave_below(budget);
	if (outcome != OUTCOME_PLACED)
		return outcome;
	ret_placement->layer++;
	enter(budget, ret_placement->address, request->size);
	return OUTCOME_PLACED;
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct budget *budget = self(engine);
	uint32_t entry = find_entry(budget, address);

	if (entry == NONE)
		return invalid(budget, address);
	struct engine *below = enter_below(budget, 0, 0);
	enum outcome outcome = engine_release(below, address);
	leave_below(budget);
	strike_out(budget, entry);
	return outcome;
}

static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct budget *budget = self(engine);
	uint32_t entry = find_entry(budget, address);

	if (entry == NONE)
		return invalid(budget, address);
	uint64_t old = entry_of(budget, entry)->size;
	uint64_t more = request->size > old ? request->size - old : 0;
	if (more > left_of(budget))
		return refuse(budget, more);
	struct engine *below = enter_below(budget, request->size, more);
	enum outcome outcome = engine_reallocate(below, address, request, ret_placement);
	leave_below(budget);
	if (outcome == OUTCOME_PLACED || outcome == OUTCOME_RELEASED)
		strike_out(budget, entry);
	if (outcome == OUTCOME_PLACED) {
		ret_placement->layer++;
		enter(budget, ret_placement->address, request->size);
	}
	return outcome;
}

static void expect(const struct engine *engine, uint64_t address, uint32_t place)
{
	if (engine_has_expect(engine->below))
		engine_expect(engine->below, address, place);
}

/* ---- what it shows of itself: it holds no memory ------------------------------------------- */

static size_t region_count(const struct engine *engine)
{
	return 0;
}

static void region(const struct engine *engine, size_t at, struct region *ret_region)
{
	*ret_region = (struct region){0};
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
}

static uint64_t used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	return 0;
}

/* The gauge, and its figures. */
static size_t fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n)
{
	const struct budget *budget = const_self(engine);
	uint64_t spent = spent_of(budget);
	unsigned full = (unsigned)((double)spent / (double)budget->limit * GAUGE);
	struct field all[4] = {{.name = "spent"}, {.name = "left"}, {.name = "limit"},
		{.name = "gauge"}};

	if (address != 0)
		return 0;
	snprintf(all[0].value, sizeof(all->value), "%" PRIu64, spent);
	snprintf(all[1].value, sizeof(all->value), "%" PRIu64, left_of(budget));
	snprintf(all[2].value, sizeof(all->value), "%" PRIu64, budget->limit);
	all[3].value[0] = '[';
	for (unsigned i = 0; i < GAUGE; i++)
		all[3].value[1 + i] = i < full ? '#' : '.';
	all[3].value[1 + GAUGE] = ']';
	n = n < 4 ? n : 4;
	memcpy(ret_fields, all, n * sizeof(*all));
	return n;
}

static void gauge(const struct engine *engine, struct gauge *ret_gauge)
{
	const struct budget *budget = const_self(engine);

	*ret_gauge = (struct gauge){budget->limit, spent_of(budget), left_of(budget),
		state_of(budget)->spent};
}

static void totals(const struct engine *engine, struct totals *ret_totals)
{
	*ret_totals = (struct totals){0};
}

static int check(const struct engine *engine, struct error *err)
{
	const struct budget *budget = const_self(engine);
	uint64_t spent = 0, blocks = 0;

	for (uint32_t i = 0; i < budget->entries.count; i++) {
		const struct budget_entry *entry = entry_of(budget, i);
		if (entry->address == 0)
			continue;
		spent += entry->size;
		blocks++;
		if (find_entry(budget, entry->address) != i)
			return error_set(err, "a block is not found by its address");
	}
	if (spent != state_of(budget)->spent || blocks != state_of(budget)->blocks ||
		(!budget->trusts_sizes && (spent > budget->limit || state_of(budget)->drift != 0)))
		return error_set(err, "%" PRIu64 " bytes are spent, and the counter says %" PRIu64,
			spent, state_of(budget)->spent);
	uint64_t unused = budget->entries.count - blocks;
	for (uint64_t at = state_of(budget)->free_entry; at; unused--) {
		if (at > budget->entries.count || unused == 0 ||
			entry_of(budget, (uint32_t)at - 1)->address != 0)
			return error_set(err, "the list of unused entries is wrong");
		at = entry_of(budget, (uint32_t)at - 1)->size;
	}
	if (unused)
		return error_set(err, "an entry is neither used nor unused");
	return index_check(&budget->by_address, blocks, budget->entries.count, err);
}

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	struct budget *budget = self(engine);

	if (!engine->below)
		return error_set(err, "budget: needs a layer below to place the blocks");
	budget->limit = options_number(values, "limit");
	budget->trusts_sizes = options_flag(values, "trust-sizes");
	flat_add(&engine->flat, &budget->state, sizeof(struct budget_state));
	flat_add(&engine->flat, &budget->entries, sizeof(struct budget_entry));
	index_init(&budget->by_address, &engine->flat);
	flat_grow(&budget->state, 1);
	return 0;
}

const struct engine_ops engine_budget = {
	.name = "budget",
	.summary = "a byte counter with a limit; a heap below places the blocks",
	.holder = "The heap",
	.options = options,
	.below = "heap",
	.decisions = decisions,
	.state_size = sizeof(struct budget),

	.init = init,

	.allocate = allocate,
	.release = release,
	.reallocate = reallocate,
	.expect = expect,

	.region_count = region_count,
	.region = region,
	.spans = spans,
	.used_between = used_between,
	.fields = fields,
	.gauge = gauge,

	.totals = totals,
	.check = check,
};
