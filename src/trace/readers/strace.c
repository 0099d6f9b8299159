/*
 * Reads what `strace -e trace=memory` prints: what a process takes from the system, as mappings.
 *
 *	mmap(NULL, 303104, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x7faf525fe000
 *	30050 munmap(0x7f8a80000000, 67108864 <unfinished ...>
 *	30050 <... munmap resumed>)             = 0
 *	brk(0x55980bd66000)                     = 0x55980bd66000
 *
 *	brk up              a mapping, of the pages that are new
 *	munmap, brk down    of a part: the whole is unmapped, and what is left of it mapped again
 *	mremap              unmapped, and mapped at its new place
 *	MAP_FIXED           in a mapping that is there: left out, the addresses are taken already
 *
 * An munmap counts from its first half, as a free does (ltrace.c), all else from its second.
 */
#include "trace/mappings.h"
#include "trace/readers/calls.h"
#include "trace/readers/import.h"
#include "trace/readers/prefix.h"
#include "trace/readers/reader.h"
#include "trace/readers/stacks.h"

#include <assert.h>
#include <string.h>

#define PAGE 4096u

struct strace {
	struct calls_begun begun;
	struct mappings mappings;
	struct stacks stacks;
	uint64_t end_of_heap; /* the break; 0: not known */
};

static uint64_t page_end(uint64_t address)
{
	return (address + PAGE - 1) & ~(uint64_t)(PAGE - 1);
}

/* false: no kernel maps it; it begins within a page, or goes past the end of all addresses. */
static bool pages_of(uint64_t start, uint64_t size, struct mapping *ret_range)
{
	uint64_t end = 0;

	if (size == 0 || start % PAGE != 0 || __builtin_add_overflow(start, size, &end) ||
		__builtin_add_overflow(end, PAGE - 1, &end))
		return false;
	*ret_range = (struct mapping){start, page_end(start + size)};
	return true;
}

/* From the line's prefix: whose call it is, and when. */
static struct event event_of(struct import *import, struct strace *strace,
	const struct prefix *prefix, enum event_kind kind, uint64_t address)
{
	struct event event = {
		.kind = (uint8_t)kind,
		.address = address,
		.object = OBJECT_NONE,
		.text = TEXT_NONE,
		.thread = import_thread(import, prefix->thread),
		.site = stacks_caller(&strace->stacks, prefix->caller, import->feed),
	};

	if (prefix->has_time)
		import_set_time(import, &event, prefix->time);
	return event;
}

static void put_map(struct import *import, struct strace *strace, const struct prefix *prefix,
	uint64_t start, uint64_t size, enum call call)
{
	struct event event = event_of(import, strace, prefix, EVENT_MAP, start);
	struct mapping range;

	event.size = size;
	event.call = (uint8_t)call;
	import_event(import, &event);
	if (pages_of(start, size, &range))
		mappings_add(&strace->mappings, range);
}

/* Whatever is mapped in the range no longer is; gives whether anything was. */
static bool put_unmap(struct import *import, struct strace *strace, const struct prefix *prefix,
	struct mapping range, enum call call)
{
	static const char rest[] = " the rest of the mapping";
	struct mapping taken;
	bool is_any = false;

	/* Or what is left would be taken again, without end. */
	assert(range.start % PAGE == 0 && range.end % PAGE == 0);
	while (mappings_take(&strace->mappings, range, &taken)) {
		struct event event = event_of(import, strace, prefix, EVENT_UNMAP, taken.start);
		event.call = (uint8_t)call;
		import_event(import, &event);
		if (taken.start < range.start) {
			put_map(import, strace, prefix, taken.start, range.start - taken.start,
				CALL_UNKNOWN);
			feed_comment(import->feed, rest, strlen(rest), true);
		}
		if (taken.end > range.end) {
			put_map(import, strace, prefix, range.end, taken.end - range.end,
				CALL_UNKNOWN);
			feed_comment(import->feed, rest, strlen(rest), true);
		}
		is_any = true;
	}
	return is_any;
}

static bool take_mmap(struct import *import, struct strace *strace, const struct prefix *prefix,
	const struct call_text *call)
{
	struct mapping range;

	if (call->count < 2 || !call->has_result || call->result >= UINT64_MAX - PAGE ||
		!pages_of(call->result, call->numbers[1], &range))
		return false;
	if (call->is_fixed && mappings_contain(&strace->mappings, range))
		return false;
	put_unmap(import, strace, prefix, range, CALL_UNKNOWN);
	put_map(import, strace, prefix, call->result, call->numbers[1], CALL_MMAP);
	return true;
}

static bool take_munmap(struct import *import, struct strace *strace, const struct prefix *prefix,
	const struct call_text *call)
{
	struct mapping range;

	if (call->count < 2 || (call->has_result && call->result != 0) ||
		!pages_of(call->numbers[0], call->numbers[1], &range))
		return false;
	if (put_unmap(import, strace, prefix, range, CALL_MUNMAP))
		return true;
	struct event event = event_of(import, strace, prefix, EVENT_UNMAP, call->numbers[0]);
	event.call = CALL_MUNMAP; /* of a mapping that was made before the log began */
	import_event(import, &event);
	return true;
}

static bool take_mremap(struct import *import, struct strace *strace, const struct prefix *prefix,
	const struct call_text *call)
{
	struct mapping old, new;

	if (call->count < 3 || !call->has_result || call->result >= UINT64_MAX - PAGE ||
		!pages_of(call->numbers[0], call->numbers[1], &old) ||
		!pages_of(call->result, call->numbers[2], &new))
		return false;
	put_unmap(import, strace, prefix, old, CALL_UNKNOWN);
	put_unmap(import, strace, prefix, new, CALL_UNKNOWN);
	put_map(import, strace, prefix, call->result, call->numbers[2], CALL_UNKNOWN);
	return true;
}

static bool take_brk(struct import *import, struct strace *strace, const struct prefix *prefix,
	const struct call_text *call)
{
	uint64_t old = strace->end_of_heap, new;

	if (call->count < 1 || !call->has_result || call->result == 0 ||
		call->result >= UINT64_MAX - PAGE)
		return false;
	new = page_end(call->result); /* the break may be in the middle of a page */
	strace->end_of_heap = new;
	if (old == 0 || old == new || call->numbers[0] == 0)
		return false;
	if (new < old)
		return put_unmap(import, strace, prefix, (struct mapping){new, old}, CALL_UNKNOWN);
	put_unmap(import, strace, prefix, (struct mapping){old, new}, CALL_UNKNOWN);
	put_map(import, strace, prefix, old, new - old, CALL_UNKNOWN);
	return true;
}

static const struct {
	const char *name;
	bool (*take)(struct import *import, struct strace *strace, const struct prefix *prefix,
		const struct call_text *call);
	bool from_first_half;
} system_calls[] = {
	{"mmap", take_mmap},
	{"mmap2", take_mmap},
	{"munmap", take_munmap, true},
	{"mremap", take_mremap},
	{"brk", take_brk},
};

#define SYSTEM_CALLS (sizeof(system_calls) / sizeof(*system_calls))

static size_t find_call(const char *name)
{
	size_t i = 0;

	while (i < SYSTEM_CALLS && strcmp(system_calls[i].name, name) != 0)
		i++;
	return i;
}

static bool read_line(struct import *import, void *context)
{
	struct strace *strace = context;
	struct call_begun resumed;
	struct call_text call;
	struct prefix prefix;
	char name[CALL_NAME_BYTES];
	const char *at = prefix_take(import->line, &prefix);

	if (feed_process(import->feed) && !import_process(import, prefix.thread))
		return true;
	const char *after = call_take_resumed(at, name);
	if (after) {
		size_t i = find_call(name);
		if (!calls_resume(&strace->begun, prefix.thread, name, &resumed) ||
			!call_take_resumed_result(after, &resumed.call) || i == SYSTEM_CALLS)
			return false;
		return system_calls[i].from_first_half ||
		       system_calls[i].take(import, strace, &prefix, &resumed.call);
	}
	if (!call_take(at, &call))
		return false;
	size_t i = find_call(call.name);
	if (i == SYSTEM_CALLS)
		return false;
	if (!call.is_half)
		return system_calls[i].take(import, strace, &prefix, &call);
	calls_begin(&strace->begun, prefix.thread, &call);
	return !system_calls[i].from_first_half ||
	       system_calls[i].take(import, strace, &prefix, &call);
}

static int read(struct feed *feed, struct source *source, struct error *err)
{
	struct strace strace = {0};

	(void)err;
	stacks_init(&strace.stacks);
	import_log(feed, source, read_line, &strace);
	calls_begun_finish(&strace.begun);
	mappings_finish(&strace.mappings);
	stacks_finish(&strace.stacks);
	return 0;
}

static bool is_line(const char *line)
{
	struct prefix prefix;
	struct call_text call;

	return call_take(prefix_take(line, &prefix), &call) &&
	       find_call(call.name) < SYSTEM_CALLS && (call.has_result || call.is_half);
}

static bool recognises(const char *bytes, size_t length)
{
	return import_recognises(bytes, length, is_line);
}

const struct trace_reader reader_strace = {
	.name = "strace",
	.recognises = recognises,
	.read = read,
};
