/*
 * Option specs, in tables. Engines and commands each own one; the command line, the help, the
 * config file and the trace header all read it. A name is unique in the whole program: the engine's
 * option "heap-size" is `--heap-size` of every command that takes an engine.
 */
#ifndef BASE_OPTION_SPEC_H
#define BASE_OPTION_SPEC_H

#include <stdbool.h>
#include <stdint.h>

struct error;
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
	const char *value;          /* placeholder in the help: "BYTES" */
	const char *fallback;       /* default value, as it would be typed; NULL: none */
	const char *const *choices; /* OPTION_CHOICE: ends with NULL */
	uint64_t min, max;          /* numbers and sizes; max 0: no limit */
	/* numbers and sizes: 1, 2, 4 … only, and 0 when min allows it */
	bool power_of_two;
	const char *help;      /* one line */
	const char *listed_by; /* the command that lists the values; NULL: there is none */
};

/*
 * Checks a value as typed (NULL: given without one). 0, or -1 and a message that names the option
 * and its limits.
 */
int option_check(const struct option_spec *spec, const char *words, struct error *err);

/*
 * Appends the help for one table, in lines of at most TEXT_COLUMNS: " --name VALUE help (default
 * …)", the help texts aligned. NULL is an empty table.
 */
void options_help(const struct option_spec *table, struct text *text);

#endif
