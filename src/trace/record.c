/* See record.h. */
#include "trace/record.h"

#include <string.h>

/* The tag: a kind, and which fields follow. */
#define TAG_KIND       0x07u
#define TAG_THREAD     0x08u /* the thread is another than the last record's */
#define TAG_TIME       0x10u
#define TAG_ATTRIBUTES 0x20u /* other than those of the last record of this kind */
#define TAG_ADDRESS    0x40u /* the address is not the expected one */
#define TAG_PREDICTED  0x80u /* the object is the expected one */
#define MORE_EVENTS    2u    /* after KIND_MORE: EVENT_NEW, and so on */
static_assert(EVENT_NEW == KIND_MORE, "the kinds before it have numbers of their own in the tag");

/* among the stored flags, where the event itself has none: a site follows */
#define STORED_SITE  0x10u
#define STORED_FLAGS (EVENT_FAILED | EVENT_SEEN_BEFORE | EVENT_OLD_UNKNOWN | STORED_SITE)
#define OBJECT_FLAGS (EVENT_TRACKED | EVENT_FINALIZER | EVENT_RESURRECTS) /* of new alone */

/* Whether the object of events of the kind is a new one. */
static inline bool kind_brings_to_life(unsigned kind)
{
	const unsigned kinds =
		1u << EVENT_ALLOCATE | 1u << EVENT_MAP | 1u << EVENT_NEW | 1u << EVENT_WEAK;

	return kinds >> kind & 1u;
}

/* The flags that events of the kind mostly have: stored flags are those that differ. */
static inline uint8_t usual_flags(unsigned kind)
{
	const unsigned kinds = 1u << EVENT_FREE | 1u << EVENT_REALLOCATE | 1u << EVENT_UNMAP |
			       1u << EVENT_REF | 1u << EVENT_UNREF;

	return kinds >> kind & 1u ? EVENT_SEEN_BEFORE : 0;
}

/* The place of an object, made if it is the next one that comes to life; NULL: not known. */
static inline uint64_t *place_of(struct places *places, uint32_t object, bool brings_to_life)
{
	uint32_t number = object - places->first;

	if (object == OBJECT_NONE)
		return NULL;
	if (places->count > 0 && number < places->count)
		return &places->of[number];
	if (!brings_to_life || places->count == CHUNK_EVENTS_MAX ||
		(places->count > 0 && number != places->count))
		return NULL;
	if (places->count == 0)
		places->first = object;
	places->of[places->count] = 0;
	return &places->of[places->count++];
}

/* ---- writing -------------------------------------------------------------------------------- */

static uint8_t log2_plus_1(uint64_t alignment)
{
	return alignment ? (uint8_t)(64 - __builtin_clzll(alignment)) : 0;
}

static uint32_t expected_object(const struct coding *coding, unsigned kind)
{
	return kind_brings_to_life(kind) ? coding->next_object : coding->last_object;
}

/* The number of an object, as the difference to another one's. */
static unsigned char *put_object(unsigned char *at, uint32_t object, uint32_t from)
{
	return put_varint(at, zigzag((uint64_t)(int64_t)(int32_t)(object - from)));
}

/* The fields that only events of counted objects have. */
static unsigned char *put_counted(unsigned char *at, const struct event *event)
{
	if (event->kind == EVENT_REF || event->kind == EVENT_UNREF || event->kind == EVENT_WEAK)
		at = put_object(at, event->other, event->object);
	if (event->kind == EVENT_WEAK)
		at = put_object(at, event->told, event->object);
	if (event->kind == EVENT_GC)
		*at++ = (unsigned char)event->other;
	if (event->kind == EVENT_GC && event->other == GC_THRESHOLDS)
		at = put_varint(put_varint(at, event->older[0]), event->older[1]);
	return at;
}

/* Object, size and address. */
static unsigned char *put_block(unsigned char *at, struct coding *coding, const struct event *event,
	unsigned char *tag)
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
		at = put_varint(at, zigzag(event->address - coding->last_address));
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

static unsigned char *put_thread_and_time(unsigned char *at, struct coding *coding,
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

unsigned char *record_put(unsigned char *at, struct coding *coding, const struct event *event)
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
	return event_is_counted(event) ? put_counted(at, event) : at;
}

/* ---- reading -------------------------------------------------------------------------------- */

static bool take_attributes(struct cursor *cursor, struct attributes *attributes)
{
	if (cursor->end - cursor->at < (ptrdiff_t)sizeof(*attributes))
		return false;
	memcpy(attributes, cursor->at, sizeof(*attributes));
	cursor->at += sizeof(*attributes);
	return !(attributes->flags & ~(STORED_FLAGS | OBJECT_FLAGS)) &&
	       attributes->domain < DOMAIN_COUNT && attributes->call < CALL_COUNT &&
	       attributes->alignment <= 64;
}

/* Whether the text form can also say it: a new object, a reference, the collector. */
static bool is_sound(const struct event *event)
{
	bool has_object = event->object != OBJECT_NONE;

	if (event->alignment || (event->flags & (EVENT_FAILED | EVENT_OLD_UNKNOWN)) ||
		(event->kind != EVENT_NEW && (event->flags & OBJECT_FLAGS)))
		return false;
	if (event->kind == EVENT_COLLECT)
		return !has_object && event->size < GENERATIONS;
	if (event->kind == EVENT_GC)
		return !has_object && (event->other == GC_THRESHOLDS || event->size == 0) &&
		       event->size <= INT32_MAX && event->older[0] <= INT32_MAX &&
		       event->older[1] <= INT32_MAX;
	if (event->kind == EVENT_WEAK)
		return has_object && event->other != OBJECT_NONE;
	return has_object &&
	       (!(event->flags & EVENT_RESURRECTS) || (event->flags & EVENT_FINALIZER));
}

static uint32_t take_object(struct cursor *cursor, uint32_t from)
{
	return from + (uint32_t)unzigzag(take_varint(cursor));
}

static uint32_t take_threshold(struct cursor *cursor)
{
	uint64_t number = take_varint(cursor);

	return number <= INT32_MAX ? (uint32_t)number : UINT32_MAX;
}

/* The fields that only events of counted objects have. */
static bool take_counted(struct cursor *cursor, struct event *event)
{
	if (event->kind == EVENT_REF || event->kind == EVENT_UNREF || event->kind == EVENT_WEAK)
		event->other = take_object(cursor, event->object);
	if (event->kind == EVENT_WEAK)
		event->told = take_object(cursor, event->object);
	if (event->kind == EVENT_GC) {
		event->other = cursor->at < cursor->end ? *cursor->at++ : GC_WORD_COUNT;
		if (event->other >= GC_WORD_COUNT)
			return false;
	}
	if (event->kind == EVENT_GC && event->other == GC_THRESHOLDS) {
		event->older[0] = take_threshold(cursor);
		event->older[1] = take_threshold(cursor);
	}
	return is_sound(event);
}

/* Object, size and address. */
static inline void take_block(struct cursor *cursor, struct coding *coding, unsigned tag,
	struct event *event)
{
	unsigned kind = event->kind;
	bool brings_to_life = kind_brings_to_life(kind);

	event->object = brings_to_life ? coding->next_object : coding->last_object;
	if (!(tag & TAG_PREDICTED))
		event->object = take_object(cursor, coding->last_object);
	event->size = kind_has_size(kind) ? take_varint(cursor) : 0;
	uint64_t *place = place_of(coding->places, event->object, brings_to_life);
	event->address = place ? *place : 0;
	if (tag & TAG_ADDRESS)
		event->address = coding->last_address + unzigzag(take_varint(cursor));
	if (place)
		*place = event->address;
	if (event->address)
		coding->last_address = event->address;
	if (brings_to_life && event->object != OBJECT_NONE)
		coding->next_object = event->object + 1;
	coding->last_object = event->object;
}

static inline bool take_event(struct cursor *cursor, struct coding *coding, unsigned tag,
	unsigned kind, struct event *event)
{
	struct attributes *attributes = &coding->of_kind[kind];

	event->kind = (uint8_t)kind;
	event->other = 0;
	event->text = TEXT_NONE;
	take_block(cursor, coding, tag, event);
	if (tag & TAG_THREAD)
		coding->thread = (uint32_t)take_varint(cursor);
	event->thread = coding->thread;
	event->time = 0;
	if (tag & TAG_TIME)
		event->time = coding->last_time += unzigzag(take_varint(cursor));
	if ((tag & TAG_ATTRIBUTES) && !take_attributes(cursor, attributes))
		return false;
	event->flags = (uint8_t)((attributes->flags & ~STORED_SITE) ^ usual_flags(kind)) |
		       (tag & TAG_TIME ? EVENT_HAS_TIME : 0);
	event->domain = attributes->domain;
	event->call = attributes->call;
	event->alignment = attributes->alignment ? UINT64_C(1) << (attributes->alignment - 1) : 0;
	event->old_address = event->flags & EVENT_OLD_UNKNOWN ? take_varint(cursor) : 0;
	event->site = attributes->flags & STORED_SITE ? (uint32_t)take_varint(cursor) : SITE_NONE;
	return event_is_counted(event) ? take_counted(cursor, event)
				       : !(event->flags & OBJECT_FLAGS);
}

static bool take_words(struct cursor *cursor, struct record_words *words)
{
	uint64_t length = take_varint(cursor);

	if (cursor->failed || length > (uint64_t)(cursor->end - cursor->at))
		return false;
	words->text = (const char *)cursor->at;
	words->length = (size_t)length;
	cursor->at += length;
	return true;
}

bool record_take(struct cursor *cursor, struct coding *coding, struct event *ret_event,
	struct record_words *ret_words)
{
	unsigned tag = *cursor->at++, kind = tag & TAG_KIND;

	*ret_words = (struct record_words){.text = ""};
	if (kind == KIND_MORE) {
		unsigned more = cursor->at < cursor->end ? *cursor->at++ : UINT8_MAX;
		if (more < MORE_EVENTS) {
			ret_words->is_comment = true;
			ret_words->trails = more == MORE_TRAILS;
			return take_words(cursor, ret_words);
		}
		kind = more - MORE_EVENTS + EVENT_NEW;
		if (kind >= EVENT_KIND_COUNT)
			return false;
	}
	if (!take_event(cursor, coding, tag, kind, ret_event))
		return false;
	if (event_is_note_or_mark(ret_event))
		return take_words(cursor, ret_words);
	return !cursor->failed;
}
