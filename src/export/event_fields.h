/*
 * An event and what became of it, as the fields of a table: columns of CSV and of the database,
 * members of a JSON object.
 */
#ifndef EXPORT_EVENT_FIELDS_H
#define EXPORT_EVENT_FIELDS_H

#include "export/exporter.h"
#include "heap/heap.h"

/* FIELD(enumerator, name, what it is) */
#define FIELDS(FIELD) \
	FIELD(FIELD_EVENT, "event", "its number in the trace, from 0") \
	FIELD(FIELD_TIME, "time", "nanoseconds since the trace began") \
	FIELD(FIELD_THREAD, "thread", "numbered from 0 in order of appearance") \
	FIELD(FIELD_KIND, "kind", "allocate, reallocate, free, map, unmap, note, mark and so on") \
	FIELD(FIELD_CALL, "call", "the function that was called") \
	FIELD(FIELD_DOMAIN, "domain", "the allocator that it was asked of") \
	FIELD(FIELD_OBJECT, "object", "the identity of the allocation") \
	FIELD(FIELD_SIZE, "size", "bytes asked for") \
	FIELD(FIELD_ALIGNMENT, "alignment", "bytes, if one was asked for") \
	FIELD(FIELD_RECORDED, "recorded", "the address that the trace has") \
	FIELD(FIELD_SITE, "site", "the call site, from 1") \
	FIELD(FIELD_TEXT, "text", "the words of a note, the name of a mark") \
	FIELD(FIELD_OUTCOME, "outcome", "what the engine answered") \
	FIELD(FIELD_FAULT, "fault", "what is wrong with the event") \
	FIELD(FIELD_ADDRESS, "address", "where the engine placed the object") \
	FIELD(FIELD_GIVEN, "given", "bytes usable there") \
	FIELD(FIELD_OLD_ADDRESS, "old_address", "where the object was before") \
	FIELD(FIELD_OLD_SIZE, "old_size", "bytes that it had asked for before") \
	FIELD(FIELD_HAPPENED, "happened", "arena-mapped, pool-full, split and so on") \
	FIELD(FIELD_LIVE, "live", "objects that are live after the event") \
	FIELD(FIELD_LIVE_BYTES, "live_bytes", "bytes that they asked for") \
	FIELD(FIELD_HELD_BYTES, "held_bytes", "bytes held from the system after the event")

enum event_field {
#define F(id, name, words) id,
	FIELDS(F) FIELD_COUNT
#undef F
};

enum value_kind { VALUE_NONE, VALUE_NUMBER, VALUE_WORDS };

struct field_value {
	enum value_kind kind;
	uint64_t number;
	const char *words; /* borrowed until the next event */
};

const char *field_name(enum event_field field);

/* Receives one event after the other; -1 and err ends the walk. */
typedef int fields_visit(const struct field_value values[FIELD_COUNT], void *user,
	struct error *err);

/* Plays the whole trace. -1 and err: the engine cannot play it, or the visitor ended it. */
int fields_walk(const struct export_job *job, fields_visit *visit, void *user, struct error *err);

#endif
