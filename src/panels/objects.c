/*
 * Counted objects: who has how many references, and to whom. Behind an event in which the collector
 * ran: what it found out about each candidate, and what became of it.
 *
 *	row       an object that is live, or that died of the event; in order of their numbers
 *	verdict   what the collection made of a candidate, read from the event's decisions
 */
#include "heap/decisions.h"

#include "base/arrays.h"
#include "base/text.h"
#include "base/units.h"
#include "panels/decision_step.h"
#include "panels/panel.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX   4096u /* objects in the table; the others are counted */
#define OTHERS_MAX 64u   /* ends of references that are named */
#define TOLD_MAX   8u    /* events behind a collection with which it is still shown */
#define ROOMY      56    /* columns; with fewer, size and program are left out */

struct row {
	uint32_t object;
	bool is_dead;
	uint64_t size; /* of a dead one */
};

struct verdict {
	uint32_t object;
	uint32_t count, inside, outside;
	uint32_t rescuer; /* reachable because of this one; OBJECT_NONE */
	bool is_unreachable;
	bool is_resurrected;
	bool is_kept; /* by one that was resurrected */
	bool is_dead;
	bool is_other; /* no candidate, but it died of the collection */
};

struct objects_panel {
	struct panel panel;
	ARRAY(struct row) rows;
	ARRAY(struct verdict) verdicts; /* none: the collector did not run */
	uint32_t chosen;                /* object, or OBJECT_NONE */
	size_t left_out;                /* objects beyond ROWS_MAX */
	uint32_t generation;            /* that was collected */
	uint32_t survivors_in;          /* generation; GENERATION_NONE: not told yet */
	/* object that the decision told last is about, or OBJECT_NONE */
	uint32_t told;
	size_t candidates;
	bool is_cut; /* there were more decisions than are known */
	struct collector collector;
	bool has_collector;
	uint32_t leaked[ROWS_MAX]; /* objects that the program cannot reach, sorted */
	size_t nleaked;            /* in all */
	uint64_t position;         /* that the verdicts are of */
	unsigned life;
};

static bool is_useful(const struct scene *scene)
{
	return trace_has_counted(player_trace(scene->player));
}

static void finish(struct panel *panel)
{
	struct objects_panel *self = (struct objects_panel *)panel;

	array_finish(&self->rows);
	array_finish(&self->verdicts);
}

/* ---- what to show -------------------------------------------------------------------------- */

static int by_number(const void *one, const void *other)
{
	const struct row *a = one, *b = other;

	return a->object < b->object ? -1 : a->object > b->object;
}

static void add_row(struct objects_panel *self, uint32_t object, bool is_dead, uint64_t size)
{
	if (self->rows.count == ROWS_MAX) {
		self->left_out++;
		return;
	}
	*array_push(&self->rows) = (struct row){object, is_dead, size};
}

static void find_rows(struct objects_panel *self, const struct heap *heap)
{
	const struct live *died;
	size_t ndied = heap_died(heap, &died);
	struct counted counted;
	uint32_t cursor = 0;

	self->rows.count = self->left_out = 0;
	for (size_t i = 0; i < ndied; i++)
		if (!heap_counted(heap, died[i].object, &counted))
			add_row(self, died[i].object, true, died[i].size);
	while (self->rows.count < ROWS_MAX && heap_next_counted(heap, &cursor, &counted))
		add_row(self, counted.object, false, 0);
	if (self->rows.count == ROWS_MAX && self->collector.counted > ROWS_MAX)
		self->left_out += self->collector.counted - ROWS_MAX;
	if (self->rows.count > 0)
		qsort(self->rows.items, self->rows.count, sizeof(*self->rows.items), by_number);
}

static struct verdict *verdict_on(struct objects_panel *self, uint64_t object)
{
	for (size_t i = 0; i < self->verdicts.count; i++)
		if (self->verdicts.items[i].object == object)
			return &self->verdicts.items[i];
	return NULL;
}

/*
 * A candidate is looked at again when something was resurrected: what was found out first is what
 * is shown.
 */
static void begin_verdict(struct objects_panel *self, const struct decision *decision)
{
	if (verdict_on(self, decision->a))
		return;
	*array_push(&self->verdicts) = (struct verdict){
		.object = (uint32_t)decision->a,
		.count = (uint32_t)decision->b,
		.inside = (uint32_t)decision->c,
		.outside = (uint32_t)decision->d,
		.rescuer = OBJECT_NONE,
	};
}

/* What dies beside the candidates is shown, too, once there are any. */
static void take_death(struct objects_panel *self, const struct decision *decision)
{
	struct verdict *verdict = verdict_on(self, decision->a);

	if (!verdict && self->verdicts.count > 0) {
		verdict = array_push(&self->verdicts);
		*verdict = (struct verdict){.object = (uint32_t)decision->a, .is_other = true};
	}
	if (verdict)
		verdict->is_dead = true;
}

static void take_decision(struct objects_panel *self, const struct decision *decision)
{
	struct verdict *verdict = verdict_on(self, decision->a);
	const struct decision_kind *kind = decision->kind;

	if (kind == &decision_collect) {
		self->generation = (uint32_t)decision->a;
		self->candidates = (size_t)decision->b;
	} else if (kind == &decision_subtracted) {
		begin_verdict(self, decision);
	} else if (kind == &decision_survived) {
		self->survivors_in = (uint32_t)decision->b;
	} else if (kind == &decision_died) {
		take_death(self, decision);
	} else if (verdict && kind == &decision_rescued && !verdict->is_unreachable) {
		verdict->rescuer = (uint32_t)decision->b;
	} else if (verdict && kind == &decision_unreachable) {
		verdict->is_unreachable = true;
	} else if (verdict && kind == &decision_resurrected) {
		verdict->is_resurrected |= decision->c != 0;
		verdict->is_kept |= decision->c == 0;
	}
}

/* From the first decisions of an event. */
static void find_verdicts(struct objects_panel *self, const struct decision_log *log, size_t count)
{
	self->verdicts.count = 0;
	self->survivors_in = GENERATION_NONE;
	self->is_cut = log && log->lost > 0 && count == log->count;
	for (size_t i = 0; log && i < count; i++)
		take_decision(self, &log->items[i]);
}

/* The object that a decision names first; OBJECT_NONE: it is about something else. */
static uint32_t object_of(const struct decision *decision)
{
	return decision->kind->is_about_object ? (uint32_t)decision->a : OBJECT_NONE;
}

/* The next event as far as it is told, over the objects as they are before it. */
static void find_decided(struct objects_panel *self, const struct decision_step *decided)
{
	unsigned count = decided->narration.decisions[decided->told - 1];

	find_verdicts(self, &decided->log, count);
	self->told = count > 0 ? object_of(&decided->log.items[count - 1]) : OBJECT_NONE;
	if (self->told != OBJECT_NONE)
		self->chosen = self->told;
	self->position = UINT64_MAX; /* nothing of it stays on the screen */
}

static bool names_object(const struct event *event)
{
	return event->kind == EVENT_NEW || event->kind == EVENT_REF || event->kind == EVENT_UNREF ||
	       event->kind == EVENT_WEAK;
}

static int by_identity(const void *one, const void *other)
{
	uint32_t a = *(const uint32_t *)one, b = *(const uint32_t *)other;

	return a < b ? -1 : a > b;
}

static size_t known_leaked(const struct objects_panel *self)
{
	return self->nleaked < ROWS_MAX ? self->nleaked : ROWS_MAX;
}

static bool is_leaked(const struct objects_panel *self, uint32_t object)
{
	return known_leaked(self) > 0 &&
	       bsearch(&object, self->leaked, known_leaked(self), sizeof(object), by_identity);
}

/*
 * Since the collection only captions and marks have passed, most often about it: it stays on the
 * screen.
 */
static bool is_still_told(const struct objects_panel *self, const struct scene *scene)
{
	uint64_t position = player_position(scene->player);
	struct event event;

	if (self->life != scene->life || position <= self->position ||
		position - self->position > TOLD_MAX)
		return false;
	for (uint64_t at = self->position; at < position; at++)
		if (!trace_get(player_trace(scene->player), at, &event) ||
			!event_is_note_or_mark(&event))
			return false;
	return true;
}

static void update(struct panel *panel, const struct scene *scene)
{
	struct objects_panel *self = (struct objects_panel *)panel;
	const struct heap *heap = player_heap(scene->player);

	if (!scene->decided && self->verdicts.count > 0 && is_still_told(self, scene))
		return;
	self->told = OBJECT_NONE;
	self->position = player_position(scene->player);
	self->life = scene->life;
	self->has_collector = heap_collector(heap, &self->collector);
	if (scene->selection->follow)
		self->chosen = scene->event && names_object(scene->event) ? scene->event->object
									  : OBJECT_NONE;
	self->nleaked = heap_out_of_reach(heap, self->leaked, ROWS_MAX);
	if (known_leaked(self) > 0)
		qsort(self->leaked, known_leaked(self), sizeof(*self->leaked), by_identity);
	find_rows(self, heap);
	if (scene->decided)
		find_decided(self, scene->decided);
	else
		find_verdicts(self, scene->log, scene->log ? scene->log->count : 0);
}

static bool is_wide(const struct panel *panel)
{
	return panel->area.width >= 76;
}

static void remark(const struct panel *panel, char *ret_remark, size_t size)
{
	const struct objects_panel *self = (const struct objects_panel *)panel;
	const struct collector *gc = &self->collector;

	ret_remark[0] = '\0';
	if (!self->has_collector)
		return;
	int length = snprintf(ret_remark, size, "%" PRIu32 " live", gc->counted);
	if (self->nleaked > 0)
		length += snprintf(ret_remark + length, size - (size_t)length, ", %zu out of reach",
			self->nleaked);
	length += snprintf(ret_remark + length, size - (size_t)length, ", gc %s",
		gc->enabled ? "on" : "off");
	for (unsigned i = 0; i < GENERATIONS && (size_t)length < size; i++)
		length += snprintf(ret_remark + length, size - (size_t)length,
			"%s%u: %" PRIu32 " of %" PRIu32,
			i                                      ? ", "
			: is_wide(panel) && self->nleaked == 0 ? "; generation "
							       : "; ",
			i, gc->counts[i], gc->thresholds[i]);
}

/* ---- rows ---------------------------------------------------------------------------------- */

/* Where the columns end; numbers stand at their right.  0: left out. */
struct columns {
	int object, size, count, program, generation, words;
};

static struct columns columns_for(int width)
{
	return width >= ROOMY ? (struct columns){8, 18, 25, 34, 39, 42}
			      : (struct columns){6, 0, 13, 0, 18, 20};
}

static void put_right(struct canvas *canvas, struct area area, int end, int y, enum role role,
	unsigned marks, const char *text)
{
	if (end > 0)
		area_text(canvas, area, end - (int)strlen(text), y, role, marks, text);
}

static void put_number(struct canvas *canvas, struct area area, int end, int y, enum role role,
	uint64_t number)
{
	struct units units;

	put_right(canvas, area, end, y, role, 0, units_count(&units, number));
}

static enum role role_of(const struct scene *scene, const struct row *row)
{
	if (row->is_dead)
		return ROLE_HOT_FREE;
	if (!scene->event)
		return ROLE_TEXT;
	bool is_born = scene->event->kind == EVENT_NEW || scene->event->kind == EVENT_WEAK;
	if (is_born && scene->event->object == row->object)
		return ROLE_HOT_ALLOC;
	for (size_t i = 0; scene->log && i < scene->log->count; i++) {
		const struct decision *decision = &scene->log->items[i];
		bool counts = decision->kind == &decision_count_up ||
			      decision->kind == &decision_count_down ||
			      decision->kind == &decision_weak_cleared ||
			      decision->kind == &decision_resurrected;
		if (counts && decision->a == row->object)
			return ROLE_CHANGED;
	}
	return ROLE_TEXT;
}

/* "→ 2, 3" */
static void add_references(const struct heap *heap, const struct counted *counted, struct text *out)
{
	uint32_t others[OTHERS_MAX];
	size_t n = heap_references(heap, counted->object, 0, others, OTHERS_MAX);

	for (size_t i = 0; i < n; i++)
		text_add(out, "%s%" PRIu32, i ? ", " : "→ ", others[i]);
	if (counted->refers > n)
		text_add(out, ", … %" PRIu32, counted->refers);
}

static void describe(const struct heap *heap, const struct counted *counted, struct text *out)
{
	if (counted->is_weak && counted->referent == OBJECT_NONE)
		text_add(out, "weak, cleared");
	else if (counted->is_weak)
		text_add(out, "weak → %" PRIu32, counted->referent);
	else
		add_references(heap, counted, out);
	if (counted->has_finalizer)
		text_add(out, "%s%s", out->length ? "   " : "",
			counted->is_finalized ? "finaliser called" : "finaliser");
}

static void put_name(const struct objects_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area, int end, int y, enum role role, uint32_t object)
{
	bool is_event = scene->decided ? self->told == object
				       : scene->event && names_object(scene->event) &&
						 scene->event->object == object;
	bool is_chosen = !scene->selection->follow && self->chosen == object;
	char name[12];

	snprintf(name, sizeof(name), "%" PRIu32, object);
	if (is_event)
		area_put(canvas, area, 0, y, glyph_of(canvas->charset, GLYPH_POINTER, 0),
			ROLE_PLAYHEAD, 0);
	put_right(canvas, area, end, y, role, is_chosen ? CELL_REVERSE : CELL_BOLD, name);
}

static void draw_row(const struct objects_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area, int y, const struct row *row)
{
	const struct columns columns = columns_for(area.width);
	const struct heap *heap = player_heap(scene->player);
	enum role role = role_of(scene, row);
	struct text words = {0};
	struct counted counted = {.size = row->size, .generation = GENERATION_NONE};
	struct units units;
	char size[40], generation[4] = "-";

	put_name(self, scene, canvas, area, columns.object, y, role, row->object);
	if (row->is_dead)
		text_add(&words, "died");
	else if (heap_counted(heap, row->object, &counted))
		describe(heap, &counted, &words);
	snprintf(size, sizeof(size), "%s B", units_count(&units, counted.size));
	put_right(canvas, area, columns.size, y, row->is_dead ? role : ROLE_QUIET, 0, size);
	if (!row->is_dead) {
		put_number(canvas, area, columns.count, y, role, counted.count);
		put_number(canvas, area, columns.program, y, ROLE_TEXT, counted.by_program);
		if (counted.generation != GENERATION_NONE)
			snprintf(generation, sizeof(generation), "%" PRIu32, counted.generation);
		put_right(canvas, area, columns.generation, y, ROLE_QUIET, 0, generation);
	}
	int x = area_text(canvas, area, columns.words, y, row->is_dead ? role : ROLE_TEXT, 0,
		text_of(&words));
	if (is_leaked(self, row->object))
		area_text(canvas, area, x + (x > columns.words ? 3 : 0), y, ROLE_BAD, 0,
			"out of reach");
	text_finish(&words);
}

static void draw_head(struct canvas *canvas, struct area area)
{
	const struct columns columns = columns_for(area.width);

	put_right(canvas, area, columns.object, 0, ROLE_QUIET, 0, "object");
	put_right(canvas, area, columns.size, 0, ROLE_QUIET, 0, "size");
	put_right(canvas, area, columns.count, 0, ROLE_QUIET, 0, "count");
	put_right(canvas, area, columns.program, 0, ROLE_QUIET, 0, "program");
	put_right(canvas, area, columns.generation, 0, ROLE_QUIET, 0, "gen");
	area_text(canvas, area, columns.words, 0, ROLE_QUIET, 0, "refers to");
}

/* ---- verdicts ------------------------------------------------------------------------------ */

static enum role role_of_verdict(const struct verdict *verdict)
{
	bool is_open = verdict->outside == 0 && verdict->rescuer == OBJECT_NONE;

	return verdict->is_dead ? ROLE_HOT_FREE : is_open ? ROLE_CHANGED : ROLE_LIVE;
}

/* Where there is room for a word or two. */
static const char *short_verdict(const struct verdict *verdict)
{
	bool is_open = verdict->outside == 0 && verdict->rescuer == OBJECT_NONE;

	if (verdict->is_other)
		return "freed too";
	if (verdict->is_resurrected)
		return "resurrected";
	if (verdict->is_kept)
		return "kept alive";
	if (verdict->is_unreachable)
		return verdict->is_dead ? "freed" : "unreachable";
	return is_open ? "perhaps not" : "reachable";
}

static void name_verdict(const struct verdict *verdict, char *words, size_t size)
{
	if (verdict->is_other)
		snprintf(words, size, "no candidate; freed with them");
	else if (verdict->is_resurrected)
		snprintf(words, size, "unreachable, but its finaliser resurrected it");
	else if (verdict->is_kept)
		snprintf(words, size, "unreachable, but one that was resurrected refers to it");
	else if (verdict->is_unreachable)
		snprintf(words, size, verdict->is_dead ? "unreachable: freed" : "unreachable");
	else if (verdict->rescuer != OBJECT_NONE)
		snprintf(words, size, "reachable through object %" PRIu32 "%s", verdict->rescuer,
			verdict->is_dead ? "; died later" : "");
	else if (verdict->outside == 0)
		snprintf(words, size, "perhaps unreachable");
	else
		snprintf(words, size, "reachable from outside%s",
			verdict->is_dead ? "; died later" : "");
}

static struct columns columns_of_verdicts(int width)
{
	return width >= ROOMY ? (struct columns){8, 16, 26, 0, 37, 40}
			      : (struct columns){6, 12, 19, 0, 27, 29};
}

static void draw_verdict(const struct objects_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area, int y, const struct verdict *verdict)
{
	const struct columns columns = columns_of_verdicts(area.width);
	enum role role = role_of_verdict(verdict);
	char words[80];

	put_name(self, scene, canvas, area, columns.object, y, role, verdict->object);
	if (!verdict->is_other) {
		put_number(canvas, area, columns.size, y, ROLE_TEXT, verdict->count);
		put_number(canvas, area, columns.count, y, ROLE_TEXT, verdict->inside);
		put_number(canvas, area, columns.generation, y, role, verdict->outside);
	}
	name_verdict(verdict, words, sizeof(words));
	area_text(canvas, area, columns.words, y, role, 0,
		area.width >= ROOMY ? words : short_verdict(verdict));
}

/* "object  count  - inside  = outside": what is subtracted from what. */
static void draw_head_of_verdicts(struct canvas *canvas, struct area area)
{
	const struct columns columns = columns_of_verdicts(area.width);

	put_right(canvas, area, columns.object, 0, ROLE_QUIET, 0, "object");
	put_right(canvas, area, columns.size, 0, ROLE_QUIET, 0, "count");
	put_right(canvas, area, columns.count, 0, ROLE_QUIET, 0,
		area.width >= ROOMY ? "- inside" : "- in");
	put_right(canvas, area, columns.generation, 0, ROLE_QUIET, 0,
		area.width >= ROOMY ? "= outside" : "= out");
	area_text(canvas, area, columns.words, 0, ROLE_QUIET, 0, "so it is");
}

/* ---- drawing ------------------------------------------------------------------------------- */

static void draw_summary(const struct objects_panel *self, struct canvas *canvas, struct area area,
	int y)
{
	struct text words = {0};
	size_t unreachable = 0, dead = 0;

	for (size_t i = 0; i < self->verdicts.count; i++) {
		unreachable += self->verdicts.items[i].is_unreachable;
		dead += self->verdicts.items[i].is_dead;
	}
	text_add(&words, "gen %" PRIu32 ": %zu candidate%s, ", self->generation, self->candidates,
		self->candidates == 1 ? "" : "s");
	if (area.width >= ROOMY)
		text_add(&words, "%zu unreachable, ", unreachable);
	text_add(&words, "%zu freed", dead);
	if (area.width >= ROOMY && self->survivors_in != GENERATION_NONE)
		text_add(&words, "; survivors now in gen %" PRIu32, self->survivors_in);
	if (self->is_cut)
		text_add(&words, " (and more)");
	area_text(canvas, area, 1, y, ROLE_TITLE, 0, text_of(&words));
	text_finish(&words);
}

/* Who refers to the chosen object. */
static void draw_edges(const struct objects_panel *self, const struct scene *scene,
	struct canvas *canvas, struct area area, int y)
{
	const struct heap *heap = player_heap(scene->player);
	uint32_t others[OTHERS_MAX];
	struct counted counted, other;
	struct text words = {0};

	if (self->chosen == OBJECT_NONE || !heap_counted(heap, self->chosen, &counted))
		return;
	size_t n = heap_referrers(heap, self->chosen, others, OTHERS_MAX);
	text_add(&words, "%" PRIu32 " ←", self->chosen);
	if (counted.by_program)
		text_add(&words,
			counted.by_program > 1 ? " the program (%" PRIu32 " times)"
					       : " the program",
			counted.by_program);
	for (size_t i = 0; i < n; i++) {
		bool is_weak = heap_counted(heap, others[i], &other) && other.is_weak;
		text_add(&words, "%s%s%" PRIu32, i || counted.by_program ? ", " : " ",
			is_weak ? "weakly " : "", others[i]);
	}
	area_text(canvas, area, 1, y, ROLE_TITLE, 0, text_of(&words));
	text_finish(&words);
}

static size_t place_of(const struct objects_panel *self, uint32_t object)
{
	for (size_t i = 0; i < self->rows.count; i++)
		if (self->rows.items[i].object == object)
			return i;
	return 0;
}

static bool is_collected(const struct objects_panel *self)
{
	return self->verdicts.count > 0;
}

/* Rows that lie between the head and the last line. */
static int table_height(struct area area)
{
	return area.height >= 5   ? area.height - 2
	       : area.height >= 3 ? area.height - 1
				  : area.height;
}

/* The first row on the screen: the chosen one is among them. */
static size_t first_shown(const struct objects_panel *self, struct area area)
{
	size_t room = (size_t)(table_height(area) > 0 ? table_height(area) : 1);
	size_t count = is_collected(self) ? self->verdicts.count : self->rows.count;
	size_t chosen = is_collected(self) ? 0 : place_of(self, self->chosen);

	for (size_t i = 0; is_collected(self) && i < self->verdicts.count; i++)
		if (self->verdicts.items[i].object == self->chosen)
			chosen = i;
	if (count <= room || chosen < room / 2)
		return 0;
	return chosen - room / 2 < count - room ? chosen - room / 2 : count - room;
}

static void draw(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
	struct area area)
{
	const struct objects_panel *self = (const struct objects_panel *)panel;
	bool has_head = area.height >= 3, collected = is_collected(self);
	size_t count = collected ? self->verdicts.count : self->rows.count,
	       first = first_shown(self, area);
	int rows = table_height(area), y = has_head;

	if (count == 0) {
		area_text(canvas, area, 1, 0, ROLE_QUIET, 0, "No counted object is live.");
		return;
	}
	if (has_head && collected)
		draw_head_of_verdicts(canvas, area);
	else if (has_head)
		draw_head(canvas, area);
	for (size_t i = first; i < count && i - first < (size_t)rows; i++, y++)
		if (collected)
			draw_verdict(self, scene, canvas, area, y, &self->verdicts.items[i]);
		else
			draw_row(self, scene, canvas, area, y, &self->rows.items[i]);
	size_t below = count - first > (size_t)rows ? count - first - (size_t)rows : 0;
	if (!collected)
		below += self->left_out;
	if (area.height < 5)
		return;
	if (collected)
		draw_summary(self, canvas, area, area.height - 1);
	else
		draw_edges(self, scene, canvas, area, area.height - 1);
	char more[40];
	struct units units;
	snprintf(more, sizeof(more), "%s more", units_count(&units, below));
	if (below > 0)
		put_right(canvas, area, area.width - 1, area.height - 1, ROLE_QUIET, 0, more);
}

/* ---- choosing ------------------------------------------------------------------------------ */

static struct panel_answer choose(struct objects_panel *self, const struct scene *scene,
	uint32_t object)
{
	struct selection selection = *scene->selection;
	struct place place;
	struct live live;

	self->chosen = object;
	selection.follow = false;
	if (heap_find(player_heap(scene->player), object, &live)) {
		selection.address = live.address;
		if (place_find(player_heap(scene->player), live.address, &place)) {
			selection.region = place.region.base;
			selection.page = place.has_page ? place.page.base : 0;
		}
	}
	return answer_select(selection);
}

static struct panel_answer act(struct panel *panel, const struct scene *scene, enum action action)
{
	struct objects_panel *self = (struct objects_panel *)panel;
	int page = table_height(panel->area) > 1 ? table_height(panel->area) - 1 : 1;
	int by = action == ACTION_UP          ? -1
		 : action == ACTION_DOWN      ? 1
		 : action == ACTION_PAGE_UP   ? -page
		 : action == ACTION_PAGE_DOWN ? page
					      : 0;

	if (by == 0 || self->rows.count == 0)
		return ANSWER_IGNORED;
	long at = (long)place_of(self, self->chosen) + by;
	long last = (long)self->rows.count - 1;
	return choose(self, scene, self->rows.items[at < 0 ? 0 : at > last ? last : at].object);
}

static struct panel_answer click(struct panel *panel, const struct scene *scene, int x, int y)
{
	struct objects_panel *self = (struct objects_panel *)panel;
	int row = y - (panel->area.height >= 3);
	size_t at = first_shown(self, panel->area) + (size_t)(row > 0 ? row : 0);

	if (row < 0 || row >= table_height(panel->area))
		return ANSWER_IGNORED;
	if (is_collected(self))
		return at < self->verdicts.count
			       ? choose(self, scene, self->verdicts.items[at].object)
			       : ANSWER_IGNORED;
	return at < self->rows.count ? choose(self, scene, self->rows.items[at].object)
				     : ANSWER_IGNORED;
}

const struct panel_ops panel_objects = {
	.name = "objects",
	.title = "Objects",
	.letter = 'O',
	.state_size = sizeof(struct objects_panel),
	.is_read = true,
	.is_useful = is_useful,
	.finish = finish,
	.update = update,
	.remark = remark,
	.draw = draw,
	.act = act,
	.click = click,
};
