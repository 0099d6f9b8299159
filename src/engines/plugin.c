/*
 * A plug-in allocator as an engine: requests go to the plug-in's process (plugin/history.h), and
 * its answers are kept in books (plugin_books.h). What is in a gap between blocks is guessed from
 * its size, where the plug-in does not describe itself. One that has crashed or hung is dead: every
 * later request fails.
 *
 * State is the node of the plug-in's history, and the books.
 */
#include "engines/plugin.h"

#include "base/error.h"
#include "base/options.h"
#include "base/xalloc.h"
#include "engines/plugin_books.h"
#include "plugin/cause.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ALIGNMENT_USUAL 16u

struct guest_state {
	uint64_t held;    /* bytes of its heap that the plug-in had at most */
	uint64_t died_at; /* event, when is_dead */
	uint32_t node;
	uint32_t is_dead;
};

/* Damage of a live block. */
struct wound {
	uint64_t block;
	struct damage damage;
};

struct guest {
	struct engine engine;
	struct plugin *plugin;
	uint64_t base;
	uint64_t room;    /* bytes that its heap may have */
	bool was_refused; /* more than that, at the last request */
	uint64_t asked;   /* at this event it was asked last; UINT64_MAX: never */
	struct flat_array state;
	struct flat_array wounds; /* struct wound, in no order; there is one for each failure */
	struct plugin_books books;
	struct spare spare; /* where the heap grew for the last request; size 0: none */
};

static const char *const alignments[] = {"4", "8", "16", NULL};

static const struct option_spec options[] = {
	{.name = "plugin",
		.type = OPTION_TEXT,
		.value = "FILE.so",
		.help = "the allocator; the same as --engine plugin:FILE.so"},
	{.name = "plugin-heap",
		.type = OPTION_SIZE,
		.value = "BYTES",
		.fallback = "20M",
		.min = PLUGIN_ROOM_LEAST,
		.max = PLUGIN_ROOM_MOST,
		.help = "largest heap it may have"},
	{.name = "plugin-align",
		.type = OPTION_CHOICE,
		.value = "BYTES",
		.fallback = "8",
		.choices = alignments,
		.help = "alignment that its blocks must have"},
	{.name = "plugin-time",
		.type = OPTION_NUMBER,
		.value = "MS",
		.fallback = "2000",
		.min = 20,
		.max = 600000,
		.help = "CPU time allowed per call, in milliseconds"},
	{0},
};

static const struct option_spec lab_options[] = {
	{.name = "plugin-files",
		.type = OPTION_TEXT,
		.value = "FILE.c,…",
		.help = "more sources of it, which are compiled with it"},
	{.name = "lab",
		.type = OPTION_TEXT,
		.value = "FILE.c",
		.help = "source of the allocator; the same as --engine lab:FILE.c; --plugin-… options apply"},
	{0},
};

static const struct decision_kind decision_plugin_placed = {
	.name = "plugin-placed",
	.operands = "a block, b size, c bytes of the gap it is in",
	.words = {.plain = "It was put into a gap of {c:B}: bytes that no block had."},
};

static const struct decision_kind decision_plugin_stayed = {
	.name = "plugin-stayed",
	.operands = "a block, b size before, c size",
	.words = {.plain = "It stayed in its place: {b:B} became {c:B}."},
};

static const struct decision_kind decision_plugin_released = {
	.name = "plugin-released",
	.operands = "a address, b size, c bytes of the gap left",
	.words = {.plain = "No block is in {c:B} there now."},
};

static const struct decision_kind decision_plugin_null = {
	.name = "plugin-null",
	.operands = "a size: it answered NULL",
	.words = {.plain = "The plug-in returned NULL."},
};

static const struct decision_kind decision_plugin_full = {
	.name = "plugin-full",
	.operands = "a bytes that its heap may have",
	.words = {.plain =
			  "It had asked for more memory than its heap may have: {a:B} (--plugin-heap).",
		.brief = "heap full"},
};

static const struct decision_kind decision_plugin_not_aligning = {
	.name = "plugin-not-aligning",
	.operands = "a alignment that it cannot be asked for",
	.words = {.plain =
			  "The malloc lab has no aligned requests: {a:B} is more than the alignment of every block.",
		.brief = "cannot align"},
};

static const struct decision_kind decision_plugin_grew = {
	.name = "plugin-grew",
	.operands = "a old end, b bytes added, c new end",
	.words = {.plain = "The plug-in asked for {b:B} more: its heap grew.",
		.brief = "heap grew by {b:B}"},
};

static bool is_one_enough(const struct decision *decision)
{
	return decision->d;
}

static bool has_several(const struct decision *decision)
{
	return decision->c > 1;
}

static const struct decision_kind decision_plugin_passed_over = {
	.name = "plugin-passed-over",
	.operands =
		"a address, b bytes without a block, c blocks freed there, d 1: that one was enough",
	.words = {.plain =
			  "It may not have had to grow: no block was in {b:B} at {a:block}. They may not have been joined, or not be in a free list.",
		.brief = "{b:B} were free"},
	.variants =
		(const struct decision_variant[]){
			{is_one_enough,
				{.plain = "It may not have had to grow: a freed block of {b:B} at {a:block} was large enough. It may not be in a free list any more, or the search ends before it.",
					.brief = "{b:B} were free"}},
			{has_several,
				{.plain = "It may not have had to grow: no block was in {b:B} at {a:block}, where {c:block*} had been freed. They may not have been joined, or not be in a free list.",
					.brief = "{b:B} were free"}},
			{0},
		},
};

static void harm_bytes(const struct decision *decision, uint64_t *ret_from, uint64_t *ret_to)
{
	*ret_from = decision->a + decision->b;
	*ret_to = decision->a + decision->c + 1;
}

static bool is_one_byte(const struct decision *decision)
{
	return decision->b == decision->c;
}

static const struct decision_kind decision_plugin_harmed = {
	.name = "plugin-harmed",
	.operands = "a live block, b first and c last byte of it that it wrote over",
	.words = {.plain = "It damaged {a:live}: bytes {b} to {c}.", .brief = "damages {a:brief}"},
	.variants =
		(const struct decision_variant[]){
			{is_one_byte, {.plain = "It damaged {a:live}: byte {b}.",
					      .brief = "damages {a:brief}"}},
			{0},
		},
	.harm = harm_bytes,
};

static void harm_all(const struct decision *decision, uint64_t *ret_from, uint64_t *ret_to)
{
	*ret_from = decision->a;
	*ret_to = UINT64_MAX;
}

static const struct decision_kind decision_plugin_unmapped = {
	.name = "plugin-unmapped",
	.operands = "a live block in pages that it gave back",
	.words = {.plain = "The pages that it gave back have {a:live} in them.",
		.brief = "gives back {a:brief}"},
	.harm = harm_all,
};

static void harm_overlap(const struct decision *decision, uint64_t *ret_from, uint64_t *ret_to)
{
	*ret_from = decision->a > decision->b ? decision->a : decision->b;
	*ret_to = decision->b + decision->c;
}

static const struct decision_kind decision_plugin_overlapping = {
	.name = "plugin-overlapping",
	.operands = "a live block, b address that it returned, c size",
	.words = {.plain = "{c:B} at {b:block} would overlap {a:live}.",
		.brief = "overlaps {a:brief}"},
	.harm = harm_overlap,
};

const struct decision_kind decision_plugin_died = {
	.name = "plugin-died",
	.words = {.plain = "Its process has ended: all later calls go unanswered.",
		.brief = "died"},
};

static const struct decision_kind decision_plugin_dead = {
	.name = "plugin-dead",
	.operands = "a event at which it died",
	.words = {.plain = "The plug-in died at event {a}: there is no answer.",
		.brief = "dead since {a}"},
};

static const struct decision_kind *const decisions[] = {
	&decision_plugin_placed,
	&decision_plugin_stayed,
	&decision_plugin_released,
	&decision_plugin_null,
	&decision_plugin_full,
	&decision_plugin_not_aligning,
	&decision_plugin_grew,
	&decision_plugin_passed_over,
	&decision_plugin_harmed,
	&decision_plugin_unmapped,
	&decision_plugin_overlapping,
	&decision_plugin_died,
	&decision_plugin_dead,
	NULL,
};

static struct guest *self(struct engine *engine)
{
	return (struct guest *)engine;
}

static const struct guest *const_self(const struct engine *engine)
{
	return (const struct guest *)engine;
}

static struct guest_state *state_of(const struct guest *guest)
{
	return guest->state.data;
}

/* ---- books --------------------------------------------------------------------------------- */

static uint64_t end_of(const struct guest *guest)
{
	return books_sums(&guest->books)->end;
}

static void extend_to(struct guest *guest, uint64_t end)
{
	uint64_t before = end_of(guest), base;

	if (end == before)
		return;
	guest->engine.pages->grow(guest->engine.pages, end - before, &base);
	books_extend(&guest->books, end);
	guest->engine.happened |= HAPPENED_GREW;
	decide(&guest->engine, &decision_plugin_grew, before, end - before, end, 0);
}

/* The size of a request in the books: even 0 bytes have an address. */
static uint64_t taken(uint64_t size)
{
	return size ? size : 1;
}

/* ---- damage -------------------------------------------------------------------------------- */

static struct wound *wounds_of(const struct guest *guest)
{
	return guest->wounds.data;
}

/* After the request; what would not be bytes of a live block is not believed. */
static void note_damage(struct guest *guest, const struct plugin_harm *harm)
{
	struct segment block;
	struct wound *wound;

	if (!harm->is_lost || !books_find(&guest->books, harm->block, &block) ||
		harm->from < block.base || harm->to > block.base + block.size ||
		harm->from >= harm->to)
		return;
	wound = flat_grow(&guest->wounds, 1);
	wound->block = harm->block;
	wound->damage.from = harm->from;
	wound->damage.to = harm->to;
	wound->damage.event = guest->engine.number;
}

/* The block is gone, or all that is in it was written again. */
static void forget_damage(struct guest *guest, uint64_t block)
{
	struct wound *wounds = wounds_of(guest);
	size_t kept = 0;

	for (size_t i = 0; i < guest->wounds.count; i++)
		if (wounds[i].block != block)
			wounds[kept++] = wounds[i];
	flat_set_count(&guest->wounds, kept);
}

static bool damage(const struct engine *engine, uint64_t address, struct damage *ret_damage)
{
	const struct guest *guest = const_self(engine);

	for (size_t i = 0; i < guest->wounds.count; i++)
		if (wounds_of(guest)[i].block == address) {
			*ret_damage = wounds_of(guest)[i].damage;
			return true;
		}
	return false;
}

/* ---- requests ------------------------------------------------------------------------------ */

/*
 * The runner has checked every answer; one that cannot be is not the runner's own, but the
 * plug-in's, which has the same socket.
 */
static void reject_forged(struct guest *guest, const struct plugin_request *request,
	struct plugin_answer *answer)
{
	uint64_t old = request->ask == PLUGIN_REALLOCATE ? request->address : 0;

	if (answer->address == 0 || request->ask == PLUGIN_RELEASE ||
		books_have_room(&guest->books, answer->address, request->size, old))
		return;
	answer->address = 0;
	answer->is_dead = true;
	answer->failure = "the plug-in sent an answer of its own making";
	guest->spare = (struct spare){0};
}

/* Before the books have the answer. Nothing is told where pages were given back. */
static void look_for_spare(struct guest *guest, const struct plugin_request *request,
	const struct plugin_answer *answer)
{
	const struct books_claim claim = {
		.address = request->ask == PLUGIN_RELEASE ? 0 : answer->address,
		.size = request->size,
		.old = request->address,
		.end = answer->end,
	};

	guest->spare = (struct spare){0};
	if (request->alignment <= ALIGNMENT_USUAL && answer->held >= answer->end - guest->base)
		books_look(&guest->books, &claim, &guest->spare);
}

/* Asks the plug-in, which is alive. */
static void ask(struct guest *guest, const struct plugin_request *request,
	struct plugin_answer *ret_answer)
{
	struct guest_state *state = state_of(guest);

	const struct plugin_harm *harm = &ret_answer->harm;

	state->node = plugin_ask(guest->plugin, state->node, request, ret_answer);
	guest->asked = guest->engine.number;
	state->held = ret_answer->held;
	look_for_spare(guest, request, ret_answer);
	extend_to(guest, ret_answer->end);
	reject_forged(guest, request, ret_answer);
	guest->engine.failure = ret_answer->failure;
	guest->was_refused = ret_answer->was_refused;
	guest->engine.cause = plugin_cause(guest->plugin, state->node);
	if (harm->claimed)
		decide(&guest->engine, &decision_plugin_overlapping, harm->block, harm->claimed,
			request->size, 0);
	else if (harm->is_lost)
		decide(&guest->engine, &decision_plugin_harmed, harm->block,
			harm->from - harm->block, harm->to - 1 - harm->block, 0);
	else if (harm->block)
		decide(&guest->engine, &decision_plugin_unmapped, harm->block, 0, 0, 0);
	if (ret_answer->is_dead) {
		state->is_dead = 1;
		state->died_at = guest->engine.number;
		decide(&guest->engine, &decision_plugin_died, 0, 0, 0, 0);
	}
}

static enum outcome no_memory(struct guest *guest)
{
	guest->engine.happened |= HAPPENED_NO_MEMORY;
	return OUTCOME_NO_MEMORY;
}

/* 0 bytes: NULL is as good as a block. */
static enum outcome answer_null(struct guest *guest, const struct plugin_answer *answer,
	uint64_t size)
{
	note_damage(guest, &answer->harm);
	if (answer->failure)
		return OUTCOME_NO_ANSWER;
	decide(&guest->engine, &decision_plugin_null, size, 0, 0, 0);
	if (answer->was_refused)
		decide(&guest->engine, &decision_plugin_full, guest->room, 0, 0, 0);
	return size > 0 ? no_memory(guest) : OUTCOME_NOTHING;
}

static enum outcome invalid(struct guest *guest, uint64_t address)
{
	guest->engine.happened |= HAPPENED_INVALID;
	decide(&guest->engine, &decision_invalid, address, 0, 0, 0);
	return OUTCOME_INVALID;
}

static bool is_dead(struct guest *guest)
{
	const struct guest_state *state = state_of(guest);

	if (state->is_dead)
		decide(&guest->engine, &decision_plugin_dead, state->died_at, 0, 0, 0);
	return state->is_dead;
}

static void place(struct guest *guest, uint64_t address, uint64_t size,
	struct placement *ret_placement)
{
	ret_placement->address = address;
	ret_placement->given = taken(size);
	ret_placement->layer = 0;
}

/* Once its block is in the books. */
static void tell_spare(struct guest *guest)
{
	const struct spare *spare = &guest->spare;

	if (spare->size == 0)
		return;
	guest->engine.happened |= HAPPENED_PASSED_OVER;
	decide(&guest->engine, &decision_plugin_passed_over, spare->base, spare->size,
		spare->blocks, spare->is_one_enough);
}

static enum outcome allocate(struct engine *engine, const struct request *request,
	struct placement *ret_placement)
{
	struct guest *guest = self(engine);
	bool aligns = !plugin_is_of_lab(guest->plugin);
	const struct plugin_request asked = {.ask = request->is_realloc ? PLUGIN_REALLOCATE
									: PLUGIN_ALLOCATE,
		.size = request->size,
		.alignment = aligns ? request->alignment : 0,
		.event = engine->number};
	struct plugin_answer answer;

	if (is_dead(guest))
		return OUTCOME_NO_ANSWER;
	if (!aligns && request->alignment > 8) {
		decide(engine, &decision_plugin_not_aligning, request->alignment, 0, 0, 0);
		return no_memory(guest);
	}
	ask(guest, &asked, &answer);
	if (answer.address == 0)
		return answer_null(guest, &answer, request->size);
	uint64_t gap = books_take(&guest->books, answer.address, request->size);
	note_damage(guest, &answer.harm);
	decide(engine, &decision_plugin_placed, answer.address, request->size, gap, 0);
	tell_spare(guest);
	place(guest, answer.address, request->size, ret_placement);
	return OUTCOME_PLACED;
}

static enum outcome release(struct engine *engine, uint64_t address)
{
	struct guest *guest = self(engine);
	const struct plugin_request asked = {.ask = PLUGIN_RELEASE,
		.address = address,
		.event = engine->number};
	struct plugin_answer answer;
	struct segment block;

	if (!books_find(&guest->books, address, &block))
		return invalid(guest, address);
	uint64_t gap = books_give(&guest->books, address);
	forget_damage(guest, address);
	if (!is_dead(guest)) {
		ask(guest, &asked, &answer);
		note_damage(guest, &answer.harm);
		decide(engine, &decision_plugin_released, address, block.size, gap, 0);
	}
	return OUTCOME_RELEASED;
}

/* A plug-in of our own interface is only asked to release blocks. */
static void release_null(struct engine *engine)
{
	struct guest *guest = self(engine);
	const struct plugin_request asked = {.ask = PLUGIN_RELEASE, .event = engine->number};
	struct plugin_answer answer;

	if (plugin_is_of_lab(guest->plugin) && !is_dead(guest)) {
		ask(guest, &asked, &answer);
		note_damage(guest, &answer.harm);
	}
}

/*
 * hole: the bytes of the hole that the block went into while the old one was there; 0: it needed
 * the place of the old one.
 */
static void tell_moved(struct guest *guest, const struct segment *old, uint64_t address,
	uint64_t size, uint64_t hole)
{
	uint64_t gap = books_take(&guest->books, address, size);

	if (address == old->base) {
		decide(&guest->engine, &decision_plugin_stayed, address, old->size, size, 0);
		return;
	}
	decide(&guest->engine, &decision_plugin_placed, address, size, hole ? hole : gap, 0);
	tell_spare(guest);
}

/* After a realloc to 0 bytes the program no longer has a block, whatever the plug-in returned. */
static enum outcome reallocate(struct engine *engine, uint64_t address,
	const struct request *request, struct placement *ret_placement)
{
	struct guest *guest = self(engine);
	const struct plugin_request asked = {.ask = PLUGIN_REALLOCATE,
		.address = address,
		.size = request->size,
		.event = engine->number};
	struct plugin_answer answer;
	struct segment block;

	if (!books_find(&guest->books, address, &block))
		return invalid(guest, address);
	if (is_dead(guest))
		return OUTCOME_NO_ANSWER;
	ask(guest, &asked, &answer);
	if (answer.address == 0 && request->size > 0)
		return answer_null(guest, &answer, request->size);
	uint64_t hole = books_gap(&guest->books, answer.address, request->size);
	uint64_t gap = books_give(&guest->books, address);
	forget_damage(guest, address);
	if (answer.address == 0) {
		note_damage(guest, &answer.harm);
		decide(engine, &decision_plugin_released, address, block.size, gap, 0);
		return OUTCOME_RELEASED;
	}
	tell_moved(guest, &block, answer.address, request->size, hole);
	note_damage(guest, &answer.harm);
	place(guest, answer.address, request->size, ret_placement);
	return OUTCOME_PLACED;
}

static bool search(struct engine *engine, unsigned milliseconds)
{
	struct guest *guest = self(engine);
	bool has_gone_wrong = engine->failure || (engine->happened & HAPPENED_NO_MEMORY);

	if (!has_gone_wrong || engine->number != guest->asked)
		return true;
	bool is_over = plugin_search(guest->plugin, state_of(guest)->node, milliseconds);
	engine->cause = plugin_cause(guest->plugin, state_of(guest)->node);
	return is_over;
}

/* ---- what it shows of itself --------------------------------------------------------------- */

static size_t region_count(const struct engine *engine)
{
	const struct guest *guest = const_self(engine);

	return end_of(guest) > guest->base;
}

static void region(const struct engine *engine, size_t at, struct region *ret_region)
{
	const struct guest *guest = const_self(engine);

	*ret_region = (struct region){
		.name = "heap",
		.kind = REGION_HEAP,
		.base = guest->base,
		.size = end_of(guest) - guest->base,
		.used = segments_used(&guest->books.segments),
	};
}

/* NULL: it does not describe its gaps. */
static const struct plugin_description *description_of(const struct guest *guest)
{
	return plugin_describe(guest->plugin, state_of(guest)->node);
}

/* The first piece that ends after the address. */
static size_t piece_behind(const struct plugin_description *description, uint64_t address)
{
	size_t low = 0, high = description->npieces;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (description->pieces[middle].base + description->pieces[middle].size > address)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* A gap as the plug-in describes it: free pieces, and the headers of used ones. */
static bool visit_described(const struct plugin_description *description, const struct segment *gap,
	uint64_t from, uint64_t to, span_visit *visit, void *user)
{
	uint64_t at = gap->base, end = gap->base + gap->size;

	for (size_t i = piece_behind(description, at); at < end && at < to; i++) {
		bool has_piece = i < description->npieces && description->pieces[i].base < end;
		uint64_t piece_base = has_piece ? description->pieces[i].base : end;
		uint64_t piece_end = has_piece ? piece_base + description->pieces[i].size : end;
		struct span span = {.state = SPAN_WASTE,
			.base = at,
			.size = piece_base > at ? piece_base - at : 0};
		if (span.size > 0 && at + span.size > from && !visit(&span, user))
			return false;
		at += span.size;
		if (!has_piece)
			break;
		bool is_free = description->pieces[i].payload == 0;
		span = (struct span){.state = is_free ? SPAN_FREE : SPAN_HEADER,
			.base = at,
			.size = (piece_end < end ? piece_end : end) - at,
			.order = is_free ? (uint32_t)description->pieces[i].order : 0};
		at += span.size;
		if (span.size > 0 && at > from && span.base < to && !visit(&span, user))
			return false;
	}
	return true;
}

static void spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user)
{
	const struct guest *guest = const_self(engine);
	const struct plugin_description *description = description_of(guest);
	struct segment segment = {0};
	uint64_t at = from > guest->base ? from : guest->base;

	while (at < to && segments_find(&guest->books.segments, at, &segment)) {
		const struct span span = {
			.state = !segment.is_hole          ? SPAN_USED
				 : segment.size < GAP_FREE ? SPAN_HEADER
							   : SPAN_FREE,
			.base = segment.base,
			.size = segment.size,
			.payload = segment.is_hole ? 0 : segment.base,
		};
		if (segment.is_hole && description
				? !visit_described(description, &segment, from, to, visit, user)
				: !visit(&span, user))
			return;
		at = segment.base + segment.size;
	}
}

static uint64_t used_between(const struct engine *engine, uint64_t from, uint64_t to)
{
	const struct guest *guest = const_self(engine);

	return from >= to ? 0
			  : segments_used_below(&guest->books.segments, to) -
				    segments_used_below(&guest->books.segments, from);
}

static size_t list_count(const struct engine *engine)
{
	const struct plugin_description *description = description_of(const_self(engine));

	return description ? description->nlists : 0;
}

static void list(const struct engine *engine, size_t at, struct list *ret_list)
{
	const struct plugin_list *described = &description_of(const_self(engine))->lists[at];

	*ret_list = (struct list){.length = described->count};
	snprintf(ret_list->name, sizeof(ret_list->name), "%s", described->name);
}

static size_t list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n)
{
	const struct plugin_description *description = description_of(const_self(engine));
	const struct plugin_list *described = &description->lists[at];
	size_t copied = 0;

	for (; copied < n && from + copied < described->count; copied++) {
		const struct plugin_piece *entry =
			&description->entries[described->from + from + copied];
		ret_entries[copied] =
			(struct list_entry){.address = entry->base, .size = entry->size};
	}
	return copied;
}

static size_t fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n)
{
	const struct guest *guest = const_self(engine);
	const struct guest_state *state = state_of(guest);
	struct field all[3] = {{.name = "plug-in"}, {.name = "gaps"}, {.name = "alive"}};

	if (address != 0)
		return 0;
	snprintf(all[0].value, sizeof(all->value), "%s",
		plugin_name(guest->plugin)[0] ? plugin_name(guest->plugin) : "malloc lab");
	snprintf(all[1].value, sizeof(all->value), "%s",
		plugin_describes(guest->plugin) ? "as it reports" : "estimated");
	if (state->is_dead)
		snprintf(all[2].value, sizeof(all->value), "no, died at %" PRIu64, state->died_at);
	else
		snprintf(all[2].value, sizeof(all->value), "yes");
	n = n < 3 ? n : 3;
	memcpy(ret_fields, all, n * sizeof(*all));
	return n;
}

/*
 * Counts free memory as the plug-in describes it, instead of by its gaps. A live block is never
 * free.
 */
static void describe_free(const struct guest *guest, const struct plugin_description *description,
	struct totals *totals)
{
	totals->headers += totals->available;
	totals->available = totals->free_spans = totals->largest_free = 0;
	totals->free_squares = 0;
	for (size_t i = 0; i < description->npieces; i++) {
		const struct plugin_piece *piece = &description->pieces[i];
		if (piece->payload ||
			used_between(&guest->engine, piece->base, piece->base + piece->size) > 0)
			continue;
		totals->available += piece->size;
		totals->free_spans++;
		totals->free_squares += (double)piece->size * (double)piece->size;
		if (piece->size > totals->largest_free)
			totals->largest_free = piece->size;
	}
	totals->headers -= totals->available;
}

static void totals(const struct engine *engine, struct totals *ret_totals)
{
	const struct guest *guest = const_self(engine);
	const struct books_sums *sums = books_sums(&guest->books);
	uint64_t reserved = sums->end - guest->base,
		 largest = segments_largest_hole(&guest->books.segments);

	*ret_totals = (struct totals){
		.reserved = reserved,
		.blocks = segments_used(&guest->books.segments),
		.available = sums->free_bytes,
		.headers = reserved - segments_used(&guest->books.segments) - sums->free_bytes,
		.regions = reserved > 0,
		.regions_total = reserved > 0,
		.regions_peak = reserved > 0,
		.free_spans = sums->free_gaps,
		.largest_free = largest >= GAP_FREE ? largest : 0,
		.free_squares = sums->free_squares,
		.blocks_live = segments_blocks(&guest->books.segments),
	};
	if (description_of(guest))
		describe_free(guest, description_of(guest), ret_totals);
}

static int check(const struct engine *engine, struct error *err)
{
	const struct guest *guest = const_self(engine);

	return books_check(&guest->books, guest->base, err);
}

bool plugin_engine_was_refused(const struct engine *engine)
{
	return const_self(engine)->was_refused;
}

uint64_t plugin_engine_held(const struct engine *engine)
{
	return state_of(const_self(engine))->held;
}

bool plugin_engine_spare(const struct engine *engine, uint64_t event, struct spare *ret_spare)
{
	const struct guest *guest = const_self(engine);

	*ret_spare = guest->spare;
	return guest->asked == event && guest->spare.size > 0;
}

struct plugin *plugin_engine_plugin(const struct engine *engine)
{
	return const_self(engine)->plugin;
}

int plugin_engine_race(const struct engine *engine, struct plugin_race *ret_race, struct error *err)
{
	const struct guest *guest = const_self(engine);

	return plugin_race(guest->plugin, state_of(guest)->node, ret_race, err);
}

/* ---- life ---------------------------------------------------------------------------------- */

static int begin(struct engine *engine, const struct options *values, const char *path,
	bool is_source, struct error *err)
{
	struct guest *guest = self(engine);
	const char *more = is_source ? options_text(values, "plugin-files") : NULL;
	const struct plugin_config config = {
		.path = path,
		.is_source = is_source,
		.more = more ? more : "",
		.twice = options_choice(values, "check") > 0,
		.heap = options_number(values, "plugin-heap"),
		.is_heap_from_user = options_given(values, "plugin-heap"),
		.alignment = options_given(values, "plugin-align")
				     ? UINT64_C(4) << options_choice(values, "plugin-align")
				     : 0,
		.milliseconds = (unsigned)options_number(values, "plugin-time"),
	};

	if (!path || !*path)
		return error_set(err, "--engine %s needs a file, after a colon: --engine %s:%s",
			engine_name(engine), engine_name(engine), is_source ? "mm.c" : "./mm.so");
	if (plugin_open(&guest->plugin, &config, err) < 0)
		return -1;
	guest->asked = UINT64_MAX;
	guest->base = plugin_base(guest->plugin);
	guest->room = plugin_room(guest->plugin);
	flat_add(&engine->flat, &guest->state, sizeof(struct guest_state));
	flat_add(&engine->flat, &guest->wounds, sizeof(struct wound));
	books_init(&guest->books, &engine->flat, guest->base);
	flat_grow(&guest->state, 1);
	state_of(guest)->node = NODE_START;
	extend_to(guest, plugin_start_end(guest->plugin));
	engine->happened = 0;
	return 0;
}

static int init(struct engine *engine, const struct options *values, struct error *err)
{
	return begin(engine, values, options_text(values, "plugin"), false, err);
}

static int init_lab(struct engine *engine, const struct options *values, struct error *err)
{
	return begin(engine, values, options_text(values, "lab"), true, err);
}

static void finish(struct engine *engine)
{
	plugin_close(self(engine)->plugin);
}

#define CALLBACKS \
	.runs_code = true, .decisions = decisions, .state_size = sizeof(struct guest), \
	.finish = finish, .allocate = allocate, .release = release, .release_null = release_null, \
	.reallocate = reallocate, .region_count = region_count, .region = region, .spans = spans, \
	.used_between = used_between, .list_count = list_count, .list = list, \
	.list_entries = list_entries, .fields = fields, .search = search, .damage = damage, \
	.totals = totals, .check = check

const struct engine_ops engine_plugin = {
	.name = "plugin",
	.summary = "your own allocator, compiled, in a separate process",
	.holder = "Your allocator",
	.options = options,
	.init = init,
	CALLBACKS,
};

const struct engine_ops engine_lab = {
	.name = "lab",
	.summary = "the same from source: a malloc-lab mm.c or a plug-in",
	.holder = "Your allocator",
	.options = lab_options,
	.init = init_lab,
	CALLBACKS,
};
