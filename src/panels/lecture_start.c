/* See lecture_start.h. The comments before the first event of a trace say what it is about. */
#include "panels/lecture_start.h"

#include "base/text.h"
#include "story/places.h"
#include "trace/captions.h"

#include <stdio.h>
#include <string.h>

#define INDENT       1
#define COMMENTS_MAX 8 /* more are not read */
#define CAPTION_SIDE 3 /* columns before a caption */

/* The parts, from top to bottom. */
enum { PART_TITLE, PART_ABOUT, PART_PANELS, PART_KEYS, PARTS };

struct start {
	struct text title, about;
	const char *panels;
	char keys[200];
};

/* The first comment is the title; others before the first event follow it. */
static void read_comments(const struct trace *trace, struct start *start)
{
	const struct trace_comment *comments;
	size_t count = trace_comments(trace, &comments);

	for (size_t i = 0;
		i < count && i < COMMENTS_MAX && comments[i].position == 0 && !comments[i].trails;
		i++) {
		struct text *text = i == 0 ? &start->title : &start->about;
		const char *words = comments[i].text + strspn(comments[i].text, " ");
		text_add(text, "%s%s", text->length > 0 ? " " : "", words);
	}
}

/* What the panels of a lecture show, by the kind of its engine. */
static const char *words_for_panels(const struct scene *scene)
{
	const struct heap *heap = player_heap(scene->player);

	if (engine_is_tracing(heap_layer(heap, 0)))
		return "Above: the spaces of the heap, and beside them the roots, from which a "
		       "collection begins.";
	if (trace_has_counted(player_trace(scene->player)))
		return "Above: the memory, and a table of the live objects and what refers to them.";
	if (arena_layer(heap))
		return "Above: the arenas that come from the system, and one of their pools, "
		       "block by block.";
	if (kinds_layer(heap))
		return "Above: the heap from its first byte to its last, and its bins: "
		       "free chunks by size.";
	return "Above: the heap from its first byte to its last.";
}

static void write_keys(struct trace *trace, bool is_picture, char *ret_keys, size_t size)
{
	const struct trace_mark *notes;
	size_t captions = trace_notes(trace, &notes), questions = 0;
	char asked[40] = "";

	for (size_t i = 0; i < captions; i++)
		questions += caption_is_asked(trace, &notes[i]);
	if (captions == 0) {
		snprintf(ret_keys, size, "This trace has no captions.%s",
			is_picture ? "" : " Press . to go through it event by event.");
		return;
	}
	if (questions > 0)
		snprintf(asked, sizeof(asked), ", %zu of them %squestion%s", questions,
			questions == 1 ? "a " : "", questions == 1 ? "" : "s");
	snprintf(ret_keys, size, "%zu caption%s%s.%s", captions, captions == 1 ? "" : "s", asked,
		is_picture
			? ""
			: " Space shows the next caption, or the answer to a question; PgUp goes back.");
}

static const char *words_of(const struct start *start, int part)
{
	switch (part) {
	case PART_TITLE:
		return text_of(&start->title);
	case PART_ABOUT:
		return text_of(&start->about);
	case PART_PANELS:
		return start->panels;
	default:
		return start->keys;
	}
}

static int rows_of(const struct start *start, int part, struct canvas *canvas, struct area area)
{
	return area_wrap_rows(canvas, area, part == PART_KEYS ? CAPTION_SIDE : INDENT,
		part == PART_KEYS ? CAPTION_SIDE : INDENT, words_of(start, part));
}

/* Leaves out what does not fit, and returns how many rows remain for blanks. */
static int choose(const struct start *start, struct canvas *canvas, struct area area,
	bool ret_is_shown[PARTS])
{
	static const int by_weight[PARTS] = {PART_KEYS, PART_TITLE, PART_PANELS, PART_ABOUT};
	int left = area.height;

	for (int i = 0; i < PARTS; i++) {
		int rows = rows_of(start, by_weight[i], canvas, area);
		ret_is_shown[by_weight[i]] =
			rows > 0 && (rows <= left || by_weight[i] == PART_KEYS);
		left -= ret_is_shown[by_weight[i]] ? rows : 0;
	}
	return left;
}

void lecture_start_draw(const struct scene *scene, struct canvas *canvas, struct area area)
{
	struct trace *trace = player_trace(scene->player);
	struct start start = {.panels = words_for_panels(scene)};
	bool is_shown[PARTS];
	int y = 0;

	read_comments(trace, &start);
	write_keys(trace, scene->is_picture, start.keys, sizeof(start.keys));
	int blanks = choose(&start, canvas, area, is_shown);
	for (int part = 0; part < PARTS; part++) {
		if (!is_shown[part])
			continue;
		if (y > 0 && part != PART_ABOUT && blanks > 0) {
			y++;
			blanks--;
		}
		struct area rest = {area.x, area.y + y, area.width, area.height - y};
		if (part == PART_KEYS)
			y += area_caption(canvas, rest, start.keys);
		else
			y += area_wrap(canvas, rest, INDENT, 0, INDENT,
				part == PART_TITLE ? ROLE_TITLE : ROLE_TEXT,
				words_of(&start, part));
	}
	text_finish(&start.title);
	text_finish(&start.about);
}
