/* See sink.h. */
#include "export/sink.h"

#include "base/error.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define ENOUGH (64u << 10) /* bytes */

int sink_flush(struct sink *sink, struct error *err)
{
	const char *bytes = text_of(&sink->text);
	size_t left = sink->text.length;

	while (left > 0) {
		ssize_t n = write(sink->fd, bytes, left);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return error_set(err, "%s: %s", sink->name, strerror(errno));
		bytes += n;
		left -= (size_t)n;
	}
	text_clear(&sink->text);
	return 0;
}

int sink_pass(struct sink *sink, struct error *err)
{
	return sink->text.length < ENOUGH ? 0 : sink_flush(sink, err);
}

void sink_finish(struct sink *sink)
{
	text_finish(&sink->text);
}
