#include "base/error.h"
#include "story/concepts.h"
#include "view/help.h"
#include "view/view_state.h"

#include <stdio.h>
#include <string.h>

static void add_concept(struct text *page, const struct concept *concept, const char **subject)
{
	text_add(page, "%s", **subject ? "\n" : "");
	if (strcmp(*subject, concept->subject) != 0)
		text_add(page, "%s\n", concept->subject);
	*subject = concept->subject;
	text_add(page, "\t%s\n\tarenascope %s; %s\n", concept->words, concept->command,
		concept->screen);
}

static void add_all(struct text *page)
{
	const char *subject = "";

	for (const struct concept *at = concept_table; at->words; at++)
		add_concept(page, at, &subject);
}

static void add_found(struct text *page, const char *words)
{
	struct concept_search search;
	const char *subject = "";

	concept_search(&search, words);
	if (search.note)
		text_add(page, "\t%s\n\n", search.note);
	if (search.is_near)
		text_add(page, "No concept is called that; the nearest:\n\n");
	for (size_t i = 0; i < search.count; i++)
		add_concept(page, search.found[i], &subject);
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
	if (*concepts->words)
		add_found(&page, concepts->words);
	else
		add_all(&page);
	concepts->scroll.rows = area.height;
	concepts->scroll.lines = help_draw(canvas, area, text_of(&page), concepts->scroll.line);
	text_finish(&page);
}

static const struct mode concepts_mode = {concepts_key, draw_concepts};

static int no_such_concept(const char *words, struct error *err)
{
	char nearest[64];
	const char *meant = concept_suggestion(words, nearest, sizeof(nearest));

	if (meant)
		return error_set(err, "no concept is called '%s'; did you mean '%s'?", words,
			meant);
	return error_set(err, "no concept is called '%s'; :concept alone lists all", words);
}

int view_open_concepts(struct view *view, const char *words, struct error *err)
{
	struct concept_search search;

	concept_search(&search, words);
	if (*words && search.count == 0 && !search.note)
		return no_such_concept(words, err);
	view_pause(view);
	view_open_mode(view, &concepts_mode);
	view->concepts = (struct concept_page){.words = ""};
	snprintf(view->concepts.words, sizeof(view->concepts.words), "%s", words);
	return 0;
}
