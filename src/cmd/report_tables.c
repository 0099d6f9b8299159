/* See report_tables.h. */
#include "cmd/report_tables.h"

#include "base/emitter.h"
#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "cmd/whatif_settings.h"
#include "report/report.h"

#include <stdlib.h>

static void begin_table(struct emit *emit, const char *title, const char *remark,
	const char *const *columns)
{
	emit_table(emit, title);
	if (remark && *remark)
		emit_remark(emit, remark);
	emit_columns(emit, columns);
}

/* ---- why it is held ------------------------------------------------------------------------ */

/* "198 of 199 arenas are pinned by 3,412 blocks. Without those of …, 190 MiB would go back." */
static void say_why(struct text *words, const struct report *report)
{
	const struct keeping *keeping = &report->keeping;
	const struct pins *pins = &report->pins;
	struct units pinned, arenas, blocks, bytes;
	uint64_t count = 0;

	if (keeping->pinned == 0)
		return;
	for (size_t i = 0; i < pins->count; i++)
		count += pins->items[i].blocks;
	text_add(words, "%s of %s arenas are kept by %s blocks.",
		units_count(&pinned, keeping->pinned), units_count(&arenas, keeping->arenas),
		units_count(&blocks, count));
	if (pins->count > 0 && pins->items[0].frees > 0)
		text_add(words, " Without those of %s, %s would go back to the system.",
			callers_name(report->callers, pins->items[0].caller),
			units_bytes(&bytes, pins->items[0].frees));
}

static void emit_causes(struct emit *emit, const struct report *report)
{
	static const char *const columns[] = {"<cause", "bytes", "of held", "<what it is", NULL};
	struct text words = {0};

	say_why(&words, report);
	begin_table(emit, "why it is held", text_of(&words), columns);
	text_finish(&words);
	for (unsigned i = 0; i < CAUSE_COUNT; i++) {
		if (report->holdings.causes[i] == 0)
			continue;
		emit_row(emit);
		emit_cell(emit, cause_name((enum cause)i));
		emit_bytes(emit, report->holdings.causes[i]);
		emit_share(emit, report->holdings.causes[i], report->holdings.held);
		emit_cell(emit, cause_words((enum cause)i));
	}
}

static void emit_pins(struct emit *emit, const struct report *report, size_t rows)
{
	static const char *const columns[] = {"<caller", "blocks", "bytes", "arenas", "alone in",
		"gives back", "with those above", NULL};

	begin_table(emit, "what pins arenas",
		report->pins.count ? "An arena goes back when its last block is freed. Gives back: "
				     "the arenas that no other caller's blocks are in."
				   : "",
		columns);
	for (size_t i = 0; i < report->pins.count && i < rows; i++) {
		const struct pin *pin = &report->pins.items[i];
		emit_row(emit);
		emit_cell(emit, callers_name(report->callers, pin->caller));
		emit_number(emit, pin->blocks);
		emit_bytes(emit, pin->bytes);
		emit_number(emit, pin->arenas);
		emit_number(emit, pin->alone);
		emit_bytes(emit, pin->frees);
		emit_bytes(emit, pin->frees_so_far);
	}
}

/* Only where something would come of it: a hundredth of what is held. */
static void emit_ends(struct emit *emit, const struct report *report)
{
	static const char *const columns[] = {"<caller", "blocks", "bytes", "gives back", NULL};
	size_t count = report->nends;

	if (count > 0 && report->ends[count - 1].frees < report->holdings.held / 100)
		count = 0;
	begin_table(emit, "what is at the end of the heap",
		count ? "The C library's heap shrinks from its end. Gives back: the memory from "
			"this run of blocks on, if it and those before it in this list were freed."
		      : "",
		columns);
	for (size_t i = 0; i < count; i++) {
		const struct heap_end *end = &report->ends[i];
		emit_row(emit);
		emit_cell(emit, callers_name(report->callers, end->caller));
		emit_number(emit, end->blocks);
		emit_bytes(emit, end->bytes);
		emit_bytes(emit, end->frees);
	}
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

	begin_table(emit, "what the kernel says",
		report->kernel.count ? "Private memory of the process; beside what is held it has "
				       "the data of its libraries and its stacks."
				     : "",
		columns);
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

void report_emit_holdings(struct emit *emit, const struct report *report, size_t rows)
{
	emit_causes(emit, report);
	emit_pins(emit, report, rows);
	emit_ends(emit, report);
	emit_kernel(emit, report);
}

void report_emit_shape(struct emit *emit, const struct report *report, size_t rows)
{
	emit_classes(emit, report, rows);
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

static void emit_owners(struct emit *emit, const struct report *report, const struct life *lives,
	size_t rows)
{
	static const char *const columns[] = {"<caller", "live bytes", "live blocks", "of live",
		"bytes ever", "requests", "oldest", NULL};

	begin_table(emit, "who has most", NULL, columns);
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
	}
}

/* A caller is short-lived where 19 of 20 of its blocks are freed by now. */
static bool is_short_lived(const struct life *life)
{
	return life->freed >= 19 * life->live && life->freed > 0;
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

static void emit_growing(struct emit *emit, const struct report *report, const struct life *lives,
	size_t rows)
{
	static const char *const columns[] = {"<caller", "grew by", "live bytes", "live blocks",
		"oldest", NULL};
	struct text words = {0};
	size_t shown = 0;
	bool has_any = false;

	for (size_t i = 0; i < report->lives.count; i++)
		has_any |= lives[i].only_grew && growth_of(&lives[i]) > 0;
	text_add(&words,
		"Callers whose live bytes only grew, over %zu %s up to this moment. A cache that "
		"still fills grows as well.",
		report->lives.nstations, report->lives.at_marks ? "marks" : "even steps");
	begin_table(emit, "suspected leaks", has_any ? text_of(&words) : "", columns);
	text_finish(&words);
	for (size_t i = 0; i < report->lives.count && shown < rows; i++) {
		const struct life *life = &lives[i];
		if (!life->only_grew || growth_of(life) == 0)
			continue;
		shown++;
		emit_row(emit);
		emit_cell(emit, callers_name(report->callers, life->caller));
		emit_bytes(emit, growth_of(life));
		emit_bytes(emit, life->live_bytes);
		emit_number(emit, life->live);
		emit_life(emit, report, (double)life->oldest);
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
	emit_owners(emit, report, lives, rows);
	qsort(lives, count, sizeof(*lives), more_bytes);
	emit_short(emit, report, lives, rows);
	free(lives);
}

/* ---- settings ------------------------------------------------------------------------------ */

/* Whether a real program can have the setting, and it keeps less than the one given. */
static bool helps(const struct tries *tries, size_t at)
{
	return tries->settings[at]->how[0] && tries_serves(tries, at) &&
	       tries_kept(&tries->runs[at]) < tries_kept(&tries->runs[0]);
}

/* What the program itself could do at this moment, and how settings are tried. */
static void say_help(struct text *words, const struct report *report, const struct tries *tries)
{
	struct units bytes;

	if (report->trimmable >= report->holdings.held / 100 && report->trimmable > 0)
		text_add(words, "malloc_trim(0) would return %s at this moment.",
			units_bytes(&bytes, report->trimmable));
	if (!tries)
		text_join(words, " ", "arenascope whatif plays the trace with other settings.");
}

void report_emit_settings(struct emit *emit, const struct report *report, const struct tries *tries,
	size_t rows)
{
	static const char *const columns[] = {"<setting", "held", "less", "peak held",
		"<how a program gets it", NULL};
	bool shown[RUNS_MAX] = {false};
	struct text words = {0};

	say_help(&words, report, tries);
	begin_table(emit, "what would help", text_of(&words), columns);
	text_finish(&words);
	for (size_t row = 0; tries && row < rows; row++) {
		size_t best = 0;
		for (size_t i = 1; i < tries->count; i++)
			if (!shown[i] && helps(tries, i) &&
				(best == 0 || tries_kept(&tries->runs[i]) <
						      tries_kept(&tries->runs[best])))
				best = i;
		if (best == 0)
			return;
		shown[best] = true;
		const struct whatif_run *run = &tries->runs[best];
		emit_row(emit);
		emit_cell(emit, run->words);
		emit_bytes(emit, run->end_held);
		emit_bytes(emit, tries_kept(&tries->runs[0]) - tries_kept(run));
		emit_bytes(emit, run->peak_held);
		emit_cell(emit, tries->settings[best]->how);
	}
}
