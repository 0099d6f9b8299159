/* See race.h. */
#include "plugin/runner/race.h"

#include "plugin/runner/allocator.h"
#include "plugin/runner/answers.h"
#include "plugin/runner/course.h"
#include "plugin/runner/pages.h"
#include "plugin/runner/state.h"

#include <sys/mman.h>
#include <time.h>

static bool race_step(const struct race_step *step, void **slots, const uint64_t *sizes)
{
	switch ((enum call_kind)step->kind) {
	case CALL_RELEASE:
		ask_release(slots[step->slot]);
		return true;
	case CALL_REALLOCATE:
		slots[step->slot] =
			ask_reallocate(slots[step->slot], sizes[step->slot], step->size);
		return slots[step->slot];
	case CALL_TRY:
	case CALL_WATCH:
	case CALL_OWN_WORDS:
	case CALL_LAYOUT:
	case CALL_BLOCKS:
	case CALL_ACCESSES:
	case CALL_LAST_CHANGE:
	case CALL_ALLOCATE:
	case CALL_FORK:
	case CALL_DESCRIBE:
	case CALL_RACE:
	case CALL_GRADE:
	case CALL_EXAMINE:
		break;
	}
	slots[step->slot] = ask_allocate(step->size, step->alignment);
	return slots[step->slot];
}

void race(int fd, const struct call *call)
{
	struct timespec begin, end;
	struct course course;
	uint64_t i;

	begin_course(&course, fd, call);
	begin_race();
	clock_gettime(CLOCK_MONOTONIC, &begin);
	for (i = 0; i < course.count; i++) {
		const struct race_step *step = &course.steps[i];
		self.step = i;
		self.asked = (uintptr_t)course.slots[step->slot];
		enter();
		if (!race_step(step, course.slots, course.sizes) && step->size > 0)
			break;
		course.sizes[step->slot] = step->size;
	}
	leave();
	clock_gettime(CLOCK_MONOTONIC, &end);
	self.step = i;
	answer(&(struct reply){.kind = REPLY_DONE,
		.size = (uint64_t)(end.tv_sec - begin.tv_sec) * 1000000000u +
			(uint64_t)end.tv_nsec - (uint64_t)begin.tv_nsec,
		.detail = i});
	end_course(&course);
}
