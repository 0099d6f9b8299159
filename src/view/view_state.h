/*
 * A view owns the panels and all settings of a person. Each group of its fields belongs to one
 * module, whose header has its struct and its functions: only that module writes it, all others
 * read it or call the functions. The modules are listed in scripts/check-view, lowest first: each
 * calls only those before it, which announce what they have done by state.
 */
#ifndef VIEW_VIEW_STATE_H
#define VIEW_VIEW_STATE_H

#include "view/appearance.h"
#include "view/bindings.h"
#include "view/breakpoints.h"
#include "view/comparison.h"
#include "view/concepts.h"
#include "view/contents.h"
#include "view/cost.h"
#include "view/decision.h"
#include "view/display.h"
#include "view/errand.h"
#include "view/focus.h"
#include "view/growth.h"
#include "view/headline.h"
#include "view/help_page.h"
#include "view/layout.h"
#include "view/lecture.h"
#include "view/lookahead.h"
#include "view/marks.h"
#include "view/message.h"
#include "view/move.h"
#include "view/opening.h"
#include "view/overlay.h"
#include "view/panel_set.h"
#include "view/playback.h"
#include "view/presentation.h"
#include "view/prompt.h"
#include "view/quit.h"
#include "view/rehearsal.h"
#include "view/scene.h"
#include "view/search.h"
#include "view/simulation.h"
#include "view/still.h"
#include "view/tour.h"
#include "view/transcript.h"
#include "view/view.h"

struct view {
	struct player *player; /* borrowed */

	struct display display;           /* display.c */
	struct message message;           /* message.c */
	struct overlay overlay;           /* overlay.c */
	struct appearance appearance;     /* appearance.c */
	struct presentation presentation; /* presentation.c */
	struct panel_set panels;          /* panel_set.c */
	struct simulation simulation;     /* simulation.c */
	struct speed speed;               /* speed.c */
	struct decisions decision;        /* decision.c */
	struct latest latest;             /* scene.c */
	struct selection selection;       /* scene.c */
	struct lookahead lookahead;       /* lookahead.c */
	struct still still;               /* still.c */
	struct growth growth;             /* growth.c */
	struct errand errand;             /* errand.c */
	struct move move;                 /* move.c */
	struct cost cost;                 /* cost.c */
	struct playback playback;         /* playback.c */
	struct opening opening;           /* opening.c */
	struct marks marks;               /* marks.c */
	struct contents contents;         /* contents.c */
	struct breakpoints breakpoints;   /* breakpoints.c */
	struct search search;             /* search.c */
	struct side_by_side side_by_side; /* comparison.c */
	struct focus focus;               /* focus.c */
	struct lecture lecture;           /* lecture.c */
	struct rehearsal rehearsal;       /* rehearsal.c */
	struct tour tour;                 /* tour.c */
	struct bindings bindings;         /* bindings.c */
	struct concept_page concepts;     /* concepts.c */
	struct prompt prompt;             /* prompt.c */
	struct help_page help;            /* help_page.c */
	struct quit quit;                 /* quit.c */
	struct headline_cache headline;   /* headline.c */
	struct transcript transcript;     /* transcript.c */
	struct layout layout;             /* frame.c */
	/* where it was drawn last */
	struct area footer; /* frame.c */
};

#endif
