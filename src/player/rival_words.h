/* What an engine and its options are called, as a person types it and as the screen shows it. */
#ifndef PLAYER_RIVAL_WORDS_H
#define PLAYER_RIVAL_WORDS_H

#include "heap/heap.h"

struct error;
struct options;
struct text;

/*
 * "heap", "pymalloc:3.8", "3.11", "heap:header=0": an engine, then values of its options behind
 * colons. A value alone names the engine that has it. given: what was typed otherwise, which stays
 * below; *ret_options is new.
 */
int rival_parse(const char *words, const struct options *given, const char **ret_engine,
	struct options **ret_options, struct error *err);

/*
 * The same words, into options that exist: "plugin:./mm.so", "heap:best". What follows the
 * first colon of an engine that runs foreign code is its file.
 */
int rival_settle(const char *words, struct options *options, const char **ret_engine,
	struct error *err);

/* "pymalloc 3.11 over heap of 64 KiB": what a person would have to say to get the same. */
void rival_name(const struct heap *heap, const struct options *options, struct text *out);

/* What was typed as NAME=VALUE and is not in the name already: " header=0 align=1". */
void rival_add_settings(const struct engine_ops *engine, const char *words, struct text *out);

#endif
