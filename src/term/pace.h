/*
 * When the next frame may be drawn. Not sooner than an interval after the last one, and not before
 * the terminal has taken that: each frame ends in a question (DSR, `ESC [ 5 n`) that every terminal
 * answers when it comes to it. So on a slow line there is one frame on its way at most, the latest,
 * and a key is not behind a queue of them. A terminal that does not answer is asked once, and not
 * waited for.
 */
#ifndef TERM_PACE_H
#define TERM_PACE_H

#include <stdbool.h>
#include <stdint.h>

struct pace {
	uint64_t interval; /* nanoseconds from a frame to the next at least */
	uint64_t last;     /* when a frame was drawn; 0: not yet */
	/* what is sent is recorded: a terminal that plays it would answer whoever plays it */
	bool never_asks;
	bool asked;   /* and not answered yet */
	bool answers; /* it has done so */
};

/* 0: now; else nanoseconds until it is to be asked again. */
uint64_t pace_wait(const struct pace *pace, uint64_t now);

/* A frame is being drawn; true: a question is to be sent with it. */
bool pace_draw(struct pace *pace, uint64_t now);

void pace_answer(struct pace *pace);

#endif
