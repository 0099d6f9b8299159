/*
 * The rows of the table: objects with their counts, or the results of a collection for its
 * candidates.
 */
#ifndef PANELS_OBJECTS_TABLE_H
#define PANELS_OBJECTS_TABLE_H

#include "panels/objects/collection.h"
#include "panels/panel.h"

#define OBJECT_ENDS_MAX 64u /* references that are named */
#define OBJECTS_ROOMY   56  /* columns; with fewer, size and program are left out */

struct object_row {
	uint32_t object;
	bool is_dead;   /* it died at the event */
	bool is_leaked; /* the program cannot reach it */
	uint64_t size;  /* bytes, of a dead object */
};

/* Objects to highlight; OBJECT_NONE: none. */
struct object_marks {
	uint32_t chosen;
	uint32_t current; /* the object of the decision shown last */
};

bool names_object(const struct event *event);

/*
 * "object  size  count  program  gen   refers to"; of a heap that traces, which counts nothing, the
 * collections that each survived and its space.
 */
void objects_draw_head(const struct scene *scene, struct canvas *canvas, struct area area);
void objects_draw_row(const struct object_marks *marks, const struct scene *scene,
	struct canvas *canvas, struct area area, int y, const struct object_row *row);

/* "object  count  - inside  = outside": what is subtracted from what. */
void verdicts_draw_head(struct canvas *canvas, struct area area);
/* verdict: the first of so many that say the same */
void verdicts_draw_row(const struct object_marks *marks, const struct scene *scene,
	struct canvas *canvas, struct area area, int y, const struct verdict *verdict,
	size_t count);

#endif
