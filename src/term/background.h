/*
 * What the terminal has behind its text: it is asked (OSC 11), and answers as if it had been typed.
 * Some terminals say it in COLORFGBG. A background is 0xRRGGBB, or BACKGROUND_UNKNOWN.
 */
#ifndef TERM_BACKGROUND_H
#define TERM_BACKGROUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BACKGROUND_UNKNOWN  (-1)
#define BACKGROUND_QUESTION "\033]11;?\007"
#define BACKGROUND_ANSWER   "\033]11;" /* what an answer begins with */

/* An answer that comes letter by letter; zero: none has begun. */
struct background_answer {
	bool is_read; /* it has begun, and has not ended */
	uint64_t begun;
	char text[40];
	size_t length;
};

/* nanoseconds from its beginning; what comes later is typed */
#define BACKGROUND_ANSWER_MOST UINT64_C(2000000000)

void background_begin(struct background_answer *answer, uint64_t now);
/* Whether what comes now is a letter of it: it has begun, and neither ended nor been cut off. */
bool background_goes_on(struct background_answer *answer, uint64_t now);
/* Takes one letter of it; true: that was the last one. */
bool background_take(struct background_answer *answer, uint32_t letter);

/* "rgb:ffff/ffff/dddd" */
int32_t background_of_answer(const char *text);
/* "15;0": the last number is the background, one of 16 colours; dark ones are 0 to 6, and 8 */
int32_t background_of_colorfgbg(const char *value); /* NULL: the variable is not set */

#endif
