/* See watch.h. */
#include "plugin/runner/watch.h"

#include "plugin/memlib.h"
#include "plugin/runner/answers.h"
#include "plugin/runner/checks.h"
#include "plugin/runner/code.h"
#include "plugin/runner/course.h"
#include "plugin/runner/pages.h"
#include "plugin/runner/registers.h"
#include "plugin/runner/state.h"

#include <sys/mman.h>

void begin_watch(uint64_t address, uint64_t copy, bool wants_last)
{
	bool is_past_end = address >= TALK_BASE + self.size;

	end_grading();
	if (page_of(address) >= self.room / PAGE)
		return;
	self.watch.address = address;
	self.watch.copy = copy;
	self.watch.wants_last = wants_last;
	self.watch.before = is_past_end ? BEHIND : *(unsigned char *)at(address);
	self.watch.after = self.watch.before;
}

void watch_last_step(int fd, const struct call *call)
{
	struct course course;
	struct call request;

	begin_course(&course, fd, call);
	begin_grading();
	for (uint64_t i = 0; i < course.count; i++) {
		if (i + 1 == course.count)
			begin_watch(call->watched, call->copy, call->wants_last);
		serve_step(&course, i, &request);
	}
	/* where something else came to the copy, that was never made */
	if (call->copy && self.watch.copied != self.watch.after)
		self.watch.found.at = 0;
	answer(&(struct reply){.kind = REPLY_DONE, .place = self.watch.found});
	end_course(&course);
}

void end_watch_at_crash(void)
{
	if (self.watch.address && self.watch.wants_last && self.watch.found.at)
		end_with(&(struct reply){.kind = REPLY_DONE, .place = self.watch.found});
}

#ifdef HAS_REGISTERS
bool is_in_watched_page(uint64_t address)
{
	return self.watch.address && page_of(address) == page_of(self.watch.address) &&
	       mem_is_mapped(at(address), 1);
}

static bool is_copied(void)
{
	uint64_t copy = self.watch.copy;

	return copy && mem_is_mapped(at(copy), 1) &&
	       *(unsigned char *)at(copy) == self.watch.before;
}

/* Opens the watched page for the instruction that writes there. */
void let_write(void *context)
{
	self.watch.is_stepping = true;
	self.watch.writer = address_of_code(context);
	mprotect(at(self.watch.address / PAGE * PAGE), PAGE, PROT_READ | PROT_WRITE);
	set_trap(context, true);
}

/* After that instruction. */
void look_at_watched(void *context)
{
	self.watch.is_stepping = false;
	set_trap(context, false);
	unsigned char now = *(unsigned char *)at(self.watch.address);
	bool is_changed = now != self.watch.after;

	self.watch.after = now;
	if (is_changed) {
		self.watch.found = place_of(context);
		self.watch.found.at = is_copied() ? 0 : self.watch.writer;
	}
	if (is_changed && !self.watch.wants_last && (!self.watch.copy || !self.watch.found.at))
		self.watch.address = 0;
	else
		close_watched_page();
}
#endif
