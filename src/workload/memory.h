/*
 * What a workload allocates through: its memory, to which it names each caller.
 *
 *	who      "lru_put (entry)": the function that asks, and what for; a text that outlives the
 *	         memory. It becomes the call site of the event.
 *	tracer   the memory that there is: it gives real blocks, and writes each call as an event of
 *	         a trace
 *
 * Counted objects (docs/objects.md) are reported instead of allocated: a program says that an
 * object was made, and which references it gets and loses; the replay finds which objects die.
 * Their blocks are also allocated, but without an event.
 *
 * There is always memory (base/xalloc.h). A fresh block is filled with 0xCD, and a released one
 * with 0xDD, so that reads of unwritten or released bytes show.
 */
#ifndef WORKLOAD_MEMORY_H
#define WORKLOAD_MEMORY_H

#include "trace/event.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct trace_writer;

struct memory {
	void *(*allocate)(struct memory *memory, size_t size, const char *who);
	void *(*resize)(struct memory *memory, void *block, size_t size, const char *who);
	void (*release)(struct memory *memory, void *block, const char *who);
	/* a note or a mark */
	void (*say)(struct memory *memory, enum event_kind kind, const char *words);
	/* of counted objects */
	uint32_t (*tell)(struct memory *memory, const struct event *event, const char *who);
	/* the number of a block in the trace; OBJECT_NONE: it was given quietly */
	uint32_t (*number)(const struct memory *memory, const void *block);
	unsigned thread; /* which thread calls: set by whoever lets it run */
	bool is_quiet;   /* blocks are given and taken back without an event */
	/* Kept by the memory; callers may read them. */
	uint64_t events;
	uint64_t live;       /* blocks */
	uint64_t live_bytes; /* asked for */
	uint64_t peak_bytes; /* the most of those */
};

/* Never NULL; aligned for anything. */
static inline void *memory_allocate(struct memory *memory, size_t size, const char *who)
{
	return memory->allocate(memory, size, who);
}

/* The block with its first bytes, somewhere else perhaps; NULL is a new one. */
static inline void *memory_resize(struct memory *memory, void *block, size_t size, const char *who)
{
	return memory->resize(memory, block, size, who);
}

/* NULL is nothing, and no event. */
static inline void memory_release(struct memory *memory, void *block, const char *who)
{
	if (block)
		memory->release(memory, block, who);
}

/* A counted object was made, to which a variable of the program refers; gives its number. */
uint32_t memory_made(struct memory *memory, size_t size, const char *who);

/*
 * One object (OBJECT_NONE: a variable of the program) refers to another from now on, or does not
 * any more.
 */
void memory_refers(struct memory *memory, uint32_t one, uint32_t other, const char *who);
void memory_lets_go(struct memory *memory, uint32_t one, uint32_t other, const char *who);

/* A weak reference to an object was made, to which a variable refers; gives its number. */
uint32_t memory_made_weak(struct memory *memory, size_t size, uint32_t other, const char *who);

/* The collector is asked to collect everything; it does not begin by itself any more. */
void memory_collects(struct memory *memory, const char *who);
void memory_collects_when_asked(struct memory *memory, const char *who);

/*
 * A block is read, from the offset on. What happens in a cache (enum use_word, from USE_HIT on):
 * object is what it is about, by memory_number() or as memory_made() gave it; OBJECT_NONE for a
 * miss. key: that it was asked for, from 0.
 */
void memory_reads(struct memory *memory, const void *block, size_t offset, size_t size,
	const char *who);
void memory_caches(struct memory *memory, enum use_word word, uint32_t object, uint64_t key,
	const char *who);

static inline uint32_t memory_number(const struct memory *memory, const void *block)
{
	return memory->number(memory, block);
}

/* As people count keys, and as the trace has them: from 1. */
static inline uint64_t key_number(uint64_t key)
{
	return key + 1;
}

/* A caption; a named place. */
void memory_note(struct memory *memory, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void memory_mark(struct memory *memory, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The writer is borrowed. */
struct memory *tracer_new(struct trace_writer *writer);

/*
 * Frees the memory, and the blocks that nobody released: how many those were stood in `live`. -1:
 * the trace could not be written; the workload ran on without.
 */
int tracer_free(struct memory *memory, struct error *err);

#endif
