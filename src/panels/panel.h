/*
 * A panel shows one side of the player's state.  It is one .c file, or one folder, that ends in a
 * `const struct panel_ops`, and one line in panel_list.h.
 *
 *	update   computes what to show from the player; runs only when its revision has moved or the
 *	         selection has
 *	draw     paints; const, so it changes nothing.  A resize runs only this.
 */
#ifndef PANELS_PANEL_H
#define PANELS_PANEL_H

#include "canvas/canvas.h"
#include "panels/action.h"
#include "panels/panel_list.h"
#include "player/player.h"
#include "symbols/symbols.h"

struct decision_step;
struct legend;
struct panel;

enum panel_id {
	PANEL_NONE,
#define PANEL(id, ops) id,
	PANELS(PANEL)
#undef PANEL
		PANEL_COUNT
};

/* The level that the inspector shows. */
enum inspect_level { INSPECT_BLOCK, INSPECT_POOL, INSPECT_ARENA };

/*
 * The selection of the person, shared by all panels. It consists of addresses, so that it survives
 * steps.
 */
struct selection {
	bool follow;      /* it follows the last event */
	uint64_t region;  /* base of the selected region, 0: none */
	uint64_t page;    /* base of the selected pool, 0: none */
	uint64_t address; /* address of the selected block or hole, 0: none */
	enum inspect_level level;
};

/* The property by which the cells of maps are coloured. */
enum color_by { COLOR_BY_STATE, COLOR_BY_CLASS, COLOR_BY_FILL, COLOR_BY_COUNT };

/* The state that update and draw may read; all borrowed. */
struct scene {
	const struct player *player;
	const struct selection *selection;
	const struct event *event; /* the last one, NULL at position 0 */
	/* of the last event; at a caption or a mark, of the request before it */
	const struct effect *effect;
	const struct decision_log *log;
	struct symbols *symbols; /* names of call sites; it caches those looked up */
	/* differs after the trace or the engine was replaced: earlier look-ups are then void */
	unsigned life;
	bool playing;
	bool is_picture;  /* nobody presses keys, so panels name none */
	bool lecture;     /* a lecture: panels leave out whatever distracts */
	const char *said; /* the caption of a film, which stands for that of the trace; or NULL */
	bool asking;      /* the caption asks about the next event; its answer stays hidden */
	double speed;     /* events per second */
	/* the next event, one decision at a time; NULL: whole events */
	const struct decision_step *decision_step;
	bool expert;           /* C names instead of plain words */
	const uint64_t *marks; /* positions that the person has marked */
	size_t nmarks;
	enum color_by color_by;
	struct legend *legend; /* where the signs of maps beside others go; NULL: below each map */
	uint64_t least_cell;   /* bytes, of a heap map beside others; 0: any */
};

/* Selects the block or hole at the address, its page and its region. */
void selection_choose(struct selection *selection, const struct heap *heap, uint64_t address);

/* If the selection follows events, selects the place of the last event of the scene. */
void selection_follow(struct selection *selection, const struct scene *scene);

/*
 * The answer of a panel to a key or a click. A panel changes only itself, and the view does the
 * rest.
 */
struct panel_answer {
	bool is_handled; /* false: the view handles the key itself */
	bool selects;    /* the view adopts `selection` */
	bool goes;       /* the view goes to `position` */
	struct selection selection;
	uint64_t position; /* past the end means the end */
};

#define ANSWER_IGNORED ((struct panel_answer){.is_handled = false})
#define ANSWER_HANDLED ((struct panel_answer){.is_handled = true})

struct panel_answer answer_select(struct selection selection);
/* Selects the block or hole at the address; the selection no longer follows events. */
struct panel_answer answer_select_address(const struct scene *scene, uint64_t address);
struct panel_answer answer_go(uint64_t position);

struct panel_ops {
	const char *name; /* "arenas": for `:show` and tests */
	const char *title;
	char letter; /* key that focuses it, 0: none */
	size_t state_size;
	bool is_map; /* the wheel zooms */
	/* it is words and numbers, so it pauses now and then while the trace plays fast */
	bool is_read;

	/*
	 * optional: whether the panel has something to show of this engine and trace; NULL: always
	 */
	bool (*is_useful)(const struct scene *scene);
	void (*finish)(struct panel *panel); /* optional */
	void (*update)(struct panel *panel, const struct scene *scene);
	/* optional: looks something up for one slice; false: nothing is left to look up */
	bool (*tick)(struct panel *panel, const struct scene *scene);
	void (*remark)(const struct panel *panel, char *ret_remark,
		size_t size); /* optional: text for the right of the title */
	void (*draw)(const struct panel *panel, const struct scene *scene, struct canvas *canvas,
		struct area area);
	/* optional: the rows without which something is cut at this width; 0: any number will do */
	int (*rows)(const struct panel *panel, const struct scene *scene, int width);
	/* optional */
	struct panel_answer (
		*act)(struct panel *panel, const struct scene *scene, enum action action);
	/* optional */
	struct panel_answer (*click)(struct panel *panel, const struct scene *scene, int x, int y);
};

/* A panel's own struct begins with this. */
struct panel {
	const struct panel_ops *ops;
	struct area area; /* where it was last drawn, inside its frame */
	bool shown;       /* it is on the screen; others can leave work until they are */
};

struct panel *panel_new(const struct panel_ops *ops);
void panel_free(struct panel *panel);

/* Whether the panel has something to show of this engine and trace. */
bool panel_is_useful(const struct panel_ops *ops, const struct scene *scene);

#define PANELS_MAX (PANEL_COUNT - 1u) /* the number of panels */

const struct panel_ops *panel_of(enum panel_id id); /* not PANEL_NONE */
const struct panel_ops *const *panel_list(size_t *ret_count);
/* by the name that a person types; NULL: there is none */
const struct panel_ops *panel_find(const char *name);

#endif
