/*
 * What the inspector is to describe, and the lines that describe it: a file each for a block or a
 * hole (block.c), a pool or an arena (tenants.c), and a heap (compaction.c).
 */
#ifndef PANELS_INSPECTOR_SUBJECT_H
#define PANELS_INSPECTOR_SUBJECT_H

#include "base/units.h"
#include "panels/inspector/list.h"
#include "panels/panel.h"
#include "story/places.h"

struct tenancies;

struct subject {
	const struct scene *scene;
	struct inspector_list *list;
	const struct tenancies *past; /* of a block or a hole: who has been there */
	struct place place;
	struct span span;
	uint64_t now; /* number of the next event */
	uint64_t address;
};

/* ---- descriptions -------------------------------------------------------------------------- */

/* A block or a hole, and its owners. */
void describe_block(const struct subject *subject);

/* The blocks that live in a pool or an arena, which keep it from being empty. */
void describe_tenants(const struct subject *subject, uint64_t base, uint64_t size, const char *name,
	bool is_arena);

/* What keeps a heap from shrinking, and its holes from being one. */
void describe_heap(const struct subject *subject);

/* ---- what they are made of ----------------------------------------------------------------- */

void subject_add(const struct subject *subject, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The line added last goes to the position after that event, and to an address (0: the same). */
void subject_link(const struct subject *subject, uint64_t event, uint64_t address);

/* "event 1,204, 300 events ago: malloc(90), thread 1", a link to it. */
void subject_add_event(const struct subject *subject, const char *name, uint64_t number);

/*
 * "heap +40: object 8, 30 B, event 24, 2 ago; MORE, by parse_row (csv.c:88)", a link to that event.
 */
void subject_add_resident(const struct subject *subject, const char *name, const struct live *live,
	const char *more);

/* "1 event", "300 events"; both give units->text. */
const char *name_events(struct units *units, uint64_t count);
/* "300 ago", "just now" */
const char *name_distance(const struct subject *subject, uint64_t event, struct units *units);

#endif
