/* See places.h. */
#include "symbols/places.h"

#include "base/xalloc.h"

#include <stdlib.h>

#define ROOM 256u /* cells at first */

static struct place **cell_of(const struct places *places, size_t module, uint64_t address)
{
	uint64_t hash = (address ^ (uint64_t)module << 48) * UINT64_C(0x9E3779B97F4A7C15);

	for (size_t at = (size_t)(hash >> 20);; at++) {
		struct place **cell = &places->cells[at & (places->room - 1)];
		if (!*cell || ((*cell)->address == address && (*cell)->module == module))
			return cell;
	}
}

static void grow(struct places *places)
{
	struct places larger = {.room = places->room ? places->room * 2 : ROOM,
		.count = places->count};

	larger.cells = xcalloc(larger.room, sizeof(*larger.cells));
	for (size_t i = 0; i < places->room; i++)
		if (places->cells[i])
			*cell_of(&larger, places->cells[i]->module, places->cells[i]->address) =
				places->cells[i];
	free(places->cells);
	*places = larger;
}

struct place *places_find(struct places *places, size_t module, uint64_t address)
{
	if ((places->count + 1) * 2 > places->room)
		grow(places);
	struct place **cell = cell_of(places, module, address);
	if (!*cell) {
		*cell = xcalloc(1, sizeof(**cell));
		(*cell)->module = module;
		(*cell)->address = address;
		places->count++;
	}
	return *cell;
}

void places_finish(struct places *places)
{
	for (size_t i = 0; i < places->room; i++) {
		struct place *place = places->cells[i];
		for (char **name = place ? place->around : NULL; name && *name; name++)
			free(*name);
		free(place ? place->around : NULL);
		free(place ? place->name : NULL);
		free(place);
	}
	free(places->cells);
	*places = (struct places){.room = 0};
}
