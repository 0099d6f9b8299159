/*
 * What a lecture asks. A caption that ends in a question mark asks what the request after it will
 * do; a step asks about each request. The answer is not on the screen before the next key.
 */
#ifndef VIEW_QUESTION_H
#define VIEW_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

struct view;

struct question {
	bool is_asked; /* about the request at `position`, as long as that is where the player is */
	uint64_t position;
};

/* The request that comes next, marks passed over; false: a caption comes first, or the end. */
bool view_next_request(const struct view *view, uint64_t *ret_number);
/* The caption ends in a question mark, and its answer comes next. */
bool view_caption_asks(const struct view *view);
bool view_is_asking(const struct view *view);
void view_ask(struct view *view, uint64_t number);
void view_drop_question(struct view *view);

#endif
