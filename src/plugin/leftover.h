/*
 * Of an allocator that fails only after another trace and another mm_init(): the variable that
 * mm_init() leaves as it was. All steps are made again, each time with other variables reset: it is
 * the one without which they do not fail so.
 */
#ifndef PLUGIN_LEFTOVER_H
#define PLUGIN_LEFTOVER_H

#include "base/text.h"
#include "plugin/grades.h"

#include <stdbool.h>

/*
 * Appends "mm_init() does not reset rover: ...", if that is found within four seconds; grade: as
 * plugin_grade_again() told it. Takes some twenty runs through all steps.
 */
bool leftover_add_words(struct text *out, struct plugin *plugin, int steps, uint64_t count,
	uint64_t blocks, const struct plugin_grade *grade);

#endif
