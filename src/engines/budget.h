/* Decisions of the engine "budget" that panels look for; all of them stand in budget.c. */
#ifndef ENGINES_BUDGET_H
#define ENGINES_BUDGET_H

#include "engine/decision.h"

extern const struct decision_kind decision_budget_spent;
extern const struct decision_kind decision_budget_returned;
extern const struct decision_kind decision_budget_exceeded;

#endif
