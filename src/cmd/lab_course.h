/*
 * The requests of a trace for an allocator of the malloc lab, as steps that its process makes all
 * at once (plugin/history.h).
 */
#ifndef CMD_LAB_COURSE_H
#define CMD_LAB_COURSE_H

#include "base/arrays.h"
#include "plugin/grades.h"

#include <stdbool.h>

struct trace;

struct course {
	ARRAY(struct plugin_step) steps;
	ARRAY(uint64_t) numbers; /* of the events, by step */
	uint64_t blocks;         /* slots: the first has NULL, object n has the slot n + 1 */
	uint64_t peak;           /* live bytes at most */
	bool frees_null;         /* free(NULL) is a step; otherwise it is left out */
};

/*
 * How many of its events the lab's own driver reads: a header of three or four numbers says so, and
 * lines after them are left out.
 */
uint64_t course_length(struct trace *trace);

/* How many requests the header counts that are not there. Grows with the events. */
uint64_t course_missing(struct trace *trace);

/* Requests after these, and where the first of them is. */
uint64_t course_rest(struct trace *trace, uint64_t *ret_first);

/*
 * false: the trace has something that a lab's driver does not do: aligned requests, requests for
 * nothing, mappings, counted objects, mistakes; or numbers of objects too large for slots.
 */
bool course_of(struct course *ret_course, struct trace *trace, bool frees_null);
void course_finish(struct course *course);

/* The steps in a file without a name; -1: there is no room for it. */
int course_file(const struct course *course);

#endif
