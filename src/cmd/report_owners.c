/* See report_owners.h. */
#include "cmd/report_owners.h"

#include "base/emitter.h"
#include "base/text.h"
#include "base/units.h"
#include "report/report.h"

#include <inttypes.h>
#include <string.h>

#define LINES_MAX   3u    /* that are named in a sentence */
#define CENSUS_LATE 4096u /* events before the moment at which a census is of it */

static const struct census_owner *facts_of(const struct report *report, uint32_t owner)
{
	return &report->owners.census.owners.items[owner];
}

const char *report_variable(const struct report *report, uint32_t owner)
{
	return facts_of(report, owner)->name;
}

static bool begins_with_vowel(const char *word)
{
	return *word && strchr("aeiouAEIOU", *word) != NULL;
}

void add_variable(struct text *words, const struct report *report, uint32_t owner)
{
	const struct census_owner *facts = facts_of(report, owner);
	struct units count;

	text_add(words, "%s, %s %s", facts->name, begins_with_vowel(facts->type) ? "an" : "a",
		facts->type);
	if (facts->items >= 0)
		text_add(words, " of %s %s", units_count(&count, (uint64_t)facts->items),
			facts->items == 1 ? "entry" : "entries");
	if (facts->users)
		text_add(words, ", used by %s", facts->users);
}

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

	text_add(words, "Most of what is held is live. Of that, about %s of %s are kept by ",
		units_bytes(&bytes, owners->bytes[first]),
		units_bytes(&live, report->holdings.live));
	add_variable(words, report, first);
	text_add(words, ": blocks that were first asked for by ");
	add_lines(words, report, callers, n);
	text_add(words, ".");
}

/* Whether the census was taken at the moment: it does not know what was made after it. */
static bool is_of_moment(const struct report *report)
{
	return report->owners.census.position + CENSUS_LATE >= report->position;
}

void say_census_cut(struct text *words, const struct report *report)
{
	const struct census *census = &report->owners.census;
	struct units blocks, live;

	if (report->owners.count == 0 || !census->is_cut)
		return;
	text_join(words, " ", "The census of variables was cut short: it saw ");
	text_add(words,
		"%s blocks, of %s that are live now, and the variable that keeps most may be "
		"one that it did not come to.",
		units_count(&blocks, census->blocks), units_count(&live, report->metrics.live));
}

/* Why is not known: neither a free list nor a cycle can be told from the blocks. */
static void say_unreached(struct text *words, const struct report *report)
{
	if (report->owners.count > 0 && !report->owners.census.is_cut && is_of_moment(report))
		text_add(words,
			" No variable of a module leads to most of their bytes, which does not say "
			"how many arenas these keep: such blocks are in CPython's free lists, in "
			"cycles, or of functions that still run.");
}

void say_live_unreached(struct text *words, const struct report *report)
{
	const struct owners *owners = &report->owners;
	uint64_t reached = 0, live = report->holdings.live;
	struct units share;

	for (size_t i = 0; i < owners->count; i++)
		reached += owners->bytes[i];
	if (owners->count == 0 || owners->census.is_cut || !is_of_moment(report) ||
		reached >= live / 2)
		return;
	text_add(words,
		" No variable of a module leads to %s of the live bytes: they are in cycles, "
		"where the collector is off or late, of functions that still run, or kept by C "
		"code.",
		units_percent(&share, live - reached, live));
}

void say_owner_of_callers(struct text *words, const struct report *report, const uint32_t *callers,
	size_t n)
{
	const struct owners *owners = &report->owners;
	uint64_t most = 0, kept = 0, live = 0;
	uint32_t first = 0;
	struct units share;

	for (uint32_t owner = 1; owner < owners->count; owner++) {
		uint64_t bytes = 0;
		for (size_t i = 0; i < n; i++)
			bytes += owners_part(owners, owner, callers[i]);
		kept += bytes;
		first = bytes > most ? owner : first;
		most = bytes > most ? bytes : most;
	}
	for (size_t i = 0; i < n; i++)
		live += report->lives.items[callers[i]].live_bytes;
	if (first && most >= live / 10) {
		text_add(words, " About %s of their bytes are kept by ",
			units_percent(&share, most < live ? most : live, live));
		add_variable(words, report, first);
		text_add(words, ".");
	}
	if (kept < live / 2)
		say_unreached(words, report);
}

void emit_owner(struct emit *emit, const struct report *report, uint32_t caller)
{
	uint64_t live = report->lives.items[caller].live_bytes, bytes = 0;
	uint32_t owner = owners_of_caller(&report->owners, caller, &bytes);
	struct text words = {0};
	struct units share;

	if (owner && live)
		text_add(&words, "%s, %s", facts_of(report, owner)->name,
			units_percent(&share, bytes < live ? bytes : live, live));
	emit_cell(emit, text_of(&words));
	text_finish(&words);
}

/* The n-th of the owners, by live bytes: 0 is the first. 0: there are no more. */
static uint32_t next_owner(const struct owners *owners, uint32_t last)
{
	uint32_t most = 0;

	for (uint32_t i = 1; i < owners->count; i++) {
		bool is_after = !last || owners->bytes[i] < owners->bytes[last] ||
				(owners->bytes[i] == owners->bytes[last] && i > last);
		if (is_after && owners->bytes[i] > (most ? owners->bytes[most] : 0))
			most = i;
	}
	return most;
}

static void add_remark(struct text *words, const struct report *report)
{
	const struct census *census = &report->owners.census;

	text_add(words,
		"Variables from which the live blocks were reached, by a census that the recorder "
		"took. Bytes: of blocks that are live now, estimated from a sample. First asked "
		"for by: the line with most of them; CPython hands the memory of dead objects on, "
		"so that it may be a line that keeps nothing.");
	if (census->position + 1 < report->position)
		text_add(words, " The census is from event %" PRIu64 ".", census->position);
	if (census->is_cut)
		text_add(words, " It ran out of time: there may be more.");
}

void report_emit_owners(struct emit *emit, const struct report *report, size_t rows)
{
	static const char *const columns[] = {"<variable", "<type", "entries", "bytes", "of live",
		"<first asked for by", "<used by", NULL};
	const struct owners *owners = &report->owners;
	struct text words = {0};
	uint32_t owner = 0;

	if (owners->count > 0)
		add_remark(&words, report);
	emit_table(emit, "what variables keep");
	if (owners_largest(owners))
		emit_remark(emit, text_of(&words));
	emit_columns(emit, columns);
	for (size_t i = 0; i < rows && (owner = next_owner(owners, owner)) != 0; i++) {
		const struct census_owner *facts = facts_of(report, owner);
		uint32_t caller = 0;
		emit_row(emit);
		emit_cell(emit, facts->name);
		emit_cell(emit, facts->type);
		if (facts->items >= 0)
			emit_number(emit, (uint64_t)facts->items);
		else
			emit_cell(emit, "");
		emit_bytes(emit, owners->bytes[owner]);
		emit_share(emit, owners->bytes[owner], report->holdings.live);
		emit_cell(emit, owners_callers(owners, owner, &caller, 1)
					? callers_name(report->callers, caller)
					: "");
		emit_cell(emit, facts->users ? facts->users : "");
	}
	text_finish(&words);
}
