/*
 * The chunks of a trace that is read from start to end, decoded ahead by a thread of its own: so
 * two processors share the work, one decodes and the other plays. Each chunk is handed over as a
 * buffer, under a lock that is taken once a chunk.
 */
#ifndef TRACE_LOOKAHEAD_H
#define TRACE_LOOKAHEAD_H

#include <stdbool.h>
#include <stddef.h>

struct events_room;
struct lookahead;
struct trace;

/* Of a trace whose bytes and chunks stay as they are. NULL: there is no thread. */
struct lookahead *lookahead_new(const struct trace *trace);
void lookahead_free(struct lookahead *lookahead);

/*
 * Exchanges *room for one with the events of the chunk. false: it is not the one after the last
 * that was wanted, from where the thread goes on now, or it is not what its head says.
 */
bool lookahead_take(struct lookahead *lookahead, size_t number, struct events_room *room);

#endif
