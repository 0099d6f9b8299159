/* What a plug-in did wrong, in words. */
#ifndef PLUGIN_FAILURE_H
#define PLUGIN_FAILURE_H

#include "base/text.h"
#include "plugin/protocol.h"

#include <stdbool.h>

/* How requests are called in an interface. */
struct interface_words {
	const char *allocate, *release, *reallocate, *init;
};
extern const struct interface_words lab_words, plugin_words;

/* The call as it would be written: "mm_realloc(0x10000010, 24)". */
void add_call(struct text *out, const struct interface_words *words, const struct call *call);

/*
 * What the reply means, behind the call's name; end: of the heap before. Nothing for REPLY_DONE.
 */
void add_failure(struct text *out, const struct reply *reply, uint64_t end);

/* Of a realloc that the plug-in does not have: what was called in its place. */
void add_parts(struct text *out, const struct interface_words *words, const struct call *call,
	const struct reply *reply);

/* Of a crash: whose bytes it took the address from, where they were the program's. */
void add_origin(struct text *out, const struct reply *reply);

/* Appends the last lines that it printed before it failed. */
void add_last_words(struct text *out, const struct text *output);

#endif
