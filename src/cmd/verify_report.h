/* The report of `arenascope verify`: the layers that were compared, and their first differences. */
#ifndef CMD_VERIFY_REPORT_H
#define CMD_VERIFY_REPORT_H

#include "base/arrays.h"
#include "base/emitter.h"
#include "base/text.h"
#include "heap/heap.h"
#include "trace/trace.h"

struct cmd_call;
struct error;

/* A difference, as sentences. */
struct verify_story {
	uint64_t event;
	uint32_t thread;
	const char *brief; /* static: the kind of difference, for tables */
	const char *words; /* static: a sentence */
	const char *hint;  /* static: a possible reason, or "" */
	struct text call;
	struct text ours;     /* our action, and its place */
	struct text recorded; /* place of the recorded block before the event */
	struct text why;      /* our decisions, one per line */
};

struct verify_report {
	const struct cmd_call *call;
	const struct trace *trace;
	enum emit_form form;
	struct text text;
	struct emit emit;
	ARRAY(struct verify_story) stories;
};

void verify_report_begin(struct verify_report *report, const struct cmd_call *call);

/* A new story, to be filled in; valid until the next one begins. */
struct verify_story *verify_report_story(struct verify_report *report, uint64_t event,
	const char *brief, const char *words, const char *hint);
struct verify_story *verify_report_last_story(struct verify_report *report);

/* The call of the event of the story. */
void verify_story_call(struct verify_story *story, const struct event *event);

/* The same, and what the engine did at it: heap and the rest as after heap_apply(). */
void verify_story_end(struct verify_story *story, const struct verify_report *report,
	const struct heap *heap, const struct event *event, const struct effect *effect,
	const struct decision_log *log);

/* Prints the figures so far, then the stories, and releases everything; -1 and err. */
int verify_report_end(struct verify_report *report, struct error *err);

/*
 * A layer: compares, adds its figures and stories.  Returns EXIT_FINE when nothing differs;
 * EXIT_TROUBLE, with err where there was nothing to compare.  engine: its options.  verify_pools()
 * is for a Python whose arenas are not in the trace.
 */
int verify_pymalloc(struct verify_report *report, const struct options *engine, struct error *err);
int verify_pools(struct verify_report *report, const struct options *engine);
int verify_libc(struct verify_report *report, const struct options *engine, bool is_below,
	struct error *err);

#endif
