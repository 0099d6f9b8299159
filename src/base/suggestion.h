/*
 * Finds the name that a mistyped word was meant to be, for "did you mean …?":
 *
 *	struct suggestion nearest = {.word = "stast", .length = 5};
 *	suggestion_offer(&nearest, "stats"); suggestion_offer(&nearest, "info");
 *	suggestion_name(&nearest) → "stats"
 */
#ifndef BASE_SUGGESTION_H
#define BASE_SUGGESTION_H

#include <stddef.h>

struct error;
struct text;

struct suggestion {
	const char *word;  /* as typed; borrowed */
	size_t length;     /* of the word, which need not end there */
	const char *name;  /* the best so far; borrowed */
	unsigned distance; /* of the best so far */
};

/* Considers one more name; of two that are equally near, the first stays. */
void suggestion_offer(struct suggestion *nearest, const char *name);

/*
 * The nearest name, if it is close enough to have been meant: few characters differ, or it begins
 * with the word, or ends with it after a hyphen. Otherwise NULL.
 */
const char *suggestion_name(const struct suggestion *nearest);

/*
 * -1 and err: "unknown command 'stast'; did you mean 'stats'? One of ALL", the nearest name first
 * since a narrow screen cuts the rest; of an empty word "a command is needed: one of ALL".
 */
int suggestion_refuse(const struct suggestion *nearest, const char *what, const char *all,
	struct error *err);

/* Appends "; did you mean 'stats'?" to a complaint. name: NULL: nothing is appended. */
void suggestion_add(struct text *text, const char *name);

#endif
