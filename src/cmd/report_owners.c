/* See report_owners.h. */
#include "cmd/report_owners.h"

#include "base/emitter.h"
#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "cmd/report_words.h"
#include "cmd/variables.h"
#include "report/report.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define LINES_MAX 3u /* that are named in a sentence */

uint32_t report_first_owner(const struct report *report)
{
	const struct owners *owners = &report->owners;
	const struct life *line = lives_largest(&report->lives);
	uint32_t first = owners_largest(owners);
	uint64_t bytes = first ? owners->bytes[first] : 0;

	return line && bytes >= report->holdings.live / 10 && bytes >= line->live_bytes / 2 ? first
											    : 0;
}

void add_lines(struct text *words, const struct report *report, const uint32_t *callers, size_t n)
{
	size_t named = n <= LINES_MAX ? n : LINES_MAX - 1;

	for (size_t i = 0; i < named; i++)
		text_add(words, "%s%s",
			i == 0       ? ""
			: i + 1 == n ? " and "
				     : ", ",
			callers[i] ? callers_line_name(report->callers, callers[i])
				   : "unrecorded callers");
	if (named < n)
		text_add(words, " and %zu other lines", n - named);
}

void say_first_owner(struct text *words, const struct report *report)
{
	uint32_t first = report_first_owner(report), callers[LINES_MAX * 3];
	const struct owners *owners = &report->owners;
	size_t n = owners_callers(owners, first, callers, sizeof(callers) / sizeof(*callers));
	struct units bytes, live;

	text_join(words, " ", "");
	text_add(words, "Most of what is %s is live. Of that, ", report_held_or_known(report));
	if (!owners_are_of_moment(&report->owners)) {
		text_add(words, "%s of %s were there at ", units_bytes(&bytes, owners->old_bytes),
			units_bytes(&live, report->holdings.live));
		add_census_age(words, &report->owners, report->trace);
		text_add(words, ", of which about %s are kept by ",
			units_bytes(&bytes, owners->bytes[first]));
	} else {
		text_add(words, "about %s of %s are kept by ",
			units_bytes(&bytes, owners->bytes[first]),
			units_bytes(&live, report->holdings.live));
	}
	add_variable(words, &report->owners, first);
	text_add(words, ": blocks that were first asked for by ");
	add_lines(words, report, callers, n);
	text_add(words, ".");
}

void say_census_cut(struct text *words, const struct report *report)
{
	const struct census *census = &report->owners.census;
	struct units blocks;

	if (report->owners.count == 0 || !census->is_cut)
		return;
	/* Of how many is not known: it may be older, or have seen blocks that are freed now. */
	text_join(words, " ", "The census of variables was cut short after ");
	text_add(words,
		"%s blocks: the variable that keeps most may be one that it did not come to.",
		units_count(&blocks, census->blocks));
}

/* Whether it is known of every block that is live whether a variable leads to it. */
static bool has_whole_census(const struct report *report)
{
	return report->owners.count > 0 && !report->owners.census.is_cut &&
	       owners_are_of_moment(&report->owners);
}

/* Why is not known: neither a free list nor a cycle can be told from the blocks. */
static void say_unreached(struct text *words, const struct report *report)
{
	text_add(words,
		" No variable of a module leads to the blocks that keep most of it: they are in "
		"%scycles, of functions that still run, or kept by C code.",
		report->owners.census.has_roots ? "" : "CPython's free lists, in ");
}

/* What data of the interpreter's or a library's leads to may be left over, and garbage. */
static bool leads_surely(const struct report *report, uint32_t owner)
{
	enum census_kind kind = variable_facts(&report->owners, owner)->kind;

	return kind != CENSUS_INTERPRETER && kind != CENSUS_STATIC_DATA;
}

/* Live bytes to which no variable leads; 0: they are less than half. */
static uint64_t unreached_bytes(const struct report *report)
{
	const struct owners *owners = &report->owners;
	uint64_t reached = 0, live = report->holdings.live;

	for (uint32_t i = 0; i < owners->count; i++)
		reached += leads_surely(report, i) ? owners->bytes[i] : 0;
	return has_whole_census(report) && reached < live / 2 ? live - reached : 0;
}

void say_live_unreached(struct text *words, const struct report *report)
{
	uint64_t unreached = unreached_bytes(report);
	struct units share;

	if (unreached > 0)
		text_add(words,
			" No variable of a module leads to %s of the live bytes: they are in "
			"cycles, where the collector is off or late, of functions that still run, "
			"or kept by C code.",
			units_percent(&share, unreached, report->holdings.live));
}

/* A line of Python, and none of what imports modules. */
static bool is_python_line(const struct report *report, uint32_t caller)
{
	const uint64_t *frames;

	for (uint32_t site = 1; site <= trace_site_count(report->trace); site++)
		if (callers_of_site(report->callers, site) == caller)
			return trace_site(report->trace, site, &frames) > 0 &&
			       (*frames & FRAME_NAMED) &&
			       !strstr(callers_name(report->callers, caller), "(<frozen ");
	return false;
}

static bool is_unreached(const struct report *report, const struct life *life)
{
	uint64_t reached = 0;

	for (uint32_t owner = 0; owner < report->owners.count; owner++)
		if (leads_surely(report, owner))
			reached += owners_part(&report->owners, owner, life->caller);
	return reached < life->live_bytes / 10 && is_python_line(report, life->caller);
}

size_t report_unreached(const struct report *report, uint32_t *ret_callers, size_t most)
{
	const struct life *lives = report->lives.items;
	uint64_t unreached = unreached_bytes(report), bytes = 0;
	size_t n = 0, count;

	for (size_t i = 0; unreached > 0 && i < report->lives.count; i++) {
		if (lives[i].live_bytes < unreached / 50 || !is_unreached(report, &lives[i]))
			continue;
		bytes += lives[i].live_bytes;
		count = n < most ? n++ : n - 1;
		for (; count > 0 && lives[ret_callers[count - 1]].live_bytes < lives[i].live_bytes;
			count--)
			ret_callers[count] = ret_callers[count - 1];
		ret_callers[count] = lives[i].caller;
	}
	return bytes >= unreached / 2 ? n : 0;
}

/* "svc.py:" of "load (svc.py:41)"; NULL: the caller has no file. */
static const char *file_of(const struct report *report, uint32_t caller, size_t *ret_length)
{
	const char *name = callers_name(report->callers, caller), *file = strrchr(name, '('),
		   *end = file ? strchr(file, ':') : NULL;

	if (!end)
		return NULL;
	*ret_length = (size_t)(end - file);
	return file;
}

static bool is_of_their_files(const struct report *report, const uint32_t *callers, size_t n,
	uint32_t caller)
{
	size_t length, other;
	const char *file = file_of(report, caller, &length);

	for (size_t i = 0; file && i < n; i++) {
		const char *theirs = file_of(report, callers[i], &other);
		if (theirs && other == length && strncmp(file, theirs, length) == 0)
			return true;
	}
	return false;
}

size_t report_unreached_beside(const struct report *report, const uint32_t *callers, size_t n,
	uint32_t *ret_callers)
{
	const struct life *lives = report->lives.items;
	size_t count = 0;

	for (size_t i = 0; i < report->lives.count; i++)
		if (lives[i].live > 0 && is_of_their_files(report, callers, n, lives[i].caller) &&
			is_unreached(report, &lives[i]))
			ret_callers[count++] = lives[i].caller;
	return count;
}

/* Idle bytes that the owner keeps by blocks of these callers. */
static uint64_t kept_of(const struct owners *owners, uint32_t owner, const uint32_t *callers,
	size_t n)
{
	uint64_t kept = 0;

	for (size_t i = 0; i < n; i++)
		kept += owners_kept(owners, owner, callers[i]);
	return kept;
}

/* The owner that keeps most of them in that way, and how much; 0: none keeps any. */
static uint32_t first_that_keeps(const struct owners *owners, const uint32_t *callers, size_t n,
	uint64_t *ret_most)
{
	uint32_t first = 0;

	for (uint32_t owner = 1; owner < owners->count; owner++) {
		uint64_t kept = kept_of(owners, owner, callers, n);
		if (kept > *ret_most) {
			first = owner;
			*ret_most = kept;
		}
	}
	return first;
}

/* Of what these callers keep, idle bytes that blocks do to which a variable leads. */
static uint64_t reached_idle(const struct report *report, const uint32_t *callers, size_t n)
{
	uint64_t reached = 0;

	for (uint32_t owner = 0; owner < report->owners.count; owner++)
		if (leads_surely(report, owner))
			reached += kept_of(&report->owners, owner, callers, n);
	return reached;
}

/* A whole census leads to less than half of them. */
static bool are_missing(const struct report *report, const uint32_t *callers, size_t n,
	uint64_t idle)
{
	return has_whole_census(report) && reached_idle(report, callers, n) < idle / 2;
}

static bool are_not_sampled(const struct report *report, const uint32_t *callers, size_t n,
	uint64_t idle)
{
	return are_missing(report, callers, n, idle) &&
	       !owners_are_sampled(&report->owners, callers, n, idle);
}

bool report_are_unreached(const struct report *report, const uint32_t *callers, size_t n,
	uint64_t idle)
{
	return are_missing(report, callers, n, idle) &&
	       owners_are_sampled(&report->owners, callers, n, idle);
}

uint32_t report_root_of(const struct report *report, const uint32_t *callers, size_t n,
	uint64_t idle, uint64_t *ret_most)
{
	uint64_t most = 0;
	uint32_t first = first_that_keeps(&report->owners, callers, n, &most);

	*ret_most = most;
	return first && most >= idle / 10 && owners_are_of_moment(&report->owners) &&
			       variable_facts(&report->owners, first)->kind > CENSUS_MODULE_STATE
		       ? first
		       : 0;
}

void say_owner_of_callers(struct text *words, const struct report *report, const uint32_t *callers,
	size_t n, uint64_t idle)
{
	const struct owners *owners = &report->owners;
	uint64_t most = 0;
	uint32_t first = first_that_keeps(owners, callers, n, &most);
	struct units all, share;

	if (are_not_sampled(report, callers, n, idle)) {
		text_add(words, " Which variable keeps most of it is not known: a few blocks do, "
				"and the census of variables did not look at all of these.");
		return;
	}
	if (first && most >= idle / 10) {
		text_add(words, " Of the %s, what is in ", units_bytes(&all, idle));
		add_variable(words, &report->owners, first);
		text_add(words, "%s keeps %s %s.",
			variable_facts(owners, first)->kind == CENSUS_VARIABLE ? "," : "",
			owners_are_of_moment(owners) ? "about" : "at least",
			units_percent(&share, most < idle ? most : idle, idle));
	}
	if (report_are_unreached(report, callers, n, idle))
		say_unreached(words, report);
}

void emit_idle_owner(struct emit *emit, const struct report *report, uint32_t caller, uint64_t idle)
{
	uint64_t most = 0;
	uint32_t first = first_that_keeps(&report->owners, &caller, 1, &most);

	if (idle > 0 && are_not_sampled(report, &caller, 1, idle))
		emit_cell(emit, "not looked at");
	else if (first && !owners_are_of_moment(&report->owners))
		emit_cell(emit, variable_name(&report->owners, first));
	else
		emit_variable_share(emit, &report->owners, first, most, idle);
}

/* An estimate: never more than is kept at all. */
static uint64_t all_kept(const struct report *report, uint32_t owner)
{
	uint64_t kept = owners_all_kept(&report->owners, owner);

	return kept < report->keepers.idle ? kept : report->keepers.idle;
}

/* What the list of variables is in the order of. */
static uint64_t listed_for(const struct report *report, uint32_t owner)
{
	return report_is_mostly_live(report) ? report->owners.bytes[owner]
					     : all_kept(report, owner);
}

struct listed {
	uint64_t bytes; /* for which it is listed */
	uint32_t owner;
};

static int more_listed(const void *one, const void *other)
{
	const struct listed *a = one, *b = other;

	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? 1 : -1;
	return a->owner < b->owner ? -1 : a->owner > b->owner;
}

/* The owners that are listed, in that order; gives how many. Grows with owners times callers. */
static size_t list_owners(const struct report *report, struct listed **ret_list)
{
	struct listed *list = xcalloc(report->owners.count + 1, sizeof(*list));
	size_t n = 0;

	for (uint32_t i = 1; i < report->owners.count; i++) {
		list[n] = (struct listed){listed_for(report, i), i};
		n += list[n].bytes > 0;
	}
	qsort(list, n, sizeof(*list), more_listed);
	*ret_list = list;
	return n;
}

static void add_remark(struct text *words, const struct report *report)
{
	const struct census *census = &report->owners.census;

	text_add(words,
		"Variables from which the live blocks were reached, by a census that the recorder "
		"took. Bytes: of blocks that are live now, estimated from a sample; keeps: what is "
		"held and not live beside them. First asked for by: the line with most of them; CPython hands the memory of dead objects on, "
		"so that it may be a line that keeps nothing.");
	if (!owners_are_of_moment(&report->owners)) {
		text_add(words, " The census is as of ");
		add_census_age(words, &report->owners, report->trace);
		text_add(words, ", entries too, and so are shares: of what is live now and was "
				"there then.");
	}
	if (census->is_cut)
		text_add(words, " It was cut short: there may be more.");
}

void report_emit_owners(struct emit *emit, const struct report *report, size_t rows)
{
	static const char *const columns[] = {"<variable", "<type", "entries", "bytes", "of live",
		"keeps", "<first asked for by", "<used by", NULL};
	const struct owners *owners = &report->owners;
	struct text words = {0};
	struct listed *list;
	size_t n = list_owners(report, &list);

	if (owners->count > 0)
		add_remark(&words, report);
	emit_table(emit, "what variables keep");
	if (owners_largest(owners))
		emit_remark(emit, text_of(&words));
	emit_columns(emit, columns);
	for (size_t i = 0; i < rows && i < n; i++) {
		uint32_t owner = list[i].owner;
		const struct census_owner *facts = variable_facts(owners, owner);
		uint32_t caller = 0;
		emit_row(emit);
		emit_cell(emit, facts->name);
		emit_cell(emit, facts->type);
		if (facts->items >= 0)
			emit_number(emit, (uint64_t)facts->items);
		else
			emit_cell(emit, "");
		emit_bytes(emit, owners->bytes[owner]);
		emit_share(emit, owners->bytes[owner], owners->old_bytes);
		emit_bytes(emit, all_kept(report, owner));
		emit_cell(emit, owners_callers(owners, owner, &caller, 1)
					? callers_name(report->callers, caller)
					: "");
		emit_cell(emit, facts->users ? facts->users : "");
	}
	free(list);
	text_finish(&words);
}
