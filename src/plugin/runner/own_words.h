/*
 * What an allocator keeps for itself, looked at after each request: the word before a live block,
 * which has its size in most, and the links in blocks that were freed.
 */
#ifndef PLUGIN_RUNNER_OWN_WORDS_H
#define PLUGIN_RUNNER_OWN_WORDS_H

#include "plugin/protocol.h"

/* Of a course without its last step: answers with the first step that has spoilt such a word. */
void look_at_own_words(int fd, const struct call *call);

#endif
