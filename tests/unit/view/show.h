/* A view of a trace written in the test, its screen as text, and a clock that only tests move. */
#ifndef SHOW_H
#define SHOW_H

#include "base/error.h"
#include "view/view.h"
#include "stage.h"
#include "support.h"

#define CLASSIC     "--engine pymalloc --python classic"
#define HEAP        "--engine heap --heap-header 0 --heap-align 1 --heap-size 200"
#define MILLISECOND UINT64_C(1000000)

/* A small trace with all kinds of events. */
extern const char show_trace[];

struct show {
	struct stage stage;
	struct view *view;
	struct canvas canvas;
	struct text screen;
	uint64_t now;
};

/*
 * engine: options, as on a command line; text: the trace. The position is the start, and nothing
 * has been looked up.
 */
void show_begin(struct show *show, const char *engine, const char *text,
	const struct view_config *config);
/* Looks ahead until nothing is left. */
void look_ahead(struct show *show);
/* The same with show_trace; all look-ups are done. */
void show_init(struct show *show, const char *engine, const struct view_config *config);
void show_finish(struct show *show);
/* Draws the screen; as text, borrowed. */
const char *screen_of(struct show *show);
/* Presses keys, separated by blanks; none of them may quit. */
void press(struct show *show, const char *keys);
/* Passes time, with one tick per millisecond. */
void pass(struct show *show, unsigned milliseconds);
uint64_t position_of(const struct show *show);
void assert_shows(struct show *show, const char *words);
void assert_shows_not(struct show *show, const char *words);

#endif
