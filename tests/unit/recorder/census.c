/*
 * When a census is taken, of which arenas, and who looks at them: each case in a process of its
 * own, in which all that is below is a stand-in that writes down what it is asked for.
 */
#include "recorder/census.h"

#include "base/text.h"
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#define SECOND UINT64_C(1000000000)

/* ---- what it stands on ----------------------------------------------------------------------- */

static struct world {
	struct wire_head head;
	struct recording recording;
	struct lane lanes[2];
	_Atomic(uint64_t) clock, work;
	bool moves_clock; /* by a second at each look */
	int looks_left;   /* at the clock, until the recording stops; 0: it does not */
	bool has_lock, is_in_handler, is_python_over, has_no_modules, has_no_layout, has_no_room;
	bool is_no_dict;
	uint64_t limit;          /* of the clock, for the census that is taken */
	int modules;             /* calls */
	void (*meanwhile)(void); /* while a census walks the heap */
	struct text log;
	jmp_buf out;
} * world;

static _Thread_local struct lane *lane;

struct recording *recording;
struct confinement confinement;
pthread_key_t own_key;
bool has_own_key;

struct lane *own_lane_find(void)
{
	return lane ? lane : &world->lanes[0];
}

bool frames_has_lock(void)
{
	return world->has_lock;
}

bool nesting_is_in_handler(void)
{
	return world->is_in_handler;
}

void marks_put(const char *name)
{
	text_add(&world->log, "mark: %s\n", name);
}

uint64_t census_clock(void)
{
	if (world->looks_left > 0 && --world->looks_left == 0)
		world->recording.head = NULL;
	return world->clock += world->moves_clock ? SECOND : 0;
}

uint64_t census_work(void)
{
	return world->work;
}

int Py_IsInitialized(void);
int Py_IsInitialized(void)
{
	return !world->is_python_over;
}

void *PyImport_GetModuleDict(void);
void *PyImport_GetModuleDict(void)
{
	world->modules++;
	return world->has_no_modules ? NULL : &world->modules;
}

bool census_objects_begin(struct census_objects *objects, struct census_memory *memory,
	unsigned minor, uint64_t time)
{
	objects->memory = memory;
	world->limit = objects->until_clock;
	text_add(&world->log, "3.%u, %llu ms", minor, (unsigned long long)time / 1000000);
	if (world->has_no_layout)
		text_add(&world->log, ", not known\n");
	return !world->has_no_layout;
}

size_t census_memory_bytes(struct census_memory *memory)
{
	return world->has_no_room ? SIZE_MAX / 4 : 4096;
}

void census_memory_begin(struct census_memory *memory, char *bytes)
{
	text_add(&world->log, ", heap %llu, arenas", (unsigned long long)memory->heap);
	for (uint32_t i = 0; i < memory->arenas; i++)
		text_add(&world->log, " %llu", (unsigned long long)memory->bases[i]);
	bytes[4095] = 1;
}

void census_walk_heap(struct census_memory *memory, uint64_t time)
{
	text_add(&world->log, ", walk");
	world->work += 7;
	if (world->meanwhile)
		world->meanwhile();
}

const struct type_facts *census_object(struct census_objects *objects, uintptr_t object)
{
	static struct type_facts facts;

	assert_int_equal(object, (uintptr_t)&world->modules);
	facts.kind = world->is_no_dict ? KIND_LIST : KIND_DICT;
	return &facts;
}

void census_add_nodes(struct census *census, uintptr_t modules)
{
	assert_int_equal(modules, (uintptr_t)&world->modules);
	/* all of its own arrays are there, side by side */
	memset(census->nodes, 1, CENSUS_NODES * sizeof(*census->nodes));
	memset(census->samples, 2, CENSUS_SAMPLES * sizeof(*census->samples));
	census->queue[0] = census->queue[CENSUS_QUEUE - 1] = 3;
	census->deferred[0] = census->deferred[CENSUS_BLOCKS - 1] = 4;
	assert_int_equal(((const char *)census->nodes)[0], 1);
	assert_int_equal(census->nodes[CENSUS_NODES - 1].depth, 1);
	assert_int_equal(((const char *)census->samples)[0], 2);
	assert_int_equal(((const char *)(census->samples + CENSUS_SAMPLES))[-1], 2);
	assert_int_equal(census->queue[CENSUS_QUEUE - 1], 3);
	assert_int_equal(census->step, 1);
	assert_int_equal(census->large_next, CENSUS_BLOCKS);
	assert_int_equal(census->large_end, CENSUS_BLOCKS);
	text_add(&world->log, ", nodes");
}

void census_follow(struct census *census)
{
	text_add(&world->log, ", follow");
}

void census_put(struct census *census)
{
	text_add(&world->log, ", put\n");
}

/* ---- cases ----------------------------------------------------------------------------------- */

static void world_begin(void)
{
	world = calloc(1, sizeof(*world));
	*world = (struct world){.has_lock = true, .clock = 100 * SECOND};
	world->recording.head = &world->head;
	recording = &world->recording;
	confinement = (struct confinement){0};
	census_begin(4242);
}

/* Everything is wanted now. */
static void look(void)
{
	census_want();
	world->clock += 1000 * SECOND;
	census_look("3.11.2 (main)", false);
}

/* What the case has written, in a process of its own; how it ended, if not by itself. */
static void check(void (*play)(void), const char *expected)
{
	int ends[2], status = 0;
	struct text text = {0};
	char bytes[4096];
	ssize_t n;

	assert_int_equal(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		alarm(60);
		world_begin();
		play();
		const char *log = text_of(&world->log);
		_exit(write(ends[1], log, strlen(log)) < 0);
	}
	close(ends[1]);
	while ((n = read(ends[0], bytes, sizeof(bytes))) > 0)
		text_add(&text, "%.*s", (int)n, bytes);
	close(ends[0]);
	waitpid(child, &status, 0);
	if (status != 0)
		text_add(&text, "ended with %d\n", status);
	assert_text_equal(text_of(&text), expected);
	text_finish(&text);
}

#define CENSUS "3.11, 2000 ms, heap 4242, arenas, walk, nodes, follow, put\n"

static void play_arenas(void)
{
	look();
	for (uintptr_t i = 1; i < 5; i++)
		census_add_arena(i);
	look();
	census_drop_arena(2);
	look();
	census_drop_arena(2); /* not there any more */
	census_drop_arena(4);
	census_drop_arena(3);
	look();
	census_add_arena(7);
	census_add_arena(7);
	census_drop_arena(7); /* one of them */
	look();
}

static void a_census_is_of_the_arenas_that_are_there(void **state)
{
	check(play_arenas,
		CENSUS "3.11, 2000 ms, heap 4242, arenas 1 2 3 4, walk, nodes, follow, put\n"
		       "3.11, 2000 ms, heap 4242, arenas 1 4 3, walk, nodes, follow, put\n"
		       "3.11, 2000 ms, heap 4242, arenas 1, walk, nodes, follow, put\n"
		       "3.11, 2000 ms, heap 4242, arenas 1 7, walk, nodes, follow, put\n");
}

static void play_too_many(void)
{
	for (uintptr_t i = 0; i < ARENA_SLOTS / 2; i++)
		census_add_arena(i);
	for (uintptr_t i = 2; i < ARENA_SLOTS / 2; i++)
		census_drop_arena(ARENA_SLOTS / 2 + 1 - i);
	look();
	for (uintptr_t i = 2; i <= ARENA_SLOTS / 2; i++)
		census_add_arena(i);
	for (uintptr_t i = 2; i <= ARENA_SLOTS / 2; i++)
		census_drop_arena(i);
	look();
}

/* One of them was not known: what it has would be missing, whatever is known by now. */
static void after_too_many_arenas_there_is_no_census(void **state)
{
	check(play_too_many, "3.11, 2000 ms, heap 4242, arenas 0 1, walk, nodes, follow, put\n");
}

static void play_stopped(void)
{
	census_stop();
	look();
}

static void play_without_calls(void)
{
	confinement.has_no_calls = true;
	census_begin(1);
	census_add_arena(5);
	look();
	confinement.has_no_calls = false;
	look(); /* the arena is not known */
}

static void play_without_lock(void)
{
	world->has_lock = false;
	look();
}

static void play_without_modules(void)
{
	world->has_no_modules = true;
	look();
}

static void without_what_it_needs_there_is_no_census(void **state)
{
	check(play_stopped, "");
	check(play_without_calls, "");
	check(play_without_lock, "");
	check(play_without_modules, "");
}

static void play_over(void)
{
	world->is_python_over = true;
	census_look("3.11", true); /* it was never seen */
	world->is_python_over = false;
	look();
	world->is_python_over = true;
	look();
	text_add(&world->log, "last: ");
	census_look("3.11", true);
	text_add(&world->log, "%d times asked\n", world->modules);
}

/* The last one may come where the interpreter says already that it is none. */
static void when_python_is_over_only_the_last_census_is_taken(void **state)
{
	check(play_over, CENSUS "last: 3.11, 6000 ms, heap 4242, arenas, walk, nodes, follow, put\n"
				"1 times asked\n");
}

static void play_versions(void)
{
	static const char *const versions[] = {"3.8.1", "3.13.0rc1", "3.", "2.7.18", "3", "",
		"4.11"};

	for (size_t i = 0; i < sizeof(versions) / sizeof(*versions); i++) {
		census_look(versions[i], true);
		assert_int_equal(errno, 0);
	}
}

static void a_version_is_the_number_after_3(void **state)
{
	check(play_versions, "3.8, 6000 ms, heap 4242, arenas, walk, nodes, follow, put\n"
			     "3.13, 6000 ms, heap 4242, arenas, walk, nodes, follow, put\n"
			     "3.0, 6000 ms, heap 4242, arenas, walk, nodes, follow, put\n"
			     "3.0, 6000 ms, heap 4242, arenas, walk, nodes, follow, put\n"
			     "3.0, 6000 ms, heap 4242, arenas, walk, nodes, follow, put\n"
			     "3.0, 6000 ms, heap 4242, arenas, walk, nodes, follow, put\n"
			     "3.0, 6000 ms, heap 4242, arenas, walk, nodes, follow, put\n");
}

/* ---- when ------------------------------------------------------------------------------------ */

static void look_at(uint64_t nanoseconds)
{
	world->clock = 100 * SECOND + nanoseconds;
	text_add(&world->log, "%llu: ", (unsigned long long)nanoseconds);
	size_t length = strlen(text_of(&world->log));
	census_look("3.11", false);
	if (strlen(text_of(&world->log)) == length)
		text_add(&world->log, "none\n");
}

static void play_marks(void)
{
	look_at(0); /* nothing wants it */
	census_want();
	look_at(1);
	look_at(2); /* it has been taken */
	census_want();
	look_at(70); /* it rests ten times as long as it has worked, 7 */
	look_at(71);
	look_at(72);
	world->head.marks = 1; /* of the collector */
	look_at(140);
	look_at(141);
	look_at(300);
	world->head.marks = 3;
	census_want(); /* both: one is enough */
	look_at(301);
	look_at(600);
}

static void a_census_is_taken_at_a_mark_and_rests_then(void **state)
{
	static const char one[] = CENSUS;
	struct text expected = {0};

	text_add(&expected,
		"0: none\n1: %s2: none\n70: none\n71: %s72: none\n140: none\n141: %s300: none\n"
		"301: %s600: none\n",
		one, one, one, one);
	check(play_marks, text_of(&expected));
	text_finish(&expected);
}

static void play_new_recording(void)
{
	world->head.marks = 3;
	look_at(1);
	census_want();
	census_begin(99); /* what was wanted of the last one is not wanted of this */
	world->head.marks = 0;
	look_at(2);
	world->head.marks = 3; /* as many marks as the last one had at the end */
	look_at(3);
}

static void another_recording_begins_with_nothing(void **state)
{
	check(play_new_recording, "1: " CENSUS "2: none\n"
				  "3: 3.11, 2000 ms, heap 99, arenas, walk, nodes, follow, put\n");
}

static void play_attached(void)
{
	world->head.is_attached = true;
	look();
	census_look("3.11", true);
	world->head.last_census = WIRE_CENSUS_WANTED;
	census_look("3.11", false); /* at once, and it has its time */
	text_add(&world->log, "%d\n", (int)(world->head.last_census == WIRE_CENSUS_TAKEN));
	census_look("3.11", false);
	world->head.last_census = WIRE_CENSUS_BEGUN;
	census_look("3.11", false);
}

static void a_service_waits_less_and_the_collector_is_served_at_once(void **state)
{
	check(play_attached,
		"3.11, 500 ms, heap 4242, arenas, walk, nodes, follow, put\n"
		"3.11, 6000 ms, heap 4242, arenas, walk, nodes, follow, put\n" CENSUS "1\n");
}

static void note_state(void)
{
	text_add(&world->log, " [%d]", (int)(world->head.last_census == WIRE_CENSUS_BEGUN));
	errno = 77;
}

static void play_state(void)
{
	world->meanwhile = note_state;
	world->head.last_census = WIRE_CENSUS_WANTED;
	errno = 5;
	census_look("3.11", false);
	text_add(&world->log, "error %d\n", errno);
}

static void the_collector_sees_that_it_has_begun(void **state)
{
	check(play_state,
		"3.11, 2000 ms, heap 4242, arenas, walk [1], nodes, follow, put\nerror 5\n");
}

static void play_odd(void)
{
	world->is_no_dict = true;
	look();
	world->is_no_dict = false;
	world->has_no_layout = true;
	text_add(&world->log, "\n");
	look();
	world->has_no_layout = false;
	world->has_no_room = true;
	look();
	look(); /* said once */
	world->has_no_room = false;
	look();
}

static void without_room_it_is_said_once_and_with_room_it_is_taken(void **state)
{
	check(play_odd,
		"3.11, 2000 ms, heap 4242, arenas, walk\n"
		"3.11, 2000 ms, not known\n"
		"3.11, 2000 msmark: no census of variables: there is too little memory for it\n"
		"3.11, 2000 ms" CENSUS);
}

/* Kilobytes that the process has mapped. */
static unsigned long mapped(void)
{
	unsigned long pages = 0;
	char words[64] = "";
	int fd = open("/proc/self/statm", O_RDONLY);

	if (read(fd, words, sizeof(words) - 1) > 0)
		pages = strtoul(words, NULL, 10);
	close(fd);
	return pages * 4;
}

static void play_rooms(void)
{
	census_add_arena(1);
	look();
	text_clear(&world->log);
	unsigned long before = mapped();
	for (int i = 0; i < 10; i++)
		census_look("3.11", true);
	text_clear(&world->log);
	text_add(&world->log, "%s", mapped() < before + 1024 ? "as before" : "more");
}

static void a_census_leaves_no_memory_behind(void **state)
{
	check(play_rooms, "as before");
}

/* ---- who looks at arenas --------------------------------------------------------------------- */

static void interrupt(void)
{
	world->meanwhile = NULL;
	world->is_in_handler = true; /* on a stack of its own */
	look();
	census_add_arena(8); /* the same thread: it does not wait for itself */
	text_add(&world->log, " disturbed %d", census_is_disturbed());
	world->is_in_handler = false;
}

static void play_handler(void)
{
	census_add_arena(1);
	world->meanwhile = interrupt;
	look();
	look();
	text_add(&world->log, "disturbed %d\n", census_is_disturbed());
}

static void a_handler_takes_none_within_another(void **state)
{
	check(play_handler,
		"3.11, 2000 ms, heap 4242, arenas 1, walk disturbed 0, nodes, follow, put\n"
		"3.11, 2000 ms, heap 4242, arenas 1 8, walk, nodes, follow, put\n"
		"disturbed 1\n");
}

static void look_within(void)
{
	world->meanwhile = NULL;
	look();
}

static void play_below(void)
{
	world->meanwhile = look_within;
	look();
}

/* A census has its own stack here, below that of the one which comes meanwhile. */
static ucontext_t outer, inner;

static void leave_for_outer(void)
{
	world->meanwhile = NULL;
	swapcontext(&inner, &outer);
}

static void look_in_inner(void)
{
	world->meanwhile = leave_for_outer;
	look();
	swapcontext(&inner, &outer);
}

static void play_on_two_stacks(bool is_in_handler)
{
	static char stack[1 << 20];

	getcontext(&inner);
	inner.uc_stack.ss_sp = stack;
	inner.uc_stack.ss_size = sizeof(stack);
	makecontext(&inner, look_in_inner, 0);
	swapcontext(&outer, &inner);
	assert_true((uintptr_t)__builtin_frame_address(0) > (uintptr_t)stack);
	world->is_in_handler = is_in_handler;
	text_add(&world->log, " meanwhile: ");
	look();
	text_add(&world->log, "disturbed %d", census_is_disturbed());
	if (is_in_handler)
		swapcontext(&outer, &inner);
}

static void play_handler_above(void)
{
	play_on_two_stacks(true);
}

static void play_jump_above(void)
{
	play_on_two_stacks(false);
}

/* Its frame is whole in all three; on a stack of its own a handler may be above it. */
static void what_comes_from_above_is_a_handler_or_has_left_it(void **state)
{
	check(play_below, CENSUS);
	check(play_handler_above,
		"3.11, 2000 ms, heap 4242, arenas, walk meanwhile: disturbed 0, nodes, follow, "
		"put\n");
	check(play_jump_above,
		"3.11, 2000 ms, heap 4242, arenas, walk meanwhile: " CENSUS "disturbed 1");
}

static void jump(void)
{
	world->meanwhile = NULL;
	text_add(&world->log, " jumps\n");
	longjmp(world->out, 1);
}

static void play_jump(void)
{
	world->meanwhile = jump;
	if (setjmp(world->out) == 0)
		look();
	volatile char others[65536]; /* other calls have the place of its frame */
	for (size_t i = 0; i < sizeof(others); i++)
		others[i] = 1;
	look();
	census_add_arena(1);
	look();
}

static void a_census_that_a_jump_has_left_is_over(void **state)
{
	check(play_jump, "3.11, 2000 ms, heap 4242, arenas, walk jumps\n" CENSUS
			 "3.11, 2000 ms, heap 4242, arenas 1, walk, nodes, follow, put\n");
}

static void *drop(void *arena)
{
	lane = &world->lanes[1];
	census_drop_arena((uintptr_t)arena);
	return NULL;
}

static pthread_t other;

static void let_other_drop(void)
{
	world->meanwhile = NULL;
	world->has_lock = false;                       /* of the other thread */
	pthread_create(&other, NULL, drop, (void *)1); /* NOLINT */
	while (!census_is_disturbed())                 /* until it waits */
		sched_yield();
	text_add(&world->log, " disturbed");
}

static void note_disturbance(void)
{
	text_add(&world->log, " disturbed %d", census_is_disturbed());
}

static void join_other(void)
{
	pthread_join(other, NULL);
	text_add(&world->log, "afterwards: ");
	world->has_lock = true;
	world->meanwhile = note_disturbance;
	look();
}

static void play_wait(void)
{
	census_add_arena(1);
	census_add_arena(2);
	world->meanwhile = let_other_drop;
	look();
	join_other();
}

/* The census reads what is there: nothing is given back meanwhile. */
static void giving_an_arena_back_waits_for_the_census(void **state)
{
	check(play_wait,
		"3.11, 2000 ms, heap 4242, arenas 1 2, walk disturbed, nodes, follow, put\n"
		"afterwards: 3.11, 2000 ms, heap 4242, arenas 2, walk disturbed 0, nodes, follow, put\n");
}

static void let_other_wait_too_long(void)
{
	world->meanwhile = NULL;
	world->has_lock = false;
	world->moves_clock = true;
	pthread_create(&other, NULL, drop, (void *)1); /* NOLINT */
	pthread_join(other, NULL);
	world->moves_clock = false;
	text_add(&world->log, " disturbed %d", census_is_disturbed());
	world->has_lock = true;
}

static void play_long_wait(void)
{
	census_add_arena(1);
	census_add_arena(2);
	world->meanwhile = let_other_wait_too_long;
	look();
	look();
	text_add(&world->log, "%llu s\n", (unsigned long long)(world->clock / SECOND));
}

static void no_thread_waits_longer_than_five_seconds(void **state)
{
	check(play_long_wait,
		"3.11, 2000 ms, heap 4242, arenas 1 2, walk disturbed 1, nodes, follow, put\n"
		"3.11, 2000 ms, heap 4242, arenas 2, walk, nodes, follow, put\n"
		"2107 s\n");
}

static void fork_one(void)
{
	world->meanwhile = NULL;
	pid_t child = fork();
	if (child == 0) {
		/* another thread of the child's: the one that took the census is not in it */
		lane = &world->lanes[1];
		world->has_lock = false;
		census_drop_arena(1);
		world->has_lock = true;
		look();
		_exit(!strstr(text_of(&world->log), "arenas 2, walk"));
	}
	int status = 0;
	waitpid(child, &status, 0);
	text_add(&world->log, " child %d", status);
	world->has_lock = true;
}

static void play_fork(void)
{
	census_add_arena(1);
	census_add_arena(2);
	world->meanwhile = fork_one;
	look();
}

static void a_child_does_not_wait_for_a_thread_that_it_has_not(void **state)
{
	check(play_fork,
		"3.11, 2000 ms, heap 4242, arenas 1 2, walk child 0, nodes, follow, put\n");
}

static void hold_lock(void)
{
	world->meanwhile = NULL;
	/* a thread that has the interpreter's lock: the census that had it is gone */
	pthread_create(&other, NULL, drop, (void *)1); /* NOLINT */
	pthread_join(other, NULL);
	text_add(&world->log, " disturbed %d", census_is_disturbed());
}

static void play_lock(void)
{
	census_add_arena(1);
	census_add_arena(2);
	world->meanwhile = hold_lock;
	look();
	look();
}

static void a_thread_with_the_lock_does_not_wait_for_a_census(void **state)
{
	check(play_lock,
		"3.11, 2000 ms, heap 4242, arenas 1 2, walk disturbed 1, nodes, follow, put\n"
		"3.11, 2000 ms, heap 4242, arenas 2, walk, nodes, follow, put\n");
}

static void stop_meanwhile(void)
{
	text_add(&world->log, " %d", census_is_disturbed());
	world->recording.head = NULL;
	text_add(&world->log, "%d", census_is_disturbed());
}

static void play_stops(void)
{
	world->meanwhile = stop_meanwhile;
	world->head.last_census = WIRE_CENSUS_WANTED;
	census_look("3.11", false);
	text_add(&world->log, "%d", (int)(world->head.last_census == WIRE_CENSUS_BEGUN));
}

/* A child has no recording; nor has a program whose collector is gone. */
static void a_recording_that_stops_disturbs_the_census(void **state)
{
	check(play_stops, "3.11, 2000 ms, heap 4242, arenas, walk 01, nodes, follow, put\n1");
}

static void play_stop_before(void)
{
	census_want();
	world->looks_left = 2; /* the first is whether it is wanted */
	census_look("3.11", false);
	text_add(&world->log, "%s\n", world->recording.head ? "recorded" : "stopped");
}

static void play_stopped_before(void)
{
	world->recording.head = NULL;
	census_want();
	census_look("3.11", false);
	text_add(&world->log, "last: ");
	census_look("3.11", true);
}

/* A thread may wait for another one before it takes a census. */
static void a_recording_may_stop_before_the_census_begins(void **state)
{
	check(play_stop_before, CENSUS "stopped\n");
	check(play_stopped_before,
		"last: 3.11, 6000 ms, heap 4242, arenas, walk, nodes, follow, put\n");
}

static void note_limit(void)
{
	text_add(&world->log, " until %llu ms",
		(unsigned long long)((world->limit - world->clock) / 1000000));
}

static void play_clock_of_service(void)
{
	world->meanwhile = note_limit;
	world->head.is_attached = true;
	look();
	text_add(&world->log, "%u, longest %llu s\n", world->head.censuses,
		(unsigned long long)(world->head.longest_stop / SECOND));
	world->meanwhile = NULL;
	world->moves_clock = true;
	look();
	look();
	text_add(&world->log, "%u, longest %llu s\n", world->head.censuses,
		(unsigned long long)(world->head.longest_stop / SECOND));
}

/* However busy the processors are: a second of the clock. */
static void how_long_a_service_waits_is_limited_and_noted(void **state)
{
	static const char one[] = "3.11, 500 ms, heap 4242, arenas, walk, nodes, follow, put\n";
	struct text expected = {0};

	text_add(&expected,
		"3.11, 500 ms, heap 4242, arenas, walk until 1000 ms, nodes, follow, put\n"
		"1, longest 0 s\n%s%s3, longest 1 s\n",
		one, one);
	check(play_clock_of_service, text_of(&expected));
	text_finish(&expected);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_census_is_of_the_arenas_that_are_there),
		cmocka_unit_test(after_too_many_arenas_there_is_no_census),
		cmocka_unit_test(without_what_it_needs_there_is_no_census),
		cmocka_unit_test(when_python_is_over_only_the_last_census_is_taken),
		cmocka_unit_test(a_version_is_the_number_after_3),
		cmocka_unit_test(a_census_is_taken_at_a_mark_and_rests_then),
		cmocka_unit_test(another_recording_begins_with_nothing),
		cmocka_unit_test(a_service_waits_less_and_the_collector_is_served_at_once),
		cmocka_unit_test(the_collector_sees_that_it_has_begun),
		cmocka_unit_test(without_room_it_is_said_once_and_with_room_it_is_taken),
		cmocka_unit_test(a_census_leaves_no_memory_behind),
		cmocka_unit_test(a_handler_takes_none_within_another),
		cmocka_unit_test(what_comes_from_above_is_a_handler_or_has_left_it),
		cmocka_unit_test(a_census_that_a_jump_has_left_is_over),
		cmocka_unit_test(giving_an_arena_back_waits_for_the_census),
		cmocka_unit_test(no_thread_waits_longer_than_five_seconds),
		cmocka_unit_test(a_child_does_not_wait_for_a_thread_that_it_has_not),
		cmocka_unit_test(a_thread_with_the_lock_does_not_wait_for_a_census),
		cmocka_unit_test(a_recording_that_stops_disturbs_the_census),
		cmocka_unit_test(a_recording_may_stop_before_the_census_begins),
		cmocka_unit_test(how_long_a_service_waits_is_limited_and_noted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
