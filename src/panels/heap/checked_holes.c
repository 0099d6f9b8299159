/* See checked_holes.h. */
#include "panels/heap/checked_holes.h"

#include "engines/freelist/decisions.h"
#include "panels/highlight.h"

static bool add_rest(const struct span *span, void *user)
{
	struct checked_holes *checked = user;

	if (span->state == SPAN_FREE && span->order)
		checked->rests[checked->nrests++] = span->order - 1;
	return checked->nrests < sizeof(checked->rests) / sizeof(*checked->rests);
}

struct checked_holes checked_of(const struct scene *scene, const struct engine *engine)
{
	const struct decision_log *log = highlight_log(scene);
	struct checked_holes checked = {.count = 0};

	for (size_t i = 0; log && i < log->count; i++) {
		const struct decision *decision = &log->items[i];
		if (decision->kind == &decision_searched) {
			checked =
				(struct checked_holes){.count = decision->a, .holes = decision->b};
		} else if (decision->kind == &decision_hole_chosen) {
			checked.base = decision->a;
			checked.size = decision->b;
			checked.place = decision->d;
		} else if (decision->kind == &decision_hole_made ||
			   decision->kind == &decision_joined_all) {
			checked.count = 0; /* holes have other places now */
		}
	}
	if (checked.count == 0)
		return checked;
	if (checked.count < checked.holes)
		checked.first = (checked.place + checked.holes - checked.count + 1) % checked.holes;
	if (checked.size > 0)
		engine_spans(engine, checked.base, checked.base + checked.size, add_rest, &checked);
	return checked;
}

bool checked_has(const struct checked_holes *checked, uint64_t address, uint64_t place)
{
	uint64_t then = place;

	if (checked->count == 0 || address - checked->base < checked->size)
		return false;
	for (unsigned i = 0; i < checked->nrests; i++)
		then -= checked->rests[i] < place;
	then += checked->size > 0 && then >= checked->place;
	return then < checked->holes &&
	       (then + checked->holes - checked->first) % checked->holes < checked->count;
}
