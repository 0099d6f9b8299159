/* See course.h. */
#include "plugin/runner/course.h"

#include "plugin/runner/requests.h"

#include <sys/mman.h>
#include <unistd.h>

void *zeroed_pages(size_t bytes)
{
	return mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

void begin_course(struct course *course, int fd, const struct call *call)
{
	course->count = call->size;
	course->first = call->first;
	course->end = call->end;
	course->byte = call->byte;
	course->byte_end = call->byte_end;
	course->bytes = (call->address + 1) * sizeof(uint64_t);
	course->steps = mmap(NULL, course->count * sizeof(*course->steps), PROT_READ,
		MAP_PRIVATE | MAP_POPULATE, fd, 0);
	course->slots = zeroed_pages(course->bytes);
	course->sizes = zeroed_pages(course->bytes);
	if (course->steps == MAP_FAILED || course->slots == MAP_FAILED ||
		course->sizes == MAP_FAILED)
		_exit(1);
}

void end_course(struct course *course)
{
	munmap(course->slots, course->bytes);
	munmap(course->sizes, course->bytes);
}

struct call begin_step(const struct course *course, uint64_t number)
{
	const struct race_step *step = &course->steps[number];

	self.step = number;
	bool is_spared = number >= course->first && number < course->end;
	self.spared.from = is_spared ? course->byte : 0;
	self.spared.to = is_spared ? course->byte_end : 0;
	self.asked = step->kind == CALL_ALLOCATE ? 0 : (uintptr_t)course->slots[step->slot];
	return (struct call){.kind = step->kind,
		.address = self.asked,
		.size = step->size,
		.alignment = step->alignment};
}

bool end_step(struct course *course, const struct call *call, const struct reply *reply)
{
	course->slots[course->steps[self.step].slot] = at(reply->address);
	return reply->kind == REPLY_DONE && (call->size == 0 || reply->address != 0);
}

struct reply serve_step(struct course *course, uint64_t number, struct call *ret_request)
{
	struct reply reply = {.kind = REPLY_DONE};

	*ret_request = begin_step(course, number);
	serve_request(ret_request, &reply);
	end_step(course, ret_request, &reply);
	return reply;
}
