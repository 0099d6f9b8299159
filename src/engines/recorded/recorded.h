/* The decisions that the engines "recorded" and "recorded-arenas" share. */
#ifndef ENGINES_RECORDED_RECORDED_H
#define ENGINES_RECORDED_RECORDED_H

#include "engine/decision.h"

extern const struct decision_kind decision_recorded_taken;

#endif
