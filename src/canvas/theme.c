/* See theme.h. */
#include "canvas/theme.h"

#include <assert.h>
#include <string.h>

#define D COLOR_DEFAULT

/*
 * The uses of 16 and 8 colours: numbers in the palette of the terminal. Only light backgrounds use
 * 8, since in some palettes it is the dark one.
 */
struct poor {
	short text, back, live, full, free, virgin, waste, quiet, alloc, alloc_text, freed,
		freed_text;
};

/*                                       text back live full free virgin waste quiet alloc freed */
static const struct poor plain_16 = {D, D, 12, 5, 10, 7, 1, 7, 3, 0, 4, 7};
static const struct poor plain_8 = {D, D, 6, 5, 2, 7, 1, 7, 3, 0, 4, 7};
static const struct poor dark_16 = {7, 0, 12, 5, 10, 7, 1, 7, 3, 0, 4, 7};
static const struct poor dark_8 = {7, 0, 6, 5, 2, 7, 1, 7, 3, 0, 4, 7};
static const struct poor light_16 = {0, 15, 12, 0, 8, 6, 1, 8, 3, 0, 4, 15};
static const struct poor light_8 = {0, 7, 4, 5, 0, 6, 1, 0, 3, 0, 4, 7};
static const struct poor sharp_16 = {15, 0, 14, 13, 10, 7, 9, 7, 11, 0, 4, 15};
static const struct poor blind_16 = {7, 0, 6, 13, 15, 3, 9, 7, 11, 0, 4, 15};

/* The colours in which themes differ. */
struct theme {
	const char *name;
	short text, back; /* the default for all cells; D: the terminal's own */
	short live, full, free, virgin, waste, alloc, alloc_text, freed, freed_text, quiet;
	const struct poor *with_16, *with_8;
};

static const struct theme themes[] = {
	/*                     text back live full free virgin waste alloc     freed     quiet */
	{"neutral", D, D, 33, 24, 247, 244, 197, 226, 16, 209, 16, 245, &plain_16, &plain_8},
	{"dark", 252, 234, 39, 27, 145, 240, 162, 226, 16, 209, 16, 243, &dark_16, &dark_8},
	{"light", 235, 255, 26, 17, 102, 250, 126, 178, 16, 166, 231, 246, &light_16, &light_8},
	{"high-contrast", 231, 16, 39, 99, 231, 246, 218, 220, 16, 209, 16, 252, &sharp_16,
		&dark_8},
	{"colour-blind", 252, 234, 81, 63, 231, 242, 175, 221, 16, 130, 231, 245, &blind_16,
		&dark_8},
	{"projector-dark", 231, 16, 45, 33, 231, 243, 175, 220, 16, 202, 16, 248, &sharp_16,
		&dark_8},
	{"projector-light", 16, 231, 27, 17, 239, 145, 126, 220, 16, 166, 231, 240, &light_16,
		&light_8},
	{"mono", D, D, D, D, D, D, D, D, D, D, D, D, &plain_16, &plain_8},
};

#define THEMES (sizeof(themes) / sizeof(*themes))

const char *const theme_names[] = {
	"neutral",
	"dark",
	"light",
	"high-contrast",
	"colour-blind",
	"projector-dark",
	"projector-light",
	"mono",
	NULL,
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
	case ROLE_TEXT:
		return (struct look){t->text, t->back, 0};
	case ROLE_QUIET:
		return (struct look){t->quiet, t->back, 0};
	case ROLE_TITLE:
		return (struct look){t->text, t->back, CELL_BOLD};
	case ROLE_STATUS:
		return (struct look){t->text, t->back, CELL_REVERSE};
	case ROLE_KEY:
		return (struct look){t->text, t->back, CELL_BOLD};
	case ROLE_LIVE:
		return (struct look){t->live, t->back, 0};
	case ROLE_FULL:
		return (struct look){t->full, t->back, 0};
	case ROLE_FREE:
		return (struct look){t->free, t->back, 0};
	case ROLE_VIRGIN:
		return (struct look){t->virgin, t->back, 0};
	case ROLE_HEADER:
		return (struct look){t->waste, t->back, 0};
	case ROLE_WASTE:
		return (struct look){t->waste, t->back, 0};
	case ROLE_HOT_ALLOC:
		return (struct look){t->alloc_text, t->alloc, CELL_BOLD};
	case ROLE_HOT_FREE:
		return (struct look){t->freed_text, t->freed, CELL_BOLD};
	case ROLE_CHANGED:
		return (struct look){t->text, t->back, CELL_BOLD | CELL_UNDERLINE};
	case ROLE_CURSOR:
		return (struct look){t->text, t->back, CELL_REVERSE};
	case ROLE_BAD:
		return (struct look){231, 160, CELL_BOLD};
	case ROLE_CURVE:
		return (struct look){t->live, t->back, 0};
	case ROLE_CURVE_2:
		return (struct look){t->quiet, t->back, 0};
	case ROLE_PLAYHEAD:
		return (struct look){t->text, t->back, CELL_BOLD | CELL_REVERSE};
	case ROLE_MARK:
		return (struct look){t->waste, t->back, CELL_BOLD};
	case ROLE_CLASS_0:
	case ROLE_CLASS_1:
	case ROLE_CLASS_2:
	case ROLE_CLASS_3:
	case ROLE_CLASS_4:
	case ROLE_CLASS_5:
	case ROLE_CLASS_6:
	case ROLE_CLASS_7:
		return (struct look){classes[role - ROLE_CLASS_0], t->back, 0};
	case ROLE_COUNT:
		break;
	}
	return (struct look){D, D, 0};
}

/* One of the seven colours that are not the background. */
static short class_color(const struct poor *p, enum role role)
{
	short color = (short)(1 + (role - ROLE_CLASS_0) % 7);

	return color == p->back ? 0 : color;
}

/* A look in the 16 or 8 colours of the terminal. */
static struct look poor(const struct poor *p, enum role role, int colors)
{
	switch (role) {
	case ROLE_TEXT:
		return (struct look){p->text, p->back, 0};
	case ROLE_LIVE:
	case ROLE_CURVE:
		return (struct look){p->live, p->back, 0};
	case ROLE_FULL:
		return (struct look){p->full, p->back, 0};
	case ROLE_FREE:
		return (struct look){p->free, p->back, 0};
	case ROLE_VIRGIN:
		return (struct look){p->virgin, p->back, 0};
	case ROLE_QUIET:
	case ROLE_CURVE_2:
		return (struct look){p->quiet, p->back, 0};
	case ROLE_HEADER:
	case ROLE_WASTE:
	case ROLE_MARK:
		return (struct look){p->waste, p->back, 0};
	case ROLE_HOT_ALLOC:
		return (struct look){p->alloc_text, p->alloc, CELL_BOLD};
	case ROLE_HOT_FREE:
		return (struct look){p->freed_text, p->freed, CELL_BOLD};
	case ROLE_BAD:
		return (struct look){colors >= 16 ? 15 : 7, 1, CELL_BOLD};
	case ROLE_CLASS_0:
	case ROLE_CLASS_1:
	case ROLE_CLASS_2:
	case ROLE_CLASS_3:
	case ROLE_CLASS_4:
	case ROLE_CLASS_5:
	case ROLE_CLASS_6:
	case ROLE_CLASS_7:
		return (struct look){class_color(p, role), p->back, 0};
	case ROLE_TITLE:
	case ROLE_KEY:
		return (struct look){p->text, p->back, CELL_BOLD};
	case ROLE_STATUS:
	case ROLE_CURSOR:
		return (struct look){p->text, p->back, CELL_REVERSE};
	case ROLE_PLAYHEAD:
		return (struct look){p->text, p->back, CELL_BOLD | CELL_REVERSE};
	case ROLE_CHANGED:
		return (struct look){p->text, p->back, CELL_BOLD | CELL_UNDERLINE};
	case ROLE_COUNT:
		break;
	}
	return (struct look){D, D, 0};
}

/* Without colours, marks set apart what is hot, wrong or selected. */
static struct look mono(enum role role)
{
	switch (role) {
	case ROLE_TITLE:
	case ROLE_KEY:
	case ROLE_FULL:
	case ROLE_MARK:
		return (struct look){D, D, CELL_BOLD};
	case ROLE_STATUS:
	case ROLE_CURSOR:
		return (struct look){D, D, CELL_REVERSE};
	case ROLE_HOT_ALLOC:
	case ROLE_BAD:
	case ROLE_PLAYHEAD:
		return (struct look){D, D, CELL_BOLD | CELL_REVERSE};
	case ROLE_HOT_FREE:
		return (struct look){D, D, CELL_REVERSE | CELL_UNDERLINE};
	case ROLE_CHANGED:
		return (struct look){D, D, CELL_BOLD | CELL_UNDERLINE};
	case ROLE_TEXT:
	case ROLE_QUIET:
	case ROLE_LIVE:
	case ROLE_FREE:
	case ROLE_VIRGIN:
	case ROLE_HEADER:
	case ROLE_WASTE:
	case ROLE_CURVE:
	case ROLE_CURVE_2:
	case ROLE_CLASS_0:
	case ROLE_CLASS_1:
	case ROLE_CLASS_2:
	case ROLE_CLASS_3:
	case ROLE_CLASS_4:
	case ROLE_CLASS_5:
	case ROLE_CLASS_6:
	case ROLE_CLASS_7:
	case ROLE_COUNT:
		break;
	}
	return (struct look){D, D, 0};
}

/* The red, green and blue of a colour of the cube or of the greys. */
static int32_t direct(int32_t color)
{
	static const int32_t levels[] = {0, 95, 135, 175, 215, 255};

	if (color < 16) /* a colour of the terminal, or its default */
		return color;
	if (color >= 232)
		return (8 + 10 * (color - 232)) * 0x010101;
	color -= 16;
	return levels[color / 36] << 16 | levels[color / 6 % 6] << 8 | levels[color % 6];
}

struct look theme_look(const struct theme *theme, enum role role, int colors)
{
	if (colors == 0 || strcmp(theme->name, "mono") == 0)
		return mono(role);
	if (colors < 256)
		return poor(colors >= 16 ? theme->with_16 : theme->with_8, role, colors);

	struct look look = rich(theme, role);
	if (colors > 256) {
		look.foreground = direct(look.foreground);
		look.background = direct(look.background);
	}
	return look;
}
