/*
 * The three questions of a report, answered in a sentence or two each: who keeps the memory, why it
 * does not go back, and what the program could do.
 */
#ifndef CMD_REPORT_ANSWERS_H
#define CMD_REPORT_ANSWERS_H

struct remedies;
struct report;
struct text;
struct tries;

/* Each appends its sentences, or nothing where there is nothing to say. */
void answer_who(struct text *words, const struct report *report);
void answer_why(struct text *words, const struct report *report, const struct remedies *remedies);

/* tries: settings that were played, or, where the first was not, may be. */
void answer_help(struct text *words, const struct report *report, const struct remedies *remedies,
	const struct tries *tries);

#endif
