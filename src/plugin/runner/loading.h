/* The plug-in from its file to the end of its mm_init(). */
#ifndef PLUGIN_RUNNER_LOADING_H
#define PLUGIN_RUNNER_LOADING_H

#include "plugin/runner/state.h"

/* What it is made of can be read while it is loaded, and nothing can be afterwards. */
void confine_to_loading(const char *path);

/*
 * path: of the object, or - where it is TALK_OBJECT; watched: a byte past the heap that its
 * mm_init() writes, or 0; begins_later: by ask_begin(). Functions that are missing matter when they
 * are called; where it cannot be used, it is refused.
 */
void load(const char *path, enum init_kind kind, uint64_t watched, bool begins_later);

/* Calls its mm_init(), and returns what that does. */
int ask_begin(void);

#endif
