/* A log of the recorder (wire.h) as a form of traces: wire_log.h turns it into events. */
#include "trace/readers/reader.h"

#include "trace/info.h"
#include "trace/wire_log.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static int feed_sink(void *feed, struct event *events, size_t count)
{
	for (size_t i = 0; i < count; i++)
		feed_event(feed, &events[i], NULL, 0);
	return 0;
}

static int feed_sink_text(void *feed, struct event *event, const char *text, size_t length)
{
	feed_event(feed, event, text, length);
	return 0;
}

static int feed_sink_site(void *feed, const uint64_t *frames, size_t count, uint32_t *ret_site)
{
	feed_site(feed, frames, count);
	*ret_site = feed_sites(feed);
	return 0;
}

static int feed_sink_module(void *feed, const struct trace_module *module)
{
	feed_module(feed, module);
	return 0;
}

static int feed_sink_name(void *feed, uint64_t frame, const char *words)
{
	feed_name(feed, frame, words);
	return 0;
}

static int feed_sink_remark(void *feed, const char *text, size_t length)
{
	feed_comment(feed, text, length, false);
	return 0;
}

static void feed_text(struct feed *feed, const char *key, const char *value)
{
	if (value[0])
		info_take(feed_info(feed), key, strlen(key), value, strlen(value));
}

static int read_log(struct feed *feed, struct source *source, struct error *err)
{
	const struct wire_sink sink = {feed, feed_sink, feed_sink_text, feed_sink_site,
		feed_sink_module, feed_sink_name, feed_sink_remark};
	struct wire_log *log = wire_log_new(&sink, 0);
	int result = source_more(source) ? wire_log_extend(log, source->at,
						   (size_t)(source->end - source->at), err)
					 : 0;
	const struct wire_head *head = wire_log_head(log);

	if (head) {
		struct wire_log_summary summary;
		char dropped[24], first_break[24], libc[80];
		feed_text(feed, "program", head->program);
		feed_text(feed, "python", wire_log_python(head));
		feed_text(feed, "recorder", "arenascope " ARENASCOPE_VERSION);
		feed_text(feed, "libc", wire_log_libc(head, libc, sizeof(libc)));
		feed_text(feed, "tunables", head->tunables);
		snprintf(first_break, sizeof(first_break), "0x%" PRIx64, head->first_break);
		if (head->first_break)
			feed_text(feed, "break", first_break);
		snprintf(dropped, sizeof(dropped), "%" PRIu64, head->dropped);
		if (head->dropped)
			feed_text(feed, "dropped", dropped);
		wire_log_give(log, UINT64_MAX);
		wire_log_summarise(log, &summary);
		if (summary.is_cut)
			feed_truncated(feed);
	}
	wire_log_free(log);
	return result;
}

const struct trace_reader reader_recording = {
	.name = "recording",
	.recognises = wire_log_recognises,
	.read = read_log,
	.windows = WINDOW_OF_ALL,
};
