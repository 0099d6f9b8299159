/*
 * Tables of typed options, and the values given for them.  Engines and commands each own a table;
 * the command line, the help text, completion and the trace header read the same one.  Names are
 * unique over the whole program, so that an engine's option "heap-size" is `--heap-size` of every
 * command that takes an engine.
 */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct options;
struct text;

enum option_type {
	OPTION_FLAG,   /* no value; true when given */
	OPTION_NUMBER, /* unsigned, decimal or 0x */
	OPTION_SIZE,   /* a number of bytes: 4096, 64K, 1M, 2GiB */
	OPTION_CHOICE, /* one of `choices` */
	OPTION_TEXT,
};

struct option_spec {
	const char *name; /* "heap-size"; NULL ends a table */
	char letter;      /* 'o' for -o, or 0 */
	enum option_type type;
	const char *value;          /* what stands for the value in help: "BYTES" */
	const char *fallback;       /* value when not given, as it would be typed; NULL: none */
	const char *const *choices; /* OPTION_CHOICE: ends with NULL */
	uint64_t min, max;          /* numbers and sizes; max 0: no limit */
	/* numbers and sizes: 1, 2, 4 … only, and 0 when min allows it */
	bool power_of_two;
	const char *help; /* one line */
};

struct options *options_new(void);
struct options *options_clone(const struct options *options);
void options_free(struct options *options);

/*
 * Makes the specs of a table (ended by a NULL name, borrowed, static) known; twice the same table
 * is once.
 */
void options_add_table(struct options *options, const struct option_spec *table);

/*
 * Sets one value as typed, checked against its spec: -1 and a message that names the option and
 * what it takes. value NULL: given without one.
 */
int options_set(struct options *options, const char *name, const char *value, struct error *err);

/*
 * Parses a command line: --name, --name=value, --name value, -x value, -xvalue, "--" ends.  Words
 * that are no options are collected in order in ret_words (argv's own strings, room for argc of
 * them); stop_at_word ends option parsing at the first one.
 */
int options_parse(struct options *options, int argc, char *const *argv, bool stop_at_word,
	const char **ret_words, int *ret_count, struct error *err);

/* Whether the same values were given. */
bool options_equal(const struct options *one, const struct options *other);

/* Takes over every value that `others` was given and that this one was not and knows of. */
void options_default_from(struct options *options, const struct options *others);

/*
 * Values: as given, else the fallback.  Asking for a name that is in no table is our own mistake
 * (asserts).
 */
bool options_flag(const struct options *options, const char *name);
uint64_t options_number(const struct options *options, const char *name); /* and sizes */
/* and choices; NULL: none */
const char *options_text(const struct options *options, const char *name);
/* index into choices; asserts: none */
size_t options_choice(const struct options *options, const char *name);
bool options_given(const struct options *options, const char *name);

/*
 * The help of one table: lines of 80 columns, " --name VALUE help (default …)", the helps below
 * each other.
 */
void options_help(const struct option_spec *table, struct text *text);

/* "64K" → 65536, "0x10" → 16; -1 and why not, too large among the reasons. */
int size_parse(const char *words, uint64_t *ret_bytes, struct error *err);
int number_parse(const char *words, uint64_t *ret_number, struct error *err);

/* "500ms", "1.5s", "20us", "2min", "1:30" (minutes and seconds) → nanoseconds; -1: no such time. */
int time_parse(const char *words, uint64_t *ret_nanoseconds, struct error *err);

#endif
