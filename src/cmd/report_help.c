/* See report_answers.h: what the program could do. */
#include "cmd/report_answers.h"

#include "base/text.h"
#include "base/units.h"
#include "cmd/remedies.h"
#include "cmd/report_owners.h"
#include "cmd/report_words.h"
#include "cmd/variables.h"
#include "cmd/whatif_settings.h"
#include "heap/malloc_trim.h"
#include "report/lines.h"
#include "report/report.h"
#include "report/sparse.h"
#include "report/threshold.h"
#include "trace/trace.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#define FREE_LIST_SIZE 200u /* bytes of most objects that CPython's free lists keep */

/* ", or 5 MiB after malloc_trim(0)", where that is a tenth of what is held. */
static void add_trimmed(struct text *words, const struct report *report,
	const struct aftermath *then)
{
	struct units bytes;

	if (then->trimmable > report->holdings.held / 10)
		text_add(words, ", or %s after malloc_trim(0)",
			units_bytes(&bytes, then->held - then->trimmable));
}

static struct aftermath aftermath_of(const struct whatif_run *run)
{
	return (struct aftermath){.held = run->end_held, .trimmable = run->trimmable};
}

/* What goes back of what is held, by itself and after malloc_trim(0). */
struct back {
	uint64_t now, trimmed;
	bool has_trim; /* a tenth of what is held lies between the two */
};

static struct back back_of(const struct report *report, const struct aftermath *then)
{
	struct back back = {report_less_held(report, then->held),
		report_less_held(report, then->held - then->trimmable), false};

	back.has_trim = back.trimmed - back.now >= report->holdings.held / 10;
	return back;
}

/* "nothing goes back by itself, and 2 MiB after malloc_trim(0)" */
static void add_back(struct text *words, const struct back *back)
{
	struct units now, then;

	text_add(words, "%s%s back", back->now ? units_bytes(&now, back->now) : "nothing",
		back->now ? " go" : " goes");
	if (back->has_trim)
		text_add(words, " by %s, and %s after malloc_trim(0)",
			back->now ? "themselves" : "itself", units_bytes(&then, back->trimmed));
}

/* A twentieth of what is held lies between them. */
static bool is_apart(const struct report *report, uint64_t one, uint64_t other)
{
	return (one > other ? one - other : other - one) >= report->holdings.held / 20;
}

/* Why what is freed now is less than what the play without it has saved. */
static void add_why_apart(struct text *words, const struct report *report, const struct back *saved,
	const struct back *back, const struct aftermath *freed)
{
	uint64_t least = report->holdings.held / 20;
	struct units bytes;

	if (back->trimmed >= saved->trimmed || !is_apart(report, saved->trimmed, back->trimmed))
		return;
	if (freed->stays > least)
		text_add(words, "; %s stay at the ends of threads' arenas",
			units_bytes(&bytes, freed->stays));
	else if (freed->empty > least)
		text_add(words, "; pymalloc keeps %s of empty arenas for the next blocks",
			units_bytes(&bytes, freed->empty));
	else
		text_add(words, ": blocks of other lines have come to lie beside them");
}

/* What the variable may keep as well lies beside what it keeps, and decides; false: it does not. */
static bool add_widely(struct text *words, const struct report *report, const struct back *back,
	const struct aftermath *widely)
{
	struct units bytes;

	if (widely->held == 0)
		return false;
	const struct back most = back_of(report, widely);
	if (most.trimmed <= back->trimmed || !is_apart(report, most.trimmed, back->trimmed))
		return false;
	text_add(words,
		", and %s if the small blocks beside them are its as well: of these lines the "
		"census saw none",
		units_bytes(&bytes, most.trimmed));
	return true;
}

/* What comes of freeing blocks now. */
struct freeing {
	struct aftermath without; /* had they never been made */
	struct aftermath freed;
	struct aftermath widely; /* with what may be of the variable as well; held: 0: nothing */
	const char *call;        /* that frees them; NULL: there is none */
};

/*
 * Blocks that were never made, and blocks that are freed now, leave different memory behind: what
 * has come to lie beside them stays, or lies elsewhere. Says what goes back now, if there is a call
 * for it, it is not what the play without them has saved, or malloc_trim(0) is needed.
 */
static void say_freed_now(struct text *words, const struct report *report,
	const struct freeing *freeing)
{
	const struct back saved = back_of(report, &freeing->without),
			  back = back_of(report, &freeing->freed);

	if (freeing->freed.held == 0 ||
		(!freeing->call && !back.has_trim && !is_apart(report, saved.now, back.now) &&
			!is_apart(report, saved.trimmed, back.trimmed)))
		return;
	text_add(words, " Freed now%s%s, ", freeing->call ? " by " : "",
		freeing->call ? freeing->call : "");
	add_back(words, &back);
	if (!add_widely(words, report, &back, &freeing->widely))
		add_why_apart(words, report, &saved, &back, &freeing->freed);
	text_add(words, ".");
}

/* What each of the next variables alone gives back. */
static void say_further(struct text *words, const struct report *report,
	const struct remedies *remedies)
{
	if (remedies->nfurther == 0)
		return;
	text_join(words, " ", "Other variables, each alone freed now: ");
	for (size_t i = 0; i < remedies->nfurther; i++) {
		const struct further *further = &remedies->further[i];
		const struct back back = back_of(report, &further->freed);
		struct text call = {0};
		bool has_call = add_clearing(&call, &report->owners, further->variable);
		text_add(words, "%s%s, %s%s%s", i ? "; " : "",
			variable_name(&report->owners, further->variable), has_call ? "by " : "",
			has_call ? text_of(&call) : "", has_call ? ", " : "");
		text_finish(&call);
		add_back(words, &back);
	}
	text_add(words, ".");
}

/* CPython keeps dead tuples, lists, dictionaries and floats for the next ones. */
static void say_free_lists(struct text *words, const struct report *report,
	const struct remedies *remedies)
{
	uint64_t blocks = 0, bytes = 0;

	for (size_t i = 0; i < remedies->nowners; i++) {
		const struct life *life = &report->lives.items[remedies->owners[i]];
		blocks += life->live;
		bytes += life->live_bytes;
	}
	if (*trace_info(report->trace)->python && bytes <= blocks * FREE_LIST_SIZE)
		text_add(words,
			" Once they are freed, call gc.collect(), which empties CPython's free "
			"lists: these may keep some of them, in arenas that would go back.");
}

/* Of what is collectable: nobody can copy the blocks of a free list, or of a dropped cycle. */
static void say_collected(struct text *words, const struct report *report,
	const struct remedies *remedies)
{
	bool are_owners = remedies->are_owners_collectable;
	const struct aftermath *then = &remedies->now[are_owners ? REMEDY_CLEARED : REMEDY_FREED];

	if (then->held == 0 || !(are_owners || remedies->are_keepers_collectable))
		return;
	const struct back back = back_of(report, then);
	text_join(words, " ", "gc.collect() empties CPython's free lists, and frees what is in ");
	text_add(words, "cycles: if all");
	if (are_owners) {
		text_add(words, " blocks of ");
		add_lines(words, report, remedies->owners, remedies->nowners);
	} else
		add_chosen(words, report, "blocks of ");
	text_add(words, " are in either, ");
	add_back(words, &back);
	text_add(words, ". Where the program has just called it, they are in neither.");
}

/* What no variable keeps: what it is, and what frees it. */
static const struct {
	const char *what, *how; /* how: NULL: nothing does */
	bool is_call;
} roots[] = {
	[CENSUS_LOOKUPS] =
		{"names of attributes that C code has looked up, in a text of its own each "
		 "time",
			"gc.collect() does not empty it; sys._clear_type_cache() does (from 3.13 on "
			"sys._clear_internal_caches())",
			true},
	[CENSUS_FREE_LISTS] = {"dead objects, kept for the next ones of their kind",
		"gc.collect() empties these", true},
	[CENSUS_INTERNED] = {"immortal (3.12 makes all interned strings so)",
		"Nothing frees them: only fewer different ones would help", false},
	[CENSUS_INTERPRETER] = {"what it has until it ends", NULL, false},
	[CENSUS_STATIC_DATA] = {"what that library has", "Only its own code can free them", false},
};
static_assert(sizeof(roots) / sizeof(*roots) == CENSUS_KINDS, "a root has its words");

static void say_root(struct text *words, const struct report *report,
	const struct remedies *remedies)
{
	const struct aftermath *then = &remedies->now[REMEDY_FREED];

	if (!remedies->root)
		return;
	enum census_kind kind = variable_facts(&report->owners, remedies->root)->kind;
	text_join(words, " ", remedies->is_all_root ? "These blocks, in " : "The blocks in ");
	text_add(words, "%s%s are %s.", variable_name(&report->owners, remedies->root),
		remedies->is_all_root ? "," : "", roots[kind].what);
	if (!roots[kind].how)
		return;
	text_add(words, " %s", roots[kind].how);
	if (remedies->is_all_root && roots[kind].is_call && then->held > 0) {
		const struct back back = back_of(report, then);
		text_add(words, ": called now, ");
		add_back(words, &back);
	}
	text_add(words, ".");
}

/* Interned strings stay, whatever the program drops. */
static bool is_immortal(const struct report *report, const struct remedies *remedies)
{
	return remedies->variable &&
	       variable_facts(&report->owners, remedies->variable)->kind == CENSUS_INTERNED;
}

/* Where they keep most of what is idle as well, that has been said of them. */
static void say_immortal(struct text *words, const struct remedies *remedies)
{
	if (remedies->root == remedies->variable)
		return;
	text_join(words, " ", "These strings are ");
	text_add(words, "%s. %s. Each sys.intern() of another text makes one more.",
		roots[CENSUS_INTERNED].what, roots[CENSUS_INTERNED].how);
}

/* So much less is left that a twentieth of what is held lies between. */
static bool is_better(const struct report *report, uint64_t left, uint64_t than)
{
	return left + report->holdings.held / 20 <= than;
}

/* list() and copy.deepcopy() share what cannot change; CPython keeps dead tuples for the next. */
static void say_how_to_copy(struct text *words, const struct report *report)
{
	if (*trace_info(report->trace)->python)
		text_add(words,
			" pickle.loads(pickle.dumps(…)) makes such copies (list() and "
			"copy.deepcopy() keep tuples, strings and numbers); call gc.collect() "
			"then, which empties CPython's free lists.");
}

/*
 * All of them copied at the moment, and the old ones freed then. That is no remedy where
 * malloc_trim(0) alone does as much.
 */
static void say_copied(struct text *words, const struct report *report,
	const struct aftermath *copied)
{
	uint64_t left = copied->held - copied->trimmable,
		 alone = report->holdings.held - report->trimmable;
	bool has_trim = report->trimmable > report->holdings.held / 10;
	struct units bytes, trimmed;

	if (copied->held == 0)
		return;
	if (is_better(report, left, alone)) {
		text_add(words,
			" With all of them copied at this moment, and the old ones dropped then, "
			"it holds %s",
			units_bytes(&bytes, copied->held));
		add_trimmed(words, report, copied);
		if (has_trim)
			text_add(words, "; malloc_trim(0) alone leaves %s",
				units_bytes(&trimmed, alone));
		text_add(words, ".");
		say_how_to_copy(words, report);
	} else if (has_trim) {
		text_add(words,
			" malloc_trim(0) alone leaves %s; to copy all of them first, and drop the "
			"old ones, would leave %s.",
			units_bytes(&trimmed, alone), units_bytes(&bytes, left));
	}
}

static void say_together(struct text *words, const struct report *report,
	const struct remedies *remedies)
{
	const struct aftermath then = aftermath_of(&remedies->runs[REMEDY_TOGETHER]);
	struct units bytes;

	text_add(words,
		" Played with all of them made at once, when the first one was, it holds %s",
		units_bytes(&bytes, then.held));
	add_trimmed(words, report, &then);
	text_add(words, ": make what lasts before what is freed.");
}

/* Half of what is saved without them, or what malloc_trim(0) alone does not come to. */
static bool does_together_help(const struct report *report, const struct remedies *remedies)
{
	uint64_t without = remedies_saved(remedies, REMEDY_WITHOUT, report);
	const struct aftermath then = aftermath_of(&remedies->runs[REMEDY_TOGETHER]);

	return report_counts(report, without)
		       ? remedies_saved(remedies, REMEDY_TOGETHER, report) >= without / 2
		       : is_better(report, then.held - then.trimmable,
				 report->holdings.held - report->trimmable);
}

/* Of blocks of the keepers' lines, those that keep nothing else, where they are a tenth of it. */
static void say_mapped_alone(struct text *words, const struct report *report)
{
	uint32_t callers[REMEDY_CALLERS_MAX];
	size_t n = remedies_choose(report, callers);
	uint64_t bytes = 0;
	struct units units;

	for (size_t i = 0; i < n; i++)
		bytes += report->keepers.mapped[callers[i]].bytes;
	if (bytes >= report->holdings.held / 10)
		text_add(words,
			" In all of these figures %s that are mapped alone stay: they go back when "
			"they are freed, whatever else is.",
			units_bytes(&units, bytes));
}

static void say_played(struct text *words, const struct report *report,
	const struct remedies *remedies)
{
	uint64_t without = remedies_saved(remedies, REMEDY_WITHOUT, report);
	const struct aftermath then = aftermath_of(&remedies->runs[REMEDY_WITHOUT]);
	struct units now, bytes;

	if (without < remedies_saved(remedies, REMEDY_OWNER, report) / 5)
		return; /* the live blocks are what matters */
	add_chosen(words, report, "Played without the blocks of ");
	if (!report_counts(report, without)) {
		text_add(words, ", the program holds as much");
		add_trimmed(words, report, &then);
		text_add(words, ": the allocator does not return such memory by itself.");
	} else {
		text_add(words, ", the program holds %s instead of %s",
			units_bytes(&bytes, then.held), units_bytes(&now, report->holdings.held));
		add_trimmed(words, report, &then);
		text_add(words, ".");
	}
	if (remedies->are_keepers_collectable || remedies->is_all_root)
		return;
	say_freed_now(words, report,
		&(struct freeing){.without = then, .freed = remedies->now[REMEDY_FREED]});
	if (does_together_help(report, remedies))
		say_together(words, report, remedies);
	say_copied(words, report, &remedies->now[REMEDY_COPIED]);
	say_mapped_alone(words, report);
}

/* Of such blocks that are mapped alone, where they are a tenth of what is held. */
static void say_untouched(struct text *words, const struct report *report,
	const struct remedies *remedies)
{
	struct units units;
	uint64_t bytes = 0;
	size_t n;
	uint32_t *callers =
		lines_callers_new(report->callers, remedies->owners, remedies->nowners, &n);

	for (size_t i = 0; i < n; i++)
		bytes += report->keepers.mapped[callers[i]].bytes;
	free(callers);
	if (bytes >= report->holdings.held / 10)
		text_add(words,
			" Of the difference, %s are blocks that are mapped alone: it is less if not "
			"all of their pages were written to.",
			units_bytes(&units, bytes));
}

/*
 * Of a leak, or of a cache: as if what is live of it had never been made, or freed now. Where a
 * variable keeps it, that is what several lines have made.
 */
static void say_owner_played(struct text *words, const struct report *report,
	const struct remedies *remedies)
{
	const struct aftermath then = aftermath_of(&remedies->runs[REMEDY_OWNER]);
	struct text call = {0};
	struct units now, bytes;

	if (remedies->variable)
		text_add(words,
			"Played as if what %s keeps had never been made (blocks that were "
			"first asked for by ",
			variable_name(&report->owners, remedies->variable));
	else
		text_add(words, "Played as if the live blocks of ");
	add_lines(words, report, remedies->owners, remedies->nowners);
	text_add(words, "%s, the program holds %s instead of %s",
		remedies->variable ? ")" : " had never been made", units_bytes(&bytes, then.held),
		units_bytes(&now, report->holdings.held));
	add_trimmed(words, report, &then);
	text_add(words, ".");
	say_untouched(words, report, remedies);
	if (is_immortal(report, remedies))
		say_immortal(words, remedies);
	if (remedies->are_owners_collectable || is_immortal(report, remedies))
		return;
	bool has_call =
		remedies->variable && add_clearing(&call, &report->owners, remedies->variable);
	say_freed_now(words, report,
		&(struct freeing){then, remedies->now[REMEDY_CLEARED], remedies->now[REMEDY_WIDELY],
			has_call ? text_of(&call) : NULL});
	text_finish(&call);
	say_further(words, report, remedies);
	say_free_lists(words, report, remedies);
}

/*
 * plays: how many settings there are, with the one given. What was not played, and what it would
 * have been played for: without what is live, or what keeps most, unless malloc_trim() does most.
 */
static void say_unplayed(struct text *words, const struct report *report,
	const struct remedies *remedies, size_t plays)
{
	bool is_collectable = remedies->are_owners_collectable || remedies->are_keepers_collectable,
	     has_owner = remedies->is_skipped && remedies->nowners > 0 &&
			 !remedies->are_owners_collectable,
	     has_blocks = remedies->is_skipped && !report_is_mostly_live(report) &&
			  !remedies->are_keepers_collectable && !remedies->is_all_root &&
			  report->trimmable < report->keepers.idle / 2;
	struct units events;

	if (has_owner && is_immortal(report, remedies)) {
		say_immortal(words, remedies);
	} else if (has_owner) {
		text_join(words, " ", "Not tried: ");
		if (remedies->variable && add_clearing(words, &report->owners, remedies->variable))
			text_add(words, ", or ");
		text_add(words, "free %s", remedies->variable ? "what is in " : "the blocks of ");
		if (remedies->variable)
			text_add(words, "%s", variable_name(&report->owners, remedies->variable));
		else
			add_lines(words, report, remedies->owners, remedies->nowners);
		text_add(words, " earlier, or keep %s.",
			remedies->variable ? "less in it" : "fewer of them");
	}
	has_blocks = has_blocks && add_chosen(words, report, "Not tried: make the blocks of ");
	if (has_blocks)
		text_add(words, " before what is freed.");
	text_join(words, " ", "This trace of ");
	text_add(words,
		"%s %s was not played again %swith other settings; --whatif always does, in %zu "
		"plays.",
		units_count(&events, report->position), report->position == 1 ? "event" : "events",
		has_owner || has_blocks || is_collectable ? "without these blocks, or " : "",
		plays + (remedies->is_skipped ? REMEDY_COUNT : 0));
}

/* Where the program is over, when it would have helped. */
static void say_trim(struct text *words, const struct report *report)
{
	bool is_recorded =
		*trace_info(report->trace)->libc; /* of a program with pages of its own */
	struct units now, best;

	if (!report_counts(report, report->trimmable))
		return;
	text_join(words, " ", "malloc_trim(0) would return ");
	text_add(words, "%s%s at this moment", is_recorded ? "at most " : "",
		units_bytes(&now, report->trimmable));
	if (is_recorded)
		text_add(words, " (it counts pages that were never written to)");
	if (!report->is_over) {
		text_add(words, ".");
		return;
	}
	text_add(words, ", which helps only a program that does not end here. ");
	if (report_counts(report, report->best.bytes))
		text_add(words,
			"Of %u even steps before, it would have returned most, %s, at --at "
			"%" PRIu64 ".",
			TRIM_STEPS - 1, units_bytes(&best, report->best.bytes),
			report->best.position - 1);
	else
		text_add(words,
			"At none of %u even steps before would it have returned a hundredth of "
			"what is held.",
			TRIM_STEPS - 1);
}

/*
 * Of what a variable keeps: there were too few of its lines' blocks at the census to take all of
 * those for its own.
 */
static void say_older_census(struct text *words, const struct report *report,
	const struct remedies *remedies)
{
	if (!remedies->variable || remedies->nowners > 0 || owners_are_of_moment(&report->owners))
		return;
	text_join(words, " ", "Not played: as if what ");
	text_add(words,
		"%s keeps had never been made. The census of variables is older than this moment, "
		"and does not say which of the blocks that its lines have made since are its own.",
		variable_name(&report->owners, remedies->variable));
}

/* Of the variable that has most. */
static void say_sparse(struct text *words, const struct report *report)
{
	uint32_t variable = owners_largest(&report->owners);
	struct units bytes, entries, room;
	struct sparse sparse;

	if (variable == 0 || !sparse_find(&sparse, &report->owners, &report->lives, variable) ||
		sparse.bytes < report->holdings.held / 10)
		return;
	const struct census_owner *facts = variable_facts(&report->owners, variable);
	text_join(words, " ", "The table of ");
	text_add(words,
		"%s, %s, has %s %s and room for %s: deletions do not make it smaller. A copy, "
		"%s(%s), has the size that it needs.",
		facts->name, units_bytes(&bytes, sparse.bytes),
		units_count(&entries, sparse.entries), sparse.entries == 1 ? "entry" : "entries",
		units_count(&room, sparse.room), facts->type, facts->name);
}

void answer_help(struct text *words, const struct report *report, const struct remedies *remedies,
	const struct tries *tries)
{
	if (remedies->runs[REMEDY_OWNER].is_played)
		say_owner_played(words, report, remedies);
	if (remedies->runs[REMEDY_WITHOUT].is_played)
		say_played(words, report, remedies);
	say_sparse(words, report);
	say_older_census(words, report, remedies);
	say_collected(words, report, remedies);
	say_root(words, report, remedies);
	say_trim(words, report);
	if (tries_reserve(tries))
		text_join(words, " ", tries_reserve(tries));
	if (threshold_risen(report->heap) && tries_save_alike(tries))
		text_join(words, " ",
			"Setting any of mmap_threshold, trim_threshold and top_pad keeps glibc's "
			"mmap threshold from rising; of those that come to about the same for "
			"that reason, the list has one.");
	if (report->is_partial)
		text_join(words, " ",
			"Nothing was played: the recording began, or was paused, while the program "
			"ran, and where a block goes depends on what was there before. Record the "
			"program from its start to see what would help.");
	if (!tries->runs[0].is_played && !report->is_partial &&
		!engine_follows_spaces(heap_layer(report->heap, 0)))
		say_unplayed(words, report, remedies, tries->count);
}
