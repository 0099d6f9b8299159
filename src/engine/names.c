/* Names of outcomes, decisions, happenings and faults; see engine.h and heap.h. */
#include "arenascope/heap.h"

const char *decision_name(enum decision_kind kind)
{
#define NAME(id, name, operands) [id] = name,
	static const char *const names[] = {DECISIONS(NAME)};
#undef NAME
	return names[kind];
}

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
		[OUTCOME_INVALID] = "invalid",
		[OUTCOME_NOTHING] = "nothing",
	};
	return names[outcome];
}

static const struct {
	const char *name;
	const char *words;
	bool is_serious;
} faults[] = {
#define FAULT(id, name, words, serious) [id] = {name, words, serious},
	FAULTS(FAULT)
#undef FAULT
};

const char *fault_name(enum fault fault)
{
	return faults[fault].name;
}

const char *fault_words(enum fault fault)
{
	return faults[fault].words;
}

bool fault_is_serious(enum fault fault)
{
	return faults[fault].is_serious;
}
