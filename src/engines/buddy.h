/* The decisions of the engine "buddy" that panels use; buddy.c defines them all. */
#ifndef ENGINES_BUDDY_H
#define ENGINES_BUDDY_H

#include "engine/decision.h"

extern const struct decision_kind decision_buddy_split;
extern const struct decision_kind decision_buddy_merged;

#endif
