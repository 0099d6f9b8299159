/* Decisions of regions whose figures are read elsewhere. */
#ifndef ENGINES_REGION_H
#define ENGINES_REGION_H

#include "engine/decision.h"

extern const struct decision_kind decision_region_unchained;

#endif
