/* Every event and its outcome as CSV (RFC 4180): a line of names, then a line for each event. */
#include "base/text.h"
#include "export/event_fields.h"
#include "export/sink.h"

static int add_line(const struct field_value values[FIELD_COUNT], void *user, struct error *err)
{
	struct sink *sink = user;

	for (unsigned i = 0; i < FIELD_COUNT; i++) {
		if (i > 0)
			text_add_bytes(&sink->text, ",", 1);
		if (values[i].kind == VALUE_NUMBER)
			text_add_number(&sink->text, values[i].number);
		else if (values[i].kind == VALUE_WORDS)
			text_add_csv(&sink->text, values[i].words);
	}
	text_add_bytes(&sink->text, "\n", 1);
	return sink_pass(sink, err);
}

static int write_csv(const struct export_job *job, struct sink *sink, struct error *err)
{
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		text_add(&sink->text, "%s%s", i > 0 ? "," : "", field_name((enum event_field)i));
	text_add(&sink->text, "\n");
	return fields_walk(job, add_line, sink, err);
}

const struct exporter exporter_csv = {.name = "csv", .write = write_csv};
