/*
 * The coder of records: see record.h.  In a header, as the decoder is, since it is called once an
 * event.
 */
#ifndef TRACE_RECORD_PUT_H
#define TRACE_RECORD_PUT_H

#include "trace/record_coding.h"

#include <string.h>

static inline uint8_t log2_plus_1(uint64_t alignment)
{
	return alignment ? (uint8_t)(64 - __builtin_clzll(alignment)) : 0;
}

static inline uint32_t expected_object(const struct coding *coding, unsigned kind)
{
	return kind_brings_to_life(kind) ? coding->next_object : coding->last_object;
}

/* The number of an object, as the difference to another one's. */
static inline unsigned char *put_object(unsigned char *at, uint32_t object, uint32_t from)
{
	return put_number(at, zigzag((uint64_t)(int64_t)(int32_t)(object - from)));
}

/* The fields that only events from EVENT_NEW on have. */
static inline unsigned char *put_own(unsigned char *at, const struct event *event)
{
	if (event_has_other(event))
		at = put_object(at, event->other, event->object);
	if (event->kind == EVENT_WEAK || event->kind == EVENT_WHEN)
		at = put_object(at, event->callback, event->object);
	if (kind_has_word(event->kind))
		*at++ = (unsigned char)event->other;
	if (event->kind == EVENT_GC && event->other == GC_THRESHOLDS)
		at = put_varint(put_varint(at, event->older[0]), event->older[1]);
	if (event->kind == EVENT_USE)
		at = put_varint(at, zigzag((uint64_t)event->offset));
	return at;
}

/* Object, size and address. */
static inline unsigned char *put_block(unsigned char *at, struct coding *coding,
	const struct event *event, unsigned char *tag)
{
	unsigned kind = event->kind;
	bool brings_to_life = kind_brings_to_life(kind);

	if (event->object == expected_object(coding, kind))
		*tag |= TAG_PREDICTED;
	else
		at = put_object(at, event->object, coding->last_object);
	if (kind_has_size(kind))
		at = put_varint(at, event->size);
	uint64_t *place = place_of(coding->places, event->object, brings_to_life);
	if (event->address != (place ? *place : 0)) {
		*tag |= TAG_ADDRESS;
		at = put_number(at, zigzag(event->address - coding->last_address));
	}
	if (place)
		*place = event->address;
	if (event->address)
		coding->last_address = event->address;
	if (brings_to_life && event->object != OBJECT_NONE)
		coding->next_object = event->object + 1;
	coding->last_object = event->object;
	return at;
}

static inline unsigned char *put_thread_and_time(unsigned char *at, struct coding *coding,
	const struct event *event, unsigned char *tag)
{
	if (event->thread != coding->thread) {
		*tag |= TAG_THREAD;
		at = put_varint(at, event->thread);
		coding->thread = event->thread;
	}
	if (event->flags & EVENT_HAS_TIME) {
		*tag |= TAG_TIME;
		at = put_varint(at, zigzag(event->time - coding->last_time));
		coding->last_time = event->time;
	}
	return at;
}

/*
 * Appends the record of an event, without its text, at `at`, which has room for RECORD_BYTES_MAX;
 * gives its end.
 */
static inline unsigned char *record_put(unsigned char *at, struct coding *coding,
	const struct event *event)
{
	unsigned kind = event->kind;
	unsigned char *tag = at++;
	bool has_site = event->site != SITE_NONE || (coding->of_kind[kind].flags & STORED_SITE);
	const struct attributes attributes = {
		.flags = (uint8_t)((event->flags & ~EVENT_HAS_TIME) ^ usual_flags(kind)) |
			 (has_site ? STORED_SITE : 0),
		.domain = event->domain,
		.call = event->call,
		.alignment = log2_plus_1(event->alignment),
	};

	*tag = (unsigned char)(kind < KIND_MORE ? kind : KIND_MORE);
	if (kind >= KIND_MORE)
		*at++ = (unsigned char)(kind - EVENT_NEW + MORE_EVENTS);
	at = put_block(at, coding, event, tag);
	at = put_thread_and_time(at, coding, event, tag);
	if (memcmp(&attributes, &coding->of_kind[kind], sizeof(attributes)) != 0) {
		*tag |= TAG_ATTRIBUTES;
		memcpy(at, &attributes, sizeof(attributes));
		at += sizeof(attributes);
		coding->of_kind[kind] = attributes;
	}
	if (event->flags & EVENT_OLD_UNKNOWN)
		at = put_varint(at, event->old_address);
	if (has_site)
		at = put_varint(at, event->site);
	if (event->kind == EVENT_FREE && (event->flags & EVENT_SIZED))
		return put_varint(at, event->size);
	return event_has_own_words(event) ? put_own(at, event) : at;
}

#endif
