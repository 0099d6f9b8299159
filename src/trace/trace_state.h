/*
 * A trace's inside, for the modules that share it.  Each part is written by the module it names;
 * trace.h has what others may call.
 */
#ifndef TRACE_TRACE_STATE_H
#define TRACE_TRACE_STATE_H

#include "trace/beginning.h"
#include "trace/bytes.h"
#include "trace/chunks.h"
#include "trace/line_numbers.h"
#include "trace/lookahead.h"
#include "trace/sites.h"
#include "trace/texts.h"
#include "trace/trace.h"

struct trace {
	char *name;         /* as messages call it */
	const char *format; /* "binary", or the reader's name; never freed */
	struct trace_info info;
	struct bytes bytes;   /* of the file, then of the spool that takes its place */
	struct chunks chunks; /* chunks.c */
	struct texts texts;   /* chunks.c, by texts_add() */
	struct sites sites;   /* chunks.c, by sites_take() */
	uint64_t skipped;     /* feed.c: lines of another form that hold nothing we know */
	struct line_numbers line_numbers;           /* feed.c: of the text form */
	uint64_t others;                            /* feed.c: lines of other processes */
	uint64_t other_processes[TRACE_OTHERS_MAX]; /* feed.c: the first of them */
	struct trace_hint hint;
	bool has_counted;                 /* chunks.c, feed.c */
	bool has_cache;                   /* the same */
	struct trace_beginning beginning; /* beginning.c: by the events up to beginning_read */
	uint64_t beginning_read;          /* the same */
	bool is_truncated;                /* whichever module notices it */
	bool is_salvaged;                 /* opened with TRACE_SALVAGE */
	char *damage;                /* the first that was found, with TRACE_SALVAGE; NULL: none */
	struct lookahead *lookahead; /* decodes what is read next; NULL: nobody does */
	struct growth {              /* growth.c */
		bool is_followed;
		int fd;     /* of the file; ours */
		char *path; /* where the next one will be; owned */
		bool was_replaced;
		bool is_growing;
		struct reading *reading; /* of another form, into the spool; NULL: none */
	} growth;
};

struct trace_reader;
struct source;

/*
 * growth.c: begins to read the source into a spool that the trace follows. The source is taken
 * over, even on failure.
 */
int growth_read(struct trace *trace, const struct trace_reader *reader, struct source *source,
	struct error *err);
void growth_finish(struct growth *growth);

/* trace.c: a trace without bytes. */
struct trace *trace_new(const char *name);

/* trace.c: remembers what is wrong; the first is what is reported. */
void trace_set_damage(struct trace *trace, const char *damage);

#endif
