/* A view over a trace written in the test, its screen as text, and a clock that only tests move. */
#ifndef SHOW_H
#define SHOW_H

#include "base/error.h"
#include "view/view.h"
#include "stage.h"
#include "support.h"

#define CLASSIC     "--engine pymalloc --python classic"
#define HEAP        "--engine heap --heap-header 0 --heap-align 1 --heap-size 200"
#define MILLISECOND UINT64_C(1000000)

/* A small trace with all kinds of event. */
extern const char show_trace[];

struct show {
	struct stage stage;
	struct view *view;
	struct canvas canvas;
	struct text screen;
	uint64_t now;
};

/* engine: options, as on a command line; text: the trace. At the start, nothing looked up. */
void show_begin(struct show *show, const char *engine, const char *text,
	const struct view_config *config);
/* Until nothing is left to look up. */
void look_ahead(struct show *show);
/* The same with show_trace; what is looked up is known. */
void show_init(struct show *show, const char *engine, const struct view_config *config);
void show_finish(struct show *show);
/* As text, drawn now. */
const char *screen_of(struct show *show);
/* Keys with blanks between them; none of them quits. */
void press(struct show *show, const char *keys);
/* One tick a millisecond. */
void pass(struct show *show, unsigned milliseconds);
uint64_t position_of(const struct show *show);
void assert_shows(struct show *show, const char *words);
void assert_shows_not(struct show *show, const char *words);

#endif
