/* Where the heap of an allocator of the malloc lab grew, though memory without a block had room. */
#ifndef CMD_LAB_SPARE_H
#define CMD_LAB_SPARE_H

#include "cmd/lab_course.h"
#include "cmd/lab_trial.h"

struct spare;

/* Notes that it did so at an event. */
void note_spare(struct trial *trial, uint64_t event, uint64_t size, const struct spare *spare);

/*
 * Of a course that was graded: start: where the heap ended before. Takes as long as an engine does
 * that has no process to ask; nothing is noted where the plug-in says what cannot be.
 */
void find_spare(struct trial *trial, const struct plugin *plugin, const struct course *course,
	int steps, uint64_t held);

#endif
