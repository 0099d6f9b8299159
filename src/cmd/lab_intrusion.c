/* See lab_intrusion.h. */
#include "cmd/lab_intrusion.h"

#include "cmd/lab_course.h"
#include "plugin/history.h"

#include <time.h>
#include <unistd.h>

#define SECONDS_MAX 2

/* The program writes the blocks of the steps before this one, and of its own from `byte` on. */
struct writing {
	uint64_t step, byte;
};

static bool is_late(const struct timespec *begun)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec - begun->tv_sec >= SECONDS_MAX;
}

static bool passes(struct plugin *plugin, struct course *course, const struct writing *writing)
{
	for (size_t i = 0; i < course->steps.count; i++)
		course->steps.items[i].spared = i < writing->step    ? 0
						: i == writing->step ? writing->byte
								     : UINT64_MAX;
	int steps = course_file(course);
	if (steps < 0)
		return false;
	bool is_fine = plugin_passes(plugin, steps, course->steps.count, course->blocks);
	close(steps);
	return is_fine;
}

bool intrusion_find(struct intrusion *ret_intrusion, struct plugin *plugin, struct course *course)
{
	uint64_t good = 0, bad = course->steps.count;
	struct timespec begun;

	clock_gettime(CLOCK_MONOTONIC, &begun);
	if (!passes(plugin, course, &(struct writing){0, UINT64_MAX}))
		return false;
	while (bad - good > 1 && !is_late(&begun)) {
		uint64_t middle = good + (bad - good) / 2;
		if (passes(plugin, course, &(struct writing){middle, UINT64_MAX}))
			good = middle;
		else
			bad = middle;
	}
	ret_intrusion->step = bad - 1;
	/* written from `bad` on it fails */
	uint64_t fine = course->steps.items[ret_intrusion->step].size;
	bad = 0;
	while (fine - bad > 1 && !is_late(&begun)) {
		uint64_t middle = bad + (fine - bad) / 2;
		if (passes(plugin, course, &(struct writing){ret_intrusion->step, middle}))
			fine = middle;
		else
			bad = middle;
	}
	ret_intrusion->byte = bad;
	return !is_late(&begun);
}
