/*
 * The view without a screen: each change as a line of words, for screen readers and logs. It says
 * where the view is, what happened there, messages, questions, and which panel has the keys; a
 * panel that has the screen to itself is read as a whole, and so is what lies on top.
 */
#ifndef VIEW_TRANSCRIPT_H
#define VIEW_TRANSCRIPT_H

#include "base/text.h"
#include "view/view.h"

/* What was said last. */
struct transcript {
	bool has_begun;
	uint64_t position;
	unsigned decisions; /* of the next event that are shown */
	bool was_asking, was_playing, was_alone;
	size_t stop; /* of the tour, from 1; 0: none */
	const struct panel_ops *panel;
	struct text message, caption, overlay, compared;
};

void transcript_finish(struct transcript *transcript);

#endif
