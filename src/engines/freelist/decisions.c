/* See decisions.h. */
#include "engines/freelist/decisions.h"

static void part_taken(const struct decision *decision, struct hole_change *change)
{
	change->free -= (int64_t)decision->b;
}

static void hole_taken(const struct decision *decision, struct hole_change *change)
{
	change->free -= (int64_t)decision->b;
	change->holes--;
}

static void holes_joined(const struct decision *decision, struct hole_change *change)
{
	change->holes -= (int64_t)decision->a;
}

static bool has_no_rounding(const struct decision *decision)
{
	return decision->d <= 1;
}

static bool is_padded_first(const struct decision *decision)
{
	return decision->d > 1 && decision->b % decision->d != 0;
}

static bool has_no_header(const struct decision *decision)
{
	return decision->c == 0;
}

static bool list_is_empty(const struct decision *decision)
{
	return decision->b == 0;
}

static bool list_is_one_hole(const struct decision *decision)
{
	return decision->b == 1;
}

const struct decision_kind decision_padded = {
	.name = "padded",
	.operands = "a size, b bytes with both, c header, d alignment",
	.words = {.plain =
			  "{a:B} takes {b:B}: a header of {c:B}, rounded up to a multiple of {d:B}."},
	.variants =
		(const struct decision_variant[]){
			{has_no_rounding, {.plain = "{a:B} takes {b:B}, with a header of {c:B}."}},
			{is_padded_first,
				{.plain = "{a:B} takes {b:B}: rounded up to a multiple of {d:B}, and a header of {c:B}."}},
			{has_no_header,
				{.plain = "{a:B} takes {b:B}, rounded up to a multiple of {d:B}."}},
			{NULL},
		},
};

const struct decision_kind decision_searched = {
	.name = "searched",
	.operands = "a entries looked at, b holes in the list, c bytes wanted, d fit",
	.words = {.plain = "{d|First|Next|Best|Worst} fit checked {a} of {b:hole*} for {c:B}."},
	.variants =
		(const struct decision_variant[]){
			{list_is_empty, {.plain = "The free list was empty: no hole for {c:B}."}},
			{list_is_one_hole,
				{.plain = "{d|First|Next|Best|Worst} fit checked the only hole for {c:B}."}},
			{NULL},
		},
};

const struct decision_kind decision_hole_chosen = {
	.name = "hole-chosen",
	.operands = "a hole, b its size, c fit, d holes before it in the list",
	.words = {.plain =
			  "It took the hole at {a:pool} ({b:B}): {c|the first that is big enough|the next one that is big enough|the smallest that is big enough|the largest}."},
};

const struct decision_kind decision_split = {
	.name = "split",
	.operands = "a block start, b block bytes, c rest's address, d rest's bytes",
	.words = {.plain = "It was split: {b:B} for the block; {d:B} at {c:pool} stay free.",
		.brief = "split, {d:B} left over"},
	.change = part_taken,
};

const struct decision_kind decision_exact_fit = {
	.name = "exact-fit",
	.operands = "a hole, b its size: it leaves the list",
	.words = {.plain = "The block fills it exactly: nothing is left over.",
		.brief = "fits exactly"},
	.change = hole_taken,
};

const struct decision_kind decision_alignment_gap = {
	.name = "alignment-gap",
	.operands = "a hole left in front, b its size",
	.words = {.plain = "{b:B} before the block were skipped to align it; they stay free.",
		.brief = "{b:B} skipped"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_grew = {
	.name = "grew",
	.operands = "a old end, b bytes added, c new end",
	.words = {.plain = "There was no room, so the heap grew by {b:B}.",
		.brief = "heap grew by {b:B}"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_trimmed = {
	.name = "trimmed",
	.operands = "a new end, b bytes",
	.words = {.plain = "The end of the heap was free: {b:B} were returned to the system.",
		.brief = "trimmed by {b:B}"},
	.change = part_taken,
};

const struct decision_kind decision_end_kept = {
	.name = "end-kept",
	.operands = "a last block, b free bytes after it",
	.words = {.plain =
			  "The heap cannot shrink below the block at {a:pool}: it is in use, and {b:B} after it are free.",
		.brief = "its end is kept"},
};

const struct decision_kind decision_joined = {
	.name = "joined",
	.operands = "a hole, b its size, c the one behind it, d its size",
	.words = {.plain =
			  "The hole at {a:pool} ({b:B}) ends where that at {c:pool} ({d:B}) begins: joined.",
		.brief = "joined two holes"},
	.change = hole_change_join,
};

const struct decision_kind decision_joined_all = {
	.name = "joined-all",
	.operands = "a holes fewer: on demand, wherever they touch",
	.words = {.plain = "Nothing fits, so holes that touch were joined now: {a:hole*} fewer.",
		.brief = "joined all holes"},
	.change = holes_joined,
};

const struct decision_kind decision_list_sorted = {
	.name = "list-sorted",
	.operands = "a holes whose size had changed since it was sorted",
	.words = {.plain =
			  "The free list was sorted by size: {a:hole*} had another size than the last time."},
};

const struct decision_kind decision_shrunk = {
	.name = "shrunk",
	.operands = "a block, b old bytes, c new bytes",
	.words = {.plain = "The block shrank in place, from {b:B} to {c:B}.",
		.brief = "shrank in place"},
};

const struct decision_kind decision_grew_in_place = {
	.name = "grew-in-place",
	.operands = "a block, b old bytes, c new bytes",
	.words = {.plain = "There was room after it: the block grew in place, from {b:B} to {c:B}.",
		.brief = "grew in place"},
	.change = hole_change_unknown,
};

const struct decision_kind *const freelist_decisions[] = {
	&decision_padded,
	&decision_searched,
	&decision_hole_chosen,
	&decision_split,
	&decision_exact_fit,
	&decision_alignment_gap,
	&decision_grew,
	&decision_trimmed,
	&decision_end_kept,
	&decision_joined,
	&decision_joined_all,
	&decision_list_sorted,
	&decision_shrunk,
	&decision_grew_in_place,
	NULL,
};
