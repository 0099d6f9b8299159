/*
 * The threads of the program, and what each of them owns: a stack of frames, whose local variables
 * refer to objects.
 *
 *	frame     a method that was entered and not left; it may be native
 *	local     a variable of a frame, with the object that it refers to
 *	pc        of a frame: the number of the last event of its thread while it was on top
 *
 * A variable that is made before a thread has entered a method is in no frame; only its object
 * counts it. Flat state.
 */
#ifndef HEAP_FRAMES_H
#define HEAP_FRAMES_H

#include "base/error.h"
#include "flat/flat.h"
#include "trace/event.h"

struct frame {
	uint32_t thread;
	uint32_t name;        /* for trace_text() */
	uint32_t below;       /* 1 + the number of the frame that entered it; 0: none */
	uint32_t first, last; /* 1 + the numbers of its locals, the oldest first; 0: none */
	uint32_t word;        /* 1 + enum frame_word; 0: not in use */
	uint64_t pc;
};

struct frames {
	struct flat_array stacks; /* of threads that have been in a frame */
	struct flat_array frames; /* struct frame; free ones are linked by `below` */
	struct flat_array locals; /* struct local; free ones are linked by `next` */
	struct flat_array state;
};

/* Registers its arrays with the flat, which releases them. */
void frames_init(struct frames *frames, struct flat *flat);

/* Every thread is in no frame, as at the start. */
void frames_forget(struct frames *frames);

void frames_enter(struct frames *frames, uint32_t thread, uint32_t name, enum frame_word word,
	uint64_t number);

/* The thread's newest frame; NULL: it is in none. Borrowed until the next change. */
const struct frame *frames_top(const struct frames *frames, uint32_t thread);
const struct frame *frames_below(const struct frames *frames, const struct frame *frame);

/* The threads that have been in a frame: how many, and their numbers, in order of their first. */
size_t frames_stacks(const struct frames *frames);
uint32_t frames_thread(const struct frames *frames, size_t stack);

/* The frame's local number `at`, from 0; OBJECT_NONE: it has no more. Grows with `at`. */
uint32_t frame_local(const struct frames *frames, const struct frame *frame, size_t at);

/* Removes the thread's newest frame, which has no locals. */
void frames_leave(struct frames *frames, uint32_t thread);

/* A variable of the thread's newest frame refers to the object; nothing if it is in none. */
void frames_add_local(struct frames *frames, uint32_t thread, uint32_t object);

/*
 * Drops the newest variable that refers to the object: of the thread's frames from the newest on,
 * otherwise of another thread's. Nothing if there is none. Grows with the variables in frames.
 */
void frames_drop_local(struct frames *frames, uint32_t thread, uint32_t object);

/* How many variables refer to the object. Grows with the variables in frames. */
size_t frames_count_locals(const struct frames *frames, uint32_t object);

/* Drops the oldest variable of the thread's newest frame: its object, or OBJECT_NONE. */
uint32_t frames_drop_oldest(struct frames *frames, uint32_t thread);

/* Every variable of the frame, the oldest first. */
void frames_visit_locals(const struct frames *frames, const struct frame *frame,
	void (*visit)(void *user, uint32_t object), void *user);

/* The thread does something: event number `number`. Grows with the threads that have frames. */
void frames_touch(struct frames *frames, uint32_t thread, uint64_t number);

/* Every frame and every variable is in one list, and linked to both sides: 0, or -1. */
int frames_check(const struct frames *frames, struct error *err);

#endif
