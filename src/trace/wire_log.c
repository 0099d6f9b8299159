/*
 * See wire_log.h.
 *
 *	move    a realloc that is under way: between its two stamps the block has given up what it
 *	        had and taken what it has. Its event is given with the second stamp, or just before
 *	        another block is given a part of what it had
 *	pause   only frees are recorded: nothing is said of blocks that are not known
 */
#include "trace/wire_log.h"

#include "base/arrays.h"
#include "base/error.h"
#include "base/xalloc.h"
#include "trace/lanes.h"
#include "trace/mappings.h"
#include "trace/resolver.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static_assert((int)WIRE_MALLOC == (int)CALL_MALLOC && (int)WIRE_FREE == (int)CALL_FREE &&
		      (int)WIRE_PVALLOC == (int)CALL_PVALLOC && (int)WIRE_MMAP == (int)CALL_MMAP &&
		      (int)WIRE_MUNMAP == (int)CALL_MUNMAP,
	"the shim's calls are those of traces");
static_assert((int)WIRE_C == (int)DOMAIN_C && (int)WIRE_RAW == (int)DOMAIN_RAW &&
		      (int)WIRE_MEM == (int)DOMAIN_MEM && (int)WIRE_OBJ == (int)DOMAIN_OBJ &&
		      (int)WIRE_ARENA == (int)DOMAIN_ARENA,
	"the shim's domains are those of traces");

static_assert((int)WIRE_THREAD_END == (int)LIBC_THREAD_END && (int)WIRE_BREAK == (int)LIBC_BREAK &&
		      (int)WIRE_TRIM == (int)LIBC_TRIM && (int)WIRE_MXFAST == (int)LIBC_MXFAST &&
		      (int)WIRE_PERTURB == (int)LIBC_PERTURB &&
		      (int)WIRE_MALLOPT == (int)LIBC_MALLOPT && (int)WIRE_PROGRAM == (int)LIBC_EXEC,
	"what the shim says of the C library is as traces have it");

#define TIME_MAX  1e15  /* microseconds: thirty years */
#define MOVES_MAX 4096u /* at one time */
#define PAGE      4096u
#define EXPECT    12u /* records ahead whose address is looked up soon */
#define WAITING   64u /* events that are given together */

struct move {                 /* a realloc that is under way */
	uint64_t from, bytes; /* what it had */
	struct item begin, end;
	bool has_end;
	bool is_given; /* its event was given before its second stamp */
	struct stream *stream;
};

/*
 * What is known of an object that may be live, a note of the resolver; 0 bytes: it is not, or has
 * none.
 */
#define KNOWN_MAP    1u         /* mapped */
#define KNOWN_DOMAIN 1u         /* the bit from which on there is the enum domain ... */
#define KNOWN_BYTES  4u         /* ... and the bytes, or ... */
#define KNOWN_LARGE  (1u << 26) /* ... from here on, which of the large ones it is */
#define LARGE_MAX    65536u     /* of them: as many as the system lets a process have, about */
static_assert(DOMAIN_ARENA < 1u << (KNOWN_BYTES - KNOWN_DOMAIN) &&
		      KNOWN_LARGE <= RESOLVER_NOTES >> KNOWN_BYTES >> 1,
	"a note has room for both");

/* Bytes that a block is about to get, while settle() makes others leave them. */
struct entering {
	uint64_t address, bytes;
	size_t next; /* of the moves: not looked at yet */
	size_t move; /* of that block, to be given then; MOVES_MAX: none */
};

struct wire_log {
	struct wire_sink sink;
	uint64_t limit; /* events */
	struct lanes lanes;
	uint64_t length, scanned; /* bytes of the log */
	struct wire_head head;
	bool has_head;
	ARRAY(struct move) moves;
	ARRAY(struct entering) entering; /* a stack */
	struct resolver *resolver;
	ARRAY(uint64_t) large;    /* bytes of large blocks; 0: none has this number now */
	struct mappings mappings; /* of --mmap, each an object */
	double microseconds;      /* a stamp; 0: no clock */
	struct wire_log_summary summary;
	struct event waiting[WAITING]; /* without a text, counted, not given yet */
	size_t nwaiting;
	uint64_t given; /* stamp of the last record */
	bool is_paused;
	bool is_partial; /* there may be blocks that were not recorded */
	bool has_gap;    /* it began late, or was paused */
	bool has_begun;  /* something was recorded before a pause */
};

static_assert(WIRE_NAMED == FRAME_NAMED, "frames that stand for a name are the same in a log");

bool wire_log_recognises(const char *bytes, size_t length)
{
	return length >= 8 && memcmp(bytes, WIRE_MAGIC, 8) == 0;
}

struct wire_log *wire_log_new(const struct wire_sink *sink, uint64_t limit)
{
	struct wire_log *log = xcalloc(1, sizeof(*log));

	log->sink = *sink;
	log->limit = limit ? limit : UINT64_MAX;
	log->resolver = resolver_new();
	return log;
}

void wire_log_free(struct wire_log *log)
{
	if (!log)
		return;
	lanes_finish(&log->lanes);
	array_finish(&log->moves);
	array_finish(&log->entering);
	array_finish(&log->large);
	resolver_free(log->resolver);
	mappings_finish(&log->mappings);
	free(log);
}

const struct wire_head *wire_log_head(const struct wire_log *log)
{
	return log->has_head ? &log->head : NULL;
}

const char *wire_log_python(const struct wire_head *head)
{
	bool is_python = head && (head->python == WIRE_PYTHON_HOOKED ||
					 head->python == WIRE_PYTHON_CONFIGURED ||
					 head->python == WIRE_PYTHON_FREE_THREADED ||
					 head->python == WIRE_PYTHON_TOO_OLD);

	return is_python ? head->python_version : "";
}

const char *wire_log_libc(const struct wire_head *head, char *text, size_t size)
{
	if (!head || !head->libc_version[0])
		snprintf(text, size, "%s", "");
	else if (head->allocator[0])
		snprintf(text, size, "%s", head->allocator);
	else
		snprintf(text, size, "glibc %s", head->libc_version);
	return text;
}

void wire_log_summarise(const struct wire_log *log, struct wire_log_summary *ret_summary)
{
	*ret_summary = log->summary;
}

/* ---- events ---------------------------------------------------------------------------------- */

/* There are as many events as are wanted: the rest of the log is left out. */
static bool is_full(const struct wire_log *log)
{
	return log->summary.events >= log->limit;
}

/* Gives those that wait; anything else for the sink comes after them. */
static int give_waiting(struct wire_log *log)
{
	size_t count = log->nwaiting;

	log->nwaiting = 0;
	return count > 0 ? log->sink.events(log->sink.context, log->waiting, count) : 0;
}

/* Where the next event without a text is made, which waits from add_waiting() on. */
static struct event *next_waiting(struct wire_log *log)
{
	return &log->waiting[log->nwaiting];
}

static int add_waiting(struct wire_log *log)
{
	log->summary.events++;
	return ++log->nwaiting == WAITING ? give_waiting(log) : 0;
}

static int give_event(struct wire_log *log, const struct event *event)
{
	if (is_full(log))
		return 0;
	*next_waiting(log) = *event;
	return add_waiting(log);
}

static int give_text(struct wire_log *log, struct event *event, const char *text, size_t length)
{
	if (is_full(log))
		return 0;
	log->summary.events++;
	if (give_waiting(log) < 0)
		return -1;
	return log->sink.text(log->sink.context, event, text, length);
}

static void set_time(const struct wire_log *log, struct event *event, uint64_t stamp)
{
	if (log->microseconds <= 0)
		return;
	double passed = stamp > log->head.start_stamp
				? (double)(stamp - log->head.start_stamp) * log->microseconds
				: 0;
	if (passed > TIME_MAX)
		passed = TIME_MAX; /* of a log that is not sound */
	event->time = (uint64_t)(int64_t)passed * 1000;
	event->flags |= EVENT_HAS_TIME;
}

static enum domain known_domain(uint32_t known)
{
	return known >> KNOWN_DOMAIN & ((1u << (KNOWN_BYTES - KNOWN_DOMAIN)) - 1);
}

static uint64_t known_bytes(const struct wire_log *log, uint32_t known)
{
	uint32_t bytes = known >> KNOWN_BYTES;

	return bytes < KNOWN_LARGE ? bytes : log->large.items[bytes - KNOWN_LARGE];
}

/*
 * What stands for the bytes from now on. `before` did so far. Grows with the large blocks, each of
 * which takes 64 MiB of the program's addresses.
 */
static uint32_t note_bytes(struct wire_log *log, uint32_t before, uint64_t bytes)
{
	size_t at = 0;

	if (before >> KNOWN_BYTES >= KNOWN_LARGE)
		log->large.items[(before >> KNOWN_BYTES) - KNOWN_LARGE] = 0;
	if (bytes < KNOWN_LARGE)
		return (uint32_t)bytes;
	while (at < log->large.count && log->large.items[at] > 0)
		at++;
	if (at == LARGE_MAX)
		return 0; /* of a log that is not sound */
	if (at == log->large.count)
		array_push(&log->large);
	log->large.items[at] = bytes;
	return KNOWN_LARGE + (uint32_t)at;
}

/* The resolver has just taken the event. */
static void account(struct wire_log *log, const struct event *event)
{
	uint32_t known = resolver_note(log->resolver);
	bool ends = event->kind == EVENT_FREE || event->kind == EVENT_UNMAP;
	uint64_t bytes = ends ? 0 : event->size;

	if (event->object == OBJECT_NONE || event->flags & EVENT_FAILED)
		return;
	if (known_domain(known) != DOMAIN_ARENA)
		log->summary.live_bytes -= known_bytes(log, known);
	if (event->domain != DOMAIN_ARENA)
		log->summary.live_bytes += bytes;
	resolver_set_note(log->resolver, note_bytes(log, known, bytes) << KNOWN_BYTES |
						 (uint32_t)event->domain << KNOWN_DOMAIN |
						 (event->kind == EVENT_MAP ? KNOWN_MAP : 0));
}

static enum event_kind kind_of(const struct wire_record *record)
{
	switch (record->call) {
	case WIRE_FREE:
		return EVENT_FREE;
	case WIRE_MMAP:
		return EVENT_MAP;
	case WIRE_MUNMAP:
		return EVENT_UNMAP;
	case WIRE_REALLOC:
	case WIRE_REALLOCARRAY:
		return EVENT_REALLOCATE;
	default:
		return EVENT_ALLOCATE;
	}
}

/* ---- call sites ------------------------------------------------------------------------------ */

static int take_stack(struct wire_log *log, struct stream *stream, const struct wire_record *record)
{
	uint64_t frames[SITE_FRAMES_MAX];
	size_t count = (size_t)(record->size / sizeof(*frames));
	uint32_t site = SITE_NONE;

	if (record->address == 0 || record->address > stream->sites.count + 1)
		return 0;
	count = count < SITE_FRAMES_MAX ? count : SITE_FRAMES_MAX;
	memcpy(frames, record->payload, count * sizeof(*frames));
	if (give_waiting(log) < 0 || log->sink.site(log->sink.context, frames, count, &site) < 0)
		return -1;
	if (record->address == stream->sites.count + 1)
		array_push(&stream->sites);
	stream->sites.items[record->address - 1] = site;
	return 0;
}

static int take_module(struct wire_log *log, const struct wire_record *record)
{
	struct wire_module module;
	char id[2 * sizeof(module.build_id) + 1] = "";

	if (record->size < sizeof(module))
		return 0;
	memcpy(&module, record->payload, sizeof(module));
	for (uint32_t i = 0; i < module.build_id_length && i < sizeof(module.build_id); i++)
		snprintf(id + (size_t)2 * i, 3, "%02x", module.build_id[i]);
	char *path = xasprintf("%.*s", (int)(record->size - sizeof(module)),
		(const char *)record->payload + sizeof(module));
	const struct trace_module known = {.path = path,
		.build_id = id,
		.base = module.bias,
		.start = module.start,
		.end = module.end};
	int result = give_waiting(log);
	if (result == 0)
		result = log->sink.module(log->sink.context, &known);
	free(path);
	return result;
}

static int take_name(struct wire_log *log, const struct wire_record *record)
{
	char *words = xasprintf("%.*s", (int)record->size, (const char *)record->payload);
	int result = give_waiting(log);

	if (result == 0)
		result = log->sink.name(log->sink.context, record->address, words);
	free(words);
	return result;
}

static uint32_t site_of(const struct item *item)
{
	const struct stream *stream = item->stream;

	return item->stack && item->stack <= stream->sites.count
		       ? stream->sites.items[item->stack - 1]
		       : SITE_NONE;
}

/* ---- calls ----------------------------------------------------------------------------------- */

/*
 * A free that was among the calls that could not be kept, before the event that shows it; it says
 * no call.
 */
static int give_lost_free(struct wire_log *log, const struct event *event)
{
	struct event lost;

	if (!resolver_lost(log->resolver, event, &lost))
		return 0;
	resolver_take(log->resolver, &lost);
	account(log, &lost);
	return give_event(log, &lost);
}

/*
 * Where the recording has not seen all, a block that it does not know is one of those: its free is
 * no event, and a realloc of it brings a block to light.
 */
static bool is_of_earlier(struct wire_log *log, struct event *event)
{
	bool is_move = event->kind == EVENT_REALLOCATE;
	uint64_t address = is_move ? event->old_address : event->address;

	if ((!is_move && event->kind != EVENT_FREE) || !address ||
		resolver_is_live(log->resolver, address))
		return false;
	log->summary.earlier++;
	event->old_address = 0;
	return !is_move;
}

/* Frees and moves of unknown blocks, in a pause. */
static bool is_of_pause(const struct wire_log *log, const struct event *event)
{
	if (!log->has_begun)
		return false;
	if (event->kind == EVENT_FREE)
		return !resolver_is_live(log->resolver, event->address);
	return event->kind == EVENT_REALLOCATE &&
	       !resolver_is_live(log->resolver, event->old_address);
}

/* Sets all but the time and the object. old: what a realloc was given. */
static inline void make_event(struct event *event, const struct item *item, uint64_t old)
{
	const struct wire_record *record = &item->record;
	enum event_kind kind = kind_of(record);

	*event = (struct event){
		.kind = (uint8_t)kind,
		.call = record->call,
		.domain = record->domain <= WIRE_ARENA ? record->domain : (uint8_t)DOMAIN_C,
		.address = record->address,
		.old_address = old,
		.object = OBJECT_NONE,
		.thread = item->thread,
		.text = TEXT_NONE,
	};
	if (kind != EVENT_FREE && kind != EVENT_UNMAP) {
		event->size = record->size;
		event->site = site_of(item);
	}
	if (kind == EVENT_ALLOCATE && record->other && (record->other & (record->other - 1)) == 0)
		event->alignment = record->other;
	if ((kind == EVENT_MAP || kind == EVENT_UNMAP) && record->other)
		event->call = CALL_UNKNOWN; /* a part, or mremap */
}

/* The event is given, of which nothing more is to be found out than its object. */
static int give_known(struct wire_log *log, struct event *event)
{
	/* An unrecorded block may have been allocated where a known one was: not a double free. */
	if (!(log->is_partial && event->kind == EVENT_FREE &&
		    !resolver_is_live(log->resolver, event->address)))
		resolver_take(log->resolver, event);
	account(log, event);
	log->summary.object_events += event->domain == DOMAIN_OBJ;
	log->has_begun = true;
	return add_waiting(log);
}

static int give_call(struct wire_log *log, const struct item *item, uint64_t old)
{
	struct event *event = next_waiting(log);

	make_event(event, item, old);
	if (event->kind == EVENT_UNMAP && !resolver_is_live(log->resolver, event->address))
		return 0; /* of a file, or of a part */
	if ((log->is_paused && is_of_pause(log, event)) ||
		(log->has_gap && is_of_earlier(log, event)))
		return 0;
	set_time(log, event, item->record.stamp);
	if (event->kind == EVENT_REALLOCATE && !is_full(log)) {
		const struct event move = *event;
		if (give_lost_free(log, &move) < 0)
			return -1;
		event = next_waiting(log);
		*event = move;
	}
	return is_full(log) ? 0 : give_known(log, event);
}

static int give_mark(struct wire_log *log, uint64_t stamp, const char *text, size_t length)
{
	struct event event = {.kind = EVENT_MARK, .object = OBJECT_NONE, .text = TEXT_NONE};

	if (exit_find_kind(text, length, &log->summary.exit)) {
		log->summary.has_exit = true;
		log->summary.live_at_exit = log->summary.live_bytes;
	}
	set_time(log, &event, stamp);
	return give_text(log, &event, text, length);
}

/* None after the last event that is wanted. */
static int give_remark(struct wire_log *log, const struct wire_record *record)
{
	if (!log->sink.remark || is_full(log))
		return 0;
	if (give_waiting(log) < 0)
		return -1;
	return log->sink.remark(log->sink.context, (const char *)record->payload,
		(size_t)record->size);
}

static int give_libc(struct wire_log *log, const struct item *item)
{
	struct event event = {.kind = EVENT_LIBC,
		.other = (uint32_t)item->record.size,
		.size = item->record.other,
		.object = OBJECT_NONE,
		.thread = item->thread,
		.text = TEXT_NONE};

	if (item->record.size >= LIBC_WORD_COUNT)
		return 0; /* of a later recorder */
	if (!*libc_word_number((enum libc_word)event.other))
		event.size = 0;
	set_time(log, &event, item->record.stamp);
	return give_event(log, &event);
}

/* ---- mappings -------------------------------------------------------------------------------- */

static int give_part(struct wire_log *log, const struct item *item, enum wire_call call,
	struct mapping part)
{
	struct item event = *item;

	event.record.call = call;
	event.record.address = part.start;
	event.record.size = part.end - part.start;
	event.record.other |= call == WIRE_MMAP;
	if (call == WIRE_MMAP && part.start < part.end)
		mappings_add(&log->mappings, part);
	return part.start < part.end ? give_call(log, &event, 0) : 0;
}

/*
 * Whatever is known in the range goes; what is left of it at its two sides are mappings that come.
 * Grows with the mappings that are taken, each a few times the logarithm of all.
 */
static int give_unmapped(struct wire_log *log, const struct item *item, struct mapping range,
	bool *ret_is_any)
{
	struct mapping taken;

	*ret_is_any = false;
	while (mappings_take(&log->mappings, range, &taken)) {
		*ret_is_any = true;
		if (give_part(log, item, WIRE_MUNMAP, taken) < 0 ||
			give_part(log, item, WIRE_MMAP,
				(struct mapping){taken.start, range.start}) < 0 ||
			give_part(log, item, WIRE_MMAP, (struct mapping){range.end, taken.end}) < 0)
			return -1;
	}
	return 0;
}

/* mmap, munmap, or half of an mremap, which is given where what it moves is known. */
static int give_mapping(struct wire_log *log, struct stream *stream, const struct item *item)
{
	const struct wire_record *record = &item->record;
	uint64_t size = (record->size + PAGE - 1) & ~(uint64_t)(PAGE - 1);
	struct mapping range = {record->address, record->address + size};
	bool is_any, is_remapping = stream->is_remapping;

	if (range.start == 0 || range.end <= range.start)
		return record->call == WIRE_MMAP ? give_call(log, item, 0) : 0;
	if (record->call == WIRE_MUNMAP) {
		int result = give_unmapped(log, item, range, &is_any);
		stream->is_remapping = record->other && is_any;
		return result;
	}
	stream->is_remapping = false;
	if (record->other ? !is_remapping : mappings_contain(&log->mappings, range))
		return 0; /* of a file; or a part of what is mapped, once more */
	if (give_unmapped(log, item, range, &is_any) < 0)
		return -1;
	mappings_add(&log->mappings, range);
	return give_call(log, item, 0);
}

/* ---- reallocs -------------------------------------------------------------------------------- */

/* The move `at` has ended, and its block has left every byte it had: its event. */
static int give_move(struct wire_log *log, size_t at)
{
	const struct item end = log->moves.items[at].end;

	return give_call(log, &end, log->moves.items[at].begin.record.address);
}

/* A realloc that never returned, but its bytes are another block's now: it has freed them. */
static int give_half_a_move(struct wire_log *log, size_t at)
{
	struct item end = log->moves.items[at].begin;

	end.record.call = WIRE_FREE;
	return give_call(log, &end, 0);
}

/* The next move from *at on whose block is still in these bytes; false when there is none. */
static bool find_leaving(const struct wire_log *log, const struct entering *entering, size_t *at)
{
	for (; *at < log->moves.count; ++*at) {
		const struct move *move = &log->moves.items[*at];
		uint64_t length = entering->bytes ? entering->bytes : 1;
		if (!move->is_given && move->from < entering->address + length &&
			entering->address < move->from + move->bytes)
			return true;
	}
	return false;
}

/*
 * These bytes are about to be given to a block: a block that is on its way out of them has left.
 * Where that one goes another may have to leave first, and so on, hence the stack; no move is given
 * twice. Grows with the moves that are under way, squared at worst; they are at most MOVES_MAX.
 */
static int settle(struct wire_log *log, uint64_t address, uint64_t bytes)
{
	int result = 0;

	log->entering.count = 0;
	*array_push(&log->entering) = (struct entering){address, bytes, 0, MOVES_MAX};
	while (result == 0 && log->entering.count > 0) {
		struct entering *last = &log->entering.items[log->entering.count - 1];
		if (!find_leaving(log, last, &last->next)) {
			size_t move = last->move;
			log->entering.count--;
			if (move < MOVES_MAX)
				result = give_move(log, move);
			continue;
		}
		size_t at = last->next++;
		struct move *move = &log->moves.items[at];
		move->is_given = true;
		if (!move->has_end)
			result = give_half_a_move(log, at);
		else if (move->end.record.address)
			*array_push(&log->entering) = (struct entering){move->end.record.address,
				move->end.record.size, 0, at};
		else
			result = give_move(log, at);
	}
	return result;
}

/* The same for the block of a move that has ended; then its event. */
static int settle_and_give_move(struct wire_log *log, size_t at)
{
	const struct wire_record *end = &log->moves.items[at].end.record;

	log->moves.items[at].is_given = true;
	if (end->address && settle(log, end->address, end->size) < 0)
		return -1;
	return give_move(log, at);
}

static int begin_move(struct wire_log *log, struct stream *stream)
{
	struct move move = {.begin = stream->queue.items[stream->first], .stream = stream};
	uint64_t address = move.begin.record.address;

	for (size_t i = 0; i < log->moves.count; i++) /* one that never ended */
		if (log->moves.items[i].stream == stream &&
			log->moves.items[i].begin.thread == move.begin.thread)
			log->moves.items[i--] = log->moves.items[--log->moves.count];
	move.has_end = lanes_find_end(&log->lanes, stream, &move.end);
	move.from = address;
	move.bytes = known_bytes(log, resolver_note_at(log->resolver, address));
	if (move.bytes == 0)
		move.bytes = 1;
	if (log->moves.count < MOVES_MAX)
		*array_push(&log->moves) = move;
	return 0;
}

/* A realloc that is one record. */
static int give_whole_move(struct wire_log *log, const struct item *item)
{
	if (item->record.address && settle(log, item->record.address, item->record.size) < 0)
		return -1;
	return give_call(log, item, item->record.other);
}

static int end_move(struct wire_log *log, const struct stream *stream, const struct item *item)
{
	for (size_t i = 0; i < log->moves.count; i++) {
		struct move *move = &log->moves.items[i];
		if (move->stream != stream || move->begin.thread != item->thread)
			continue;
		bool is_given = move->is_given && move->has_end,
		     is_half = move->is_given && !move->has_end;
		move->end = *item;
		int result = is_given || is_half ? 0 : settle_and_give_move(log, i);
		log->moves.items[i] = log->moves.items[--log->moves.count];
		if (!is_half)
			return result;
		break; /* what it had is freed; now it has something */
	}
	if (log->is_paused)
		return 0; /* realloc(NULL): an allocation */
	return give_whole_move(log, item);
}

/* ---- what the shim says ---------------------------------------------------------------------- */

/* Frees what is live, or unmaps it: is_map. No call did, and there is no time of it. */
static int give_ends(struct wire_log *log, bool is_map)
{
	uint64_t address;
	size_t at = 0;

	while (!is_full(log) && resolver_next_live(log->resolver, &at, &address)) {
		uint32_t known = resolver_note_at(log->resolver, address);
		struct event event = {.kind = is_map ? EVENT_UNMAP : EVENT_FREE,
			.domain = (uint8_t)known_domain(known),
			.address = address,
			.object = OBJECT_NONE,
			.text = TEXT_NONE};
		if (!(known & KNOWN_MAP) == is_map)
			continue;
		resolver_take(log->resolver, &event);
		account(log, &event);
		if (give_event(log, &event) < 0)
			return -1;
	}
	return 0;
}

/* The Python that ended has a version of its own, which verifiers must know. */
static int give_end_of_python(struct wire_log *log, const struct item *item)
{
	char text[sizeof(TRACE_MARK_PYTHON_ENDS) + sizeof(log->head.python_version)];
	const char *payload = (const char *)item->record.payload;
	const char *nul = memchr(payload, '\0', (size_t)item->record.size);

	if (!nul)
		return 0;
	int length = snprintf(text, sizeof(text), TRACE_MARK_PYTHON_ENDS "%.*s",
		(int)((size_t)item->record.size - (size_t)(nul + 1 - payload)), nul + 1);
	return give_mark(log, item->record.stamp, text,
		length < (int)sizeof(text) ? (size_t)length : sizeof(text) - 1);
}

/* The program has become another: what was live went with its address space. */
static int give_exec(struct wire_log *log, const struct item *item)
{
	char text[256];
	int length = snprintf(text, sizeof(text), TRACE_MARK_EXEC "%.*s", (int)item->record.size,
		(const char *)item->record.payload);

	log->moves.count = 0;
	log->summary.has_exit = false;
	mappings_finish(&log->mappings);
	if (give_end_of_python(log, item) < 0 || give_ends(log, false) < 0 ||
		give_ends(log, true) < 0)
		return -1;
	return give_mark(log, item->record.stamp, text,
		length < (int)sizeof(text) ? (size_t)length : sizeof(text) - 1);
}

static int give_item(struct wire_log *log, struct stream *stream)
{
	assert(stream->queue.items && stream->first < stream->queue.count);
	/* borrowed: only begin_move() decodes more, and needs no more of it then */
	const struct item *item = &stream->queue.items[stream->first];
	const struct wire_record *record = &item->record;
	static const char paused[] = TRACE_MARK_PAUSED, resumed[] = TRACE_MARK_RESUMED,
			  begun[] = TRACE_MARK_STARTED, stopped[] = TRACE_MARK_STOPPED;

	switch (record->call) {
	case WIRE_REALLOC_BEGINS:
		return begin_move(log, stream);
	case WIRE_REALLOC:
	case WIRE_REALLOCARRAY:
		return item_is_resize(item) ? end_move(log, stream, item)
					    : give_whole_move(log, item);
	case WIRE_EXEC:
		return give_exec(log, item);
	case WIRE_FORK:
		log->is_partial = true;
		return give_mark(log, record->stamp, (const char *)record->payload, record->size);
	case WIRE_PAUSE:
		log->is_paused = log->is_partial = true;
		return record->size == WIRE_STOPPED
			       ? give_mark(log, record->stamp, stopped, sizeof(stopped) - 1)
			       : give_mark(log, record->stamp, paused, sizeof(paused) - 1);
	case WIRE_RESUME:
		log->is_paused = false;
		log->is_partial = log->has_gap = true;
		return log->has_begun ? give_mark(log, record->stamp, resumed, sizeof(resumed) - 1)
				      : give_mark(log, record->stamp, begun, sizeof(begun) - 1);
	case WIRE_LIBC:
		return give_libc(log, item);
	case WIRE_STACK:
		return take_stack(log, stream, record);
	case WIRE_MODULE:
		return take_module(log, record);
	case WIRE_NAME:
		return take_name(log, record);
	case WIRE_MARK:
		return give_mark(log, record->stamp, (const char *)record->payload, record->size);
	case WIRE_REMARK:
		return give_remark(log, record);
	default:
		if (record->call > WIRE_MUNMAP)
			return 0;
		if (record->call != WIRE_FREE && record->call != WIRE_MUNMAP && record->address) {
			if (log->is_paused && log->has_begun)
				return 0; /* was under way when the pause began */
			if (log->moves.count > 0 && settle(log, record->address, record->size) < 0)
				return -1;
		}
		bool is_mapping = record->call == WIRE_MMAP || record->call == WIRE_MUNMAP;
		return is_mapping && record->domain == WIRE_C ? give_mapping(log, stream, item)
							      : give_call(log, item, 0);
	}
}

/* What comes next is not due, or is a realloc that has not returned, and may yet do so. */
static bool must_wait(const struct wire_log *log, struct stream *stream, uint64_t until)
{
	const struct item *item = lanes_front(&log->lanes, stream);
	struct item end;

	if (item->record.stamp >= until)
		return true;
	return until != UINT64_MAX && item->record.call == WIRE_REALLOC_BEGINS &&
	       !lanes_find_end(&log->lanes, stream, &end);
}

/* Before the stream's next item is given. */
static inline void note_next(struct wire_log *log, const struct stream *stream)
{
	const struct item *item = &stream->queue.items[stream->first];
	const struct item *ahead = lanes_ahead(stream, EXPECT),
			  *later = lanes_ahead(stream, (size_t)2 * EXPECT);

	if (ahead)
		resolver_expect(log->resolver, ahead->record.address);
	if (later)
		resolver_expect_later(log->resolver, later->record.address);
	log->summary.is_late |= item->record.stamp < log->given;
	log->given = item->record.stamp;
}

/* Of a batch that was just decoded: nobody has looked ahead to its first items. */
static void expect_first(const struct wire_log *log, const struct stream *stream)
{
	for (size_t i = 0; i < (size_t)2 * EXPECT && lanes_ahead(stream, i); i++)
		resolver_expect_later(log->resolver, lanes_ahead(stream, i)->record.address);
	for (size_t i = 0; i < EXPECT && lanes_ahead(stream, i); i++)
		resolver_expect(log->resolver, lanes_ahead(stream, i)->record.address);
}

/*
 * What nearly all items are, plain calls that come before those of other streams, without a look at
 * the heap for each: up to the last item that is decoded. No move is under way, and there is no
 * pause.
 */
static int give_run(struct wire_log *log, uint64_t until)
{
	struct stream *stream = log->lanes.heap.items[0];
	uint64_t others = lanes_others(&log->lanes);
	int result = 0;

	if (stream->first == 0)
		expect_first(log, stream);
	if (others < until)
		until = others;
	for (; result == 0 && stream->first + 1 < stream->queue.count; stream->first++) {
		const struct item *item = &stream->queue.items[stream->first];
		if (item->record.stamp >= until || !wire_is_plain(item->record.call))
			break;
		note_next(log, stream);
		result = give_call(log, item, 0);
	}
	lanes_sort_first(&log->lanes);
	return result;
}

/* Why a log ends before its program did: what the system said, in the words of a person. */
static const char *trouble_words(int trouble)
{
	return trouble == ENOSPC   ? "the disk was full"
	       : trouble == EDQUOT ? "no more of the disk may be used"
	       : trouble == EFBIG  ? "the file may not be larger"
				   : strerror(trouble);
}

/* The program ran on, and the log did not. */
static int give_cut(struct wire_log *log)
{
	char text[128];

	if (log->head.trouble == 0 || log->head.trouble > INT_MAX || is_full(log))
		return 0;
	int length = snprintf(text, sizeof(text), TRACE_MARK_CUT "%s",
		trouble_words((int)log->head.trouble));
	return give_mark(log, log->given, text,
		length < (int)sizeof(text) ? (size_t)length : sizeof(text) - 1);
}

int wire_log_give(struct wire_log *log, uint64_t until)
{
	lanes_fill(&log->lanes);
	while (log->lanes.heap.count > 0) {
		if (log->moves.count == 0 && !log->is_paused && give_run(log, until) < 0)
			return -1;
		struct stream *stream = log->lanes.heap.items[0];
		if (must_wait(log, stream, until))
			break;
		note_next(log, stream);
		if (give_item(log, stream) < 0)
			return -1;
		lanes_drop(&log->lanes);
	}
	if (until == UINT64_MAX && give_cut(log) < 0)
		return -1;
	return give_waiting(log);
}

/* ---- the log --------------------------------------------------------------------------------- */

static int take_head(struct wire_log *log, struct error *err)
{
	if (log->length < WIRE_HEAD)
		return 0;
	memcpy(&log->head, log->lanes.bytes, sizeof(log->head));
	if (memcmp(log->head.magic, WIRE_MAGIC, 8) != 0)
		return error_set(err, "byte 0: not the log of a recording");
	if (log->head.version != WIRE_VERSION)
		return error_set(err, "byte 8: unknown log version %u", log->head.version);
	log->head.program[sizeof(log->head.program) - 1] = '\0';
	log->head.python_version[sizeof(log->head.python_version) - 1] = '\0';
	log->head.python_configured[sizeof(log->head.python_configured) - 1] = '\0';
	log->head.libc_version[sizeof(log->head.libc_version) - 1] = '\0';
	log->head.tunables[sizeof(log->head.tunables) - 1] = '\0';
	log->head.allocator[sizeof(log->head.allocator) - 1] = '\0';
	uint64_t stamps = log->head.last_stamp - log->head.start_stamp;
	if (log->head.last_stamp > log->head.start_stamp &&
		log->head.last_time > log->head.start_time)
		log->microseconds = (double)(log->head.last_time - log->head.start_time) /
				    (double)stamps / 1000;
	if (!log->has_head)
		log->scanned = WIRE_HEAD;
	log->has_head = true;
	log->has_gap |= log->head.is_attached != 0;
	return 0;
}

int wire_log_extend(struct wire_log *log, const void *bytes, size_t length, struct error *err)
{
	log->lanes.bytes = bytes;
	log->length = length;
	if (take_head(log, err) < 0)
		return -1;
	if (!log->has_head)
		return 0;
	for (;;) {
		struct wire_segment segment;
		uint64_t left = length - log->scanned;
		if (left == 0)
			return 0;
		if (left < sizeof(segment))
			break;
		memcpy(&segment, log->lanes.bytes + log->scanned, sizeof(segment));
		if (segment.magic == 0 &&
			segment.counts.head == 0) { /* handed out, and never begun */
			if (left < WIRE_SEGMENT)
				break;
			log->scanned += WIRE_SEGMENT;
			continue;
		}
		if (segment.magic != WIRE_SEGMENT_MAGIC || segment.counts.head > segment.length)
			return error_set(err, "byte %" PRIu64 ": not a segment of a log",
				log->scanned);
		uint64_t at = log->scanned + sizeof(segment), good = segment.counts.head;
		left -= sizeof(segment);
		if (good > left)
			good = left;
		struct stream *stream = lanes_stream(&log->lanes, segment.thread);
		stream_add(stream, at, at + good);
		if (segment.length > left)
			break;
		log->scanned = at + segment.length;
	}
	log->summary.is_cut = true;
	return 0;
}
