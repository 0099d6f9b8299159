/* 256 cells of 64 bytes; a request takes the first one that is free. */
#include "base/error.h"
#include "engine/walks.h"

enum { CELL = 64, CELLS = 256 };

struct cells {
	struct engine engine;
	/* one uint64_t a cell: what changes is flat, so that the player can copy it */
	struct flat_array used;
	uint64_t base;
};

static const struct decision_kind decision_cell_taken = {
	.name = "cell-taken",
	.operands = "a cell, b its number",
	.words = {.plain = "The first free cell was number {b}, at {a:pool}."},
};
static const struct decision_kind decision_cell_freed = {
	.name = "cell-freed",
	.operands = "a its number",
	.words = {.plain = "Cell {a} is free again."},
};
static const struct decision_kind decision_no_cell = {
	.name = "no-cell",
	.words = {.plain = "All cells are in use.", .brief = "no cell"},
};
static const struct decision_kind decision_too_large = {
	.name = "too-large",
	.operands = "a size, b bytes of a cell",
	.words = {.plain = "No cell suits {a:B}: each has {b:B}, at a multiple of {b}.",
		.brief = "too large"},
};
static const struct decision_kind *const decisions[] = {&decision_cell_taken, &decision_cell_freed,
	&decision_no_cell, &decision_too_large, NULL};

static struct cells *self(const struct engine *engine)
{
	return (struct cells *)(uintptr_t)engine;
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	uint64_t *used = self(engine)->used.data;

	if (request->size > CELL || request->alignment > CELL) {
		decide(engine, &decision_too_large, request->size, CELL, 0, 0);
		return OUTCOME_NO_MEMORY;
	}
	for (uint64_t i = 0; i < CELLS; i++)
		if (!used[i]) {
			used[i] = 1;
			*ret_placement = (struct placement){self(engine)->base + i * CELL, CELL, 0};
			decide(engine, &decision_cell_taken, ret_placement->address, i, 0, 0);
			return OUTCOME_PLACED;
		}
	decide(engine, &decision_no_cell, 0, 0, 0, 0);
	return OUTCOME_NO_MEMORY;
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	uint64_t *used = self(engine)->used.data, offset = address - self(engine)->base;

	if (offset >= CELLS * CELL || offset % CELL || !used[offset / CELL])
		return OUTCOME_INVALID;
	used[offset / CELL] = 0;
	decide(engine, &decision_cell_freed, offset / CELL, 0, 0, 0);
	return OUTCOME_RELEASED;
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const uint64_t *used = self(engine)->used.data;

	for (uint64_t i = 0, base = self(engine)->base; i < CELLS; i++, base += CELL) {
		const struct span block = {SPAN_USED, base, CELL, base, 0},
				  free = {SPAN_FREE, base, CELL, 0, 0};
		if (base + CELL > from && base < to && !visit(used[i] ? &block : &free, user))
			return;
	}
}

static void region(const struct engine *engine, size_t at, struct region *ret_region)
{
	uint64_t base = self(engine)->base, size = CELLS * CELL;

	*ret_region = (struct region){.name = "cells",
		.kind = REGION_HEAP,
		.base = base,
		.size = size,
		.used = plain_used_between(engine, base, base + size)};
}

static int init(struct engine *engine, const struct options *options, struct error *err)
{
	flat_add(&engine->flat, &self(engine)->used, sizeof(uint64_t));
	flat_grow(&self(engine)->used, CELLS);
	self(engine)->base = engine->pages->map(engine->pages, CELLS * CELL, 4096);
	return self(engine)->base ? 0 : error_set(err, "there is no room for the cells");
}

const struct engine_ops engine_cells = {
	.name = "cells",
	.summary = "256 cells of 64 bytes",
	.decisions = decisions,
	.state_size = sizeof(struct cells),
	.init = init,
	.allocate = allocate,
	.release = release,
	.reallocate = plain_reallocate,
	.check = plain_check,
	.region_count = plain_region_count,
	.region = region,
	.spans = spans,
	.used_between = plain_used_between,
	.totals = plain_totals,
};
