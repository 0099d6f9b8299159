/* See exercise.h and maker.h. */
#include "course/exercise.h"

#include "base/error.h"
#include "base/options.h"
#include "course/maker.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define NUMBERS_MAX 64u /* of an answer */

/* ---- making -------------------------------------------------------------------------------- */

/* FNV-1a. */
static uint64_t hash_words(uint64_t hash, const char *words)
{
	for (; *words; words++)
		hash = (hash ^ (unsigned char)*words) * UINT64_C(0x100000001b3);
	return hash;
}

void exercise_make(struct exercise *ret_exercise, const struct exercise_kind *kind,
	const char *student)
{
	uint64_t seed = hash_words(hash_words(UINT64_C(0xcbf29ce484222325), kind->name), student);
	struct maker maker = {.exercise = ret_exercise};

	*ret_exercise = (struct exercise){.kind = kind};
	mersenne_seed(&maker.random, seed);
	kind->make(&maker);
	assert(ret_exercise->question.length > 0 && ret_exercise->answer.length > 0);
	heap_free(maker.heap);
}

void exercise_finish(struct exercise *exercise)
{
	text_finish(&exercise->trace);
	text_finish(&exercise->asked);
	text_finish(&exercise->after);
	text_finish(&exercise->question);
	text_finish(&exercise->answer);
}

uint64_t maker_roll(struct maker *maker, uint64_t from, uint64_t to)
{
	assert(from < to);
	return from + (uint64_t)(mersenne_real(&maker->random) * (double)(to - from));
}

void maker_begin(struct maker *maker, const char *engine, const char *const (*options)[2])
{
	struct options *values = options_new();
	struct error err;
	size_t count;
	const struct engine_ops *const *engines = engine_list(&count);
	int result = 0;

	for (size_t i = 0; i < count; i++)
		options_add_table(values, engines[i]->options);
	options_add_table(values, heap_options);
	text_add(&maker->exercise->trace, "info play --engine %s", engine);
	for (; (*options)[0]; options++) {
		const char *value = *(*options)[1] ? (*options)[1] : NULL; /* a flag has none */
		result |= options_set(values, (*options)[0], value, &err);
		text_add(&maker->exercise->trace, " --%s%s%s", (*options)[0], value ? " " : "",
			(*options)[1]);
	}
	text_add(&maker->exercise->trace, "\n");
	result |= heap_new(&maker->heap, engine, values, &err);
	assert(result == 0);
	options_free(values);
}

static struct effect apply(struct maker *maker, const struct event *event, const char *words,
	struct text *out)
{
	struct effect effect;

	heap_apply(maker->heap, maker->events++, event, NULL, &effect);
	text_put_event(out, &maker->lines, event, words);
	text_put_end(out, &maker->lines);
	return effect;
}

struct effect maker_apply(struct maker *maker, const struct event *event)
{
	return apply(maker, event, NULL, &maker->exercise->trace);
}

struct effect maker_ask(struct maker *maker, const struct event *event)
{
	return apply(maker, event, NULL, &maker->exercise->asked);
}

struct effect maker_apply_or_ask(struct maker *maker, const struct event *event, bool is_last)
{
	return is_last ? maker_ask(maker, event) : maker_apply(maker, event);
}

void maker_go_on(struct maker *maker, const struct event *event)
{
	apply(maker, event, NULL, &maker->exercise->after);
}

void maker_enter(struct maker *maker, const char *method, uint32_t thread, bool is_native)
{
	const struct event event = {.kind = EVENT_ENTER,
		.object = OBJECT_NONE,
		.other = is_native ? FRAME_NATIVE : FRAME_MANAGED,
		.thread = thread,
		.text = TEXT_NONE};

	apply(maker, &event, method, &maker->exercise->trace);
}

struct event maker_allocation(uint32_t object, uint64_t size)
{
	return (struct event){.kind = EVENT_ALLOCATE,
		.object = object,
		.size = size,
		.text = TEXT_NONE};
}

struct event maker_release(uint32_t object)
{
	return (struct event){.kind = EVENT_FREE,
		.object = object,
		.flags = EVENT_SEEN_BEFORE,
		.text = TEXT_NONE};
}

struct effect maker_allocate(struct maker *maker, uint32_t object, uint64_t size)
{
	const struct event event = maker_allocation(object, size);

	return maker_apply(maker, &event);
}

struct effect maker_free(struct maker *maker, uint32_t object)
{
	const struct event event = maker_release(object);

	return maker_apply(maker, &event);
}

struct effect maker_ask_for(struct maker *maker, uint32_t object, uint64_t size)
{
	const struct event event = maker_allocation(object, size);

	return maker_ask(maker, &event);
}

struct effect maker_ask_to_free(struct maker *maker, uint32_t object)
{
	const struct event event = maker_release(object);

	return maker_ask(maker, &event);
}

struct event maker_counted(enum event_kind kind, uint32_t object, uint32_t other)
{
	bool is_new = kind == EVENT_NEW || kind == EVENT_WEAK;

	return (struct event){.kind = (uint8_t)kind,
		.object = object,
		.other = other,
		.size = is_new ? 16 : 0,
		.callback = OBJECT_NONE,
		.flags = (uint8_t)(kind == EVENT_NEW ? EVENT_TRACKED
				   : is_new          ? 0
						     : EVENT_SEEN_BEFORE),
		.text = TEXT_NONE};
}

void maker_apply_counted(struct maker *maker, enum event_kind kind, uint32_t object, uint32_t other)
{
	const struct event event = maker_counted(kind, object, other);

	maker_apply(maker, &event);
}

/* One after the other: of two arguments each compiler draws another one first. */
void maker_refer(struct maker *maker, uint32_t least, uint32_t end)
{
	uint32_t other = (uint32_t)maker_roll(maker, 1, end);
	uint32_t object = (uint32_t)maker_roll(maker, least, end);

	maker_apply_counted(maker, EVENT_REF, object, other);
}

struct event maker_collection(uint32_t generation)
{
	return (struct event){.kind = EVENT_COLLECT,
		.object = OBJECT_NONE,
		.size = generation,
		.text = TEXT_NONE};
}

const char *const maker_java_options[][2] = {{"eden", "256"}, {"survivor", "48"}, {"old", "256"},
	{"metaspace", "64"}, {"tenure", "1"}, {NULL}};

void maker_answer_offset(struct maker *maker, const struct effect *effect)
{
	const struct engine *engine = heap_layer(maker->heap, effect->layer);
	struct region region;
	size_t at;

	if (effect->outcome == OUTCOME_PLACED &&
		engine_region_at(engine, effect->address, &at, &region))
		text_add(&maker->exercise->answer, "+%" PRIu64, effect->address - region.base);
	else
		text_add(&maker->exercise->answer, "none");
}

static int by_value(const void *one, const void *other)
{
	uint64_t a = *(const uint64_t *)one, b = *(const uint64_t *)other;

	return a < b ? -1 : a > b;
}

static void add_list(struct text *out, uint64_t *numbers, size_t n)
{
	qsort(numbers, n, sizeof(*numbers), by_value);
	for (size_t i = 0; i < n; i++)
		text_add(out, "%s%" PRIu64, i ? ", " : "", numbers[i]);
	if (n == 0)
		text_add(out, "none");
}

void maker_answer_died(struct maker *maker)
{
	uint64_t numbers[NUMBERS_MAX];
	const struct live *died;
	size_t n = heap_died(maker->heap, &died);

	assert(n <= NUMBERS_MAX);
	for (size_t i = 0; i < n; i++)
		numbers[i] = died[i].object;
	add_list(&maker->exercise->answer, numbers, n);
}

void maker_answer_object(struct maker *maker, uint32_t object)
{
	struct text *answer = &maker->exercise->answer;

	text_add(answer, "%s%" PRIu32, answer->length ? ", " : "", object);
}

void maker_answer_end(struct maker *maker)
{
	if (maker->exercise->answer.length == 0)
		text_add(&maker->exercise->answer, "none");
}

/* ---- judging ------------------------------------------------------------------------------- */

/*
 * The numbers that the words have, decimal or 0x…; none where there is a "-" before a digit, which
 * is a negative number or a range: no answer has either.
 */
static size_t read_numbers(const char *words, uint64_t *ret_numbers)
{
	size_t n = 0;

	while (*words && n < NUMBERS_MAX) {
		char *end;
		if (*words == '-' && isdigit((unsigned char)words[1]))
			return 0;
		if (!isdigit((unsigned char)*words)) {
			words++;
			continue;
		}
		bool is_hexadecimal = words[0] == '0' && (words[1] == 'x' || words[1] == 'X');
		ret_numbers[n++] = strtoull(words, &end, is_hexadecimal ? 16 : 10);
		words = end;
	}
	return n;
}

/* The first word that is not an article, in lower case. */
static void read_word(const char *words, char *ret_word, size_t size)
{
	size_t length = 0;

	for (;;) {
		while (*words && !isalpha((unsigned char)*words))
			words++;
		length = strspn(words, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
		if (length != 3 || strncasecmp(words, "the", 3) != 0)
			break;
		words += length;
	}
	length = length < size ? length : size - 1;
	for (size_t i = 0; i < length; i++)
		ret_word[i] = (char)tolower((unsigned char)words[i]);
	ret_word[length] = '\0';
}

static bool is_none(const char *word)
{
	static const char *const words[] = {"none", "no", "nothing", "nowhere", "neither", "null",
		"nil"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(word, words[i]) == 0)
			return true;
	return false;
}

/* What the words say, in one way of writing. */
static void read_answer(enum answer_form form, const char *words, struct text *out)
{
	uint64_t numbers[NUMBERS_MAX];
	size_t n = read_numbers(words, numbers), kept = 0;
	char word[32];

	read_word(words, word, sizeof(word));
	if (form == ANSWER_WORD) {
		text_add(out, "%s", word);
		return;
	}
	if (n == 0) {
		text_add(out, "%s", is_none(word) ? "none" : "?");
		return;
	}
	qsort(numbers, n, sizeof(*numbers), by_value);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || numbers[i] != numbers[i - 1])
			numbers[kept++] = numbers[i];
	add_list(out, numbers, form == ANSWER_LIST ? kept : n);
}

/* Whether a word, in lower case, is one of those between which "or" stands. */
static bool is_choice(const char *choices, const char *word)
{
	size_t length = strlen(word);

	for (const char *at = choices; *at && length > 0; at += strcspn(at, " "), at += *at == ' ')
		if (strncmp(at, word, length) == 0 && (at[length] == ' ' || !at[length]))
			return strcmp(word, "or") != 0;
	return false;
}

bool exercise_understands(const struct exercise_kind *kind, const char *typed)
{
	struct text said = {0};

	read_answer(kind->form, typed, &said);
	bool is_answer = kind->form == ANSWER_WORD ? is_choice(kind->expects, text_of(&said))
						   : strcmp(text_of(&said), "?") != 0;
	text_finish(&said);
	return is_answer;
}

bool exercise_judge(const struct exercise *exercise, const char *typed)
{
	struct text said = {0}, right = {0};

	read_answer(exercise->kind->form, typed, &said);
	read_answer(exercise->kind->form, text_of(&exercise->answer), &right);
	bool is_right = strcmp(text_of(&said), text_of(&right)) == 0;
	text_finish(&said);
	text_finish(&right);
	return is_right;
}
