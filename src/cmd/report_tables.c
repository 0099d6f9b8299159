/* See report_tables.h. */
#include "cmd/report_tables.h"

#include "base/emitter.h"
#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "cmd/remedies.h"
#include "cmd/report_answers.h"
#include "cmd/report_owners.h"
#include "cmd/report_words.h"
#include "cmd/variables.h"
#include "cmd/whatif_settings.h"
#include "heap/malloc_trim.h"
#include "report/heap_end.h"
#include "report/report.h"
#include "report/threshold.h"

#include <stdlib.h>

#define SAID_OF_ENDS 20u /* a twentieth of what the ends come to */
#define NAMED_FROM   20u /* a twentieth of a cause: who keeps less than that is not its keeper */

static void begin_table(struct emit *emit, const char *title, const char *remark,
	const char *const *columns)
{
	emit_table(emit, title);
	if (remark && *remark)
		emit_remark(emit, remark);
	emit_columns(emit, columns);
}

/* ---- why it is held ------------------------------------------------------------------------ */

/* "remember (svc.py:16), 98%": who keeps most of it. */
static void emit_first(struct emit *emit, const struct report *report, enum cause cause)
{
	const struct keeper *first = keepers_first(&report->keepers, cause);
	struct text words = {0};
	struct units share;

	if (first && first->causes[cause] >= report->holdings.causes[cause] / NAMED_FROM)
		text_add(&words, "%s, %s", callers_name(report->callers, first->caller),
			units_percent(&share, first->causes[cause],
				report->holdings.causes[cause]));
	emit_cell(emit, text_of(&words));
	text_finish(&words);
}

static void emit_causes(struct emit *emit, const struct report *report,
	const struct remedies *remedies)
{
	static const char *const columns[] = {"<cause", "bytes", "of held", "<kept most by",
		"<what it is", NULL};
	struct text words = {0};

	answer_why(&words, report, remedies);
	begin_table(emit, "why it is held", text_of(&words), columns);
	text_finish(&words);
	for (unsigned i = 0; i < CAUSE_COUNT; i++) {
		if (report->holdings.causes[i] == 0)
			continue;
		emit_row(emit);
		emit_cell(emit, cause_name((enum cause)i));
		emit_bytes(emit, report->holdings.causes[i]);
		emit_share(emit, report->holdings.causes[i], report->holdings.held);
		emit_first(emit, report, (enum cause)i);
		emit_cell(emit, cause_words((enum cause)i));
	}
}

/*
 * Whether ends of heaps are at stake: beside arenas only where the callers that the report speaks
 * of clear a hundredth of what is held.
 */
static bool has_ends(const struct report *report)
{
	const struct keepers *keepers = &report->keepers;
	size_t n = remedies_callers(report);

	return keepers->heaps > 0 &&
	       (keepers->arenas == 0 || (n > 0 && keepers->items[n - 1].with_above.ends >
							  report->holdings.held / 100));
}

/*
 * The keepers in the order in which they are listed, and how many are: those that keep less than a
 * hundredth of the first are left out; or that have less, where most of what is held is live.
 */
struct listing {
	const struct keeper *items;
	size_t count;
	struct keeper *by_bytes; /* NULL: they are in the order of the report */
};

static uint64_t listed_for(const struct listing *listing, size_t at)
{
	return listing->by_bytes ? listing->items[at].bytes : listing->items[at].idle;
}

static void listing_begin(struct listing *listing, const struct report *report, size_t rows)
{
	const struct keepers *keepers = &report->keepers;
	bool is_live = report_is_mostly_live(report);
	size_t least = is_live ? 0 : remedies_callers(report), all = keepers->count;

	*listing =
		(struct listing){.by_bytes = is_live ? keepers_by_bytes_new(keepers, &all) : NULL};
	listing->items = is_live ? listing->by_bytes : keepers->items;
	while (listing->count < all && listing->count < rows &&
		(listing->count < least || (listed_for(listing, listing->count) > 0 &&
						   listed_for(listing, listing->count) >=
							   listed_for(listing, 0) / 100)))
		listing->count++;
}

static void listing_end(struct listing *listing)
{
	free(listing->by_bytes);
}

static const char *const note_column[] = {"<note", NULL};
static const char *const owner_column[] = {"<kept by", NULL};

/* A census says which variables keep what lines have made. */
static bool has_owners(const struct report *report)
{
	return report->owners.count > 0;
}

static void emit_note(struct emit *emit, const struct report *report, uint32_t caller)
{
	emit_cell(emit, report_is_handed_on(report, caller) ? "handed on?" : "");
}

static bool has_handed_on(const struct report *report, const struct listing *listing)
{
	for (size_t i = 0; i < listing->count; i++)
		if (report_is_handed_on(report, listing->items[i].caller))
			return true;
	return false;
}

/* What the words of columns mean that are not of every report. */
static void say_handed_on(struct text *words)
{
	text_join(words, " ",
		"A row with the note 'handed on?' is of a line of which most that it made is freed, "
		"and what is left has the sizes of floats, lists and dictionaries. CPython keeps "
		"such memory for the next of them, of any line, without asking the allocator: it "
		"may be that of another line, which grows in step.");
}

/* Of a heap as it was recorded it is not known whether it is a thread's. */
static void say_clears(struct text *words, const struct report *report,
	const struct listing *listing)
{
	const struct engine *library = malloc_trim_layer(report->heap);
	const struct freed freed = listing->items[listing->count - 1].with_above;
	bool is_unknown = library && engine_is_as_recorded(library) && report->keepers.heaps > 1;
	bool has_others = is_unknown || freed.others > freed.ends / SAID_OF_ENDS,
	     has_main = is_unknown || freed.ends - freed.others > freed.ends / SAID_OF_ENDS;

	text_join(words, " ", "Clears: bytes more at the end of ");
	text_add(words, "%s, in whole pages, that would have no block",
		has_others ? "each heap" : "the heap");
	if (library && !has_others)
		text_add(words, "; they go back when the library trims its heap, as malloc_trim() "
				"does");
	text_add(words, ".");
	if (has_others && has_main)
		text_add(words, " Those of the main heap go back when the library trims it, as "
				"malloc_trim() does.");
	if (has_others)
		text_add(words, " Those of a thread's arena go back when a free there merges to 64 "
				"KiB or more; malloc_trim() gives back the pages of holes there, "
				"as long as these are not the end.");
}

static void emit_keepers(struct emit *emit, const struct report *report, size_t rows)
{
	static const char *const columns[] = {"<made by", "keeps", "of idle", "blocks", "bytes",
		NULL};
	static const char *const of_arenas[] = {"arenas", "gives back", "with those above", NULL};
	static const char *const of_heap[] = {"clears", "clears with above", NULL};
	const struct keepers *keepers = &report->keepers;
	struct listing listing;
	struct text words = {0};

	listing_begin(&listing, report, rows);
	bool has_arenas = keepers->arenas > 0, clears = listing.count > 0 && has_ends(report),
	     has_notes = has_handed_on(report, &listing);
	answer_who(&words, report);
	if (clears)
		say_clears(&words, report, &listing);
	if (has_notes)
		say_handed_on(&words);
	begin_table(emit, "who keeps it", text_of(&words), columns);
	text_finish(&words);
	if (has_arenas)
		emit_columns(emit, of_arenas);
	if (clears)
		emit_columns(emit, of_heap);
	if (has_notes)
		emit_columns(emit, note_column);
	if (has_owners(report))
		emit_columns(emit, owner_column);
	for (size_t i = 0; i < listing.count; i++) {
		const struct keeper *keeper = &listing.items[i];
		emit_row(emit);
		emit_cell(emit, callers_name(report->callers, keeper->caller));
		emit_bytes(emit, keeper->idle);
		emit_share(emit, keeper->idle, report_known_idle(report));
		emit_number(emit, keeper->blocks);
		emit_bytes(emit, keeper->bytes);
		if (has_arenas) {
			emit_number(emit, keeper->arenas);
			emit_bytes(emit, keeper->alone.arenas);
			emit_bytes(emit, keeper->with_above.arenas);
		}
		if (clears) {
			emit_bytes(emit, keeper->alone.ends);
			emit_bytes(emit, keeper->with_above.ends);
		}
		if (has_notes)
			emit_note(emit, report, keeper->caller);
		if (has_owners(report) && listing.by_bytes)
			emit_owner(emit, &report->owners, keeper->caller);
		else if (has_owners(report))
			emit_idle_owner(emit, report, keeper->caller, keeper->idle);
	}
	listing_end(&listing);
}

static void emit_leftovers(struct emit *emit, const struct report *report, size_t rows)
{
	static const char *const columns[] = {"<caller", "chunks", "bytes", "keeps", NULL};
	const struct leftovers *leftovers = &report->leftovers;

	begin_table(emit, "whose free chunks do not merge",
		leftovers->items.count
			? "Free chunks of fast bins and tcaches, by the caller whose block each "
			  "was last. Keeps: free memory right below them, which cannot merge with "
			  "what is above."
			: "",
		columns);
	for (size_t i = 0; i < leftovers->items.count && i < rows; i++) {
		const struct leftover *leftover = &leftovers->items.items[i];
		emit_row(emit);
		emit_cell(emit, callers_name(report->callers, leftover->caller));
		emit_number(emit, leftover->chunks);
		emit_bytes(emit, leftover->bytes);
		emit_bytes(emit, leftover->keeps);
	}
}

/* Only where something would come of it: a hundredth of what is held. */
static void emit_end_of_heap(struct emit *emit, const struct report *report, size_t rows)
{
	static const char *const columns[] = {"<caller", "blocks", "bytes", "clears", NULL};
	size_t most = rows < report->metrics.live ? rows : (size_t)report->metrics.live;
	struct heap_run *runs = xcalloc(most + 1, sizeof(*runs));
	size_t count = heap_end_read(report->heap, &report->lives, runs, most);

	if (count > 0 && runs[count - 1].clears < report->holdings.held / 100)
		count = 0;
	begin_table(emit, "what is at the end of the heap",
		report_is_of_plugin(report) ? ""
		: count ? "The C library's heap shrinks from its end. Clears: bytes more there, in "
			  "whole pages, that would have no block if this run of blocks and those "
			  "before it in this list were freed."
			: "",
		columns);
	for (size_t i = 0; i < count; i++) {
		emit_row(emit);
		emit_cell(emit, callers_name(report->callers, runs[i].caller));
		emit_number(emit, runs[i].blocks);
		emit_bytes(emit, runs[i].bytes);
		emit_bytes(emit, runs[i].clears);
	}
	free(runs);
}

static void emit_figures(struct emit *emit, const struct report *report)
{
	static const char *const columns[] = {"<figure", "value", "<formula", "<meaning", NULL};

	begin_table(emit, "fragmentation", NULL, columns);
	for (unsigned i = 0; i < FIGURE_COUNT; i++) {
		const struct figure_info *info = figure_info((enum figure)i);
		emit_row(emit);
		emit_cell(emit, info->name);
		emit_real(emit, report->fragmentation.figures[i]);
		emit_cell(emit, info->formula);
		emit_cell(emit, info->words);
	}
}

/* ---- size classes -------------------------------------------------------------------------- */

#define CLASSES_MAX 128u

struct wasteful {
	size_t class;
	struct class_waste waste;
};

static int more_waste(const void *one, const void *other)
{
	const struct wasteful *a = one, *b = other;

	if (a->waste.waste != b->waste.waste)
		return a->waste.waste < b->waste.waste ? 1 : -1;
	return a->class < b->class ? -1 : 1;
}

static void emit_classes(struct emit *emit, const struct report *report, size_t rows)
{
	static const char *const columns[] = {"class", "block", "pools", "blocks", "held",
		"asked for", "waste", "of held", NULL};
	struct wasteful classes[CLASSES_MAX];
	size_t count = 0;

	for (size_t i = 0;
		count < CLASSES_MAX && class_waste_of(report->heap, i, &classes[count].waste);
		i++) {
		classes[count].class = i;
		count += classes[count].waste.waste > 0;
	}
	qsort(classes, count, sizeof(*classes), more_waste);
	begin_table(emit, "size classes with most waste", NULL, columns);
	for (size_t i = 0; i < count && i < rows; i++) {
		const struct class_waste *waste = &classes[i].waste;
		emit_row(emit);
		emit_number(emit, classes[i].class);
		emit_bytes(emit, waste->class.size);
		emit_number(emit, waste->class.pages);
		emit_number(emit, waste->class.used);
		emit_bytes(emit, waste->held);
		emit_bytes(emit, waste->asked);
		emit_bytes(emit, waste->waste);
		emit_share(emit, waste->waste, waste->held);
	}
}

static void emit_kernel(struct emit *emit, const struct report *report)
{
	static const char *const columns[] = {"<mark", "event", "live", "held", "private",
		"resident", "swapped", NULL};

	const char *remark =
		report->is_partial
			? "Private memory of the process: pages that it has written to, also "
			  "those that it shares with a parent or children since a fork. Live "
			  "and held are of what it has allocated since; beside that it has "
			  "what it had when the recording began, the data of its libraries "
			  "and its stacks."
			: "Private memory of the process: pages that it has written to, also "
			  "those that it shares with a parent or children since a fork; "
			  "beside what is held it has the data of its libraries and its stacks.";

	begin_table(emit, "what the kernel says", report->kernel.count ? remark : "", columns);
	for (size_t i = 0; i < report->kernel.count; i++) {
		const struct kernel_mark *mark = &report->kernel.items[i];
		emit_row(emit);
		emit_cell(emit, mark->name);
		emit_number(emit, mark->position);
		emit_bytes(emit, mark->live);
		emit_bytes(emit, mark->held);
		emit_bytes(emit, mark->figures.private);
		emit_bytes(emit, mark->figures.resident);
		emit_bytes(emit, mark->figures.swapped);
	}
}

void report_emit_holdings(struct emit *emit, const struct report *report,
	const struct remedies *remedies, size_t rows)
{
	emit_keepers(emit, report, rows);
	report_emit_owners(emit, report, rows);
	emit_causes(emit, report, remedies);
	emit_leftovers(emit, report, rows);
}

void report_emit_shape(struct emit *emit, const struct report *report, size_t rows)
{
	if (!report->is_partial)
		emit_end_of_heap(emit, report, rows);
	emit_kernel(emit, report);
	emit_classes(emit, report, rows);
	if (!report->is_partial && !engine_has_spaces(heap_layer(report->heap, 0)))
		emit_figures(emit, report);
}

/* ---- callers ------------------------------------------------------------------------------- */

static int more_live(const void *one, const void *other)
{
	const struct life *a = one, *b = other;

	if (a->live_bytes != b->live_bytes)
		return a->live_bytes < b->live_bytes ? 1 : -1;
	return a->caller < b->caller ? -1 : 1;
}

static int more_bytes(const void *one, const void *other)
{
	const struct life *a = one, *b = other;

	if (a->bytes != b->bytes)
		return a->bytes < b->bytes ? 1 : -1;
	return a->caller < b->caller ? -1 : 1;
}

static uint64_t growth_of(const struct life *life)
{
	return life->live_bytes > life->first_bytes ? life->live_bytes - life->first_bytes : 0;
}

static int more_growth(const void *one, const void *other)
{
	const struct life *a = one, *b = other;
	uint64_t x = growth_of(a), y = growth_of(b);

	if (x != y)
		return x < y ? 1 : -1;
	return a->caller < b->caller ? -1 : 1;
}

/* A time, or a number of events. */
static void emit_life(struct emit *emit, const struct report *report, double life)
{
	if (report->lives.has_times)
		emit_time(emit, (uint64_t)life);
	else
		emit_number(emit, (uint64_t)life);
}

static double mean_life(const struct life *life)
{
	return life->freed ? life->lived / (double)life->freed : 0;
}

static void emit_largest(struct emit *emit, const struct report *report, const struct life *lives,
	size_t rows)
{
	static const char *const columns[] = {"<caller", "live bytes", "live blocks", "of live",
		"bytes ever", "requests", "oldest", NULL};

	begin_table(emit, "who has most", NULL, columns);
	if (has_owners(report))
		emit_columns(emit, owner_column);
	for (size_t i = 0; i < report->lives.count && i < rows && lives[i].live_bytes > 0; i++) {
		const struct life *life = &lives[i];
		emit_row(emit);
		emit_cell(emit, callers_name(report->callers, life->caller));
		emit_bytes(emit, life->live_bytes);
		emit_number(emit, life->live);
		emit_share(emit, life->live_bytes, report->holdings.live);
		emit_bytes(emit, life->bytes);
		emit_number(emit, life->requests);
		emit_life(emit, report, (double)life->oldest);
		if (has_owners(report))
			emit_owner(emit, &report->owners, life->caller);
	}
}

/* A caller is short-lived where 19 of 20 of its blocks, and mappings, are freed by now. */
static bool is_short_lived(const struct life *life)
{
	return life->freed >= 19 * (life->live + life->mappings) && life->freed > 0;
}

static void emit_short(struct emit *emit, const struct report *report, const struct life *lives,
	size_t rows)
{
	static const char *const columns[] = {"<caller", "bytes ever", "requests", "live bytes",
		"mean life", NULL};
	size_t shown = 0;

	begin_table(emit, "who asks most and keeps little", NULL, columns);
	for (size_t i = 0; i < report->lives.count && shown < rows; i++) {
		const struct life *life = &lives[i];
		if (!is_short_lived(life))
			continue;
		shown++;
		emit_row(emit);
		emit_cell(emit, callers_name(report->callers, life->caller));
		emit_bytes(emit, life->bytes);
		emit_number(emit, life->requests);
		emit_bytes(emit, life->live_bytes);
		emit_life(emit, report, mean_life(life));
	}
}

/*
 * What the list of those that only grew is, or why there is none: what has most may have come all
 * at once, in which a leak looks like what is made once.
 */
static void say_growing(struct text *words, const struct report *report)
{
	const struct life *largest = lives_largest(&report->lives);
	/* the moment is the last station, and no mark */
	size_t stations = report->lives.nstations - report->lives.at_marks;
	const char *named = report->lives.at_marks
				    ? "marks to the next, nor from the last to this moment"
				    : "even steps up to this moment to the next";
	struct units bytes;
	bool has_any = false;

	for (size_t i = 0; i < report->lives.count; i++)
		has_any |= life_only_grew(&report->lives.items[i]);
	if (has_any) {
		text_add(words,
			"Callers whose live bytes only grew: they never fell from one of %zu %s, "
			"and rose more than once. A cache that still fills grows as well.",
			stations, named);
		return;
	}
	text_add(words,
		"None: no caller's live bytes rose more than once, and never fell, from one of %zu "
		"%s.",
		stations, named);
	if (largest && !largest->has_fallen && largest->rises <= 1)
		text_add(words,
			" Those of %s, %s, never fell: a leak of which all came between two of "
			"them looks the same as what is made once.",
			callers_name(report->callers, largest->caller),
			units_bytes(&bytes, largest->live_bytes));
}

/* Of the first `rows` of those that only grew. */
static bool has_growing_handed_on(const struct report *report, const struct life *lives,
	size_t rows)
{
	size_t shown = 0;

	for (size_t i = 0; i < report->lives.count && shown < rows; i++) {
		if (!life_only_grew(&lives[i]))
			continue;
		shown++;
		if (report_is_handed_on(report, lives[i].caller))
			return true;
	}
	return false;
}

static void emit_growing(struct emit *emit, const struct report *report, const struct life *lives,
	size_t rows)
{
	static const char *const columns[] = {"<caller", "grew by", "rose in", "live bytes",
		"live blocks", "oldest", NULL};
	struct text words = {0};
	bool has_notes = has_growing_handed_on(report, lives, rows);
	size_t shown = 0;

	say_growing(&words, report);
	if (has_notes)
		say_handed_on(&words);
	begin_table(emit, "suspected leaks", text_of(&words), columns);
	text_finish(&words);
	if (has_notes)
		emit_columns(emit, note_column);
	if (has_owners(report))
		emit_columns(emit, owner_column);
	for (size_t i = 0; i < report->lives.count && shown < rows; i++) {
		const struct life *life = &lives[i];
		if (!life_only_grew(life))
			continue;
		shown++;
		emit_row(emit);
		emit_cell(emit, callers_name(report->callers, life->caller));
		emit_bytes(emit, growth_of(life));
		emit_number(emit, life->rises);
		emit_bytes(emit, life->live_bytes);
		emit_number(emit, life->live);
		emit_life(emit, report, (double)life->oldest);
		if (has_notes)
			emit_note(emit, report, life->caller);
		if (has_owners(report))
			emit_owner(emit, &report->owners, life->caller);
	}
}

void report_emit_callers(struct emit *emit, const struct report *report, size_t rows)
{
	size_t count = report->lives.count;
	struct life *lives = xcalloc(count, sizeof(*lives));

	for (size_t i = 0; i < count; i++)
		lives[i] = report->lives.items[i];
	qsort(lives, count, sizeof(*lives), more_growth);
	emit_growing(emit, report, lives, rows);
	qsort(lives, count, sizeof(*lives), more_live);
	emit_largest(emit, report, lives, rows);
	qsort(lives, count, sizeof(*lives), more_bytes);
	emit_short(emit, report, lives, rows);
	free(lives);
}

/* ---- settings ------------------------------------------------------------------------------ */

/* The run that keeps least of those that save and were not shown; 0: there is none. */
static size_t next_to_show(const struct tries *tries, const bool shown[RUNS_MAX])
{
	size_t best = 0;

	for (size_t i = 1; i < tries->count; i++)
		if (!shown[i] && tries_saves(tries, i) &&
			(best == 0 || tries_kept(&tries->runs[i]) < tries_kept(&tries->runs[best])))
			best = i;
	return best;
}

/* Those that come to the same for the same reason are one row. */
static void leave_out(const struct tries *tries, size_t at, bool shown[RUNS_MAX])
{
	for (size_t i = 1; i < tries->count; i++)
		shown[i] |= tries_is_alike(tries, i, at);
}

void report_emit_help(struct emit *emit, const struct report *report,
	const struct remedies *remedies, const struct tries *tries, size_t rows)
{
	static const char *const columns[] = {"<setting", "held", "less", "peak held",
		"<how a program gets it", NULL};
	bool shown[RUNS_MAX] = {false}, has_risen = threshold_risen(report->heap) > 0;
	struct text words = {0};

	answer_help(&words, report, remedies, tries);
	begin_table(emit, "what would help", text_of(&words), columns);
	text_finish(&words);
	for (size_t row = 0; tries->runs[0].is_played && row < rows; row++) {
		size_t best = next_to_show(tries, shown);
		if (best == 0)
			return;
		shown[best] = true;
		if (has_risen)
			leave_out(tries, best, shown);
		const struct whatif_run *run = &tries->runs[best];
		emit_row(emit);
		emit_cell(emit, run->words);
		emit_bytes(emit, run->end_held);
		emit_bytes(emit, tries_kept(&tries->runs[0]) - tries_kept(run));
		emit_bytes(emit, run->peak_held);
		emit_cell(emit, tries->settings[best]->how);
	}
}
