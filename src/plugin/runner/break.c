/* See break.h. */
#include "plugin/runner/break.h"

#include "plugin/memlib.h"
#include "plugin/runner/pages.h"
#include "plugin/runner/state.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

EXPORT void *mem_sbrk(intptr_t incr)
{
	uint64_t old = self.size, bytes = (uint64_t)incr;

	if (incr < 0 || bytes > self.room - old || self.mapped.has) {
		self.was_refused |= incr > 0;
		errno = ENOMEM;
		return (void *)-1;
	}
	if (self.accesses.is_on)
		follow_pages(false); /* what is filled here is no access of its own */
	if (bytes > 0)
		note_overrun();
	self.size += bytes;
	uint64_t paged = (self.size + PAGE - 1) / PAGE * PAGE;
	if (paged > self.paged && !self.is_racing)
		mprotect(at(TALK_BASE + self.paged), paged - self.paged,
			self.is_grading ? PROT_READ | PROT_WRITE : PROT_READ);
	self.paged = paged;
	if (!self.is_racing && bytes > 0)
		mark_end();
	close_watched_page();
	if (self.accesses.is_on)
		follow_pages(true);
	return at(TALK_BASE + old);
}

EXPORT void *mem_heap_lo(void)
{
	return at(TALK_BASE);
}

EXPORT void *mem_heap_hi(void)
{
	return at(TALK_BASE + self.size - 1);
}

EXPORT size_t mem_heapsize(void)
{
	return self.mapped.has ? self.mapped.now * PAGE : self.size;
}

EXPORT size_t mem_pagesize(void)
{
	return PAGE;
}

EXPORT void mem_init(void)
{
}

EXPORT void mem_deinit(void)
{
}

EXPORT void *mem_memset(void *to, int byte, size_t n)
{
	return memset(to, byte, n);
}

EXPORT void *mem_memcpy(void *to, const void *from, size_t n)
{
	return memcpy(to, from, n);
}

EXPORT uint64_t mem_read(const void *from, size_t n)
{
	uint64_t value = 0;

	memcpy(&value, from, n < sizeof(value) ? n : sizeof(value));
	return value;
}

EXPORT void mem_write(void *to, uint64_t value, size_t n)
{
	memcpy(to, &value, n < sizeof(value) ? n : sizeof(value));
}

/* Only sensible before the first request. */
EXPORT void mem_reset_brk(void)
{
	if (self.serial == 0)
		self.size = self.paged = 0;
}

/* As some hand-outs call them. */
#define ALSO(name, of) EXPORT __typeof__(of) name __attribute__((alias(#of)))
ALSO(mm_sbrk, mem_sbrk);
ALSO(mm_heap_lo, mem_heap_lo);
ALSO(mm_heap_hi, mem_heap_hi);
ALSO(mm_heapsize, mem_heapsize);
ALSO(mm_pagesize, mem_pagesize);
ALSO(mm_memset, mem_memset);
ALSO(mm_memcpy, mem_memcpy);
#undef ALSO

static void *grow(size_t bytes)
{
	void *base = bytes <= self.room ? mem_sbrk((intptr_t)bytes) : (void *)-1;
	return base == (void *)-1 ? NULL : base;
}

static void *heap_end(void)
{
	return at(TALK_BASE + self.size);
}

const struct arenascope_memory memory = {.grow = grow, .low = mem_heap_lo, .end = heap_end};
