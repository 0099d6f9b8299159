/* The decisions of the engine "budget" that panels use; budget.c defines them all. */
#ifndef ENGINES_BUDGET_H
#define ENGINES_BUDGET_H

#include "engine/decision.h"

extern const struct decision_kind decision_budget_spent;
extern const struct decision_kind decision_budget_returned;
extern const struct decision_kind decision_budget_exceeded;

#endif
