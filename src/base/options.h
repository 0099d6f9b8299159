/*
 * Option values, and the command line they come from. A set of options knows the tables
 * (option_spec.h) that were added to it, and keeps each value as it was typed.
 */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include "base/option_spec.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct options;

/*
 * Creates an empty set, without tables. The caller frees it, and also what options_clone() returns.
 */
struct options *options_new(void);
struct options *options_clone(const struct options *options);
void options_free(struct options *options);

/*
 * Adds the specs of a table, which is borrowed; NULL is an empty one. Adding a table twice changes
 * nothing.
 */
void options_add_table(struct options *options, const struct option_spec *table);

/*
 * Sets one value as typed, checked against its spec: -1 and a message that names the option and
 * what it takes. value NULL: given without one.
 */
int options_set(struct options *options, const char *name, const char *value, struct error *err);

/*
 * Parses a command line: --name, --name=value, --name value, -x value, -xvalue; "--" ends options.
 * The other words are collected in order in ret_words (argv's own strings, room for argc of them);
 * stop_at_word ends options at the first of them. -1 and err: an unknown option, or a bad value.
 */
int options_parse(struct options *options, int argc, char *const *argv, bool stop_at_word,
	const char **ret_words, int *ret_count, struct error *err);

/* True when both have the same values as given. */
bool options_equal(const struct options *one, const struct options *other);

/* Copies from `others` the values of options that this set knows but has no value for. */
void options_default_from(struct options *options, const struct options *others);

/*
 * Return a value: as given, otherwise the fallback, otherwise false, 0 or NULL. Assert that the
 * name is in a table.
 */
bool options_flag(const struct options *options, const char *name);
uint64_t options_number(const struct options *options, const char *name); /* and sizes */
/* a text or a choice, borrowed */
const char *options_text(const struct options *options, const char *name);
/* the index into the choices of its spec; asserts that there is a value */
size_t options_choice(const struct options *options, const char *name);
bool options_given(const struct options *options, const char *name);

#endif
