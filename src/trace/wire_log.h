/*
 * Turns the log of a recording (wire.h) into events: lanes are merged into an order that can have
 * happened, addresses become objects, and records of the shim about itself become marks.
 *
 * The log may grow while it is read: records are given as far as they are certain to be complete.
 */
#ifndef TRACE_WIRE_LOG_H
#define TRACE_WIRE_LOG_H

#include "trace/exits.h"
#include "trace/trace.h"
#include "trace/wire.h"

#include <stdbool.h>
#include <stddef.h>

struct error;
struct wire_log;

/* Where the events go. */
struct wire_sink {
	void *context;
	/* Events without a text, one after another; for all: less than 0 ends the reading. */
	int (*events)(void *context, struct event *events, size_t count);
	/* An event with a text: a note or a mark. */
	int (*text)(void *context, struct event *event, const char *text, size_t length);
	/* A stack of return addresses, innermost first: *ret_site is its number from now on. */
	int (*site)(void *context, const uint64_t *frames, size_t count, uint32_t *ret_site);
	int (*module)(void *context, const struct trace_module *module);
	/* The name of a frame, for the stacks after it. */
	int (*name)(void *context, uint64_t frame, const char *words);
	/* A comment: no event, between those before and after it. NULL: it is not wanted. */
	int (*remark)(void *context, const char *text, size_t length);
};

struct wire_log_summary {
	uint64_t events;
	uint64_t live_bytes;    /* requested and not freed, at the end */
	bool has_exit;          /* a mark says where the program's own work ends */
	enum exit_kind exit;    /* of the last such mark */
	uint64_t live_at_exit;  /* as live_bytes, there */
	uint64_t object_events; /* asked of Python's object allocator */
	uint64_t earlier;       /* calls about blocks that were made when nothing was recorded */
	bool is_cut;            /* the last call, or more, had not returned */
	/* a record came after others with a later stamp had been given: the order is not exact */
	bool is_late;
};

bool wire_log_recognises(const char *bytes, size_t length);

/* sink is copied.  limit: events to give at most; 0: all. */
struct wire_log *wire_log_new(const struct wire_sink *sink, uint64_t limit);
void wire_log_free(struct wire_log *log);

/*
 * The log has `length` bytes by now.  bytes must stay where they are until the log is freed.  -1
 * and err when it is damaged; what comes before the damage is given nevertheless.
 */
int wire_log_extend(struct wire_log *log, const void *bytes, size_t length, struct error *err);

/*
 * Gives all events up to this stamp, or to the end: UINT64_MAX. Less than 0: the sink wanted no
 * more.
 */
int wire_log_give(struct wire_log *log, uint64_t until);

const struct wire_head *wire_log_head(const struct wire_log *log); /* NULL before the first bytes */

/* The version of the Python that was recorded; "": none, or not known yet.  head may be NULL. */
const char *wire_log_python(const struct wire_head *head);

/*
 * Whose malloc was recorded, in text: the C library's, "glibc 2.36", or that of another library,
 * "libjemalloc.so.2"; "" as above.
 */
const char *wire_log_libc(const struct wire_head *head, char *text, size_t size);

void wire_log_summarise(const struct wire_log *log, struct wire_log_summary *ret_summary);

#endif
