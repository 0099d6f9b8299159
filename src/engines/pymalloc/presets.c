/*
 * The presets of --python.
 *
 * On 64-bit machines blocks have been aligned to 16 bytes since 2.7.17, 3.7.4 and 3.8. No release
 * of 3.6 does so; pyenv builds its 3.6.15 with the patch, and "3.6" is that one.
 */
#include "engines/pymalloc/presets.h"

#include "base/options.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

static const struct geometry geometries[] = {
	{"classic", 8, 4096, 256u << 10, false},
	{"2.7.16", 8, 4096, 256u << 10, false},
	{"2.7", 16, 4096, 256u << 10, false},
	{"3.6.14", 8, 4096, 256u << 10, false},
	{"3.6", 16, 4096, 256u << 10, false},
	{"3.7.3", 8, 4096, 256u << 10, false},
	{"3.7", 16, 4096, 256u << 10, false},
	{"3.8", 16, 4096, 256u << 10, false},
	{"3.9", 16, 4096, 256u << 10, true},
	{"3.10", 16, 16384, 1u << 20, true},
	{"3.11", 16, 16384, 1u << 20, true},
	{"3.12", 16, 16384, 1u << 20, true},
	{"3.13", 16, 16384, 1u << 20, true},
	{"3.14", 16, 16384, 1u << 20, true},
};
#define NPRESETS (sizeof(geometries) / sizeof(*geometries))

const char *const pymalloc_presets[] = {"classic", "2.7.16", "2.7", "3.6.14", "3.6", "3.7.3", "3.7",
	"3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14", NULL};
static_assert(sizeof(pymalloc_presets) / sizeof(*pymalloc_presets) == NPRESETS + 1,
	"every preset has its name");

const struct geometry *pymalloc_geometry(const struct options *values)
{
	return &geometries[options_choice(values, "python")];
}

struct release {
	unsigned major, minor, micro;
	bool has_micro;
};

static bool parse_release(const char *words, struct release *ret_release)
{
	int n = sscanf(words, "%u.%u.%u", &ret_release->major, &ret_release->minor,
		&ret_release->micro);

	ret_release->has_micro = n == 3;
	return n >= 2;
}

/* A preset named by a micro release stands before that of its series. */
const char *pymalloc_preset_for(const char *version)
{
	struct release wanted, preset;

	if (!parse_release(version, &wanted))
		return NULL;
	for (size_t i = 0; i < NPRESETS; i++) {
		if (!parse_release(geometries[i].name, &preset) || preset.major != wanted.major ||
			preset.minor != wanted.minor)
			continue;
		if (!preset.has_micro || (wanted.has_micro && wanted.micro <= preset.micro))
			return geometries[i].name;
	}
	return NULL;
}
