/*
 * The questions of a lecture: a caption that ends in a question mark asks about the request after
 * it, and the answer stays hidden until the next key.
 */
#ifndef VIEW_QUESTION_H
#define VIEW_QUESTION_H

#include <stdbool.h>
#include <stdint.h>

struct view;

/* The number of the next request; marks are skipped. false: a caption or the end comes first. */
bool view_next_request(const struct view *view, uint64_t *ret_number);
/* Whether the caption here asks, and its answer comes next. */
bool view_is_asking(const struct view *view);

#endif
