/* The decisions that several engines take; see decision.h. */
#include "engine/decision.h"

void decision_keep(struct decision_log *log, const struct decision_kind *kind, uint64_t a,
	uint64_t b, uint64_t c, uint64_t d)
{
	if (log->take)
		log->take(log->user, &(struct decision){kind, a, b, c, d});
	else if (log->count < DECISIONS_MAX)
		log->items[log->count++] = (struct decision){kind, a, b, c, d};
	else
		log->lost++;
}

void hole_change_join(const struct decision *decision, struct hole_change *change)
{
	change->holes--;
}

void hole_change_unknown(const struct decision *decision, struct hole_change *change)
{
	change->is_unknown = true;
}

static void hole_made(const struct decision *decision, struct hole_change *change)
{
	change->free += (int64_t)decision->b;
	change->holes++;
}

static bool always_moves(const struct decision *decision)
{
	return decision->d != 0;
}

static bool shrinks(const struct decision *decision)
{
	return decision->a < decision->b;
}

static bool nothing_is_free(const struct decision *decision)
{
	return decision->b == 0;
}

static bool free_is_one_hole(const struct decision *decision)
{
	return decision->b == decision->c;
}

const struct decision_kind decision_entered_below = {
	.name = "entered-below",
	.operands = "a size: what follows is the layer below",
	.words = {.plain = "In the layer below:"},
};

const struct decision_kind decision_left_below = {
	.name = "left-below",
	.words = {.plain = ""},
};

const struct decision_kind decision_no_memory = {
	.name = "no-memory",
	.operands = "a bytes wanted",
	.words = {.plain = "There was no memory for {a:B}."},
};

const struct decision_kind decision_invalid = {
	.name = "invalid",
	.operands = "a address: no block begins there",
	.words = {.plain = "No block begins at {a:hex}: nothing changed."},
};

const struct decision_kind decision_fits_block = {
	.name = "fits-block",
	.operands = "a new size, b block size: realloc stays",
	.words = {.plain = "{a:B} fits its block of {b:B} exactly: it stayed.", .brief = "stayed"},
};

const struct decision_kind decision_moves = {
	.name = "moves",
	.operands = "a new size, b old given bytes, c bytes copied, d 1: always",
	.words = {.plain =
			  "{a:B} does not fit its block of {b:B}, so it moved: get a new block, copy {c:B}, free the old one.",
		.expert = "{a} > {b}: malloc, memcpy {c:B}, free.",
		.brief = "moved"},
	.variants =
		(const struct decision_variant[]){
			{always_moves,
				{.plain = "This engine has no realloc: get a new block, copy {c:B}, free the old one.",
					.brief = "moved"}},
			{shrinks,
				{.plain = "{a:B} would fill 3/4 of its block of {b:B} or less, so it moved: get a new block, copy {c:B}, free the old one.",
					.expert = "4 * {a} <= 3 * {b}: malloc, memcpy {c:B}, free.",
					.brief = "moved"}},
			{NULL},
		},
};

const struct decision_kind decision_hole_made = {
	.name = "hole-made",
	.operands = "a hole, b its size, c its place in a list by address from 0",
	.words = {.plain = "{b:B} at {a:pool} became a hole."},
	.change = hole_made,
};

const struct decision_kind decision_coalesced_before = {
	.name = "coalesced-before",
	.operands = "a hole before, b its size, c merged size",
	.words = {.plain = "It touches the hole before it ({b:B}): joined to {c:B}.",
		.brief = "joined the hole before"},
	.change = hole_change_join,
};

const struct decision_kind decision_coalesced_after = {
	.name = "coalesced-after",
	.operands = "a hole after, b its size, c merged size",
	.words = {.plain = "It touches the hole after it ({b:B}): joined to {c:B}.",
		.brief = "joined the hole after"},
	.change = hole_change_join,
};

const struct decision_kind decision_no_fit = {
	.name = "no-fit",
	.operands = "a bytes wanted, b free bytes in all, c largest hole",
	.words = {.plain = "No hole fits {a:B}: {b:B} are free, but the largest hole is {c:B}.",
		.brief = "{b:B} free, but no hole over {c:B}"},
	.variants =
		(const struct decision_variant[]){
			{nothing_is_free, {.plain = "No hole fits {a:B}: nothing is free.",
						  .brief = "nothing is free"}},
			{free_is_one_hole,
				{.plain = "No hole fits {a:B}: only {b:B} are free, in one hole.",
					.brief = "only {b:B} free"}},
			{NULL},
		},
};

const struct decision_kind *const shared_decisions[] = {
	&decision_entered_below,
	&decision_left_below,
	&decision_no_memory,
	&decision_invalid,
	&decision_fits_block,
	&decision_moves,
	&decision_hole_made,
	&decision_coalesced_before,
	&decision_coalesced_after,
	&decision_no_fit,
	NULL,
};
