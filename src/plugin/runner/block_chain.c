/*
 * See block_chain.h. How blocks are laid out is not known: each layout is tried that leads, in some
 * of the first states of the heap, from near its beginning to exactly its end, or to a last header
 * of size 0; the best has the most live blocks with a header of the chain just before them.
 *
 *	header   the word with a block's size; its lowest bits are flags
 *	footer   the last word of a block, if it has one: a copy of the header
 *	changed  page: the walk begins at the block that covers its first changed byte, and ends
 *	         at a header behind the last one that was a header before, too
 *
 * What is seen once may be meant so. Where footers and marks are kept at all, is known at the end:
 * the first breach of each kind is kept until then.
 */
#include "plugin/runner/block_chain.h"

#include "plugin/runner/answers.h"
#include "plugin/runner/blocks.h"
#include "plugin/runner/course.h"
#include "plugin/runner/pages.h"
#include "plugin/runner/state.h"

#include <string.h>

#define UNIT      4u /* bytes: headers are at multiples of it */
#define FLAGS     UINT64_C(7)
#define IN_USE    UINT64_C(1)
#define FIRST_MAX 64u  /* bytes before the first header */
#define LAST_MAX  16u  /* bytes of a last header, and what belongs to it */
#define STATES    24u  /* of the heap, in which layouts are looked for */
#define HELD_MIN  4u   /* states after which a whole chain is no chance */
#define OPEN_MAX  256u /* pages that stay open from one step to the next */
#define SEEN_MIN  2u   /* likewise, of footers and marks */
#define NOWHERE   UINT64_MAX
#define UNWRITTEN (UINT64_MAX / UINT8_MAX * BEHIND)

static const struct chain_layout sizes[] = {{.width = 4}, {.width = 8}, {.width = 4, .extra = 4},
	{.width = 4, .extra = 8}, {.width = 8, .extra = 8}, {.width = 8, .extra = 16}};
static const uint32_t to_payloads[] = {4, 8, 12, 16, 24, 32};

#define SIZES       (sizeof(sizes) / sizeof(*sizes))
#define TO_PAYLOADS (sizeof(to_payloads) / sizeof(*to_payloads))
#define CANDIDATES  (FIRST_MAX / UNIT * SIZES)

static uint64_t end_of_heap(void)
{
	return TALK_BASE + self.size;
}

/* heap: the bytes from TALK_BASE on, in one of its states. */
static uint64_t word_in(const char *heap, uint64_t place, unsigned width)
{
	uint64_t word = 0;

	memcpy(&word, heap + (place - TALK_BASE), width);
	return word;
}

static bool is_same_size(uint64_t word, uint64_t other)
{
	return ((word ^ other) & ~FLAGS) == 0;
}

enum step { STEP_ON, STEP_END, STEP_ASTRAY };

/* From a header to the next one, in a heap that ends there. */
static enum step go_on(const struct chain_layout *layout, const char *heap, uint64_t end,
	uint64_t *place)
{
	uint64_t left = end - *place;

	if (left == 0)
		return STEP_END;
	if (left < layout->width)
		return STEP_ASTRAY;
	uint64_t word = word_in(heap, *place, layout->width), size = word & ~FLAGS;
	if (size == 0 || word == UNWRITTEN >> (8 - layout->width) * 8)
		return left <= LAST_MAX ? STEP_END : STEP_ASTRAY;
	if (size > left || layout->extra > left - size)
		return STEP_ASTRAY;
	*place += size + layout->extra;
	return STEP_ON;
}

/* The first one after another, in the heap as it is. */
static uint64_t next_header(const struct chain_layout *layout, uint64_t place)
{
	return go_on(layout, at(TALK_BASE), end_of_heap(), &place) == STEP_ON ? place : NOWHERE;
}

/* ---- the layout ------------------------------------------------------------------------------ */

struct candidate {
	struct chain_layout layout;
	uint64_t whole;               /* states */
	uint64_t blocks[TO_PAYLOADS]; /* live ones that far behind a header, of all states */
	uint64_t live;                /* blocks, of the same states */
	uint64_t footers;
};

/* Of one state, if the chain is whole there; grows with its blocks. */
static void try_layout(struct candidate *candidate, uint64_t live)
{
	const struct chain_layout *layout = &candidate->layout;
	struct candidate seen = *candidate;
	uint64_t place = layout->first, header = place;
	enum step step;

	if (place >= end_of_heap())
		return;
	while ((step = go_on(layout, at(TALK_BASE), end_of_heap(), &place)) == STEP_ON) {
		for (size_t i = 0; i < TO_PAYLOADS; i++)
			seen.blocks[i] += block_at(header + to_payloads[i]) != NULL;
		seen.footers +=
			is_same_size(word_in(at(TALK_BASE), place - layout->width, layout->width),
				word_in(at(TALK_BASE), header, layout->width));
		header = place;
	}
	seen.whole++;
	seen.live += live;
	if (step == STEP_END && place > layout->first)
		*candidate = seen;
}

static size_t best_distance(const struct candidate *candidate)
{
	size_t best = 0;

	for (size_t i = 1; i < TO_PAYLOADS; i++)
		if (candidate->blocks[i] > candidate->blocks[best])
			best = i;
	return best;
}

static bool is_better(const struct candidate *a, const struct candidate *b)
{
	uint64_t blocks = a->blocks[best_distance(a)], others = b->blocks[best_distance(b)];

	if (blocks != others)
		return blocks > others;
	return a->footers != b->footers ? a->footers > b->footers : a->whole > b->whole;
}

/* Others lead to the end by chance. */
static bool explains_most(const struct candidate *candidate)
{
	return 5 * candidate->blocks[best_distance(candidate)] >= 4 * candidate->live;
}

static uint64_t count_live(void)
{
	uint64_t live = 0;

	for (uint32_t i = 0; i < self.nblocks; i++)
		live += self.blocks[i].base != 0;
	return live;
}

void find_layout(int fd, const struct call *call)
{
	static struct candidate candidates[CANDIDATES];
	const struct candidate *best = candidates;
	struct reply reply = {.kind = REPLY_DONE};
	struct course course;

	for (size_t i = 0; i < CANDIDATES; i++) {
		candidates[i].layout = sizes[i % SIZES];
		candidates[i].layout.first = TALK_BASE + i / SIZES * UNIT;
	}
	begin_course(&course, fd, call);
	begin_grading();
	for (uint64_t i = 0; i + 1 < course.count && i < STATES && !self.mapped.has; i++) {
		struct call request;
		serve_step(&course, i, &request);
		uint64_t live = count_live();
		for (size_t k = 0; k < CANDIDATES; k++)
			try_layout(&candidates[k], live);
	}
	for (size_t i = 1; i < CANDIDATES; i++)
		if (is_better(&candidates[i], best))
			best = &candidates[i];
	reply.layout = best->layout;
	reply.layout.to_payload = to_payloads[best_distance(best)];
	if (explains_most(best))
		reply.detail = best->blocks[best_distance(best)];
	answer(&reply);
	end_course(&course);
}

/* ---- a walk ---------------------------------------------------------------------------------- */

struct seen {
	uint64_t right, wrong;
};

struct chain {
	bool has_failed;      /* the step that is looked at: the last */
	bool has_marks;       /* after mm_init(), of what is no block */
	bool is_claimed_free; /* the live block that the last one returns, as its header says */
	struct chain_layout layout;
	bool is_whole;
	uint64_t held;      /* states that it has been */
	char *heap;         /* as it was after the step before */
	uint64_t end;       /* likewise */
	uint64_t *covering; /* by page: the header of the block that covers its first byte */
	uint32_t *changed;  /* pages, in this step */
	uint32_t nchanged;
	uint64_t returned; /* payload, by the step; 0: none */
	struct seen used_footers, free_footers, used_marks, free_marks;
	struct breach breaches[BREACHES]; /* the first of each kind; place 0: none */
};

/* The one whose last step is made; it is static because a signal's handler looks at it. */
static struct chain *crashing;

static uint64_t word_now(const struct chain *chain, uint64_t place)
{
	return word_in(at(TALK_BASE), place, chain->layout.width);
}

/* Behind the heap's end, what fills memory that nobody has written yet. */
static uint64_t word_before(const struct chain *chain, uint64_t place)
{
	unsigned width = chain->layout.width;
	bool was_there = place + width <= chain->end;

	return was_there ? word_in(chain->heap, place, width) : UNWRITTEN >> (8 - width) * 8;
}

/* A step that failed may have written over any word: sizes that are none are not its mistake. */
static bool is_of_failure(enum breach_kind kind)
{
	return kind == BREACH_ROOM || kind == BREACH_FOOTER_ROOM || kind == BREACH_CUT ||
	       kind == BREACH_REACH || kind == BREACH_PAST || kind == BREACH_LONGER;
}

/* In the heap as it was before the step; grows with its blocks. */
static bool was_header(const struct chain *chain, uint64_t header)
{
	uint64_t place = chain->layout.first;

	while (place < header && place < chain->end &&
		go_on(&chain->layout, chain->heap, chain->end, &place) == STEP_ON)
		;
	return place == header && place < chain->end;
}

static void note_breach(struct chain *chain, enum breach_kind kind, uint64_t header, uint64_t next,
	const struct live_block *block)
{
	struct breach *breach = &chain->breaches[kind];
	uint64_t footer = next - chain->layout.width;

	if (breach->header || (chain->has_failed && !is_of_failure(kind)))
		return;
	*breach = (struct breach){.kind = kind,
		.step = self.step,
		.header = header,
		.before = word_before(chain, header),
		.now = word_now(chain, header),
		.was_header = was_header(chain, header),
		.block = block ? block->base : 0,
		.block_size = block ? block->size : 0};
	if (kind == BREACH_CHAIN || kind == BREACH_INSIDE || next == NOWHERE)
		return;
	breach->room = next - header - chain->layout.to_payload;
	breach->footer = footer;
	breach->footer_before = word_before(chain, footer);
	breach->footer_now = word_now(chain, footer);
}

/* A block whose header or footer this step has written. */
static void look_at_tags(struct chain *chain, uint64_t header, uint64_t next,
	const struct live_block *block)
{
	uint64_t word = word_now(chain, header),
		 footer = word_now(chain, next - chain->layout.width);
	bool is_used = block || (word & IN_USE), is_same = is_same_size(word, footer);
	struct seen *footers = is_used ? &chain->used_footers : &chain->free_footers;

	if (next - header < 2 * chain->layout.width)
		return;
	if (is_same && (!is_used || (word & footer & IN_USE))) {
		footers->right++;
	} else {
		footers->wrong++;
		if (!is_same)
			note_breach(chain, is_used ? BREACH_USED_FOOTER : BREACH_FREE_FOOTER,
				header, next, block);
	}
}

static void look_at_mark(struct chain *chain, uint64_t header, uint64_t next,
	const struct live_block *block)
{
	bool is_marked = word_now(chain, header) & IN_USE;
	struct seen *marks = block ? &chain->used_marks : &chain->free_marks;

	if (is_marked == (block != NULL))
		marks->right++;
	else
		marks->wrong++;
	if (block && !is_marked)
		note_breach(chain, BREACH_MARK, header, next, block);
}

static void look_at_room(struct chain *chain, uint64_t header, uint64_t next,
	const struct live_block *block)
{
	uint64_t end = block->base + block->size;

	if (end > next)
		note_breach(chain, block->base == chain->returned ? BREACH_ROOM : BREACH_CUT,
			header, next, block);
	else if (end > next - chain->layout.width)
		note_breach(chain, BREACH_FOOTER_ROOM, header, next, block);
}

static void visit(struct chain *chain, uint64_t header, uint64_t next)
{
	const struct live_block *block = block_at(header + chain->layout.to_payload);
	uint64_t footer = next - chain->layout.width;

	if (block)
		look_at_room(chain, header, next, block);
	if (word_now(chain, header) == word_before(chain, header) &&
		word_now(chain, footer) == word_before(chain, footer))
		return;
	look_at_tags(chain, header, next, block);
	look_at_mark(chain, header, next, block);
}

static void cover(struct chain *chain, uint64_t header, uint64_t next)
{
	uint64_t page = page_of(header + PAGE - 1);

	for (; TALK_BASE + page * PAGE < next; page++)
		chain->covering[page] = header;
}

/* Headers that were between two which follow one another now: *old moves on to the second. */
static void pass_old(struct chain *chain, uint64_t header, uint64_t next, uint64_t *old)
{
	while (*old < next) {
		const struct live_block *block = block_at(*old + chain->layout.to_payload);
		if (*old > header && block)
			note_breach(chain, BREACH_REACH, header, next, block);
		if (go_on(&chain->layout, chain->heap, chain->end, old) != STEP_ON)
			*old = NOWHERE;
	}
}

/* A block that was there has got a size that the heap does not have. */
static void look_at_past(struct chain *chain, uint64_t header)
{
	uint64_t size = word_now(chain, header) & ~FLAGS, left = end_of_heap() - header;

	if (!chain->has_failed || size <= left || size > self.room)
		return;
	note_breach(chain, BREACH_PAST, header, NOWHERE, NULL);
	chain->breaches[BREACH_PAST].room = left;
}

/* One that was there has become longer, and what follows it now is no block. */
static void look_at_longer(struct chain *chain, uint64_t header, uint64_t next)
{
	bool is_longer = (word_now(chain, header) & ~FLAGS) > (word_before(chain, header) & ~FLAGS);

	if (chain->has_failed && header < next && is_longer && was_header(chain, header) &&
		!was_header(chain, next))
		note_breach(chain, BREACH_LONGER, header, NOWHERE, NULL);
}

/* Of the chain's breach, if that is of this step. */
static void note_astray(struct chain *chain, uint64_t header)
{
	struct breach *breach = &chain->breaches[BREACH_CHAIN];

	if (breach->header && breach->step == self.step)
		breach->astray = header;
}

/* Bytes [from, to) of the heap have changed. *place: up to where it has been walked. */
static bool walk(struct chain *chain, uint64_t from, uint64_t to, uint64_t *place)
{
	uint64_t covering = chain->covering[page_of(from)];
	uint64_t header = covering > *place ? covering : *place, old = header, last = header;
	uint64_t next = header, before = header;
	enum step step = STEP_ON;

	while ((header < to || header != old) &&
		(step = go_on(&chain->layout, at(TALK_BASE), end_of_heap(), &next)) == STEP_ON) {
		visit(chain, header, next);
		cover(chain, header, next);
		if (word_now(chain, header) != word_before(chain, header))
			last = header;
		pass_old(chain, header, next, &old);
		before = header;
		header = next;
	}
	*place = header;
	if (step == STEP_END)
		cover(chain, header, end_of_heap());
	if (step != STEP_ASTRAY)
		return true;
	bool is_there = header + chain->layout.width <= end_of_heap();
	if (is_there && word_now(chain, header) != word_before(chain, header))
		last = header;
	if (is_there && header == last && header == old)
		look_at_past(chain, header);
	look_at_longer(chain, before, header);
	if (chain->held >= HELD_MIN &&
		!is_same_size(word_now(chain, last), word_before(chain, last))) {
		note_breach(chain, BREACH_CHAIN, last, NOWHERE, NULL);
		note_astray(chain, is_there && header != last ? header : 0);
	}
	return false;
}

/* ---- changed pages --------------------------------------------------------------------------- */

static void sort_open_pages(void)
{
	for (uint32_t i = 1; i < self.nopen; i++) {
		uint32_t page = self.open[i], k = i;
		for (; k > 0 && self.open[k - 1] > page; k--)
			self.open[k] = self.open[k - 1];
		self.open[k] = page;
	}
}

static uint64_t end_of_page(uint64_t page)
{
	uint64_t end = TALK_BASE + (page + 1) * PAGE;

	return end < end_of_heap() ? end : end_of_heap();
}

/* The bytes of a page that differ from what they were, in words of eight. */
static void find_changed(const struct chain *chain, uint64_t page, uint64_t *from, uint64_t *to)
{
	uint64_t begin = TALK_BASE + page * PAGE;

	*to = end_of_page(page);
	for (*from = begin; *from + 8 <= *to &&
			    word_in(at(TALK_BASE), *from, 8) == word_in(chain->heap, *from, 8);)
		*from += 8;
	while (*to > *from && *to % 8 == 0 &&
		word_in(at(TALK_BASE), *to - 8, 8) == word_in(chain->heap, *to - 8, 8))
		*to -= 8;
}

/* To compare a page costs less than to close it, and to notice that it is written again. */
static void find_changed_pages(struct chain *chain)
{
	sort_open_pages();
	chain->nchanged = 0;
	for (uint32_t i = 0; i < self.nopen; i++) {
		uint64_t page = self.open[i], begin = TALK_BASE + page * PAGE;
		if (begin < end_of_heap() && memcmp(chain->heap + page * PAGE, at(begin),
						     end_of_page(page) - begin) != 0)
			chain->changed[chain->nchanged++] = self.open[i];
	}
}

static void keep_pages(struct chain *chain)
{
	for (uint32_t i = 0; i < chain->nchanged; i++) {
		uint64_t page = chain->changed[i], begin = TALK_BASE + page * PAGE;
		memcpy(chain->heap + page * PAGE, at(begin), end_of_page(page) - begin);
	}
	if (self.nopen > OPEN_MAX)
		close_pages();
	chain->end = end_of_heap();
}

static bool follow_changes(struct chain *chain)
{
	uint64_t place = chain->layout.first, from, to;
	bool is_whole = true;

	for (uint32_t i = 0; i < chain->nchanged && is_whole; i++) {
		find_changed(chain, chain->changed[i], &from, &to);
		if (from < to && to > chain->layout.first && from < chain->end)
			is_whole = walk(chain, from, to, &place);
	}
	if (is_whole && end_of_heap() > chain->end)
		is_whole = walk(chain, chain->end - 1, end_of_heap(), &place);
	return is_whole;
}

/* The whole heap is walked; whatever is there was written just now. */
static bool begin_chain(struct chain *chain)
{
	uint64_t header = chain->layout.first, next = header;
	enum step step = STEP_ASTRAY;

	chain->covering[0] = header;
	for (uint64_t end = end_of_heap(); header < end; header = next)
		if ((step = go_on(&chain->layout, at(TALK_BASE), end, &next)) != STEP_ON)
			break;
		else
			cover(chain, header, next);
	cover(chain, header, end_of_heap());
	if (step == STEP_ASTRAY)
		return false;
	chain->end = 0;
	for (header = chain->layout.first; (next = next_header(&chain->layout, header)) != NOWHERE;
		header = next)
		visit(chain, header, next);
	memcpy(chain->heap, at(TALK_BASE), self.size);
	return true;
}

/* The last one at or before the place. */
static uint64_t header_before(const struct chain *chain, uint64_t place)
{
	uint64_t header = chain->covering[page_of(place)], next = header;

	while (next != NOWHERE && next <= place) {
		header = next;
		next = next_header(&chain->layout, header);
	}
	return header;
}

/* Of a live block: where it ends; *header: where it begins. NOWHERE: it is none of the chain's. */
static uint64_t end_of_live(const struct chain *chain, uint64_t payload, uint64_t *header)
{
	uint64_t place = payload - chain->layout.to_payload;

	if (!payload || !block_at(payload) || place < chain->layout.first)
		return NOWHERE;
	*header = chain->covering[page_of(place)];
	while (*header < place)
		*header = next_header(&chain->layout, *header);
	return *header == place ? next_header(&chain->layout, place) : NOWHERE;
}

/* Of what is handed out and begins no block of the chain: it may be in the midst of a free one. */
static void look_at_inside(struct chain *chain, const struct live_block *block)
{
	if (!block || block->base < chain->layout.first + chain->layout.to_payload)
		return;
	uint64_t place = block->base - chain->layout.to_payload;
	uint64_t header = header_before(chain, place);
	bool is_free =
		!(word_now(chain, header) & IN_USE) && !block_at(header + chain->layout.to_payload);
	uint64_t next = next_header(&chain->layout, header);

	if (is_free && header < place && next != NOWHERE)
		note_breach(chain, BREACH_INSIDE, header, NOWHERE, block);
}

/* A block that is handed out as it was found. */
static void look_at_returned(struct chain *chain)
{
	const struct live_block *block = block_at(chain->returned);
	uint64_t header, next = end_of_live(chain, chain->returned, &header);

	if (next == NOWHERE) {
		look_at_inside(chain, block);
		return;
	}
	look_at_room(chain, header, next, block);
	if (word_now(chain, header) == word_before(chain, header))
		look_at_mark(chain, header, next, block);
}

static void look_after_step(struct chain *chain)
{
	bool was_whole = chain->is_whole;

	find_changed_pages(chain);
	chain->is_whole = was_whole ? follow_changes(chain) : begin_chain(chain);
	chain->held = chain->is_whole ? chain->held + 1 : 0;
	if (chain->is_whole)
		look_at_returned(chain);
	keep_pages(chain);
}

/* The last step, which is not made, hands it out; a realloc may do so with its own block. */
static void look_at_taken(struct chain *chain, uint64_t payload, const struct course *course)
{
	uint64_t header, next = chain->is_whole ? end_of_live(chain, payload, &header) : NOWHERE;

	begin_step(course, course->count - 1);
	if (self.asked == payload || next == NOWHERE)
		return;
	chain->is_claimed_free = !(word_now(chain, header) & IN_USE);
	if (!chain->is_claimed_free)
		note_breach(chain, BREACH_TAKEN, header, next, block_at(payload));
}

/* ---- what it says ---------------------------------------------------------------------------- */

static bool is_kept(const struct seen *seen)
{
	return seen->right >= SEEN_MIN && 2 * seen->right >= seen->wrong;
}

/* Whether the allocator keeps to what the breach is one of. */
static bool is_meant(const struct chain *chain, enum breach_kind kind)
{
	bool marks_free = chain->free_marks.right > 0 && chain->free_marks.wrong == 0;
	bool keeps_all = chain->used_footers.right >= SEEN_MIN && chain->used_footers.wrong == 0;

	bool is_lost = chain->is_claimed_free && (chain->has_marks || chain->used_marks.right > 0);

	switch (kind) {
	case BREACH_FOOTER_ROOM:
	case BREACH_USED_FOOTER:
		return is_kept(&chain->used_footers);
	case BREACH_FREE_FOOTER:
		return keeps_all || is_kept(&chain->free_footers);
	case BREACH_INSIDE:
	case BREACH_MARK:
		return (is_kept(&chain->used_marks) || is_lost) && marks_free;
	case BREACH_TAKEN:
		return chain->used_marks.right > 0 && chain->used_marks.wrong == 0 && marks_free;
	case BREACH_ROOM:
	case BREACH_CUT:
	case BREACH_REACH:
	case BREACH_PAST:
	case BREACH_LONGER:
	case BREACH_CHAIN:
		break;
	}
	return true;
}

static struct breach first_breach(const struct chain *chain)
{
	struct breach first = {0};

	for (unsigned i = 0; i < BREACHES; i++) {
		const struct breach *breach = &chain->breaches[i];
		if (breach->header && is_meant(chain, (enum breach_kind)i) &&
			(!first.header || breach->step < first.step))
			first = *breach;
	}
	return first;
}

/* No step before it was wrong. */
static void look_at_last(struct chain *chain, struct course *course)
{
	struct call request;

	chain->has_failed = true;
	crashing = chain;
	chain->returned = serve_step(course, course->count - 1, &request).address;
	crashing = NULL;
	look_after_step(chain);
}

void look_at_crash(void)
{
	struct reply reply = {.kind = REPLY_DONE};

	if (!crashing)
		return;
	crashing->returned = 0;
	look_after_step(crashing);
	reply.breach = first_breach(crashing);
	self.step = reply.breach.step;
	end_with(&reply);
}

void walk_blocks(int fd, const struct call *call)
{
	struct chain chain = {.layout = call->layout,
		.heap = map_lazily(self.room),
		.changed = map_lazily(self.room / PAGE * sizeof(*chain.changed)),
		.covering = map_lazily(self.room / PAGE * sizeof(*chain.covering))};
	struct reply reply = {.kind = REPLY_DONE};
	struct course course;

	begin_course(&course, fd, call);
	end_grading();
	look_after_step(&chain);
	/* what mm_init() did is no step, and what it marked as used no block of the program's */
	memset(chain.breaches, 0, sizeof(chain.breaches));
	chain.has_marks = chain.free_marks.wrong > 0;
	chain.free_marks = (struct seen){0};
	for (uint64_t i = 0; i + 1 < course.count && !chain.breaches[BREACH_CHAIN].header; i++) {
		struct call request;
		chain.returned = serve_step(&course, i, &request).address;
		look_after_step(&chain);
	}
	look_at_taken(&chain, call->watched, &course);
	if (call->wants_last && chain.is_whole && !first_breach(&chain).header)
		look_at_last(&chain, &course);
	reply.breach = first_breach(&chain);
	self.step = reply.breach.step;
	answer(&reply);
	end_course(&course);
}
