/* See decisions.h. */
#include "heap/decisions.h"

#include "trace/event.h"

static bool count_is_0(const struct decision *decision)
{
	return decision->b == 0;
}

static bool its_finaliser_is_next(const struct decision *decision)
{
	return decision->b == 0 && decision->d == 2;
}

static bool only_its_callback_holds(const struct decision *decision)
{
	return decision->d == 1 && decision->b == 1;
}

static bool its_callback_holds(const struct decision *decision)
{
	return decision->d == 1;
}

static bool by_itself(const struct decision *decision)
{
	return decision->c == 1;
}

static bool is_kept_softly(const struct decision *decision)
{
	return decision->b == 0 && decision->d == 1;
}

static bool all_live_on(const struct decision *decision)
{
	return decision->c == 2;
}

static bool has_no_candidates(const struct decision *decision)
{
	return decision->b == 0;
}

static bool is_youngest(const struct decision *decision)
{
	return decision->a == 0;
}

static bool is_of_young(const struct decision *decision)
{
	return decision->c == COLLECTED_YOUNG;
}

static bool is_increment(const struct decision *decision)
{
	return decision->c == COLLECTED_INCREMENT;
}

static bool is_of_nothing(const struct decision *decision)
{
	return decision->c == COLLECTED_NOTHING;
}

static bool begins_cycle(const struct decision *decision)
{
	return decision->c == COLLECTED_MARKS;
}

static bool is_of_all(const struct decision *decision)
{
	return decision->c == COLLECTED_ALL;
}

static bool has_nothing_left(const struct decision *decision)
{
	return decision->d == 0;
}

static bool has_new_work(const struct decision *decision)
{
	return decision->a == 1 && decision->b == decision->c + decision->d;
}

static bool has_work_left(const struct decision *decision)
{
	return decision->a == 1 && decision->b > decision->c + decision->d;
}

static bool has_none(const struct decision *decision)
{
	return decision->a == 0;
}

static bool switches_off(const struct decision *decision)
{
	return decision->a == GC_OFF;
}

static bool writes(const struct decision *decision)
{
	return decision->c == USE_WRITE;
}

static bool never_begins(const struct decision *decision)
{
	return decision->b == 0;
}

const struct decision_kind decision_mapped = {
	.name = "mapped",
	.operands = "a base, b bytes",
	.words = {.plain = "The program mapped {b:B} itself, outside the allocator."},
};

const struct decision_kind decision_unmapped = {
	.name = "unmapped",
	.operands = "a base, b bytes",
	.words = {.plain = "The program unmapped its {b:B}."},
};

const struct decision_kind decision_count_up = {
	.name = "count-up",
	.operands = "a object, b count after, c who refers now or OBJECT_NONE",
	.words = {.plain = "", .expert = "Py_INCREF({a:object}): {b}."},
	.is_about_object = true,
};

const struct decision_kind decision_count_down = {
	.name = "count-down",
	.operands =
		"a object, b count after, c who referred or OBJECT_NONE, d 1: its callback runs, and holds it; 2: its finaliser is called at 0",
	.words = {.plain = "{c:Object} dropped {a:object}, whose count is now {b}.",
		.expert = "Py_DECREF({a:object}): {b}."},
	.variants =
		(const struct decision_variant[]){
			{its_finaliser_is_next,
				{.plain = "{c:Object} dropped {a:object}, whose count is now 0: its finaliser is next.",
					.expert = "Py_DECREF({a:object}): 0, tp_dealloc."}},
			{count_is_0,
				{.plain = "{c:Object} dropped {a:object}, whose count is now 0: it dies.",
					.expert = "Py_DECREF({a:object}): 0, tp_dealloc."}},
			{only_its_callback_holds,
				{.plain = "{c:Object} dropped {a:object}, whose count is now 1: the running callback holds it.",
					.expert =
						"Py_DECREF({a:object}): 1, held for its callback."}},
			{its_callback_holds,
				{.plain = "{c:Object} dropped {a:object}, whose count is now {b}, 1 of it the running callback's.",
					.expert =
						"Py_DECREF({a:object}): {b}, 1 held for its callback."}},
			{NULL},
		},
	.is_about_object = true,
};

const struct decision_kind decision_dropped = {
	.name = "dropped",
	.operands =
		"a object, b references left, c who referred or OBJECT_NONE, d 1: a soft one is left",
	.words = {.plain =
			  "{c:Object} dropped {a:object}; {b|nothing refers|1 reference leads|references lead} to it now.",
		.brief = "dropped"},
	.variants =
		(const struct decision_variant[]){
			{is_kept_softly,
				{.plain = "{c:Object} dropped {a:object}; only a soft reference leads to it now.",
					.brief = "dropped"}},
			{NULL},
		},
	.is_about_object = true,
};

const struct decision_kind decision_finalized = {
	.name = "finalized",
	.operands = "a object: its finaliser was called",
	.words = {.plain = "The finaliser of {a:object} was called.",
		.expert = "tp_finalize({a:object}).",
		.brief = "finaliser called"},
	.is_about_object = true,
};

const struct decision_kind decision_resurrected = {
	.name = "resurrected",
	.operands =
		"a object, b generation it is in, c 1: by its own finaliser, 2: all unreachable ones live on",
	.words = {.plain = "{a:Object} stays alive: a resurrected object refers to it."},
	.variants =
		(const struct decision_variant[]){
			{all_live_on,
				{.plain = "{a:Object} stays alive: one of the unreachable objects was resurrected, and Python 3.8 keeps all of them."}},
			{by_itself,
				{.plain = "{a:Object} was resurrected: its finaliser made a variable of the program refer to it.",
					.brief = "resurrected"}},
			{NULL},
		},
	.is_about_object = true,
};

const struct decision_kind decision_weak_made = {
	.name = "weak-made",
	.operands = "a weak reference, b object, c its count, as before",
	.words = {.plain =
			  "{a:Object} refers to {b:object}, but does not count: its count is still {c}."},
	.is_about_object = true,
};

const struct decision_kind decision_weak_traced = {
	.name = "weak-traced",
	.operands = "a weak reference, b object, c 1: it is soft",
	.words = {.plain = "{a:Object} refers to {b:object}, and does not keep it alive."},
	.variants =
		(const struct decision_variant[]){
			{by_itself,
				{.plain = "{a:Object} refers to {b:object} softly: it keeps that object until memory is short."}},
			{NULL},
		},
	.is_about_object = true,
};

const struct decision_kind decision_weak_cleared = {
	.name = "weak-cleared",
	.operands = "a weak reference, b object that it referred to, c 1: it is soft",
	.words = {.plain = "{a:Object}, a weak reference to {b:object}, was cleared.",
		.expert = "{a:object}: wr_object of {b:object} set to None.",
		.brief = "weak reference cleared"},
	.variants =
		(const struct decision_variant[]){
			{by_itself,
				{.plain = "{a:Object}, a soft reference to {b:object}, was cleared.",
					.brief = "soft reference cleared"}},
			{NULL},
		},
	.is_about_object = true,
};

const struct decision_kind decision_callback = {
	.name = "callback",
	.operands = "a weak reference, b object with the callback, c 1: it let go of a reference",
	.words = {.plain = "The callback of {a:object} found nothing to do."},
	.variants =
		(const struct decision_variant[]){
			{by_itself, {.plain = "Its callback ran: {b:object} dropped {a:object}."}},
			{NULL},
		},
	.is_about_object = true,
};

const struct decision_kind decision_died = {
	.name = "died",
	.operands = "a object, b bytes",
	.words = {.plain = "{a:Object} died: its {b:B} were freed.",
		.expert = "{a:object}: tp_free, {b:B}."},
	.is_about_object = true,
};

const struct decision_kind decision_collect_due = {
	.name = "collect-due",
	.operands = "a generation, b its count, c its threshold",
	.words = {.plain =
			  "A collection was due: generation {a}'s count, {b}, is over its threshold, {c}.",
		.expert = "generations[{a}].count {b} > threshold {c}."},
};

const struct decision_kind decision_collect_put_off = {
	.name = "collect-put-off",
	.operands = "a objects new to generation 2, b that survived there",
	.words = {.plain =
			  "Generation 2 was due but was put off: {a} objects have joined it since, less than a quarter of its {b}.",
		.expert = "long_lived_pending {a} < long_lived_total {b} / 4."},
};

const struct decision_kind decision_collect = {
	.name = "collect",
	.operands =
		"a generation, b candidates, c enum collected, d of an increment those that are old",
	.words = {.plain =
			  "Generation {a} was collected, and the younger ones with it: {b:candidate*}.",
		.expert = "gc_collect_main({a}): {b:candidate*}."},
	.variants =
		(const struct decision_variant[]){
			{is_of_nothing, {.plain = "So the collector looked at nothing.",
						.expert = "gc_collect_increment(): no work."}},
			{begins_cycle,
				{.plain = "A cycle of the collector began. It frees nothing yet.",
					.expert = "gc_collect_increment(): GC_PHASE_MARK."}},
			{is_increment,
				{.plain = "An increment was collected: {b:candidate*}, {d} of them old.",
					.expert =
						"gc_collect_increment(): {b:candidate*}, {d} of them old."}},
			{is_of_young, {.plain = "The young objects were collected: {b:candidate*}.",
					      .expert = "gc_collect_young(): {b:candidate*}."}},
			{is_of_all, {.plain = "All objects were collected: {b:candidate*}.",
					    .expert = "gc_collect_full(): {b:candidate*}."}},
			{has_no_candidates,
				{.plain = "Generation {a} was collected: it is empty."}},
			{is_youngest, {.plain = "Generation 0 was collected: {b:candidate*}."}},
			{NULL},
		},
};

const struct decision_kind decision_subtracted = {
	.name = "subtracted",
	.operands = "a candidate, b its count, c references from candidates, d what is left",
	.words = {.plain =
			  "{a:Object}: count {b} = {c} from candidates + {d} from outside: reachable.",
		.expert = "{a:object}: gc_refs {b} - {c} = {d}."},
	.variants =
		(const struct decision_variant[]){
			{has_nothing_left,
				{.plain = "{a:Object}: count {b}, {c} from candidates, none from outside.",
					.expert = "{a:object}: gc_refs {b} - {c} = 0."}},
			{NULL},
		},
	.is_about_object = true,
};

const struct decision_kind decision_rescued = {
	.name = "rescued",
	.operands = "a candidate with nothing left, b reachable candidate that refers to it",
	.words = {.plain = "{a:Object} is reachable after all: {b:object} refers to it.",
		.expert = "visit_reachable({a:object}) from {b:object}: back to young."},
	.is_about_object = true,
};

const struct decision_kind decision_unreachable = {
	.name = "unreachable",
	.operands = "a candidate",
	.words = {.plain = "{a:Object} is unreachable."},
	.is_about_object = true,
};

const struct decision_kind decision_survived = {
	.name = "survived",
	.operands =
		"a candidates that survive, b generation they are in now, c 1: it is that of visited ones",
	.words = {.plain = "{a:candidate*} survived, now in generation {b}."},
	.variants =
		(const struct decision_variant[]){
			{has_none, {.plain = "No candidate was reachable."}},
			{by_itself, {.plain = "{a:candidate*} survived, visited in this cycle."}},
			{NULL},
		},
};

const struct decision_kind decision_cleared = {
	.name = "cleared",
	.operands =
		"a unreachable object: the collector makes it let go of what it refers to, b its count with the reference that the collector takes meanwhile",
	.words = {.plain =
			  "The collector took hold of {a:object} (count {b}) and cleared its references.",
		.expert = "tp_clear({a:object})."},
	.is_about_object = true,
};

const struct decision_kind decision_collected = {
	.name = "collected",
	.operands = "a generation, b unreachable objects that were cleared",
	.words = {.plain = "The collector freed {b:unreachable object*}."},
	.variants =
		(const struct decision_variant[]){
			{has_no_candidates, {.plain = "The collector freed nothing."}},
			{NULL},
		},
};

const struct decision_kind decision_work = {
	.name = "work",
	.operands = "a 0: it is ahead, 1: there is work, b objects, c of them for what was made, "
		    "d for what is old; b has what was left before, too",
	.words = {.plain = "The collector has work: {b:object*} to look at.",
		.expert = "work_to_do: {b}."},
	.variants =
		(const struct decision_variant[]){
			{has_no_candidates, {.plain = "The collector has no work with old objects.",
						    .expert = "work_to_do: 0."}},
			{has_new_work,
				{.plain = "The collector has work: {b:object*} to look at, {c} for those made since and {d} for old ones.",
					.expert = "work_to_do: {b}."}},
			{has_work_left,
				{.plain = "The collector has work: {b:object*} to look at, {c} for those made since and {d} for old ones; the rest was left before.",
					.expert = "work_to_do: {b}."}},
			{has_none, {.plain = "The collector is {b:object*} ahead of what was made.",
					   .expert = "work_to_do: -{b}."}},
			{NULL},
		},
};

const struct decision_kind decision_marked = {
	.name = "marked",
	.operands = "a objects, b of the others, c 1: at the start of a cycle",
	.words = {.plain =
			  "Variables reach {a:object*} not visited before: visited now, and not candidates."},
	.variants =
		(const struct decision_variant[]){
			{by_itself,
				{.plain = "Marked as visited: {a:object*} that variables reach, and {b} that the trace does not show. Each counts as 2 of the work."}},
			{NULL},
		},
};

const struct decision_kind decision_cycle_over = {
	.name = "cycle-over",
	.operands = "a old objects",
	.words = {.plain =
			  "No old object is left to visit: the cycle is over. The next one begins with {a:old object*}.",
		.expert = "completed_scavenge(): {a} objects not visited."},
};

static const struct decision_variant never_by_itself[] = {
	{switches_off, {.plain = "The collector no longer runs by itself, only on gc.collect()."}},
	{never_begins, {.plain = "With threshold 0 the collector never runs by itself."}},
	{NULL},
};

const struct decision_kind decision_gc_set = {
	.name = "gc-set",
	.operands = "a enum gc_word, b c d thresholds",
	.words = {.plain =
			  "The collector runs when the count of generation 0 is over {b}, of 1 over {c}, of 2 over {d}."},
	.variants = never_by_itself,
};

const struct decision_kind decision_gc_set_increments = {
	.name = "gc-set-increments",
	.operands = "a enum gc_word, b threshold, c divides the work",
	.words = {.plain =
			  "An increment is due when the count of generation 0 is over {b}. The second threshold, {c}, divides what it adds for old objects."},
	.variants = never_by_itself,
};

const struct decision_kind decision_frozen = {
	.name = "frozen",
	.operands = "a objects that are frozen now",
	.words = {.plain = "Frozen objects: {a}. No collection looks at what was there until now.",
		.expert = "gc.freeze(): {a} in permanent_generation."},
};

const struct decision_kind decision_unfrozen = {
	.name = "unfrozen",
	.operands = "a objects that were frozen",
	.words = {.plain = "Objects that were frozen: {a}. Generation 2 gets them, at its end.",
		.expert = "gc.unfreeze(): {a} from permanent_generation to generation 2."},
};

static bool drops_reference(const struct decision *decision)
{
	return decision->b == 0;
}

const struct decision_kind decision_deed_noted = {
	.name = "deed-noted",
	.operands =
		"a object, b 1: makes a reference, 0: drops one, c referred to, d who refers or OBJECT_NONE",
	.words = {.plain =
			  "Its finaliser, or its callback, will let {d:object} refer to {c:object}."},
	.variants =
		(const struct decision_variant[]){
			{drops_reference,
				{.plain = "Its finaliser, or its callback, will let {d:object} drop {c:object}."}},
			{NULL},
		},
	.is_about_object = true,
};

const struct decision_kind decision_deed = {
	.name = "deed",
	.operands =
		"a object, b 1: made a reference, 0: dropped one, c referred to, d who refers or OBJECT_NONE",
	.words = {.plain = "It let {d:object} refer to {c:object}."},
	.variants =
		(const struct decision_variant[]){
			{drops_reference, {.plain = "It let {d:object} drop {c:object}."}},
			{NULL},
		},
	.is_about_object = true,
};

const struct decision_kind decision_others = {
	.name = "others",
	.operands = "a objects",
	.words = {.plain =
			  "The process has {a} more objects in generation 2, which the trace does not show."},
};

const struct decision_kind decision_use_inside = {
	.name = "use-inside",
	.operands = "a object, b bytes, c enum use_word",
	.words = {.plain = "All {b:B} are within {a:object}, which is live."},
	.is_about_object = true,
};

const struct decision_kind decision_use_before = {
	.name = "use-before",
	.operands = "a object, b bytes before its first one",
	.words = {.plain = "That is {b:B} before {a:object} begins."},
	.is_about_object = true,
};

const struct decision_kind decision_use_after = {
	.name = "use-after",
	.operands = "a object, b its bytes, c bytes after its last one",
	.words = {.plain = "{a:Object} has {b:B}: the last byte used is {c:B} after its end."},
	.is_about_object = true,
};

const struct decision_kind decision_use_stale = {
	.name = "use-stale",
	.operands = "a object, b event that freed it",
	.words = {.plain = "{a:Object} was freed at event {b}; the pointer still has its address."},
	.is_about_object = true,
};

const struct decision_kind decision_use_of_other = {
	.name = "use-of-other",
	.operands = "a object that is there, b address, c enum use_word",
	.words = {.plain = "{a:Object} is there: its bytes are read."},
	.variants =
		(const struct decision_variant[]){
			{writes, {.plain = "{a:Object} is there: its bytes are overwritten.",
					 .brief = "overwrites {a:object}"}},
			{NULL},
		},
	.is_about_object = true,
};

const struct decision_kind decision_use_of_hole = {
	.name = "use-of-hole",
	.operands = "a address, b bytes of the hole, c enum use_word",
	.words = {.plain = "Nothing is there but free bytes: what they hold is left from before."},
	.variants =
		(const struct decision_variant[]){
			{writes,
				{.plain = "Free bytes are there: many allocators keep the links of "
					  "their free list in them.",
					.brief = "overwrites free bytes"}},
			{NULL},
		},
};

const struct decision_kind decision_use_of_words = {
	.name = "use-of-words",
	.operands = "a address, b 1: of a block, 0: of the allocator, c enum use_word",
	.words = {.plain = "{b|The allocator's own words are|Padding or a header is} there."},
	.variants =
		(const struct decision_variant[]){
			{writes,
				{.plain = "{b|The allocator's own words are|Padding or a header is} "
					  "there, and overwritten.",
					.brief = "overwrites padding or a header"}},
			{NULL},
		},
};

const struct decision_kind decision_use_unmapped = {
	.name = "use-unmapped",
	.operands = "a address",
	.words = {.plain = "Nothing is mapped there: the system stops a real program "
			   "(segmentation fault).",
		.brief = "segmentation fault"},
};

const struct decision_kind decision_cache_hit = {
	.name = "cache-hit",
	.operands = "a object, b 1: it was the newest, c hits, d lookups",
	.words = {.plain = "A HIT: {a:object} {b|moves to the newest end|is the newest already}. "
			   "{c} of {d} lookups were hits."},
	.is_about_object = true,
};

const struct decision_kind decision_cache_miss = {
	.name = "cache-miss",
	.operands = "a objects in the cache, b hits, c lookups",
	.words = {.plain = "A MISS: none of the {a} objects in the cache is meant. {b} of {c} "
			   "lookups were hits."},
};

const struct decision_kind decision_cache_keep = {
	.name = "cache-keep",
	.operands = "a object, b objects in the cache",
	.words = {.plain = "{a:Object} is at the newest end of the order now, which has {b}."},
	.is_about_object = true,
};

const struct decision_kind decision_cache_evict = {
	.name = "cache-evict",
	.operands = "a object, b 0: it was not the oldest, 1: unused for longest, 2: the oldest, "
		    "c objects that stay",
	.words = {.plain = "The victim is {a:object}{b|, and it was not the oldest|, unused for "
			   "longest|, the oldest}. {c} stay."},
	.is_about_object = true,
};

const struct decision_kind decision_cache_found = {
	.name = "cache-found",
	.operands = "a object, b times that it was found, c hits, d lookups",
	.words = {.plain = "A HIT: {a:object} was found {b:time*}, and stays where it is. {c} of "
			   "{d} lookups were hits."},
	.is_about_object = true,
};

const struct decision_kind decision_cache_spare = {
	.name = "cache-spare",
	.operands = "a object, b times that it was found",
	.words = {.plain = "A second chance: {a:object} was found {b:time*} since it was the "
			   "newest, and is the newest again."},
	.is_about_object = true,
};

const struct decision_kind decision_stale_free = {
	.name = "stale-free",
	.operands = "a object of the pointer, b object that is freed",
	.words = {.plain = "{a:Object} was freed before; its address is that of {b:object} now, "
			   "which is freed.",
		.brief = "frees {b:object}"},
	.is_about_object = true,
};

const struct decision_kind decision_given_up = {
	.name = "given-up",
	.operands = "a bytes",
	.words = {.plain = "Whole pages inside of free chunks went back to the system as well: "
			   "{a:B}. Their addresses stay the heap's.",
		.expert = "mtrim: madvise(MADV_DONTNEED) of {a:B}.",
		.brief = "gave back {a:B}"},
};

const struct decision_kind *const heap_decisions[] = {
	&decision_mapped,
	&decision_unmapped,
	&decision_count_up,
	&decision_count_down,
	&decision_dropped,
	&decision_finalized,
	&decision_resurrected,
	&decision_weak_made,
	&decision_weak_traced,
	&decision_weak_cleared,
	&decision_callback,
	&decision_died,
	&decision_collect_due,
	&decision_collect_put_off,
	&decision_collect,
	&decision_subtracted,
	&decision_rescued,
	&decision_unreachable,
	&decision_survived,
	&decision_cleared,
	&decision_collected,
	&decision_work,
	&decision_marked,
	&decision_cycle_over,
	&decision_gc_set,
	&decision_gc_set_increments,
	&decision_frozen,
	&decision_unfrozen,
	&decision_others,
	&decision_deed_noted,
	&decision_deed,
	&decision_use_inside,
	&decision_use_before,
	&decision_use_after,
	&decision_use_stale,
	&decision_use_of_other,
	&decision_use_of_hole,
	&decision_use_of_words,
	&decision_use_unmapped,
	&decision_cache_hit,
	&decision_cache_miss,
	&decision_cache_keep,
	&decision_cache_evict,
	&decision_cache_found,
	&decision_cache_spare,
	&decision_stale_free,
	&decision_given_up,
	NULL,
};
