/* The heap's pages, which are closed until they are written. */
#ifndef PLUGIN_RUNNER_PAGES_H
#define PLUGIN_RUNNER_PAGES_H

#include <stdbool.h>
#include <stdint.h>

#define BEHIND TALK_FILLING /* fills the last page behind the break */

/* By its number: it is written, and will be checked. */
void open_page(uint64_t page);

/* Makes the bytes writable; they will be checked. */
void open_range(uint64_t from, uint64_t size);

/* Of the whole heap, but not of pages that were given back. Grows with its pages. */
void protect_heap(int protection);

/* All of them are read-only from here on. */
void close_pages(void);

/* The rest of the last page is not the heap's: what it holds tells whether that was respected. */
void mark_end(void);

/* Of the byte that is watched, if it lies in the heap by now. */
void close_watched_page(void);

/*
 * While the plug-in's accesses are followed: the heap and the plug-in's variables can be touched,
 * or not; is_closed: not.
 */
void follow_pages(bool is_closed);

/* No byte behind the heap was written. */
bool is_end_marked(void);

/*
 * Zeroed memory that takes room only where it is written; where there is none, the plug-in is
 * refused.
 */
void *map_lazily(uint64_t bytes);

/* The records of pages; for room of `self.room`. */
void make_pages(void);

/* From here on no page is closed, and nothing is checked. */
void begin_race(void);

/* From here on no page is closed; what was written past the end of the heap is noted. */
void begin_grading(void);

/* They are closed again. */
void end_grading(void);

/* The heap is about to grow: what was written past its end is noted while it is graded. */
void note_overrun(void);

/* Whether bytes past the end were written since begin_grading(). */
bool has_overrun(void);

#endif
