/* See sink.h. */
#include "export/sink.h"

#include "base/error.h"
#include "base/write_all.h"

#include <errno.h>
#include <string.h>

#define ENOUGH (64u << 10) /* bytes */

int sink_flush(struct sink *sink, struct error *err)
{
	if (write_all(sink->fd, text_of(&sink->text), sink->text.length) < 0)
		return error_set(err, "%s: %s", sink->name, strerror(errno));
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
	text_finish(&sink->remark);
}
