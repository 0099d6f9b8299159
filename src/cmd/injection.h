/*
 * Calls functions in a process that runs, on one of its threads, which is stopped meanwhile. What
 * the thread was at continues afterwards as if nothing had been: its registers, its mask of signals
 * and a call of the system that was interrupted.
 */
#ifndef CMD_INJECTION_H
#define CMD_INJECTION_H

#include <stdint.h>
#include <sys/types.h>

struct error;
struct image;
struct injection;

/*
 * Waits for a thread that is in no allocator and not in the loader, so that it may call them, and
 * stops it. -1 and err: the system does not allow it, or none came to such a place in time. The
 * image is borrowed.
 */
int injection_new(struct injection **ret_injection, pid_t process, const struct image *image,
	struct error *err);

/* The thread continues what it was at. */
void injection_free(struct injection *injection);

/*
 * Calls the function. -1 and err: the process has ended, or the call did not return; the thread is
 * where it was before.
 */
int injection_call(struct injection *injection, uint64_t function, const uint64_t *arguments,
	unsigned count, uint64_t *ret_result, struct error *err);

/* The stack of the calls from here on, its upper end; 0: the thread's own. */
void injection_use_stack(struct injection *injection, uint64_t top);

#endif
