/* See pages.h. */
#include "plugin/runner/pages.h"

#include "plugin/runner/answers.h"
#include "plugin/runner/code.h"
#include "plugin/runner/state.h"

#include <string.h>
#include <sys/mman.h>

void open_page(uint64_t page)
{
	if (self.is_open[page])
		return;
	self.is_open[page] = true;
	self.open[self.nopen++] = (uint32_t)page;
}

void open_range(uint64_t from, uint64_t size)
{
	uint64_t first = page_of(from), last = page_of(from + size - 1);

	if (size == 0 || self.is_grading)
		return;
	if (last > first || !self.is_open[first])
		mprotect(at(TALK_BASE + first * PAGE), (last - first + 1) * PAGE,
			PROT_READ | PROT_WRITE);
	for (uint64_t page = first; page <= last; page++)
		open_page(page);
}

void protect_heap(int protection)
{
	uint64_t end = self.paged / PAGE;

	if (!self.mapped.has)
		mprotect(at(TALK_BASE), self.paged, protection);
	for (uint64_t page = 0, first; self.mapped.has && page < end; page++) {
		for (first = page; page < end && self.mapped.has[page]; page++)
			;
		if (page > first)
			mprotect(at(TALK_BASE + first * PAGE), (page - first) * PAGE, protection);
	}
}

void close_pages(void)
{
	for (uint32_t i = 0; i < self.nopen; i++)
		self.is_open[self.open[i]] = false;
	self.nopen = 0;
	protect_heap(PROT_READ);
}

void mark_end(void)
{
	if (self.size == self.paged)
		return;
	open_range(TALK_BASE + self.size, self.paged - self.size);
	memset(at(TALK_BASE + self.size), BEHIND, self.paged - self.size);
}

void close_watched_page(void)
{
	uint64_t page = page_of(self.watch.address);

	if (!self.watch.address || page * PAGE >= self.paged)
		return;
	self.is_open[page] = false;
	mprotect(at(TALK_BASE + page * PAGE), PAGE, PROT_READ);
}

void follow_pages(bool is_closed)
{
	int protection = is_closed ? PROT_NONE : PROT_READ | PROT_WRITE;

	protect_heap(protection);
	protect_variables(protection);
}

bool is_end_marked(void)
{
	const unsigned char *end = at(TALK_BASE + self.size);
	uint64_t behind = self.paged - self.size;

	return behind == 0 || (end[0] == BEHIND && memcmp(end, end + 1, behind - 1) == 0);
}

void *map_lazily(uint64_t bytes)
{
	void *base = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (base == MAP_FAILED)
		refuse("there is no memory to keep records of a heap so large (--plugin-heap)");
	return base;
}

void begin_grading(void)
{
	self.is_grading = true;
	self.is_overrun = false;
	protect_heap(PROT_READ | PROT_WRITE);
	mark_end();
}

void make_pages(void)
{
	self.is_open = map_lazily(self.room / PAGE);
	self.open = map_lazily(self.room / PAGE * sizeof(*self.open));
}

void begin_race(void)
{
	self.is_racing = true;
	mprotect(at(TALK_BASE), self.room, PROT_READ | PROT_WRITE);
}

void end_grading(void)
{
	self.is_grading = false;
	close_pages();
}

void note_overrun(void)
{
	self.is_overrun |= self.is_grading && !is_end_marked();
}

bool has_overrun(void)
{
	return self.is_overrun || !is_end_marked();
}
