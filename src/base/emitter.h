/*
 * Tables of figures, written as an aligned table for people, as CSV, as JSON or as a page of HTML,
 * from the same calls:
 *
 *	emit_begin(&emit, EMIT_TABLE, &text);
 *	emit_table(&emit, "engines");
 *	emit_column(&emit, "name", EMIT_LEFT); emit_column(&emit, "bytes", EMIT_RIGHT);
 *	emit_row(&emit); emit_cell(&emit, "pymalloc"); emit_number(&emit, 42);
 *	emit_end(&emit);
 *
 * JSON is one object, whose members are the tables (arrays of objects) and the pairs from
 * emit_pair(): no two may have the same name. It is valid UTF-8 even where the input is not. The
 * table is safe for a terminal: control characters are written as \n and \x1b. CSV keeps every
 * byte.
 */
#ifndef BASE_EMITTER_H
#define BASE_EMITTER_H

#include "base/arrays.h"

#include <stdbool.h>
#include <stdint.h>

struct text;

enum emit_form { EMIT_TABLE, EMIT_CSV, EMIT_JSON, EMIT_HTML };
enum emit_align { EMIT_LEFT, EMIT_RIGHT };

struct emit_column {
	char *title;
	enum emit_align align;
};

struct emit_cell {
	char *words;
	bool is_number;
};

struct emit {
	enum emit_form form;
	struct text *text;     /* borrowed */
	char *table;           /* title of the table being filled, or NULL */
	char *remark;          /* below that title, or NULL */
	bool folds;            /* see emit_folds() */
	bool has_pairs;        /* HTML: a list of pairs is open */
	ARRAY(char *) members; /* JSON: names written so far; each is there once */
	ARRAY(struct emit_column) columns;
	ARRAY(struct emit_cell) cells; /* row by row */
};

/* "table", "csv", "json": for an option's choices, in the order of the enumerators. */
extern const char *const emit_forms[];

void emit_begin(struct emit *emit, enum emit_form form, struct text *text);
void emit_end(struct emit *emit);

/*
 * Tables for people end at the 80th column from now on (TEXT_COLUMNS): what is beyond it goes below
 * each row (emitter_fold.h).
 */
void emit_folds(struct emit *emit);

/*
 * Writes one figure by itself: "name value" in two columns for people, two cells in CSV, a member
 * in JSON.
 */
void emit_pair(struct emit *emit, const char *name, const char *value);
void emit_pair_number(struct emit *emit, const char *name, uint64_t value);
void emit_pair_real(struct emit *emit, const char *name, double value);
/* For people with a unit, "1.06 MiB"; otherwise the number of bytes. */
void emit_pair_bytes(struct emit *emit, const char *name, uint64_t bytes);

void emit_table(struct emit *emit, const char *title);
/* Says a sentence or two below the title of the table, for people only. */
void emit_remark(struct emit *emit, const char *words);
void emit_column(struct emit *emit, const char *title, enum emit_align align);
/* The columns of those titles, up to NULL: one with < before it is of words, others of numbers. */
void emit_columns(struct emit *emit, const char *const *titles);
/*
 * Begins a row; cells follow in column order. Cells missing from the row before are filled in
 * empty; in JSON an empty cell of a column aligned right is null.
 */
void emit_row(struct emit *emit);
void emit_cell(struct emit *emit, const char *value);
void emit_number(struct emit *emit, uint64_t value);
/* For people "1.06 MiB", "3.20 s", "97%"; otherwise bytes, nanoseconds, 0.97. */
void emit_bytes(struct emit *emit, uint64_t bytes);
void emit_time(struct emit *emit, uint64_t nanoseconds);
void emit_share(struct emit *emit, uint64_t part, uint64_t whole);
/* For people "+1.06 MiB", "-12", "0"; otherwise the signed number. */
void emit_change_of_bytes(struct emit *emit, uint64_t before, uint64_t after);
void emit_change(struct emit *emit, uint64_t before, uint64_t after);
/* four decimals; infinity and NaN become "-", an empty cell or null */
void emit_real(struct emit *emit, double value);

#endif
