/*
 * Searches, by the form of the query:
 *
 *	object 7, size 512, size > 512		that event's own numbers
 *	0x7f00a0, address 0x7f00a0, class 5 …	a stop (player.h): it depends on where blocks are
 *	anything else				words of a caption, a mark, a call, or of a caller
 */
#ifndef VIEW_SEARCH_H
#define VIEW_SEARCH_H

#include "base/arrays.h"
#include "player/player.h"

struct view;

/* A search among the events themselves, under way. */
struct hunt {
	bool is_back;
	bool (*matches)(struct view *view, const struct event *event);
	char words[70];
	/* forwards: the next event to look at, and the end; backwards: after the next one */
	uint64_t at, end;
};

/* Plain calls that differ in nothing but their numbers have the same shape. */
#define SEARCH_SHAPES 1024u

/* The last query. */
struct search {
	char *words;                                                   /* NULL: none yet */
	bool (*matches)(struct view *view, const struct event *event); /* NULL: the stop does */
	uint64_t number;
	struct stop stop;
	unsigned life; /* life of the simulation when the call sites were looked up */
	/* by number of the site: whether its name has the words, where that is known */
	ARRAY(unsigned char) sites;
	/* by the shape of a call: whether its name has the words, which have no digits */
	unsigned char shapes[SEARCH_SHAPES];
	struct hunt hunt;
};

void search_finish(struct search *search);
void view_find_again(struct view *view, bool back);
void view_find_same(struct view *view, bool back);
int view_search(struct view *view, const char *words, struct error *err);

#endif
