/*
 * The spaces of a recorded virtual machine, as its log has them: nothing is decided here.
 *
 *	space   a part of its heap, by its domain: memory that is committed to it, at an address
 *	top     the end of what is filled: one block reaches from the base up to it
 *	room    what is committed above the top; the next objects go there
 *	aside   a space of which the log says how large it is, and not where: it is shown at an
 *	        address of ours, beyond those of any program
 *
 * Which objects are in a space the log does not say: a block stands for all of them.
 *
 * Invariant: spaces are in address order and do not overlap, and no top is above its space's end.
 */
#include "engine/engine.h"

#include "base/error.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PAGE      4096u
#define ASIDE     (UINT64_C(1) << 44) /* the first space of which no address is known */
#define ASIDE_BY  (UINT64_C(1) << 40) /* from one to the next */
#define ASIDE_END (ASIDE + (DOMAIN_COUNT - DOMAIN_SPACES) * ASIDE_BY)

struct space {
	uint64_t base;
	uint64_t size;  /* committed */
	uint64_t used;  /* up to the top; 0: there is no block */
	uint64_t taken; /* of the page source: what is not committed of it has no memory */
	uint64_t domain;
};

struct spaces_state {
	uint64_t committed;
	uint64_t used;
	uint64_t live;  /* spaces that are not empty */
	uint64_t total; /* spaces so far */
	uint64_t peak;
};

struct spaces {
	struct engine engine;
	struct flat_array state;
	struct flat_array items; /* struct space, by address */
};

/* By its domain, beginning with the first space; SPACE_FIRST begins a sentence. */
#define SPACE_FIRST "{a|The metaspace|Eden|A survivor space|The old generation|Humongous objects}"
#define SPACE       "{a|the metaspace|Eden|a survivor space|the old generation|humongous objects}"

static const struct decision_kind decision_committed = {
	.name = "space-committed",
	.operands = "a space, b bytes, c bytes before",
	.words = {.plain = "{b:B} are committed to " SPACE " now; before, it had {c:B}.",
		.brief = "committed"},
};

static const struct decision_kind decision_uncommitted = {
	.name = "space-uncommitted",
	.operands = "a space, b bytes",
	.words = {.plain = "The {b:B} of " SPACE " are no longer committed there."},
};

static const struct decision_kind decision_not_committed = {
	.name = "space-not-committed",
	.operands = "a space, b bytes",
	.words = {.plain = "{b:B} cannot be those of " SPACE " here: something else lies there."},
};

static const struct decision_kind decision_filled = {
	.name = "space-filled",
	.operands = "a space, b bytes up to the top, c bytes committed, d bytes before",
	.words = {.plain = SPACE_FIRST " is filled up to {b:B} of {c:B}; before, {d:B}."},
};

static const struct decision_kind decision_emptied = {
	.name = "space-emptied",
	.operands = "a space, b bytes before",
	.words = {.plain = SPACE_FIRST " is empty; before, it had {b:B}."},
};

static const struct decision_kind decision_no_space = {
	.name = "no-space",
	.operands = "a bytes",
	.words = {.plain = "No space of this log has room for {a:B} there, so they are not shown.",
		.brief = "not shown"},
};

static const struct decision_kind *const decisions[] = {
	&decision_committed,
	&decision_uncommitted,
	&decision_not_committed,
	&decision_filled,
	&decision_emptied,
	&decision_no_space,
	NULL,
};

static struct spaces *self(const struct engine *engine)
{
	return (struct spaces *)(uintptr_t)engine;
}

static struct spaces_state *state_of(const struct spaces *spaces)
{
	return spaces->state.data;
}

static struct space *space_at(const struct spaces *spaces, size_t at)
{
	return flat_at(&spaces->items, struct space, at);
}

/* Its number among the spaces, from 0, for sentences. */
static uint64_t kind_of(const struct space *space)
{
	return space->domain - DOMAIN_SPACES;
}

/* The base of a space, where the log may not know it: the metaspace comes last. */
static uint64_t base_of(enum domain domain, uint64_t base)
{
	uint64_t place = domain == DOMAIN_META ? DOMAIN_COUNT - DOMAIN_SPACES - 1
					       : domain - DOMAIN_SPACES - 1;

	return base ? base : ASIDE + place * ASIDE_BY;
}

/* How many spaces begin at or below the address. Grows with the spaces, of which there are few. */
static size_t spaces_up_to(const struct spaces *spaces, uint64_t address)
{
	size_t at = 0;

	while (at < spaces->items.count && space_at(spaces, at)->base <= address)
		at++;
	return at;
}

/* The space that begins at the base; NULL: there is none. */
static struct space *find(const struct spaces *spaces, uint64_t base)
{
	size_t at = spaces_up_to(spaces, base);

	return at > 0 && space_at(spaces, at - 1)->base == base ? space_at(spaces, at - 1) : NULL;
}

/* The space that begins at the address and is filled. */
static struct space *find_filled(const struct spaces *spaces, uint64_t address)
{
	struct space *space = find(spaces, address);

	return space && space->used > 0 ? space : NULL;
}

/* ---- what is committed --------------------------------------------------------------------- */

static struct space *insert(struct spaces *spaces, uint64_t base)
{
	struct spaces_state *state = state_of(spaces);
	size_t at = spaces_up_to(spaces, base);

	flat_grow(&spaces->items, 1);
	struct space *space = space_at(spaces, at);
	memmove(space + 1, space, (spaces->items.count - at - 1) * sizeof(*space));
	memset(space, 0, sizeof(*space));
	space->base = base;
	state->total++;
	if (spaces->items.count > state->peak)
		state->peak = spaces->items.count;
	return space;
}

static void drop(struct spaces *spaces, const struct space *space)
{
	size_t at = (size_t)(space - space_at(spaces, 0));

	memmove(space_at(spaces, at), space_at(spaces, at) + 1,
		(spaces->items.count - at - 1) * sizeof(*space));
	flat_set_count(&spaces->items, spaces->items.count - 1);
}

/* Takes what the space has and more, unless something else lies there. */
static bool take(struct spaces *spaces, struct space *space, uint64_t bytes)
{
	struct page_source *pages = spaces->engine.pages;
	size_t next = spaces_up_to(spaces, space->base);

	if (next < spaces->items.count && space_at(spaces, next)->base - space->base < bytes)
		return false;
	if (!pages->take(pages, space->base, bytes, true))
		return false;
	space->taken = bytes;
	return true;
}

/* What lies between the two ends of the space has memory, or none. Their order says which. */
static void move_end(struct spaces *spaces, const struct space *space, uint64_t from, uint64_t to)
{
	struct page_source *pages = spaces->engine.pages;

	if (pages->set_backed && from < to)
		pages->set_backed(pages, space->base + from, to - from, true);
	else if (pages->set_backed && to < from)
		pages->set_backed(pages, space->base + to, from - to, false);
}

/* An empty space is taken again as a whole, so that others can have what it leaves. */
static bool resize_empty(struct spaces *spaces, struct space *space, uint64_t bytes)
{
	struct page_source *pages = spaces->engine.pages;
	uint64_t before = space->size;

	move_end(spaces, space, before, space->taken);
	if (space->taken > 0)
		pages->unmap(pages, space->base, space->taken);
	space->taken = 0;
	bool fits = bytes == 0 || take(spaces, space, bytes);
	bool is_whole = fits || before == 0 || take(spaces, space, before);
	assert(is_whole);
	(void)is_whole;
	space->size = fits ? bytes : before;
	return fits;
}

/* What is filled stays where it is. */
static bool resize_filled(struct spaces *spaces, struct space *space, uint64_t bytes)
{
	uint64_t taken = space->taken;

	if (bytes < space->used || (bytes > taken && !take(spaces, space, bytes)))
		return false;
	move_end(spaces, space, space->size, bytes > taken ? taken : bytes);
	space->size = bytes;
	return true;
}

/* The space, which may be new, gets that size; false: its pages are another's, or it has more. */
static bool resize(struct spaces *spaces, enum domain domain, uint64_t base, uint64_t bytes)
{
	struct space *space = find(spaces, base);

	if (space && space->domain != domain)
		return false;
	if (!space && bytes == 0)
		return true;
	if (!space) {
		space = insert(spaces, base);
		space->domain = domain;
	}
	uint64_t before = space->size;
	bool fits = space->used > 0 ? resize_filled(spaces, space, bytes)
				    : resize_empty(spaces, space, bytes);
	state_of(spaces)->committed += space->size - before;
	if (space->size == 0)
		drop(spaces, space);
	return fits;
}

static void commit(struct engine *engine, enum domain domain, uint64_t base, uint64_t bytes)
{
	struct spaces *spaces = self(engine);
	uint64_t kind = domain - DOMAIN_SPACES, at = base_of(domain, base);
	const struct space *space = find(spaces, at);
	uint64_t before = space ? space->size : 0;
	bool fits = bytes <= UINT64_MAX - PAGE && at % PAGE == 0 &&
		    resize(spaces, domain, at, (bytes + PAGE - 1) / PAGE * PAGE);

	if (!fits)
		decide(engine, &decision_not_committed, kind, bytes, 0, 0);
	else if (bytes > 0)
		decide(engine, &decision_committed, kind, bytes, before, 0);
	else if (before > 0)
		decide(engine, &decision_uncommitted, kind, before, 0, 0);
	if (fits && bytes != before)
		engine->happened |= HAPPENED_GREW;
}

/* ---- what is filled ------------------------------------------------------------------------ */

static enum outcome fill(struct spaces *spaces, struct space *space, uint64_t used,
	struct placement *ret_placement)
{
	struct spaces_state *state = state_of(spaces);

	assert(used > 0 && used <= space->size);
	decide(&spaces->engine, &decision_filled, kind_of(space), used, space->size, space->used);
	state->live += space->used == 0;
	state->used += used - space->used;
	space->used = used;
	*ret_placement = (struct placement){space->base, used, 0};
	return OUTCOME_PLACED;
}

static enum outcome refuse(struct engine *engine, uint64_t size)
{
	engine->happened |= HAPPENED_NO_MEMORY;
	decide(engine, &decision_no_space, size, 0, 0, 0);
	return OUTCOME_NO_MEMORY;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct spaces *spaces = self(engine);
	bool is_of_space = request->domain >= DOMAIN_SPACES;
	struct space *space =
		is_of_space ? find(spaces, base_of(request->domain, request->recorded)) : NULL;

	if (!space || space->used > 0 || request->size == 0 || request->size > space->size)
		return refuse(engine, request->size);
	return fill(spaces, space, request->size, ret_placement);
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct spaces *spaces = self(engine);
	struct space *space = find_filled(spaces, address);

	if (!space) {
		engine->happened |= HAPPENED_INVALID;
		decide(engine, &decision_invalid, address, 0, 0, 0);
		return OUTCOME_INVALID;
	}
	decide(engine, &decision_emptied, kind_of(space), space->used, 0, 0);
	assert(state_of(spaces)->live > 0 && state_of(spaces)->used >= space->used);
	state_of(spaces)->live--;
	state_of(spaces)->used -= space->used;
	space->used = 0;
	return OUTCOME_RELEASED;
}

static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct spaces *spaces = self(engine);
	struct space *space = find_filled(spaces, address);

	if (!space || request->size == 0)
		return release(engine, address);
	if (request->size > space->size)
		return refuse(engine, request->size);
	return fill(spaces, space, request->size, ret_placement);
}

/* ---- description --------------------------------------------------------------------------- */

static size_t region_count(const struct engine *engine)
{
	return self(engine)->items.count;
}

/* "Eden", "survivor 1": of several of a kind, which one by address. */
static void name_space(const struct spaces *spaces, size_t at, char *name, size_t size)
{
	static const char *const names[] = {"metaspace", "Eden", "survivor", "old", "humongous"};
	static_assert(sizeof(names) / sizeof(*names) == DOMAIN_COUNT - DOMAIN_SPACES,
		"each space has a name");
	uint64_t domain = space_at(spaces, at)->domain;
	unsigned before = 0, all = 0;

	for (size_t i = 0; i < spaces->items.count; i++) {
		all += space_at(spaces, i)->domain == domain;
		before += i < at && space_at(spaces, i)->domain == domain;
	}
	snprintf(name, size, "%s", names[domain - DOMAIN_SPACES]);
	if (all > 1)
		snprintf(name + strlen(name), size - strlen(name), " %u", before);
}

static void region(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct space *space = space_at(self(engine), at);

	*ret_region = (struct region){.kind = REGION_HEAP,
		.serial = (uint32_t)at,
		.base = space->base,
		.size = space->size,
		.used = space->used,
		.is_aside = space->base >= ASIDE && space->base < ASIDE_END};
	name_space(self(engine), at, ret_region->name, sizeof(ret_region->name));
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const struct spaces *spaces = self(engine);

	for (size_t i = 0; i < spaces->items.count; i++) {
		const struct space *space = space_at(spaces, i);
		const struct span filled = {.state = SPAN_USED,
			.base = space->base,
			.size = space->used,
			.payload = space->base};
		const struct span room = {.state = SPAN_FREE,
			.base = space->base + space->used,
			.size = space->size - space->used};
		if (filled.size > 0 && from < room.base && filled.base < to &&
			!visit(&filled, user))
			return;
		if (room.size > 0 && from < room.base + room.size && room.base < to &&
			!visit(&room, user))
			return;
	}
}

static size_t landmarks(const struct engine *engine, struct landmark *ret_landmarks, size_t n)
{
	const struct spaces *spaces = self(engine);
	size_t count = spaces->items.count < n ? spaces->items.count : n;

	for (size_t i = 0; i < count; i++) {
		const struct space *space = space_at(spaces, i);
		ret_landmarks[i] = (struct landmark){"top", space->base, space->used,
			"the next object goes there"};
	}
	return count;
}

static uint64_t used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	const struct spaces *spaces = self(engine);
	uint64_t used = 0;

	for (size_t i = 0; i < spaces->items.count; i++) {
		const struct space *space = space_at(spaces, i);
		uint64_t top = space->base + space->used;
		uint64_t begin = from > space->base ? from : space->base;
		uint64_t end = to < top ? to : top;
		used += begin < end ? end - begin : 0;
	}
	return used;
}

static void totals(const struct engine *engine, struct totals *ret_totals)
{
	const struct spaces *spaces = self(engine);
	const struct spaces_state *state = state_of(spaces);

	*ret_totals = (struct totals){.reserved = state->committed,
		.blocks = state->used,
		.available = state->committed - state->used,
		.blocks_live = state->live,
		.regions = spaces->items.count,
		.regions_total = state->total,
		.regions_peak = state->peak};
	for (size_t i = 0; i < spaces->items.count; i++) {
		uint64_t room = space_at(spaces, i)->size - space_at(spaces, i)->used;
		ret_totals->free_spans += room > 0;
		ret_totals->free_squares += (double)room * (double)room;
		if (room > ret_totals->largest_free)
			ret_totals->largest_free = room;
	}
}

static int check(const struct engine *engine, struct error *err)
{
	const struct spaces *spaces = self(engine);
	const struct spaces_state *state = state_of(spaces);
	uint64_t committed = 0, used = 0, live = 0, end = 0;

	for (size_t i = 0; i < spaces->items.count; i++) {
		const struct space *space = space_at(spaces, i);
		if (space->base < end || space->base % PAGE || space->taken % PAGE ||
			space->size == 0 || space->used > space->size ||
			space->taken < space->size || space->domain < DOMAIN_SPACES ||
			space->domain >= DOMAIN_COUNT)
			return error_set(err, "the space at 0x%" PRIx64 " is not in order",
				space->base);
		end = space->base + space->taken;
		committed += space->size;
		used += space->used;
		live += space->used > 0;
	}
	if (committed != state->committed || used != state->used || live != state->live ||
		state->peak < spaces->items.count || state->total < state->peak)
		return error_set(err,
			"%" PRIu64 " bytes are committed and %" PRIu64 " filled, not as counted",
			committed, used);
	return 0;
}

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	struct spaces *spaces = self(engine);

	flat_add(&engine->flat, &spaces->state, sizeof(struct spaces_state));
	flat_add(&engine->flat, &spaces->items, sizeof(struct space));
	flat_grow(&spaces->state, 1);
	return 0;
}

const struct engine_ops engine_spaces = {
	.name = "spaces",
	.summary = "not a simulation: the spaces of a Java heap, as its log has them",
	.holder = "The virtual machine",
	.decisions = decisions,
	.state_size = sizeof(struct spaces),
	.as_recorded = true,
	.has_spaces = true,

	.init = init,

	.allocate = allocate,
	.release = release,
	.reallocate = reallocate,
	.commit = commit,

	.region_count = region_count,
	.region = region,
	.spans = spans,
	.used_between = used_between,
	.landmarks = landmarks,

	.totals = totals,
	.check = check,
};
