/* Decimal numbers, written where one says: inline, since a line of output has several. */
#ifndef BASE_DIGITS_H
#define BASE_DIGITS_H

#include <stdint.h>
#include <string.h>

#define DIGITS_MAX 20u /* of 64 bits */

/* Two digits of a number below 100. */
static inline char *digits_put_pair(char *at, uint32_t number)
{
	static const char pairs[] = "00010203040506070809101112131415161718192021222324"
				    "25262728293031323334353637383940414243444546474849"
				    "50515253545556575859606162636465666768697071727374"
				    "75767778798081828384858687888990919293949596979899";

	memcpy(at, &pairs[number * 2], 2);
	return at + 2;
}

/* Four digits of a number below 10,000. */
static inline char *digits_put_four(char *at, uint32_t number)
{
	return digits_put_pair(digits_put_pair(at, number / 100), number % 100);
}

/* A number below 10,000 without leading zeros. */
static inline char *digits_put_few(char *at, uint32_t number)
{
	uint32_t hundreds = number / 100, rest = number - hundreds * 100;

	if (hundreds >= 10)
		return digits_put_pair(digits_put_pair(at, hundreds), rest);
	if (hundreds) {
		*at = (char)('0' + hundreds);
		return digits_put_pair(at + 1, rest);
	}
	if (rest >= 10)
		return digits_put_pair(at, rest);
	*at = (char)('0' + rest);
	return at + 1;
}

/* Writes the number, at most DIGITS_MAX digits, and gives where it ends. */
static inline char *digits_put(char *at, uint64_t number)
{
	if (number < 10000)
		return digits_put_few(at, (uint32_t)number);
	if (number < 100000000) { /* the halves do not wait for each other */
		at = digits_put_few(at, (uint32_t)number / 10000);
		return digits_put_four(at, (uint32_t)number % 10000);
	}
	uint64_t high = number / 100000000;
	uint32_t low = (uint32_t)(number - high * 100000000);
	if (high >= 100000000) { /* at most 184,467,440,737 */
		at = digits_put_few(at, (uint32_t)(high / 100000000));
		high %= 100000000;
		at = digits_put_four(digits_put_four(at, (uint32_t)high / 10000),
			(uint32_t)high % 10000);
	} else if (high >= 10000) {
		at = digits_put_few(at, (uint32_t)high / 10000);
		at = digits_put_four(at, (uint32_t)high % 10000);
	} else {
		at = digits_put_few(at, (uint32_t)high);
	}
	return digits_put_four(digits_put_four(at, low / 10000), low % 10000);
}

#endif
