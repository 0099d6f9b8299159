/* A byte of the heap that is looked at after each instruction that writes its page. */
#ifndef PLUGIN_RUNNER_WATCH_H
#define PLUGIN_RUNNER_WATCH_H

#include "plugin/protocol.h"

#include <stdbool.h>
#include <stdint.h>

bool is_in_watched_page(uint64_t address);

/* Opens the watched page for the instruction that writes there; context: of the handler. */
void let_write(void *context);

/* After that instruction. */
void look_at_watched(void *context);

/* From here on every write to the byte's page is noticed; wants_last: of several, the last. */
void begin_watch(uint64_t address, uint64_t copy, bool wants_last);

/* Of a course: answers which code wrote the byte first. */
void watch_last_step(int fd, const struct call *call);

/* The plug-in is at its end: what is known of the last write by then is answered. */
void end_watch_at_crash(void);

#endif
