/* A heap that grows at its break, for both interfaces; and what else hand-outs have in memlib.h. */
#ifndef PLUGIN_RUNNER_BREAK_H
#define PLUGIN_RUNNER_BREAK_H

#include "arenascope/plugin.h"

/* What a plug-in of our own interface gets. */
extern const struct arenascope_memory memory;

#endif
