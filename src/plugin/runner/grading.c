/* See grading.h. */
#include "plugin/runner/grading.h"

#include "plugin/runner/allocator.h"
#include "plugin/runner/answers.h"
#include "plugin/runner/blocks.h"
#include "plugin/runner/checks.h"
#include "plugin/runner/clock.h"
#include "plugin/runner/code.h"
#include "plugin/runner/course.h"
#include "plugin/runner/heap.h"
#include "plugin/runner/pages.h"
#include "plugin/runner/requests.h"
#include "plugin/runner/state.h"

#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

/* Of this process and its like: where they write, all is appended. */
static uint64_t output_length(void)
{
	off_t length = lseek(STDOUT_FILENO, 0, SEEK_END);

	return length > 0 ? (uint64_t)length : 0;
}

/* Into the file. What the plug-in writes where it should not cannot be there before. */
static void store_places(int fd, const struct course *course, const struct race_place *places)
{
	size_t before = course->count * sizeof(struct race_step),
	       bytes = course->count * sizeof(*places);
	char *file = mmap(NULL, before + bytes, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (file == MAP_FAILED)
		_exit(1);
	memcpy(file + before, places, bytes);
	munmap(file, before + bytes);
}

void grade(int fd, const struct call *call)
{
	struct race_place *places = zeroed_pages((call->size + 1) * sizeof(*places));
	struct reply reply = {.kind = REPLY_DONE};
	struct course course;
	bool is_whole_yet = true;
	uint64_t i = 0;

	if (places == MAP_FAILED)
		_exit(1);
	begin_course(&course, fd, call);
	begin_grading();
	self.printed = output_length();
	for (bool is_served = true; i < course.count && is_served; i += is_served) {
		const struct call request = begin_step(&course, i);
		const struct live_block *block = block_at(request.address);
		is_whole_yet = !block || is_whole(block);
		if (!is_whole_yet)
			break;
		reply = (struct reply){.kind = REPLY_DONE};
		serve_request(&request, &reply);
		is_served = end_step(&course, &request, &reply);
		places[i] = (struct race_place){reply.address, TALK_BASE + self.size};
	}
	self.step = i;
	fflush(stdout);
	if (i == course.count)
		store_places(fd, &course, places);
	if (!is_whole_yet || !are_all_whole() || has_overrun())
		reply = (struct reply){.kind = REPLY_SPOILT};
	answer(&reply);
	end_course(&course);
}

void examine(int fd, const struct call *call)
{
	struct reply reply = {.kind = REPLY_DONE};
	struct course course;
	uint64_t i = 0;

	begin_course(&course, fd, call);
	for (bool is_served = true; i < course.count && is_served; i += is_served) {
		self.printed = output_length();
		const struct call request = begin_step(&course, i);
		reply = (struct reply){.kind = REPLY_DONE};
		serve(&request, &reply);
		fflush(stdout);
		is_served = end_step(&course, &request, &reply);
	}
	self.step = i;
	answer(&reply);
	end_course(&course);
}

bool begin_again(int fd, const struct call *call)
{
	const struct interface *allocator = &self.allocator;
	struct call before = *call;
	struct course course;

	before.size = call->before;
	begin_course(&course, fd, &before);
	if (allocator->plugin) { /* by its contract it begins once */
		self.step = call->size;
		answer(&(struct reply){.kind = REPLY_DONE});
		return false;
	}
	begin_grading();
	for (uint64_t i = 0; i < course.count; i++) {
		struct call request;
		serve_step(&course, i, &request);
	}
	end_course(&course);
	empty_heap();
	self.step = self.asked = 0;
	reset_variables(call->reset, call->reset_end);
	enter();
	int result = allocator->mm_init(NULL);
	leave();
	bool has = has_begun(result, allocator->init_kind);
	if (!has)
		answer(&(struct reply){.kind = REPLY_NOT_BEGUN});
	return has;
}

void try(int fd, const struct call *call)
{
	struct reply reply = {.kind = REPLY_DONE};
	struct course course;
	bool was_overrun = false;
	uint64_t i = 0;

	begin_course(&course, fd, call);
	begin_grading();
	self.is_trying = true;
	if (call->is_short)
		shorten_clock();
	for (bool is_served = true; i < course.count && is_served; i += is_served) {
		const struct call request = begin_step(&course, i);
		was_overrun = i + 1 == course.count && has_overrun();
		reply = (struct reply){.kind = REPLY_DONE};
		serve_request(&request, &reply);
		is_served = end_step(&course, &request, &reply);
	}
	self.step = i;
	if (reply.kind == REPLY_DONE && i == course.count && !was_overrun && has_overrun()) {
		reply.kind = REPLY_BEYOND;
		self.step--;
	}
	answer(&reply);
	end_course(&course);
}
