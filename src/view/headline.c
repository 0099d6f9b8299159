#include "view/headline.h"

#include "view/view_state.h"

#define WIDTH     30 /* least columns */
#define ONE_LINE  16 /* rows of the screen from which there is one line, */
#define TWO_LINES 20 /* two, */
#define AIRY      40 /* and two between blank rows */

void headline_cache_finish(struct headline_cache *cache)
{
	headline_finish(&cache->words);
}

int view_headline_rows(const struct view *view, const struct canvas *canvas)
{
	if (view->lecture.is_on || view->side_by_side.is_shown || canvas->width < WIDTH ||
		canvas->height < ONE_LINE)
		return 0;
	return canvas->height < TWO_LINES ? 1 : canvas->height < AIRY ? 2 : 4;
}

static void write(struct view *view, int columns)
{
	struct headline_cache *cache = &view->headline;
	bool is_current = cache->is_written && cache->columns == columns &&
			  cache->revision == player_revision(view->player);

	if (is_current || (cache->is_written && cache->columns == columns && view->still.is_on))
		return;
	headline_write(&cache->words, view->player, (size_t)columns);
	if (view->opening.is_wanted && !view->opening.has_captions)
		text_add(&cache->words.why,
			"Looking for the moment at which most bytes are held idle.");
	cache->is_written = true;
	cache->columns = columns;
	cache->revision = player_revision(view->player);
}

static void draw_line(struct canvas *canvas, struct area area, int y, const struct text *line)
{
	char words[240];
	size_t length = 0;
	bool is_bold = false;
	int x = 1;

	for (const char *at = text_of(line);; at++) {
		bool is_end = *at == '\0' || *at == HEADLINE_BOLD;
		if (!is_end && length + 1 < sizeof(words)) {
			words[length++] = *at;
			continue;
		}
		words[length] = '\0';
		x = area_text(canvas, area, x, y, is_bold ? ROLE_TITLE : ROLE_TEXT,
			is_bold ? CELL_BOLD : 0, words);
		length = 0;
		is_bold = !is_bold;
		if (*at == '\0')
			return;
	}
}

void view_draw_headline(struct view *view, struct canvas *canvas)
{
	int rows = view_headline_rows(view, canvas);
	struct area area = {0, rows > 2 ? 2 : 1, canvas->width, rows > 1 ? 2 : 1};

	if (rows == 0)
		return;
	if (!view->growth.is_returning)
		write(view, canvas->width - 2);
	draw_line(canvas, area, 0, &view->headline.words.held);
	if (rows > 1)
		draw_line(canvas, area, 1, &view->headline.words.why);
}
