/*
 * The callers of what is live as a profile for speedscope.app: two profiles over the same frames,
 * bytes and blocks. Its schema is at https://www.speedscope.app/file-format-schema.json.
 */
#include "export/sink.h"
#include "export/stacks.h"
#include "pictures/row_set.h"
#include "trace/trace.h"

#include <inttypes.h>

#define SCHEMA "https://www.speedscope.app/file-format-schema.json"

/* A stack as the numbers of its frames, outermost first. */
static void add_stack(struct text *out, const struct stacks *stacks, uint32_t site,
	struct row_set *frames)
{
	const char *separator = "[";

	for (size_t depth = stacks_depth(stacks, site); depth > 0; depth--) {
		text_add(out, "%s%" PRIu32, separator,
			row_set_add(frames, stacks_frame(stacks, site, depth - 1)));
		separator = ",";
	}
	text_add(out, "]");
}

static void add_profile(struct text *out, const struct stacks *stacks, bool in_bytes,
	struct row_set *frames)
{
	const struct site_sum *sums;
	size_t count = stacks_list(stacks, &sums);
	struct text weights = {0};
	uint64_t total = 0;

	text_add(out, "{\"type\":\"sampled\",\"name\":\"live %s\",\"unit\":\"%s\",\"samples\":[",
		in_bytes ? "bytes" : "blocks", in_bytes ? "bytes" : "none");
	for (size_t i = 0; i < count; i++) {
		uint64_t weight = in_bytes ? sums[i].live : sums[i].live_blocks;
		if (sums[i].live_blocks == 0)
			continue;
		if (weights.length > 0)
			text_add(out, ",");
		add_stack(out, stacks, sums[i].site, frames);
		text_add(&weights, "%s%" PRIu64, weights.length > 0 ? "," : "", weight);
		total += weight;
	}
	text_add(out, "],\"weights\":[%s],\"startValue\":0,\"endValue\":%" PRIu64 "}",
		text_of(&weights), total);
	text_finish(&weights);
}

static int write_speedscope(const struct export_job *job, struct sink *sink, struct error *err)
{
	struct stacks *stacks;
	struct row_set frames = {0};
	struct text profiles = {0};

	if (stacks_new(&stacks, job, err) < 0)
		return -1;
	add_profile(&profiles, stacks, true, &frames);
	text_add(&profiles, ",\n");
	add_profile(&profiles, stacks, false, &frames);
	text_add(&sink->text, "{\"$schema\":\"" SCHEMA "\",\"exporter\":\"arenascope\",\"name\":");
	text_add_json(&sink->text, trace_name(job->trace));
	text_add(&sink->text, ",\"shared\":{\"frames\":[");
	for (size_t i = 0; i < frames.rows.count; i++) {
		text_add(&sink->text, i > 0 ? ",{\"name\":" : "{\"name\":");
		text_add_json(&sink->text, frames.rows.items[i]);
		text_add(&sink->text, "}");
	}
	text_add(&sink->text, "]},\"profiles\":[\n%s]}\n", text_of(&profiles));
	text_finish(&profiles);
	row_set_finish(&frames);
	stacks_free(stacks);
	return sink_pass(sink, err);
}

const struct exporter exporter_speedscope = {.name = "speedscope",
	.write = write_speedscope,
	.moment = EXPORT_MOMENT};
