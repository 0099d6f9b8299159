/* See collection.h. */
#include "panels/objects/collection.h"

static struct verdict *verdict_on(struct collection *collection, uint64_t object)
{
	for (size_t i = 0; i < collection->verdicts.count; i++)
		if (collection->verdicts.items[i].object == object)
			return &collection->verdicts.items[i];
	return NULL;
}

/*
 * A candidate is looked at again when something was resurrected: what was found out first is what
 * is shown.
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

static void take_decision(struct collection *collection, const struct decision *decision)
{
	struct verdict *verdict = verdict_on(collection, decision->a);

	switch ((int)decision->kind) {
	case DECISION_COLLECT:
		collection->generation = (uint32_t)decision->a;
		collection->candidates = (size_t)decision->b;
		break;
	case DECISION_SUBTRACTED:
		begin_verdict(collection, decision);
		break;
	case DECISION_SURVIVED:
		collection->survivors_in = (uint32_t)decision->b;
		break;
	case DECISION_RESCUED:
		if (verdict && !verdict->is_unreachable)
			verdict->rescuer = (uint32_t)decision->b;
		break;
	case DECISION_UNREACHABLE:
		if (verdict)
			verdict->is_unreachable = true;
		break;
	case DECISION_RESURRECTED:
		if (verdict && decision->c)
			verdict->is_resurrected = true;
		else if (verdict)
			verdict->is_kept = true;
		break;
	case DECISION_DIED:
		if (!verdict && collection->verdicts.count > 0) {
			verdict = array_push(&collection->verdicts);
			*verdict =
				(struct verdict){.object = (uint32_t)decision->a, .is_other = true};
		}
		if (verdict)
			verdict->is_dead = true;
		break;
	}
}

void collection_read(struct collection *collection, const struct decision_log *log, size_t count)
{
	collection->verdicts.count = 0;
	collection->survivors_in = GENERATION_NONE;
	collection->is_cut = log && log->lost > 0 && count == log->count;
	for (size_t i = 0; log && i < count; i++)
		take_decision(collection, &log->items[i]);
}

void collection_finish(struct collection *collection)
{
	array_finish(&collection->verdicts);
}

uint32_t decision_object(const struct decision *decision)
{
	switch ((int)decision->kind) {
	case DECISION_COUNT_UP:
	case DECISION_COUNT_DOWN:
	case DECISION_FINALIZED:
	case DECISION_RESURRECTED:
	case DECISION_WEAK_MADE:
	case DECISION_WEAK_CLEARED:
	case DECISION_CALLBACK:
	case DECISION_DIED:
	case DECISION_SUBTRACTED:
	case DECISION_RESCUED:
	case DECISION_UNREACHABLE:
	case DECISION_CLEARED:
		return (uint32_t)decision->a;
	}
	return OBJECT_NONE;
}
