/*
 * See layout.h.  A layout is a table of rows, from top to bottom; a row has one or two panels and a
 * height, or takes what the others leave.  The first table whose width and height fit is taken, so
 * the most important is what remains on the smallest screen.
 */
#include "view/layout.h"

#include <string.h>

#define FLEX 0 /* takes what is left */

struct row {
	const char *left, *right; /* names of panels */
	int height;
	int share; /* of the left panel, in percent of the width */
};

/* How panels are set apart: by frames, by a line with the title above, or not at all. */
enum trim { FRAMED, TITLED, BARE };

struct table {
	enum layout_kind kind;
	int width, height; /* of the area, at least */
	enum trim trim;
	struct row rows[7];
};

static const struct table tables[] = {
	{LAYOUT_POOLS, 160, 48, FRAMED,
		{{"arenas", "pool", FLEX, 60}, {"heap", "info", 9, 60},
			{"usedpools", "event", 13, 40}, {"events", NULL, 8, 100},
			{"timeline", NULL, 6, 100}}},
	{LAYOUT_POOLS, 118, 34, FRAMED,
		{{"arenas", "pool", FLEX, 66}, {"usedpools", "event", 12, 42},
			{"events", NULL, 6, 100}, {"timeline", NULL, 5, 100}}},
	{LAYOUT_POOLS, 118, 26, FRAMED,
		{{"arenas", "pool", FLEX, 66}, {"usedpools", "event", 11, 42},
			{"timeline", NULL, 4, 100}}},
	{LAYOUT_POOLS, 60, 32, TITLED,
		{{"arenas", NULL, FLEX, 100}, {"pool", NULL, 4, 100}, {"usedpools", NULL, 4, 100},
			{"event", NULL, 8, 100}, {"events", NULL, 5, 100},
			{"timeline", NULL, 4, 100}}},
	{LAYOUT_POOLS, 60, 20, TITLED,
		{{"arenas", NULL, FLEX, 100}, {"pool", NULL, 3, 100}, {"usedpools", NULL, 3, 100},
			{"event", NULL, 7, 100}, {"timeline", NULL, 2, 100}}},
	{LAYOUT_POOLS, 30, 14, TITLED,
		{{"arenas", NULL, FLEX, 100}, {"pool", NULL, 3, 100}, {"event", NULL, 6, 100},
			{"timeline", NULL, 1, 100}}},
	{LAYOUT_POOLS, 30, 9, BARE,
		{{"arenas", NULL, FLEX, 100}, {"pool", NULL, 2, 100}, {"event", NULL, 4, 100},
			{"timeline", NULL, 1, 100}}},
	{LAYOUT_POOLS, 20, 6, BARE,
		{{"arenas", NULL, FLEX, 100}, {"event", NULL, 3, 100}, {"timeline", NULL, 1, 100}}},
	{LAYOUT_POOLS, 0, 0, BARE,
		{{"event", NULL, FLEX, 100}, {"arenas", NULL, 1, 100}, {"timeline", NULL, 1, 100}}},

	{LAYOUT_HEAP, 100, 34, FRAMED,
		{{"heap", "info", FLEX, 70}, {"event", "events", 13, 55},
			{"timeline", NULL, 6, 100}}},
	{LAYOUT_HEAP, 100, 24, FRAMED,
		{{"heap", "info", FLEX, 70}, {"event", "events", 10, 55},
			{"timeline", NULL, 4, 100}}},
	{LAYOUT_HEAP, 60, 20, TITLED,
		{{"heap", NULL, FLEX, 100}, {"events", NULL, 5, 100}, {"event", NULL, 7, 100},
			{"timeline", NULL, 2, 100}}},
	{LAYOUT_HEAP, 30, 14, TITLED,
		{{"heap", NULL, FLEX, 100}, {"event", NULL, 6, 100}, {"timeline", NULL, 1, 100}}},
	{LAYOUT_HEAP, 20, 6, BARE,
		{{"heap", NULL, FLEX, 100}, {"event", NULL, 3, 100}, {"timeline", NULL, 1, 100}}},
	{LAYOUT_HEAP, 0, 0, BARE,
		{{"event", NULL, FLEX, 100}, {"heap", NULL, 1, 100}, {"timeline", NULL, 1, 100}}},

	{LAYOUT_OBJECTS, 118, 34, FRAMED,
		{{"arenas", "objects", FLEX, 42}, {"pool", "event", 12, 42},
			{"events", NULL, 6, 100}, {"timeline", NULL, 5, 100}}},
	{LAYOUT_OBJECTS, 118, 24, FRAMED,
		{{"arenas", "objects", FLEX, 42}, {"event", "events", 10, 55},
			{"timeline", NULL, 4, 100}}},
	{LAYOUT_OBJECTS, 60, 32, TITLED,
		{{"arenas", NULL, 7, 100}, {"objects", NULL, FLEX, 100}, {"event", NULL, 8, 100},
			{"events", NULL, 5, 100}, {"timeline", NULL, 4, 100}}},
	{LAYOUT_OBJECTS, 60, 20, TITLED,
		{{"arenas", NULL, 4, 100}, {"objects", NULL, FLEX, 100}, {"event", NULL, 7, 100},
			{"timeline", NULL, 2, 100}}},
	{LAYOUT_OBJECTS, 30, 14, TITLED,
		{{"objects", NULL, FLEX, 100}, {"event", NULL, 6, 100},
			{"timeline", NULL, 1, 100}}},
	{LAYOUT_OBJECTS, 20, 6, BARE,
		{{"objects", NULL, FLEX, 100}, {"event", NULL, 3, 100},
			{"timeline", NULL, 1, 100}}},
	{LAYOUT_OBJECTS, 0, 0, BARE,
		{{"event", NULL, FLEX, 100}, {"objects", NULL, 1, 100},
			{"timeline", NULL, 1, 100}}},
};

static const struct table lectures[] = {
	{LAYOUT_POOLS, 100, 45, TITLED,
		{{"arenas", NULL, 13, 100}, {"pool", NULL, FLEX, 100}, {"lecture", NULL, 14, 100},
			{"timeline", NULL, 1, 100}}},
	{LAYOUT_POOLS, 60, 30, TITLED,
		{{"arenas", NULL, 7, 100}, {"pool", NULL, FLEX, 100}, {"lecture", NULL, 12, 100},
			{"timeline", NULL, 1, 100}}},
	{LAYOUT_POOLS, 40, 20, TITLED,
		{{"arenas", NULL, 3, 100}, {"pool", NULL, FLEX, 100}, {"lecture", NULL, 8, 100},
			{"timeline", NULL, 1, 100}}},
	{LAYOUT_POOLS, 40, 15, TITLED,
		{{"arenas", NULL, 3, 100}, {"pool", NULL, FLEX, 100}, {"lecture", NULL, 9, 100},
			{"timeline", NULL, 1, 100}}},
	{LAYOUT_POOLS, 30, 10, BARE,
		{{"pool", NULL, FLEX, 100}, {"lecture", NULL, 7, 100}, {"timeline", NULL, 1, 100}}},
	{LAYOUT_POOLS, 0, 0, BARE, {{"lecture", NULL, FLEX, 100}, {"timeline", NULL, 1, 100}}},

	{LAYOUT_HEAP, 60, 30, TITLED,
		{{"heap", NULL, FLEX, 100}, {"lecture", NULL, 13, 100},
			{"timeline", NULL, 1, 100}}},
	{LAYOUT_HEAP, 30, 14, TITLED,
		{{"heap", NULL, FLEX, 100}, {"lecture", NULL, 9, 100}, {"timeline", NULL, 1, 100}}},
	{LAYOUT_HEAP, 30, 10, BARE,
		{{"heap", NULL, FLEX, 100}, {"lecture", NULL, 7, 100}, {"timeline", NULL, 1, 100}}},
	{LAYOUT_HEAP, 0, 0, BARE, {{"lecture", NULL, FLEX, 100}, {"timeline", NULL, 1, 100}}},

	{LAYOUT_OBJECTS, 60, 30, TITLED,
		{{"arenas", NULL, 7, 100}, {"objects", NULL, FLEX, 100}, {"lecture", NULL, 13, 100},
			{"timeline", NULL, 1, 100}}},
	{LAYOUT_OBJECTS, 30, 20, TITLED,
		{{"arenas", NULL, 4, 100}, {"objects", NULL, FLEX, 100}, {"lecture", NULL, 9, 100},
			{"timeline", NULL, 1, 100}}},
	{LAYOUT_OBJECTS, 30, 10, BARE,
		{{"objects", NULL, FLEX, 100}, {"lecture", NULL, 7, 100},
			{"timeline", NULL, 1, 100}}},
	{LAYOUT_OBJECTS, 0, 0, BARE, {{"lecture", NULL, FLEX, 100}, {"timeline", NULL, 1, 100}}},
};

static const struct table *table_for(const struct table *table, struct area area,
	enum layout_kind kind)
{
	while (table->kind != kind || area.width < table->width || area.height < table->height)
		table++;
	return table;
}

static void add(struct layout *layout, const struct panel_ops *panel, struct area area,
	enum trim trim)
{
	struct layout_place *place = &layout->places[layout->count++];
	bool bare = (area.height < 3 && strcmp(panel->name, "timeline") == 0) ||
		    strcmp(panel->name, "lecture") == 0;

	place->panel = panel;
	place->area = area;
	place->title_rows = trim == FRAMED && area.height >= 3        ? -1
			    : trim == BARE || bare || area.height < 2 ? 0
								      : 1;
}

static void add_row(struct layout *layout, const struct row *row, struct area area, enum trim trim,
	const struct panel_ops *main)
{
	const struct panel_ops *left = main ? main : panel_find(row->left);
	const struct panel_ops *right = row->right ? panel_find(row->right) : NULL;

	if (!right || right == left) {
		add(layout, left, area, trim);
		return;
	}
	struct area half = area;
	half.width = area.width * row->share / 100;
	add(layout, left, half, trim);
	half.x += half.width;
	half.width = area.width - half.width;
	add(layout, right, half, trim);
}

static bool has_panel(const struct table *table, const struct panel_ops *panel)
{
	for (const struct row *row = table->rows; row->left; row++)
		if (strcmp(row->left, panel->name) == 0 ||
			(row->right && strcmp(row->right, panel->name) == 0))
			return true;
	return false;
}

static void add_rows(struct layout *layout, const struct table *table, struct area area,
	const struct panel_ops *main)
{
	int fixed = 0, y = area.y;

	for (const struct row *row = table->rows; row->left; row++)
		fixed += row->height;
	for (const struct row *row = table->rows; row->left; row++) {
		int height = row->height == FLEX ? area.height - fixed : row->height;
		struct area place = {area.x, y, area.width, height};
		if (height <= 0)
			continue;
		add_row(layout, row, place, table->trim, row->height == FLEX ? main : NULL);
		y += height;
	}
}

void layout_make(struct layout *ret_layout, struct area area, enum layout_kind kind,
	const struct panel_ops *main, bool alone)
{
	const struct table *table = table_for(tables, area, kind);

	ret_layout->count = 0;
	if (alone && main) {
		add(ret_layout, main, area, table->trim);
		return;
	}
	if (main && has_panel(table, main))
		main = NULL;
	add_rows(ret_layout, table, area, main);
}

void layout_make_lecture(struct layout *ret_layout, struct area area, enum layout_kind kind)
{
	const struct table *table = table_for(lectures, area, kind);

	ret_layout->count = 0;
	add_rows(ret_layout, table, area, NULL);
}
