/* See lab_intrusion.h. */
#include "cmd/lab_intrusion.h"

#include "cmd/lab_course.h"
#include "plugin/grading.h"
#include "trace/wire.h"

#include <unistd.h>

#define SEARCH_TIME UINT64_C(2000000000) /* nanoseconds */

/* The program writes the blocks of the steps before this one, and of its own from `byte` on. */
struct writing {
	uint64_t step, byte;
};

static bool passes(struct plugin *plugin, struct course *course, uint64_t count,
	const struct writing *writing)
{
	for (size_t i = 0; i < course->steps.count; i++)
		course->steps.items[i].spared = i < writing->step    ? 0
						: i == writing->step ? writing->byte
								     : UINT64_MAX;
	int steps = course_file(course);
	if (steps < 0)
		return false;
	bool is_fine = plugin_passes(plugin, steps, count, course->blocks);
	close(steps);
	return is_fine;
}

bool intrusion_find(struct intrusion *ret_intrusion, struct plugin *plugin, struct course *course,
	uint64_t failed)
{
	uint64_t good = 0, bad = failed + 1;
	uint64_t until = wire_clock() + SEARCH_TIME;

	if (!passes(plugin, course, failed + 1, &(struct writing){0, UINT64_MAX}))
		return false;
	while (bad - good > 1 && wire_clock() < until) {
		uint64_t middle = good + (bad - good) / 2;
		if (passes(plugin, course, failed + 1, &(struct writing){middle, UINT64_MAX}))
			good = middle;
		else
			bad = middle;
	}
	ret_intrusion->step = bad - 1;
	/* written from `bad` on it fails */
	uint64_t fine = course->steps.items[ret_intrusion->step].size;
	bad = 0;
	while (fine - bad > 1 && wire_clock() < until) {
		uint64_t middle = bad + (fine - bad) / 2;
		if (passes(plugin, course, failed + 1,
			    &(struct writing){ret_intrusion->step, middle}))
			fine = middle;
		else
			bad = middle;
	}
	ret_intrusion->byte = bad;
	return wire_clock() < until;
}
