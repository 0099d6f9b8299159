/* Pages of the system: a heap shrinks by whole ones, and malloc_trim() gives back whole ones. */
#ifndef HEAP_PAGES_H
#define HEAP_PAGES_H

#include <stdint.h>

#define PAGE UINT64_C(4096) /* bytes */

static inline uint64_t page_up(uint64_t address)
{
	return (address + PAGE - 1) / PAGE * PAGE;
}

static inline uint64_t page_down(uint64_t address)
{
	return address / PAGE * PAGE;
}

#endif
