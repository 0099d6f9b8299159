/* What coder (record_put.h) and decoder (record_take.h) of records share. */
#ifndef TRACE_RECORD_CODING_H
#define TRACE_RECORD_CODING_H

#include "base/xalloc.h"
#include "trace/record.h"

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

/* Whether `other` of events of the kind is one of a list of words. */
static inline bool kind_has_word(unsigned kind)
{
	const unsigned kinds =
		1u << EVENT_GC | 1u << EVENT_LIBC | 1u << EVENT_ENTER | 1u << EVENT_USE;

	return kinds >> kind & 1u;
}

/* The flags that events of the kind mostly have: stored flags are those that differ. */
static inline uint8_t usual_flags(unsigned kind)
{
	const unsigned kinds = 1u << EVENT_FREE | 1u << EVENT_REALLOCATE | 1u << EVENT_UNMAP |
			       1u << EVENT_REF | 1u << EVENT_UNREF | 1u << EVENT_USE |
			       1u << EVENT_WHEN;

	return kinds >> kind & 1u ? EVENT_SEEN_BEFORE : 0;
}

/* The places, with room for so many events. NULL: there are none yet. The caller frees them. */
static inline struct places *places_fit(struct places *places, uint32_t events)
{
	uint32_t old = places ? places->room : 0;

	if (places && events <= old)
		return places;
	uint32_t room = events > 2 * old ? events : 2 * old;
	places = xrealloc(places, sizeof(*places) + room * sizeof(places->of[0]));
	if (old == 0)
		places->count = 0;
	places->room = room;
	return places;
}

/* The place of an object, made if it is the next one that comes to life; NULL: not known. */
static inline uint64_t *place_of(struct places *places, uint32_t object, bool brings_to_life)
{
	uint32_t number = object - places->first;

	if (object == OBJECT_NONE)
		return NULL;
	if (places->count > 0 && number < places->count)
		return &places->of[number];
	if (!brings_to_life || places->count == places->room ||
		(places->count > 0 && number != places->count))
		return NULL;
	if (places->count == 0)
		places->first = object;
	places->of[places->count] = 0;
	return &places->of[places->count++];
}

/* The same where no place is other than 0: only how many there are is kept. */
static inline void count_place(struct places *places, uint32_t object, bool brings_to_life)
{
	if (!brings_to_life || object == OBJECT_NONE || places->count == places->room)
		return;
	if (places->count == 0)
		places->first = object;
	places->count += object - places->first == places->count;
}

#endif
