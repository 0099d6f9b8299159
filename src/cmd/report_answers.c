/* See report_answers.h. */
#include "cmd/report_answers.h"

#include "base/text.h"
#include "base/units.h"
#include "cmd/remedies.h"
#include "cmd/report_owners.h"
#include "cmd/variables.h"
#include "cmd/whatif_settings.h"
#include "heap/malloc_trim.h"
#include "player/scope.h"
#include "report/common_path.h"
#include "report/lines.h"
#include "report/report.h"
#include "report/threshold.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define NAMED_MAX      3u   /* callers that are named in a sentence */
#define WORTH_SAYING   20u  /* a twentieth of what is idle */
#define WORTH_A_NAME   10u  /* a tenth of it: who keeps less is not who keeps it */
#define FREE_LIST_SIZE 200u /* bytes of most objects that CPython's free lists keep */

/* Whether the bytes are worth a sentence: a hundredth of what is held. */
static bool counts(const struct report *report, uint64_t bytes)
{
	return bytes > 0 && bytes >= report->holdings.held / 100;
}

/* Bytes by which so much is less than what is held. */
static uint64_t less_held(const struct report *report, uint64_t held)
{
	return held < report->holdings.held ? report->holdings.held - held : 0;
}

/* ---- who ----------------------------------------------------------------------------------- */

static const char *name_of(const struct report *report, uint32_t caller)
{
	return caller == 0 ? "unrecorded callers" : callers_name(report->callers, caller);
}

/* Of callers side by side that are of one line, one; gives how many. */
static size_t first_of_lines(const struct report *report, const uint32_t *callers, size_t n,
	uint32_t *ret_firsts)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (i == 0 || callers_line(report->callers, callers[i]) !=
				      callers_line(report->callers, callers[i - 1]))
			ret_firsts[count++] = callers[i];
	return count;
}

/* "load (svc.py:22)", "a (x.c:1), b (x.c:2) and c (x.c:3)", "the 5 lines that keep most" */
static void add_callers(struct text *words, const struct report *report, const uint32_t *callers,
	size_t n)
{
	uint32_t firsts[REMEDY_CALLERS_MAX];
	size_t lines = first_of_lines(report, callers, n, firsts);

	if (lines > NAMED_MAX)
		text_add(words, "the %zu lines that keep most", lines);
	else
		add_lines(words, report, firsts, lines);
}

/* Those whose blocks the program could do without; gives how many, and adds nothing for none. */
static size_t add_chosen(struct text *words, const struct report *report, const char *before)
{
	uint32_t callers[REMEDY_CALLERS_MAX];
	size_t n = remedies_choose(report, callers);

	if (n == 0)
		return 0;
	text_join(words, " ", before);
	add_callers(words, report, callers, n);
	return n;
}

/* How many of the callers that a report speaks of keep a hundredth of what the first one does. */
static size_t named_keepers(const struct report *report)
{
	size_t n = remedies_callers(report);

	while (n > 1 && report->keepers.items[n - 1].idle < report->keepers.items[0].idle / 100)
		n--;
	return n;
}

/* What the first n keepers have together. */
static struct keeper first_keepers(const struct report *report, size_t n)
{
	struct keeper sum = {0};

	for (size_t i = 0; i < n; i++) {
		const struct keeper *keeper = &report->keepers.items[i];
		sum.blocks += keeper->blocks;
		sum.bytes += keeper->bytes;
		sum.idle += keeper->idle;
		sum.with_above = keeper->with_above;
	}
	return sum;
}

/* Grows with the call sites, up to the first with a caller's caller. */
static bool has_stacks(const struct report *report)
{
	const uint64_t *frames;

	for (uint32_t site = 1; site <= trace_site_count(report->trace); site++)
		if (trace_site(report->trace, site, &frames) > 1)
			return true;
	return false;
}

/* A call site in code of the program's own file; of Python's lines it is not known. */
static bool is_of_program(const struct report *report, uint32_t site)
{
	const uint64_t *frames;
	size_t depth = trace_site(report->trace, site, &frames);
	const struct trace_module *module =
		depth ? trace_module_at(report->trace, site, frames[0] - 1) : NULL;

	return module && !strstr(module->path, ".so");
}

static bool is_one_of(uint32_t caller, const uint32_t *callers, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (callers[i] == caller)
			return true;
	return false;
}

/* Grows with the call sites. */
static bool are_of_program(const struct report *report, const uint32_t *callers, size_t n)
{
	if (is_one_of(0, callers, n))
		return false; /* whose sites are not recorded */
	for (uint32_t site = 1; site <= trace_site_count(report->trace); site++)
		if (is_one_of(callers_of_site(report->callers, site), callers, n) &&
			!is_of_program(report, site))
			return false;
	return true;
}

/* What to do where the names may be a library's. */
static void say_makers(struct text *words, const struct report *report, const uint32_t *callers,
	size_t n)
{
	if (trace_site_count(report->trace) > 0 && !has_stacks(report) &&
		!are_of_program(report, callers, n))
		text_add(words, " If such a line is a library's, record --depth 8 shows yours, and "
				"diff what came between two marks.");
}

/* "raven (a.cc:60)" and "raven (a.cc:60) through operator new" are both of that function. */
static bool is_of_function(const char *caller, const char *function)
{
	size_t length = symbols_line_length(caller);

	return strlen(function) == length && strncmp(caller, function, length) == 0;
}

static uint64_t live_blocks_of(const struct report *report, const uint32_t *callers, size_t n)
{
	uint64_t blocks = 0;

	for (size_t i = 0; i < n; i++)
		blocks += report->lives.items[callers[i]].live;
	return blocks;
}

/* Through which functions the live blocks of the n callers are made, but for those of `named`. */
static void say_path(struct text *words, const struct report *report, const uint32_t *callers,
	size_t n, size_t named)
{
	bool is_one = live_blocks_of(report, callers, n) == 1;
	struct common_path path;

	common_path_find(&path, report->trace, report->symbols, &report->lives, callers, n);
	for (size_t i = 0; i < named && path.count > 0; i++)
		if (is_of_function(name_of(report, callers[i]), path.functions[path.count - 1]))
			path.count--;
	for (size_t i = 0; i < path.count; i++)
		text_add(words, "%s%s",
			i == 0 && is_one     ? " It is made through "
			: i == 0             ? " They are made through "
			: i + 1 < path.count ? ", "
					     : " and ",
			path.functions[i]);
	if (path.count > 0)
		text_add(words, ".");
	else
		say_makers(words, report, callers, n);
}

/* It is a heap of spaces, which are filled up to a top, and no C library's. */
static bool has_spaces(const struct report *report)
{
	return engine_has_spaces(heap_layer(report->heap, 0));
}

/* The caller with the most live bytes of those whose blocks are their own; NULL: there is none. */
static const struct life *largest_of_its_own(const struct report *report)
{
	const struct life *most = NULL;

	for (size_t i = 0; i < report->lives.count; i++) {
		const struct life *life = &report->lives.items[i];
		if (life->live_bytes > (most ? most->live_bytes : 0) &&
			!report_is_handed_on(report, life->caller))
			most = life;
	}
	return most;
}

/* Of the one that has most: another line may keep it. */
static void say_other_owner(struct text *words, const struct report *report)
{
	const struct life *most = largest_of_its_own(report);
	struct units bytes;

	text_add(words,
		" They may be memory that CPython has handed on to objects of another line, which "
		"grows in step: most of what %s made is freed, and these have the sizes of floats, "
		"lists and dictionaries.",
		name_of(report, lives_largest(&report->lives)->caller));
	if (most)
		text_add(words, " Of the other lines %s has most, %s.",
			name_of(report, most->caller), units_bytes(&bytes, most->live_bytes));
}

/* The lines that have most of what is live: what is handed on is of that one alone. */
static size_t largest_lines(const struct report *report, struct line lines[LINES_NAMED])
{
	size_t n = lines_largest(&report->lives, report->callers, lines);

	return n > 1 && report_is_handed_on(report, lines[0].caller) ? 1 : n;
}

static void say_lines(struct text *words, const struct report *report, const struct line *lines,
	size_t n)
{
	uint32_t firsts[LINES_NAMED], *callers;
	uint64_t live = 0, live_bytes = 0;
	struct units bytes, all, blocks;
	size_t count;

	for (size_t i = 0; i < n; i++) {
		firsts[i] = lines[i].caller;
		live += lines[i].live;
		live_bytes += lines[i].live_bytes;
	}
	text_join(words, " ", "Most of what is held is live. Of that, ");
	text_add(words, "%s of %s are %s %s of ", units_bytes(&bytes, live_bytes),
		units_bytes(&all, report->holdings.live), units_count(&blocks, live),
		live == 1 ? "block" : "blocks");
	add_lines(words, report, firsts, n);
	text_add(words, ".");
	callers = lines_callers_new(report->callers, firsts, n, &count);
	say_path(words, report, callers, count, count);
	free(callers);
}

#define POOL_PIECES 64u   /* so many blocks of one size at least */
#define POOL_BYTES  4096u /* and so large */

/* Large blocks of one size that a line of C has made may be cut into others by the program. */
static void say_own_pool(struct text *words, const struct report *report, const struct line *line)
{
	bool is_even = line->live >= POOL_PIECES && line->live_bytes % line->live == 0 &&
		       line->live_bytes / line->live >= POOL_BYTES;

	if (is_even && !*trace_info(report->trace)->python)
		text_add(words, " If that is an allocator of the program's own, which cuts its "
				"blocks into smaller ones: what is free in them is not seen here.");
}

static void say_owner(struct text *words, const struct report *report)
{
	struct line lines[LINES_NAMED];
	size_t n = largest_lines(report, lines);

	if (n == 0)
		return;
	if (report_first_owner(report)) {
		say_first_owner(words, report);
		return;
	}
	say_lines(words, report, lines, n);
	if (n == 1)
		say_own_pool(words, report, &lines[0]);
	if (report_is_handed_on(report, lines[0].caller))
		say_other_owner(words, report);
	say_live_unreached(words, report);
}

/* What CPython's table of arenas keeps, where that is worth a sentence. */
static void say_own(struct text *words, const struct report *report)
{
	const struct keeper *own = keepers_own(&report->keepers);
	struct units bytes;

	if (own && counts(report, own->idle))
		text_add(words,
			" pymalloc's table of arenas, which is CPython's own, keeps %s: it grows "
			"when there are more arenas than ever before, and never goes back.",
			units_bytes(&bytes, own->idle));
}

/* Of callers whose blocks keep memory: of these, others may have the blocks by now. */
static void say_other_keepers(struct text *words, const struct report *report,
	const uint32_t *callers, size_t n)
{
	uint32_t others[REMEDY_CALLERS_MAX];
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		if (report_is_handed_on(report, callers[i]))
			others[count++] = callers[i];
	if (count == 0)
		return;
	text_add(words, count == n ? " Their blocks" : " Blocks of ");
	if (count < n)
		add_callers(words, report, others, count);
	text_add(words, " may hold objects of another line by now.");
}

static void say_keepers(struct text *words, const struct report *report)
{
	size_t n = named_keepers(report);
	struct keeper sum = first_keepers(report, n);
	struct units idle, all, blocks, bytes;
	uint32_t callers[REMEDY_CALLERS_MAX];

	if (sum.idle < report_idle(report) / WORTH_A_NAME) {
		text_join(words, " ", "Blocks keep only ");
		text_add(words, "%s of the %s that are held and not live.",
			units_bytes(&idle, report->keepers.idle),
			units_bytes(&all, report_idle(report)));
		say_own(words, report);
		return;
	}
	text_join(words, " ", "");
	text_add(words, "%s of the %s that are held and not live %s kept by ",
		units_bytes(&idle, sum.idle), units_bytes(&all, report_idle(report)),
		sum.idle == 1 ? "is" : "are");
	if (sum.blocks == 1)
		text_add(words, "a block of ");
	else
		text_add(words, "%s blocks of ", units_count(&blocks, sum.blocks));
	for (size_t i = 0; i < n; i++)
		callers[i] = report->keepers.items[i].caller;
	add_callers(words, report, callers, n);
	text_add(words, ", of %s in all.", units_bytes(&bytes, sum.bytes));
	say_path(words, report, callers, n, n <= NAMED_MAX ? n : 0);
	say_owner_of_callers(words, report, callers, n, sum.idle);
	say_other_keepers(words, report, callers, n);
	say_own(words, report);
}

/* Free chunks that merge with nothing are most of what is idle. */
static bool are_leftovers_most(const struct report *report)
{
	return report->leftovers.items.count > 0 &&
	       report->leftovers.bytes >= report_idle(report) / 2;
}

static void say_leftovers(struct text *words, const struct report *report)
{
	const struct leftovers *leftovers = &report->leftovers;
	struct units bytes, of_first;

	text_join(words, " ", "Free chunks of fast bins and tcaches are ");
	text_add(words, "%s of what is not live; %s of them were blocks of %s.",
		units_bytes(&bytes, leftovers->bytes),
		units_bytes(&of_first, leftovers->items.items->bytes),
		name_of(report, leftovers->items.items->caller));
}

/* Or they keep most of it, where no block does. */
static void say_leftovers_keep(struct text *words, const struct report *report)
{
	const struct leftover *first = report->leftovers.items.items;
	uint64_t half = report_idle(report) / 2;
	struct units idle, of_first;

	if (report->leftovers.items.count == 0 || report->keepers.idle >= half ||
		first->keeps < half)
		return;
	text_join(words, " ", "No block keeps most of the ");
	text_add(words,
		"%s that are held and not live, but free chunks of fast bins and tcaches do: %s of "
		"it is right below chunks that were blocks of %s.",
		units_bytes(&idle, report_idle(report)), units_bytes(&of_first, first->keeps),
		name_of(report, first->caller));
}

/* Of what is held and not live: what is most of it first. */
static void say_idle(struct text *words, const struct report *report)
{
	bool is_most = are_leftovers_most(report);

	if (is_most)
		say_leftovers(words, report);
	if (report->keepers.idle > 0)
		say_keepers(words, report);
	if (!is_most)
		say_leftovers_keep(words, report);
}

/* The named caller with most mapped bytes after this one, 0: of all; 0: there is no other. */
static uint32_t next_mapped(const struct report *report, uint32_t before)
{
	const struct mapped *mapped = report->keepers.mapped;
	uint32_t next = 0;

	for (uint32_t i = 1; i < report->lives.count; i++) {
		bool is_after = before == 0 || mapped[i].bytes < mapped[before].bytes ||
				(mapped[i].bytes == mapped[before].bytes && i > before);
		if (is_after && mapped[i].bytes > (next ? mapped[next].bytes : 0))
			next = i;
	}
	return next;
}

/* Where they are a hundredth of what is held: no list of keepers has them. */
static void say_mapped(struct text *words, const struct report *report)
{
	const struct mapped *all = &report->keepers.all_mapped;
	struct units blocks, bytes;
	uint32_t caller;

	if (!counts(report, all->bytes))
		return;
	text_join(words, " ", "");
	text_add(words,
		all->blocks == 1 ? "%s block of %s is mapped alone, and goes back when it is freed"
				 : "%s blocks of %s are mapped alone, and each goes back when it "
				   "is freed",
		units_count(&blocks, all->blocks), units_bytes(&bytes, all->bytes));
	caller = next_mapped(report, 0);
	if (caller > 0 && report->keepers.mapped[caller].bytes == all->bytes) {
		text_add(words, "; %s of %s.", all->blocks == 1 ? "it is" : "they are",
			name_of(report, caller));
		return;
	}
	for (size_t i = 0; i < NAMED_MAX && caller > 0; i++) {
		text_add(words, "%s%s of %s", i == 0 ? ": " : ", ",
			units_bytes(&bytes, report->keepers.mapped[caller].bytes),
			name_of(report, caller));
		caller = next_mapped(report, caller);
	}
	text_add(words, ".");
}

void answer_who(struct text *words, const struct report *report)
{
	if (scope_lacks_objects(report->trace))
		text_add(words, "The objects of this Python are not in the trace: what follows is "
				"about memory that C asked for.");
	if (has_spaces(report))
		return; /* no block keeps the room above a top */
	if (report_is_mostly_live(report))
		say_owner(words, report);
	else
		say_idle(words, report);
	say_census_cut(words, report);
	say_mapped(words, report);
}

/* ---- why ----------------------------------------------------------------------------------- */

static uint64_t arenas_of(const struct holdings *holdings)
{
	return holdings->causes[CAUSE_PINNED] + holdings->causes[CAUSE_POOLS] +
	       holdings->causes[CAUSE_EMPTY];
}

/* All free memory between the blocks of the heap. */
static uint64_t holes_of(const struct holdings *holdings)
{
	return holdings->causes[CAUSE_HOLES] + holdings->causes[CAUSE_FAST] +
	       holdings->causes[CAUSE_CACHED];
}

static void say_arenas(struct text *words, const struct report *report)
{
	const struct keeping *keeping = &report->keeping;
	struct units pinned, arenas;

	text_add(words, "An arena goes back to the system when its last block is freed");
	if (keeping->pinned > 0 && keeping->pinned < keeping->arenas)
		text_add(words, ", and %s of %s %s kept by a few blocks",
			units_count(&pinned, keeping->pinned),
			units_count(&arenas, keeping->arenas), keeping->pinned == 1 ? "is" : "are");
	else if (keeping->pinned > 1)
		text_add(words, ", and all %s are kept by a few blocks",
			units_count(&arenas, keeping->arenas));
	text_add(words, ".");
}

/* Free memory that does not merge is named where there is enough of it. */
static void say_holes(struct text *words, const struct report *report)
{
	uint64_t fast = report->holdings.causes[CAUSE_FAST],
		 cached = report->holdings.causes[CAUSE_CACHED];
	struct units bytes;

	text_add(words,
		"The C library's heap shrinks from its end only, and blocks, or free chunks of a "
		"tcache or fast bin, lie between its holes and its end.");
	if (counts(report, fast))
		text_add(words,
			" Free chunks of %s in fast bins keep holes apart: malloc_trim() merges "
			"them, and so does a request of 1,024 bytes or more.",
			units_bytes(&bytes, fast));
	if (counts(report, cached))
		text_add(words, " Free chunks of %s in tcaches keep holes apart.",
			units_bytes(&bytes, cached));
}

/* Why blocks are in the heap that would be mapped alone, as the first of their size was. */
static void say_risen(struct text *words, const struct report *report)
{
	uint64_t risen = threshold_risen(report->heap);
	struct units bytes;

	if (risen)
		text_add(words,
			" Blocks of less than %s are there and not mapped alone: freeing a mapped "
			"one of that size raised glibc's mmap threshold to it.",
			units_bytes(&bytes, risen));
}

/* Of the arenas of threads, where that is a quarter of what is idle. */
static void say_stays(struct text *words, const struct report *report)
{
	struct units bytes;

	if (report->stays > report_idle(report) / 4)
		text_add(words,
			" malloc_trim() would leave %s at the ends of threads' arenas: those go back "
			"when a free there merges to 64 KiB or more, and the end is larger than the "
			"trim threshold.",
			units_bytes(&bytes, report->stays));
}

static uint64_t parts_of(const struct freed *freed, bool has_arenas, bool has_ends)
{
	return (has_arenas ? freed->arenas : 0) + (has_ends ? freed->ends : 0);
}

/* Says so where no caller alone comes to half of what the first n do together, of such parts. */
static void say_all_needed(struct text *words, const struct report *report, size_t n,
	bool has_arenas, bool has_ends)
{
	const struct keeper *keepers = report->keepers.items;
	uint64_t most = 0;
	struct units bytes;

	for (size_t i = 0; i < n; i++) {
		uint64_t alone = parts_of(&keepers[i].alone, has_arenas, has_ends);
		most = alone > most ? alone : most;
	}
	if (n > 1 && most < parts_of(&keepers[n - 1].with_above, has_arenas, has_ends) / 2)
		text_add(words,
			" It takes all of these blocks, whatever they hold by now: those that one "
			"caller asked for come to %s%s alone.",
			most ? "at most " : "", most ? units_bytes(&bytes, most) : "nothing");
}

/*
 * Of what the first n callers keep: arenas go back; of a heap's end that is no answer, which a play
 * has shown or would show.
 */
static void say_without(struct text *words, const struct report *report,
	const struct remedies *remedies)
{
	size_t n = remedies_callers(report);
	const struct freed freed = first_keepers(report, n).with_above;
	const struct aftermath *now = &remedies->now[REMEDY_FREED];
	uint64_t least = report_idle(report) / WORTH_SAYING + 1;
	bool has_arenas = freed.arenas >= least, has_ends = freed.ends >= least;
	bool stays = has_ends && now->held > 0 &&
		     less_held(report, now->held) < freed.arenas + freed.ends / 2;
	struct units bytes;

	if ((!has_arenas && !has_ends) || !add_chosen(words, report, "Without the blocks of "))
		return;
	text_add(words, ", ");
	if (has_arenas)
		text_add(words, "arenas of %s would go back%s", units_bytes(&bytes, freed.arenas),
			has_ends ? ", and " : "");
	if (has_ends)
		text_add(words, "%s more at the end%s would have no block%s",
			units_bytes(&bytes, freed.ends),
			report->keepers.heaps > 1 ? "s of heaps" : " of the heap",
			stays ? ", but would not go back by themselves" : "");
	text_add(words, ".");
	say_all_needed(words, report, n, has_arenas, has_ends);
}

static void say_unknown(struct text *words, const struct report *report)
{
	struct units bytes;

	text_join(words, " ", "Between the blocks that are known is memory of ");
	text_add(words,
		"%s of which the recording does not say whether it is free: what the program had "
		"before may be there. So the report does not say who keeps that memory, nor what "
		"would help.",
		units_bytes(&bytes, report->holdings.causes[CAUSE_UNKNOWN]));
}

void answer_why(struct text *words, const struct report *report, const struct remedies *remedies)
{
	const struct holdings *holdings = &report->holdings;
	uint64_t idle = report_idle(report);

	if (idle == 0)
		return;
	if (has_spaces(report)) {
		text_add(words,
			"What is free in a space is room above its top, for the next objects. A "
			"virtual machine gives it back when it makes the space smaller, mostly at "
			"the end of a full collection.");
		return;
	}
	if (report_is_mostly_live(report)) {
		text_add(words, "Most of what is held is live: the program has not freed it.");
		return;
	}
	if (arenas_of(holdings) >= idle / 2)
		say_arenas(words, report);
	else if (holes_of(holdings) >= idle / 2) {
		say_holes(words, report);
		say_risen(words, report);
	} else if (holdings->causes[CAUSE_TOP] >= idle / 2)
		text_add(words,
			"The C library keeps free memory at the end of its heap until that is "
			"larger than its trim threshold.");
	if (arenas_of(holdings) < idle / 2)
		say_stays(words, report);
	say_without(words, report, remedies);
	if (counts(report, holdings->causes[CAUSE_UNKNOWN]))
		say_unknown(words, report);
}

/* ---- what would help ----------------------------------------------------------------------- */

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
	struct back back = {less_held(report, then->held),
		less_held(report, then->held - then->trimmable), false};

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

/*
 * Blocks that were never made, and blocks that are freed now, leave different memory behind: what
 * has come to lie beside them stays, or lies elsewhere. Says what goes back now, if it is not what
 * the play without them has saved, or malloc_trim(0) is needed.
 */
static void say_freed_now(struct text *words, const struct report *report,
	const struct aftermath *without, const struct aftermath *freed)
{
	const struct back saved = back_of(report, without), back = back_of(report, freed);

	if (freed->held == 0 || (!back.has_trim && !is_apart(report, saved.now, back.now) &&
					!is_apart(report, saved.trimmed, back.trimmed)))
		return;
	text_add(words, " Freed now, ");
	add_back(words, &back);
	add_why_apart(words, report, &saved, &back, freed);
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
			" Call gc.collect() after that: CPython's free lists may keep some of what "
			"is freed, in arenas that would go back, and it empties them.");
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
	text_add(words, ".");
}

/* So much less is left that a twentieth of what is held lies between. */
static bool is_better(const struct report *report, uint64_t left, uint64_t than)
{
	return left + report->holdings.held / 20 <= than;
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

	return counts(report, without)
		       ? remedies_saved(remedies, REMEDY_TOGETHER, report) >= without / 2
		       : is_better(report, then.held - then.trimmable,
				 report->holdings.held - report->trimmable);
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
	if (!counts(report, without)) {
		text_add(words, ", the program holds as much");
		add_trimmed(words, report, &then);
		text_add(words, ": the allocator does not return such memory by itself.");
	} else {
		text_add(words, ", the program holds %s instead of %s",
			units_bytes(&bytes, then.held), units_bytes(&now, report->holdings.held));
		add_trimmed(words, report, &then);
		text_add(words, ".");
	}
	if (remedies->are_keepers_collectable)
		return;
	say_freed_now(words, report, &then, &remedies->now[REMEDY_FREED]);
	if (does_together_help(report, remedies))
		say_together(words, report, remedies);
	say_copied(words, report, &remedies->now[REMEDY_COPIED]);
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
	const struct aftermath *cleared = &remedies->now[REMEDY_CLEARED];
	struct units now, bytes;

	if (remedies->variable)
		text_add(words,
			"Played as if what %s keeps had never been made (the live blocks of ",
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
	if (remedies->are_owners_collectable)
		return;
	say_freed_now(words, report, &then, cleared);
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
			  !remedies->are_keepers_collectable &&
			  report->trimmable < report->keepers.idle / 2;
	struct units events;

	if (has_owner) {
		text_join(words, " ", "Not tried: free ");
		text_add(words, "%s", remedies->variable ? "what is in " : "the blocks of ");
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
	struct units now, best;

	if (!counts(report, report->trimmable))
		return;
	text_join(words, " ", "malloc_trim(0) would return ");
	text_add(words, "%s at this moment", units_bytes(&now, report->trimmable));
	if (!report->is_over) {
		text_add(words, ".");
		return;
	}
	text_add(words, ", which helps only a program that does not end here. ");
	if (counts(report, report->best.bytes))
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

void answer_help(struct text *words, const struct report *report, const struct remedies *remedies,
	const struct tries *tries)
{
	if (remedies->runs[REMEDY_OWNER].is_played)
		say_owner_played(words, report, remedies);
	if (remedies->runs[REMEDY_WITHOUT].is_played)
		say_played(words, report, remedies);
	say_collected(words, report, remedies);
	say_trim(words, report);
	if (tries_reserve(tries))
		text_join(words, " ", tries_reserve(tries));
	if (threshold_risen(report->heap) && tries_save_alike(tries))
		text_join(words, " ",
			"Setting any of mmap_threshold, trim_threshold and top_pad keeps glibc's "
			"mmap threshold from rising; of those that come to about the same for "
			"that reason, the list has one.");
	if (!tries->runs[0].is_played && !report->is_partial &&
		!engine_follows_spaces(heap_layer(report->heap, 0)))
		say_unplayed(words, report, remedies, tries->count);
}
