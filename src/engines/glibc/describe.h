/*
 * What the glibc engine shows of itself (describe.c, lists.c, words.c, fields.c), counts as the
 * library does (figures.c), and holds to (check.c).
 */
#ifndef ENGINES_GLIBC_DESCRIBE_H
#define ENGINES_GLIBC_DESCRIBE_H

#include "engines/glibc/calls.h"

/* The kinds of free memory, in the order of glibc_kinds. */
enum glibc_kind { KIND_CACHED, KIND_FAST, KIND_UNSORTED, KIND_SMALL, KIND_LARGE, KIND_TOP };
extern const struct free_kind glibc_kinds[];

/* The spot of an address in a heap; 0: it lies in none, or in a part that is not held. */
uint32_t spot_in_heaps(const struct glibc *g, uint64_t address);
static inline uint32_t spot_at(const struct glibc *g, uint64_t address)
{
	const struct process *process = process_of(g);
	uint64_t offset = address - process->base;

	if (process->base && offset < arena_at(g, 0)->system) /* most often */
		return MAIN_FIRST + (uint32_t)(offset / UNIT);
	return spot_in_heaps(g, address);
}

size_t glibc_region_count(const struct engine *engine);
void glibc_region(const struct engine *engine, size_t at, struct region *ret_region);
void glibc_spans(const struct engine *engine, uint64_t from, uint64_t to, span_visit *visit,
	void *user);
uint64_t glibc_used_between(const struct engine *engine, uint64_t from, uint64_t to);
void glibc_totals(const struct engine *engine, struct totals *ret_totals);
size_t glibc_list_count(const struct engine *engine);
void glibc_list(const struct engine *engine, size_t at, struct list *ret_list);
size_t glibc_list_entries(const struct engine *engine, size_t at, uint64_t from,
	struct list_entry *ret_entries, size_t n);
size_t glibc_lists_of(const struct engine *engine, size_t kind, uint32_t owner, size_t *ret_first);
size_t glibc_words(const struct engine *engine, uint64_t address, struct memory_word *ret_words,
	size_t n);
size_t glibc_fields(const struct engine *engine, uint64_t address, struct field *ret_fields,
	size_t n);
size_t glibc_landmarks(const struct engine *engine, struct landmark *ret_landmarks, size_t n);
int glibc_check(const struct engine *engine, struct error *err);

/* What the library prints: malloc_info(), and the members of struct mallinfo2. */
extern const char *const glibc_reports[];
void glibc_report(const struct engine *engine, size_t at, struct text *text);

/* As struct mallinfo2 of the library. */
struct glibc_figures {
	uint64_t arena;    /* bytes of heaps */
	uint64_t ordblks;  /* free chunks but for fast ones; each arena's top is one */
	uint64_t smblks;   /* fast chunks */
	uint64_t hblks;    /* maps */
	uint64_t hblkhd;   /* bytes of maps */
	uint64_t usmblks;  /* always 0 */
	uint64_t fsmblks;  /* bytes of fast chunks */
	uint64_t uordblks; /* bytes in use, those in tcaches among them */
	uint64_t fordblks; /* bytes free */
	uint64_t keepcost; /* bytes of the main arena's top */
};
void glibc_figures(const struct engine *engine, struct glibc_figures *ret_figures);

#endif
