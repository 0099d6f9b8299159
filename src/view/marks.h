/*
 * The person's own marks, besides those of the trace: positions, which may have names. They are
 * kept in a file beside the trace, with a line for each: its position, and its name.
 */
#ifndef VIEW_MARKS_H
#define VIEW_MARKS_H

#include "base/arrays.h"
#include "base/error.h"
#include "view/view.h"

#include <stdbool.h>
#include <stdint.h>

struct trace_mark;

struct marks {
	ARRAY(uint64_t) positions;
	ARRAY(char *) names; /* of each; "": it has none */
	const char *path;    /* of the file, borrowed; NULL: they cannot be kept */
	bool is_kept;        /* there is such a file */
	struct error
		trouble; /* why the file was not read to its end; "": it was, or is not there */
};

/* Reads the file, if there is one; up to a line that is not a mark: then it is never written. */
void marks_init(struct marks *marks, const struct view_config *config);
void marks_finish(struct marks *marks);

void view_set_mark(struct view *view); /* sets a mark here, or clears the one here */
/* `mark NAME`: sets a mark here, or names the one here. */
int view_name_mark(struct view *view, const char *name, struct error *err);
/*
 * Writes the file, or removes it when no mark is left; until it is whole, the one that exists stays
 * as it is.
 */
int view_keep_marks(struct view *view, const char *words, struct error *err);
void view_to_mark(struct view *view, bool back);
/* false: the person has no mark of that name */
bool view_find_own_mark(const struct view *view, const char *name, uint64_t *ret_position);
/*
 * The position at which a mark of the trace is shown: after the caption that follows it at once,
 * so that the words about it are on the screen.
 */
uint64_t view_mark_shown_at(const struct view *view, const struct trace_mark *mark);

#endif
