/* See captions.h. */
#include "trace/captions.h"

#include <string.h>

bool caption_asks(const char *words)
{
	size_t length = words ? strlen(words) : 0;

	return length > 0 && words[length - 1] == '?';
}

bool caption_is_asked(struct trace *trace, const struct trace_mark *note)
{
	struct event event;
	uint64_t number;

	return caption_asks(note->name) &&
	       caption_next(trace, note->position + 1, &number, &event) && event.kind != EVENT_NOTE;
}

bool caption_next(struct trace *trace, uint64_t position, uint64_t *ret_number,
	struct event *ret_event)
{
	struct event event;

	for (; trace_get(trace, position, &event); position++)
		if (event.kind != EVENT_MARK) {
			*ret_number = position;
			*ret_event = event;
			return true;
		}
	return false;
}
