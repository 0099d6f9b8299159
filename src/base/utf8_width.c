/*
 * How many cells a code point takes: ranges written by scripts/width-table, as wcwidth() of glibc
 * 2.36 counts. We do not call wcwidth() because its result depends on the locale.
 */
#include "base/utf8.h"

#include "base/width_table.h"

#include <stdbool.h>

static bool is_in(uint32_t code, const struct range *ranges, size_t n)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t middle = (low + high) / 2;
		if (ranges[middle].last < code)
			low = middle + 1;
		else
			high = middle;
	}
	return low < n && code >= ranges[low].first;
}

int utf8_width(uint32_t code)
{
	if (code < 0x300)
		return 1;
	if (is_in(code, combining, sizeof(combining) / sizeof(*combining)))
		return 0;
	return is_in(code, wide, sizeof(wide) / sizeof(*wide)) ? 2 : 1;
}
