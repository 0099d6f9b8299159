/* Playing: events are applied as their time comes. */
#ifndef VIEW_PLAYBACK_H
#define VIEW_PLAYBACK_H

#include "view/view.h"

#define TICK   UINT64_C(16700000) /* nanoseconds between frames while playing */
#define SECOND UINT64_C(1000000000)

struct playback {
	bool is_on;
	bool is_backwards;
	double due;          /* fraction of an event that is due */
	uint64_t last_tick;  /* 0: none since playing began */
	uint64_t hold_until; /* a caption is being read */
	/* it pauses there, and captions on the way do not hold it; 0: plays on */
	uint64_t goal;
	double goal_speed; /* with a goal: events per second */
};

void view_pause(struct view *view);
void view_toggle_play(struct view *view);
/* plays forwards to a position, in about that time, and pauses there */
void view_play_to(struct view *view, uint64_t position, unsigned seconds);
uint64_t reading_time(const char *words);             /* nanoseconds for which a caption stays */
void view_resume(struct view *view, bool is_playing); /* resumes what a script has held */
void view_turn_round(struct view *view);
void view_play(struct view *view, uint64_t now); /* applies the events that are due */
/* time that passes without playing makes no events due */
void view_stop_clock(struct view *view);
uint64_t view_until_due(const struct view *view, uint64_t now); /* UINT64_MAX: never */
/* Nanoseconds in which the rest plays, in its direction: as fast as the processor allows. */
uint64_t view_time_left(const struct view *view);

#endif
