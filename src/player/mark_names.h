/* The names of a trace's marks, for who has to choose one. */
#ifndef PLAYER_MARK_NAMES_H
#define PLAYER_MARK_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text;
struct trace;

/*
 * A mark by its name, or as the second of that name, "served#2"; an exact name comes first. Grows
 * with the marks.
 */
bool mark_names_find(const struct trace *trace, const char *words, uint64_t *ret_number);

/*
 * Adds "mark 1 of 3 named 'served'; --at 'served#2' is the next", where the last event before the
 * position is one of several. Grows with the marks.
 */
void mark_names_add_place(struct text *out, const struct trace *trace, uint64_t position);

/* The recorder has set the mark, and neither the program nor a person. */
bool mark_name_is_recorders(const char *name);

/*
 * Adds "; its marks are 'loaded', 'served' and 3 more": the nearest to the word first, the others
 * in order, each name once; marks of the kernel's figures are no places to name. Nothing is added
 * where there are none. Grows with the marks, of which it reads a thousand.
 */
void mark_names_add(struct text *out, const struct trace *trace, const char *word);

/*
 * Adds "loaded, served (#1 to #4) and 3 more": the names that the program or a person gave, in
 * order, without those of the recorder. Nothing is added where there are none. Grows likewise.
 */
void mark_names_list(struct text *out, const struct trace *trace);

#endif
