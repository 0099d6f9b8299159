/* The promises of every workload in the table. */
#include "base/error.h"
#include "base/text.h"
#include "trace/trace.h"
#include "workload/workload.h"
#include "trial.h"
#include "support.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zlib.h>

/* What is the first of its kind is no more so later. */
static void assert_said_once(const struct trial *trial, const struct event *said, uint64_t end)
{
	const char *words = trace_text(trial->trace, said->text);
	struct event event;

	assert_true(strlen(words) > 0);
	if (said->kind != EVENT_MARK || strncmp(words, "first ", 6) != 0)
		return;
	for (uint64_t at = 0; at < end && trace_get(trial->trace, at, &event); at++)
		if (event.kind == EVENT_MARK &&
			strcmp(trace_text(trial->trace, event.text), words) == 0)
			fail_msg("\"%s\" twice", words);
}

/* Each block is allocated once, freed once and not used afterwards; each request has a caller. */
static void assert_sound(const struct workload *workload, const struct trial *trial)
{
	uint64_t length = trace_length(trial->trace), live = 0;
	bool *is_live = calloc(length + 1, 1);
	struct event event;

	for (uint64_t at = 0; trace_get(trial->trace, at, &event); at++) {
		if (event.kind == EVENT_NOTE || event.kind == EVENT_MARK) {
			assert_said_once(trial, &event, at);
			continue;
		}
		if (event.kind == EVENT_USE && event.object == OBJECT_NONE) {
			assert_int_equal(event.other, USE_MISS);
			continue;
		}
		assert_true(event.object < length);
		assert_int_equal(is_live[event.object], event.kind != EVENT_ALLOCATE);
		is_live[event.object] = event.kind != EVENT_FREE;
		live += event.kind == EVENT_ALLOCATE;
		live -= event.kind == EVENT_FREE;
		assert_true(strlen(trace_frame_name(trial->trace, event.site, 0)) > 0);
	}
	assert_int_equal(live, 0);
	assert_int_equal(trial->tally.leaked, 0);
	assert_in_range(trial->tally.worked, 1, length - 1);
	assert_true(strncmp(trace_info(trial->trace)->program, "arenascope workload ", 20) == 0);
	assert_non_null(strstr(trace_info(trial->trace)->program, workload->name));
	free(is_live);
}

static void every_workload_gives_back_all_it_asked_for(void **state)
{
	static const char *const nothing[] = {NULL};
	size_t count;
	const struct workload *const *list = workload_list(&count);

	for (size_t i = 0; i < count; i++) {
		struct trial trial;
		trial_init(&trial, list[i], nothing);
		assert_sound(list[i], &trial);
		assert_in_range(trace_length(trial.trace), 20, 20000);
		assert_true(trial.tally.full_entries > 0);
		assert_true(trial.tally.hits <= trial.tally.lookups);
		trial_finish(&trial);
	}
}

static void the_same_seed_gives_the_same_trace_and_another_seed_another(void **state)
{
	static const char *const five[] = {"seed", "5", NULL}, *const six[] = {"seed", "6", NULL};
	size_t count;
	const struct workload *const *list = workload_list(&count);

	for (size_t i = 0; i < count; i++) {
		struct trial one, same, other;
		trial_init(&one, list[i], five);
		trial_init(&same, list[i], five);
		trial_init(&other, list[i], six);
		assert_int_equal(one.length, same.length);
		assert_memory_equal(one.bytes, same.bytes, one.length);
		assert_true(one.length != other.length ||
			    memcmp(one.bytes, other.bytes, one.length) != 0);
		trial_finish(&one);
		trial_finish(&same);
		trial_finish(&other);
	}
}

/* The smallest of everything, and unusual values of options. */
static void odd_options_are_no_trouble(void **state)
{
	static const char *const sets[][24] = {
		{"operations", "1", "capacity", "1", "universe", "1", "owners", "1",
			"collect-every", "1", "length", "1", "vectors", "1", "producers", "1",
			"consumers", "1", "page", "16", NULL},
		{"operations", "300", "capacity", "1", "universe", "3", "owners", "2", "length",
			"1", "element", "8", "growth", "1.5", "through", "region", "sizes", "1",
			"page", "4096", NULL},
		{"operations", "300", "capacity", "1000", "keys", "uniform", "sizes", "1-3000",
			"spread", "mostly-small", "growth", "fixed", "through", "resize",
			"producers", "7", "consumers", "1", NULL},
		{"operations", "300", "zipf", "3", "producers", "1", "consumers", "9", "page",
			"64K", "element", "1000", NULL},
	};
	size_t count;
	const struct workload *const *list = workload_list(&count);

	for (size_t set = 0; set < sizeof(sets) / sizeof(*sets); set++)
		for (size_t i = 0; i < count; i++) {
			struct trial trial;
			trial_init(&trial, list[i], sets[set]);
			assert_sound(list[i], &trial);
			assert_int_equal(trial.tally.operations, set == 0 ? 1 : 300);
			trial_finish(&trial);
		}
}

/* The trace as figures: events of each kind, bytes asked for, who is asked about and who asks. */
static void describe_trace(struct trace *trace, struct text *page)
{
	uint64_t kinds[EVENT_KIND_COUNT] = {0}, bytes = 0, objects = 0, sites = 0, threads = 0;
	unsigned long words = 0;
	struct event event;

	for (uint64_t at = 0; trace_get(trace, at, &event); at++) {
		const char *text = trace_text(trace, event.text);
		kinds[event.kind]++;
		bytes += event.size;
		objects += event.object == OBJECT_NONE ? 1 : at * event.object % 1000003;
		sites += event.site + event.other;
		threads += event.thread;
		words = crc32(words, (const unsigned char *)text, (unsigned)strlen(text));
	}
	for (size_t i = 0; i < EVENT_KIND_COUNT; i++)
		if (kinds[i] > 0)
			text_add(page, " %" PRIu64 " %s", kinds[i],
				event_kind_letter((enum event_kind)i));
	text_add(page, "; bytes %" PRIu64 ", objects %" PRIu64 ", sites %" PRIu64, bytes, objects,
		sites);
	text_add(page, ", threads %" PRIu64 ", words %08lx\n", threads, words);
}

static void describe_totals(const struct run_totals *t, struct text *page)
{
	text_add(page, "  %" PRIu64 " operations, %" PRIu64 " of %" PRIu64 " hits", t->operations,
		t->hits, t->lookups);
	text_add(page, "; %" PRIu64 " entries of %" PRIu64 " bytes", t->entries, t->bytes);
	text_add(page, "; full %" PRIu64 " %" PRIu64 " %" PRIu64, t->full_live, t->full_entries,
		t->full_bytes);
	text_add(page, "; peak %" PRIu64 ", worked %" PRIu64, t->peak_live, t->worked);
	text_add(page, "; %" PRIu64 " collections, pause %" PRIu64 ", walks %" PRIu64 "\n",
		t->collections, t->longest_pause, t->walks);
}

/* But for those whose bytes depend on a library that compresses. */
static void each_workload_does_what_it_did(void **state)
{
	static const char *const sets[][24] = {
		{NULL},
		{"seed", "9", "operations", "1500", "capacity", "23", "universe", "90", NULL},
		{"operations", "400", "capacity", "9", "keys", "uniform", "sizes", "1-3000",
			"spread", "mostly-small", "growth", "fixed", "through", "region",
			"producers", "3", "consumers", "2", "write-as", "objects", NULL},
	};
	struct text page = {0};
	size_t count;
	const struct workload *const *list = workload_list(&count);

	for (size_t i = 0; i < count; i++)
		for (size_t set = 0; set < sizeof(sets) / sizeof(*sets); set++) {
			struct trial trial;
			if (workload_takes(list[i], "page"))
				continue;
			trial_init(&trial, list[i], sets[set]);
			text_add(&page, "%s:", list[i]->name);
			describe_trace(trial.trace, &page);
			describe_totals(&trial.tally, &page);
			trial_finish(&trial);
		}
	assert_golden(text_of(&page), "unit/workload/traces.txt");
	text_finish(&page);
}

/* The values in the table make sense, belong to existing options, and set each option once. */
static void defaults_are_all_there_is_to_take(void **state)
{
	static const char *const nothing[] = {NULL};
	struct options *given = trial_options(nothing);
	size_t count;
	const struct workload *const *list = workload_list(&count);

	for (size_t i = 0; i < count; i++) {
		struct options *settled = workload_settle(list[i], given);
		assert_ptr_equal(workload_find(list[i]->name), list[i]);
		assert_true(workload_takes(list[i], "operations"));
		assert_true(workload_takes(list[i], "seed"));
		assert_int_equal(workload_takes(list[i], "text"), workload_takes(list[i], "page"));
		for (const struct option_spec *spec = workload_options; spec->name; spec++)
			if (workload_takes(list[i], spec->name) &&
				strcmp(spec->name, "text") != 0 && spec->type != OPTION_FLAG)
				assert_non_null(options_text(settled, spec->name));
		options_free(settled);
	}
	assert_null(workload_find("lur"));
	options_free(given);
}

static void wrong_values_are_told_before_anything_is_done(void **state)
{
	static const struct {
		const char *name, *option, *value, *told;
	} cases[] = {
		{"lru", "sizes", "9-3",
			"--sizes: '9-3' is the wrong way round; the smaller size comes first"},
		{"lru", "zipf", "much",
			"--zipf: 'much' is not an exponent such as 1.1 (from 0 to 8)"},
		{"lz4-cache", "text", "/none/at all",
			"--text: /none/at all: No such file or directory"},
		{"zlib-cache", "text", "/dev/null", "--text: /dev/null is empty"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *const words[] = {cases[i].option, cases[i].value, NULL};
		const struct workload *workload = workload_find(cases[i].name);
		struct options *given = trial_options(words),
			       *settled = workload_settle(workload, given);
		struct run_totals tally;
		struct error err = {0};
		int fd = memfd_create("workload", MFD_CLOEXEC);

		assert_int_equal(workload_run(workload, settled, "", NULL, fd, "test", &tally,
					 &err),
			-1);
		assert_string_equal(err.text, cases[i].told);
		assert_int_equal(lseek(fd, 0, SEEK_END), 0);
		options_free(given);
		options_free(settled);
		close(fd);
	}
}

/* "Thread 2 did: a consumer. The block was asked for by thread 1 …" */
static void captions_call_threads_by_their_numbers_in_the_trace(void **state)
{
	static const char *const seeds[] = {"1", "2", "3", "4", "5"};

	for (size_t i = 0; i < sizeof(seeds) / sizeof(*seeds); i++) {
		const char *const words[] = {"seed", seeds[i], "producers", "4", "consumers", "4",
			NULL};
		struct trial trial;
		struct event event, birth = {0};
		unsigned frees, asks;
		uint64_t at = 0;

		trial_init(&trial, workload_find("producer-consumer"), words);
		while (trace_get(trial.trace, at, &event) && event.kind != EVENT_FREE)
			at++;
		for (uint64_t back = 0; back < at; back++) {
			struct event earlier;
			trace_get(trial.trace, back, &earlier);
			if (earlier.kind == EVENT_ALLOCATE && earlier.object == event.object)
				birth = earlier;
		}
		struct event note;
		trace_get(trial.trace, at + 2, &note); /* after the mark */
		int found = sscanf(trace_text(trial.trace, note.text),
			"Thread %u did: a consumer. The block was allocated by thread %u", &frees,
			&asks);
		assert_int_equal(found, 2);
		assert_int_equal(frees, event.thread);
		assert_int_equal(asks, birth.thread);
		trial_finish(&trial);
	}
}

/* Checks the trace each time that the workload waits. */
struct watcher {
	char path[64];
	struct trace *trace;
	unsigned waits, grew;
};

static void watch(void *user)
{
	struct watcher *watcher = user;
	struct error err = {0};
	enum trace_news news = TRACE_AS_BEFORE;

	if (watcher->waits++ == 0)
		assert_int_equal(trace_follow(&watcher->trace, watcher->path, &err), 0);
	else
		assert_int_equal(trace_refresh(watcher->trace, &news, &err), 0);
	assert_true(trace_is_growing(watcher->trace));
	watcher->grew += news == TRACE_GREW;
}

static void what_it_has_done_can_be_read_while_it_waits(void **state)
{
	static const char *const words[] = {"operations", "50", NULL};
	struct options *given = trial_options(words);
	size_t count;
	const struct workload *const *list = workload_list(&count);

	for (size_t i = 0; i < count; i++) {
		struct options *settled = workload_settle(list[i], given);
		struct watcher watcher = {.trace = NULL};
		const struct workload_pace pace = {watch, &watcher};
		struct run_totals tally;
		struct error err = {0};
		struct trial whole;
		enum trace_news news;
		int fd = memfd_create("workload", MFD_CLOEXEC);

		snprintf(watcher.path, sizeof(watcher.path), "/proc/self/fd/%d", fd);
		assert_int_equal(workload_run(list[i], settled, "", &pace, fd, "test", &tally,
					 &err),
			0);
		close(fd);
		assert_int_equal(watcher.waits, 50);
		assert_in_range(watcher.grew, strcmp(list[i]->name, "array-list") == 0 ? 1 : 3, 49);
		while (trace_is_growing(watcher.trace))
			assert_int_equal(trace_refresh(watcher.trace, &news, &err), 0);
		trial_init(&whole, list[i], words);
		assert_int_equal(trace_length(watcher.trace), trace_length(whole.trace));
		trace_close(watcher.trace);
		trial_finish(&whole);
		options_free(settled);
	}
	options_free(given);
}

/* It also frees everything, so that the address sanitizer reports nothing. */
static void one_that_wants_too_much_is_ended(void **state)
{
	static const char *const words[] = {"memory", "10000", "operations", "100000", "length",
		"1000", "capacity", "1000", "producers", "20", NULL};
	size_t count;
	const struct workload *const *list = workload_list(&count);
	struct options *given = trial_options(words);

	for (size_t i = 0; i < count; i++) {
		struct options *settled = workload_settle(list[i], given);
		struct run_totals tally;
		struct error err = {0};
		int fd = memfd_create("workload", MFD_CLOEXEC);

		assert_int_equal(workload_run(list[i], settled, "", NULL, fd, "test", &tally, &err),
			-1);
		assert_non_null(strstr(err.text, " had more than 9.77 KiB after "));
		options_free(settled);
		close(fd);
	}
	options_free(given);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_workload_gives_back_all_it_asked_for),
		cmocka_unit_test(the_same_seed_gives_the_same_trace_and_another_seed_another),
		cmocka_unit_test(odd_options_are_no_trouble),
		cmocka_unit_test(each_workload_does_what_it_did),
		cmocka_unit_test(defaults_are_all_there_is_to_take),
		cmocka_unit_test(wrong_values_are_told_before_anything_is_done),
		cmocka_unit_test(one_that_wants_too_much_is_ended),
		cmocka_unit_test(what_it_has_done_can_be_read_while_it_waits),
		cmocka_unit_test(captions_call_threads_by_their_numbers_in_the_trace),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
