/*
 * See card_title.h.
 *
 *	 old  0 clean 1 dirty 2 clean 3 clean   47%
 *	    0 ██1█▌██2█▌██3█▌·················
 *
 * The engine has the size of a card, and whether one is dirty, among its fields.
 */
#include "panels/heap/card_title.h"

#include "base/units.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS 8u
#define WORDS  8 /* columns: "0 dirty " */

/* Fills the field of that name at an address; false: there is none. */
static bool find_field(const struct engine *engine, uint64_t address, const char *name,
	struct field *ret_field)
{
	struct field fields[FIELDS];
	size_t n = engine_has_fields(engine) ? engine_fields(engine, address, fields, FIELDS) : 0;

	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, name) == 0) {
			*ret_field = fields[i];
			return true;
		}
	return false;
}

static uint64_t number_at(const struct engine *engine, uint64_t address, const char *name)
{
	struct field field;

	return find_field(engine, address, name, &field) ? strtoull(field.value, NULL, 10) : 0;
}

uint64_t card_bytes(const struct engine *engine, const struct region *region)
{
	uint64_t card = number_at(engine, region->base, "card bytes");

	return card < region->size ? card : 0;
}

bool card_title_fits(const struct heap_map *map)
{
	int columns = map_card_columns(map);

	return columns >= WORDS && map->columns * map->wide % columns == 0 &&
	       1 + (int)strlen(map->region.name) < map->label;
}

/* The place of a card's words, in the line of the title or below it. */
static int place_of(const struct heap_map *map, uint64_t card, int *ret_y)
{
	int columns = map_card_columns(map);
	uint64_t per_row = (uint64_t)(map->columns * map->wide / columns);

	*ret_y = (int)(card / per_row) * map->pitch;
	return map->label + (int)(card % per_row) * columns;
}

void card_title_draw(const struct heap_map *map, struct canvas *canvas, struct area line)
{
	const struct region *region = &map->region;
	struct area lines = {line.x, line.y, line.width, 1 + map->area.height};
	struct units size, percent;
	int end = 0;

	area_text(canvas, line, 1, 0, ROLE_TITLE, 0, region->name);
	for (uint64_t i = 0; i * map->card < region->size; i++) {
		bool is_dirty = number_at(map->engine, region->base + i * map->card, "dirty card");
		int y, x = place_of(map, i, &y);
		if (y == 0)
			end = x + map_card_columns(map);
		area_print(canvas, lines, x, y, is_dirty ? ROLE_CHANGED : ROLE_QUIET,
			"%" PRIu64 " %s", i, is_dirty ? "dirty" : "clean");
	}
	end = area_print(canvas, line, end + 1, 0, ROLE_QUIET, "%s",
		units_percent(&percent, region->used, region->size));
	if (end + 20 <= line.width)
		area_print(canvas, line, end, 0, ROLE_QUIET, " of %s used",
			units_bytes(&size, region->size));
}

int card_title_name(const struct heap_map *map, struct canvas *canvas, struct area line, int x)
{
	struct field dirty;

	if (card_bytes(map->engine, &map->region) == 0 ||
		!find_field(map->engine, 0, "dirty cards", &dirty))
		return x;
	return area_print(canvas, line, x, 0,
		strcmp(dirty.value, "none") == 0 ? ROLE_QUIET : ROLE_CHANGED, "; dirty: %s",
		dirty.value);
}
