/* Names of outcomes and happenings; see request.h. */
#include "engine/request.h"

const char *happening_name(enum happening_bit bit)
{
#define NAME(id, name) [id##_BIT] = name,
	static const char *const names[] = {HAPPENINGS(NAME)};
#undef NAME
	return names[bit];
}

const char *outcome_name(enum outcome outcome)
{
	static const char *const names[] = {
		[OUTCOME_PLACED] = "placed",
		[OUTCOME_RELEASED] = "released",
		[OUTCOME_NO_MEMORY] = "no-memory",
		[OUTCOME_NO_ANSWER] = "no-answer",
		[OUTCOME_INVALID] = "invalid",
		[OUTCOME_NOTHING] = "nothing",
	};
	return names[outcome];
}
