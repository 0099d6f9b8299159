/*
 * Takes the records out of the rings while the program runs, and gives them back in order when it
 * has ended.  While it runs only draining and appending to a temporary file is done.
 */
#ifndef RECORDER_COLLECTOR_H
#define RECORDER_COLLECTOR_H

#include "trace/wire.h"

#include <stdbool.h>
#include <stddef.h>

struct collector;

/* NULL, and errno, when there is no memory or no place for the temporary file. */
struct collector *collector_new(void);
void collector_free(struct collector *collector);

/* The descriptor of the rings, which the program must inherit. */
int collector_fd(const struct collector *collector);

/*
 * Empties the rings; gives how many records there were.  -1 and errno: they could not be written.
 */
long collector_drain(struct collector *collector);

/* The shim has started in the program. */
bool collector_is_attached(const struct collector *collector);

/* Records the shim had to drop. */
uint64_t collector_dropped(const struct collector *collector);

/* After the last drain: prepares for reading in order. */
int collector_begin_reading(struct collector *collector);

/* The next record of all threads by its stamp; false at the end. */
bool collector_next(struct collector *collector, struct wire_record *ret_record, uint32_t *ret_thread);

/*
 * The record that the thread wrote after the last one that was given out of it; NULL when there is
 * none.
 */
const struct wire_record *collector_peek(const struct collector *collector, uint32_t thread);

#endif
