#include "base/error.h"
#include "story/concepts.h"
#include "view/help.h"
#include "view/view_state.h"

#include <stdio.h>
#include <string.h>

static void add_concepts(struct text *page, const char *words, bool widely)
{
	const struct concept *at = concept_table, *concept;
	const char *subject = "";

	while ((concept = *words ? concept_next(&at, words, widely) : at->words ? at++ : NULL)) {
		text_add(page, "%s", *subject ? "\n" : "");
		if (strcmp(subject, concept->subject) != 0)
			text_add(page, "%s\n", concept->subject);
		subject = concept->subject;
		text_add(page, "\t%s\n\tarenascope %s; %s\n", concept->words, concept->command,
			concept->screen);
	}
}

static void concepts_key(struct view *view, const char *key)
{
	if (!help_scroll_by(&view->concepts.scroll, action_for_key(key)))
		view_close_mode(view);
	view_mark_stale(view);
}

static void draw_concepts(struct view *view, struct canvas *canvas)
{
	struct area all = {0, 0, canvas->width, canvas->height};
	struct concept_page *concepts = &view->concepts;
	struct text page = {0};

	area_fill(canvas, all, ' ', ROLE_TEXT);
	struct area area = area_frame(canvas, all, "Concepts, and where each is seen",
		"j k: scroll  other keys: back", true);
	add_concepts(&page, concepts->words, concepts->is_wide);
	concepts->scroll.rows = area.height;
	concepts->scroll.lines = help_draw(canvas, area, text_of(&page), concepts->scroll.line);
	text_finish(&page);
}

static const struct mode concepts_mode = {concepts_key, draw_concepts};

int view_open_concepts(struct view *view, const char *words, struct error *err)
{
	const struct concept *at = concept_table;

	if (*words && !concept_find(words))
		return error_set(err, "no concept is called '%s'; :concept alone lists all", words);
	view_pause(view);
	view_open_mode(view, &concepts_mode);
	view->concepts = (struct concept_page){.is_wide = !concept_next(&at, words, false)};
	snprintf(view->concepts.words, sizeof(view->concepts.words), "%s", words);
	return 0;
}
