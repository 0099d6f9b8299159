/* Names and words of faults; see heap.h. */
#include "heap/heap.h"

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

bool fault_is_idiom(enum fault fault)
{
	return fault == FAULT_REALLOC_NULL;
}
