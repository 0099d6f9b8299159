/*
 * The time of the next frame: not sooner than an interval after the last one, and not before the
 * terminal has taken that. Each frame ends in a question (DSR, `ESC [ 5 n`) that every terminal
 * answers when it gets there. So on a slow line at most one frame, the latest, is on its way, and
 * the effect of a key does not queue after several. A terminal that does not answer is asked once,
 * and not waited for.
 */
#ifndef TERM_PACE_H
#define TERM_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	uint64_t interval; /* least nanoseconds from one frame to the next */
	uint64_t last;     /* when the last frame was drawn; 0: none yet */
	/*
	 * the output is being recorded: a terminal that plays it back would answer in the wrong
	 * place
	 */
	bool never_asks;
	bool asked;    /* and has not answered since */
	bool answers;  /* it has answered before */
	unsigned open; /* questions without an answer, which may still come, or is lost */
};

/* Nanoseconds until this is to be called again; 0: a frame may be drawn now. */
uint64_t pace_wait(const struct pace *pace, uint64_t now);

/* Call when a frame is drawn; true: send a question with it. */
bool pace_draw(struct pace *pace, uint64_t now);

/* Call when a question was sent for another reason: it is answered in the same way. */
void pace_ask(struct pace *pace);

void pace_answer(struct pace *pace);

#endif
