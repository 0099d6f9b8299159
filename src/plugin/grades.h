/*
 * All requests of a trace, or of a history, made at once in a process of their own: how fast the
 * plug-in serves them, and which is the first that it does not serve well.
 */
#ifndef PLUGIN_GRADES_H
#define PLUGIN_GRADES_H

#include "plugin/history.h"

/* How long one request may take, and all together, in milliseconds of processor time. */
uint64_t plugin_time_of_call(const struct plugin *plugin);
uint64_t plugin_limit(const struct plugin *plugin);

/* ---- how fast it is ------------------------------------------------------------------------ */

struct plugin_race {
	uint64_t nanoseconds;
	uint64_t served; /* requests; fewer than there are: one got nothing */
};

/*
 * Repeats all requests that lead to the node, in a fresh process, as fast as it can and without
 * checks.
 */
int plugin_race(struct plugin *plugin, uint32_t node, struct plugin_race *ret_race,
	struct error *err);

/* ---- grades -------------------------------------------------------------------------------- */

/* A request: blocks are numbers. */
struct plugin_step {
	uint32_t ask; /* enum plugin_ask */
	uint32_t block;
	uint64_t size;
	uint64_t alignment; /* as of struct plugin_request */
};

struct plugin_grade {
	uint64_t served;   /* steps; fewer than there are: the next one failed */
	const char *words; /* how, kept as long as the plug-in; NULL: it got nothing */
	uint32_t failure;  /* with words: its number, for cause_new(); otherwise 0 */
	bool was_refused;  /* it has asked for more memory than its heap may have */
	bool is_late;      /* the steps together took longer than plugin_limit(): they were ended */
	uint64_t held;     /* bytes that its heap had at most */
};

/*
 * Makes all the requests of a file of struct plugin_step, `count` of them, about `blocks` blocks,
 * in a fresh process and with every check, up to the first that fails. false: that cannot be told
 * so, but plugin_ask() tells, one by one.
 */
bool plugin_grade(struct plugin *plugin, int steps, uint64_t count, uint64_t blocks,
	struct plugin_grade *ret_grade);

/* How a step was served. */
struct plugin_place {
	uint64_t address; /* of its block; 0: it has none */
	uint64_t end;     /* of the heap */
};

/* Of all steps of a plugin_grade() that served them all; the plug-in's words. false: not known. */
bool plugin_places(int steps, uint64_t count, struct plugin_place *ret_places);

/*
 * Whether all of them are served well a second time, from an empty heap and after another
 * mm_init(): an allocator that leaves a variable as it was fails there. false: that is not known.
 */
bool plugin_grade_again(struct plugin *plugin, int steps, uint64_t count, uint64_t blocks,
	struct plugin_grade *ret_grade);

/* The same as plugin_grade(), but nothing is written or checked: how long that takes. */
bool plugin_time(struct plugin *plugin, int steps, uint64_t count, uint64_t blocks,
	struct plugin_grade *ret_grade, uint64_t *ret_nanoseconds);

#endif
