/*
 * A growing trace is checked again and again. When another trace replaces it, the view plays that
 * up to where the old one was shown.
 */
#ifndef VIEW_GROWTH_H
#define VIEW_GROWTH_H

#include "view/view.h"

struct growth {
	bool is_live; /* the trace may grow */
	bool is_read; /* since its file is still read, not because a program runs */
	bool stops_program;
	bool is_followed; /* the position stays at the end of the trace */
	/*
	 * another trace has replaced it, and the player is on its way to `goal` there; until it
	 * arrives the person sees the last picture of the old trace
	 */
	bool is_returning;
	uint64_t goal;
	uint64_t next_look;
	bool (*renew)(void *renewer, struct player_config *ret_config); /* or NULL */
	void *renewer;
	bool has_found_damage;
};

void growth_init(struct growth *growth, const struct trace *trace,
	const struct view_config *config);
bool view_is_growing(const struct view *view); /* more may come */
/* Whether the program has ended and the trace has all of it, even if not all has been read. */
bool view_is_complete(const struct view *view);
const char *view_the_end(const struct view *view); /* the end of the trace, in words */
/* Whether the trace is checked again: a complete one never changes. */
bool view_checks_trace(const struct view *view);
void view_look_at_trace(struct view *view, uint64_t now);
/* Says so once when reading has met damage: the trace now ends there. */
void view_notice_damage(struct view *view);

/* Whether the position is on its way to the followed end, or back to where it was. */
bool view_is_catching_up(const struct view *view);
void view_catch_up(struct view *view); /* goes a slice of that way */
void view_end_return(struct view *view);
void view_follow_end(struct view *view);
void view_stop_following(struct view *view);

/*
 * The position that the person sees, and from which keys count: the player's, or that to which a
 * return is on its way.
 */
uint64_t view_position(const struct view *view);
/* The same without errands on the way: the position of the picture. */
uint64_t view_shown_position(const struct view *view);
/* While a return is on its way: goes there instead. false: there is no return. */
bool view_redirect_return(struct view *view, uint64_t position);
/* Completes a return at once, for what needs the player to be where the person is. */
void view_finish_return(struct view *view);

#endif
