/* The names of a trace's marks, for who has to choose one. */
#ifndef PLAYER_MARK_NAMES_H
#define PLAYER_MARK_NAMES_H

struct text;
struct trace;

/*
 * Adds "; its marks are 'loaded', 'served' and 3 more": the nearest to the word first, the others
 * in order, each name once; marks of the kernel's figures are no places to name. Nothing is added
 * where there are none. Grows with the marks, of which it reads a thousand.
 */
void mark_names_add(struct text *out, const struct trace *trace, const char *word);

/*
 * Adds "loaded, served and 3 more": the names that the program or a person gave, in order, without
 * those of the recorder. Nothing is added where there are none. Grows likewise.
 */
void mark_names_list(struct text *out, const struct trace *trace);

#endif
