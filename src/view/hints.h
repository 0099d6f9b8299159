/* The keys of most use at the moment. */
#ifndef VIEW_HINTS_H
#define VIEW_HINTS_H

struct view;

struct hint {
	const char *keys, *words;
};

/* In the order of their use, up to one without keys; who has no room leaves out the last. */
const struct hint *view_hints(const struct view *view);

#endif
