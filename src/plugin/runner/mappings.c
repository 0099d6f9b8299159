/* See mappings.h. */
#include "plugin/runner/mappings.h"

#include "plugin/memlib.h"
#include "plugin/runner/pages.h"
#include "plugin/runner/state.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

/* The first of n pages that are free, and after which none may be; of which the last may be new. */
static uint64_t find_free_pages(uint64_t n)
{
	const bool *has = self.mapped.has;
	uint64_t end = self.paged / PAGE, first = self.mapped.lowest, page = first;

	for (; page < end && page - first < n; page++)
		if (has[page])
			first = page + 1;
	return first;
}

/*
 * Now and then, at the call 1, 2, 4, 8 and so on, a page is left out, so that one mapping does not
 * always follow the other: the lab's own driver does so.
 */
static uint64_t place_pages(uint64_t n)
{
	uint64_t page = find_free_pages(n), calls = ++self.mapped.calls;

	if (page * PAGE == self.paged && page > 0 && (calls & (calls - 1)) == 0)
		page++;
	return page;
}

EXPORT void *mem_map(size_t bytes)
{
	uint64_t n = bytes / PAGE;

	if (bytes % PAGE != 0) {
		fprintf(stderr, "mem_map: %zu bytes are not whole pages of %u\n", bytes, PAGE);
		abort(); /* as the lab's own driver does */
	}
	if (!self.mapped.has && self.size == 0)
		self.mapped.has = map_lazily(self.room / PAGE);
	if (n == 0 || !self.mapped.has)
		return NULL;
	uint64_t page = place_pages(n), base = TALK_BASE + page * PAGE;
	if (n > self.room / PAGE || page > self.room / PAGE - n) {
		self.was_refused = true;
		return NULL;
	}
	memset(self.mapped.has + page, true, n);
	self.mapped.lowest = page == self.mapped.lowest ? page + n : self.mapped.lowest;
	self.mapped.now += n;
	if (self.mapped.now > self.mapped.most)
		self.mapped.most = self.mapped.now;
	if (self.paged < (page + n) * PAGE)
		self.size = self.paged = (page + n) * PAGE;
	if (self.is_racing)
		return at(base);
	mprotect(at(base), bytes, PROT_READ | PROT_WRITE);
	for (uint64_t i = 0; i < n && !self.is_grading; i++)
		open_page(page + i);
	return at(base);
}

/* Whether all of these pages are there, and no live block is in them. */
static bool may_give_back(uint64_t page, uint64_t n)
{
	for (uint64_t i = page; i < page + n; i++) {
		if (self.mapped.has && i < self.paged / PAGE && self.mapped.has[i])
			continue;
		fprintf(stderr, "mem_unmap: the page at 0x%" PRIx64 " is not mapped\n",
			TALK_BASE + i * PAGE);
		abort();
	}
	for (uint64_t i = page * PAGE / GRANULE; i < (page + n) * PAGE / GRANULE; i++)
		if (self.owners[i]) {
			self.mapped.given_back = self.blocks[self.owners[i] - 1].base;
			return false;
		}
	return true;
}

/* What is mapped there later is zero. */
EXPORT void mem_unmap(void *from, size_t bytes)
{
	uint64_t page = page_of((uintptr_t)from), n = bytes / PAGE;

	if (bytes % PAGE != 0 || (uintptr_t)from % PAGE != 0) {
		fprintf(stderr, "mem_unmap: %zu bytes at %p are not whole pages of %u\n", bytes,
			from, PAGE);
		abort();
	}
	if (!may_give_back(page, n))
		return;
	memset(self.mapped.has + page, false, n);
	self.mapped.lowest = page < self.mapped.lowest ? page : self.mapped.lowest;
	self.mapped.now -= n;
	madvise(from, bytes, MADV_DONTNEED);
	if (!self.is_racing)
		mprotect(from, bytes, PROT_NONE);
}

EXPORT int mem_is_mapped(const void *from, size_t bytes)
{
	uint64_t address = (uintptr_t)from;

	if (address < TALK_BASE || address - TALK_BASE > self.paged ||
		bytes > self.paged - (address - TALK_BASE))
		return 0;
	for (uint64_t page = page_of(address); bytes > 0 && page <= page_of(address + bytes - 1);
		page++)
		if (self.mapped.has && !self.mapped.has[page])
			return 0;
	return 1;
}

EXPORT void mem_reset(void)
{
}

void forget_mappings(void)
{
	if (self.mapped.has)
		memset(self.mapped.has, 0, self.paged / PAGE);
	self.mapped.now = self.mapped.lowest = self.mapped.calls = 0;
}
