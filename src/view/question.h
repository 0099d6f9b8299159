/*
 * The questions of a lecture. A caption that ends in a question mark asks about the request after
 * it; a step asks about each request. The answer stays hidden until the next key.
 */
#ifndef VIEW_QUESTION_H
#define VIEW_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

struct view;

struct question {
	bool is_asked; /* the request at `position` is asked about, while the player is there */
	uint64_t position;
};

/* The number of the next request; marks are skipped. false: a caption or the end comes first. */
bool view_next_request(const struct view *view, uint64_t *ret_number);
/* Whether the caption ends in a question mark, and its answer comes next. */
bool view_caption_asks(const struct view *view);
bool view_is_asking(const struct view *view);
void view_ask(struct view *view, uint64_t number);
void view_drop_question(struct view *view);

#endif
