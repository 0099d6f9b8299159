/* See help.h. */
#include "view/help.h"

#include "base/text.h"
#include "base/utf8.h"
#include "heap/metrics.h"

#include <stdio.h>
#include <string.h>

#define INDENT 2
#define WIDE   70 /* columns from which there is room for the second of three cells */

bool help_scroll_by(struct help_scroll *scroll, enum action action)
{
	const int page = scroll->rows > 1 ? scroll->rows - 1 : 1;
	const int last = scroll->lines - scroll->rows;

	if (action == ACTION_UP)
		scroll->line--;
	else if (action == ACTION_DOWN)
		scroll->line++;
	else if (action == ACTION_PAGE_UP)
		scroll->line -= page;
	else if (action == ACTION_PAGE_DOWN || action == ACTION_PLAY)
		scroll->line += page;
	else if (action == ACTION_START || action == ACTION_END)
		scroll->line = action == ACTION_START ? 0 : last;
	else
		return false;
	if (scroll->line > last)
		scroll->line = last;
	if (scroll->line < 0)
		scroll->line = 0;
	return true;
}

void help_add_keys(struct text *page)
{
	const char *group = "";

	for (unsigned i = 1; i < ACTION_COUNT; i++) {
		const struct action_info *info = action_info((enum action)i);
		char keys[80];
		if (strcmp(group, info->group) != 0)
			text_add(page, "%s%s\n", *group ? "\n" : "", info->group);
		group = info->group;
		action_keys((enum action)i, keys, sizeof(keys));
		if (*info->help)
			text_add(page, "\t%s\t%s\t%s\n", keys, info->name, info->help);
	}
}

void help_add_terms(struct text *page)
{
	text_add(page,
		"\nconditions, for break and until\n"
		"\tarena-mapped arena-unmapped pool-new pool-full pool-empty split coalesced grew "
		"oom fault note mark peak passed-over\n"
		"\tclass 5   object 7   address 0x10a0   size > 512   live > 1M   live < 2M   waste > 30%%\n"
		"\ndifferences side by side, the strongest first\n"
		"\tanswer\twhat the program gets: a block, NULL, a refusal, a crash, a free\n"
		"\tmove\ta realloc moves the block in one, and leaves it in the other\n"
		"\tplace\tof one kind of allocator: pool and block, or bytes from the first block\n"
		"\tmemory\tof two kinds: which object was there before, or that none was\n"
		"\tbytes\tof two kinds without headers: how many bytes the block takes\n"
		"\nfigures and their formulas\n");
	for (unsigned i = 0; i < FIGURE_COUNT; i++) {
		const struct figure_info *info = figure_info((enum figure)i);
		text_add(page, "\t%s\t%s; %s\n", info->brief, info->formula, info->words);
	}
	text_add(page, "\nwhere every byte held by an engine goes; the parts add up\n");
	for (unsigned i = 0; i < PART_COUNT; i++)
		text_add(page, "\t%s\t%s\n", part_name((enum part)i), part_words((enum part)i));
	text_add(page,
		"\twaste by class\trounding + free + headers + tails / all that its pools hold\n");
}

static int widest_of(int width, const char *cell)
{
	int cells = (int)utf8_cells(cell);

	return cells > width ? cells : width;
}

/* Splits a line into its cells, at most three, which point into it. */
static int split_line(char *line, char *cells[3])
{
	int count = 0;

	if (line[0] != '\t')
		return 0;
	line++;
	while (count < 3 && line)
		cells[count++] = strsep(&line, "\t");
	return count;
}

/* The widths of the columns before the last. */
static void measure(const char *page, int widths[2])
{
	char line[400];
	char *cells[3];

	widths[0] = widths[1] = 0;
	for (; *page; page += strcspn(page, "\n"), page += *page == '\n') {
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(page, "\n"), page);
		int count = split_line(line, cells);
		if (count > 1)
			widths[0] = widest_of(widths[0], cells[0]);
		if (count > 2)
			widths[1] = widest_of(widths[1], cells[1]);
	}
}

static int draw_line(struct canvas *canvas, struct area area, int y, char *line,
	const int widths[2])
{
	char *cells[3];
	int count = split_line(line, cells);
	int x = INDENT;

	if (count == 0) {
		area_text(canvas, area, 1, y, ROLE_TITLE, CELL_BOLD, line);
		return y + 1;
	}
	if (count > 1) {
		area_text(canvas, area, x, y, ROLE_KEY, 0, cells[0]);
		x += widths[0] + 2;
	}
	if (count > 2 && area.width >= WIDE) {
		area_text(canvas, area, x, y, ROLE_QUIET, 0, cells[1]);
		x += widths[1] + 2;
	}
	return area_wrap(canvas, area, x, y, x, ROLE_TEXT, cells[count - 1]);
}

int help_draw(struct canvas *canvas, struct area area, const char *page, int first_line)
{
	int widths[2], y = -first_line;
	char line[400];

	measure(page, widths);
	if (area.width < WIDE && widths[0] > area.width / 3)
		widths[0] = area.width / 3;
	for (; *page; page += strcspn(page, "\n"), page += *page == '\n') {
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(page, "\n"), page);
		y = draw_line(canvas, area, y, line, widths);
	}
	return y + first_line;
}
