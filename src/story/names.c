/* Names of places; see names.h. */
#include "story/names.h"

#include "base/units.h"
#include "story/places.h"

#include <inttypes.h>
#include <stdio.h>

/* "A01.p23"; a region of one page gives its name to the page. */
static void name_page(const struct region *region, uint32_t number, char *buffer, size_t size)
{
	if (region->pages == 1)
		snprintf(buffer, size, "%s", region->name);
	else
		snprintf(buffer, size, "%s.p%02" PRIu32, region->name, number);
}

void page_name(const struct engine *engine, uint64_t address, char *name, size_t size)
{
	struct region region;
	struct page page;
	uint32_t number;
	size_t at;

	if (page_find(engine, address, &at, &number, &page)) {
		engine_region(engine, at, &region);
		name_page(&region, number, name, size);
	} else {
		snprintf(name, size, "-");
	}
}

const char *name_offset(const struct engine *engine, uint64_t offset, char *buffer, size_t size)
{
	struct units units;

	if (offsets_are_hex(engine))
		snprintf(buffer, size, "0x%" PRIx64, offset);
	else
		snprintf(buffer, size, "%s", units_count(&units, offset));
	return buffer;
}

const char *name_in_region(const struct engine *engine, const struct region *region,
	uint64_t offset, char *buffer, size_t size)
{
	char bytes[40];

	snprintf(buffer, size, "%s+%s", engine_region_count(engine) > 1 ? region->name : "",
		name_offset(engine, offset, bytes, sizeof(bytes)));
	return buffer;
}

static void name_outside(const struct heap *heap, uint64_t address, char *buffer, size_t size)
{
	struct region mapping;

	if (heap_mapping_at(heap, address, &mapping))
		snprintf(buffer, size, "%s", mapping.name);
	else
		snprintf(buffer, size, "0x%" PRIx64, address);
}

const char *name_around(const struct heap *heap, uint64_t address, char *buffer, size_t size)
{
	struct place place;
	char offset[40];

	if (!place_find(heap, address, &place))
		name_outside(heap, address, buffer, size);
	else if (place.has_page)
		name_page(&place.region, place.number, buffer, size);
	else
		snprintf(buffer, size, "%s +%s", place.region.name,
			name_offset(place.engine, address - place.region.base, offset,
				sizeof(offset)));
	return buffer;
}

const char *name_address(const struct heap *heap, uint64_t address, char *buffer, size_t size)
{
	struct place place;
	uint32_t block;
	char page[40];

	if (!place_find(heap, address, &place) || !place_block(&place, address, &block))
		return name_around(heap, address, buffer, size);
	name_page(&place.region, place.number, page, sizeof(page));
	snprintf(buffer, size, "%s block %" PRIu32, page, block);
	return buffer;
}
