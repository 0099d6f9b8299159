/*
 * Long work says how far it is, wherever it is done; a command may listen and show it. A thread has
 * one listener. Without one, as in a viewer, nothing happens.
 */
#ifndef BASE_PROGRESS_H
#define BASE_PROGRESS_H

#include <stdint.h>

struct progress_report {
	const char *what; /* "playing": the same pointer as long as it is the same work */
	/*
	 * Of the figures: "events", "blocks", "call sites" or "bytes"; "seconds": how far it is
	 * cannot be told.
	 */
	const char *unit;
	uint64_t done;
	uint64_t all;      /* 0: not known */
	const char *about; /* which of several things it is done to; NULL: there is one */
};

typedef void progress_listener(const struct progress_report *progress, void *user);

/* Listens to this thread; NULL: no longer. */
void progress_listen(progress_listener *listener, void *user);

/* What is said from now on is about that; NULL: there is nothing to tell apart. Borrowed. */
void progress_about(const char *about);

/* It is cheap and may be said often. Work that is done says so, or calls progress_end(). */
void progress_say(const char *what, const char *unit, uint64_t done, uint64_t all);
void progress_end(void);

#endif
