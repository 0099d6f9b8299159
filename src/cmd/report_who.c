/* See report_answers.h: who keeps the memory. */
#include "cmd/report_answers.h"

#include "base/text.h"
#include "base/units.h"
#include "cmd/remedies.h"
#include "cmd/report_owners.h"
#include "cmd/report_words.h"
#include "player/scope.h"
#include "report/common_path.h"
#include "report/lines.h"
#include "report/report.h"
#include "trace/trace.h"

#include <stdlib.h>
#include <string.h>

#define WORTH_A_NAME 10u /* a tenth of what is idle: who keeps less is not who keeps it */

/* How many of the callers that a report speaks of keep a hundredth of what the first one does. */
static size_t named_keepers(const struct report *report)
{
	size_t n = remedies_callers(report);

	while (n > 1 && report->keepers.items[n - 1].idle < report->keepers.items[0].idle / 100)
		n--;
	return n;
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
		if (is_of_function(report_caller(report, callers[i]),
			    path.functions[path.count - 1]))
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
		report_caller(report, lives_largest(&report->lives)->caller));
	if (most)
		text_add(words, " Of the other lines %s has most, %s.",
			report_caller(report, most->caller), units_bytes(&bytes, most->live_bytes));
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
	text_join(words, " ", "");
	text_add(words, "Most of what is %s is live. Of that, %s of %s are %s %s of ",
		report_held_or_known(report), units_bytes(&bytes, live_bytes),
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

	if (own && report_counts(report, own->idle))
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

static const char *free_words(const struct report *report)
{
	return report_counts(report, report->holdings.causes[CAUSE_UNKNOWN]) ? "known to be free"
									     : "held and not live";
}

static void say_keepers(struct text *words, const struct report *report)
{
	size_t n = named_keepers(report);
	struct keeper sum = report_first_keepers(report, n);
	struct units idle, all, blocks, bytes;
	uint32_t callers[REMEDY_CALLERS_MAX];

	if (sum.idle < report_known_idle(report) / WORTH_A_NAME) {
		text_join(words, " ", "Blocks keep only ");
		text_add(words, "%s of the %s that are %s.",
			units_bytes(&idle, report->keepers.idle),
			units_bytes(&all, report_known_idle(report)), free_words(report));
		say_own(words, report);
		return;
	}
	text_join(words, " ", "");
	text_add(words, "%s of the %s that are %s %s kept by ", units_bytes(&idle, sum.idle),
		units_bytes(&all, report_known_idle(report)), free_words(report),
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
	       report->leftovers.bytes >= report_known_idle(report) / 2;
}

static void say_leftovers(struct text *words, const struct report *report)
{
	const struct leftovers *leftovers = &report->leftovers;
	struct units bytes, of_first;

	text_join(words, " ", "Free chunks of fast bins and tcaches are ");
	text_add(words, "%s of what is not live; %s of them were blocks of %s.",
		units_bytes(&bytes, leftovers->bytes),
		units_bytes(&of_first, leftovers->items.items->bytes),
		report_caller(report, leftovers->items.items->caller));
}

/* Or they keep most of it, where no block does. */
static void say_leftovers_keep(struct text *words, const struct report *report)
{
	const struct leftover *first = report->leftovers.items.items;
	uint64_t half = report_known_idle(report) / 2;
	struct units idle, of_first;

	if (report->leftovers.items.count == 0 || report->keepers.idle >= half ||
		first->keeps < half)
		return;
	text_join(words, " ", "No block keeps most of the ");
	text_add(words,
		"%s that are %s, but free chunks of fast bins and tcaches do: %s of "
		"it is right below chunks that were blocks of %s.",
		units_bytes(&idle, report_known_idle(report)), free_words(report),
		units_bytes(&of_first, first->keeps), report_caller(report, first->caller));
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

	if (!report_counts(report, all->bytes))
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
			report_caller(report, caller));
		return;
	}
	for (size_t i = 0; i < NAMED_MAX && caller > 0; i++) {
		text_add(words, "%s%s of %s", i == 0 ? ": " : ", ",
			units_bytes(&bytes, report->keepers.mapped[caller].bytes),
			report_caller(report, caller));
		caller = next_mapped(report, caller);
	}
	text_add(words, ".");
}

/* The caller with most bytes in mappings of the program's own, after this one; NULL: of all. */
static const struct life *next_own_mapper(const struct report *report, const struct life *before)
{
	const struct life *next = NULL;

	for (size_t i = 0; i < report->lives.count; i++) {
		const struct life *life = &report->lives.items[i];
		bool is_after = !before || life->mapped_bytes < before->mapped_bytes ||
				(life->mapped_bytes == before->mapped_bytes && life > before);
		if (is_after && life->mapped_bytes > (next ? next->mapped_bytes : 0))
			next = life;
	}
	return next;
}

/* Where they are a hundredth of what is held. */
static void say_own_mappings(struct text *words, const struct report *report)
{
	uint64_t all = report_mapped(report);
	const struct life *life = next_own_mapper(report, NULL);
	struct units bytes;

	if (!life || !report_counts(report, all))
		return;
	text_join(words, " ", "Beside what is held, the program has mapped ");
	text_add(words, "%s by itself: ", units_bytes(&bytes, all));
	for (size_t i = 0; i < NAMED_MAX && life; i++) {
		text_add(words, "%s%s by %s", i == 0 ? "" : ", ",
			units_bytes(&bytes, life->mapped_bytes),
			report_caller(report, life->caller));
		life = next_own_mapper(report, life);
	}
	text_add(words, ". No other figure has these; each goes back when it is unmapped.");
}

/* How much is not known, and why. */
static void say_unknown(struct text *words, const struct report *report)
{
	static const char *const reasons[] = {
		[SCOPE_ALL] = "what the program had before",
		[SCOPE_SINCE_ATTACHED] = "what the process had when the recorder came to it",
		[SCOPE_SINCE_STARTED] = "what the program had when the recording began",
		[SCOPE_SINCE_MEMRAY] = "what the program had when memray came to it",
		[SCOPE_SINCE_FORK] = "what the process has from its parent",
		[SCOPE_BUT_PAUSES] = "what was allocated while the recording was paused",
	};
	uint64_t unknown = report->holdings.causes[CAUSE_UNKNOWN];
	struct units bytes;

	if (!report_counts(report, unknown))
		return;
	text_join(words, " ", "Between the blocks that are known is memory of ");
	text_add(words,
		"%s of which the recording does not say whether it is free: %s may be there. So "
		"the report does not say who keeps that memory, nor what would help.",
		units_bytes(&bytes, unknown), reasons[scope_of(report->trace)]);
}

void answer_who(struct text *words, const struct report *report)
{
	if (scope_lacks_objects(report->trace))
		text_add(words, "The objects of this Python are not in the trace: what follows is "
				"about memory that C asked for.");
	if (report_has_spaces(report))
		return; /* no block keeps the room above a top */
	if (report_mapped(report) > report->holdings.held)
		say_own_mappings(words, report); /* it is most of all */
	if (report_is_mostly_live(report))
		say_owner(words, report);
	else
		say_idle(words, report);
	say_census_cut(words, report);
	say_mapped(words, report);
	if (report_mapped(report) <= report->holdings.held)
		say_own_mappings(words, report);
	say_unknown(words, report);
}
