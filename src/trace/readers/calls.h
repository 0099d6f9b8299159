/*
 * A call as many programs log it, NAME(ARGUMENT, ...) = RESULT, and the event that it is:
 *
 *	malloc(24) = 0x55f9bb19c2a0            ltrace      malloc@libc.so.6(24), a.out->malloc(24)
 *	memalign(al 64, size 100) = 0x4A42B80  valgrind
 *	mmap(NULL, 8192, ...) = 0x7faf52838000 strace
 *
 * A call that a log shows in two halves, because another thread called meanwhile, is kept in
 * between by struct calls_begun.
 */
#ifndef TRACE_READERS_CALLS_H
#define TRACE_READERS_CALLS_H

#include "trace/event.h"

#include <stdbool.h>
#include <stdint.h>

#define CALL_NAME_BYTES  64u /* with the zero byte */
#define CALL_NUMBERS_MAX 8u  /* arguments that are looked at */
#define CALLS_BEGUN_MAX  1024u

struct call_text {
	char name[CALL_NAME_BYTES];         /* "malloc": without library and version */
	uint64_t numbers[CALL_NUMBERS_MAX]; /* the arguments; 0 for NULL, and for what is none */
	unsigned count;                     /* how many there are */
	bool is_half;                       /* <unfinished ...>, <no return ...> */
	bool has_result;
	uint64_t result; /* 0: NULL, nothing; UINT64_MAX: -1 */
	bool is_fixed;   /* MAP_FIXED is among the arguments */
};

/*
 * A number: decimal, 0x, NULL, (nil) or -1; NULL when it is none, else what follows it.
 */
const char *call_take_number(const char *at, uint64_t *ret_number);

/* Gives what follows the call on the line, or NULL: there is no whole call at the line's start. */
const char *call_take(const char *line, struct call_text *ret_call);

/* "<... NAME resumed>": gives what follows, or NULL. */
const char *call_take_resumed(const char *at, char ret_name[CALL_NAME_BYTES]);

/* The result in what follows "resumed>", of a call that has begun; false: there is none. */
bool call_take_resumed_result(const char *after, struct call_text *call);

/* "= RESULT", after blanks; gives what follows, or NULL: there is none, and call is as before. */
const char *call_take_result(const char *at, struct call_text *call);

/*
 * The event of a call that is not half, without object, thread and time; false: it is not one about
 * memory, or its numbers are not all there.  A free needs no result.
 */
bool call_to_event(const struct call_text *call, struct event *ret_event);

/* Calls that have begun and not returned, of all threads; empty when zeroed. */
struct calls_begun {
	struct call_begun {
		uint64_t thread; /* as the log calls it */
		struct call_text call;
		uint64_t inner; /* what a call inside of it has returned; 0: none did */
	} * items;
	unsigned count, room;
};

void calls_begun_finish(struct calls_begun *begun);

/* The oldest is forgotten when there are CALLS_BEGUN_MAX. */
void calls_begin(struct calls_begun *begun, uint64_t thread, const struct call_text *call);

/* The newest call of the thread with that name is taken out; false: there is none. */
bool calls_resume(struct calls_begun *begun, uint64_t thread, const char *name,
	struct call_begun *ret_call);

/* The newest call of the thread, or NULL. */
struct call_begun *calls_newest(const struct calls_begun *begun, uint64_t thread);

#endif
