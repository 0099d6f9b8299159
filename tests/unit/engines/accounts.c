/*
 * What each engine did with the same random requests, as figures: how many events had which outcome
 * and which fault, how often each decision was taken and the sums of its operands, and what the
 * engine then says of itself. A change of any rule of an engine changes a line.
 */
#include "base/text.h"
#include "engine/engine.h"
#include "heap/decisions.h"
#include "heap/metrics.h"
#include "setups.h"
#include "support.h"

#include <inttypes.h>
#include <string.h>

#define EVENTS    5000u
#define OBJECTS   300u
#define LOOKED    500u /* events between two looks at what the engine says of itself */
#define KINDS_MAX 512u
#define PRIME     1000000007u /* sums are shown modulo this */
#define MANY      64u         /* entries of a list, words, fields */
#define PLACES    8u          /* of a region, whose fields are added: blocks and holes */

/* A kind of decision, or of what the engine says: how often, and sums that may wrap. */
struct line {
	const char *name;
	const struct decision_kind *kind;
	uint64_t count, sums[6];
};

struct account {
	size_t count;
	struct line lines[KINDS_MAX];
};

static struct line *line_of(struct account *account, const char *name,
	const struct decision_kind *kind)
{
	size_t i = 0;

	while (i < account->count &&
		(account->lines[i].kind != kind || strcmp(account->lines[i].name, name) != 0))
		i++;
	assert_true(i < KINDS_MAX);
	if (i == account->count)
		account->lines[account->count++] = (struct line){.name = name, .kind = kind};
	return &account->lines[i];
}

static void add(struct account *account, const char *name, const uint64_t *numbers, size_t n)
{
	struct line *line = line_of(account, name, NULL);

	line->count++;
	for (size_t i = 0; i < n; i++)
		line->sums[i] += numbers[i];
}

#define ADD(account, name, ...) \
	add(account, name, (const uint64_t[]){__VA_ARGS__}, \
		sizeof((const uint64_t[]){__VA_ARGS__}) / sizeof(uint64_t))

/* Words as a number. */
static uint64_t number_of(const char *words)
{
	uint64_t number = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	for (; *words; words++)
		number = (number ^ (uint8_t)*words) * UINT64_C(0x100000001b3);
	return number >> 32;
}

static void add_decisions(struct account *account, const struct decision_log *log)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct decision *decision = &log->items[i];
		struct line *line = line_of(account, decision->kind->name, decision->kind);
		line->count++;
		line->sums[0] += decision->a;
		line->sums[1] += decision->b;
		line->sums[2] += decision->c;
		line->sums[3] += decision->d;
	}
}

static void add_effect(struct account *account, const struct effect *effect)
{
	ADD(account, outcome_name(effect->outcome), effect->address, effect->given,
		effect->old_address, effect->old_given, effect->freed, effect->freed_bytes);
	for (unsigned i = 0; i < 32; i++)
		if (effect->happened >> i & 1)
			ADD(account, happening_name(i), effect->layer);
	if (effect->fault != FAULT_NONE)
		ADD(account, fault_name(effect->fault), effect->object);
}

/* ---- what an engine says of itself ----------------------------------------------------------- */

static bool add_span(const struct span *span, void *user)
{
	static const char *const names[] = {
		[SPAN_USED] = "spans used",
		[SPAN_FREE] = "spans free",
		[SPAN_VIRGIN] = "spans virgin",
		[SPAN_HEADER] = "spans header",
		[SPAN_WASTE] = "spans waste",
		[SPAN_WAITING] = "spans waiting",
	};

	ADD(user, names[span->state], span->base, span->size, span->payload, span->order,
		span->kind, span->age);
	return true;
}

static void add_fields(struct account *account, const struct field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++)
		ADD(account, "fields", number_of(fields[i].name), number_of(fields[i].value));
}

static void add_page(struct account *account, const struct engine *engine, size_t region,
	size_t number)
{
	struct field fields[MANY];
	struct page page;

	engine_page(engine, region, number, &page);
	if (page.state == PAGE_VIRGIN)
		return;
	ADD(account, "pages", page.state, page.block_size, page.used, page.blocks, page.first_block,
		page.is_head);
	if (engine_has_fields(engine))
		add_fields(account, fields, engine_fields(engine, page.base, fields, MANY));
}

static void add_regions(struct account *account, const struct engine *engine)
{
	struct field fields[MANY];
	struct region region;

	for (size_t i = 0; i < engine_region_count(engine); i++) {
		engine_region(engine, i, &region);
		ADD(account, "regions", number_of(region.name), number_of(region.state),
			region.base, region.size, region.used, region.pages);
		for (size_t j = 0; engine_has_pages(engine) && j < region.pages; j++)
			add_page(account, engine, i, j);
		for (uint64_t j = 0; engine_has_fields(engine) && j < PLACES; j++)
			add_fields(account, fields,
				engine_fields(engine, region.base + region.size / PLACES * j,
					fields, MANY));
		if (engine_has_region_fields(engine))
			add_fields(account, fields, engine_region_fields(engine, i, fields, MANY));
	}
	if (engine_has_fields(engine))
		add_fields(account, fields, engine_fields(engine, 0, fields, MANY));
}

static void add_lists(struct account *account, const struct engine *engine)
{
	struct list_entry entries[MANY];
	struct list list;

	for (size_t i = 0; engine_has_lists(engine) && i < engine_list_count(engine); i++) {
		engine_list_at(engine, i, &list);
		ADD(account, "lists", number_of(list.name), number_of(list.group), list.length,
			list.size, list.limit);
		size_t count = engine_list_entries(engine, i, list.length / 3, entries, MANY);
		for (size_t j = 0; j < count; j++)
			ADD(account, "entries", entries[j].address, entries[j].size,
				entries[j].used, entries[j].total, j * entries[j].address);
	}
}

struct engine_account {
	struct account *account;
	const struct engine *engine;
};

static bool add_words(const struct span *span, void *user)
{
	const struct engine_account *of = user;
	struct memory_word words[MANY];
	size_t count = engine_words(of->engine, span->base, words, MANY);

	for (size_t i = 0; i < count; i++)
		ADD(of->account, "words", words[i].address, number_of(words[i].name),
			words[i].is_known ? words[i].value : 1, number_of(words[i].words),
			words[i].leads);
	return true;
}

static void add_totals(struct account *account, const struct engine *engine)
{
	struct size_class class;
	struct totals t;

	engine_totals(engine, &t);
	ADD(account, "totals", t.reserved, t.blocks, t.available, t.unused, t.headers, t.tails);
	ADD(account, "totals besides", t.alignment, t.regions, t.regions_total, t.regions_peak,
		t.free_spans, t.largest_free);
	ADD(account, "totals of holes and blocks", (uint64_t)t.free_squares, t.blocks_live);
	for (size_t i = 0; engine_has_classes(engine) && i < engine_class_count(engine); i++) {
		engine_class_info(engine, i, &class);
		ADD(account, "classes", class.size, class.pages, class.used, class.available,
			class.headers, class.tails);
	}
	if (engine_has_gauge(engine)) {
		struct gauge gauge;
		engine_gauge(engine, &gauge);
		ADD(account, "gauge", gauge.limit, gauge.spent, gauge.left, gauge.taken);
	}
}

/* The statistics that the original prints. */
static void add_reports(struct account *account, const struct engine *engine)
{
	for (size_t i = 0; engine->ops->reports && engine->ops->reports[i]; i++) {
		struct text text = {0};
		engine_report(engine, i, &text);
		ADD(account, engine->ops->reports[i], text.length, number_of(text_of(&text)));
		text_finish(&text);
	}
}

static void add_engine(struct account *account, const struct engine *engine)
{
	add_totals(account, engine);
	add_regions(account, engine);
	add_lists(account, engine);
	add_reports(account, engine);
	engine_spans(engine, 0, UINT64_MAX, add_span, account);
	if (engine_has_words(engine))
		engine_spans(engine, 0, UINT64_MAX, add_words,
			&(struct engine_account){account, engine});
}

static void add_heap(struct account *account, const struct heap *heap,
	const struct metrics *metrics)
{
	struct fragmentation fragmentation;

	for (size_t i = 0; i < heap_layer_count(heap); i++) {
		struct whereabouts w;
		add_engine(account, heap_layer(heap, i));
		whereabouts_of(heap, i, &w);
		ADD(account, "parts", w.parts[0], w.parts[1], w.parts[2], w.parts[3], w.parts[4],
			w.parts[5]);
	}
	fragmentation_of(heap, metrics, &fragmentation);
	for (size_t i = 0; i < FIGURE_COUNT; i++)
		ADD(account, figure_info((enum figure)i)->name,
			(uint64_t)(fragmentation.figures[i] * 1000 + 0.5));
}

/* ---- a page of accounts ---------------------------------------------------------------------- */

static void add_metrics(struct account *account, const struct metrics *m)
{
	ADD(account, "live", m->live, m->live_bytes, m->given_bytes, m->reserved);
	ADD(account, "peaks", m->peak_bytes, m->peak_at, m->peak_live, m->peak_reserved,
		m->peak_idle, m->idle_at);
	ADD(account, "ever", m->allocated_bytes, m->moves, m->lines, m->last_line);
}

static void write_account(struct text *page, const struct setup *setup,
	const struct account *account)
{
	text_add(page, "\n%s\n", setup_name(setup));
	for (size_t i = 0; i < account->count; i++) {
		const struct line *line = &account->lines[i];
		size_t n = 6;
		while (n > 0 && line->sums[n - 1] == 0)
			n--;
		text_add(page, "  %s%s: %" PRIu64, line->kind ? "decided " : "", line->name,
			line->count);
		for (size_t j = 0; j < n; j++)
			text_add(page, "%s%" PRIu64, j > 0 ? " " : "; ", line->sums[j] % PRIME);
		text_add(page, "\n");
	}
}

static void engines_do_what_they_did(void **state)
{
	struct text page = {0};

	for (size_t i = 0; i < SETUPS; i++) {
		static struct decision_log log;
		static struct account account;
		struct heap *heap = heap_for(&setups[i]);
		struct metrics metrics = {0};
		struct dice dice;

		account.count = 0;
		dice_init_for(&dice, &setups[i], 90);
		for (unsigned at = 0; at < EVENTS; at++) {
			struct event event = random_event_or_setting(&setups[i], &dice, OBJECTS);
			struct effect effect;
			heap_apply(heap, at, &event, &log, &effect);
			metrics_add(&metrics, &event, &effect, heap);
			add_decisions(&account, &log);
			add_effect(&account, &effect);
			if (at % LOOKED == LOOKED - 1)
				add_heap(&account, heap, &metrics);
		}
		add_metrics(&account, &metrics);
		write_account(&page, &setups[i], &account);
		heap_free(heap);
	}
	assert_golden(text_of(&page), "unit/engines/accounts.txt");
	text_finish(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(engines_do_what_they_did)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
