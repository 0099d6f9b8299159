/*
 * How a table is folded that has too little room: the columns that fit stay beside the first one,
 * and the others go below each row, words before numbers, each with its title:
 *
 *	made by                          keeps  of idle
 *	remember (svc.py:16)          14.0 MiB      82%
 *	    kept by: __main__.SEEN, 97%
 *	    blocks: 200; clears: 16.5 MiB
 *
 * Where only the words of the last column are too long, they are continued below themselves.
 */
#ifndef BASE_EMITTER_FOLD_H
#define BASE_EMITTER_FOLD_H

#include "base/emitter.h"

#include <stddef.h>

struct emit_fold {
	size_t *widths;  /* cells of each column; of the first one, where it stands beside others */
	bool *are_below; /* by column */
	bool has_below;
	size_t continued_at; /* cells before words of the last column that are wrapped; 0: none */
};

static inline const struct emit_cell *emit_cell_at(const struct emit *emit, size_t row,
	size_t column)
{
	return &emit->cells.items[row * emit->columns.count + column];
}

/* room: columns of a screen, with two before each column of the table. */
void emit_fold_begin(struct emit_fold *fold, const struct emit *emit, size_t nrows, size_t room);
void emit_fold_end(struct emit_fold *fold);

/* Writes one line below a row: "kept by: __main__.SEEN, 97%"; TEXT_GLUE is where none is broken. */
typedef void emit_below_f(struct emit *emit, const char *line);

/* Words have a line each, numbers share one; empty cells have none. */
void emit_fold_write_below(const struct emit_fold *fold, struct emit *emit, size_t row,
	emit_below_f *write);

#endif
