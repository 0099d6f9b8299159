/* See legend.h. */
#include "canvas/legend.h"

#include "base/text.h"
#include "base/utf8.h"

#include <stdio.h>
#include <string.h>

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

/* The sign as it is drawn; 0: it is a label. */
static uint32_t glyph_shown(const struct legend_entry *entry, enum charset charset)
{
	return entry->label || entry->glyph == GLYPH_NUMBERS ? 0
	       : entry->sign                                 ? entry->sign
			     : glyph_of(charset, (enum glyph)entry->glyph, entry->level);
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
		area_put(canvas, area, x, y, glyph_shown(entry, canvas->charset), entry->role, 0);
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

/* ---- one for several maps ------------------------------------------------------------------ */

/* A label that stands for a sign of the other has that sign in it, as "│·" has. */
static bool is_same_sign(const struct legend_entry *one, const struct legend_entry *other)
{
	return one->glyph == other->glyph && one->level == other->level &&
	       one->sign == other->sign &&
	       (!one->label || !other->label || strcmp(one->label, other->label) == 0);
}

static bool is_same(const struct legend_entry *one, const struct legend_entry *other)
{
	return is_same_sign(one, other) && one->role == other->role &&
	       strcmp(one->words, other->words) == 0;
}

void legend_keep(struct legend *legend, const struct legend_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = 0;
		while (at < legend->count && !is_same(&legend->items[at], &entries[i]))
			at++;
		if (at == LEGEND_SIGNS)
			return;
		if (at == legend->count)
			legend->items[legend->count++] = entries[i];
		if (entries[i].label)
			legend->items[at].label = entries[i].label;
		legend->maps[at] |= 1u << legend->map;
	}
}

/*
 * Whether the sign means something else in another map. The same in every character set: where
 * there are few signs, a map has one for two meanings.
 */
static bool has_two_meanings(const struct legend *legend, size_t at)
{
	uint32_t shown = glyph_shown(&legend->items[at], CHARSET_UTF8);

	for (size_t i = 0; i < legend->count; i++)
		if (i != at && shown && legend->maps[i] != legend->maps[at] &&
			strcmp(legend->items[i].words, legend->items[at].words) != 0 &&
			glyph_shown(&legend->items[i], CHARSET_UTF8) == shown)
			return true;
	return false;
}

static void add_maps(unsigned maps, struct text *out)
{
	for (unsigned i = 0; i < LEGEND_MAPS; i++)
		if (maps & 1u << i)
			text_add(out, "%s%c", out->length ? " " : "", (char)('A' + (int)i));
}

/* The scale, once where it is the same in all maps that have one. */
static void add_scales(const struct legend *legend, size_t maps, struct text *out)
{
	for (size_t i = 0; i < maps; i++) {
		unsigned same = 0, all = 0;
		bool is_first = true;
		struct text names = {0};
		for (size_t j = 0; j < maps; j++) {
			all |= legend->scales[j][0] ? 1u << j : 0;
			if (strcmp(legend->scales[i], legend->scales[j]) == 0)
				same |= 1u << j;
			is_first &= j >= i || !(same & 1u << j);
		}
		if (!legend->scales[i][0] || !is_first)
			continue;
		if (same != all)
			add_maps(same, &names);
		text_add(out, "%s%s%s%s", out->length ? "  " : "", text_of(&names),
			names.length ? ": " : "", legend->scales[i]);
		text_finish(&names);
	}
}

int legend_draw_common(const struct legend *legend, size_t maps, struct canvas *canvas,
	struct area area, int rows)
{
	struct legend_entry entries[LEGEND_SIGNS];
	struct text words[LEGEND_SIGNS] = {0}, scales = {0}, names = {0};

	add_scales(legend, maps, &scales);
	for (size_t i = 0; i < legend->count; i++) {
		entries[i] = legend->items[i];
		if (!has_two_meanings(legend, i))
			continue;
		text_clear(&names);
		add_maps(legend->maps[i], &names);
		text_add(&words[i], "%s (%s)", entries[i].words, text_of(&names));
		entries[i].words = text_of(&words[i]);
	}
	int x = area_text(canvas, area, 1, 0, ROLE_QUIET, 0, text_of(&scales));
	int used = legend_draw(canvas, area, scales.length ? x + APART : 1, 0, rows, entries,
		legend->count);
	for (size_t i = 0; i < legend->count; i++)
		text_finish(&words[i]);
	text_finish(&scales);
	text_finish(&names);
	return used;
}
