/* Requests as a player makes them: the plug-in is asked, and its answer is checked. */
#ifndef PLUGIN_RUNNER_REQUESTS_H
#define PLUGIN_RUNNER_REQUESTS_H

#include "plugin/protocol.h"

/* An allocation, release or reallocation, whose reply is REPLY_DONE before. */
void serve_request(const struct call *call, struct reply *reply);

/* And looks at all that was written meanwhile. */
void serve(const struct call *call, struct reply *reply);

#endif
