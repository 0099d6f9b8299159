/*
 * See memory.h.  A block of the tracer:
 *
 *	head      size, object, neighbours among all that live; 32 bytes, so that the payload is
 *	          aligned
 *	payload   what the workload got
 *	fence     bytes behind it, looked at when it is released
 *
 * Call sites have addresses of code in the format; here they are numbers, one for each text, with
 * that text as their name.
 */
#include "workload/memory.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/text.h"
#include "base/xalloc.h"
#include "trace/trace.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FRESH        0xCD
#define RELEASED     0xDD
#define FENCE        0xFD
#define FENCE_LENGTH 8u
#define FIRST_CALLER 0x1000u /* the address of the first that asks; those of the others follow */

struct traced_block {
	struct traced_block *next, *before;
	uint64_t size; /* bytes of payload */
	uint32_t object;
	uint32_t unused;
};
static_assert(sizeof(struct traced_block) % _Alignof(max_align_t) == 0,
	"payloads are aligned for anything");

struct call_site {
	const char *who; /* borrowed */
	uint32_t site;
};

struct tracer {
	struct memory memory;        /* the first member: a memory is cast to its tracer */
	struct trace_writer *writer; /* borrowed */
	ARRAY(struct call_site) callers;
	ARRAY(unsigned) threads;    /* by the number in the trace, which is by appearance */
	struct traced_block living; /* a ring */
	uint32_t next_object;
	bool failed;
	struct error err; /* the first */
};

static void note_failure(struct tracer *tracer, int result, const struct error *err)
{
	if (result == 0 || tracer->failed)
		return;
	tracer->failed = true;
	tracer->err = *err;
}

static uint32_t site_of(struct tracer *tracer, const char *who)
{
	struct error err;
	uint32_t site = SITE_NONE;

	for (size_t i = 0; i < tracer->callers.count; i++)
		if (tracer->callers.items[i].who == who)
			return tracer->callers.items[i].site;
	for (size_t i = 0; i < tracer->callers.count && site == SITE_NONE; i++)
		if (strcmp(tracer->callers.items[i].who, who) == 0)
			site = tracer->callers.items[i].site;
	if (site == SITE_NONE) {
		const uint64_t address = FIRST_CALLER + tracer->callers.count;
		note_failure(tracer, trace_writer_name(tracer->writer, address, who, &err), &err);
		note_failure(tracer, trace_writer_site(tracer->writer, &address, 1, &site, &err),
			&err);
	}
	*array_push(&tracer->callers) = (struct call_site){who, site};
	return site;
}

static uint32_t thread_of(struct tracer *tracer)
{
	for (size_t i = 0; i < tracer->threads.count; i++)
		if (tracer->threads.items[i] == tracer->memory.thread)
			return (uint32_t)i;
	*array_push(&tracer->threads) = tracer->memory.thread;
	return (uint32_t)tracer->threads.count - 1;
}

/* Of a block that was not given quietly. */
static void write_event(struct tracer *tracer, enum event_kind kind,
	const struct traced_block *block, const char *who, uint8_t flags)
{
	const struct event event = {
		.kind = (uint8_t)kind,
		.object = block->object,
		.size = kind == EVENT_FREE ? 0 : block->size,
		.thread = thread_of(tracer),
		.text = TEXT_NONE,
		.site = block->object == OBJECT_NONE ? SITE_NONE : site_of(tracer, who),
		.flags = flags,
	};
	struct error err;

	if (block->object != OBJECT_NONE) {
		note_failure(tracer, trace_writer_add(tracer->writer, &event, NULL, &err), &err);
		tracer->memory.events++;
	}
	if (tracer->memory.live_bytes > tracer->memory.peak_bytes)
		tracer->memory.peak_bytes = tracer->memory.live_bytes;
}

static uint32_t tracer_tell(struct memory *memory, const struct event *said, const char *who)
{
	struct tracer *tracer = (struct tracer *)(void *)memory;
	struct event event = *said;
	struct error err;

	if (event.kind == EVENT_NEW || event.kind == EVENT_WEAK)
		event.object = tracer->next_object++;
	event.text = TEXT_NONE;
	event.thread = thread_of(tracer);
	event.site = site_of(tracer, who);
	note_failure(tracer, trace_writer_add(tracer->writer, &event, NULL, &err), &err);
	memory->events++;
	return event.object;
}

/* ---- blocks ---------------------------------------------------------------------------------- */

static struct traced_block *head_of(void *block)
{
	return (struct traced_block *)block - 1;
}

static unsigned char *payload_of(struct traced_block *head)
{
	return (unsigned char *)(head + 1);
}

static uint32_t tracer_number(const struct memory *memory, const void *block)
{
	return ((const struct traced_block *)block - 1)->object;
}

static struct traced_block *make_block(struct tracer *tracer, size_t size, uint32_t object)
{
	struct traced_block *head = xmalloc(sizeof(*head) + size + FENCE_LENGTH);

	*head = (struct traced_block){.next = tracer->living.next,
		.before = &tracer->living,
		.size = size,
		.object = object};
	head->next->before = head;
	head->before->next = head;
	memset(payload_of(head), FRESH, size);
	memset(payload_of(head) + size, FENCE, FENCE_LENGTH);
	tracer->memory.live++;
	tracer->memory.live_bytes += size;
	return head;
}

static bool is_fenced(struct traced_block *head)
{
	for (size_t i = 0; i < FENCE_LENGTH; i++)
		if (payload_of(head)[head->size + i] != FENCE)
			return false;
	return true;
}

static void drop_block(struct tracer *tracer, struct traced_block *head)
{
	assert(head->next != head && head->before != head);
	assert(is_fenced(head));
	(void)is_fenced;
	head->next->before = head->before;
	head->before->next = head->next;
	tracer->memory.live--;
	tracer->memory.live_bytes -= head->size;
	memset(payload_of(head), RELEASED, head->size);
	free(head);
}

static void *tracer_allocate(struct memory *memory, size_t size, const char *who)
{
	struct tracer *tracer = (struct tracer *)(void *)memory;
	struct traced_block *head =
		make_block(tracer, size, memory->is_quiet ? OBJECT_NONE : tracer->next_object++);

	write_event(tracer, EVENT_ALLOCATE, head, who, 0);
	return payload_of(head);
}

static void *tracer_resize(struct memory *memory, void *block, size_t size, const char *who)
{
	struct tracer *tracer = (struct tracer *)(void *)memory;

	if (!block)
		return tracer_allocate(memory, size, who);
	struct traced_block *old = head_of(block);
	struct traced_block *new = make_block(tracer, size, old->object);
	memcpy(payload_of(new), block, old->size < size ? old->size : size);
	drop_block(tracer, old);
	write_event(tracer, EVENT_REALLOCATE, new, who, EVENT_SEEN_BEFORE);
	return payload_of(new);
}

static void tracer_release(struct memory *memory, void *block, const char *who)
{
	struct tracer *tracer = (struct tracer *)(void *)memory;
	struct traced_block *head = head_of(block);

	write_event(tracer, EVENT_FREE, head, who, EVENT_SEEN_BEFORE);
	drop_block(tracer, head);
}

/* ---- words ----------------------------------------------------------------------------------- */

static void tracer_say(struct memory *memory, enum event_kind kind, const char *words)
{
	struct tracer *tracer = (struct tracer *)(void *)memory;
	const struct event event = {.kind = (uint8_t)kind,
		.object = OBJECT_NONE,
		.text = TEXT_NONE};
	struct error err;

	note_failure(tracer, trace_writer_add(tracer->writer, &event, words, &err), &err);
	memory->events++;
}

static void say(struct memory *memory, enum event_kind kind, const char *format, va_list arguments)
{
	char words[1024];

	vsnprintf(words, sizeof(words), format, arguments);
	memory->say(memory, kind, words);
}

void memory_note(struct memory *memory, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(memory, EVENT_NOTE, format, arguments);
	va_end(arguments);
}

void memory_mark(struct memory *memory, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	say(memory, EVENT_MARK, format, arguments);
	va_end(arguments);
}

/* ---- counted objects ------------------------------------------------------------------------- */

uint32_t memory_made(struct memory *memory, size_t size, const char *who)
{
	const struct event event = {.kind = EVENT_NEW, .size = size, .flags = EVENT_TRACKED};

	return memory->tell(memory, &event, who);
}

void memory_refers(struct memory *memory, uint32_t one, uint32_t other, const char *who)
{
	const struct event event = {.kind = EVENT_REF,
		.object = other,
		.other = one,
		.flags = EVENT_SEEN_BEFORE};

	memory->tell(memory, &event, who);
}

void memory_lets_go(struct memory *memory, uint32_t one, uint32_t other, const char *who)
{
	const struct event event = {.kind = EVENT_UNREF,
		.object = other,
		.other = one,
		.flags = EVENT_SEEN_BEFORE};

	memory->tell(memory, &event, who);
}

uint32_t memory_made_weak(struct memory *memory, size_t size, uint32_t other, const char *who)
{
	const struct event event = {.kind = EVENT_WEAK,
		.size = size,
		.other = other,
		.callback = OBJECT_NONE};

	return memory->tell(memory, &event, who);
}

void memory_collects(struct memory *memory, const char *who)
{
	const struct event event = {.kind = EVENT_COLLECT,
		.object = OBJECT_NONE,
		.size = GENERATIONS - 1};

	memory->tell(memory, &event, who);
}

void memory_collects_when_asked(struct memory *memory, const char *who)
{
	const struct event event = {.kind = EVENT_GC, .object = OBJECT_NONE, .other = GC_OFF};

	memory->tell(memory, &event, who);
}

/* ---- uses ----------------------------------------------------------------------------------- */

void memory_reads(struct memory *memory, const void *block, size_t offset, size_t size,
	const char *who)
{
	const struct event event = {.kind = EVENT_USE,
		.object = memory_number(memory, block),
		.other = USE_READ,
		.size = size,
		.offset = (int64_t)offset,
		.flags = EVENT_SEEN_BEFORE};

	memory->tell(memory, &event, who);
}

void memory_caches(struct memory *memory, enum use_word word, uint32_t object, uint64_t key,
	const char *who)
{
	const struct event event = {.kind = EVENT_USE,
		.object = object,
		.other = word,
		.size = object == OBJECT_NONE ? 0 : 1,
		.key = key_number(key),
		.flags = object == OBJECT_NONE ? 0 : EVENT_SEEN_BEFORE};

	assert((object != OBJECT_NONE) == use_names_object(word));
	memory->tell(memory, &event, who);
}

/* ---- the tracer ------------------------------------------------------------------------------ */

struct memory *tracer_new(struct trace_writer *writer)
{
	struct tracer *tracer = xcalloc(1, sizeof(*tracer));

	tracer->memory = (struct memory){
		.allocate = tracer_allocate,
		.resize = tracer_resize,
		.release = tracer_release,
		.say = tracer_say,
		.tell = tracer_tell,
		.number = tracer_number,
	};
	tracer->writer = writer;
	tracer->living.next = tracer->living.before = &tracer->living;
	return &tracer->memory;
}

int tracer_free(struct memory *memory, struct error *err)
{
	struct tracer *tracer = (struct tracer *)(void *)memory;

	if (!memory)
		return 0;
	for (struct traced_block *block = tracer->living.next, *next; block != &tracer->living;
		block = next) {
		next = block->next;
		drop_block(tracer, block);
	}
	int result = tracer->failed ? error_set(err, "%s", tracer->err.text) : 0;
	array_finish(&tracer->callers);
	array_finish(&tracer->threads);
	free(tracer);
	return result;
}
