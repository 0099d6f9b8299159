/*
 * Side by side: the same trace in two to four engines, each with its map, its figures and its part
 * in the last event; and the first event at which they differ (player/difference.h). Or two traces,
 * and what one has more of than the other. The first is the view's own player.
 */
#ifndef PANELS_COMPARISON_COMPARISON_H
#define PANELS_COMPARISON_COMPARISON_H

#include "panels/panel.h"
#include "player/counterpart.h"
#include "player/difference.h"

struct comparison;
struct error;
struct options;
struct rival_run;
struct stop;
struct trace;

/*
 * words: the other engines, separated by commas; options: those the first was made with. -1 and
 * err: an engine or option does not exist, or cannot play the trace.
 */
int comparison_new(struct comparison **ret_compare, struct player *first,
	const struct options *options, const char *words, struct error *err);

/* Another trace beside the first, as rivals_new_beside() has it. */
int comparison_new_beside(struct comparison **ret_compare, struct player *first,
	const struct options *options, struct trace *other, enum pace pace, struct error *err);
void comparison_free(struct comparison *compare);

/* Two traces, not two engines. */
bool comparison_is_of_traces(const struct comparison *compare);
/* -1 and err: one of the traces has no times. */
int comparison_set_pace(struct comparison *compare, enum pace pace, struct error *err);

/*
 * Call when the first has moved: the others go to its position. A long way takes several calls;
 * they are behind until then.
 */
void comparison_update(struct comparison *compare, const struct scene *scene);

/* Looks ahead for one slice; false when there is nothing left to find. */
bool comparison_tick(struct comparison *compare);
bool comparison_is_searching(
	const struct comparison *compare);                   /* there is something left to find */
bool comparison_is_behind(const struct comparison *compare); /* it is to be updated again */

/* Begins a run of all its engines to the nearest stop (rival_runs.h). The stops are borrowed. */
void comparison_begin_run(const struct comparison *compare, struct rival_run *ret_run,
	const struct stop *stops, size_t nstops, bool is_back);

/* "A", "B C", of a bit for each engine; empty: all of them. */
void comparison_add_names(const struct comparison *compare, unsigned engines, struct text *out);

/*
 * The position just after the first difference: DIFFERENCE_ANSWER: of an answer; otherwise of any
 * kind. 0: none is known.
 */
uint64_t comparison_first(const struct comparison *compare, enum difference_kind weakest);

/*
 * Moves all engines to the next event at which they differ, in that way or more (difference.h), by
 * at most n events. Returns whether they do; *ret_done is false only when there is more to do.
 */
bool comparison_run(struct comparison *compare, enum difference_kind weakest, uint64_t n,
	bool *ret_done);

/*
 * Appends lines of words: the first differences, once they are known, and the one at the last
 * event, where it is a request; nothing while the others are behind.
 */
void comparison_add_words(const struct comparison *compare, struct text *out);

void comparison_draw(const struct comparison *compare, const struct scene *scene,
	struct canvas *canvas, struct area area);

#endif
