/* What must hold after each request. */
#ifndef PLUGIN_RUNNER_CHECKS_H
#define PLUGIN_RUNNER_CHECKS_H

#include "plugin/protocol.h"
#include "plugin/runner/state.h"

/* The first fault is the one reported. */
void tell(struct reply *reply, enum reply_kind kind);

/* Whether a block may be where the plug-in says; the reply says why not. Grows with its size. */
bool is_believable(uint64_t address, uint64_t size, uint64_t alignment, struct reply *reply);

/* At what the program wrote into it. */
void look_at_block(struct live_block *block, struct reply *reply);

/* At the bytes of the last page that are not of the heap. */
void look_behind(struct reply *reply);

/* At everything that was written since the last time. */
void look_after(struct reply *reply);

/* What was a live block's until now. */
bool is_whole(const struct live_block *block);

/* Grows with the bytes of all live blocks. */
bool are_all_whole(void);

/* Whether the plug-in has unmapped pages of a live block. */
void tell_given_back(struct reply *reply);

#endif
