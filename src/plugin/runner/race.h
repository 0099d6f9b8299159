/* How fast the plug-in is: all steps of a file, without a check. */
#ifndef PLUGIN_RUNNER_RACE_H
#define PLUGIN_RUNNER_RACE_H

#include "plugin/protocol.h"

/* All of them as fast as the plug-in is. */
void race(int fd, const struct call *call);

#endif
