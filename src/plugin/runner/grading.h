/* All steps of a file, with the checks of the lab. */
#ifndef PLUGIN_RUNNER_GRADING_H
#define PLUGIN_RUNNER_GRADING_H

#include "plugin/protocol.h"

#include <stdbool.h>

/*
 * All of them, up to one that is not served well. What the program wrote is looked at where its
 * block ends, and at the end of all.
 */
void grade(int fd, const struct call *call);

/* All of them, as if they were asked for one by one, up to one that is not served well. */
void examine(int fd, const struct call *call);

/*
 * Serves those that come before all, of which nothing is told, and begins again. false: it cannot
 * begin twice; that is answered.
 */
bool begin_again(int fd, const struct call *call);

/*
 * All of them, up to one that is not served well; of what the last one writes past the heap is
 * told. What the course spares of its blocks is not written.
 */
void try(int fd, const struct call *call);

#endif
