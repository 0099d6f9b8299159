/*
 * A user's allocator as an engine: its state and its own description are the same however a
 * position is reached.
 */
#include "base/error.h"
#include "base/options.h"
#include "base/text.h"
#include "engines/plugin.h"
#include "heap/heap.h"
#include "plugin/history.h"
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVENTS  1200u /* more events than between two sleeping copies */
#define EVERY   100u
#define FLATS   8u
#define OBJECTS 60u

/* Blocks of 64 bytes; the block freed last is allocated first. It describes itself. */
static const char stack_of_blocks[] =
	"#include <arenascope/plugin.h>\n"
	"static const struct arenascope_memory *memory;\n"
	"static struct block { struct block *next; } *first;\n"
	"static int init(const struct arenascope_memory *given) { memory = given; return 0; }\n"
	"static void *allocate(size_t size, size_t alignment) {\n"
	"	struct block *block = first;\n"
	"	if (size > 64 || alignment > 64) return 0;\n"
	"	if (!block) return memory->grow(64);\n"
	"	first = block->next;\n"
	"	return block;\n"
	"}\n"
	"static void release(void *payload) {\n"
	"	((struct block *)payload)->next = first;\n"
	"	first = payload;\n"
	"}\n"
	"static void describe(const struct arenascope_show *show) {\n"
	"	show->list(show, \"stack\");\n"
	"	for (struct block *at = first; at; at = at->next) {\n"
	"		show->free(show, at, 64);\n"
	"		show->entry(show, at, 64);\n"
	"	}\n"
	"}\n"
	"const struct arenascope_plugin arenascope_plugin = {\n"
	"	.version = ARENASCOPE_PLUGIN_VERSION, .name = \"stack\",\n"
	"	.init = init, .allocate = allocate, .release = release, .describe = describe };\n";

/* Returns a block 16 bytes larger each time, and exits at the third request. */
static const char short_lived[] = "#include \"mm.h\"\n"
				  "#include \"memlib.h\"\n"
				  "#include <stdlib.h>\n"
				  "static int asked;\n"
				  "int mm_init(void) { return 0; }\n"
				  "void *mm_malloc(size_t size) {\n"
				  "	if (++asked == 3) abort();\n"
				  "	return mem_sbrk((size + 15) / 16 * 16);\n"
				  "}\n"
				  "void mm_free(void *ptr) { }\n";

/* It dies of every request of more than 100 bytes. */
static const char touchy[] = "#include \"mm.h\"\n"
			     "#include \"memlib.h\"\n"
			     "#include <stdlib.h>\n"
			     "int mm_init(void) { return 0; }\n"
			     "void *mm_malloc(size_t size) {\n"
			     "	if (size > 100) abort();\n"
			     "	return mem_sbrk((size + 15) / 16 * 16);\n"
			     "}\n"
			     "void mm_free(void *ptr) { }\n";

/* It has no reallocate(), and serves no request with an alignment. */
static const char unaligned[] =
	"#include <arenascope/plugin.h>\n"
	"static const struct arenascope_memory *memory;\n"
	"static int init(const struct arenascope_memory *given) { memory = given; return 0; }\n"
	"static void *allocate(size_t size, size_t alignment) {\n"
	"	return alignment ? 0 : memory->grow((size + 15) / 16 * 16);\n"
	"}\n"
	"static void release(void *payload) { }\n"
	"const struct arenascope_plugin arenascope_plugin = {\n"
	"	.version = ARENASCOPE_PLUGIN_VERSION, .name = \"unaligned\",\n"
	"	.init = init, .allocate = allocate, .release = release };\n";

/*
 * Blocks one after the other. The third one damages the first; the next one crashes where the
 * program has written byte 5 of the second. So does the first where its alignment is not 64.
 */
static const char spoiler[] =
	"#include <arenascope/plugin.h>\n"
	"static const struct arenascope_memory *memory;\n"
	"static char *blocks[8];\n"
	"static unsigned count;\n"
	"static int init(const struct arenascope_memory *given) { memory = given; return 0; }\n"
	"static void *allocate(size_t size, size_t alignment) {\n"
	"	if (count == 0 && alignment != 64) *(volatile int *)8 = 1;\n"
	"	char *block = memory->grow(64);\n"
	"	if (count == 1) block[5] = 9;\n"
	"	if (count == 2) blocks[0][3] ^= 1, blocks[0][6] ^= 1;\n"
	"	if (count == 3 && blocks[1][5] != 9) *(volatile int *)4 = 1;\n"
	"	return blocks[count++] = block;\n"
	"}\n"
	"static void release(void *payload) { }\n"
	"const struct arenascope_plugin arenascope_plugin = {\n"
	"	.version = ARENASCOPE_PLUGIN_VERSION, .name = \"spoiler\",\n"
	"	.init = init, .allocate = allocate, .release = release };\n";

/* It answers its third request itself, before the runner: a block in new memory, and past it. */
static const char forger[] =
	"#include <arenascope/plugin.h>\n"
	"#include \"plugin/protocol.h\"\n"
	"#include <sys/socket.h>\n"
	"static const struct arenascope_memory *memory;\n"
	"static unsigned count;\n"
	"static int init(const struct arenascope_memory *given) { memory = given; return 0; }\n"
	"static void *allocate(size_t size, size_t alignment) {\n"
	"	struct reply reply = {.kind = REPLY_DONE, .address = TALK_BASE + 136,\n"
	"		.end = TALK_BASE + 192, .held = 192, .is_native = 1};\n"
	"	if (count++ == 2) send(TALK_SOCKET, &reply, sizeof(reply), 0);\n"
	"	return memory->grow(64);\n"
	"}\n"
	"static void release(void *payload) { }\n"
	"const struct arenascope_plugin arenascope_plugin = {\n"
	"	.version = ARENASCOPE_PLUGIN_VERSION, .name = \"forger\",\n"
	"	.init = init, .allocate = allocate, .release = release };\n";

static struct heap *heap_of(const char *source, const char *check)
{
	char path[] = "/tmp/arenascope-test-XXXXXX.c";
	struct options *options = options_new();
	struct heap *heap = NULL;
	struct error err = {0};
	int fd = mkstemps(path, 2);

	assert_true(fd >= 0 && write(fd, source, strlen(source)) == (ssize_t)strlen(source));
	close(fd);
	options_add_table(options, engine_find("lab")->options);
	options_add_table(options, heap_options);
	assert_int_equal(options_set(options, "lab", path, &err), 0);
	assert_int_equal(options_set(options, "check", check, &err), 0);
	if (heap_new(&heap, "lab", options, &err) < 0)
		fail_msg("%s", err.text);
	options_free(options);
	unlink(path);
	return heap;
}

static struct event event_of(char kind, uint32_t object, uint64_t size)
{
	struct event event = {.object = object, .size = size, .text = TEXT_NONE};

	event.kind = kind == 'a' ? EVENT_ALLOCATE : kind == 'f' ? EVENT_FREE : EVENT_REALLOCATE;
	return event;
}

static struct effect apply(struct heap *heap, uint64_t number, char kind, uint32_t object,
	uint64_t size)
{
	struct event event = event_of(kind, object, size);
	struct effect effect;

	heap_apply(heap, number, &event, NULL, &effect);
	return effect;
}

/* The same events each time. */
static void make_events(struct event *events)
{
	struct dice dice;
	bool live[OBJECTS] = {false};

	dice_init(&dice, 7);
	for (unsigned i = 0; i < EVENTS; i++) {
		uint32_t object = (uint32_t)dice_roll(&dice, OBJECTS);
		char kind = !live[object] ? 'a' : dice_roll(&dice, 4) ? 'f' : 'r';
		events[i] = event_of(kind, object, 1 + dice_roll(&dice, 64));
		live[object] = events[i].kind != EVENT_FREE;
	}
}

static bool add_span(const struct span *span, void *user)
{
	static const char signs[] = {[SPAN_USED] = '#',
		[SPAN_FREE] = '.',
		[SPAN_VIRGIN] = ' ',
		[SPAN_HEADER] = 'h',
		[SPAN_WASTE] = 'x'};

	text_add(user, "%c%" PRIu64 "(%" PRIu32 ")", signs[span->state], span->size, span->order);
	return true;
}

static char *drawn(const struct heap *heap)
{
	const struct engine *engine = heap_layer(heap, 0);
	struct text text = {0};

	engine_spans(engine, 0, UINT64_MAX, add_span, &text);
	return text_detach(&text);
}

static void any_way_to_a_position_gives_the_same_state_and_description(void **state)
{
	struct heap *heap = heap_of(stack_of_blocks, "off");
	struct snapshot *snapshots[EVENTS / EVERY] = {NULL};
	char *pictures[EVENTS / EVERY] = {NULL};
	struct flat *flats[FLATS];
	struct event events[EVENTS];
	struct effect effect;
	size_t nflats = heap_flats(heap, flats, FLATS), bytes = 0;

	make_events(events);
	for (unsigned i = 0; i < EVENTS; i++) {
		if (i % EVERY == 0) {
			snapshots[i / EVERY] = snapshot_new(flats, nflats, NULL, &bytes);
			pictures[i / EVERY] = drawn(heap);
		}
		heap_apply(heap, i, &events[i], NULL, &effect);
		assert_null(heap_broken(heap));
	}
	assert_non_null(strchr(pictures[3], '.'));
	for (unsigned at = EVENTS / EVERY; at-- > 0;) {
		snapshot_restore(snapshots[at], flats, nflats);
		char *picture = drawn(heap);
		assert_string_equal(picture, pictures[at]);
		free(picture);
		for (unsigned i = at * EVERY; i < (at + 1) * EVERY; i++)
			heap_apply(heap, i, &events[i], NULL, &effect);
		if (at + 1 < EVENTS / EVERY)
			assert_true(snapshot_matches(snapshots[at + 1], flats, nflats));
	}
	for (unsigned at = 0; at < EVENTS / EVERY; at++) {
		snapshot_free(snapshots[at], &bytes);
		free(pictures[at]);
	}
	heap_free(heap);
}

static void histories_that_part_do_not_mix(void **state)
{
	struct heap *heap = heap_of(stack_of_blocks, "off");
	struct flat *flats[FLATS];
	size_t nflats = heap_flats(heap, flats, FLATS), bytes = 0;

	apply(heap, 0, 'a', 1, 10);
	apply(heap, 1, 'a', 2, 20);
	struct snapshot *snapshot = snapshot_new(flats, nflats, NULL, &bytes);
	uint64_t one = apply(heap, 2, 'a', 3, 30).address;
	assert_int_equal(apply(heap, 3, 'f', 3, 0).outcome, OUTCOME_RELEASED);
	snapshot_restore(snapshot, flats, nflats);
	apply(heap, 2, 'f', 1, 0);
	assert_int_equal(apply(heap, 3, 'a', 4, 40).address, one - 128);
	char *picture = drawn(heap);
	assert_string_equal(picture, "#40(0)x24(0)#20(0)x44(0)");
	free(picture);
	snapshot_free(snapshot, &bytes);
	heap_free(heap);
}

static void it_holds_to_the_contract_of_every_engine(void **state)
{
	struct heap *heap = heap_of(stack_of_blocks, "all");
	struct event events[EVENTS];
	struct effect effect;
	struct error err = {0};

	make_events(events);
	for (unsigned i = 0; i < 300; i++) {
		heap_apply(heap, i, &events[i], NULL, &effect);
		if (heap_broken(heap))
			fail_msg("event %u: %s", i, heap_broken(heap));
	}
	assert_int_equal(heap_check(heap, &err), 0);
	heap_free(heap);
}

static void after_a_crash_requests_fail_and_going_back_brings_it_to_life(void **state)
{
	struct heap *heap = heap_of(short_lived, "off");
	struct flat *flats[FLATS];
	size_t nflats = heap_flats(heap, flats, FLATS), bytes = 0;

	apply(heap, 0, 'a', 1, 10);
	struct snapshot *snapshot = snapshot_new(flats, nflats, NULL, &bytes);
	apply(heap, 1, 'a', 2, 10);
	for (unsigned again = 0; again < 2; again++) {
		struct effect effect = apply(heap, 2, 'a', 3, 10);
		assert_int_equal(effect.fault, FAULT_PLUGIN);
		assert_int_equal(effect.outcome, OUTCOME_NO_ANSWER);
		/* the place follows, where its name can be read */
		assert_ptr_equal(strstr(heap_broken(heap), "mm_malloc(10) aborted (SIGABRT)"),
			heap_broken(heap));
		assert_int_equal(apply(heap, 3, 'f', 1, 0).outcome, OUTCOME_RELEASED);
		assert_null(heap_broken(heap));
		effect = apply(heap, 4, 'a', 4, 10);
		assert_int_equal(effect.fault, FAULT_NO_ANSWER);
		assert_int_equal(effect.outcome, OUTCOME_NO_ANSWER);
		snapshot_restore(snapshot, flats, nflats);
		assert_int_equal(apply(heap, 1, 'a', 2, 10).outcome, OUTCOME_PLACED);
	}
	snapshot_free(snapshot, &bytes);
	heap_free(heap);
}

static void no_memory_was_passed_over_for_an_answer_that_is_forged(void **state)
{
	struct text sources = {0};
	struct spare spare;

	text_add(&sources, "%s/../src", getenv("ARENASCOPE_TESTS"));
	setenv("CPATH", text_of(&sources), 1);
	struct heap *heap = heap_of(forger, "off");
	apply(heap, 0, 'a', 1, 64);
	apply(heap, 1, 'a', 2, 64);
	apply(heap, 2, 'f', 1, 0);
	struct effect effect = apply(heap, 3, 'a', 3, 64);
	assert_int_equal(effect.outcome, OUTCOME_NO_ANSWER);
	assert_string_equal(heap_broken(heap), "the plug-in sent an answer of its own making");
	assert_false(plugin_engine_spare(heap_layer(heap, 0), 3, &spare));
	assert_int_equal(spare.size, 0);
	heap_free(heap);
	unsetenv("CPATH");
	text_finish(&sources);
}

/* "plug-in stack; gaps as it reports; alive yes" */
static void assert_fields(const struct heap *heap, const char *expected)
{
	struct field fields[8];
	struct text text = {0};
	size_t n = engine_fields(heap_layer(heap, 0), 0, fields, sizeof(fields) / sizeof(*fields));

	for (size_t i = 0; i < n; i++)
		text_add(&text, "%s%s %s", i > 0 ? "; " : "", fields[i].name, fields[i].value);
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
}

static void an_allocator_has_its_name_and_lives_until_it_dies(void **state)
{
	static const struct {
		const char *source, *fields;
	} table[] = {
		{stack_of_blocks, "plug-in stack; gaps as it reports; alive yes"},
		{unaligned, "plug-in unaligned; gaps estimated; alive yes"},
		{short_lived, "plug-in malloc lab; gaps estimated; alive yes"},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
		struct heap *heap = heap_of(table[i].source, "off");
		assert_fields(heap, table[i].fields);
		heap_free(heap);
	}
	struct heap *heap = heap_of(short_lived, "off");
	for (unsigned i = 0; i < 3; i++)
		apply(heap, i, 'a', i + 1, 10);
	assert_fields(heap, "plug-in malloc lab; gaps estimated; alive no, died at 2");
	heap_free(heap);
}

static void a_realloc_without_its_function_is_an_ordinary_allocation(void **state)
{
	struct heap *heap = heap_of(unaligned, "off");

	assert_int_equal(apply(heap, 0, 'a', 1, 10).outcome, OUTCOME_PLACED);
	assert_int_equal(apply(heap, 1, 'r', 1, 100).outcome, OUTCOME_PLACED);
	assert_null(heap_broken(heap));
	heap_free(heap);
}

static void a_race_makes_every_request_of_the_history(void **state)
{
	struct heap *heap = heap_of(stack_of_blocks, "off");
	struct plugin_race race;
	struct error err;

	for (uint32_t i = 0; i < 10; i++)
		apply(heap, i, 'a', i, 10);
	for (uint32_t i = 0; i < 10; i++)
		apply(heap, 10 + i, i % 2 ? 'f' : 'r', i, 20);
	assert_int_equal(plugin_engine_race(heap_layer(heap, 0), &race, &err), 0);
	assert_int_equal(race.served, 20);
	heap_free(heap);
}

static struct effect allocate(struct heap *heap, uint64_t number, uint64_t alignment)
{
	struct event event = event_of('a', (uint32_t)number, 20);
	struct effect effect;

	event.alignment = alignment;
	heap_apply(heap, number, &event, NULL, &effect);
	return effect;
}

static void damage_is_known_until_the_block_ends(void **state)
{
	struct heap *heap = heap_of(spoiler, "all");
	struct flat *flats[FLATS];
	size_t nflats = heap_flats(heap, flats, FLATS), bytes = 0;
	const struct engine *engine = heap_layer(heap, 0);
	struct damage damage;

	uint64_t address = allocate(heap, 0, 64).address;
	allocate(heap, 1, 0);
	assert_false(engine_damage(engine, address, &damage));
	struct snapshot *before = snapshot_new(flats, nflats, NULL, &bytes);
	for (unsigned again = 0; again < 2; again++) {
		assert_int_equal(allocate(heap, 2, 0).fault, FAULT_PLUGIN);
		assert_true(engine_damage(engine, address, &damage));
		assert_int_equal(damage.from, address + 3);
		assert_int_equal(damage.to, address + 7);
		assert_int_equal(damage.event, 2);
		assert_false(engine_damage(engine, address + 64, &damage));
		apply(heap, 3, 'f', 0, 0);
		assert_false(engine_damage(engine, address, &damage));
		snapshot_restore(before, flats, nflats);
		assert_false(engine_damage(engine, address, &damage));
	}
	snapshot_free(before, &bytes);
	heap_free(heap);
}

/* A search in slices too short for anything finds the same, also where others came between. */
static void a_cause_is_searched_for_in_slices(void **state)
{
	struct heap *heap = heap_of(spoiler, "off");
	struct flat *flats[FLATS];
	size_t nflats = heap_flats(heap, flats, FLATS), bytes = 0;
	struct text words = {0};

	allocate(heap, 10, 64);
	allocate(heap, 20, 0);
	assert_true(heap_search(heap, 1)); /* nothing is wrong */
	apply(heap, 25, 'f', 10, 0);
	struct snapshot *before = snapshot_new(flats, nflats, NULL, &bytes);
	allocate(heap, 30, 0);
	assert_int_equal(allocate(heap, 40, 0).fault, FAULT_PLUGIN);
	assert_false(heap_search(heap, 0));
	assert_null(heap_cause(heap));
	snapshot_restore(before, flats, nflats);
	allocate(heap, 35, 0);
	assert_int_equal(allocate(heap, 40, 0).fault, FAULT_PLUGIN);
	while (!heap_search(heap, 1))
		assert_null(heap_cause(heap));
	assert_string_equal(heap_cause(heap),
		"why: the program wrote byte 5 of the block that allocate(20) returned at event 20, and the allocator takes it for data of its own");
	heap_explain(heap, &words);
	assert_non_null(strstr(text_of(&words), "; why: the program wrote byte 5"));
	assert_int_equal(apply(heap, 41, 'f', 35, 0).outcome, OUTCOME_RELEASED);
	assert_true(heap_search(heap, 1));
	assert_null(heap_cause(heap));
	text_finish(&words);
	snapshot_free(before, &bytes);
	heap_free(heap);
}

/* Whatever the clock says: that it takes an odd number of nanoseconds is no failure. */
static void all_at_once_is_timed_each_time(void **state)
{
	static const struct plugin_step steps[] = {{PLUGIN_ALLOCATE, 0, 10, 0},
		{PLUGIN_ALLOCATE, 1, 20, 0}, {PLUGIN_RELEASE, 1, 0, 0}};
	struct heap *heap = heap_of(stack_of_blocks, "off");
	struct plugin *plugin = plugin_engine_plugin(heap_layer(heap, 0));
	int file = memfd_create("steps", MFD_CLOEXEC);

	assert_int_equal(write(file, steps, sizeof(steps)), sizeof(steps));
	for (unsigned i = 0; i < 40; i++) {
		struct plugin_grade grade;
		uint64_t nanoseconds;
		assert_true(plugin_time(plugin, file, 3, 2, &grade, &nanoseconds));
		assert_int_equal(grade.served, 3);
		assert_true(nanoseconds > 0 && nanoseconds < UINT64_C(1) << 50);
	}
	close(file);
	heap_free(heap);
}

/* Neither a process nor a file, whether it is asked once or twice, lives, or has died. */
static void nothing_is_left_of_an_allocator(void **state)
{
	static const char *const sources[] = {stack_of_blocks, short_lived};
	static const char *const checks[] = {"off", "answers", "all"};
	size_t before = open_files();

	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++)
		for (size_t j = 0; j < sizeof(checks) / sizeof(*checks); j++) {
			struct heap *heap = heap_of(sources[i], checks[j]);
			for (unsigned n = 0; n < 4; n++)
				apply(heap, n, 'a', n + 1, 10);
			heap_free(heap);
			assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
			assert_int_equal(errno, ECHILD);
			assert_int_equal(open_files(), before);
		}
}

/* Each death is told with its place; the names of places are read once. */
static void many_deaths_leave_nothing(void **state)
{
	size_t before = open_files();
	struct heap *heap = heap_of(touchy, "off");
	struct flat *flats[FLATS];
	size_t nflats = heap_flats(heap, flats, FLATS), bytes = 0;
	struct snapshot *snapshot = snapshot_new(flats, nflats, NULL, &bytes);

	apply(heap, 0, 'a', 1, 101);
	size_t after_one = open_files();
	for (unsigned i = 1; i < 5; i++) {
		snapshot_restore(snapshot, flats, nflats);
		assert_int_equal(apply(heap, 0, 'a', 1, 101 + i).fault, FAULT_PLUGIN);
		assert_non_null(strstr(heap_broken(heap), "aborted (SIGABRT)"));
		assert_int_equal(open_files(), after_one);
	}
	snapshot_free(snapshot, &bytes);
	heap_free(heap);
	assert_int_equal(open_files(), before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_way_to_a_position_gives_the_same_state_and_description),
		cmocka_unit_test(histories_that_part_do_not_mix),
		cmocka_unit_test(it_holds_to_the_contract_of_every_engine),
		cmocka_unit_test(after_a_crash_requests_fail_and_going_back_brings_it_to_life),
		cmocka_unit_test(an_allocator_has_its_name_and_lives_until_it_dies),
		cmocka_unit_test(nothing_is_left_of_an_allocator),
		cmocka_unit_test(many_deaths_leave_nothing),
		cmocka_unit_test(no_memory_was_passed_over_for_an_answer_that_is_forged),
		cmocka_unit_test(a_realloc_without_its_function_is_an_ordinary_allocation),
		cmocka_unit_test(a_race_makes_every_request_of_the_history),
		cmocka_unit_test(damage_is_known_until_the_block_ends),
		cmocka_unit_test(a_cause_is_searched_for_in_slices),
		cmocka_unit_test(all_at_once_is_timed_each_time),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
