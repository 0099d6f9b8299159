/*
 * Exercises: 10,000 of them are played again from the text that a student gets, on a heap of their
 * own, and what the engine does there must be what the exercise takes for right. Most are judged by
 * plain models, which know the events and no engine: those of this file, and of models.c.
 */
#include "course/exercise.h"

#include "base/error.h"
#include "base/options.h"
#include "course/syllabus.h"
#include "heap/heap.h"
#include "models.h"
#include "support.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define QUESTIONS 10000u
#define WORDS_MAX 24u

/* "info play --engine heap --heap-size 120" */
static struct heap *heap_of(const char *line)
{
	struct options *options = options_new();
	struct heap *heap = NULL;
	char copy[256], engine[32] = "", *words[WORDS_MAX], *rest = NULL;
	struct error err;
	size_t count, n = 0;
	const struct engine_ops *const *engines = engine_list(&count);

	for (size_t i = 0; i < count; i++)
		options_add_table(options, engines[i]->options);
	options_add_table(options, heap_options);
	snprintf(copy, sizeof(copy), "%.*s", (int)strcspn(line, "\n"), line);
	for (char *word = strtok_r(copy, " ", &rest); word && n < WORDS_MAX;
		word = strtok_r(NULL, " ", &rest))
		words[n++] = word;
	for (size_t i = 2; i < n; i++) {
		const char *name = words[i] + 2;
		char *value = i + 1 < n && words[i + 1][0] != '-' ? words[++i] : NULL;
		if (strcmp(name, "engine") == 0)
			snprintf(engine, sizeof(engine), "%s", value);
		else
			assert_int_equal(options_set(options, name, value, &err), 0);
	}
	assert_int_equal(heap_new(&heap, engine, options, &err), 0);
	options_free(options);
	return heap;
}

/* What an exercise looks like when it is played again. */
struct replay {
	struct heap *heap;
	struct effect last;     /* of the event that is asked about */
	uint64_t given;         /* by all requests */
	uint64_t addresses[64]; /* of objects 0 to 63, where they were placed last */
	uint32_t asked_object;
};

static void play(struct replay *replay, const struct exercise *exercise)
{
	struct trace *trace = NULL;
	struct text all = {0};
	struct event event;
	struct error err;

	text_add(&all, "%s%s", text_of(&exercise->trace), text_of(&exercise->asked));
	if (trace_open_memory(&trace, text_of(&all), all.length, "exercise", 0, &err) < 0)
		fail_msg("%s: %s", exercise->kind->name, err.text);
	replay->heap = heap_of(text_of(&exercise->trace));
	replay->given = 0;
	for (uint64_t i = 0; trace_get(trace, i, &event); i++) {
		heap_apply(replay->heap, i, &event, NULL, &replay->last);
		if (replay->last.outcome != OUTCOME_PLACED)
			continue;
		replay->given += replay->last.given;
		bool is_asked = i + 1 == trace_length(trace);
		if (event.object < 64 && !is_asked)
			replay->addresses[event.object] = replay->last.address;
	}
	replay->asked_object = event.object;
	trace_close(trace);
	text_finish(&all);
}

static void region_of(const struct replay *replay, uint64_t address, size_t *ret_at,
	struct region *ret_region)
{
	assert_true(engine_region_at(heap_layer(replay->heap, replay->last.layer), address, ret_at,
		ret_region));
}

static void add_died(const struct heap *heap, struct text *out)
{
	const struct live *died;
	size_t n = heap_died(heap, &died);

	for (size_t i = 0; i < n; i++)
		text_add(out, " %" PRIu32, died[i].object);
	if (n == 0)
		text_add(out, "nothing");
}

/* The number after the last "object " of the question. */
static uint32_t object_in(const struct exercise *exercise)
{
	const char *at = text_of(&exercise->question), *found = NULL;

	while ((at = strcasestr(at, "object ")))
		found = at += strlen("object ");
	unsigned object = 0;
	assert_true(found && sscanf(found, "%u", &object) == 1);
	return object;
}

/* ---- plain models, which look at the events alone -------------------------------------------- */

#define MODEL_OBJECTS 128u

struct plain {
	uint64_t sizes[MODEL_OBJECTS]; /* of live blocks */
	uint64_t keys[MODEL_OBJECTS], found[MODEL_OBJECTS];
	uint32_t order[MODEL_OBJECTS]; /* of keys, the oldest first */
	size_t kept;
	bool is_there[MODEL_OBJECTS], is_variable[MODEL_OBJECTS], has_risen[MODEL_OBJECTS];
	uint8_t flags[MODEL_OBJECTS];
	unsigned refs[MODEL_OBJECTS][MODEL_OBJECTS]; /* from, to */
};

static unsigned count_of(const struct plain *plain, uint32_t object)
{
	unsigned count = plain->is_variable[object];

	for (uint32_t from = 0; from < MODEL_OBJECTS; from++)
		count += plain->is_there[from] ? plain->refs[from][object] : 0;
	return count;
}

/* What nothing refers to dies, until all that is there is referred to. */
static void let_die(struct plain *plain)
{
	for (bool has_died = true; has_died;) {
		has_died = false;
		for (uint32_t i = 0; i < MODEL_OBJECTS; i++) {
			if (!plain->is_there[i] || count_of(plain, i) > 0)
				continue;
			has_died = true;
			if ((plain->flags[i] & EVENT_RESURRECTS) && !plain->has_risen[i])
				plain->is_variable[i] = plain->has_risen[i] = true;
			else
				plain->is_there[i] = false;
		}
	}
}

static void take_out(struct plain *plain, size_t at)
{
	for (; at + 1 < plain->kept; at++)
		plain->order[at] = plain->order[at + 1];
}

static void plain_lookup(struct plain *plain, const struct event *event, size_t frames, bool by_use,
	bool by_count)
{
	size_t at = 0, victim = 0;

	while (at < plain->kept && plain->order[at] != event->key)
		at++;
	bool is_hit = at < plain->kept;
	if (!is_hit && plain->kept == frames) {
		for (size_t i = 0; by_count && i < plain->kept; i++)
			if (plain->found[plain->order[i]] < plain->found[plain->order[victim]])
				victim = i;
		take_out(plain, victim);
		plain->kept--;
	}
	if (is_hit && by_use) {
		take_out(plain, at);
		plain->order[plain->kept - 1] = (uint32_t)event->key;
	}
	if (!is_hit)
		plain->order[plain->kept++] = (uint32_t)event->key;
	plain->found[event->key] = is_hit ? plain->found[event->key] + 1 : 0;
}

static void plain_apply(struct plain *plain, const struct event *event)
{
	uint32_t object = event->object % MODEL_OBJECTS, other = event->other % MODEL_OBJECTS;

	switch ((int)event->kind) {
	case EVENT_ALLOCATE:
		plain->sizes[object] = event->size;
		break;
	case EVENT_FREE:
		plain->sizes[object] = 0;
		break;
	case EVENT_NEW:
	case EVENT_WEAK:
		plain->is_there[object] = plain->is_variable[object] = true;
		plain->flags[object] = event->flags;
		break;
	case EVENT_REF:
		plain->refs[other][object]++;
		break;
	case EVENT_UNREF:
		plain->is_variable[object] = false;
		break;
	}
}

/* Bytes from the last freed blocks on, when the object is freed as well. */
static void model_rewind(struct plain *plain, const struct event *asked, struct text *out)
{
	uint64_t sizes[MODEL_OBJECTS], back = 0;
	uint32_t last = MODEL_OBJECTS - 1;

	memcpy(sizes, plain->found, sizeof(sizes)); /* as they were taken */
	while (sizes[last] == 0)
		last--;
	plain->sizes[asked->object] = 0;
	for (; last > 0 && plain->sizes[last] == 0; last--)
		back += sizes[last];
	text_add(out, "%" PRIu64, back);
}

static void model_cards(const struct plain *plain, struct text *out)
{
	bool is_kept[MODEL_OBJECTS] = {false};

	for (bool has_more = true; has_more;) {
		has_more = false;
		for (uint32_t i = 1; i <= 6; i++) {
			bool is_root = plain->is_variable[i] || i <= 2;
			for (uint32_t from = 1; from <= 6; from++)
				is_root |= is_kept[from] && plain->refs[from][i];
			has_more |= is_root && !is_kept[i];
			is_kept[i] |= is_root;
		}
	}
	for (uint32_t i = 1; i <= 6; i++)
		if (!is_kept[i])
			text_add(out, " %" PRIu32, i);
	if (out->length == 0)
		text_add(out, "none");
}

static void model_deaths(struct plain *plain, uint32_t dropped, bool says_dead, struct text *out)
{
	bool was_there[MODEL_OBJECTS];

	let_die(plain);
	memcpy(was_there, plain->is_there, sizeof(was_there));
	plain->is_variable[dropped] = false;
	let_die(plain);
	for (uint32_t i = 1; i <= 6; i++)
		if (says_dead ? was_there[i] && !plain->is_there[i] : plain->is_there[i])
			text_add(out, " %" PRIu32, i);
	if (out->length == 0)
		text_add(out, "none");
}

/* false: there is no model for the kind. */
static bool expect_of_model(const struct exercise *exercise, struct text *out)
{
	static struct plain plain;
	const char *name = exercise->kind->name, *question = text_of(&exercise->question);
	struct event event = {.kind = EVENT_NOTE};
	struct trace *trace = NULL;
	struct text all = {0};
	struct error err;
	unsigned frames = 0;
	uint64_t left = 1000;

	plain = (struct plain){.kept = 0};
	sscanf(question, "A cache of %u keys", &frames);
	text_add(&all, "%s%s", text_of(&exercise->trace), text_of(&exercise->asked));
	assert_int_equal(trace_open_memory(&trace, text_of(&all), all.length, "m", 0, &err), 0);
	uint64_t last = trace_length(trace) - 1;
	for (uint64_t i = 0; trace_get(trace, i, &event) && i < last; i++) {
		plain_apply(&plain, &event);
		if (event.kind == EVENT_UNREF)
			let_die(&plain);
		if (event.kind == EVENT_ALLOCATE && strcmp(name, "rewind") == 0)
			plain.found[event.object] = event.size;
		if (event.kind == EVENT_USE && event.other != USE_EVICT && event.other != USE_KEEP)
			plain_lookup(&plain, &event, frames, strstr(question, "LRU"),
				strstr(question, "LFU"));
	}
	trace_close(trace);
	text_finish(&all);
	if (strcmp(name, "rewind") == 0) {
		model_rewind(&plain, &event, out);
	} else if (strcmp(name, "lru") == 0 || strcmp(name, "victim") == 0) {
		uint32_t before[MODEL_OBJECTS];
		size_t n = plain.kept, i = 0;
		memcpy(before, plain.order, sizeof(before));
		plain_lookup(&plain, &event, frames, strstr(question, "LRU"),
			strstr(question, "LFU"));
		while (i + 1 < n && plain.order[i] == before[i])
			i++;
		text_add(out, "%" PRIu32, before[i]);
	} else if (strcmp(name, "growth") == 0) {
		plain_apply(&plain, &event);
		for (size_t i = 0; i < MODEL_OBJECTS; i++)
			left -= plain.sizes[i];
		text_add(out, "%" PRIu64, left);
	} else if (strcmp(name, "finaliser") == 0 || strcmp(name, "weak") == 0) {
		model_deaths(&plain, event.object, strcmp(name, "weak") != 0, out);
	} else if (strcmp(name, "cards") == 0) {
		model_cards(&plain, out);
	} else {
		return false;
	}
	return true;
}

static void expect(const struct exercise *exercise, const struct replay *replay, struct text *out)
{
	const char *name = exercise->kind->name;
	const struct effect *last = &replay->last;
	bool is_placed = last->outcome == OUTCOME_PLACED;
	const struct engine *engine = heap_layer(replay->heap, 0);
	struct region region;
	struct totals totals;
	struct gauge gauge;
	struct live live;
	size_t at;

	if (model_answers(exercise, out) || expect_of_model(exercise, out))
		return;
	if (strstr(name, "-fit") || strcmp(name, "buddy") == 0 || strcmp(name, "ring") == 0 ||
		strcmp(name, "pool") == 0) {
		if (!is_placed) {
			text_add(out, "nowhere");
			return;
		}
		region_of(replay, last->address, &at, &region);
		text_add(out, "%" PRIu64,
			(last->address - region.base) / (strcmp(name, "pool") == 0 ? 32 : 1));
	} else if (strcmp(name, "holes") == 0) {
		engine_totals(engine, &totals);
		text_add(out, "%" PRIu64, totals.free_spans);
	} else if (strcmp(name, "fragmentation") == 0) {
		text_add(out, is_placed ? "Yes." : "No");
	} else if (strcmp(name, "budget") == 0) {
		engine_gauge(engine, &gauge);
		text_add(out, "%" PRIu64, gauge.limit - gauge.spent);
	} else if (strcmp(name, "size-class") == 0) {
		text_add(out, "%" PRIu64, replay->given);
	} else if (strcmp(name, "free-chain") == 0) {
		text_add(out, "%" PRIu64, (last->address % 4096 - 48) / last->given);
	} else if (strcmp(name, "arenas") == 0) {
		text_add(out, last->happened & HAPPENED_ARENA_UNMAPPED ? "a0%u" : "none of them",
			object_in(exercise) / 448);
	} else if (strcmp(name, "tcache") == 0) {
		for (unsigned i = 0; i < 64; i++)
			if (replay->addresses[i] == last->address)
				text_add(out, "object %u", i);
		if (out->length == 0)
			text_add(out, "none");
	} else if (strcmp(name, "promotion") == 0) {
		assert_true(heap_find(replay->heap, object_in(exercise), &live));
		region_of(replay, live.address, &at, &region);
		text_add(out, "The %s space",
			strncmp(region.name, "old", 3) == 0 ? "OLD" : "Survivor");
	} else {
		add_died(replay->heap, out);
	}
}

static void what_the_engine_does_is_the_right_answer(void **state)
{
	unsigned asked = 0, differ = 0;

	for (unsigned round = 0; asked < QUESTIONS; round++)
		for (size_t i = 0; exercise_kind_at(i) && asked < QUESTIONS; i++, asked++) {
			struct exercise exercise;
			struct replay replay = {0};
			struct text right = {0};
			char student[32];
			snprintf(student, sizeof(student), "student %u", round);
			exercise_make(&exercise, exercise_kind_at(i), student);
			play(&replay, &exercise);
			expect(&exercise, &replay, &right);
			if (!exercise_judge(&exercise, text_of(&right)))
				fail_msg("%s of %s: the engine: %s; the exercise: %s\n%s%s%s",
					exercise.kind->name, student, text_of(&right),
					text_of(&exercise.answer), text_of(&exercise.trace),
					text_of(&exercise.asked), text_of(&exercise.question));
			text_add(&right, exercise.kind->form == ANSWER_WORD ? "" : " 1234567");
			differ += !exercise_judge(&exercise, text_of(&right));
			assert_false(exercise_judge(&exercise, "maybe"));
			text_finish(&right);
			heap_free(replay.heap);
			exercise_finish(&exercise);
		}
	assert_true(differ > QUESTIONS * 3 / 4);
}

/* What a budget of 100 bytes has left, for a reader who counts bytes and knows of nothing below. */
static uint64_t left_of_budget(const struct exercise *exercise)
{
	uint64_t left = 100, sizes[64] = {0};
	struct trace *trace = NULL;
	struct text all = {0};
	struct event event;
	struct error err;

	text_add(&all, "%s%s", text_of(&exercise->trace), text_of(&exercise->asked));
	assert_int_equal(trace_open_memory(&trace, text_of(&all), all.length, "budget", 0, &err),
		0);
	for (uint64_t i = 0; trace_get(trace, i, &event); i++) {
		uint64_t *size = &sizes[event.object % 64];
		if (event.kind == EVENT_FREE) {
			left += *size;
			*size = 0;
		} else if (event.size <= left) {
			left -= *size = event.size;
		}
	}
	trace_close(trace);
	text_finish(&all);
	return left;
}

/* The heap below the budget, of which the question says nothing, never refuses a request. */
static void the_budget_alone_decides(void **state)
{
	for (unsigned round = 0; round < 600; round++) {
		struct exercise exercise;
		char student[32], left[32];
		snprintf(student, sizeof(student), "%s%u", round % 2 ? "st" : "student ", round);
		exercise_make(&exercise, exercise_find("budget"), student);
		snprintf(left, sizeof(left), "%" PRIu64, left_of_budget(&exercise));
		if (!exercise_judge(&exercise, left))
			fail_msg("%s: %s left, the exercise: %s\n%s%s", student, left,
				text_of(&exercise.answer), text_of(&exercise.trace),
				text_of(&exercise.asked));
		exercise_finish(&exercise);
	}
}

/* Which hole a request gets decides the holes there are later, also where that is not asked. */
static void a_question_names_the_fit_of_its_heap(void **state)
{
	static const char option[] = "--heap-fit ";
	unsigned named = 0;

	for (size_t i = 0; exercise_kind_at(i); i++) {
		struct exercise exercise;
		char fit[32];
		exercise_make(&exercise, exercise_kind_at(i), "student");
		const char *at = strstr(text_of(&exercise.trace), option);
		if (at) {
			at += strlen(option);
			snprintf(fit, sizeof(fit), "%.*s fit", (int)strcspn(at, " \n"), at);
			if (!strstr(text_of(&exercise.question), fit))
				fail_msg("%s: no %s in: %s", exercise.kind->name, fit,
					text_of(&exercise.question));
			named++;
		}
		exercise_finish(&exercise);
	}
	assert_in_range(named, 6, 20);
}

static void two_students_get_different_exercises(void **state)
{
	for (size_t i = 0; exercise_kind_at(i); i++)
		for (unsigned round = 0; round < 100; round++) {
			struct exercise one, other, again;
			char name[2][32];
			snprintf(name[0], sizeof(name[0]), "student %u", round);
			snprintf(name[1], sizeof(name[1]), "student %u", round + 1);
			exercise_make(&one, exercise_kind_at(i), name[0]);
			exercise_make(&other, exercise_kind_at(i), name[1]);
			exercise_make(&again, exercise_kind_at(i), name[0]);
			bool is_same =
				strcmp(text_of(&one.trace), text_of(&other.trace)) == 0 &&
				strcmp(text_of(&one.asked), text_of(&other.asked)) == 0 &&
				strcmp(text_of(&one.question), text_of(&other.question)) == 0;
			if (is_same)
				fail_msg("%s: %s and %s get the same", one.kind->name, name[0],
					name[1]);
			assert_string_equal(text_of(&one.trace), text_of(&again.trace));
			assert_string_equal(text_of(&one.question), text_of(&again.question));
			exercise_finish(&one);
			exercise_finish(&other);
			exercise_finish(&again);
		}
}

/* The question is where; a ring that is full most of the time would not ask it. */
static void a_ring_places_most_requests(void **state)
{
	unsigned none = 0;

	for (unsigned round = 0; round < 60; round++) {
		struct exercise exercise;
		char name[32];
		snprintf(name, sizeof(name), "s%u", round);
		exercise_make(&exercise, exercise_find("ring"), name);
		none += strcmp(text_of(&exercise.answer), "none") == 0;
		exercise_finish(&exercise);
	}
	assert_in_range(none, 6, 29);
}

/* The miss alone does not show which key goes. The lines after it do; then the new key is in. */
static void a_cache_exercise_goes_on_to_its_victim(void **state)
{
	static const char *const names[] = {"lru", "victim"};

	for (unsigned round = 0; round < 40; round++) {
		struct exercise exercise;
		char name[32], evicts[32];
		snprintf(name, sizeof(name), "s%u", round);
		exercise_make(&exercise, exercise_find(names[round % 2]), name);
		snprintf(evicts, sizeof(evicts), "key=%s\nf ", text_of(&exercise.answer));
		assert_non_null(strstr(text_of(&exercise.after), evicts));
		assert_int_equal(strncmp(text_of(&exercise.after), "use evict ", 10), 0);
		assert_non_null(strstr(text_of(&exercise.after), "use keep "));
		exercise_finish(&exercise);
	}
}

#define STUDENTS 60u

/* Whoever always types the same is mostly wrong. */
static void no_answer_is_right_for_most_students(void **state)
{
	char answers[STUDENTS][64];

	for (size_t i = 0; exercise_kind_at(i); i++)
		for (unsigned student = 0; student < STUDENTS; student++) {
			struct exercise exercise;
			char name[32];
			unsigned same = 1;
			snprintf(name, sizeof(name), "%u", student);
			exercise_make(&exercise, exercise_kind_at(i), name);
			snprintf(answers[student], sizeof(*answers), "%s",
				text_of(&exercise.answer));
			exercise_finish(&exercise);
			for (unsigned other = 0; other < student; other++)
				same += strcmp(answers[other], answers[student]) == 0;
			if (same > STUDENTS * 3 / 5)
				fail_msg("%s: mostly %s", exercise_kind_at(i)->name,
					answers[student]);
		}
}

static void an_answer_may_be_typed_in_several_ways(void **state)
{
	static const struct {
		enum answer_form form;
		const char *answer, *typed;
		bool is_right;
	} cases[] = {
		{ANSWER_NUMBER, "+24", "24", true},
		{ANSWER_NUMBER, "+24", "at +24.", true},
		{ANSWER_NUMBER, "+24", "42", false},
		{ANSWER_NUMBER, "+24", "24 or 42", false},
		{ANSWER_NUMBER, "+24", "none", false},
		{ANSWER_NUMBER, "+24", "", false},
		{ANSWER_NUMBER, "+20480", "+0x5000", true},
		{ANSWER_NUMBER, "20480", "0x5001", false},
		{ANSWER_NUMBER, "20480", "-20480", false},
		{ANSWER_NUMBER, "A01", "1", true},
		{ANSWER_NUMBER, "none", "Nowhere", true},
		{ANSWER_NUMBER, "none", "0", false},
		{ANSWER_LIST, "2, 5", "5 2", true},
		{ANSWER_LIST, "2, 5", "objects 2 and 5", true},
		{ANSWER_LIST, "2, 5", "2 2 5", true},
		{ANSWER_LIST, "2, 5", "2-5", false},
		{ANSWER_LIST, "2, 5", "2", false},
		{ANSWER_LIST, "none", "nothing", true},
		{ANSWER_WORD, "old", "the old generation", true},
		{ANSWER_WORD, "old", "survivor", false},
		{ANSWER_WORD, "no", "NO!", true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct exercise_kind kind = {.name = "case", .form = cases[i].form};
		struct exercise exercise = {.kind = &kind};
		text_add(&exercise.answer, "%s", cases[i].answer);
		if (exercise_judge(&exercise, cases[i].typed) != cases[i].is_right)
			fail_msg("'%s' for '%s'", cases[i].typed, cases[i].answer);
		exercise_finish(&exercise);
	}
}

/* Of these the question itself says what was asked for; the lines of all others are shown. */
static void a_question_tells_its_trace_where_that_is_long(void **state)
{
	static const char *const told[] = {"arenas", "due", "pool-header", "pool-next", "soft",
		"vector-end"};
	size_t found = 0;

	for (size_t i = 0; exercise_kind_at(i); i++) {
		struct exercise exercise;
		bool is_told = false;
		exercise_make(&exercise, exercise_kind_at(i), "student");
		for (size_t j = 0; j < sizeof(told) / sizeof(*told); j++)
			is_told |= strcmp(exercise.kind->name, told[j]) == 0;
		if (exercise.is_long != is_told)
			fail_msg("%s: is its trace shown?", exercise.kind->name);
		found += is_told;
		exercise_finish(&exercise);
	}
	assert_int_equal(found, sizeof(told) / sizeof(*told));
}

/* Each kind belongs to a lesson, and the lessons name no other. */
static void every_exercise_is_in_the_syllabus_once(void **state)
{
	size_t named = 0, kinds = 0;

	for (size_t i = 0; syllabus_step(i); i++)
		for (size_t j = 0; j < 3 && syllabus_step(i)->exercise[j]; j++, named++)
			if (!exercise_find(syllabus_step(i)->exercise[j]))
				fail_msg("%s: no exercise %s", syllabus_step(i)->lesson,
					syllabus_step(i)->exercise[j]);
	while (exercise_kind_at(kinds))
		kinds++;
	assert_int_equal(named, kinds);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_engine_does_is_the_right_answer),
		cmocka_unit_test(the_budget_alone_decides),
		cmocka_unit_test(a_question_names_the_fit_of_its_heap),
		cmocka_unit_test(two_students_get_different_exercises),
		cmocka_unit_test(no_answer_is_right_for_most_students),
		cmocka_unit_test(a_cache_exercise_goes_on_to_its_victim),
		cmocka_unit_test(a_ring_places_most_requests),
		cmocka_unit_test(an_answer_may_be_typed_in_several_ways),
		cmocka_unit_test(a_question_tells_its_trace_where_that_is_long),
		cmocka_unit_test(every_exercise_is_in_the_syllabus_once),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
