/*
 * The versions of CPython that the engine knows, and how their allocators differ. A preset is named
 * by its series ("3.11"), or by the last micro release that behaves so ("3.7.3").
 */
#ifndef ENGINES_PYMALLOC_PRESETS_H
#define ENGINES_PYMALLOC_PRESETS_H

#include <stdbool.h>
#include <stdint.h>

struct options;

/* What differs between the versions; spec: Objects/obmalloc.c of each. */
struct geometry {
	const char *name;
	uint32_t alignment;
	uint32_t pool_size;
	uint32_t arena_size;
	/* a wholly free arena stays mapped while it is the last of usable_arenas */
	bool keeps_last;
};

/* The names, for --python; NULL ends them. */
extern const char *const pymalloc_presets[];

/* Of the preset that --python names. */
const struct geometry *pymalloc_geometry(const struct options *values);

/*
 * The name of the preset for a version of CPython as it was released, "3.7.2"; NULL: there is none,
 * or the words are not a version. Of a version without a micro release it is the series.
 */
const char *pymalloc_preset_for(const char *version);

#endif
