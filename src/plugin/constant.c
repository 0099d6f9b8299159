/* See constant.h.  One function for each level of precedence, the loosest last. */
#include "plugin/constant.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32u /* of parentheses; more are not a person's */

struct expression {
	const char *at;
	unsigned depth;
};

static bool shift(struct expression *expression, uint64_t *ret_value);

static char peek(struct expression *expression)
{
	expression->at += strspn(expression->at, " \t");
	return *expression->at;
}

static bool take(struct expression *expression, const char *sign)
{
	peek(expression);
	if (strncmp(expression->at, sign, strlen(sign)) != 0)
		return false;
	expression->at += strlen(sign);
	return true;
}

static bool primary(struct expression *expression, uint64_t *ret_value)
{
	char *end;

	if (take(expression, "("))
		return ++expression->depth <= DEPTH_MAX && shift(expression, ret_value) &&
		       take(expression, ")");
	if (!isdigit((unsigned char)peek(expression)))
		return false;
	errno = 0;
	*ret_value = strtoull(expression->at, &end, 0);
	expression->at = end + strspn(end, "uUlL");
	return errno == 0 && !isalnum((unsigned char)*expression->at);
}

static bool product(struct expression *expression, uint64_t *ret_value)
{
	uint64_t other;

	if (!primary(expression, ret_value))
		return false;
	for (;;) {
		if (peek(expression) == '/' && strchr("/*", expression->at[1]))
			return true; /* a comment */
		if (take(expression, "*")) {
			if (!primary(expression, &other) ||
				__builtin_mul_overflow(*ret_value, other, ret_value))
				return false;
		} else if (take(expression, "/")) {
			if (!primary(expression, &other) || other == 0)
				return false;
			*ret_value /= other;
		} else {
			return true;
		}
	}
}

static bool sum(struct expression *expression, uint64_t *ret_value)
{
	uint64_t other;

	if (!product(expression, ret_value))
		return false;
	for (;;) {
		if (take(expression, "+")) {
			if (!product(expression, &other) ||
				__builtin_add_overflow(*ret_value, other, ret_value))
				return false;
		} else if (take(expression, "-")) {
			if (!product(expression, &other) ||
				__builtin_sub_overflow(*ret_value, other, ret_value))
				return false;
		} else {
			return true;
		}
	}
}

static bool shift(struct expression *expression, uint64_t *ret_value)
{
	uint64_t places;

	if (!sum(expression, ret_value))
		return false;
	while (take(expression, "<<")) {
		if (!sum(expression, &places) || places > 63 || *ret_value > UINT64_MAX >> places)
			return false;
		*ret_value <<= places;
	}
	return true;
}

bool constant_value(const char *text, uint64_t *ret_value)
{
	struct expression expression = {.at = text};
	uint64_t value;

	if (!shift(&expression, &value) || !strchr("\r\n/", peek(&expression)))
		return false;
	*ret_value = value;
	return true;
}
