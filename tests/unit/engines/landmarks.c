/* The places in an engine's memory that have a name: where each is after which events. */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "heap/heap.h"
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* "--ring-size 128" */
static struct heap *heap_of(const char *engine, const char *settings)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	char name[40], value[40];
	struct error err;

	options_add_table(options, engine_find(engine)->options);
	for (int length = 0; sscanf(settings, " --%39[^ ] %39s%n", name, value, &length) == 2;
		settings += length)
		assert_int_equal(options_set(options, name, value, &err), 0);
	if (heap_new(&heap, engine, options, &err) < 0)
		fail_msg("%s %s: %s", engine, settings, err.text);
	options_free(options);
	return heap;
}

/* "a 0 40, f 0" */
static void play(struct heap *heap, const char *events)
{
	for (const char *at = events; *at; at += strcspn(at, ","), at += strspn(at, ", ")) {
		struct event event = {.text = TEXT_NONE};
		struct effect effect;
		char kind;
		sscanf(at, "%c %" SCNu32 " %" SCNu64, &kind, &event.object, &event.size);
		event.kind = kind == 'a' ? EVENT_ALLOCATE : EVENT_FREE;
		heap_apply(heap, 0, &event, NULL, &effect);
	}
}

/* "head +24, tail +40"; of several regions "chunk 2 top +48" */
static void name_all(const struct heap *heap, struct text *out)
{
	const struct engine *engine = heap_layer(heap, 0);
	struct landmark landmarks[LANDMARKS_MAX];
	size_t n = engine_landmarks(engine, landmarks, LANDMARKS_MAX);

	for (size_t i = 0; i < n; i++) {
		struct region region;
		size_t at;
		assert_true(engine_region_at(engine, landmarks[i].region, &at, &region));
		assert_true(region.base == landmarks[i].region);
		text_add(out, "%s", i ? ", " : "");
		if (engine_region_count(engine) > 1)
			text_add(out, "%s ", region.name);
		text_add(out, "%s +%" PRIu64, landmarks[i].name, landmarks[i].offset);
		assert_true(*landmarks[i].words);
	}
}

static void places_with_a_name_are_where_the_engine_goes_on(void **state)
{
	static const struct {
		const char *engine, *settings, *events, *places;
	} cases[] = {
		{"ring", "--ring-size 128", "", ""},
		{"ring", "--ring-size 128", "a 0 40, a 1 32", "head +72, tail +0"},
		{"ring", "--ring-size 128", "a 0 40, a 1 32, a 2 40, f 0", "head +112, tail +40"},
		{"ring", "--ring-size 128", "a 0 40, a 1 32, a 2 40, f 0, a 3 24",
			"head +24, tail +40"},
		{"ring", "--ring-size 128", "a 0 40, a 1 32, f 1", "head +72, tail +0"},
		{"ring", "--ring-size 128", "a 0 40, a 1 32, f 1, f 0", "head +0, tail +0"},
		{"ring", "--ring-size 128", "a 0 128", "head +128, tail +0"},
		{"region", "--chunk 128", "", ""},
		{"region", "--chunk 128", "a 0 40, a 1 24", "top +64"},
		{"region", "--chunk 128", "a 0 40, a 1 88", "top +128"},
		{"region", "--chunk 128", "a 0 40, a 1 24, a 2 40, a 3 48", "chunk 2 top +48"},
		{"region", "--chunk 128", "a 0 40, a 1 24, a 2 40, a 3 48, f 2, f 3", "top +64"},
		{"heap", "--heap-size 100 --heap-header 0 --heap-align 1", "a 0 10", ""},
		{"heap", "--heap-size 100 --heap-header 0 --heap-align 1 --heap-fit next", "",
			"next fit +0"},
		{"heap", "--heap-size 100 --heap-header 0 --heap-align 1 --heap-fit next",
			"a 0 10, a 1 10, a 2 10, f 0, a 3 5", "next fit +35"},
		{"heap", "--heap-size 100 --heap-header 0 --heap-align 1 --heap-fit next",
			"a 0 50, a 1 50", "next fit +100"},
		{"heap",
			"--heap-size 100 --heap-header 0 --heap-align 1 --heap-fit next "
			"--heap-order front",
			"a 0 10, a 1 10, a 2 10, f 0, f 2", "next fit +20"},
		{"heap",
			"--heap-size 100 --heap-header 0 --heap-align 1 --heap-fit next "
			"--heap-order front",
			"a 0 50, a 1 50", ""},
		{"generational", "--eden 128 --survivor 64 --old 128", "a 0 40",
			"Eden top +40, survivor 1 top +0, old top +0, metaspace top +0"},
		{"glibc", "--tcache-count 0 --mxfast 0", "a 0 800, a 1 40", ""},
		{"glibc", "--tcache-count 0 --mxfast 0", "a 0 800, a 1 40, f 0, a 2 100",
			"last remainder +768"},
		{"glibc", "--tcache-count 0 --mxfast 0", "a 0 800, a 1 40, f 0, a 2 100, a 3 680",
			""},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct heap *heap = heap_of(cases[i].engine, cases[i].settings);
		struct text places = {0};
		play(heap, cases[i].events);
		name_all(heap, &places);
		if (strcmp(text_of(&places), cases[i].places) != 0)
			fail_msg("%s %s after '%s': '%s', where '%s' was expected", cases[i].engine,
				cases[i].settings, cases[i].events, text_of(&places),
				cases[i].places);
		text_finish(&places);
		heap_free(heap);
	}
}

/* Whoever asks for one gets the first. */
static void no_more_places_are_given_than_were_asked_for(void **state)
{
	struct heap *heap = heap_of("ring", "--ring-size 128");
	struct landmark landmark;

	play(heap, "a 0 40");
	assert_int_equal(engine_landmarks(heap_layer(heap, 0), &landmark, 1), 1);
	assert_string_equal(landmark.name, "head");
	assert_int_equal(engine_landmarks(heap_layer(heap, 0), &landmark, 0), 0);
	heap_free(heap);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(places_with_a_name_are_where_the_engine_goes_on),
		cmocka_unit_test(no_more_places_are_given_than_were_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
