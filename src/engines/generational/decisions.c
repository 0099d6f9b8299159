/* See decisions.h. */
#include "engines/generational/decisions.h"

#include "engines/generational/state.h"

#define SPACE(operand) "{" operand "|Eden|survivor 0|survivor 1|the old generation|the metaspace}"

static bool is_from_itself(const struct decision *decision)
{
	return decision->d == 1;
}

static bool survivors_are_full(const struct decision *decision)
{
	return decision->d == 0;
}

static bool drops_nothing(const struct decision *decision)
{
	return decision->c == 0;
}

const struct decision_kind decision_bumped = {
	.name = "bumped",
	.operands = "a address, b enum space, c bytes, d bytes left above the top",
	.words = {.plain = "The top of " SPACE("b") " moves up by {c:B}; {d:B} are left.",
		.expert = SPACE("b") ": top += {c}, {d} to end."},
};

const struct decision_kind decision_eden_full = {
	.name = "eden-full",
	.operands = "a bytes asked for, b bytes left in Eden",
	.words = {.plain = "Eden has {b:B} left, too few for {a:B}: a collection begins."},
};

const struct decision_kind decision_too_large_for_eden = {
	.name = "too-large-for-eden",
	.operands = "a bytes, b bytes of Eden",
	.words = {.plain = "{a:B} are more than all of Eden, {b:B}: "
			   "the old generation serves the request.",
		.brief = "straight to old"},
};

const struct decision_kind decision_never_aligned = {
	.name = "never-aligned",
	.operands = "a alignment",
	.words = {.plain = "Objects move, so no block stays at a multiple of {a}."},
};

const struct decision_kind decision_minor = {
	.name = "minor",
	.operands =
		"a number of the collection, b bytes in Eden, c bytes in a survivor space, d cards "
		"that are dirty",
	.words = {.plain = "Minor collection {a}: what is reached of {b:B} in Eden and {c:B} in a "
			   "survivor space is copied out; {d:dirty card*}.",
		.expert = "DefNew collection {a}: Eden {b:B}, from {c:B}, {d:dirty card*}.",
		.brief = "minor collection"},
};

const struct decision_kind decision_major = {
	.name = "major",
	.operands =
		"a number of the collection, b bytes in the young generation, c bytes in the old",
	.words = {.plain =
			  "Major collection {a}: all of {b:B} young and {c:B} old is marked; what is "
			  "reached moves down.",
		.expert = "Mark-compact {a}: young {b:B}, old {c:B}.",
		.brief = "major collection"},
};

const struct decision_kind decision_promotion_fails = {
	.name = "promotion-fails",
	.operands = "a bytes to be promoted, b bytes left in the old generation",
	.words = {.plain = "{a:B} would be promoted, and the old generation has {b:B}: "
			   "a major collection instead.",
		.brief = "promotion fails"},
};

const struct decision_kind decision_copied = {
	.name = "copied",
	.operands = "a object, b enum space, c age",
	.words = {.plain = "{a:Object} is copied to " SPACE(
			  "b") ": it has survived {c:collection*}.",
		.expert = "{a:object} to " SPACE("b") ", age {c}."},

	.is_about_object = true,
};

const struct decision_kind decision_promoted = {
	.name = "promoted",
	.operands = "a object, b times survived before, c tenure, d 0: the survivor space is full",
	.words = {.plain = "{a:Object} has survived {b:collection*}, the limit: "
			   "it is promoted to the old generation.",
		.brief = "promoted"},
	.variants =
		(const struct decision_variant[]){
			{survivors_are_full,
				{.plain = "{a:Object} does not fit into the survivor space: it is "
					  "promoted to the old generation.",
					.brief = "promoted early"}},
			{NULL},
		},
	.is_about_object = true,
};

const struct decision_kind decision_slid = {
	.name = "slid",
	.operands = "a object, b enum space, c address, d 1: it was in another space",
	.words = {.plain = "{a:Object} moves down in " SPACE("b") "."},
	.variants =
		(const struct decision_variant[]){
			{is_from_itself, {.plain = "{a:Object} moves to " SPACE("b") "."}},
			{NULL},
		},
	.is_about_object = true,
};

const struct decision_kind decision_left_behind = {
	.name = "left-behind",
	.operands = "a object, b bytes, c enum space that it was in",
	.words = {.plain = "{a:Object} in " SPACE("c") " was not reached: it is gone."},
	.is_about_object = true,
};

const struct decision_kind decision_survivors_swapped = {
	.name = "survivors-swapped",
	.operands = "a enum space that is empty now",
	.words = {.plain = "Eden is empty, and so is " SPACE("a") ", the next to be filled."},
};

const struct decision_kind decision_paused = {
	.name = "paused",
	.operands = "a objects copied or moved, b their bytes, c objects dropped, d their bytes",
	.words = {.plain = "The program waited while {b:B} of {a:object*} were moved; "
			   "{c:object*} with {d:B} cost nothing.",
		.brief = "pause: {b:B} moved"},
	.variants =
		(const struct decision_variant[]){
			{drops_nothing,
				{.plain = "The program waited while {b:B} of {a:object*} were moved. "
					  "Nothing was dropped.",
					.brief = "pause: {b:B} moved"}},
			{NULL},
		},
};

const struct decision_kind decision_card_dirtied = {
	.name = "card-dirtied",
	.operands = "a number of the card, b 1: it was dirty before",
	.words = {.plain =
			  "The object is old: card {a} of the table becomes dirty, and the next minor "
			  "collection looks there.",
		.brief = "card {a} dirty"},
};

const struct decision_kind decision_garbage = {
	.name = "garbage",
	.operands = "a address, b bytes, c enum space",
	.words = {.plain = "Its {b:B} in " SPACE("c") " stay taken until a collection."},
};

const struct decision_kind decision_heap_full = {
	.name = "heap-full",
	.operands = "a bytes asked for, b bytes left in Eden, c bytes left in the old generation",
	.words = {.plain =
			  "After a major collection Eden has {b:B} left and the old generation {c:B}: "
			  "{a:B} do not fit.",
		.brief = "out of memory"},
};

const struct decision_kind decision_memory_short = {
	.name = "memory-short",
	.operands = "a bytes asked for",
	.words = {.plain = "There is still no room for {a:B}: memory is SHORT, so soft references "
			   "no longer keep their objects."},
};

const struct decision_kind decision_metaspace_full = {
	.name = "metaspace-full",
	.operands = "a bytes asked for, b bytes left",
	.words = {.plain = "The metaspace has {b:B} left: {a:B} do not fit.",
		.brief = "out of metaspace"},
};

const struct decision_kind *const generational_decisions[] = {
	&decision_bumped,
	&decision_eden_full,
	&decision_too_large_for_eden,
	&decision_never_aligned,
	&decision_minor,
	&decision_major,
	&decision_promotion_fails,
	&decision_copied,
	&decision_promoted,
	&decision_slid,
	&decision_left_behind,
	&decision_survivors_swapped,
	&decision_paused,
	&decision_card_dirtied,
	&decision_garbage,
	&decision_heap_full,
	&decision_memory_short,
	&decision_metaspace_full,
	NULL,
};
