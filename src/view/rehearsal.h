/*
 * The rows that the text of a lecture needs, found before it begins: those of its longest caption
 * or answer. The text has them from the start, so that the map keeps its place when an answer
 * comes.
 */
#ifndef VIEW_REHEARSAL_H
#define VIEW_REHEARSAL_H

#include "base/arrays.h"

#include <stdbool.h>

struct view;

/* What the screen says when the question has been answered. */
struct rehearsed_answer {
	const char *caption; /* the question, borrowed from the trace */
	char *what, *why, *so, *who;
};

struct rehearsal {
	bool is_done;
	unsigned life; /* of the simulation that it was played with */
	bool is_expert;
	ARRAY(struct rehearsed_answer) answers;
	int width, rows; /* the rows at that width; 0: not counted yet */
	struct {
		size_t count; /* of the captions that were counted; more come while a trace grows */
		int width, rows;
	} captions;
};

void rehearsal_finish(struct rehearsal *rehearsal);

/*
 * Plays the trace up to its last question, unless that was done, and returns to the position. A
 * trace that grows, or has its questions far ahead, is not played.
 */
void view_rehearse(struct view *view);

/* The rows of the longest of the first thousands of captions at this width; 0: there are none. */
int view_caption_rows(struct view *view, int width);

/* The rows for any caption, and for any answer that is known, at this width. */
int view_rehearsed_rows(struct view *view, int width);

#endif
