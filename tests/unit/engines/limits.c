/*
 * What each option of each engine takes: its limits, and its default. The values at both ends are
 * taken, and those beyond them are not.
 */
#include "base/error.h"
#include "base/text.h"
#include "engine/engine.h"
#include "heap/heap.h"
#include "support.h"

#include <inttypes.h>
#include <stdio.h>

static bool takes(const struct option_spec *spec, uint64_t number)
{
	struct error err;
	char words[24];

	snprintf(words, sizeof(words), "%" PRIu64, number);
	return option_check(spec, words, &err) == 0;
}

static void add_option(struct text *page, const struct option_spec *spec)
{
	text_add(page, "  --%s", spec->name);
	if (spec->type == OPTION_NUMBER || spec->type == OPTION_SIZE) {
		text_add(page, " %" PRIu64, spec->min);
		if (spec->max > 0)
			text_add(page, " to %" PRIu64, spec->max);
		text_add(page, "%s", spec->power_of_two ? ", a power of two" : "");
		assert_true(takes(spec, spec->min));
		assert_true(spec->max == 0 || takes(spec, spec->max));
		assert_false(spec->max > 0 && takes(spec, spec->max + 1));
		assert_false(spec->min > 0 && takes(spec, spec->min - 1));
	}
	for (size_t i = 0; spec->choices && spec->choices[i]; i++)
		text_add(page, "%s%s", i == 0 ? " " : ", ", spec->choices[i]);
	if (spec->fallback)
		text_add(page, "; %s", spec->fallback);
	text_add(page, "\n");
}

static void an_option_takes_what_is_within_its_limits(void **state)
{
	struct text page = {0};
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++) {
		text_add(&page, "%s\n", engines[i]->name);
		for (const struct option_spec *spec = engines[i]->options; spec && spec->name;
			spec++)
			add_option(&page, spec);
	}
	text_add(&page, "any\n");
	for (const struct option_spec *spec = heap_options; spec->name; spec++)
		add_option(&page, spec);
	assert_golden(text_of(&page), "unit/engines/limits.txt");
	text_finish(&page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_option_takes_what_is_within_its_limits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
