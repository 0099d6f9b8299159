/*
 * Marks: moments that the program names, or that its interpreter has; and what the kernel says of
 * the process then, where that is wanted.
 */
#include "recorder/shim.h"
#include "recorder/smaps.h"

#include <errno.h>

#define NAME_MAX_BYTES 255u

HIDDEN void marks_put(const char *name)
{
	int error = errno;
	char words[SMAPS_WORDS];
	size_t length = strnlen(name, NAME_MAX_BYTES);

	lane_put_slowly(WIRE_WHAT(WIRE_MARK, 0), stamp_now(own_lane()), 0, length, 0, name);
	if (recording->head && recording->head->wants & WIRE_WANT_SMAPS &&
		!confinement.has_no_calls) {
		length = smaps_say(words, "/proc/self/smaps_rollup");
		if (length > 0)
			lane_put_slowly(WIRE_WHAT(WIRE_MARK, 0), stamp_now(own_lane()), 0, length,
				0, words);
	}
	errno = error;
}

EXPORTED void arenascope_mark(const char *name)
{
	if (!recording->head && !start_is_done())
		return;
	if (recording->head && name) {
		marks_put(name);
		census_want();
	}
}
