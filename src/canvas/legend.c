/* See legend.h. */
#include "canvas/legend.h"

#include "base/utf8.h"

#define FILL_LEVELS 7 /* of GLYPH_FILL */
#define APART       2 /* columns between entries */

static bool is_sign_of(const struct cell *cell, const struct legend_entry *entry,
	enum charset charset)
{
	if (entry->sign)
		return cell->glyph == entry->sign;
	if (entry->glyph == GLYPH_NUMBERS)
		return cell->glyph >= '0' && cell->glyph <= '9';
	if (entry->glyph == GLYPH_FULL)
		return cell->glyph == glyph_of(charset, GLYPH_FULL, 0) ||
		       cell->glyph == glyph_of(charset, GLYPH_EDGE, 0) ||
		       cell->glyph == glyph_of(charset, GLYPH_BLOCK, 0);
	for (int level = 1; entry->glyph == GLYPH_FILL && level <= FILL_LEVELS; level++)
		if (cell->glyph == glyph_of(charset, GLYPH_FILL, level))
			return true;
	return cell->glyph == glyph_of(charset, (enum glyph)entry->glyph, entry->level);
}

/* A header or padding keeps its sign in the colour of the event. */
static bool is_role_of(const struct cell *cell, const struct legend_entry *entry)
{
	bool is_of_event = cell->role == ROLE_HOT_ALLOC || cell->role == ROLE_HOT_FREE ||
			   cell->role == ROLE_BAD;

	return cell->role == entry->role ||
	       (is_of_event && (entry->glyph == GLYPH_BOOK || entry->glyph == GLYPH_WASTE));
}

bool legend_is_seen(const struct canvas *canvas, struct area area, const struct legend_entry *entry)
{
	for (int y = area.y; y < area.y + area.height && y < canvas->height; y++)
		for (int x = area.x; x < area.x + area.width && x < canvas->width; x++) {
			const struct cell *cell = canvas_at(canvas, x, y);
			if (is_role_of(cell, entry) && is_sign_of(cell, entry, canvas->charset))
				return true;
		}
	return false;
}

static const char *label_of(const struct legend_entry *entry)
{
	return entry->glyph == GLYPH_NUMBERS ? "1 2" : entry->label;
}

static int width_of(const struct legend_entry *entry)
{
	const char *label = label_of(entry);

	return (label ? (int)utf8_cells(label) : 1) + 1 + (int)utf8_cells(entry->words);
}

static void draw_entry(struct canvas *canvas, struct area area, int x, int y,
	const struct legend_entry *entry)
{
	const char *label = label_of(entry);

	if (label)
		area_text(canvas, area, x, y, entry->role, 0, label);
	else
		area_put(canvas, area, x, y,
			entry->sign
				? entry->sign
				: glyph_of(canvas->charset, (enum glyph)entry->glyph, entry->level),
			entry->role, 0);
	area_text(canvas, area, x + width_of(entry) - (int)utf8_cells(entry->words), y, ROLE_QUIET,
		0, entry->words);
}

/* In the last row, entries that do not fit are left out, and shorter ones after them may. */
int legend_draw(struct canvas *canvas, struct area area, int x, int y, int rows,
	const struct legend_entry *entries, size_t count)
{
	int row = 0;

	for (size_t i = 0; i < count; i++) {
		int width = width_of(&entries[i]);
		if (x + width > area.width && row + 1 < rows) {
			row++;
			x = 1;
		}
		if (x + width > area.width)
			continue;
		draw_entry(canvas, area, x, y + row, &entries[i]);
		x += width + APART;
	}
	return row + 1;
}
