/* See legend.h. */
#include "canvas/legend.h"

#include "base/utf8.h"

int legend_draw(struct canvas *canvas, struct area area, int y, const struct legend_entry *entries,
	size_t count)
{
	int x = 1;

	for (size_t i = 0; i < count; i++) {
		const struct legend_entry *entry = &entries[i];
		bool is_numbers = entry->glyph == GLYPH_NUMBERS;
		int width = (is_numbers ? 3 : 1) + 1 + (int)utf8_cells(entry->words);
		if (x + width > area.width)
			continue;
		if (is_numbers)
			area_text(canvas, area, x, y, entry->role, 0, "1 2");
		else
			area_put(canvas, area, x, y,
				entry->sign ? entry->sign
					    : glyph_of(canvas->charset, (enum glyph)entry->glyph,
						      entry->level),
				entry->role, 0);
		area_text(canvas, area, x + width - (int)utf8_cells(entry->words), y, ROLE_QUIET, 0,
			entry->words);
		x += width + 2;
	}
	return x;
}
