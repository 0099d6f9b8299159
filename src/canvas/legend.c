/* See legend.h. */
#include "canvas/legend.h"

#include "base/utf8.h"

#define FILL_LEVELS 7 /* of GLYPH_FILL */

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

int legend_draw(struct canvas *canvas, struct area area, int y, const struct legend_entry *entries,
	size_t count)
{
	int x = 1;

	for (size_t i = 0; i < count; i++) {
		const struct legend_entry *entry = &entries[i];
		const char *label = label_of(entry);
		int sign = label ? (int)utf8_cells(label) : 1;
		int width = sign + 1 + (int)utf8_cells(entry->words);
		if (x + width > area.width)
			continue;
		if (label)
			area_text(canvas, area, x, y, entry->role, 0, label);
		else
			area_put(canvas, area, x, y,
				entry->sign ? entry->sign
					    : glyph_of(canvas->charset, (enum glyph)entry->glyph,
						      entry->level),
				entry->role, 0);
		area_text(canvas, area, x + sign + 1, y, ROLE_QUIET, 0, entry->words);
		x += width + 2;
	}
	return x;
}
