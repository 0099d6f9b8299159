/* What plain models of allocators and collectors, which know no engine, answer to exercises. */
#ifndef TESTS_COURSE_MODELS_H
#define TESTS_COURSE_MODELS_H

#include "course/exercise.h"

#include <stdbool.h>

/* Writes the answer; false: there is no model for the kind. */
bool model_answers(const struct exercise *exercise, struct text *out);

#endif
