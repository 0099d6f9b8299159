/* See gauge.h. */
#include "panels/heap/gauge.h"

#include "base/units.h"
#include "engines/budget.h"
#include "panels/highlight.h"

/* columns; with fewer the figures are only the bytes spent, or those wanted and left */
#define GAUGE_IN_FULL 66

struct stick {
	/* bytes: the total spent, and what the event added, returned or could not get */
	uint64_t spent, came, went, wanted;
	/* spent and left: more than the limit where the counter has drifted */
	uint64_t end;
};

/* The layer that has a limit; NULL: none has, or there is no room for a gauge. */
static const struct engine *gauge_of(const struct scene *scene, struct area area)
{
	const struct heap *heap = player_heap(scene->player);

	for (size_t i = 0; area.height >= 4 && i < heap_layer_count(heap); i++)
		if (engine_has_gauge(heap_layer(heap, i)))
			return heap_layer(heap, i);
	return NULL;
}

/* The area of the map, below the gauge. */
struct area gauge_area_below(const struct scene *scene, struct area area)
{
	bool has_gauge = gauge_of(scene, area);

	return (struct area){area.x, area.y + has_gauge, area.width, area.height - has_gauge};
}

/* The bytes that the event spent, returned, or would have needed. */
static uint64_t change_of(const struct scene *scene, const struct decision_kind *kind)
{
	const struct decision_log *log = highlight_log(scene);

	for (size_t i = 0; log && i < log->count; i++)
		if (log->items[i].kind == kind)
			return log->items[i].a;
	return 0;
}

/* A small amount is still visible. */
static uint64_t at_least(uint64_t bytes, uint64_t place)
{
	return bytes > 0 && bytes < place ? place : bytes;
}

/* The sign for one place of the gauge; places past the limit are bytes that did not fit. */
static enum glyph glyph_at(const struct stick *stick, uint64_t at, enum role *ret_role)
{
	*ret_role = ROLE_BAD;
	if (at >= stick->spent && at < stick->spent + stick->wanted)
		return GLYPH_BAD;
	*ret_role = ROLE_HOT_ALLOC;
	if (at < stick->spent && at + stick->came >= stick->spent)
		return GLYPH_ALLOCATED;
	*ret_role = ROLE_HOT_FREE;
	if (at >= stick->spent && at < stick->spent + stick->went)
		return GLYPH_FREED;
	if (at >= stick->end)
		return GLYPH_COUNT;
	*ret_role = at < stick->spent ? ROLE_LIVE : ROLE_FREE;
	return at < stick->spent ? GLYPH_FULL : GLYPH_HOLE;
}

/* The figures beside the gauge; of a counter that has drifted, also what is taken. */
static void draw_figures(const struct gauge *gauge, uint64_t wanted, struct canvas *canvas,
	struct area area, int x)
{
	bool is_narrow = area.width < GAUGE_IN_FULL;
	struct units spent, limit, left, more, taken;

	units_bytes(&limit, gauge->limit);
	units_bytes(&left, gauge->left);
	if (wanted)
		area_print(canvas, area, x, 0, ROLE_BAD,
			is_narrow ? "%s, %s left" : "%s more: only %s of %s left",
			units_bytes(&more, wanted), left.text, limit.text);
	else if (gauge->taken + gauge->left != gauge->limit)
		area_print(canvas, area, x, 0, ROLE_BAD,
			is_narrow ? "%s left" : "%s left of %s, %s taken", left.text, limit.text,
			units_bytes(&taken, gauge->taken));
	else
		area_print(canvas, area, x, 0, ROLE_TEXT,
			is_narrow ? "%s spent" : "%s of %s spent, %s left",
			units_bytes(&spent, gauge->spent), limit.text, left.text);
}

/*
 * "budget ██████████++·····│ 75 of 100 B spent, 25 left"; "█████████████!!!│!! 26 B more do not
 * fit"; "················│···· 140 B left of 100 B, 0 B taken"
 */
void gauge_draw(const struct scene *scene, struct canvas *canvas, struct area area)
{
	const struct engine *engine = gauge_of(scene, area);
	int share = area.width < GAUGE_IN_FULL ? 4 : 3; /* the figures need a half at least */
	int width = area.width / share < 40 ? area.width / share : 40, beyond = width / 4;
	struct gauge gauge;

	if (!engine)
		return;
	engine_gauge(engine, &gauge);
	uint64_t place = width > 0 ? gauge.limit / (uint64_t)width * 3 / 2 + 1 : 1;
	uint64_t wanted = change_of(scene, &decision_budget_exceeded);
	const struct stick stick = {gauge.spent,
		at_least(change_of(scene, &decision_budget_spent), place),
		at_least(change_of(scene, &decision_budget_returned), place),
		at_least(wanted, place), gauge.spent + gauge.left};
	int x = area_text(canvas, area, 1, 0, ROLE_QUIET, 0, engine_name(engine)) + 1;
	for (int i = 0; i < width + beyond; i++) {
		uint64_t at = (uint64_t)((double)gauge.limit * (i + 0.5) / width);
		enum role role;
		enum glyph glyph = glyph_at(&stick, at, &role);
		if (glyph == GLYPH_COUNT || (i >= width && glyph == GLYPH_FREED))
			break;
		area_put(canvas, area, x + i + (i >= width), 0, glyph_of(canvas->charset, glyph, 0),
			role, 0);
	}
	area_put(canvas, area, x + width, 0, glyph_of(canvas->charset, GLYPH_V_LINE, 0), ROLE_QUIET,
		0);
	bool is_beyond = wanted || stick.end > gauge.limit;
	draw_figures(&gauge, wanted, canvas, area, x + width + (is_beyond ? beyond : 0) + 3);
}
