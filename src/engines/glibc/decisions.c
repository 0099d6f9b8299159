/* See decisions.h.  Sizes are those of chunks, in bytes; chunks are named by their address. */
#include "engines/glibc/decisions.h"

static bool fits_exactly(const struct decision *decision)
{
	return decision->c == 0;
}

static bool counts_as_used(const struct decision *decision)
{
	return decision->c != 0;
}

static bool is_before(const struct decision *decision)
{
	return decision->c == 0;
}

static bool goes_to_its_bin(const struct decision *decision)
{
	return decision->c != 0;
}

const struct decision_kind decision_glibc_size = {
	.name = "glibc-size",
	.operands = "a size, b chunk size, c alignment",
	.words = {.plain = "{a:B} and the 8 B of its header round up to a chunk of {b:hex}.",
		.expert = "checked_request2size({a}): {b:hex}."},
};

const struct decision_kind decision_glibc_cache_made = {
	.name = "glibc-cache-made",
	.operands = "a chunk, b its size",
	.words = {.plain = "That was for the tcache of the thread, which calls for the first time: "
			   "{b:hex} at {a:pool}.",
		.expert = "tcache_init(): {b:hex} at {a:pool}.",
		.brief = "tcache made"},
};

const struct decision_kind decision_glibc_cache_hit = {
	.name = "glibc-cache-hit",
	.operands = "a chunk size, b chunks it had, c chunk",
	.words = {.plain = "tcache[{a:hex}] had {b}: its head was handed out.",
		.expert = "tcache->counts[{a:hex}] {b}: tcache_get().",
		.brief = "tcache"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_cache_put = {
	.name = "glibc-cache-put",
	.operands = "a chunk size, b chunks it has now, c chunk, d its limit",
	.words = {.plain = "It went to the front of tcache[{a:hex}], which has {b} of {d} now.",
		.expert = "tcache_put(): counts[{a:hex}] {b} of {d}.",
		.brief = "tcache"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_cache_full = {
	.name = "glibc-cache-full",
	.operands = "a chunk size, b chunks it has, its limit",
	.words = {.plain = "tcache[{a:hex}] is full with {b} chunks.",
		.expert = "counts[{a:hex}] == tcache_count {b}."},
};

const struct decision_kind decision_glibc_fast_hit = {
	.name = "glibc-fast-hit",
	.operands = "a chunk size, b chunks left, c chunk",
	.words = {.plain =
			  "The fast bin of {a:hex} had chunks: its head was handed out. Left: {b}.",
		.expert = "fastbin({a:hex}) popped, {b} left.",
		.brief = "fast bin"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_fast_put = {
	.name = "glibc-fast-put",
	.operands = "a chunk size, b chunks it has now, c chunk",
	.words = {.plain =
			  "It went to the front of the fast bin of {a:hex}, which has {b} now. It is not merged.",
		.expert = "fastbin({a:hex}) pushed, {b} now; have_fastchunks.",
		.brief = "fast bin"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_small_hit = {
	.name = "glibc-small-hit",
	.operands = "a chunk size, b chunks left, c chunk",
	.words = {.plain =
			  "The small bin of {a:hex} had chunks: its oldest was handed out. Left: {b}.",
		.expert = "last(smallbin {a:hex}), {b} left.",
		.brief = "small bin"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_stashed = {
	.name = "glibc-stashed",
	.operands =
		"a chunk size, b chunks moved to the tcache, c 0: of a fast bin, 1: of a small bin",
	.words = {.plain = "From the same bin {b:chunk*} of {a:hex} moved to the tcache.",
		.expert = "{b:chunk*} of {a:hex} stashed in tcache.",
		.brief = "{b:chunk*} to the tcache"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_consolidated = {
	.name = "glibc-consolidated",
	.operands = "a fast chunks that were merged",
	.words = {.plain =
			  "The fast bins were emptied: {a:chunk*} merged with what is free around them.",
		.expert = "malloc_consolidate(): {a:chunk*}.",
		.brief = "fast bins merged"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_last_remainder = {
	.name = "glibc-last-remainder",
	.operands = "a chunk, b its size",
	.words = {.plain =
			  "Unsorted has one chunk, {b:hex} at {a:pool}, the rest of the last split: a small request is cut from it.",
		.expert = "unsorted holds last_remainder alone, {b:hex}.",
		.brief = "last remainder"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_exact = {
	.name = "glibc-exact",
	.operands = "a chunk of unsorted, b its size, c 1: it goes to the tcache first",
	.words = {.plain = "Unsorted had a chunk of exactly that size, {b:hex} at {a:pool}.",
		.expert = "unsorted: {a:pool} has size {b:hex} == nb.",
		.brief = "exact, from unsorted"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_binned = {
	.name = "glibc-binned",
	.operands = "a chunks of unsorted that went to their bins",
	.words = {.plain = "On the way through unsorted {a:chunk*} moved into sorted bins.",
		.expert = "{a:chunk*} of unsorted binned.",
		.brief = "{a:chunk*} binned"},
};

const struct decision_kind decision_glibc_large_best = {
	.name = "glibc-large-best",
	.operands = "a chunk, b its size, c bin",
	.words = {.plain = "The smallest chunk of large bin {c} that fits is {b:hex}, at {a:pool}.",
		.expert = "best fit in bin {c}: {a:pool}, {b:hex}.",
		.brief = "large bin {c}"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_bin_above = {
	.name = "glibc-bin-above",
	.operands = "a chunk, b its size, c bin",
	.words = {.plain =
			  "The next bin with a chunk is {c}: its last one, {b:hex} at {a:pool}, was taken.",
		.expert = "binmap: bin {c}, last {a:pool}, {b:hex}.",
		.brief = "bin {c}"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_split = {
	.name = "glibc-split",
	.operands = "a the rest, b its size, c 1: it is last_remainder",
	.words = {.plain = "It was split: the rest, {b:hex} at {a:pool}, went to unsorted.",
		.expert = "remainder {a:pool}, {b:hex}, to unsorted.",
		.brief = "split"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_whole = {
	.name = "glibc-whole",
	.operands = "a chunk, b its size, c bytes too many",
	.words = {.plain =
			  "It was handed out whole: the {c:B} left over are fewer than the smallest chunk, 0x20.",
		.expert = "remainder_size {c} < MINSIZE: exhausted."},
	.variants =
		(const struct decision_variant[]){
			{fits_exactly, {.plain = "It fits exactly, and was handed out whole.",
					       .expert = "remainder_size 0: exhausted."}},
			{NULL},
		},
};

const struct decision_kind decision_glibc_top_cut = {
	.name = "glibc-top-cut",
	.operands = "a chunk, b its size, c size of top after",
	.words = {.plain = "It was cut from the low end of top, which has {c:hex} left.",
		.expert = "use_top: {b:hex} at {a:pool}, top {c:hex}.",
		.brief = "top"},
};

const struct decision_kind decision_glibc_break_grew = {
	.name = "glibc-break-grew",
	.operands = "a bytes, b size of top after",
	.words = {.plain = "Top was too short: the break moved up by {a:B}, and top has {b:hex}.",
		.expert = "sysmalloc: sbrk({a}), top {b:hex}.",
		.brief = "break up by {a:B}"},
};

const struct decision_kind decision_glibc_break_was_moved = {
	.name = "glibc-break-was-moved",
	.operands = "a where top begins now, b size of top after",
	.words = {.plain =
			  "Other code had moved the break: the old top was freed, and a new one begins at {a:hex}, with {b:hex}.",
		.expert = "brk is not old_end: fenceposts, top {a:hex}, {b:hex}.",
		.brief = "break was moved"},
};

const struct decision_kind decision_glibc_heap_grew = {
	.name = "glibc-heap-grew",
	.operands = "a bytes, b size of top after",
	.words = {.plain = "The arena's heap grew by {a:B}: top has {b:hex}.",
		.expert = "grow_heap({a}), top {b:hex}.",
		.brief = "heap grew by {a:B}"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_heap_gone = {
	.name = "glibc-heap-gone",
	.operands = "a size of top after",
	.words = {.plain =
			  "The arena's last heap was completely free and was unmapped: top has {a:hex}.",
		.expert = "heap_trim(): heap unmapped, top {a:hex}.",
		.brief = "heap unmapped"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_arena_new = {
	.name = "glibc-arena-new",
	.operands = "a number, b bytes",
	.words = {.plain = "The thread got its own arena, number {a}, with a heap of {b:B}.",
		.expert = "_int_new_arena(): {b:B}.",
		.brief = "new arena"},
};

const struct decision_kind decision_glibc_mapped = {
	.name = "glibc-mapped",
	.operands = "a chunk size, b bytes, c mmap_threshold, d base",
	.words = {.plain =
			  "{a:hex} is not below mmap_threshold, {c:B}: {b:B} were mapped for it alone.",
		.expert = "nb {a:hex} >= mmap_threshold {c}: mmap({b}).",
		.brief = "mapped"},
};

const struct decision_kind decision_glibc_remapped = {
	.name = "glibc-remapped",
	.operands = "a old bytes, b bytes, c 1: it stays",
	.words = {.plain = "Its mapping was resized from {a:B} to {b:B}.",
		.expert = "mremap({a}, {b}).",
		.brief = "mapping resized"},
};

const struct decision_kind decision_glibc_unmapped = {
	.name = "glibc-unmapped",
	.operands = "a bytes, b base",
	.words = {.plain = "Its mapping of {a:B} was unmapped.",
		.expert = "munmap({a}).",
		.brief = "unmapped"},
};

const struct decision_kind decision_glibc_threshold = {
	.name = "glibc-threshold",
	.operands = "a mmap_threshold, b trim_threshold",
	.words = {.plain =
			  "A mapping that large was freed: mmap_threshold moves to {a:B}, trim_threshold to {b:B}.",
		.expert = "mmap_threshold {a}, trim_threshold {b}.",
		.brief = "threshold {a:B}"},
};

const struct decision_kind decision_glibc_merged = {
	.name = "glibc-merged",
	.operands = "a free chunk, b its size, c 0: it was before, 1: after",
	.words = {.plain =
			  "The chunk after it, {b:hex} at {a:pool}, is free: it left its bin and merged with it.",
		.expert = "!inuse(nextchunk): unlink_chunk({a:pool}), {b:hex}.",
		.brief = "merged"},
	.variants =
		(const struct decision_variant[]){
			{is_before,
				{.plain = "Its P is 0: the chunk before it is free. prev_size, {b:hex}, leads to {a:pool}; that chunk left its bin and merged with it.",
					.expert =
						"!prev_inuse(p), prev_size {b:hex}: unlink_chunk({a:pool}).",
					.brief = "merged"}},
			{NULL},
		},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_freed = {
	.name = "glibc-freed",
	.operands = "a chunk, b its size, c 0: unsorted, 1: the bin of its size",
	.words = {.plain = "{b:hex} at {a:pool} went to the front of unsorted.",
		.expert = "{a:pool}, {b:hex}, to unsorted."},
	.variants =
		(const struct decision_variant[]){
			{goes_to_its_bin,
				{.plain = "{b:hex} at {a:pool} went to the front of the small bin of its size.",
					.expert = "{a:pool}, {b:hex}, to its small bin."}},
			{NULL},
		},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_into_top = {
	.name = "glibc-into-top",
	.operands = "a top, b its size before, c after",
	.words = {.plain = "It touches top and became part of it: top has {c:hex}.",
		.expert = "top {c:hex}.",
		.brief = "into top"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_trimmed = {
	.name = "glibc-trimmed",
	.operands = "a bytes, b size of top after",
	.words = {.plain = "Top was trimmed: {a:B} were returned to the system, {b:hex} are left.",
		.expert = "systrim: sbrk(-{a}), top {b:hex}.",
		.brief = "trimmed by {a:B}"},
};

const struct decision_kind decision_glibc_not_trimmed = {
	.name = "glibc-not-trimmed",
	.operands = "a size of top, b trim_threshold",
	.words = {.plain = "Top, {a:B}, is below trim_threshold, {b:B}: it was not trimmed.",
		.expert = "top {a} < trim_threshold {b}."},
};

const struct decision_kind decision_glibc_top_kept = {
	.name = "glibc-top-kept",
	.operands = "a the chunk before top, b size of top, c 1: it is in a tcache or a fast bin",
	.words = {.plain =
			  "Top could not shrink below the block at {a:pool}, which is in use before it.",
		.expert = "{a:pool} is in use before top.",
		.brief = "top is kept"},
	.variants =
		(const struct decision_variant[]){
			{counts_as_used,
				{.plain = "Top could not shrink below the chunk at {a:pool}: it is free, but it waits in a tcache or a fast bin, and so it counts as in use.",
					.expert = "{a:pool} before top: tcache or fastbin.",
					.brief = "top is kept"}},
			{NULL},
		},
};

const struct decision_kind decision_glibc_grew_into_top = {
	.name = "glibc-grew-into-top",
	.operands = "a chunk, b old size, c size",
	.words = {.plain = "Top comes next: the chunk grew into it, from {b:hex} to {c:hex}.",
		.expert = "next == top: {b:hex} to {c:hex}.",
		.brief = "grew into top"},
};

const struct decision_kind decision_glibc_took_next = {
	.name = "glibc-took-next",
	.operands = "a the chunk after, b its size, c old size",
	.words = {.plain =
			  "The chunk after it is free and long enough: {b:hex} at {a:pool} joined it.",
		.expert = "unlink_chunk(next {a:pool}), {b:hex}.",
		.brief = "took the next chunk"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_shrunk = {
	.name = "glibc-shrunk",
	.operands = "a chunk, b old size, c size, d size of the rest",
	.words = {.plain = "It was cut to {c:hex}: the rest, {d:hex}, is freed.",
		.expert = "remainder {d:hex} freed.",
		.brief = "cut to {c:hex}"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_moves = {
	.name = "glibc-moves",
	.operands = "a old size, b size needed",
	.words = {.plain =
			  "{b:hex} do not fit in its {a:hex}, even with the free space after it: it moves.",
		.expert = "{a:hex} < nb {b:hex}: _int_malloc, memcpy, free.",
		.brief = "moves"},
};

const struct decision_kind decision_glibc_leader = {
	.name = "glibc-leader",
	.operands = "a chunk before, b its size, c alignment",
	.words = {.plain =
			  "To align it to {c:B} it begins {b:hex} later; the bytes before it are freed.",
		.expert = "leadsize {b:hex}, freed.",
		.brief = "leader {b:hex}"},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_trailer = {
	.name = "glibc-trailer",
	.operands = "a chunk after, b its size",
	.words = {.plain = "The {b:hex} after it are also freed.",
		.expert = "trailer {b:hex}, freed."},
	.change = hole_change_unknown,
};

const struct decision_kind decision_glibc_thread_end = {
	.name = "glibc-thread-end",
	.operands = "a thread, b chunks that its tcache had",
	.words = {.plain =
			  "Thread {a} ended. Its tcache was freed: {b:chunk*}, and the one that it is kept in.",
		.expert = "tcache_thread_shutdown(): {b:chunk*}.",
		.brief = "tcache freed"},
};

const struct decision_kind decision_glibc_arena_left = {
	.name = "glibc-arena-left",
	.operands = "a arena",
	.words = {.plain = "Arena {a} has no thread now: the next new thread gets it.",
		.expert = "attached_threads 0: arena {a} to the front of free_list.",
		.brief = "arena {a} left"},
};

const struct decision_kind decision_glibc_arena_again = {
	.name = "glibc-arena-again",
	.operands = "a arena",
	.words = {.plain = "The thread got arena {a}, whose threads have ended.",
		.expert = "get_free_list(): arena {a}.",
		.brief = "arena {a} again"},
};

const struct decision_kind decision_glibc_program = {
	.name = "glibc-program",
	.operands = "a where its heap begins",
	.words = {.plain = "Another program begins, with an empty heap at {a:hex}.",
		.brief = "another program"},
};

/* ---- a pointer that is freed again: the words are the library's own ------------------------- */

static bool goes_to_cache(const struct decision *decision)
{
	return decision->c == 1;
}

static bool goes_to_fast_bin(const struct decision *decision)
{
	return decision->c == 2;
}

#define UNNOTICED(would) "No check of glibc fails: it would " would
#define ABORTS(words) \
	.ending = "glibc writes \"" words "\" and aborts the program.", .is_crash = true

const struct decision_kind decision_glibc_cached_twice = {
	.name = "glibc-cached-twice",
	.operands = "a chunk, b chunk size",
	.words = {.plain = "The chunk is in tcache[{b:hex}] of this thread already.",
		.expert = "e->key == tcache_key, and e is in entries[{b:hex}].",
		.brief = "glibc aborts"},
	ABORTS("free(): double free detected in tcache 2"),
};

const struct decision_kind decision_glibc_fast_twice = {
	.name = "glibc-fast-twice",
	.operands = "a chunk, b chunk size",
	.words = {.plain = "The chunk is the head of the fast bin of {b:hex}.",
		.expert = "*fb == p, fastbin({b:hex}).",
		.brief = "glibc aborts"},
	ABORTS("double free or corruption (fasttop)"),
};

const struct decision_kind decision_glibc_free_twice = {
	.name = "glibc-free-twice",
	.operands = "a chunk, b chunk size",
	.words = {.plain = "The chunk after it says that this one is free: its PREV_INUSE is 0.",
		.expert = "!prev_inuse(nextchunk).",
		.brief = "glibc aborts"},
	ABORTS("double free or corruption (!prev)"),
};

const struct decision_kind decision_glibc_top_freed = {
	.name = "glibc-top-freed",
	.operands = "a chunk, b chunk size",
	.words = {.plain = "Where the block was, top begins now.",
		.expert = "p == av->top.",
		.brief = "glibc aborts"},
	ABORTS("double free or corruption (top)"),
};

const struct decision_kind decision_glibc_unnoticed = {
	.name = "glibc-unnoticed",
	.operands = "a chunk, b chunk size, c 0: merged, 1: into the tcache, 2: into a fast bin",
	.words = {.plain = UNNOTICED("merge a chunk that is in a list, with what is around it."),
		.expert = "No check fails: merged once more.",
		.brief = "glibc does not notice"},
	.variants =
		(const struct decision_variant[]){
			{goes_to_cache,
				{.plain = UNNOTICED("put the chunk into tcache[{b:hex}] as well. "
						    "Two later requests would get the same block."),
					.expert =
						"No check fails: tcache_put() in entries[{b:hex}].",
					.brief = "glibc does not notice"}},
			{goes_to_fast_bin,
				{.plain = UNNOTICED(
					 "put the chunk into the fast bin of {b:hex} once "
					 "more. Two later requests would get the same block."),
					.expert = "No check fails: fastbin({b:hex}) pushed.",
					.brief = "glibc does not notice"}},
			{NULL},
		},
	.ending = "glibc does not notice it.",
};

const struct decision_kind decision_glibc_old_header = {
	.name = "glibc-old-header",
	.operands = "a address of the header",
	.words = {.plain =
			  "What glibc does depends on what is left at {a:pool}, where the header was: "
			  "no chunk begins there now. If that is no size, a free ends with \"free(): "
			  "invalid size\".",
		.brief = "no header"},
};

const struct decision_kind decision_glibc_unmapped_header = {
	.name = "glibc-unmapped-header",
	.operands = "a address of the header",
	.words = {.plain =
			  "free() reads the header of the block, whose page went back to the system.",
		.expert = "chunksize(p) of a page that is not mapped.",
		.brief = "SIGSEGV"},
	.is_crash = true,
	.ending = "SIGSEGV ends the program.",
};

const struct decision_kind decision_glibc_unaligned = {
	.name = "glibc-unaligned",
	.operands = "a the address",
	.words = {.plain = "{a:hex} is not a multiple of 16, so no block begins there. If the word "
			   "before it has the bit of a mapping, 2, the words are "
			   "\"munmap_chunk(): invalid pointer\".",
		.expert = "misaligned_chunk(p), p->mchunk_size without IS_MMAPPED.",
		.brief = "glibc aborts"},
	ABORTS("free(): invalid pointer"),
};

const struct decision_kind decision_glibc_no_chunk = {
	.name = "glibc-no-chunk",
	.operands = "a the address",
	.words = {.plain =
			  "No chunk is known there. What glibc does depends on the word before {a:hex}, "
			  "which it takes for a size: below 32, or not a multiple of 16, it ends with "
			  "\"free(): invalid size\"; a small one goes into the tcache unnoticed.",
		.brief = "no chunk"},
};

/* ---- a pointer that was freed is given to realloc -------------------------------------------- */

const struct decision_kind decision_glibc_top_resized = {
	.name = "glibc-top-resized",
	.operands = "a chunk, b chunk size",
	.words = {.plain =
			  "Where the block was, top begins now, and glibc's realloc reads the size of the "
			  "chunk after it: past the end of the heap.",
		.expert = "chunksize(next), next past top.",
		.brief = "SIGSEGV"},
	.is_crash = true,
	.ending = "SIGSEGV ends the program.",
};

const struct decision_kind decision_glibc_resized_free = {
	.name = "glibc-resized-free",
	.operands = "a chunk, b chunk size, c size it needs",
	.words = {.plain =
			  "glibc's realloc does not ask if the chunk is free: it would stay where it "
			  "is, {b:hex} made {c:hex}, and be in a list as well. A later request would "
			  "get the same block.",
		.expert = "No check of inuse(oldp): in place, {b:hex} -> {c:hex}.",
		.brief = "glibc does not notice"},
	.ending = "glibc does not notice it.",
};

const struct decision_kind decision_glibc_moves_free = {
	.name = "glibc-moves-free",
	.operands = "a chunk size, b size it needs",
	.words = {.plain =
			  "glibc's realloc does not ask if the chunk is free. It has {a:hex}, which "
			  "is less than {b:hex}: it is copied to another place, and freed.",
		.expert = "_int_free(oldp) after the copy.",
		.brief = "glibc moves it"},
};

const struct decision_kind *const glibc_decisions[] = {
	&decision_glibc_size,
	&decision_glibc_cache_made,
	&decision_glibc_cache_hit,
	&decision_glibc_cache_put,
	&decision_glibc_cache_full,
	&decision_glibc_fast_hit,
	&decision_glibc_fast_put,
	&decision_glibc_small_hit,
	&decision_glibc_stashed,
	&decision_glibc_consolidated,
	&decision_glibc_last_remainder,
	&decision_glibc_exact,
	&decision_glibc_binned,
	&decision_glibc_large_best,
	&decision_glibc_bin_above,
	&decision_glibc_split,
	&decision_glibc_whole,
	&decision_glibc_top_cut,
	&decision_glibc_break_grew,
	&decision_glibc_break_was_moved,
	&decision_glibc_heap_grew,
	&decision_glibc_heap_gone,
	&decision_glibc_arena_new,
	&decision_glibc_mapped,
	&decision_glibc_remapped,
	&decision_glibc_unmapped,
	&decision_glibc_threshold,
	&decision_glibc_merged,
	&decision_glibc_freed,
	&decision_glibc_into_top,
	&decision_glibc_trimmed,
	&decision_glibc_not_trimmed,
	&decision_glibc_top_kept,
	&decision_glibc_grew_into_top,
	&decision_glibc_took_next,
	&decision_glibc_shrunk,
	&decision_glibc_moves,
	&decision_glibc_leader,
	&decision_glibc_trailer,
	&decision_glibc_thread_end,
	&decision_glibc_arena_left,
	&decision_glibc_arena_again,
	&decision_glibc_program,
	&decision_glibc_cached_twice,
	&decision_glibc_fast_twice,
	&decision_glibc_free_twice,
	&decision_glibc_top_freed,
	&decision_glibc_unnoticed,
	&decision_glibc_old_header,
	&decision_glibc_unmapped_header,
	&decision_glibc_unaligned,
	&decision_glibc_no_chunk,
	&decision_glibc_top_resized,
	&decision_glibc_resized_free,
	&decision_glibc_moves_free,
	NULL,
};
