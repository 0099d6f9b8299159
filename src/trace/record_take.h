/*
 * The decoder of records: see record.h.  In a header, and always inline, since it is called once an
 * event: as a call it took an eighth more instructions to read a trace.
 */
#ifndef TRACE_RECORD_TAKE_H
#define TRACE_RECORD_TAKE_H

#include "trace/record_coding.h"

#include <string.h>

#define INLINE __attribute__((always_inline)) static inline

static_assert(EVENT_UNMAP + 1 == EVENT_NOTE, "events of blocks come before those with words");

static inline bool take_attributes(struct cursor *cursor, struct attributes *attributes)
{
	if (cursor->end - cursor->at < (ptrdiff_t)sizeof(*attributes))
		return false;
	memcpy(attributes, cursor->at, sizeof(*attributes));
	cursor->at += sizeof(*attributes);
	return !(attributes->flags & ~(STORED_FLAGS | OBJECT_FLAGS)) &&
	       attributes->domain < DOMAIN_COUNT && attributes->call < CALL_COUNT &&
	       attributes->alignment <= 64;
}

static inline bool gc_has_number(uint32_t word)
{
	return word == GC_THRESHOLDS || word == GC_OTHERS;
}

/* Flags of another kind of event. */
static inline bool has_foreign_flags(const struct event *event)
{
	unsigned own = event->kind == EVENT_NEW    ? OBJECT_FLAGS
		       : event->kind == EVENT_WEAK ? EVENT_SOFT
						   : 0;

	return event->flags & OBJECT_FLAGS & ~own;
}

/*
 * Whether the text form can also say it: a new object, a reference, the collector, the C library.
 */
static inline bool is_sound(const struct event *event)
{
	bool has_object = event->object != OBJECT_NONE;

	if (event->alignment || (event->flags & (EVENT_FAILED | EVENT_OLD_UNKNOWN)) ||
		has_foreign_flags(event))
		return false;
	if (event->kind == EVENT_COLLECT)
		return !has_object && event->size < GENERATIONS;
	if (event->kind == EVENT_GC)
		return !has_object && (gc_has_number(event->other) || event->size == 0) &&
		       event->size <= INT32_MAX && event->older[0] <= INT32_MAX &&
		       event->older[1] <= INT32_MAX;
	if (event->kind == EVENT_LIBC)
		return !has_object &&
		       (event->size == 0 || *libc_word_number((enum libc_word)event->other));
	if (event->kind == EVENT_WEAK)
		return has_object && event->other != OBJECT_NONE;
	if (event->kind == EVENT_WHEN)
		return has_object && event->callback != OBJECT_NONE && event->size <= 1;
	if (event->kind == EVENT_ENTER || event->kind == EVENT_LEAVE)
		return !has_object;
	if (event->kind == EVENT_USE)
		return has_object == use_names_object((enum use_word)event->other) &&
		       (has_object || event->size == 0) &&
		       (!event_is_of_cache(event) || event->key <= INT64_MAX);
	return has_object &&
	       (!(event->flags & EVENT_RESURRECTS) || (event->flags & EVENT_FINALIZER));
}

static inline uint32_t take_object(struct cursor *cursor, uint32_t from)
{
	return from + (uint32_t)unzigzag(take_varint(cursor));
}

static inline uint32_t take_threshold(struct cursor *cursor)
{
	uint64_t number = take_varint(cursor);

	return number <= INT32_MAX ? (uint32_t)number : UINT32_MAX;
}

/* How many words there are for `other` of a kind that has them. */
static inline uint32_t words_of(unsigned kind)
{
	return kind == EVENT_GC      ? GC_WORD_COUNT
	       : kind == EVENT_LIBC  ? LIBC_WORD_COUNT
	       : kind == EVENT_ENTER ? FRAME_WORD_COUNT
				     : USE_WORD_COUNT;
}

/* The fields that only events from EVENT_NEW on have. */
static inline bool take_own(struct cursor *cursor, struct event *event)
{
	if (event_has_other(event))
		event->other = take_object(cursor, event->object);
	if (event->kind == EVENT_WEAK || event->kind == EVENT_WHEN)
		event->callback = take_object(cursor, event->object);
	if (kind_has_word(event->kind)) {
		uint32_t words = words_of(event->kind);
		event->other = cursor->at < cursor->end ? *cursor->at++ : words;
		if (event->other >= words)
			return false;
	}
	if (event->kind == EVENT_GC && event->other == GC_THRESHOLDS) {
		event->older[0] = take_threshold(cursor);
		event->older[1] = take_threshold(cursor);
	}
	if (event->kind == EVENT_USE)
		event->offset = (int64_t)unzigzag(take_varint(cursor));
	return is_sound(event);
}

/* A free that says a size; other events before EVENT_NEW have no flags of objects. */
static inline bool take_sized(struct cursor *cursor, struct event *event)
{
	if (event->kind != EVENT_FREE || (event->flags & OBJECT_FLAGS) != EVENT_SIZED)
		return false;
	event->size = take_varint(cursor);
	return true;
}

/* The address, and the place of it. The first one that is not 0 has the others filled in. */
INLINE uint64_t take_address(struct cursor *cursor, struct coding *coding, unsigned tag,
	uint32_t object, bool brings_to_life)
{
	if (!coding->has_addresses && !(tag & TAG_ADDRESS)) {
		count_place(coding->places, object, brings_to_life);
		return 0;
	}
	if (!coding->has_addresses) {
		memset(coding->places->of, 0, coding->places->count * sizeof(uint64_t));
		coding->has_addresses = true;
	}
	uint64_t *place = place_of(coding->places, object, brings_to_life);
	uint64_t address = place ? *place : 0;
	if (tag & TAG_ADDRESS)
		address = coding->last_address + unzigzag(take_varint(cursor));
	if (place)
		*place = address;
	if (address)
		coding->last_address = address;
	return address;
}

/* Object, size and address. */
INLINE void take_block(struct cursor *cursor, struct coding *coding, unsigned tag,
	struct event *event)
{
	unsigned kind = event->kind;
	bool brings_to_life = kind_brings_to_life(kind);

	event->object = brings_to_life ? coding->next_object : coding->last_object;
	if (!(tag & TAG_PREDICTED))
		event->object = take_object(cursor, coding->last_object);
	event->size = kind_has_size(kind) ? take_varint(cursor) : 0;
	event->address = take_address(cursor, coding, tag, event->object, brings_to_life);
	if (brings_to_life && event->object != OBJECT_NONE)
		coding->next_object = event->object + 1;
	coding->last_object = event->object;
}

INLINE bool take_event(struct cursor *cursor, struct coding *coding, unsigned tag, unsigned kind,
	struct event *event)
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
	if (event_has_own_words(event))
		return take_own(cursor, event);
	return !(event->flags & OBJECT_FLAGS) || take_sized(cursor, event);
}

static inline bool take_words(struct cursor *cursor, struct record_words *words)
{
	uint64_t length = take_varint(cursor);

	if (cursor->failed || length > (uint64_t)(cursor->end - cursor->at))
		return false;
	words->text = (const char *)cursor->at;
	words->length = (size_t)length;
	cursor->at += length;
	return true;
}

/* Whether a record with that tag is an event that has no words, and no fields of its own kind. */
static inline bool tag_is_plain(unsigned tag)
{
	return (tag & TAG_KIND) < EVENT_NOTE;
}

/* The next events of this one's kind and attributes are like it, unless they have more fields. */
static inline void keep_usual(struct coding *coding, const struct event *event)
{
	struct event *usual = &coding->usual[event->kind];

	*usual = *event;
	usual->time = 0;
	usual->flags &= (uint8_t)~EVENT_HAS_TIME;
	coding->usual_kinds &= ~(1u << event->kind);
	if (!(event->flags & (EVENT_OLD_UNKNOWN | OBJECT_FLAGS)))
		coding->usual_kinds |= 1u << event->kind;
}

/* record_take() for a record with a plain tag. */
INLINE bool record_take_plain(struct cursor *cursor, struct coding *coding, struct event *ret_event)
{
	unsigned tag = *cursor->at++, kind = tag & TAG_KIND;

	if ((tag & TAG_ATTRIBUTES) || !(coding->usual_kinds >> kind & 1)) {
		if (!take_event(cursor, coding, tag, kind, ret_event) || cursor->failed)
			return false;
		keep_usual(coding, ret_event);
		return true;
	}
	*ret_event = coding->usual[kind];
	take_block(cursor, coding, tag, ret_event);
	if (tag & TAG_THREAD)
		coding->thread = (uint32_t)take_varint(cursor);
	ret_event->thread = coding->thread;
	if (tag & TAG_TIME) {
		ret_event->time = coding->last_time += unzigzag(take_varint(cursor));
		ret_event->flags |= EVENT_HAS_TIME;
	}
	if (coding->of_kind[kind].flags & STORED_SITE)
		ret_event->site = (uint32_t)take_varint(cursor);
	return !cursor->failed;
}

/*
 * Takes the next record; the cursor is before its end.  false: it makes no sense, or ends too
 * early; the cursor is then of no use.  ret_event is written where the record is no comment; its
 * `text` is TEXT_NONE.
 */
INLINE bool record_take(struct cursor *cursor, struct coding *coding, struct event *ret_event,
	struct record_words *ret_words)
{
	unsigned tag = *cursor->at++, kind = tag & TAG_KIND;

	*ret_words = (struct record_words){.text = ""};
	if (kind == KIND_MORE) {
		unsigned more = cursor->at < cursor->end ? *cursor->at++ : UINT8_MAX;
		if (more < MORE_EVENTS) {
			if (!take_words(cursor, ret_words))
				return false;
			ret_words->is_comment = true;
			ret_words->trails = more == MORE_TRAILS;
			return true;
		}
		kind = more - MORE_EVENTS + EVENT_NEW;
		if (kind >= EVENT_KIND_COUNT)
			return false;
	}
	if (!take_event(cursor, coding, tag, kind, ret_event))
		return false;
	if (event_has_text(ret_event))
		return take_words(cursor, ret_words);
	return !cursor->failed;
}

#undef INLINE

#endif
