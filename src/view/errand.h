/*
 * Work that may last longer than a frame: a jump, a run, a search. It is done in slices. The first
 * few come at once, with the key, and most errands end in them. Every tick does one more, as long
 * as a person does not notice, so keys are heard in between; meanwhile the footer says how far it
 * is. Whoever begins an errand does the work; this module has its time.
 */
#ifndef VIEW_ERRAND_H
#define VIEW_ERRAND_H

#include <stdbool.h>
#include <stdint.h>

struct view;

struct errand_kind {
	/* Works for about n events; calls view_end_errand() when it is done. */
	void (*work)(struct view *view, uint64_t n);
	/* Events done so far, and at most to be done in all. */
	void (*measure)(const struct view *view, uint64_t *ret_done, uint64_t *ret_all);
};

struct errand {
	const struct errand_kind *kind; /* NULL: there is none */
	char what[100];                 /* in words, for the footer */
	bool shows_first;               /* nothing is done before it was drawn */
	uint64_t origin;                /* the position before it began */
	uint64_t heading;               /* the position after it, if known; otherwise origin */
	uint64_t slice;                 /* events in the next slice */
	/* times of the first tick, the last one, and the last picture; 0: none yet */
	uint64_t began, last, drawn;
	uint64_t done_before; /* events that were done at the first tick */
};

/* How far an errand is. */
struct errand_report {
	uint64_t done, all; /* events */
	uint64_t rate;      /* events a second; 0: not known yet */
	uint64_t left;      /* nanoseconds, with a rate */
};

/*
 * Begins an errand, and does its first slices. There must be none. origin: the position to return
 * to when it is cancelled; heading: where it goes, or origin if that is not known yet.
 */
void view_begin_errand(struct view *view, const struct errand_kind *kind, const char *what,
	uint64_t origin, uint64_t heading);
/* Continues the errand with another kind of work. */
void view_turn_errand(struct view *view, const struct errand_kind *kind);
void view_end_errand(struct view *view);
bool view_does(const struct view *view, const struct errand_kind *kind);
void view_work(struct view *view, uint64_t now); /* does a slice */

/* Ends the errand, if there is one; the position is the one before it. */
void view_cancel(struct view *view);

/* The position, or the one that the errand is heading for: what a person does counts from there. */
uint64_t view_heading(const struct view *view);

/* Ends the errand where the player is. Returns the heading. */
uint64_t view_abandon(struct view *view);

/* Whether the errand has lasted so long that the footer shows it. */
bool view_shows_errand(const struct view *view);
void view_report_errand(const struct view *view, struct errand_report *ret_report);

#endif
