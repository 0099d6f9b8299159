/* See decisions.h. */
#include "engines/pymalloc/decisions.h"

static bool is_only_arena(const struct decision *decision)
{
	return decision->c == 1;
}

const struct decision_kind decision_small = {
	.name = "small",
	.operands = "a size, b class, c block size",
	.words = {.plain = "{a:B} is small (1 to 512 B): class {b}, blocks of {c:B}.",
		.expert = "nbytes {a} <= SMALL_REQUEST_THRESHOLD: size class {b}, {c:B}."},
};

const struct decision_kind decision_too_large = {
	.name = "too-large",
	.operands = "a size, b limit: passed to the layer below",
	.words = {.plain = "{a:B} is not a small request (1 to {b:B}): the layer below serves it.",
		.expert = "nbytes {a} - 1 >= SMALL_REQUEST_THRESHOLD: PyMem_RawMalloc().",
		.brief = "not small: below"},
};

const struct decision_kind decision_raw_domain = {
	.name = "raw-domain",
	.operands = "a size: the raw domain is served by the layer below",
	.words = {.plain = "A raw request ({a:B}) is always served by the layer below.",
		.expert = "PyMem_RawMalloc({a}): the raw domain bypasses pymalloc.",
		.brief = "raw: below"},
};

const struct decision_kind decision_c_heap = {
	.name = "c-heap",
	.operands = "a size: malloc itself was asked, not Python",
	.words = {.plain =
			  "This is a plain malloc of {a:B}, not Python's: the layer below serves it.",
		.expert = "malloc({a}) is not PyMem_Malloc(): the C heap.",
		.brief = "C heap: below"},
};

const struct decision_kind decision_aligned = {
	.name = "aligned",
	.operands = "a size, b alignment: passed to the layer below",
	.words = {.plain = "An aligned block ({b:B}) always comes from the layer below.",
		.brief = "aligned: below"},
};

const struct decision_kind decision_usedpools_hit = {
	.name = "usedpools-hit",
	.operands = "a class, b pool, c pools in the list",
	.words = {.plain = "usedpools[{a}] had a pool with room: the first one was {b:pool}.",
		.expert = "usedpools[{a}]->nextpool was {b:pool}, the first of {c}."},
};

const struct decision_kind decision_usedpools_empty = {
	.name = "usedpools-empty",
	.operands = "a class",
	.words = {.plain = "usedpools[{a}] was empty: no pool of this class had room.",
		.expert = "usedpools[{a}] pointed to itself: allocate_from_new_pool()."},
};

const struct decision_kind decision_arena_chosen = {
	.name = "arena-chosen",
	.operands = "a serial, b nfreepools before, c usable arenas",
	.words = {.plain =
			  "Of {c:usable arena*}, {a:arena} comes first: it has the fewest free pools ({b}).",
		.expert = "usable_arenas was {a:arena}, nfreepools {b}, the first of {c}."},
	.variants =
		(const struct decision_variant[]){
			{is_only_arena,
				{.plain = "The only usable arena was {a:arena}: it had {b:free pool*}.",
					.expert =
						"usable_arenas was {a:arena}, nfreepools {b}, the only one."}},
			{NULL},
		},
};

const struct decision_kind decision_no_usable_arena = {
	.name = "no-usable-arena",
	.words = {.plain = "No arena had a free pool: a new one was needed.",
		.expert = "usable_arenas was NULL: new_arena()."},
};

const struct decision_kind decision_arena_mapped = {
	.name = "arena-mapped",
	.operands = "a serial, b base, c pools, d slot in arenas[]",
	.words = {.plain = "Arena {a:arena} was mapped: {c:pool*}, all free.",
		.expert = "{a:arena} mapped at {b:hex}: arenas[{d}], ntotalpools {c}.",
		.brief = "{a:arena} mapped"},
};

const struct decision_kind decision_arena_invented = {
	.name = "arena-invented",
	.operands = "a bytes: no recorded arena was left to take its place",
	.words = {.plain =
			  "The recorded program did not map an arena here: this one is at a made-up address.",
		.brief = "not where it was recorded"},
};

const struct decision_kind decision_arena_refused = {
	.name = "arena-refused",
	.operands = "a bytes: the layer below had none",
	.words = {.plain =
			  "There was no room for an arena ({a:B}): the layer below serves the request itself.",
		.expert = "new_arena() failed: PyMem_RawMalloc().",
		.brief = "no room for an arena"},
};

const struct decision_kind decision_pool_from_freepools = {
	.name = "pool-from-freepools",
	.operands = "a pool, b arena serial, c old class",
	.words = {.plain = "{a:pool} was taken from {b:arena}'s list of empty pools.",
		.expert = "{a:pool} popped from freepools of {b:arena}; its szidx was {c}.",
		.brief = "empty pool taken"},
};

const struct decision_kind decision_pool_carved = {
	.name = "pool-carved",
	.operands = "a pool, b arena serial, c pools never carved left",
	.words = {.plain =
			  "{a:pool} was carved (never used before). {b:arena} has {c} more to carve.",
		.expert = "{a:pool} was at pool_address of {b:arena}; {c} left to carve.",
		.brief = "pool carved"},
};

const struct decision_kind decision_arena_full = {
	.name = "arena-full",
	.operands = "a serial: left usable_arenas",
	.words = {.plain = "That was the last free pool of {a:arena}: it left usable_arenas.",
		.expert = "nfreepools 0: {a:arena} unlinked from usable_arenas.",
		.brief = "{a:arena} has no free pool"},
};

const struct decision_kind decision_pool_same_class = {
	.name = "pool-same-class",
	.operands = "a pool, b class: its chain is still good",
	.words = {.plain =
			  "{a:pool} was class {b} last time too, so its chain of free blocks is still valid.",
		.expert = "szidx was {b} already: no init_pool, its freeblock is good."},
};

const struct decision_kind decision_pool_initialised = {
	.name = "pool-initialised",
	.operands = "a pool, b class, c blocks it can hold",
	.words = {.plain =
			  "{a:pool} was divided for class {b}: {c:block*}. The first was handed out; the second starts the chain.",
		.expert =
			"init_pool({a:pool}): szidx {b}, {c:block*}; bp is block 0, freeblock is block 1."},
};

const struct decision_kind decision_pool_linked = {
	.name = "pool-linked",
	.operands = "a pool, b class: to the front of usedpools[b]",
	.words = {.plain = "{a:pool} went to the front of usedpools[{b}]."},
};

const struct decision_kind decision_block_popped = {
	.name = "block-popped",
	.operands = "a block, b pool, c next of the chain or 0, d count after",
	.words = {.plain = "{a:Block}, the head of its chain, was handed out.",
		.expert = "bp = freeblock: {a:block} popped, ref.count {d}."},
};

const struct decision_kind decision_block_carved = {
	.name = "block-carved",
	.operands = "a block made the chain, b pool, c nextoffset after",
	.words = {.plain =
			  "The chain was used up: {a:block}, never used before, was carved for it.",
		.expert = "freeblock was NULL: {a:block} carved, nextoffset {c:hex}."},
};

const struct decision_kind decision_pool_full = {
	.name = "pool-full",
	.operands = "a pool, b class: left usedpools[b]",
	.words = {.plain = "That filled {a:pool}: it left usedpools[{b}].",
		.expert =
			"freeblock NULL, nextoffset > maxnextoffset: {a:pool} left usedpools[{b}].",
		.brief = "pool full"},
};

const struct decision_kind decision_block_pushed = {
	.name = "block-pushed",
	.operands = "a block, b pool, c next of the chain or 0, d count after",
	.words = {.plain =
			  "{a:Block} is now the head of {b:pool}'s chain: the next block it hands out.",
		.expert = "{a:Block} pushed on freeblock of {b:pool}, ref.count {d}."},
};

const struct decision_kind decision_pool_unfull = {
	.name = "pool-unfull",
	.operands = "a pool, b class: to the front of usedpools[b]",
	.words = {.plain =
			  "{a:pool} was full and has room again: it went to the front of usedpools[{b}].",
		.expert = "lastfree was NULL: insert_to_usedpool({a:pool}), class {b}.",
		.brief = "pool has room again"},
};

const struct decision_kind decision_pool_empty = {
	.name = "pool-empty",
	.operands = "a pool, b arena serial, c nfreepools after",
	.words = {.plain =
			  "That emptied {a:pool}: it left usedpools and joined the empty pools of {b:arena}, which now has {c:free pool*}.",
		.expert = "ref.count 0: {a:pool} to freepools of {b:arena}, nfreepools {c}.",
		.brief = "pool empty"},
};

const struct decision_kind decision_arena_usable_again = {
	.name = "arena-usable-again",
	.operands = "a serial: to the front of usable_arenas",
	.words = {.plain =
			  "{a:arena} had no free pool before: it went to the front of usable_arenas.",
		.expert = "nfreepools was 0: {a:arena} to the front of usable_arenas.",
		.brief = "{a:arena} usable again"},
};

const struct decision_kind decision_arena_sorted = {
	.name = "arena-sorted",
	.operands = "a serial, b serial it now stands behind, c nfreepools",
	.words = {.plain =
			  "{a:arena} now has {c:free pool*} and moved after {b:arena}: fuller arenas come first.",
		.expert = "nfreepools {c}: {a:arena} moved after {b:arena} in usable_arenas."},
};

const struct decision_kind decision_arena_stays = {
	.name = "arena-stays",
	.operands = "a serial, b nfreepools: already in its place",
	.words = {.plain = "{a:arena} kept its place in usable_arenas.",
		.expert = "nfreepools {b}: {a:arena} keeps its place in usable_arenas."},
};

const struct decision_kind decision_arena_kept = {
	.name = "arena-kept",
	.operands = "a serial: wholly free, but the last usable one",
	.words = {.plain =
			  "{a:arena} is completely free but was kept, because it is last in usable_arenas.",
		.expert = "nfreepools == ntotalpools, but nextarena is NULL: {a:arena} kept.",
		.brief = "{a:arena} kept"},
};

const struct decision_kind decision_arena_unmapped = {
	.name = "arena-unmapped",
	.operands = "a serial, b its first pool, c slot in arenas[], d bytes of a pool",
	.words = {.plain = "All pools of {a:arena} were free: it was returned to the system.",
		.expert =
			"nfreepools == ntotalpools: {a:arena} freed; arenas[{c}] heads unused_arena_objects.",
		.brief = "{a:arena} returned"},
};

const struct decision_kind decision_shrinks_little = {
	.name = "shrinks-little",
	.operands = "a new size, b block size: more than 3/4 kept, stays",
	.words = {.plain =
			  "{a:B} fits its block of {b:B} and fills more than 3/4 of it: it stayed.",
		.expert = "{a} <= {b} and 4 * {a} > 3 * {b}: not worth a copy.",
		.brief = "stayed"},
};

const struct decision_kind decision_stays_below = {
	.name = "stays-below",
	.operands = "a new size: the block belongs to the layer below",
	.words = {.plain =
			  "Its block belongs to the layer below and stays there, whatever its size.",
		.expert = "address_in_range() says no: PyMem_RawRealloc()."},
};

const struct decision_kind decision_in_no_arena = {
	.name = "in-no-arena",
	.operands = "a address: the layer below frees it",
	.words = {.plain = "Its address is in no arena: the layer below frees it.",
		.expert = "address_in_range() has no arena for it: free() of the layer below.",
		.brief = "in no arena: below"},
};

const struct decision_kind *const pymalloc_decisions[] = {
	&decision_small,
	&decision_too_large,
	&decision_raw_domain,
	&decision_c_heap,
	&decision_aligned,
	&decision_usedpools_hit,
	&decision_usedpools_empty,
	&decision_arena_chosen,
	&decision_no_usable_arena,
	&decision_arena_mapped,
	&decision_arena_invented,
	&decision_arena_refused,
	&decision_pool_from_freepools,
	&decision_pool_carved,
	&decision_arena_full,
	&decision_pool_same_class,
	&decision_pool_initialised,
	&decision_pool_linked,
	&decision_block_popped,
	&decision_block_carved,
	&decision_pool_full,
	&decision_block_pushed,
	&decision_pool_unfull,
	&decision_pool_empty,
	&decision_arena_usable_again,
	&decision_arena_sorted,
	&decision_arena_stays,
	&decision_arena_kept,
	&decision_arena_unmapped,
	&decision_shrinks_little,
	&decision_stays_below,
	&decision_in_no_arena,
	NULL,
};
