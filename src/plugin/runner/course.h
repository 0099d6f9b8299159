/* The steps of a file, which one call of the host asks for at once. */
#ifndef PLUGIN_RUNNER_COURSE_H
#define PLUGIN_RUNNER_COURSE_H

#include "plugin/protocol.h"
#include "plugin/runner/state.h"

/* What a race or a grading is given, and where its blocks are. */
struct course {
	const struct race_step *steps;
	uint64_t count;
	uint64_t first, end, byte, byte_end; /* struct call */
	void **slots;
	uint64_t *sizes; /* by slot */
	size_t bytes;    /* of both arrays */
};

/* Not from the C library, whose heap the plug-in may have damaged; MAP_FAILED. */
void *zeroed_pages(size_t bytes);

/* fd: the file of struct race_step; a process that cannot map it ends. Grows with the slots. */
void begin_course(struct course *course, int fd, const struct call *call);

/* The file stays mapped. */
void end_course(struct course *course);

/* Notes for answers which step is about to be served, and returns it. */
struct call begin_step(const struct course *course, uint64_t number);

/* false: it was not served well, or something was wrong. */
bool end_step(struct course *course, const struct call *call, const struct reply *reply);

/* Serves one, whatever comes of it; *ret_request: what it was. */
struct reply serve_step(struct course *course, uint64_t number, struct call *ret_request);

#endif
