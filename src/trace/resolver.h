/*
 * Gives objects to events that know only addresses: what a recorder and most foreign formats have.
 *
 *	an allocation brings a new object to life, numbered in order; a realloc keeps it
 *	a free of an address that was freed before is of the dead object (a double free)
 *	a free of an address that was never seen is of no object
 *	an allocation at an address that is still live is of the object there: its free was lost
 *	a block that moves onto one that is still live: resolver_lost() gives the free that was lost
 *	a call that failed changes nothing
 */
#ifndef TRACE_RESOLVER_H
#define TRACE_RESOLVER_H

#include "trace/event.h"

#include <stdbool.h>
#include <stddef.h>

struct resolver;

struct resolver *resolver_new(void);
void resolver_free(struct resolver *resolver);

/*
 * Sets object and flags of the next event.  Given: kind, address (what the call returned, or was
 * given to free; 0: NULL), size; for a reallocation old_address is what it was given.  A call that
 * returned NULL for more than 0 bytes failed, and so did one that says so (EVENT_FAILED); a
 * reallocation to nothing that returned NULL becomes a free.
 */
void resolver_take(struct resolver *resolver, struct event *event);

/*
 * Asked before the event is taken: a reallocation has moved a block to where another one still
 * lives, so that one's free was not recorded. true: take and write *ret_free first, and say that it
 * was not recorded.
 */
bool resolver_lost(const struct resolver *resolver, const struct event *event,
	struct event *ret_free);

/*
 * A number of the caller's, below RESOLVER_NOTES, that stays with an object, also where it moves
 * to, and is 0 when it comes to life: that of the event taken last, of which nothing is kept if it
 * is of no object. Then that of the live object at an address; 0: there is none.
 */
#define RESOLVER_NOTES (UINT32_C(1) << 31)
uint32_t resolver_note(const struct resolver *resolver);
void resolver_set_note(struct resolver *resolver, uint32_t note);
uint32_t resolver_note_at(const struct resolver *resolver, uint64_t address);

/* True when an object is live at the address. */
bool resolver_is_live(const struct resolver *resolver, uint64_t address);

/* The next live address from *at on (0 at first), in no order; false when there is no more. */
bool resolver_next_live(const struct resolver *resolver, size_t *at, uint64_t *ret_address);

/*
 * An event about this address comes soon: its place is fetched into the cache meanwhile. Sooner if
 * it was said earlier that it comes later.
 */
void resolver_expect(const struct resolver *resolver, uint64_t address);
void resolver_expect_later(const struct resolver *resolver, uint64_t address);

#endif
