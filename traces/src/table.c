/*
 * A table of comma separated values that is read, indexed and dropped; the index forgets half of what it
 * took.  For a trace with call sites: gcc -g -O1 -fno-omit-frame-pointer -fno-inline table.c
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 400u

struct row {
	char **fields;
	size_t count;
};

struct table {
	struct row *rows;
	size_t count, room;
	char **keys; /* the index */
	size_t nkeys;
};

static void *xrealloc(void *old, size_t size)
{
	void *new = realloc(old, size);

	if (!new)
		abort();
	return new;
}

static char *copy_field(const char *from, size_t length)
{
	char *field = xrealloc(NULL, length + 1);

	memcpy(field, from, length);
	field[length] = '\0';
	return field;
}

static void parse_row(struct row *row, const char *line)
{
	while (*line) {
		size_t length = strcspn(line, ",");
		row->fields = xrealloc(row->fields, (row->count + 1) * sizeof(*row->fields));
		row->fields[row->count++] = copy_field(line, length);
		line += length + (line[length] == ',');
	}
}

static struct row *add_row(struct table *table)
{
	if (table->count == table->room) {
		table->room = table->room ? table->room * 2 : 4;
		table->rows = xrealloc(table->rows, table->room * sizeof(*table->rows));
	}
	struct row *row = &table->rows[table->count++];
	*row = (struct row){0};
	return row;
}

static void index_row(struct table *table, const struct row *row)
{
	table->keys = xrealloc(table->keys, (table->nkeys + 1) * sizeof(*table->keys));
	table->keys[table->nkeys++] = strdup(row->fields[0]);
}

static void read_table(struct table *table)
{
	char line[160];

	for (unsigned i = 0; i < ROWS; i++) {
		snprintf(line, sizeof(line), "key-%u,%0*u,%.*s", i, (int)(i % 13 + 1), i,
			(int)(i % 60),
			"some words that are as long as the number of the row wants them to be");
		struct row *row = add_row(table);
		parse_row(row, line);
		index_row(table, row);
	}
}

static void drop_table(struct table *table)
{
	for (size_t i = 0; i < table->count; i++) {
		for (size_t field = 0; field < table->rows[i].count; field++)
			free(table->rows[i].fields[field]);
		free(table->rows[i].fields);
	}
	free(table->rows);
	for (size_t i = 0; i < table->nkeys; i += 2) /* every other key is forgotten */
		free(table->keys[i]);
	free(table->keys);
}

int main(void)
{
	struct table table = {0};

	read_table(&table);
	drop_table(&table);
	return 0;
}
