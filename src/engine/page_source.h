/* Address space for engines. */
#ifndef ENGINE_PAGE_SOURCE_H
#define ENGINE_PAGE_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

/* Where engines get address space from; the heap provides it.  Addresses are never 0. */
struct page_source {
	/* bytes of space aligned to alignment (a power of two), or 0 when there is none. */
	uint64_t (*map)(struct page_source *pages, uint64_t bytes, uint64_t alignment);

	/*
	 * Maps that many bytes where the real program, according to the trace, mapped them next; 0
	 * when the trace does not say, or they are taken here. Optional.
	 */
	uint64_t (*map_recorded)(struct page_source *pages, uint64_t bytes);

	/*
	 * These bytes and no others; false when any of them are taken. open: they are a stretch
	 * that may be taken again as a part of a larger open one, which then stands for both.
	 */
	bool (*take)(struct page_source *pages, uint64_t base, uint64_t bytes, bool open);

	/* Gives back exactly what map(), map_recorded() or take() gave. */
	void (*unmap)(struct page_source *pages, uint64_t base, uint64_t bytes);

	/*
	 * These bytes of a mapping that it gave are only address space from now on, for which the
	 * system has no memory, or they have memory again. Without it they do not count as held.
	 * What is unmapped must have memory. Optional.
	 */
	void (*set_backed)(struct page_source *pages, uint64_t base, uint64_t bytes,
		bool is_backed);

	/*
	 * Makes the one growing region ("the break", as sbrk) end `bytes` further on; false when
	 * there is no room. It begins at *ret_base, the same until place_break().
	 */
	bool (*grow)(struct page_source *pages, uint64_t bytes, uint64_t *ret_base);

	/*
	 * From here on that region, which has no bytes now, begins at the base: where the real
	 * program had it. Then map() keeps out of the way of recorded addresses. false: it cannot
	 * be there. Optional.
	 */
	bool (*place_break)(struct page_source *pages, uint64_t base);

	/*
	 * Shrinks that region by `bytes`, which it has. Optional: where it is missing, nothing
	 * shrinks.
	 */
	bool (*shrink)(struct page_source *pages, uint64_t bytes);
};

#endif
