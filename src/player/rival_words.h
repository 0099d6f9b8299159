/* The names of engines and their options, as a person types them and as the screen shows them. */
#ifndef PLAYER_RIVAL_WORDS_H
#define PLAYER_RIVAL_WORDS_H

#include "heap/heap.h"
#include "trace/trace.h"

struct error;
struct options;
struct text;

/*
 * Reads "heap", "pymalloc:3.8", "3.11", "heap:header=0", "region:monotonic": an engine, then values
 * of its options after colons, or options that take none. A value alone names the engine that has
 * it. given: the options that were typed
 * elsewhere; they apply unless the words say otherwise. *ret_options is new. -1 and err: the words
 * name no engine or no option.
 */
int rival_parse(const char *words, const struct options *given, const char **ret_engine,
	struct options **ret_options, struct error *err);

/*
 * Sets the same words in existing options: "plugin:./mm.so", "heap:best". For an engine that runs
 * foreign code, what follows the first colon is its file.
 */
int rival_set_options(const char *words, struct options *options, const char **ret_engine,
	struct error *err);

/*
 * Appends a name such as "pymalloc 3.11 over heap of 64 KiB": the choices that make the same
 * engine.
 */
void rival_name(const struct heap *heap, const struct options *options, struct text *out);

/*
 * As rival_name(), of the trace that it plays: "simulated: heap, first fit" where the recorded
 * program had another allocator.
 */
void rival_title(struct trace *trace, const struct heap *heap, const struct options *options,
	struct text *out);

/*
 * Appends the settings typed as NAME=VALUE, or as NAME, that are not in the name already:
 * " header=0 align=1", " monotonic".
 */
void rival_add_settings(const struct engine_ops *engine, const char *words, struct text *out);

#endif
