/*
 * See python_lines.h.  Knowledge: what CPython's sources say of co_linetable (3.11, 3.10) and
 * co_lnotab (before).
 */
#include "trace/readers/python_lines.h"

#include "trace/varint.h"

#include <stdbool.h>

/* Kinds of entries, from 3.11 on. */
enum { ONE_LINE = 10, NO_COLUMNS = 13, LONG = 14, NO_LINE = 15 };

/* Six bits a byte, the lowest first. */
static uint32_t take_number(struct cursor *cursor)
{
	uint32_t n = 0;

	for (unsigned shift = 0; cursor->at < cursor->end && shift < 32; shift += 6) {
		unsigned char byte = *cursor->at++;
		n |= (uint32_t)(byte & 63) << shift;
		if (!(byte & 64))
			return n;
	}
	cursor->failed = true;
	return 0;
}

static int take_signed(struct cursor *cursor)
{
	uint32_t n = take_number(cursor);

	return n & 1 ? -(int)(n >> 1) : (int)(n >> 1);
}

/* By how much an entry moves the line; the cursor moves past the entry. */
static int take_entry(struct cursor *cursor, unsigned kind)
{
	int delta = 0;

	if (kind == LONG || kind == NO_COLUMNS)
		delta = take_signed(cursor);
	else if (kind >= ONE_LINE && kind < NO_COLUMNS)
		delta = (int)kind - ONE_LINE;
	if (kind == LONG)
		for (unsigned i = 0; i < 3; i++)
			take_number(cursor);
	ptrdiff_t columns = kind < ONE_LINE ? 1 : kind < NO_COLUMNS ? 2 : 0;
	if (cursor->end - cursor->at < columns)
		cursor->failed = true;
	else
		cursor->at += columns;
	return delta;
}

/* Entries of the length in instructions, of two bytes each; 3.11 and later. */
static int line_311(struct cursor table, int first, uint64_t instruction)
{
	uint64_t at = 0, wanted = instruction / 2;
	int line = first;

	while (table.at < table.end) {
		unsigned char head = *table.at++;
		line += take_entry(&table, head >> 3 & 15);
		at += (head & 7) + 1u;
		if (table.failed)
			return first;
		if (wanted < at)
			return line;
	}
	return first;
}

/* Pairs of bytes: of code, and lines. 3.10 counts to the end of an entry, and -128 is no line. */
static int line_before_311(struct cursor table, int first, uint64_t instruction, bool is_310)
{
	uint64_t at = 0, wanted = is_310 ? instruction * 2 : instruction;
	int line = first;

	for (; table.end - table.at >= 2; table.at += 2) {
		int delta = (signed char)table.at[1];
		at += table.at[0];
		if (!is_310 && at > wanted)
			break;
		line += is_310 && delta == -128 ? 0 : delta;
		if (is_310 && at > wanted)
			break;
	}
	return line;
}

int python_line(uint32_t version, const unsigned char *table, size_t length, int first,
	uint64_t instruction)
{
	if (length == 0)
		return first; /* there is no table */

	struct cursor cursor = {.at = table, .end = table + length};
	if (version >= 0x030B0000)
		return line_311(cursor, first, instruction);
	return line_before_311(cursor, first, instruction, version >= 0x030A0000);
}
