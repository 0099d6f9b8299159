/*
 * For tests of panels and sentences: a player of a trace written in the test, and one panel drawn
 * from it as the view would draw it.
 */
#ifndef STAGE_H
#define STAGE_H

#include "panels/panel.h"
#include "story/narration.h"

struct options;

struct stage {
	struct options *options;
	struct trace *trace;
	struct player *player;
	struct symbols *symbols;
	struct selection selection;
	struct event event;
	struct effect effect;
	struct scene scene;
	struct narration narration;
	struct text text; /* the last narration or drawing */
};

/* options: as on a command line, "--engine heap --heap-size 100"; trace: in the text format. */
void stage_init(struct stage *stage, const char *options, const char *trace);
void stage_finish(struct stage *stage);

/* Goes to a position and looks up its event; the selection follows. */
void stage_seek(struct stage *stage, uint64_t position);

const char *stage_tell(struct stage *stage, bool expert); /* what, why and so of the last event */
const char *stage_brief(struct stage *stage);

/*
 * Draws the panel of that name on a canvas of that size; rows are between bars so that trailing
 * blanks and the size are visible.
 */
const char *stage_draw(struct stage *stage, const char *panel, int width, int height,
	enum charset charset);

#endif
