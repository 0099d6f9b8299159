/*
 * Names moments of a program for a recording: they are marks in the trace, and on the timeline.
 *
 *	#include <arenascope/mark.h>
 *
 *	ARENASCOPE_MARK("cache dropped");
 *
 * Nothing is to be linked: `arenascope record` brings the function along. In a program that is not
 * recorded the call is a test of one pointer. Any thread may call it, except in a signal handler.
 */
#ifndef ARENASCOPE_MARK_H
#define ARENASCOPE_MARK_H

#ifdef __cplusplus
extern "C" {
#endif

/* NULL in a program that is not recorded. name: up to 255 bytes of it are kept, copied. */
extern void arenascope_mark(const char *name) __attribute__((weak));

#ifdef __cplusplus
}
#endif

#define ARENASCOPE_MARK(name) (arenascope_mark ? arenascope_mark(name) : (void)0)

#endif
