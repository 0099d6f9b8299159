/*
 * Every event and its outcome as JSON Lines: an object for each event, without the members that it
 * has no value for.
 */
#include "base/text.h"
#include "export/event_fields.h"
#include "export/sink.h"

static int add_object(const struct field_value values[FIELD_COUNT], void *user, struct error *err)
{
	struct sink *sink = user;
	char separator = '{';

	for (unsigned i = 0; i < FIELD_COUNT; i++) {
		if (values[i].kind == VALUE_NONE)
			continue;
		text_add(&sink->text, "%c\"%s\":", separator, field_name((enum event_field)i));
		if (values[i].kind == VALUE_NUMBER)
			text_add_number(&sink->text, values[i].number);
		else
			text_add_json(&sink->text, values[i].words);
		separator = ',';
	}
	text_add_bytes(&sink->text, "}\n", 2);
	return sink_pass(sink, err);
}

static int write_jsonl(const struct export_job *job, struct sink *sink, struct error *err)
{
	return fields_walk(job, add_object, sink, err);
}

const struct exporter exporter_jsonl = {.name = "jsonl", .write = write_jsonl};
