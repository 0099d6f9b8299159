/*
 * Requests alone, in the form of the malloc lab: four integers (a heap size that is ignored, the
 * number of objects, the number of requests, a weight), then `a ID SIZE`, `r ID SIZE`, `f ID`.
 * Requests that failed, frees of what is not live, and everything that is not a request, are left
 * out, and a realloc to nothing is a free, since drivers of the lab index an array with every ID
 * and take a block of no bytes for a failure.
 */
#include "base/arrays.h"
#include "base/error.h"
#include "base/progress.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "export/exporter.h"
#include "export/sink.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdlib.h>

#define BATCH 256u

struct requests {
	ARRAY(uint8_t) is_live; /* by object */
	struct text *text;      /* NULL: they are only counted */
	uint64_t count;
};

static uint8_t *life_of(struct requests *requests, uint32_t object)
{
	while (requests->is_live.count <= object)
		array_push(&requests->is_live);
	return &requests->is_live.items[object];
}

/* The letter of a request, or 0: it is left out. */
static char letter_of(struct requests *requests, const struct event *event)
{
	if (event->object == OBJECT_NONE || event_is_counted(event) ||
		event->domain == DOMAIN_ARENA || (event->flags & EVENT_FAILED))
		return 0;
	uint8_t *is_live = life_of(requests, event->object);
	bool was_live = *is_live;
	bool is_free = event->kind == EVENT_FREE ||
		       (event->kind == EVENT_REALLOCATE && was_live && event->size == 0);
	if (is_free) {
		*is_live = false;
		return was_live ? 'f' : 0;
	}
	if (event->kind != EVENT_ALLOCATE && event->kind != EVENT_REALLOCATE)
		return 0;
	*is_live = true;
	return event->kind == EVENT_REALLOCATE && was_live ? 'r' : was_live ? 0 : 'a';
}

static void add_request(struct requests *requests, const struct event *event)
{
	char letter = letter_of(requests, event);

	if (letter == 0)
		return;
	requests->count++;
	if (!requests->text)
		return;
	text_add(requests->text, "%c %" PRIu32, letter, event->object);
	if (letter != 'f')
		text_add(requests->text, " %" PRIu64, event->size);
	text_add_bytes(requests->text, "\n", 1);
}

static int write_rep(const struct export_job *job, struct sink *sink, struct error *err)
{
	struct requests requests = {0};
	struct event events[BATCH];
	int result = 0;

	for (int pass = 0; pass < 2 && result == 0; pass++) {
		uint64_t at = 0;
		size_t n;
		while (result == 0 && (n = trace_read(job->trace, at, events, BATCH)) > 0) {
			progress_say(pass == 0 ? "counting" : "writing", "events", at,
				trace_length(job->trace));
			for (size_t i = 0; i < n; i++)
				add_request(&requests, &events[i]);
			at += n;
			result = sink_pass(sink, err);
		}
		progress_end();
		if (pass > 0)
			break;
		text_add(&sink->text, "0\n%zu\n%" PRIu64 "\n1\n", requests.is_live.count,
			requests.count);
		array_finish(&requests.is_live);
		requests = (struct requests){.text = &sink->text};
	}
	array_finish(&requests.is_live);
	return result;
}

const struct exporter exporter_rep = {.name = "rep", .write = write_rep};
