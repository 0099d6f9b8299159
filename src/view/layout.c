/*
 * See layout.h. A layout is a table of rows, from top to bottom; a row has one to three panels, and
 * a fixed height or the rest of the area. The first table for which the area is large enough is
 * used, so small screens keep the most important panels. Panels beside each other are parted by
 * blank columns; frames are for what lies on top.
 */
#include "view/layout.h"

#define FLEX         0  /* takes the rest of the area */
#define MAP_ROWS_MIN 2  /* that captions leave to what takes the rest */
#define POOL_ROWS    8  /* of a lecture: a title, 253 blocks, the lines below them */
#define OBJECT_ROWS  10 /* of a lecture: a title, a heading, seven objects, the line below them */

struct row {
	enum panel_id left, right; /* right: or PANEL_NONE; left: PANEL_NONE after the last row */
	int height;
	int share;           /* of the left panel, in percent of the width */
	enum panel_id third; /* right of both; PANEL_NONE: there is none */
	int right_share;     /* with a third one: of the panel in the middle */
};

/* How panels are separated: by a line with the title above, or not at all. */
enum trim { TITLED, BARE };

struct table {
	enum layout_kind kind;
	int width, height; /* least size of the area */
	enum trim trim;
	struct row rows[7];
	int rest; /* rows that the text must leave to what takes the rest; 0: any number */
};

static const struct table tables[] = {
	{LAYOUT_POOLS, 199, 46, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, FLEX, 100},
			{PANEL_POOL, PANEL_USEDPOOLS, 12, 34, PANEL_EVENT, 28},
			{PANEL_TIMELINE, PANEL_NONE, 4, 100}}},
	{LAYOUT_POOLS, 160, 48, TITLED,
		{{PANEL_ARENAS, PANEL_POOL, FLEX, 60}, {PANEL_HEAP, PANEL_INFO, 9, 60},
			{PANEL_USEDPOOLS, PANEL_EVENT, 13, 40}, {PANEL_EVENTS, PANEL_NONE, 8, 100},
			{PANEL_TIMELINE, PANEL_NONE, 6, 100}}},
	{LAYOUT_POOLS, 118, 34, TITLED,
		{{PANEL_ARENAS, PANEL_POOL, FLEX, 66}, {PANEL_USEDPOOLS, PANEL_EVENT, 12, 42},
			{PANEL_EVENTS, PANEL_NONE, 6, 100}, {PANEL_TIMELINE, PANEL_NONE, 5, 100}}},
	{LAYOUT_POOLS, 118, 26, TITLED,
		{{PANEL_ARENAS, PANEL_POOL, FLEX, 66}, {PANEL_USEDPOOLS, PANEL_EVENT, 11, 42},
			{PANEL_TIMELINE, PANEL_NONE, 4, 100}}},
	{LAYOUT_POOLS, 60, 32, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, FLEX, 100}, {PANEL_POOL, PANEL_NONE, 4, 100},
			{PANEL_USEDPOOLS, PANEL_NONE, 4, 100}, {PANEL_EVENT, PANEL_NONE, 8, 100},
			{PANEL_EVENTS, PANEL_NONE, 5, 100}, {PANEL_TIMELINE, PANEL_NONE, 4, 100}}},
	{LAYOUT_POOLS, 60, 20, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, FLEX, 100}, {PANEL_POOL, PANEL_NONE, 4, 100},
			{PANEL_EVENT, PANEL_NONE, 7, 100}, {PANEL_TIMELINE, PANEL_NONE, 2, 100}}},
	{LAYOUT_POOLS, 30, 14, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, FLEX, 100}, {PANEL_POOL, PANEL_NONE, 3, 100},
			{PANEL_EVENT, PANEL_NONE, 6, 100}, {PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_POOLS, 30, 10, BARE,
		{{PANEL_ARENAS, PANEL_NONE, FLEX, 100}, {PANEL_POOL, PANEL_NONE, 2, 100},
			{PANEL_EVENT, PANEL_NONE, 5, 100}, {PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_POOLS, 30, 9, BARE,
		{{PANEL_ARENAS, PANEL_NONE, FLEX, 100}, {PANEL_POOL, PANEL_NONE, 2, 100},
			{PANEL_EVENT, PANEL_NONE, 4, 100}, {PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_POOLS, 20, 6, BARE,
		{{PANEL_ARENAS, PANEL_NONE, FLEX, 100}, {PANEL_EVENT, PANEL_NONE, 3, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_POOLS, 0, 0, BARE,
		{{PANEL_EVENT, PANEL_NONE, FLEX, 100}, {PANEL_ARENAS, PANEL_NONE, 1, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},

	{LAYOUT_HEAP, 100, 34, TITLED,
		{{PANEL_HEAP, PANEL_INFO, FLEX, 70}, {PANEL_EVENT, PANEL_EVENTS, 13, 55},
			{PANEL_TIMELINE, PANEL_NONE, 6, 100}}},
	{LAYOUT_HEAP, 100, 24, TITLED,
		{{PANEL_HEAP, PANEL_INFO, FLEX, 70}, {PANEL_EVENT, PANEL_EVENTS, 10, 55},
			{PANEL_TIMELINE, PANEL_NONE, 4, 100}}},
	{LAYOUT_HEAP, 60, 20, TITLED,
		{{PANEL_HEAP, PANEL_NONE, FLEX, 100}, {PANEL_EVENTS, PANEL_NONE, 5, 100},
			{PANEL_EVENT, PANEL_NONE, 7, 100}, {PANEL_TIMELINE, PANEL_NONE, 2, 100}}},
	{LAYOUT_HEAP, 30, 14, TITLED,
		{{PANEL_HEAP, PANEL_NONE, FLEX, 100}, {PANEL_EVENT, PANEL_NONE, 6, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_HEAP, 30, 10, BARE,
		{{PANEL_HEAP, PANEL_NONE, FLEX, 100}, {PANEL_EVENT, PANEL_NONE, 5, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_HEAP, 20, 6, BARE,
		{{PANEL_HEAP, PANEL_NONE, FLEX, 100}, {PANEL_EVENT, PANEL_NONE, 3, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_HEAP, 0, 0, BARE,
		{{PANEL_EVENT, PANEL_NONE, FLEX, 100}, {PANEL_HEAP, PANEL_NONE, 1, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},

	/* On smaller screens a heap with bins has the layouts of a heap. */
	{LAYOUT_BINS, 100, 34, TITLED,
		{{PANEL_HEAP, PANEL_BINS, FLEX, 60}, {PANEL_EVENT, PANEL_EVENTS, 13, 60},
			{PANEL_TIMELINE, PANEL_NONE, 6, 100}}},
	{LAYOUT_BINS, 100, 24, TITLED,
		{{PANEL_HEAP, PANEL_BINS, FLEX, 60}, {PANEL_EVENT, PANEL_EVENTS, 10, 60},
			{PANEL_TIMELINE, PANEL_NONE, 4, 100}}},
	{LAYOUT_BINS, 60, 20, TITLED,
		{{PANEL_HEAP, PANEL_NONE, FLEX, 100}, {PANEL_BINS, PANEL_NONE, 7, 100},
			{PANEL_EVENT, PANEL_NONE, 6, 100}, {PANEL_TIMELINE, PANEL_NONE, 2, 100}}},

	{LAYOUT_OBJECTS, 118, 34, TITLED,
		{{PANEL_ARENAS, PANEL_OBJECTS, FLEX, 42}, {PANEL_POOL, PANEL_EVENT, 12, 42},
			{PANEL_EVENTS, PANEL_NONE, 6, 100}, {PANEL_TIMELINE, PANEL_NONE, 5, 100}}},
	{LAYOUT_OBJECTS, 118, 24, TITLED,
		{{PANEL_ARENAS, PANEL_OBJECTS, FLEX, 42}, {PANEL_EVENT, PANEL_EVENTS, 10, 55},
			{PANEL_TIMELINE, PANEL_NONE, 4, 100}}},
	{LAYOUT_OBJECTS, 60, 32, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, 7, 100}, {PANEL_OBJECTS, PANEL_NONE, FLEX, 100},
			{PANEL_EVENT, PANEL_NONE, 8, 100}, {PANEL_EVENTS, PANEL_NONE, 5, 100},
			{PANEL_TIMELINE, PANEL_NONE, 4, 100}}},
	{LAYOUT_OBJECTS, 60, 20, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, 4, 100}, {PANEL_OBJECTS, PANEL_NONE, FLEX, 100},
			{PANEL_EVENT, PANEL_NONE, 7, 100}, {PANEL_TIMELINE, PANEL_NONE, 2, 100}}},
	{LAYOUT_OBJECTS, 30, 14, TITLED,
		{{PANEL_OBJECTS, PANEL_NONE, FLEX, 100}, {PANEL_EVENT, PANEL_NONE, 6, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_OBJECTS, 30, 10, BARE,
		{{PANEL_OBJECTS, PANEL_NONE, FLEX, 100}, {PANEL_EVENT, PANEL_NONE, 5, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_OBJECTS, 20, 6, BARE,
		{{PANEL_OBJECTS, PANEL_NONE, FLEX, 100}, {PANEL_EVENT, PANEL_NONE, 3, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_OBJECTS, 0, 0, BARE,
		{{PANEL_EVENT, PANEL_NONE, FLEX, 100}, {PANEL_OBJECTS, PANEL_NONE, 1, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
};

static const struct table lectures[] = {
	{LAYOUT_POOLS, 100, 45, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, 13, 100}, {PANEL_POOL, PANEL_NONE, FLEX, 100},
			{PANEL_LECTURE, PANEL_NONE, 14, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_POOLS, 60, 30, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, 7, 100}, {PANEL_POOL, PANEL_NONE, FLEX, 100},
			{PANEL_LECTURE, PANEL_NONE, 12, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_POOLS, 60, 20, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, 4, 100}, {PANEL_POOL, PANEL_NONE, FLEX, 100},
			{PANEL_LECTURE, PANEL_NONE, 10, 100}, {PANEL_TIMELINE, PANEL_NONE, 1, 100}},
		POOL_ROWS},
	{LAYOUT_POOLS, 40, 20, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, 3, 100}, {PANEL_POOL, PANEL_NONE, FLEX, 100},
			{PANEL_LECTURE, PANEL_NONE, 10, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_POOLS, 40, 15, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, 3, 100}, {PANEL_POOL, PANEL_NONE, FLEX, 100},
			{PANEL_LECTURE, PANEL_NONE, 9, 100}, {PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_POOLS, 30, 10, BARE,
		{{PANEL_POOL, PANEL_NONE, FLEX, 100}, {PANEL_LECTURE, PANEL_NONE, 7, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_POOLS, 0, 0, BARE,
		{{PANEL_LECTURE, PANEL_NONE, FLEX, 100}, {PANEL_TIMELINE, PANEL_NONE, 1, 100}}},

	{LAYOUT_HEAP, 60, 30, TITLED,
		{{PANEL_HEAP, PANEL_NONE, FLEX, 100}, {PANEL_LECTURE, PANEL_NONE, 13, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_HEAP, 30, 14, TITLED,
		{{PANEL_HEAP, PANEL_NONE, FLEX, 100}, {PANEL_LECTURE, PANEL_NONE, 9, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_HEAP, 30, 10, BARE,
		{{PANEL_HEAP, PANEL_NONE, FLEX, 100}, {PANEL_LECTURE, PANEL_NONE, 6, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_HEAP, 0, 0, BARE,
		{{PANEL_LECTURE, PANEL_NONE, FLEX, 100}, {PANEL_TIMELINE, PANEL_NONE, 1, 100}}},

	{LAYOUT_BINS, 60, 30, TITLED,
		{{PANEL_HEAP, PANEL_NONE, FLEX, 100}, {PANEL_BINS, PANEL_NONE, 12, 100},
			{PANEL_LECTURE, PANEL_NONE, 12, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_BINS, 60, 20, TITLED,
		{{PANEL_HEAP, PANEL_NONE, FLEX, 100}, {PANEL_BINS, PANEL_NONE, 6, 100},
			{PANEL_LECTURE, PANEL_NONE, 9, 100}, {PANEL_TIMELINE, PANEL_NONE, 1, 100}}},

	/* On narrower screens a heap of several spaces has the layouts of a heap. */
	{LAYOUT_SPACES, 76, 30, TITLED,
		{{PANEL_HEAP, PANEL_ROOTS, FLEX, 58}, {PANEL_OBJECTS, PANEL_NONE, 7, 100},
			{PANEL_LECTURE, PANEL_NONE, 12, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_SPACES, 76, 14, TITLED,
		{{PANEL_HEAP, PANEL_ROOTS, FLEX, 58}, {PANEL_LECTURE, PANEL_NONE, 9, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},

	/* Captions say "at the top" and "below" of them: so they stand on every screen. */
	{LAYOUT_OBJECTS, 60, 45, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, 13, 100}, {PANEL_OBJECTS, PANEL_NONE, FLEX, 100},
			{PANEL_LECTURE, PANEL_NONE, 14, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_OBJECTS, 60, 30, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, 7, 100}, {PANEL_OBJECTS, PANEL_NONE, FLEX, 100},
			{PANEL_LECTURE, PANEL_NONE, 13, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_OBJECTS, 30, 20, TITLED,
		{{PANEL_ARENAS, PANEL_NONE, 5, 100}, {PANEL_OBJECTS, PANEL_NONE, FLEX, 100},
			{PANEL_LECTURE, PANEL_NONE, 9, 100}, {PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_OBJECTS, 30, 10, BARE,
		{{PANEL_OBJECTS, PANEL_NONE, FLEX, 100}, {PANEL_LECTURE, PANEL_NONE, 7, 100},
			{PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
	{LAYOUT_OBJECTS, 0, 0, BARE,
		{{PANEL_LECTURE, PANEL_NONE, FLEX, 100}, {PANEL_TIMELINE, PANEL_NONE, 1, 100}}},
};

/* A strip of a panel that is more than that where it has room: it has no title. */
static bool is_strip(const struct panel_ops *panel, int height)
{
	return panel == panel_of(PANEL_TIMELINE) && height < 3;
}

/* To a panel that the person opened, the list of events gives its row, as does its own strip. */
static bool gives_way(const struct row *row, const struct panel_ops *main)
{
	return main && !row->right && (row->left == PANEL_EVENTS || panel_of(row->left) == main);
}

static bool has_text(const struct row *row)
{
	return row->height != FLEX &&
	       (row->left == PANEL_LECTURE || row->left == PANEL_EVENT ||
		       row->right == PANEL_EVENT || row->third == PANEL_EVENT);
}

static int row_height(const struct row *row, int text_rows)
{
	return has_text(row) && text_rows > 0 ? text_rows : row->height;
}

static int fixed_rows(const struct table *table, const struct panel_ops *main, int text_rows)
{
	int rows = 0;

	for (const struct row *row = table->rows; row->left; row++)
		rows += gives_way(row, main) ? 0 : row_height(row, text_rows);
	return rows;
}

/* The most rows for the text: the table's, and more where objects, not a map, take the rest. */
static int most_text(const struct table *table, struct area area)
{
	int most = 0, spare = 0;

	for (const struct row *row = table->rows; row->left; row++) {
		if (row->left == PANEL_LECTURE)
			most = row->height;
		if (row->left == PANEL_OBJECTS && row->height == FLEX)
			spare = area.height - fixed_rows(table, NULL, 0) - OBJECT_ROWS;
	}
	return spare > 0 ? most + spare : most;
}

static int fit_text(const struct table *table, struct area area, int text_rows)
{
	int most = most_text(table, area);

	text_rows = text_rows < LAYOUT_TEXT_MIN ? LAYOUT_TEXT_MIN : text_rows;
	return text_rows < most ? text_rows : most;
}

/* text_rows: of a lecture; 0: as many as in the table. */
static bool fits(const struct table *table, struct area area, int text_rows)
{
	return area.width >= table->width && area.height >= table->height &&
	       (table->rest == 0 ||
		       area.height - fixed_rows(table, NULL, fit_text(table, area, text_rows)) >=
			       table->rest);
}

/* The first table of that kind for which the area is large enough; NULL: none. */
static const struct table *find_table(const struct table *from, size_t n, struct area area,
	enum layout_kind kind, int text_rows)
{
	for (size_t i = 0; i < n; i++)
		if (from[i].kind == kind && fits(&from[i], area, text_rows))
			return &from[i];
	return NULL;
}

/* The kinds other than bins and spaces have tables for every area. */
static const struct table *table_for(const struct table *from, size_t n, struct area area,
	enum layout_kind kind, int text_rows)
{
	const struct table *table = find_table(from, n, area, kind, text_rows);

	return table ? table : find_table(from, n, area, LAYOUT_HEAP, text_rows);
}

#define COUNT(array) (sizeof(array) / sizeof(*(array)))

static void add(struct layout *layout, const struct panel_ops *panel, struct area area,
	enum trim trim)
{
	struct layout_place *place = &layout->places[layout->count++];
	bool bare = is_strip(panel, area.height) || panel == panel_of(PANEL_LECTURE);

	place->panel = panel;
	place->area = area;
	place->title_rows = trim == BARE || bare || area.height < 2 ? 0 : 1;
}

static void add_row(struct layout *layout, const struct row *row, struct area area, enum trim trim,
	const struct panel_ops *main)
{
	const struct panel_ops *left = main ? main : panel_of(row->left);
	const struct panel_ops *right = row->right ? panel_of(row->right) : NULL;

	if (!right || right == left) {
		add(layout, left, area, trim);
		return;
	}
	int shares[] = {row->share, row->third ? row->right_share : 100 - row->share, 100};
	const struct panel_ops *const panels[] = {left, right,
		row->third ? panel_of(row->third) : NULL};
	struct area place = area;
	for (size_t i = 0; i < 3 && panels[i]; i++) {
		bool is_last = i == 2 || !panels[i + 1];
		place.width =
			is_last ? area.x + area.width - place.x : area.width * shares[i] / 100;
		add(layout, panels[i], place, trim);
		place.x += place.width + LAYOUT_GAP;
	}
}

/* A strip is not all that a person wants to see who opens the panel. */
static bool has_panel(const struct table *table, const struct panel_ops *panel)
{
	for (const struct row *row = table->rows; row->left; row++)
		if ((panel_of(row->left) == panel && !is_strip(panel, row->height)) ||
			(row->right && panel_of(row->right) == panel) ||
			(row->third && panel_of(row->third) == panel))
			return true;
	return false;
}

/* text_rows: the height of the row with the text, instead of the table's; 0: the table's. */
static void add_rows(struct layout *layout, const struct table *table, struct area area,
	const struct panel_ops *main, int text_rows)
{
	int fixed = fixed_rows(table, main, text_rows), y = area.y;

	for (const struct row *row = table->rows; row->left; row++) {
		int height = row_height(row, text_rows);
		height = height == FLEX ? area.height - fixed : height;
		struct area place = {area.x, y, area.width, height};
		if (height <= 0 || gives_way(row, main))
			continue;
		add_row(layout, row, place, table->trim, row->height == FLEX ? main : NULL);
		y += height;
	}
}

/* The height of the row with the text: that of the table, and more where the map can spare it. */
static int raise_text(const struct table *table, struct area area, const struct panel_ops *main,
	int text_rows)
{
	int rows = 0;

	for (const struct row *row = table->rows; row->left; row++)
		rows = has_text(row) ? row->height : rows;
	int room = rows + area.height - fixed_rows(table, main, 0) - MAP_ROWS_MIN -
		   (table->trim == TITLED);
	int raised = text_rows < room ? text_rows : room;
	return rows > 0 && raised > rows ? raised : 0;
}

void layout_make(struct layout *ret_layout, struct area area, enum layout_kind kind,
	const struct panel_ops *main, bool alone, int text_rows)
{
	const struct table *table = table_for(tables, COUNT(tables), area, kind, 0);

	ret_layout->count = 0;
	if (alone && main) {
		add(ret_layout, main, area, table->trim);
		return;
	}
	if (main && has_panel(table, main))
		main = NULL;
	add_rows(ret_layout, table, area, main, raise_text(table, area, main, text_rows));
}

void layout_make_lecture(struct layout *ret_layout, struct area area, enum layout_kind kind,
	int text_rows)
{
	const struct table *table = table_for(lectures, COUNT(lectures), area, kind, text_rows);

	ret_layout->count = 0;
	add_rows(ret_layout, table, area, NULL, fit_text(table, area, text_rows));
}

struct area footer_of(const struct canvas *canvas)
{
	return (struct area){0, canvas->height - 1, canvas->width, 1};
}
