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
#define WORDS  8u /* columns: "0 dirty " */

static uint64_t field_at(const struct engine *engine, uint64_t address, const char *name)
{
	struct field fields[FIELDS];
	size_t n = engine_has_fields(engine) ? engine_fields(engine, address, fields, FIELDS) : 0;

	for (size_t i = 0; i < n; i++)
		if (strcmp(fields[i].name, name) == 0)
			return strtoull(fields[i].value, NULL, 10);
	return 0;
}

bool card_title_draw(const struct heap_map *map, struct canvas *canvas, struct area line)
{
	const struct region *region = &map->region;
	uint64_t card = field_at(map->engine, region->base, "card bytes");
	uint64_t columns = card / map->cell * (uint64_t)map->wide;
	struct units size, percent;
	int x = map->label;

	if (columns < WORDS || region->size <= card || map_rows(map) > 1 ||
		map->size < region->size || 1 + (int)strlen(region->name) >= map->label)
		return false;
	area_text(canvas, line, 1, 0, ROLE_TITLE, 0, region->name);
	for (uint64_t i = 0; i * card < region->size; i++, x += (int)columns) {
		bool is_dirty = field_at(map->engine, region->base + i * card, "dirty card");
		area_print(canvas, line, x, 0, is_dirty ? ROLE_CHANGED : ROLE_QUIET,
			"%" PRIu64 " %s", i, is_dirty ? "dirty" : "clean");
	}
	x = area_print(canvas, line, x + 1, 0, ROLE_QUIET, "%s",
		units_percent(&percent, region->used, region->size));
	if (x + 20 <= line.width)
		area_print(canvas, line, x, 0, ROLE_QUIET, " of %s used",
			units_bytes(&size, region->size));
	return true;
}
