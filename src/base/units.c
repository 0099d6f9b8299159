/* See units.h. */
#include "base/units.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>

const char *units_count(struct units *units, uint64_t number)
{
	char digits[24];
	int length = snprintf(digits, sizeof(digits), "%" PRIu64, number);
	char *out = units->text;

	for (int i = 0; i < length; i++) {
		if (i > 0 && (length - i) % 3 == 0)
			*out++ = ',';
		*out++ = digits[i];
	}
	*out = '\0';
	return units->text;
}

/* Three digits: 1.06, 12.3, 131 */
static void three_digits(struct units *units, double value, const char *unit)
{
	int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
	snprintf(units->text, sizeof(units->text), "%.*f %s", decimals, value, unit);
}

const char *units_bytes(struct units *units, uint64_t bytes)
{
	static const char *const names[] = {"B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
	unsigned unit = 0;

	while (unit < 6 && bytes >> (10 * unit) >= 1024)
		unit++;
	uint64_t whole = bytes >> (10 * unit);
	if (unit == 0 || whole << (10 * unit) == bytes) {
		snprintf(units->text, sizeof(units->text), "%" PRIu64 " %s", whole, names[unit]);
		return units->text;
	}
	double value = (double)bytes / (double)(UINT64_C(1) << (10 * unit));
	if (unit < 6 && value >= 1023.5) { /* would be written as 1024 */
		value /= 1024;
		unit++;
	}
	three_digits(units, value, names[unit]);
	return units->text;
}

/* 100 is all of it. */
static double percent_of(uint64_t part, uint64_t whole)
{
	double percent = whole ? 100.0 * (double)part / (double)whole : 0;

	return part < whole && percent > 99 ? 99 : percent;
}

const char *units_percent(struct units *units, uint64_t part, uint64_t whole)
{
	double percent = percent_of(part, whole);
	bool short_one = percent > 0 && percent < 9.95;

	if (percent > 0 && percent < 0.05)
		snprintf(units->text, sizeof(units->text), "<0.1%%");
	else
		snprintf(units->text, sizeof(units->text), "%.*f%%", short_one ? 1 : 0, percent);
	return units->text;
}

const char *units_whole_percent(struct units *units, uint64_t part, uint64_t whole)
{
	double percent = percent_of(part, whole);

	if (percent > 0 && percent < 1)
		snprintf(units->text, sizeof(units->text), "<1");
	else
		snprintf(units->text, sizeof(units->text), "%.0f", percent);
	return units->text;
}

const char *units_time(struct units *units, uint64_t nanoseconds)
{
	double value = (double)nanoseconds;
	uint64_t seconds = nanoseconds / 1000000000 + (nanoseconds % 1000000000 >= 500000000);

	if (nanoseconds < 1000)
		snprintf(units->text, sizeof(units->text), "%" PRIu64 " ns", nanoseconds);
	else if (nanoseconds < 999500)
		three_digits(units, value / 1e3, "us");
	else if (nanoseconds < 999500000)
		three_digits(units, value / 1e6, "ms");
	else if (nanoseconds < 59950000000)
		three_digits(units, value / 1e9, "s");
	else
		snprintf(units->text, sizeof(units->text), "%" PRIu64 ":%02" PRIu64 " min",
			seconds / 60, seconds % 60);
	return units->text;
}

const char *units_wait(struct units *units, uint64_t nanoseconds)
{
	uint64_t seconds = nanoseconds / 1000000000 + (nanoseconds % 1000000000 >= 500000000);

	if (seconds < 60)
		snprintf(units->text, sizeof(units->text), "%" PRIu64 " s", seconds);
	else if (seconds < 3600)
		snprintf(units->text, sizeof(units->text), "%" PRIu64 ":%02" PRIu64 " min",
			seconds / 60, seconds % 60);
	else
		snprintf(units->text, sizeof(units->text), "%" PRIu64 ":%02" PRIu64 " h",
			seconds / 3600, seconds / 60 % 60);
	return units->text;
}
