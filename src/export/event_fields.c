/* See event_fields.h. */
#include "export/event_fields.h"

#include "base/progress.h"
#include "base/text.h"
#include "trace/trace.h"

#include <string.h>

#define BATCH 256u

static const char *const names[] = {
#define F(id, name, words) [id] = name,
	FIELDS(F)
#undef F
};

const char *field_name(enum event_field field)
{
	return names[field];
}

static void put(struct field_value *values, enum event_field field, uint64_t number)
{
	values[field] = (struct field_value){.kind = VALUE_NUMBER, .number = number};
}

static void put_if(struct field_value *values, enum event_field field, uint64_t number)
{
	if (number != 0)
		put(values, field, number);
}

static void say(struct field_value *values, enum event_field field, const char *words)
{
	if (*words)
		values[field] = (struct field_value){.kind = VALUE_WORDS, .words = words};
}

static void put_event(struct field_value *values, const struct trace *trace, uint64_t number,
	const struct event *event)
{
	put(values, FIELD_EVENT, number);
	if (event->flags & EVENT_HAS_TIME)
		put(values, FIELD_TIME, event->time);
	say(values, FIELD_KIND, event_kind_name((enum event_kind)event->kind));
	say(values, FIELD_TEXT, trace_text(trace, event->text));
	if (event_is_note_or_mark(event))
		return;
	put(values, FIELD_THREAD, event->thread);
	say(values, FIELD_CALL, call_name((enum call)event->call));
	say(values, FIELD_DOMAIN, domain_word((enum domain)event->domain));
	if (event->object != OBJECT_NONE)
		put(values, FIELD_OBJECT, event->object);
	if (event_asks_for_memory(event))
		put(values, FIELD_SIZE, event->size);
	put_if(values, FIELD_ALIGNMENT, event->alignment);
	put_if(values, FIELD_RECORDED, event->address);
	put_if(values, FIELD_SITE, event->site);
}

static void put_effect(struct field_value *values, const struct effect *effect)
{
	say(values, FIELD_OUTCOME, outcome_name(effect->outcome));
	if (effect->fault != FAULT_NONE && !fault_is_idiom(effect->fault))
		say(values, FIELD_FAULT, fault_name(effect->fault));
	put_if(values, FIELD_ADDRESS, effect->address);
	put_if(values, FIELD_GIVEN, effect->given);
	put_if(values, FIELD_OLD_ADDRESS, effect->old_address);
	if (effect->old_address)
		put(values, FIELD_OLD_SIZE, effect->old_size);
}

static void put_happened(struct field_value *values, uint32_t happened, struct text *words)
{
	text_clear(words);
	for (unsigned bit = 0; bit < HAPPENING_COUNT; bit++)
		if (happened >> bit & 1)
			text_join(words, " ", happening_name((enum happening_bit)bit));
	say(values, FIELD_HAPPENED, text_of(words));
}

static void put_sums(struct field_value *values, const struct heap *heap)
{
	struct heap_sums sums;

	heap_sums(heap, &sums);
	put(values, FIELD_LIVE, sums.live);
	put(values, FIELD_LIVE_BYTES, sums.live_bytes);
	put(values, FIELD_HELD_BYTES, sums.reserved);
}

int fields_walk(const struct export_job *job, fields_visit *visit, void *user, struct error *err)
{
	struct event events[BATCH];
	struct text happened = {0};
	struct heap *heap;
	uint64_t number = 0;
	size_t n;
	int result = 0;

	if (heap_new(&heap, job->engine, job->options, err) < 0)
		return -1;
	while (result == 0 && (n = trace_read(job->trace, number, events, BATCH)) > 0) {
		progress_say("writing", "events", number, trace_length(job->trace));
		for (size_t i = 0; i < n && result == 0; i++, number++) {
			struct field_value values[FIELD_COUNT] = {0};
			struct effect effect;
			heap_expect(heap, &events[i], n - i);
			heap_apply(heap, number, &events[i], NULL, &effect);
			put_event(values, job->trace, number, &events[i]);
			put_effect(values, &effect);
			put_happened(values, effect.happened, &happened);
			put_sums(values, heap);
			result = visit(values, user, err);
		}
	}
	progress_end();
	heap_free(heap);
	text_finish(&happened);
	return result;
}
