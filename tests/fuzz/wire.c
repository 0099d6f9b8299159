/* Any bytes as the log of a recording that grows: read in two parts, and cut in any place. */
#include "base/error.h"
#include "target.h"
#include "trace/wire_log.h"

#include <stdlib.h>
#include <string.h>

#define LENGTH_MAX (1u << 20)

static int take_events(void *context, struct event *events, size_t count)
{
	uint64_t *sum = context;

	for (size_t i = 0; i < count; i++)
		*sum += events[i].size;
	return 0;
}

static int take_text(void *context, struct event *event, const char *text, size_t length)
{
	uint64_t *sum = context;

	*sum += event->size + (unsigned char)text[length / 2];
	return 0;
}

static int take_site(void *context, const uint64_t *frames, size_t count, uint32_t *ret_site)
{
	uint64_t *sum = context;

	*ret_site = count > 0 ? (uint32_t)(*sum += frames[count - 1]) : 0;
	return 0;
}

static int take_module(void *context, const struct trace_module *module)
{
	uint64_t *sum = context;

	*sum += module->base;
	return 0;
}

static int take_name(void *context, uint64_t frame, const char *words)
{
	uint64_t *sum = context;

	*sum += frame + strlen(words);
	return 0;
}

static void read_in_parts(const uint8_t *bytes, size_t length, size_t first)
{
	uint64_t sum = 0;
	const struct wire_sink sink = {&sum, take_events, take_text, take_site, take_module,
		take_name, NULL};
	struct wire_log *log = wire_log_new(&sink, 0);
	struct error err;

	if (wire_log_extend(log, bytes, first, &err) == 0 &&
		wire_log_extend(log, bytes, length, &err) == 0)
		wire_log_give(log, UINT64_MAX);
	wire_log_free(log);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	if (length > LENGTH_MAX)
		return 0;
	uint8_t *copy =
		malloc(length + 1); /* exactly as long, so that a byte too many is noticed */
	memcpy(copy, bytes, length);
	if (length >= sizeof(WIRE_MAGIC) - 1)
		memcpy(copy, WIRE_MAGIC, sizeof(WIRE_MAGIC) - 1);
	read_in_parts(copy, length, length);
	read_in_parts(copy, length, length / 2);
	free(copy);
	return 0;
}
