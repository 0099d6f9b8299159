/* See highlight.h. */
#include "panels/highlight.h"

/* Of more objects that died or moved at one event only the first are checked. */
#define CHECKED_MAX 256u

static bool overlap(uint64_t one, uint64_t bytes, uint64_t other, uint64_t others)
{
	return one < other + others && other < one + bytes;
}

/* Whether a collector moved a block into any of these bytes at the event, or out of them. */
static bool has_moved(const struct scene *scene, bool is_out, uint64_t from, uint64_t bytes)
{
	const struct moved *moved;
	size_t n = player_moved(scene->player, &moved);

	for (size_t i = 0; i < n && i < CHECKED_MAX; i++)
		if (overlap(is_out ? moved[i].from : moved[i].live.address, moved[i].live.given,
			    from, bytes))
			return true;
	return false;
}

static bool has_left(const struct scene *scene, uint64_t from, uint64_t bytes)
{
	return has_moved(scene, true, from, bytes);
}

static bool has_come(const struct scene *scene, uint64_t from, uint64_t bytes)
{
	return has_moved(scene, false, from, bytes);
}

/* Whether the event left a place; a lookup or a write through a pointer names one and leaves it. */
static bool has_left_place(const struct effect *effect)
{
	return effect->old_address &&
	       (effect->outcome == OUTCOME_RELEASED || effect->outcome == OUTCOME_PLACED);
}

bool highlight_freed(const struct scene *scene, uint64_t from, uint64_t bytes)
{
	const struct effect *effect = scene->effect;
	const struct live *died;

	if (!effect)
		return false;
	if (has_left_place(effect) && overlap(effect->old_address, effect->old_given, from, bytes))
		return true;
	size_t n = effect->freed ? player_died(scene->player, &died) : 0;
	for (size_t i = 0; i < n && i < CHECKED_MAX; i++)
		if (overlap(died[i].address, died[i].given, from, bytes))
			return true;
	return has_left(scene, from, bytes);
}

/* Whether a counted object that died at the event was there. */
static bool has_died(const struct scene *scene, uint64_t base, uint64_t size)
{
	const struct live *died;
	size_t n = player_died(scene->player, &died);

	for (size_t i = 0; i < n && i < CHECKED_MAX; i++)
		if (died[i].address - base < size)
			return true;
	return false;
}

static const struct decision *harm_of(const struct scene *scene)
{
	const struct decision_log *log = scene->effect ? highlight_log(scene) : NULL;

	for (size_t i = 0; log && i < log->count; i++)
		if (log->items[i].kind->harm)
			return &log->items[i];
	return NULL;
}

uint64_t highlight_harmed(const struct scene *scene)
{
	const struct decision *harm = harm_of(scene);

	return harm ? harm->a : 0;
}

bool highlight_used(const struct scene *scene, struct used_bytes *ret_used)
{
	const struct decision_log *log;
	struct effect effect;
	struct event event;

	if (!scene->effect || scene->decision_step || !scene->effect->old_address ||
		!player_last_request(scene->player, &event, &effect, &log) ||
		event.kind != EVENT_USE || (event.other != USE_READ && event.other != USE_WRITE))
		return false;
	ret_used->from = effect.old_address + (uint64_t)event.offset;
	ret_used->to = ret_used->from + event.size;
	ret_used->is_written = event.other == USE_WRITE;
	ret_used->own = effect.fault == FAULT_USE_AFTER_FREE ? 0 : effect.old_address;
	ret_used->end_of_own = ret_used->own ? ret_used->own + effect.old_size : 0;
	return true;
}

/* Whether any of these bytes were used, and were outside the object: a mistake of the program. */
static bool used_by_mistake(const struct used_bytes *used, uint64_t from, uint64_t bytes)
{
	uint64_t end = from + bytes < used->to ? from + bytes : used->to;

	from = from > used->from ? from : used->from;
	return from < end && (from < used->own || end > used->end_of_own);
}

uint32_t used_sign(const struct used_bytes *used, uint64_t from, uint64_t bytes, bool is_block,
	enum charset charset, enum role *ret_role)
{
	bool is_mistake = used_by_mistake(used, from, bytes);

	if (from >= used->to || from + bytes <= used->from)
		return 0;
	*ret_role = is_mistake ? ROLE_BAD : ROLE_CHANGED;
	if (is_mistake && is_block && used->is_written)
		return glyph_of(charset, GLYPH_BAD, 0);
	return used->is_written ? 'W' : 'R';
}

/* Whether the program overwrote any of these bytes by mistake. */
static bool is_overwritten(const struct scene *scene, uint64_t from, uint64_t bytes)
{
	struct used_bytes used;

	return highlight_used(scene, &used) && used.is_written &&
	       used_by_mistake(&used, from, bytes);
}

/* Whether any of these bytes were harmed. */
static bool is_harmed(const struct scene *scene, uint64_t from, uint64_t bytes)
{
	const struct decision *harm = harm_of(scene);
	uint64_t harmed, end;
	struct live live;

	if (!harm || !heap_find_address(player_heap(scene->player), harm->a, &live))
		return false;
	harm->kind->harm(harm, &harmed, &end);
	if (end > live.address + live.given)
		end = live.address + live.given;
	return harmed < end && overlap(harmed, end - harmed, from, bytes);
}

enum role highlight_role(const struct scene *scene, uint64_t base, uint64_t size,
	enum role otherwise)
{
	const struct effect *effect = scene->effect;

	if (!effect || scene->decision_step) /* those are of the next event */
		return otherwise;
	if (is_harmed(scene, base, size) || is_overwritten(scene, base, size))
		return ROLE_BAD;
	if ((effect->address && effect->address - base < size) || has_come(scene, base, size))
		return ROLE_HOT_ALLOC;
	if (has_left_place(effect) && effect->old_address - base < size)
		return ROLE_HOT_FREE;
	return (effect->freed && has_died(scene, base, size)) || has_left(scene, base, size)
		       ? ROLE_HOT_FREE
		       : otherwise;
}

enum role highlight_part(const struct scene *scene, uint64_t from, uint64_t bytes)
{
	const struct effect *effect = scene->effect;

	if (!effect || scene->decision_step)
		return ROLE_TEXT;
	if (is_harmed(scene, from, bytes) || is_overwritten(scene, from, bytes))
		return ROLE_BAD;
	if (effect->outcome == OUTCOME_NO_MEMORY || effect->outcome == OUTCOME_NO_ANSWER)
		return ROLE_TEXT;
	if ((effect->address && overlap(effect->address, effect->given, from, bytes)) ||
		has_come(scene, from, bytes))
		return ROLE_HOT_ALLOC;
	return highlight_freed(scene, from, bytes) ? ROLE_HOT_FREE : ROLE_TEXT;
}

const struct decision_log *highlight_log(const struct scene *scene)
{
	return scene->decision_step ? NULL : scene->log;
}
