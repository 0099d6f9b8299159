/* See numbers.h. */
#include "base/numbers.h"

#include "base/error.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum digits { DIGITS_NONE, DIGITS_TOO_MANY, DIGITS_FINE };

/* Reads decimal digits, or hexadecimal ones after 0x; *words then points past the last one. */
static enum digits read_digits(const char **words, uint64_t *ret_number)
{
	const char *digits = *words;
	bool is_hex = digits[0] == '0' && (digits[1] == 'x' || digits[1] == 'X');
	char *end;

	digits += is_hex ? 2 : 0;
	if (is_hex ? !isxdigit((unsigned char)*digits) : !isdigit((unsigned char)*digits))
		return DIGITS_NONE;
	errno = 0;
	*ret_number = strtoull(digits, &end, is_hex ? 16 : 10);
	*words = end;
	return errno == ERANGE ? DIGITS_TOO_MANY : DIGITS_FINE;
}

int number_parse(const char *words, uint64_t *ret_number, struct error *err)
{
	const char *rest = words;
	uint64_t number;
	enum digits digits = read_digits(&rest, &number);

	if (digits == DIGITS_NONE || *rest != '\0')
		return error_set(err, "'%s' is not a number", words);
	if (digits == DIGITS_TOO_MANY)
		return error_set(err, "%s is too large", words);
	*ret_number = number;
	return 0;
}

/* Of a fraction: ".5", with at most six digits. 0 and 1 where there is none. */
struct fraction {
	uint64_t above, below;
};

static struct fraction read_fraction(const char **words)
{
	struct fraction fraction = {0, 1};

	if (**words != '.')
		return fraction;
	for (const char *at = *words + 1; isdigit((unsigned char)*at) && fraction.below < 1000000;
		*words = ++at) {
		fraction.above = fraction.above * 10 + (uint64_t)(*at - '0');
		fraction.below *= 10;
	}
	return fraction;
}

enum size_reading size_read(const char *words, uint64_t *ret_bytes)
{
	static const char units[] = "KMGT";
	const char *rest = words;
	uint64_t bytes = 0;
	unsigned shift = 0;
	enum digits digits = read_digits(&rest, &bytes);
	struct fraction fraction = read_fraction(&rest);

	const char *unit = *rest ? strchr(units, toupper((unsigned char)*rest)) : NULL;
	if (unit) {
		shift = 10 * (unsigned)(unit - units + 1);
		rest++;
		rest += *rest == 'i';
	}
	rest += *rest == 'B' || (unit && *rest == 'b');
	fraction.above <<= shift;
	if (digits == DIGITS_NONE || *rest != '\0' || fraction.above % fraction.below != 0)
		return SIZE_NONE;
	if (digits == DIGITS_TOO_MANY || (shift && bytes >> (64 - shift)))
		return SIZE_TOO_LARGE;
	*ret_bytes = (bytes << shift) + fraction.above / fraction.below;
	return SIZE_FINE;
}

int size_parse(const char *words, uint64_t *ret_bytes, struct error *err)
{
	switch (size_read(words, ret_bytes)) {
	case SIZE_NONE:
		return error_set(err, "'%s' is not a size (examples: 4096, 64K, 1M, 2GiB)", words);
	case SIZE_TOO_LARGE:
		return error_set(err, "%s is too large", words);
	case SIZE_FINE:
		break;
	}
	return 0;
}

/* Reads a plain decimal number. strtod() would also take signs, inf and 0x10. */
static bool read_decimal(const char **words, double *ret_value)
{
	char *end;
	size_t digits = strspn(*words, "0123456789.");

	*ret_value = strtod(*words, &end);
	bool is_plain = digits > 0 && end == *words + digits;
	*words = end;
	return is_plain;
}

int time_parse(const char *words, uint64_t *ret_nanoseconds, struct error *err)
{
	static const struct {
		const char *name;
		double nanoseconds;
	} units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}, {"min", 60e9}};
	const char *rest = words;
	double value, minutes = 0, unit = 0;
	bool is_time = read_decimal(&rest, &value);

	if (is_time && *rest == ':') {
		rest++;
		minutes = value;
		is_time = read_decimal(&rest, &value) && value < 60 && *rest == '\0';
		unit = 1e9;
	}
	for (size_t i = 0; i < sizeof(units) / sizeof(*units); i++)
		if (strcmp(rest, units[i].name) == 0)
			unit = units[i].nanoseconds;
	if (!is_time || unit == 0)
		return error_set(err, "'%s' is not a time (examples: 2s, 500ms, 1:30)", words);
	double all = minutes * 60e9 + value * unit;
	if (all >= 1e18)
		return error_set(err, "%s is too long", words);
	*ret_nanoseconds = (uint64_t)(all + 0.5);
	return 0;
}
