/*
 * The name that a mistyped word was meant to be, for "did you mean …?":
 *
 *	struct nearest nearest = {.word = "stast", .length = 5};
 *	nearest_offer(&nearest, "stats"); nearest_offer(&nearest, "info");
 *	nearest_name(&nearest) → "stats"
 */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

struct nearest {
	const char *word;	/* as typed; borrowed */
	size_t length;		/* of the word, which need not end there */
	const char *name;	/* the best so far; borrowed */
	unsigned distance;	/* of the best so far */
};

/* One more name that the word could be; of equally near ones the first stays. */
void nearest_offer(struct nearest *nearest, const char *name);

/* The name that is near enough to be meant: few signs differ, or the word is its beginning; else NULL. */
const char *nearest_name(const struct nearest *nearest);

#endif
