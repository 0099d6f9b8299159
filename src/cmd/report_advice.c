/* See report_tables.h: what would help, as a list that programs can read. */
#include "base/emitter.h"
#include "base/text.h"
#include "cmd/remedies.h"
#include "cmd/report_owners.h"
#include "cmd/report_tables.h"
#include "cmd/report_words.h"
#include "cmd/variables.h"
#include "report/report.h"
#include "trace/trace.h"

/* Blocks that something is done with. */
struct blocks {
	uint32_t variable; /* that keeps them; 0: they are all of the callers' */
	const uint32_t *callers;
	size_t ncallers;
};

struct advice {
	const char *words, *proof;
	const struct blocks *blocks;
	struct aftermath then;
};

static void emit_advice(struct emit *emit, const struct report *report, const struct advice *advice)
{
	const struct blocks *blocks = advice->blocks;
	uint64_t left = advice->then.held - advice->then.trimmable;
	struct text words = {0};

	if (blocks && blocks->variable)
		text_add(&words, "%s", variable_name(&report->owners, blocks->variable));
	else if (blocks)
		add_lines(&words, report, blocks->callers, blocks->ncallers);
	emit_row(emit);
	emit_cell(emit, advice->words);
	emit_cell(emit, text_of(&words));
	emit_bytes(emit, advice->then.held);
	emit_bytes(emit, report_less_held(report, advice->then.held));
	emit_bytes(emit, report_less_held(report, left));
	emit_cell(emit, advice->proof);
	text_finish(&words);
}

static void emit_played(struct emit *emit, const struct report *report, const char *words,
	const struct blocks *blocks, const struct whatif_run *run)
{
	const struct advice advice = {words, "played", blocks,
		{.held = run->end_held, .trimmable = run->trimmable}};

	if (run->is_played)
		emit_advice(emit, report, &advice);
}

static void emit_now(struct emit *emit, const struct report *report, const char *words,
	const struct blocks *blocks, const struct aftermath *then, const char *proof)
{
	const struct advice advice = {words, proof, blocks, *then};

	if (then->held > 0)
		emit_advice(emit, report, &advice);
}

static void emit_freed(struct emit *emit, const struct report *report, const struct blocks *blocks,
	const struct aftermath *then, bool are_collectable)
{
	struct text call = {0};

	text_add(&call, "call ");
	bool has_call = blocks->variable && add_clearing(&call, &report->owners, blocks->variable);
	emit_now(emit, report,
		are_collectable ? "call gc.collect()"
		: has_call      ? text_of(&call)
				: "free them now",
		blocks, then,
		are_collectable ? "freed at the moment, if all are in cycles or free lists"
				: "freed at the moment");
	text_finish(&call);
}

static void emit_further(struct emit *emit, const struct report *report,
	const struct remedies *remedies)
{
	for (size_t i = 0; i < remedies->nfurther; i++) {
		const struct blocks blocks = {remedies->further[i].variable, NULL, 0};
		emit_freed(emit, report, &blocks, &remedies->further[i].freed, false);
	}
}

/* What it returns of pages that were never written to was not there to be returned. */
static void emit_trim(struct emit *emit, const struct report *report)
{
	const struct advice advice = {"call malloc_trim(0)",
		*trace_info(report->trace)->libc ? "counted, at most" : "counted", NULL,
		{.held = report->holdings.held, .trimmable = report->trimmable}};

	if (report_counts(report, report->trimmable))
		emit_advice(emit, report, &advice);
}

/* Of what no variable keeps: what empties it, where anything does. */
static void emit_root(struct emit *emit, const struct report *report,
	const struct remedies *remedies)
{
	const struct blocks blocks = {remedies->root, NULL, 0};
	enum census_kind kind = variable_facts(&report->owners, remedies->root)->kind;

	if (kind == CENSUS_LOOKUPS || kind == CENSUS_FREE_LISTS)
		emit_now(emit, report,
			kind == CENSUS_LOOKUPS ? "call sys._clear_type_cache()"
					       : "call gc.collect()",
			&blocks, &remedies->now[REMEDY_FREED], "freed at the moment");
}

void report_emit_advice(struct emit *emit, const struct report *report,
	const struct remedies *remedies)
{
	static const char *const columns[] = {"<advice", "<whose blocks", "held", "less",
		"less with malloc_trim", "<proof", NULL};
	uint32_t callers[REMEDY_CALLERS_MAX];
	const struct blocks owned = {remedies->variable, remedies->owners, remedies->nowners},
			    keeping = {0, callers, remedies_choose(report, callers)};

	if (emit->form == EMIT_TABLE) /* for people it is in sentences */
		return;
	emit_table(emit, "advice");
	emit_columns(emit, columns);
	emit_played(emit, report, "keep less of them, or free them earlier", &owned,
		&remedies->runs[REMEDY_OWNER]);
	emit_freed(emit, report, &owned, &remedies->now[REMEDY_CLEARED],
		remedies->are_owners_collectable);
	emit_further(emit, report, remedies);
	emit_played(emit, report, "keep less of them, or free them earlier", &keeping,
		&remedies->runs[REMEDY_WITHOUT]);
	if (remedies->is_all_root) {
		emit_root(emit, report, remedies);
		emit_trim(emit, report);
		return;
	}
	emit_freed(emit, report, &keeping, &remedies->now[REMEDY_FREED],
		remedies->are_keepers_collectable);
	emit_played(emit, report, "make them before what is freed", &keeping,
		&remedies->runs[REMEDY_TOGETHER]);
	if (!remedies->are_keepers_collectable)
		emit_now(emit, report, "copy them, and drop the old ones then", &keeping,
			&remedies->now[REMEDY_COPIED], "copied at the moment");
	emit_trim(emit, report);
}
