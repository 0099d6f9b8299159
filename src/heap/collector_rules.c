/* See collector_rules.h. */
#include "heap/collector_rules.h"

#include <assert.h>

const char *const collector_names[] = {"3.8", "3.9", "3.12", "3.13", "3.14.0", "3.15", NULL};

static const struct collector_rules rules[] = {
	{.name = "3.8", .thresholds = {700, 10, 10}, .resurrects_all = true},
	{.name = "3.9", .thresholds = {700, 10, 10}},
	{.name = "3.12", .thresholds = {700, 10, 10}, .begins_late = true},
	{.name = "3.13", .thresholds = {2000, 10, 10}, .begins_late = true},
	{.name = "3.14.0",
		.thresholds = {2000, 10, 0},
		.begins_late = true,
		.is_incremental = true},
	{.name = "3.15", .thresholds = {2000, 10, 10}, .begins_late = true, .clears_late = true},
};

static_assert(sizeof(rules) / sizeof(*rules) + 1 ==
		      sizeof(collector_names) / sizeof(*collector_names),
	"a row for each name");

const struct collector_rules *collector_rules_at(size_t at)
{
	assert(at < sizeof(rules) / sizeof(*rules));
	return &rules[at];
}
