/*
 * Exercises whose answers are computed from the engines' own decisions.
 *
 *	kind      what is asked: "which block is next?"; it belongs to a lesson
 *	exercise  a kind for one student: a short trace, a question about the event after it, and
 *	          the answer, which is what the engine did there
 *	student   any name; the same one gets the same exercises again, another one others
 */
#ifndef COURSE_EXERCISE_H
#define COURSE_EXERCISE_H

#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>

/* How an answer is read. */
enum answer_form {
	ANSWER_NUMBER, /* one number, or none */
	ANSWER_LIST,   /* numbers in any order, or none */
	ANSWER_WORD,   /* one word */
};

struct maker;

struct exercise_kind {
	const char *name;    /* "first-fit" */
	const char *asks;    /* one line: what it asks */
	const char *expects; /* how to answer: "the offset, as +24, or none" */
	enum answer_form form;
	void (*make)(struct maker *maker); /* kinds.c */
};

struct exercise {
	const struct exercise_kind *kind; /* borrowed */
	struct text
		trace; /* in the text form, with its engine; ends before the event asked about */
	struct text asked;    /* the line of that event */
	struct text after;    /* lines after it that show the answer, where it does not */
	struct text question; /* words */
	struct text answer;
	bool is_long; /* the question says what matters of the trace, so that it is not shown */
};

/* The kinds in order; NULL after the last. */
const struct exercise_kind *exercise_kind_at(size_t at);
const struct exercise_kind *exercise_find(const char *name); /* or NULL */

/* student: of any length. exercise_finish() releases it. */
void exercise_make(struct exercise *ret_exercise, const struct exercise_kind *kind,
	const char *student);
void exercise_finish(struct exercise *exercise);

/* Whether the typed words can be an answer: a number, a word that is expected, none. */
bool exercise_understands(const struct exercise_kind *kind, const char *typed);

/*
 * Whether the typed words say the same as the answer: blanks, commas, the case, a + or an A before
 * a number, and the order of a list make no difference.
 */
bool exercise_judge(const struct exercise *exercise, const char *typed);

#endif
