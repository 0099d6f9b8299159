/* The most useful keys at the moment. */
#ifndef VIEW_HINTS_H
#define VIEW_HINTS_H

struct view;

struct hint {
	const char *keys, *words;
};

/*
 * The hints, the most useful first, up to one without keys. Where there is no room, the last are
 * left out.
 */
const struct hint *view_hints(const struct view *view);

#endif
