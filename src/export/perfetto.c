/*
 * Counters over time in the JSON form of Chrome's traces, which Perfetto reads: live bytes, bytes
 * held, live objects; marks, notes, faults and mapped arenas as instants. The time is in
 * microseconds; of a trace without times, an event takes one.
 */
#include "base/text.h"
#include "export/event_fields.h"
#include "export/sink.h"
#include "trace/trace.h"

#include <inttypes.h>

#define SAMPLES_MAX 200000u /* of each counter; of a longer trace, the last of each span */
#define TIMELESS    1000u   /* a trace whose first events have no time has none */

struct track {
	struct sink *sink;
	uint64_t stride, length; /* events */
	uint64_t time;           /* nanoseconds; stays where an event has none */
	bool has_times;
};

static void begin(struct track *track, const char *phase, const char *name)
{
	text_add(&track->sink->text,
		",\n{\"ph\":\"%s\",\"pid\":1,\"tid\":1,\"ts\":%" PRIu64 ".%03u,\"name\":", phase,
		track->time / 1000, (unsigned)(track->time % 1000));
	text_add_json(&track->sink->text, name);
}

static void add_counter(struct track *track, const char *name, uint64_t value)
{
	begin(track, "C", name);
	text_add(&track->sink->text, ",\"args\":{\"value\":%" PRIu64 "}}", value);
}

static void add_instant(struct track *track, const char *name, const char *category)
{
	begin(track, "i", name);
	text_add(&track->sink->text, ",\"cat\":\"%s\",\"s\":\"p\"}", category);
}

static void add_instants(struct track *track, const struct field_value *values)
{
	if (values[FIELD_TEXT].kind == VALUE_WORDS)
		add_instant(track, values[FIELD_TEXT].words, values[FIELD_KIND].words);
	if (values[FIELD_FAULT].kind == VALUE_WORDS)
		add_instant(track, values[FIELD_FAULT].words, "fault");
}

static int add_event(const struct field_value values[FIELD_COUNT], void *user, struct error *err)
{
	struct track *track = user;
	uint64_t number = values[FIELD_EVENT].number;

	if (!track->has_times)
		track->time = number * 1000;
	else if (values[FIELD_TIME].kind == VALUE_NUMBER)
		track->time = values[FIELD_TIME].number;
	add_instants(track, values);
	if ((number + 1) % track->stride == 0 || number + 1 == track->length) {
		add_counter(track, "live bytes", values[FIELD_LIVE_BYTES].number);
		add_counter(track, "held bytes", values[FIELD_HELD_BYTES].number);
		add_counter(track, "live objects", values[FIELD_LIVE].number);
	}
	return sink_pass(track->sink, err);
}

static int write_perfetto(const struct export_job *job, struct sink *sink, struct error *err)
{
	uint64_t length = trace_length(job->trace);
	const char *program = trace_info(job->trace)->program;
	struct track track = {.sink = sink, .length = length, .stride = length / SAMPLES_MAX + 1};
	struct event event;

	for (uint64_t at = 0; at < length && at < TIMELESS && !track.has_times; at++)
		track.has_times =
			trace_get(job->trace, at, &event) && (event.flags & EVENT_HAS_TIME);
	text_add(&sink->text,
		"{\"displayTimeUnit\":\"ns\",\"traceEvents\":[\n"
		"{\"ph\":\"M\",\"pid\":1,\"tid\":1,\"name\":\"process_name\",\"args\":{\"name\":");
	text_add_json(&sink->text, *program ? program : trace_name(job->trace));
	text_add(&sink->text, "}}");
	if (fields_walk(job, add_event, &track, err) < 0)
		return -1;
	text_add(&sink->text, "\n]}\n");
	return 0;
}

const struct exporter exporter_perfetto = {.name = "perfetto", .write = write_perfetto};
