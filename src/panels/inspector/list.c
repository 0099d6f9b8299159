/* See list.h. */
#include "panels/inspector/list.h"

#include "base/utf8.h"

#define NAME_AT 3
#define TEXT_AT 14
#define LIST_AT 5
#define WIDE    60 /* columns from which each line of a list takes one row */

/* The number of the line of the nth link; -1 when there are fewer. */
static int line_of_link(const struct inspector_list *list, size_t nth)
{
	for (size_t i = 0; i < list->lines.count; i++)
		if (list->lines.items[i].is_link && nth-- == 0)
			return (int)i;
	return -1;
}

static size_t link_count(const struct inspector_list *list)
{
	size_t count = 0;

	for (size_t i = 0; i < list->lines.count; i++)
		count += list->lines.items[i].is_link;
	return count;
}

static size_t chosen_link(const struct inspector_list *list)
{
	size_t count = link_count(list);

	return list->chosen < count ? list->chosen : count ? count - 1 : 0;
}

static int column_of(const struct inspector_line *line)
{
	return line->name[0] || !line->is_link ? TEXT_AT : LIST_AT;
}

/*
 * Draws a line in as many rows as it needs; returns the row after it. Lines of a list are cut to
 * one row where their first words fit: more lines are better than all words of each.
 */
static int draw_line(struct canvas *canvas, struct area area, int y,
	const struct inspector_line *line, bool is_chosen)
{
	int x = column_of(line);
	bool is_listed = x == LIST_AT;

	area_text(canvas, area, NAME_AT, y, ROLE_QUIET, 0, line->name);
	if (x + (int)utf8_cells(line->text) > area.width && !(is_listed && area.width >= WIDE))
		return area_wrap(canvas, area, x, y, is_listed ? x + 2 : x,
			is_chosen ? ROLE_TITLE : ROLE_TEXT, line->text);
	area_text(canvas, area, x, y, ROLE_TEXT, is_chosen ? CELL_BOLD | CELL_CHOSEN : 0,
		line->text);
	return y + 1;
}

static int rows_of(const struct inspector_line *line, int width)
{
	struct canvas nowhere = {.charset = CHARSET_UTF8};

	return draw_line(&nowhere, (struct area){0, 0, width, 0}, 0, line, false);
}

/* The first line from which all lines up to `last` fit into that many rows. */
static int first_before(const struct inspector_list *list, int last, int width, int rows)
{
	int first = last;

	for (int used = 0; first >= 0; first--) {
		used += rows_of(&list->lines.items[first], width);
		if (used > rows && first < last)
			break;
	}
	return first + 1;
}

/*
 * The first line on the screen, so that the selected one is visible. The first link is selected
 * when nothing was pressed yet: then the list begins with what is above it.
 */
static int first_line(const struct inspector_list *list, int width, int rows)
{
	int count = (int)list->lines.count;
	int chosen = chosen_link(list) > 0 ? line_of_link(list, chosen_link(list)) : 0;
	bool shows_next = chosen > 0 && chosen + 1 < count;

	if (count == 0 || rows <= 0)
		return 0;
	int end = first_before(list, count - 1, width, rows);
	int first = chosen > 0 ? first_before(list, chosen + shows_next, width, rows) : 0;
	first = (chosen >= 0 && first > chosen ? chosen : first) + list->scrolled;
	return first < 0 ? 0 : first < end ? first : end;
}

int list_chosen_line(const struct inspector_list *list)
{
	return line_of_link(list, chosen_link(list));
}

void list_draw(const struct inspector_list *list, struct canvas *canvas, struct area area)
{
	int chosen = list_chosen_line(list), y = 0;

	for (int at = first_line(list, area.width, area.height);
		y < area.height && at < (int)list->lines.count; at++) {
		if (at == chosen)
			area_put(canvas, area, 1, y, glyph_of(canvas->charset, GLYPH_POINTER, 0),
				ROLE_PLAYHEAD, 0);
		y = draw_line(canvas, area, y, &list->lines.items[at], at == chosen);
	}
}

bool list_go_down(struct inspector_list *list, int width, int height)
{
	if (list->scrolled < 0)
		list->scrolled++;
	else if (chosen_link(list) + 1 < link_count(list))
		list->chosen = chosen_link(list) + 1;
	else if (first_line(list, width, height) <
		 first_before(list, (int)list->lines.count - 1, width, height))
		list->scrolled++;
	else
		return false;
	return true;
}

bool list_go_up(struct inspector_list *list, int width, int height)
{
	int first = first_line(list, width, height);

	if (list->scrolled > 0 || (chosen_link(list) == 0 && first > 0))
		list->scrolled--;
	else if (chosen_link(list) > 0)
		list->chosen = chosen_link(list) - 1;
	else
		return false;
	return true;
}

bool list_choose_row(struct inspector_list *list, int width, int height, int row)
{
	int line = first_line(list, width, height);
	size_t nth = 0;

	for (int y = 0; line < (int)list->lines.count; line++) {
		y += rows_of(&list->lines.items[line], width);
		if (row < y)
			break;
	}
	if (row < 0 || line >= (int)list->lines.count || !list->lines.items[line].is_link)
		return false;
	list->scrolled = 0;
	for (int i = 0; i < line; i++)
		nth += list->lines.items[i].is_link;
	list->chosen = nth;
	return true;
}
