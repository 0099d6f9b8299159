/* What makes an exercise: random numbers, a heap, and the trace that is written meanwhile. */
#ifndef COURSE_MAKER_H
#define COURSE_MAKER_H

#include "base/mersenne.h"
#include "course/exercise.h"
#include "heap/heap.h"
#include "trace/text/lines.h"

struct maker {
	struct mersenne random;
	struct exercise *exercise;
	struct heap *heap;
	struct text_state lines;
	uint64_t events;
};

/* At least `from`, less than `to`. */
uint64_t maker_roll(struct maker *maker, uint64_t from, uint64_t to);

/* The engine and its options, in pairs ended by NULL: {"heap-size", "100"}, {"trust-sizes", ""}. */
void maker_begin(struct maker *maker, const char *engine, const char *const (*options)[2]);

/* Applies an event, and writes its line. */
struct effect maker_apply(struct maker *maker, const struct event *event);

/* Short forms of it. */
struct effect maker_allocate(struct maker *maker, uint32_t object, uint64_t size);
struct effect maker_free(struct maker *maker, uint32_t object);

/* The same for the event that is asked about: its line is kept apart. */
struct effect maker_ask(struct maker *maker, const struct event *event);
struct effect maker_ask_for(struct maker *maker, uint32_t object, uint64_t size);
struct effect maker_ask_to_free(struct maker *maker, uint32_t object);

/* Of a row of events, the last of which is asked about. */
struct effect maker_apply_or_ask(struct maker *maker, const struct event *event, bool is_last);

/* An event after the one asked about, which shows the answer; its line is kept apart, too. */
void maker_go_on(struct maker *maker, const struct event *event);

/* The thread enters a method. */
void maker_enter(struct maker *maker, const char *method, uint32_t thread, bool is_native);

struct event maker_allocation(uint32_t object, uint64_t size);
struct event maker_release(uint32_t object);

/* Of counted objects: a new one of 16 bytes that the collector knows, a reference, its end. */
struct event maker_counted(enum event_kind kind, uint32_t object, uint32_t other);
/* Of one of them: applied. */
void maker_apply_counted(struct maker *maker, enum event_kind kind, uint32_t object,
	uint32_t other);

/* A reference from a random one of [least, end) to one of [1, end). */
void maker_refer(struct maker *maker, uint32_t least, uint32_t end);

/* A collection of so many generations, from the youngest on: 0 is the youngest alone. */
struct event maker_collection(uint32_t generation);

/* A Java heap for a handful of objects, with survivors of 48 bytes and a tenure of 1. */
extern const char *const maker_java_options[][2];

/* Where a block is, from the base of its region; or none. */
void maker_answer_offset(struct maker *maker, const struct effect *effect);

/* The objects that died at the last event, by number; or none. */
void maker_answer_died(struct maker *maker);

/* One more object of an answer; and the end of the answer, which is none if there was none. */
void maker_answer_object(struct maker *maker, uint32_t object);
void maker_answer_end(struct maker *maker);

#endif
