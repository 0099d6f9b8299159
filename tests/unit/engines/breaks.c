/*
 * A broken figure is noticed: one bit of one word of a sound state is changed, in every array of
 * the heap, its objects, the address space and the engines, and heap_check() must report it or, in
 * a debug build, one of the asserts on its way. Each child of the test tries one array, and after
 * an assert another child continues.
 */
#include "base/error.h"
#include "setups.h"
#include "support.h"

#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define EVENTS          400u
#define OBJECTS         60u
#define FLATS_MAX       8u
#define BREAKS_MAX      160u /* most breaks of one array */
#define BREAKS_MAX_WIDE 640u /* where elements are wide */
#define SECONDS         5u   /* a check that takes longer is in an endless loop */

#define WORD 4u /* bytes */

enum notice { NOTICE_DIED, NOTICE_NONE, NOTICE_SAID };

/* One word of one element. */
struct site {
	size_t element;
	size_t word;
};

/*
 * The elements are spread over the array, so that every word of an element is tried; the last one
 * is among them.
 */
static size_t choose_sites(const struct flat_array *array, struct site *ret_sites)
{
	size_t words = (array->width + WORD - 1) / WORD, n = 0;
	size_t elements = array->count < BREAKS_MAX / words ? array->count : BREAKS_MAX / words;

	if (elements < 2 && array->count > 0) { /* wide ones take turns, word by word */
		assert_true(words <= BREAKS_MAX_WIDE);
		for (size_t word = 0; word < words; word++)
			ret_sites[n++] = (struct site){word % array->count, word};
		return n;
	}
	for (size_t i = 0; i < elements; i++)
		for (size_t word = 0; word < words; word++)
			ret_sites[n++] = (struct site){i * array->count / elements, word};
	if (elements < array->count)
		for (size_t word = 0; word < words; word++)
			ret_sites[n++] = (struct site){array->count - 1, word};
	return n;
}

static void try_from(const struct heap *heap, const struct flat_array *array,
	const struct site *sites, size_t n, volatile uint8_t *notices, volatile size_t *at)
{
	int null = open("/dev/null", O_WRONLY);

	dup2(null, STDERR_FILENO);
	/* removes the handlers of cmocka */
	for (int signal_number = 1; signal_number < 32; signal_number++)
		signal(signal_number, SIG_DFL);
	for (; *at < n; ++*at) {
		const struct site *site = &sites[*at];
		unsigned char *word = (unsigned char *)array->data + site->element * array->width +
				      site->word * WORD;
		struct error err;
		alarm(SECONDS);
		*word ^= 1;
		notices[*at] = heap_check(heap, &err) < 0 ? NOTICE_SAID : NOTICE_NONE;
		*word ^= 1;
	}
	_exit(0);
}

/*
 * Words that no other word determines: figures of the past, settings, remains of things that are
 * gone, and bits that only choose among sound states.
 */
static const struct free_word {
	const char *owner; /* "heap", "objects", "space", or an engine */
	size_t array, width;
	uint64_t words; /* one bit per word; words from 63 on share the last bit */
	const char *reason;
	bool is_sometimes; /* free only in some elements: those not in use */
} free_words[] = {
#define W(word) (UINT64_C(1) << (word))
	{"heap", 0, 640, W(10) | W(11), "changes so far"},
	{"heap", 1, 48, W(4), "what was asked for of a mapping, which is in pages", true},
	{"heap", 1, 48, W(8) | W(9) | W(10) | W(11), "events in the past: born, moved"},
	{"heap", 7, 8, W(0), "the thread of a stack without frames", true},
	{"heap", 8, 32, W(1) | W(6) | W(7), "what a frame is called, and how far it is"},
	{"heap", 9, 12, W(0), "the object that a variable refers to, one of those there are", true},
	{"heap", 11, 32, UINT64_MAX, "pointers to what is gone"},
	{"heap", 12, 8, W(0) | W(1), "how many of those there were"},
	{"heap", 13, 112, ~(W(18) | W(24) | W(25) | W(26)), "what happened in a cache so far"},
	{"heap", 14, 32, W(0) | W(1) | W(2) | W(3) | W(7), "keys, hits so far"},
	{"heap", 14, 32, W(4), "object 0, which has the hash of object 1", true},
	{"objects", 0, 136,
		W(1) | W(2) | W(3) | W(4) | W(5) | W(6) | W(7) | W(8) | W(13) | W(14) | W(15) |
			W(16) | W(17) | W(18) | W(19) | W(27) | W(28),
		"the collector's settings and counts of the past; padding"},
	{"objects", 1, 104, W(7) | W(8) | W(10) | W(11) | W(17) | W(18) | W(22),
		"what the last collection left, callbacks, and serials"},
	{"objects", 1, 104, W(16), "an owner of a callback, who may be gone", true},
	{"objects", 3, 32, W(4), "serials of the past, in order"},
	{"objects", 5, 28, W(1) | W(2) | W(3) | W(4), "what a finaliser will do, and with whom"},
	{"objects", 5, 28, W(0), "the same: one of the objects there are", true},
	{"space", 0, 56, W(0) | W(1) | W(4) | W(5),
		"the break, and what has no memory: engines know"},
	{"space", 2, 64, W(12), "whether a mapping may become part of a larger one"},
	{"space", 5, 16, W(0) | W(1) | W(2) | W(3), "what a trace said is expected"},
	{"buddy", 2, 16, W(0) | W(1), "links of units that are not in a list", true},
	{"generational", 0, 224, W(51) | W(52) | W(53) | W(54) | W(55), "collections so far"},
	{"generational", 1, 24, W(4), "the object of a block, which the heap knows"},
	{"generational", 2, 24, W(4) | W(5), "the same; how often it survived"},
	{"generational", 3, 24, W(4) | W(5), "the same"},
	{"generational", 4, 24, W(4) | W(5), "the same"},
	{"generational", 5, 24, W(4) | W(5), "the same"},
	{"generational", 6, 1, W(0), "a card may be dirty without need"},
	{"glibc", 0, 176, W(10) | W(11) | W(12) | W(13) | W(14) | W(16) | W(17) | W(23) | W(25),
		"counts of the past, a wrong one of the library's; which arena has the next turn; padding"},
	{"glibc", 1, 904, W(3) | W(6) | W(7) | W(32) | W(33) | W(34),
		"the most so far, the last remainder, bits that may be stale"},
	{"glibc", 4, 8, W(0) | W(1), "a unit that has neither a header nor a link", true},
	{"glibc", 10, 2320, W(63), "a unit that has neither a header nor a link", true},
	{"glibc", 11, 40, W(6), "the number of a map, one of those given", true},
	{"heap engine", 0, 32, W(6) | W(7), "where the next search begins"},
	{"heap engine", 1, 8, W(0) | W(1), "seams, some of them gone"},
	{"heap engine", 2, 96, W(22) | W(23), "padding"},
	{"heap engine", 5, 56, W(0) | W(1) | W(2) | W(3) | W(4) | W(5) | W(7),
		"ties to come, where the next search starts, the seed"},
	{"heap engine", 6, 48, W(6), "a tie: in order all the same"},
	{"heap engine", 6, 48, W(4), "the size that a late hole had when it was sorted", true},
	{"heap engine", 8, 520, UINT64_C(0x5555555555555554) | W(63),
		"which hole of a size is the first"},
	{"heap engine", 8, 48, W(0) | W(3), "slots to come, where the next search starts"},
	{"heap engine", 9, 24, W(3), "a priority: in order all the same"},
	{"pool", 0, 32, W(7), "padding"},
	{"pool", 4, 4, W(0), "the sum before the first block"},
	{"pymalloc", 0, 1856, W(8) | W(9) | W(63), "the high water mark; the last words"},
	{"pymalloc", 1, 56, W(6) | W(13), "the number of an arena, and where it came from"},
	{"pymalloc", 1, 56, UINT64_MAX & ~(W(6) | W(13)),
		"a slot without an arena keeps what it had", true},
	{"pymalloc", 2, 32, UINT64_MAX, "a pool of such a slot, or not carved yet", true},
	{"pymalloc", 3, 2, W(0), "links of such a pool", true},
	{"recorded", 0, 88, W(16), "the most regions so far"},
	{"recorded-arenas", 0, 1056, W(0) | W(1) | W(2) | W(3), "arenas so far"},
	{"recorded-arenas", 1, 32, W(0) | W(1) | W(4), "where a trace had an arena, its number"},
	{"recorded-arenas", 1, 32, W(7), "whether an arena that has blocks is to go", true},
	{"recorded-arenas", 2, 144, W(0) | W(2), "of a pool without blocks: which it had", true},
	{"recorded", 1, 24, W(4), "the number of a region, one of those given"},
	{"recorded", 2, 96, W(8) | W(9) | W(22) | W(23), "the end of the address space; padding"},
	{"region", 1, 48, W(3), "the size of the last chunk, which the heap knows", true},
	{"region", 0, 24, W(2) | W(3) | W(4) | W(5), "chunks so far, and the most"},
	{"spaces", 0, 40, W(6) | W(7) | W(8) | W(9), "spaces so far, and the most"},
	{"spaces", 1, 40, W(1) | W(7) | W(8),
		"where it lies and what it took: the heap knows; which space it is", true},
#undef W
};

#define FREE_WORDS (sizeof(free_words) / sizeof(*free_words))

/* The bit of a word in free_words[].words. */
static uint64_t bit_of(size_t word)
{
	return UINT64_C(1) << (word < 63 ? word : 63);
}

/* The index in free_words[]; -1: none. */
static int find_free_word(const char *owner, size_t array, size_t width, size_t word)
{
	for (size_t i = 0; i < FREE_WORDS; i++) {
		const struct free_word *free = &free_words[i];
		if (strcmp(free->owner, owner) == 0 && free->array == array &&
			free->width == width && (free->words & bit_of(word)))
			return (int)i;
	}
	return -1;
}

/* The owner of the flat of that number in heap_flats(). */
static const char *owner_of(const struct heap *heap, size_t flat)
{
	static const char *const first[] = {"heap", "objects", "space"};

	if (flat < 3)
		return first[flat];
	const char *engine = heap_layer(heap, flat - 3)->ops->name;
	return strcmp(engine, "heap") == 0 ? "heap engine" : engine;
}

/*
 * Tries every break of the array, each of which must be reported, in words or by an assert; returns
 * their number. Free words whose break is noticed anyway get their bit set in noticed[].
 */
static size_t try_array(const struct heap *heap, const struct flat_array *array, const char *owner,
	size_t number, uint64_t *noticed)
{
	size_t size = sizeof(size_t) + BREAKS_MAX_WIDE;
	struct site sites[BREAKS_MAX_WIDE];
	size_t n = choose_sites(array, sites);
	void *shared = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	volatile size_t *at = shared;
	volatile uint8_t *notices = (uint8_t *)shared + sizeof(size_t);
	assert_true(shared != MAP_FAILED);

	while (*at < n) {
		int status;
		pid_t child = fork();
		if (child == 0)
			try_from(heap, array, sites, n, notices, at);
		assert_int_equal(waitpid(child, &status, 0), child);
		if (*at == n)
			break;
		if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT)
			fail_msg(
				"%s, array %zu, element %zu, word %zu: the check ends with status %d",
				owner, number, sites[*at].element, sites[*at].word, status);
		++*at;
	}
	for (size_t i = 0; i < n; i++) {
		int free = find_free_word(owner, number, array->width, sites[i].word);
		if (notices[i] == NOTICE_NONE && free < 0)
			fail_msg(
				"%s, array %zu of width %zu, element %zu of %zu, word %zu: unnoticed",
				owner, number, array->width, sites[i].element, array->count,
				sites[i].word);
		if (notices[i] != NOTICE_NONE && free >= 0)
			noticed[free] |= bit_of(sites[i].word);
	}
	munmap(shared, size);
	return n;
}

static void a_changed_figure_is_noticed(void **state)
{
	uint64_t noticed[FREE_WORDS] = {0};

#ifdef NDEBUG
	skip(); /* asserts are half of those that notice */
#endif
	for (size_t i = 0; i < SETUPS; i++) {
		struct heap *heap = heap_for(&setups[i]);
		struct flat *flats[FLATS_MAX];
		struct dice dice;
		size_t tried = 0;

		dice_init(&dice, 5 + i);
		for (unsigned at = 0; at < EVENTS; at++) {
			struct event event = random_event_for(&setups[i], &dice, OBJECTS);
			struct effect effect;
			heap_apply(heap, at, &event, NULL, &effect);
		}
		size_t nflats = heap_flats(heap, flats, FLATS_MAX);
		for (size_t f = 0; f < nflats; f++)
			for (size_t a = 0; a < flats[f]->narrays; a++)
				tried += try_array(heap, flats[f]->arrays[a], owner_of(heap, f), a,
					noticed);
		assert_true(tried > 500);
		heap_free(heap);
	}
	for (size_t i = 0; i < FREE_WORDS; i++) {
		size_t words = (free_words[i].width + WORD - 1) / WORD;
		uint64_t all = words < 64 ? bit_of(words) - 1 : UINT64_MAX;
		if (free_words[i].is_sometimes && (~noticed[i] & free_words[i].words & all))
			fail_msg("%s, array %zu: words 0x%" PRIx64 " are never noticed",
				free_words[i].owner, free_words[i].array,
				~noticed[i] & free_words[i].words & all);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_changed_figure_is_noticed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
