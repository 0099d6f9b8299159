/* What the host hears from the runner. */
#ifndef PLUGIN_RUNNER_ANSWERS_H
#define PLUGIN_RUNNER_ANSWERS_H

#include "plugin/protocol.h"

/* This process is the one that is talked to. */
void begin_answers(void);

/*
 * Sends the reply with what is in each: how large the heap is, and how far a course has come. In a
 * child that the plug-in forked the process ends: each call gets one answer.
 */
void answer(const struct reply *reply);

/* The plug-in cannot be used, in these words; ends the process. */
_Noreturn void refuse(const char *words);

/* Answers and ends the process; signal handlers may call it. */
_Noreturn void end_with(const struct reply *reply);

#endif
