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
	const struct concept *at = concept_table, *concept;
	bool widely = !concept_next(&at, term, false);

	at = concept_table;
	while ((concept = concept_next(&at, term, widely)))
		if (strstr(concept->command, command))
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

static void endings_spellings_and_order_make_no_difference(void **state)
{
	assert_true(concept_words_are_in("boundary tags: prev_size", "PREV-SIZE"));
	assert_true(concept_words_are_in("finalisers: called once", "finalizer"));
	assert_true(concept_words_are_in("the write barrier", "barriers write"));
	assert_true(concept_words_are_in("coalescing", "coalesced"));
	assert_false(concept_words_are_in("the write barrier", "write tag"));
	assert_false(concept_words_are_in("the write barrier", ""));
	assert_false(concept_words_are_in("the write barrier", " -- "));
	assert_null(concept_find("banana"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(terms_of_the_field_lead_to_what_shows_them),
		cmocka_unit_test(endings_spellings_and_order_make_no_difference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
