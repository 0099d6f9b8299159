/* The engines "plugin" and "lab", beyond what every engine does. */
#ifndef ENGINES_PLUGIN_H
#define ENGINES_PLUGIN_H

#include "engine/decision.h"
#include "engine/engine.h"
#include "engines/spare_memory.h"
#include "plugin/grades.h"

/* Its process has ended in this call, which never came back. */
extern const struct decision_kind decision_plugin_died;

/* Whether its last request made it ask for more memory than its heap may have. */
bool plugin_engine_was_refused(const struct engine *engine);

/* Bytes that its heap had at most; 0 before the first request. */
uint64_t plugin_engine_held(const struct engine *engine);

/*
 * Memory that had room for the request of an event, the last one, and the heap grew for it all the
 * same. false: there was none, or it did not grow.
 */
bool plugin_engine_spare(const struct engine *engine, uint64_t event, struct spare *ret_spare);

/* The plug-in of the engine; borrowed. */
struct plugin *plugin_engine_plugin(const struct engine *engine);

/*
 * Measures how fast the plug-in serves all the requests that led to the engine's state, without
 * checks.
 */
int plugin_engine_race(const struct engine *engine, struct plugin_race *ret_race,
	struct error *err);

#endif
