/* See lab_course.h. */
#include "cmd/lab_course.h"

#include "base/write_all.h"
#include "trace/trace.h"

#include <sys/mman.h>
#include <unistd.h>

#define BATCH        256u
#define BLOCKS_SPARE 65536u /* slots beyond those that as many events can need */

struct sizes {
	ARRAY(uint64_t) live; /* by object; 0: it is dead */
	uint64_t bytes;
};

static bool is_ordinary(const struct event *event)
{
	return event->object != OBJECT_NONE && event->alignment == 0 &&
	       !(event->flags & (EVENT_FAILED | EVENT_OLD_UNKNOWN)) &&
	       (event->kind == EVENT_ALLOCATE || event->kind == EVENT_REALLOCATE ||
		       event->kind == EVENT_FREE);
}

static uint64_t *size_of(struct sizes *sizes, uint32_t object)
{
	while (sizes->live.count <= object)
		array_push(&sizes->live);
	return &sizes->live.items[object];
}

static bool is_nothing(const struct event *event)
{
	return event_is_note_or_mark(event) || event->kind == EVENT_LIBC;
}

static bool is_free_of_null(const struct event *event)
{
	return event->kind == EVENT_FREE && event->object == OBJECT_NONE && event->address == 0;
}

/* Whether it is about a live block; a realloc may be of none, if the object never was. */
static bool wants_live(const struct event *event, uint64_t size)
{
	if (event->kind == EVENT_REALLOCATE && size == 0)
		return event->flags & EVENT_SEEN_BEFORE;
	return event->kind != EVENT_ALLOCATE;
}

static void add_step(struct course *course, uint64_t number, const struct plugin_step *step)
{
	*array_push(&course->numbers) = number;
	*array_push(&course->steps) = *step;
}

static bool add_event(struct course *course, struct sizes *sizes, uint64_t number,
	const struct event *event, uint64_t length)
{
	static const enum plugin_ask asks_for[] = {
		[EVENT_ALLOCATE] = PLUGIN_ALLOCATE,
		[EVENT_REALLOCATE] = PLUGIN_REALLOCATE,
		[EVENT_FREE] = PLUGIN_RELEASE,
	};

	if (is_nothing(event))
		return true;
	if (is_free_of_null(event)) {
		if (course->frees_null)
			add_step(course, number, &(struct plugin_step){.ask = PLUGIN_RELEASE});
		return true;
	}
	if (!is_ordinary(event) || event->object > length + BLOCKS_SPARE)
		return false;
	uint64_t *size = size_of(sizes, event->object);
	bool asks = event_asks_for_memory(event);
	if ((*size > 0) != wants_live(event, *size) || (asks && event->size == 0))
		return false;
	sizes->bytes += event->size - *size;
	*size = event->size;
	if (sizes->bytes > course->peak)
		course->peak = sizes->bytes;
	uint32_t block = event->object + 1;
	if (block >= course->blocks)
		course->blocks = block + UINT64_C(1);
	add_step(course, number,
		&(struct plugin_step){
			.ask = asks_for[event->kind],
			.block = block,
			.size = event->size,
		});
	return true;
}

/* Where a number of requests ends; of these *requests are left that are not there. */
static uint64_t position_after(struct trace *trace, uint64_t *requests)
{
	uint64_t at = 0, left = *requests;
	struct event events[BATCH];
	size_t n;

	while (left > 0 && (n = trace_read(trace, at, events, BATCH)) > 0)
		for (size_t i = 0; i < n && left > 0; i++, at++)
			left -= !event_is_note_or_mark(&events[i]);
	*requests = left;
	return at;
}

/* The header is "size, objects, requests", and in most forms a weight. */
uint64_t course_length(struct trace *trace)
{
	const struct trace_info *info = trace_info(trace);
	uint64_t length = trace_length(trace);

	if (info->header_count < 3 || info->header[2] == 0 || info->header[2] >= length)
		return length;
	return position_after(trace, &(uint64_t){info->header[2]});
}

uint64_t course_missing(struct trace *trace)
{
	const struct trace_info *info = trace_info(trace);
	uint64_t requests = info->header_count < 3 ? 0 : info->header[2];

	position_after(trace, &requests);
	return requests;
}

uint64_t course_rest(struct trace *trace, uint64_t *ret_first)
{
	struct event events[BATCH];
	uint64_t at = course_length(trace), requests = 0;
	size_t n;

	while ((n = trace_read(trace, at, events, BATCH)) > 0)
		for (size_t i = 0; i < n; i++, at++)
			if (!event_is_note_or_mark(&events[i]) && requests++ == 0)
				*ret_first = at;
	return requests;
}

bool course_of(struct course *ret_course, struct trace *trace, bool frees_null)
{
	uint64_t length = course_length(trace), at = 0;
	struct event events[BATCH];
	struct sizes sizes = {0};
	bool is_ordinary = true;
	size_t n;

	*ret_course = (struct course){.blocks = 1, .frees_null = frees_null};
	while (is_ordinary && at < length && (n = trace_read(trace, at, events, BATCH)) > 0) {
		n = length - at < n ? (size_t)(length - at) : n;
		for (size_t i = 0; i < n && is_ordinary; i++)
			is_ordinary = add_event(ret_course, &sizes, at + i, &events[i], length);
		at += n;
	}
	array_finish(&sizes.live);
	return is_ordinary && ret_course->steps.count > 0 && !trace_damage(trace);
}

void course_finish(struct course *course)
{
	array_finish(&course->steps);
	array_finish(&course->numbers);
}

int course_file(const struct course *course)
{
	int file = memfd_create("course", MFD_CLOEXEC);
	size_t bytes = course->steps.count * sizeof(*course->steps.items);

	if (file >= 0 && write_all(file, course->steps.items, bytes) < 0) {
		close(file);
		file = -1;
	}
	return file;
}
