/*
 * The subject of the inspector, and the lines that describe it. There is one file for blocks and
 * holes (block.c), one for the words of a chunk (words.c), one for pools and arenas (tenants.c),
 * and one for heaps (compaction.c).
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
	const struct tenancies *past; /* earlier owners of a block or a hole */
	struct place place;
	struct span span;
	uint64_t now; /* number of the next event */
	uint64_t address;
};

/* ---- descriptions -------------------------------------------------------------------------- */

/* Describes a block or a hole, and its owners. */
void describe_block(const struct subject *subject);

/* Describes what is in memory there, word by word, where the engine knows it. */
void describe_words(const struct subject *subject);

/* Describes the blocks in a pool or an arena, which keep it from being empty. */
void describe_tenants(const struct subject *subject, uint64_t base, uint64_t size, const char *name,
	bool is_arena);

/* Describes the blocks that keep a heap from shrinking, and its holes from being one. */
void describe_heap(const struct subject *subject);

/* ---- lines --------------------------------------------------------------------------------- */

void subject_add(const struct subject *subject, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/*
 * Makes the line added last a link to the position after that event, and to an address (0: the
 * same).
 */
void subject_link(const struct subject *subject, uint64_t event, uint64_t address);

/* Makes the line added last a link to an address, at the position that is shown. */
void subject_link_to(const struct subject *subject, uint64_t address);

/* Adds "event 1,204, 300 events ago: malloc(90), thread 1", a link to that event. */
void subject_add_event(const struct subject *subject, const char *name, uint64_t number);

/*
 * Adds "MORE  by parse_row (csv.c:88)  heap +40: 30 B, 2 ago: object 8, event 24", a link to that
 * event: what it is listed for comes first, since the end of a line may be cut.
 */
void subject_add_resident(const struct subject *subject, const char *name, const struct live *live,
	const char *more);

/* "1 event", "300 events"; returns units->text, as the next function does. */
const char *name_events(struct units *units, uint64_t count);
/* "300 ago", "just now" */
const char *name_distance(const struct subject *subject, uint64_t event, struct units *units);

#endif
