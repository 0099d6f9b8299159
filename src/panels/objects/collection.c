/* See collection.h. */
#include "panels/objects/collection.h"

#include "heap/decisions.h"

static struct verdict *verdict_on(struct collection *collection, uint64_t object)
{
	for (size_t i = 0; i < collection->verdicts.count; i++)
		if (collection->verdicts.items[i].object == object)
			return &collection->verdicts.items[i];
	return NULL;
}

/*
 * A candidate is examined again when an object was resurrected: the first result is the one shown.
 */
static void begin_verdict(struct collection *collection, const struct decision *decision)
{
	if (verdict_on(collection, decision->a))
		return;
	*array_push(&collection->verdicts) = (struct verdict){
		.object = (uint32_t)decision->a,
		.count = (uint32_t)decision->b,
		.inside = (uint32_t)decision->c,
		.outside = (uint32_t)decision->d,
		.rescuer = OBJECT_NONE,
	};
}

/* Objects that die but were not candidates are shown only if there are candidates. */
static void take_death(struct collection *collection, const struct decision *decision)
{
	struct verdict *verdict = verdict_on(collection, decision->a);

	if (!verdict && collection->verdicts.count > 0) {
		verdict = array_push(&collection->verdicts);
		*verdict = (struct verdict){.object = (uint32_t)decision->a, .is_other = true};
	}
	if (verdict)
		verdict->is_dead = true;
}

static void take_decision(struct collection *collection, const struct decision *decision)
{
	struct verdict *verdict = verdict_on(collection, decision->a);
	const struct decision_kind *kind = decision->kind;

	if (kind == &decision_collect) {
		collection->generation = (uint32_t)decision->a;
		collection->candidates = (size_t)decision->b;
		collection->looked_at = (uint32_t)decision->c;
	} else if (kind == &decision_subtracted) {
		begin_verdict(collection, decision);
	} else if (kind == &decision_survived) {
		collection->survivors_in = (uint32_t)decision->b;
	} else if (kind == &decision_died) {
		take_death(collection, decision);
	} else if (verdict && kind == &decision_rescued && !verdict->is_unreachable) {
		verdict->rescuer = (uint32_t)decision->b;
	} else if (verdict && kind == &decision_unreachable) {
		verdict->is_unreachable = true;
	} else if (verdict && kind == &decision_resurrected) {
		verdict->is_resurrected |= decision->c != 0;
		verdict->is_kept |= decision->c == 0;
	}
}

static bool says_the_same(const struct verdict *verdict, const struct verdict *other)
{
	return verdict->count == other->count && verdict->inside == other->inside &&
	       verdict->outside == other->outside && verdict->rescuer == other->rescuer &&
	       verdict->is_unreachable == other->is_unreachable &&
	       verdict->is_resurrected == other->is_resurrected &&
	       verdict->is_kept == other->is_kept && verdict->is_dead == other->is_dead &&
	       verdict->is_other == other->is_other;
}

static void group_verdicts(struct collection *collection)
{
	const struct verdict *verdicts = collection->verdicts.items;

	collection->groups.count = 0;
	for (size_t i = 0; i < collection->verdicts.count; i++)
		if (i > 0 && verdicts[i].object == verdicts[i - 1].object + 1 &&
			says_the_same(&verdicts[i], &verdicts[i - 1]))
			collection->groups.items[collection->groups.count - 1].count++;
		else
			*array_push(&collection->groups) = (struct verdict_group){i, 1};
}

void collection_read(struct collection *collection, const struct decision_log *log, size_t count)
{
	collection->verdicts.count = 0;
	collection->survivors_in = GENERATION_NONE;
	collection->is_cut = log && log->lost > 0 && count == log->count;
	for (size_t i = 0; log && i < count; i++)
		take_decision(collection, &log->items[i]);
	group_verdicts(collection);
}

void collection_finish(struct collection *collection)
{
	array_finish(&collection->verdicts);
	array_finish(&collection->groups);
}

uint32_t decision_object(const struct decision *decision)
{
	return decision->kind->is_about_object ? (uint32_t)decision->a : OBJECT_NONE;
}
