/*
 * Words that the answers of a report (report_answers.h) have in common: what is worth a sentence,
 * and the names of callers.
 */
#ifndef CMD_REPORT_WORDS_H
#define CMD_REPORT_WORDS_H

#include "report/keepers.h"

struct report;
struct text;

#define NAMED_MAX 3u /* callers that are named in a sentence */

/* Whether the bytes are worth a sentence: a hundredth of what is held. */
bool report_counts(const struct report *report, uint64_t bytes);

/* What most of is live: "held", or where not all of that is known "known". */
const char *report_held_or_known(const struct report *report);

/* Bytes by which so much is less than what is held. */
uint64_t report_less_held(const struct report *report, uint64_t held);

/* It is a heap of spaces, which are filled up to a top, and no C library's. */
bool report_has_spaces(const struct report *report);

/* Whether the allocator is a person's own, under test. */
bool report_is_of_plugin(const struct report *report);

/* "load (svc.py:22)", "unrecorded callers" */
const char *report_caller(const struct report *report, uint32_t caller);

/* "load (svc.py:22)", "a (x.c:1), b (x.c:2) and c (x.c:3)", "the 5 lines that keep most" */
void add_callers(struct text *words, const struct report *report, const uint32_t *callers,
	size_t n);

/*
 * The keepers whose blocks the program could do without, after the words before them; gives how
 * many, and adds nothing for none.
 */
size_t add_chosen(struct text *words, const struct report *report, const char *before);

/* What the first n keepers have together. */
struct keeper report_first_keepers(const struct report *report, size_t n);

#endif
