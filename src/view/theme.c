/* See theme.h. */
#include "view/theme.h"

#include <assert.h>
#include <string.h>

#define D COLOR_DEFAULT

/* The colours by which themes differ. */
struct theme {
	const char *name;
	short text, back;	/* of everything; D: the terminal's own */
	short live, full, free, virgin, waste, alloc, alloc_text, freed, freed_text, quiet;
};

static const struct theme themes[] = {
	/*                     text back live full free virgin waste alloc     freed     quiet */
	{"neutral",            D,   D,   33,  24,  247, 244,   197,  226, 16,  209, 16,  245},
	{"dark",               252, 234, 39,  27,  145, 240,   162,  226, 16,  209, 16,  243},
	{"light",              235, 255, 26,  17,  102, 250,   126,  178, 16,  166, 231, 246},
	{"projector-dark",     231, 16,  45,  33,  231, 243,   175,  220, 16,  202, 16,  248},
	{"projector-light",    16,  231, 27,  17,  239, 145,   126,  220, 16,  166, 231, 240},
	{"mono",               D,   D,   D,   D,   D,   D,     D,    D,   D,   D,   D,   D},
};

#define THEMES (sizeof(themes) / sizeof(*themes))

const char *const theme_names[] = {
	"neutral", "dark", "light", "projector-dark", "projector-light", "mono", NULL,
};

static_assert(sizeof(theme_names) / sizeof(*theme_names) == THEMES + 1, "every theme is listed");

const struct theme *theme_find(const char *name)
{
	for (size_t i = 0; i < THEMES; i++)
		if (strcmp(themes[i].name, name) == 0)
			return &themes[i];
	return NULL;
}

const char *theme_name(const struct theme *theme)
{
	return theme->name;
}

const struct theme *theme_next(const struct theme *theme)
{
	return theme == &themes[THEMES - 1] ? &themes[0] : theme + 1;
}

static struct look rich(const struct theme *t, enum role role)
{
	static const short classes[] = {33, 208, 35, 170, 178, 44, 167, 141};

	switch (role) {
	case ROLE_TEXT: return (struct look){t->text, t->back, 0};
	case ROLE_QUIET: return (struct look){t->quiet, t->back, 0};
	case ROLE_TITLE: return (struct look){t->text, t->back, CELL_BOLD};
	case ROLE_STATUS: return (struct look){t->text, t->back, CELL_REVERSE};
	case ROLE_KEY: return (struct look){t->text, t->back, CELL_BOLD};
	case ROLE_LIVE: return (struct look){t->live, t->back, 0};
	case ROLE_FULL: return (struct look){t->full, t->back, 0};
	case ROLE_FREE: return (struct look){t->free, t->back, 0};
	case ROLE_VIRGIN: return (struct look){t->virgin, t->back, 0};
	case ROLE_HEADER: return (struct look){t->waste, t->back, 0};
	case ROLE_WASTE: return (struct look){t->waste, t->back, 0};
	case ROLE_HOT_ALLOC: return (struct look){t->alloc_text, t->alloc, CELL_BOLD};
	case ROLE_HOT_FREE: return (struct look){t->freed_text, t->freed, CELL_BOLD};
	case ROLE_CHANGED: return (struct look){t->text, t->back, CELL_BOLD | CELL_UNDERLINE};
	case ROLE_CURSOR: return (struct look){t->text, t->back, CELL_REVERSE};
	case ROLE_BAD: return (struct look){231, 160, CELL_BOLD};
	case ROLE_CURVE: return (struct look){t->live, t->back, 0};
	case ROLE_CURVE_2: return (struct look){t->quiet, t->back, 0};
	case ROLE_PLAYHEAD: return (struct look){t->text, t->back, CELL_BOLD | CELL_REVERSE};
	case ROLE_MARK: return (struct look){t->waste, t->back, CELL_BOLD};
	case ROLE_CLASS_0: case ROLE_CLASS_1: case ROLE_CLASS_2: case ROLE_CLASS_3:
	case ROLE_CLASS_4: case ROLE_CLASS_5: case ROLE_CLASS_6: case ROLE_CLASS_7:
		return (struct look){classes[role - ROLE_CLASS_0], t->back, 0};
	case ROLE_COUNT: break;
	}
	return (struct look){D, D, 0};
}

/* 8 and 16 colours: the terminal's own foreground and background stay. */
static struct look poor(enum role role, int colors)
{
	short live = 6, full = colors >= 16 ? 13 : 5;

	switch (role) {
	case ROLE_LIVE: case ROLE_CURVE: return (struct look){live, D, 0};
	case ROLE_FULL: return (struct look){full, D, 0};
	case ROLE_FREE: return (struct look){colors >= 16 ? 15 : 7, D, 0};
	case ROLE_VIRGIN: case ROLE_QUIET: case ROLE_CURVE_2: return (struct look){7, D, 0};
	case ROLE_HEADER: case ROLE_WASTE: case ROLE_MARK: return (struct look){1, D, 0};
	case ROLE_HOT_ALLOC: return (struct look){0, 3, CELL_BOLD};
	case ROLE_HOT_FREE: return (struct look){7, 4, CELL_BOLD};
	case ROLE_BAD: return (struct look){7, 1, CELL_BOLD};
	case ROLE_CLASS_0: case ROLE_CLASS_1: case ROLE_CLASS_2: case ROLE_CLASS_3:
	case ROLE_CLASS_4: case ROLE_CLASS_5: case ROLE_CLASS_6: case ROLE_CLASS_7:
		return (struct look){(short)(1 + (role - ROLE_CLASS_0) % 7), D, 0};
	case ROLE_TITLE: case ROLE_KEY: return (struct look){D, D, CELL_BOLD};
	case ROLE_STATUS: case ROLE_CURSOR: return (struct look){D, D, CELL_REVERSE};
	case ROLE_PLAYHEAD: return (struct look){D, D, CELL_BOLD | CELL_REVERSE};
	case ROLE_CHANGED: return (struct look){D, D, CELL_BOLD | CELL_UNDERLINE};
	case ROLE_TEXT: case ROLE_COUNT: break;
	}
	return (struct look){D, D, 0};
}

/* No colours: what is hot, wrong or chosen still stands out. */
static struct look mono(enum role role)
{
	switch (role) {
	case ROLE_TITLE: case ROLE_KEY: case ROLE_FULL: case ROLE_MARK:
		return (struct look){D, D, CELL_BOLD};
	case ROLE_STATUS: case ROLE_CURSOR:
		return (struct look){D, D, CELL_REVERSE};
	case ROLE_HOT_ALLOC: case ROLE_BAD: case ROLE_PLAYHEAD:
		return (struct look){D, D, CELL_BOLD | CELL_REVERSE};
	case ROLE_HOT_FREE:
		return (struct look){D, D, CELL_REVERSE | CELL_UNDERLINE};
	case ROLE_CHANGED:
		return (struct look){D, D, CELL_BOLD | CELL_UNDERLINE};
	case ROLE_TEXT: case ROLE_QUIET: case ROLE_LIVE: case ROLE_FREE: case ROLE_VIRGIN: case ROLE_HEADER:
	case ROLE_WASTE: case ROLE_CURVE: case ROLE_CURVE_2:
	case ROLE_CLASS_0: case ROLE_CLASS_1: case ROLE_CLASS_2: case ROLE_CLASS_3:
	case ROLE_CLASS_4: case ROLE_CLASS_5: case ROLE_CLASS_6: case ROLE_CLASS_7: case ROLE_COUNT:
		break;
	}
	return (struct look){D, D, 0};
}

struct look theme_look(const struct theme *theme, enum role role, int colors)
{
	if (colors == 0 || strcmp(theme->name, "mono") == 0)
		return mono(role);
	return colors >= 256 ? rich(theme, role) : poor(role, colors);
}
