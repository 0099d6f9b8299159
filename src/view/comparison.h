/* Engines side by side; panels/comparison/ draws them and finds where they differ. */
#ifndef VIEW_COMPARISON_H
#define VIEW_COMPARISON_H

#include <stdbool.h>

struct comparison;
struct error;
struct view;

struct side_by_side {
	struct comparison *comparison; /* NULL: nothing has been compared yet */
	bool is_shown;                 /* it fills the screen */
};

void side_by_side_finish(struct side_by_side *side_by_side);
int view_compare_with(struct view *view, const char *engines, struct error *err);
/* words: "FILE", "FILE by mark" or "by time". */
int view_beside(struct view *view, const char *words, struct error *err);
/* Another trace is shown beside this one. */
bool view_is_beside(const struct view *view);
void view_toggle_compare(struct view *view);
void view_hide_comparison(struct view *view);
void view_to_difference(struct view *view);
/* The next in what the program gets. */
void view_to_different_answer(struct view *view);

#endif
