/* Terms of the field, as the texts write them, and the command that shows each. */
#include "story/concepts.h"

#include "support.h"

#include <stdio.h>
#include <string.h>

static const struct {
	const char *term, *command;
} terms[] = {
	/* CPython's obmalloc */
	{"arena", "arena-growth"},
	{"pool header", "pool-life"},
	{"size class", "size-classes"},
	{"freeblock", "free-chain"},
	{"nextoffset", "free-chain"},
	{"usedpools", "pool-life"},
	{"usable_arenas", "demo"},
	{"nfreepools", "demo"},
	{"freepools", "pool-life"},
	{"address_in_range", "address-in-range"},
	{"POOL_ADDR", "address-in-range"},
	{"arenaindex", "address-in-range"},
	{"domains", "domains"},
	{"PyMem_RawMalloc", "domains"},
	{"realloc", "realloc"},
	{"_debugmallocstats", "stats --debugmallocstats"},
	/* objects */
	{"reference counting", "cycle"},
	{"refcount", "cycle"},
	{"reference cycle", "cycle"},
	{"gc_refs", "cycle"},
	{"generations", "generations"},
	{"threshold", "generations"},
	{"gc.disable", "gc-disable"},
	{"weak reference", "weak-cache"},
	{"weakref", "weak-cache"},
	{"finalizer", "finalisers"},
	{"__del__", "finalisers"},
	{"resurrection", "finalisers"},
	/* allocators of one's own */
	{"budget", "budget"},
	{"capacity", "budget"},
	{"free list", "best-fit"},
	{"exhaustion", "pool"},
	{"double free", "mistakes"},
	{"use after free", "dangling-pointer"},
	{"memory leak", "mistakes"},
	{"arena allocator", "region"},
	{"bump pointer", "region"},
	{"circular buffer", "ring"},
	{"push_back", "vector-doubling"},
	{"amortised", "vector-doubling"},
	{"amortized", "vector-doubling"},
	{"std::allocator", "containers"},
	/* Java */
	{"heap and metaspace", "java-areas"},
	{"program counter", "java-areas"},
	{"native stack", "java-areas"},
	{"Eden", "generational-heap"},
	{"survivor space", "generational-heap"},
	{"promotion", "generational-heap"},
	{"tenuring", "generational-heap"},
	{"mark and compact", "generational-heap"},
	{"stop the world", "generational-heap"},
	{"write barrier", "card-table"},
	{"remembered set", "card-table"},
	{"soft reference", "soft-references"},
	/* free space, the C library, the malloc lab */
	{"splitting", "first-fit"},
	{"coalescing", "first-fit"},
	{"first fit", "first-fit"},
	{"best fit", "best-fit"},
	{"worst fit", "best-fit"},
	{"next fit", "next-fit"},
	{"roving pointer", "next-fit"},
	{"buddy", "buddy"},
	{"slab", "pool"},
	{"segregated", "fast-bins"},
	{"implicit list", "best-fit"},
	{"explicit free list", "free-list-order"},
	{"internal fragmentation", "buddy"},
	{"external fragmentation", "external-fragmentation"},
	{"boundary tag", "boundary-tags"},
	{"prev_size", "boundary-tags"},
	{"PREV_INUSE", "boundary-tags"},
	{"footer", "boundary-tags"},
	{"thread arena", "thread-arenas"},
	{"lock contention", "thread-arenas"},
	{"tcache", "tcache"},
	{"fastbin", "fast-bins"},
	{"unsorted", "fast-bins"},
	{"sbrk", "one-block-on-top"},
	{"trim", "one-block-on-top"},
	{"wilderness", "one-block-on-top"},
	{"mmap threshold", "mmap-threshold"},
	{"utilization", "stats"},
	{"throughput", "stats"},
	{"mark-and-sweep", "generational-heap"},
	/* caches */
	{"LRU", "lru-cache"},
	{"FIFO", "cache-policies"},
	{"second chance", "cache-policies"},
	{"Belady", "cache-policies"},
	{"eviction", "lru-cache"},
	{"cache line", "workload array-list"},
	{"locality", "workload array-list"},
	{"compression", "workload zlib-cache"},
	{NULL, NULL},
};

static bool leads_to(const char *term, const char *command)
{
	struct concept_search search;

	concept_search(&search, term);
	for (size_t i = 0; i < search.count && !search.is_near; i++)
		if (strstr(search.found[i]->command, command))
			return true;
	return false;
}

static void terms_of_the_field_lead_to_what_shows_them(void **state)
{
	unsigned bad = 0;

	for (size_t i = 0; terms[i].term; i++)
		if (!leads_to(terms[i].term, terms[i].command)) {
			print_message("'%s' does not lead to '%s'\n", terms[i].term,
				terms[i].command);
			bad++;
		}
	assert_int_equal(bad, 0);
}

/* Words of the texts, and of those who have read them, and what is shown first. */
static const struct {
	const char *words, *command;
} first[] = {
	{"PermGen", "java-areas"},
	{"class loader", "java-areas"},
	{"stack and heap", "java-areas"},
	{"virtual memory", "play TRACE"},
	{"TLAB", "generational-heap"},
	{"from space", "generational-heap"},
	{"full gc", "generational-heap"},
	{"card marking", "card-table"},
	{"phantom reference", "soft-references"},
	{"WeakHashMap", "weak-cache"},
	{"garbage collector", "cycle"},
	{"circular references", "cycle"},
	{"Py_INCREF", "cycle"},
	{"gc.get_threshold", "generations"},
	{"incremental collection", "increments"},
	{"obmalloc", "pool-life"},
	{"memory pools", "pool"},
	{"radix tree", "address-in-range"},
	{"GIL", "domains"},
	{"tcache_perthread_struct", "tcache"},
	{"per-thread caches", "tcache"},
	{"smallbin", "large-bins"},
	{"malloc_consolidate", "fast-bins"},
	{"brk", "one-block-on-top"},
	{"RSS does not shrink", "one-block-on-top"},
	{"madvise", "one-block-on-top"},
	{"mallopt", "mmap-threshold"},
	{"NON_MAIN_ARENA", "thread-arenas"},
	{"mutex", "thread-arenas"},
	{"memory leak", "mistakes"},
	{"buffer overflow", "dangling-pointer"},
	{"invalid free", "mistakes"},
	{"uninitialized memory", "pool-unset"},
	{"freelist", "best-fit"},
	{"segregated free lists", "large-bins"},
	{"coalescing", "first-fit"},
	{"holes", "external-fragmentation"},
	{"slab allocator", "pool"},
	{"buddy allocator", "buddy"},
	{"linear allocator", "region"},
	{"monotonic_buffer_resource", "region"},
	{"custom allocator", "lab:FILE.c"},
	{"rebind", "containers"},
	{"quota", "budget"},
	{"growth factor", "vector-doubling"},
	{"least recently used", "lru-cache"},
	{"page replacement", "workload frames"},
	{"spatial locality", "workload array-list"},
	{"peak memory", "stats"},
	{"HotSpot", "java-areas"},
	{"FIFO", "cache-policies"},
	/* with words that say little */
	{"memory fragmentation", "buddy"},
	{"how does the first-fit strategy work?", "first-fit"},
	{"a cache with weak references", "weak-cache"},
	{"the mark phase", "generational-heap"},
	{"python memory leak", "mistakes"},
};

static void what_is_meant_comes_first(void **state)
{
	struct concept_search search;

	for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++) {
		concept_search(&search, first[i].words);
		if (search.is_near || search.count == 0 ||
			!strstr(search.found[0]->command, first[i].command))
			fail_msg("'%s' leads to '%s' first", first[i].words,
				search.count ? search.found[0]->command : "nothing");
		assert_true(concept_is_known(first[i].words));
	}
}

/*
 * Each of the other words leads to a concept by every way that it names, or says why to none; and
 * whoever asks for the first of them gets there.
 */
static void other_words_lead_somewhere(void **state)
{
	char see[128];

	for (const struct other_words *at = other_words_table; at->words; at++) {
		struct concept_search asked;
		snprintf(see, sizeof(see), "%.*s", (int)strcspn(at->words, ","), at->words);
		concept_search(&asked, see);
		if (asked.is_near || (asked.count == 0 && !asked.note))
			fail_msg("'%s' leads nowhere", see);
		if (!*at->see && !*at->note)
			fail_msg("'%s' lead to nothing", at->words);
		for (const char *to = at->see; *to; to += strcspn(to, ","), to += *to == ',') {
			struct concept_search search;
			snprintf(see, sizeof(see), "%.*s", (int)strcspn(to, ","), to);
			concept_search(&search, see);
			if (search.count == 0 || search.is_near)
				fail_msg("'%s': no concept is called '%s'", at->words, see);
		}
	}
}

static void words_that_no_concept_has_say_why(void **state)
{
	struct concept_search search;

	concept_search(&search, "string interning");
	assert_int_equal(search.count, 0);
	assert_non_null(search.note);
	concept_search(&search, "banana");
	assert_int_equal(search.count, 0);
	assert_null(search.note);
}

/* The rarer a word is in the tables, the more it says. */
static void some_of_the_words_find_the_nearest(void **state)
{
	struct concept_search search;

	concept_search(&search, "the allocator that Knuth calls buddy");
	assert_true(search.is_near);
	assert_string_equal(search.found[0]->command, "play --lesson buddy");
	assert_false(concept_is_known("the allocator that Knuth calls buddy"));
}

static void a_mistyped_word_has_a_suggestion(void **state)
{
	char word[64];

	assert_string_equal(concept_suggestion("Fragmantation", word, sizeof(word)),
		"fragmentation");
	assert_string_equal(concept_suggestion("metaspce", word, sizeof(word)), "metaspace");
	assert_null(concept_suggestion("banana", word, sizeof(word)));
	assert_null(concept_suggestion("gc", word, sizeof(word)));
	assert_null(concept_suggestion("", word, sizeof(word)));
}

/* A word of either table as a term that stands alone: the first one, if it is long enough. */
static void assert_is_suggested(const char *words)
{
	size_t length = strspn(words, "abcdefghijklmnopqrstuvwxyz");
	char typed[64], found[64];

	if (length < 6 || length >= sizeof(typed) || !strchr(", ", words[length]))
		return;
	snprintf(typed, sizeof(typed), "%.*s", (int)length, words);
	typed[length / 2] = 'q';
	const char *suggested = concept_suggestion(typed, found, sizeof(found));
	if (!suggested || strlen(suggested) > length + 1 || suggested[0] != words[0])
		fail_msg("%s: %s", typed, suggested ? suggested : "nothing");
}

static void a_word_of_either_table_is_suggested_where_a_letter_is_another(void **state)
{
	for (const struct concept *at = concept_table; at->words; at++)
		assert_is_suggested(at->words);
	for (const struct other_words *at = other_words_table; at->words; at++)
		assert_is_suggested(at->words);
}

static void endings_spellings_and_order_make_no_difference(void **state)
{
	assert_true(concept_words_are_in("boundary tags: prev_size", "PREV-SIZE"));
	assert_true(concept_words_are_in("finalisers: called once", "finalizer"));
	assert_true(concept_words_are_in("the write barrier", "barriers write"));
	assert_true(concept_words_are_in("coalescing", "coalesced"));
	assert_false(concept_words_are_in("the write barrier", "write tag"));
	assert_false(concept_words_are_in("the write barrier", ""));
	assert_false(concept_words_are_in("the write barrier", " -- "));
	assert_false(concept_words_are_in("boundary tags", "t"));
	assert_true(concept_phrase_is_in("a skip list of sizes", "skip lists"));
	assert_false(concept_phrase_is_in("a list to skip", "skip list"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms_of_the_field_lead_to_what_shows_them),
		cmocka_unit_test(what_is_meant_comes_first),
		cmocka_unit_test(other_words_lead_somewhere),
		cmocka_unit_test(words_that_no_concept_has_say_why),
		cmocka_unit_test(some_of_the_words_find_the_nearest),
		cmocka_unit_test(a_mistyped_word_has_a_suggestion),
		cmocka_unit_test(a_word_of_either_table_is_suggested_where_a_letter_is_another),
		cmocka_unit_test(endings_spellings_and_order_make_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
