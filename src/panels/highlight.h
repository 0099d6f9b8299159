/* What the last event did to a stretch of memory: how maps highlight it. */
#ifndef PANELS_HIGHLIGHT_H
#define PANELS_HIGHLIGHT_H

#include "panels/panel.h"

/* What the event did to the block at the address: HOT_ALLOC, HOT_FREE, or `otherwise`. */
enum role highlight_role(const struct scene *scene, uint64_t base, uint64_t size,
	enum role otherwise);

/*
 * Whether the block that the event moved or freed, or one that died of it, had any of these bytes.
 */
bool highlight_freed(const struct scene *scene, uint64_t from, uint64_t bytes);

/* What it did to any part of the bytes: HOT_ALLOC, HOT_FREE, or TEXT. */
enum role highlight_part(const struct scene *scene, uint64_t from, uint64_t bytes);

/*
 * What the event decided; NULL where it is over, since the next one is told decision by decision.
 */
const struct decision_log *highlight_log(const struct scene *scene);

#endif
