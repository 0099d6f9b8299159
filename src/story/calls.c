/* Calls as they are written; see names.h. */
#include "story/names.h"

#include <inttypes.h>
#include <stdio.h>

bool event_is_realloc_of_null(const struct event *event)
{
	return event->kind == EVENT_REALLOCATE &&
	       !(event->flags & (EVENT_SEEN_BEFORE | EVENT_OLD_UNKNOWN));
}

static void name_object(const struct event *event, char *buffer, size_t size)
{
	uint64_t address = event->flags & EVENT_OLD_UNKNOWN ? event->old_address : event->address;

	if (event_is_realloc_of_null(event))
		snprintf(buffer, size, "NULL");
	else if (event->object != OBJECT_NONE && !(event->flags & EVENT_OLD_UNKNOWN))
		snprintf(buffer, size, "object %" PRIu32, event->object);
	else if (address)
		snprintf(buffer, size, "0x%" PRIx64, address);
	else
		snprintf(buffer, size, "NULL");
}

/*
 * A function of C, or of Python's domain that the call went to: "PyMem_RawMalloc". Python has no
 * other ones in a domain.
 */
static const char *name_function(const struct event *event, enum call usual)
{
	static const char *const domains[][CALL_FREE + 1] = {
		[DOMAIN_RAW] = {[CALL_MALLOC] = "PyMem_RawMalloc",
			[CALL_CALLOC] = "PyMem_RawCalloc",
			[CALL_REALLOC] = "PyMem_RawRealloc",
			[CALL_FREE] = "PyMem_RawFree"},
		[DOMAIN_MEM] = {[CALL_MALLOC] = "PyMem_Malloc",
			[CALL_CALLOC] = "PyMem_Calloc",
			[CALL_REALLOC] = "PyMem_Realloc",
			[CALL_FREE] = "PyMem_Free"},
		[DOMAIN_OBJ] = {[CALL_MALLOC] = "PyObject_Malloc",
			[CALL_CALLOC] = "PyObject_Calloc",
			[CALL_REALLOC] = "PyObject_Realloc",
			[CALL_FREE] = "PyObject_Free"},
	};
	enum call call = event->call == CALL_UNKNOWN ? usual : (enum call)event->call;
	bool is_python = event->domain >= DOMAIN_RAW && event->domain <= DOMAIN_OBJ &&
			 call <= CALL_FREE && domains[event->domain][call];

	return is_python ? domains[event->domain][call] : call_name(call);
}

/* "malloc(20)"; a size beyond half of all was negative before it became a size_t. */
static void name_allocation(const struct event *event, char *buffer, size_t size)
{
	if (event->alignment)
		snprintf(buffer, size, "%s(%" PRIu64 ", %" PRIu64 ")",
			name_function(event, CALL_ALIGNED_ALLOC), event->alignment, event->size);
	else if (event->size > INT64_MAX)
		snprintf(buffer, size, "%s((size_t)-%" PRIu64 ")",
			name_function(event, CALL_MALLOC), 0 - event->size);
	else
		snprintf(buffer, size, "%s(%" PRIu64 ")", name_function(event, CALL_MALLOC),
			event->size);
}

/* The call that freed it is "free" whatever else is known of it, as a realloc to 0 bytes. */
static void name_free(const struct event *event, const char *object, char *buffer, size_t size)
{
	struct event freed = *event;

	freed.call = CALL_FREE;
	const char *function = name_function(&freed, CALL_FREE);
	if (event->flags & EVENT_SIZED)
		snprintf(buffer, size, "%s(%s, %" PRIu64 ")", function, object, event->size);
	else
		snprintf(buffer, size, "%s(%s)", function, object);
}

static const char *name_referrer(const struct event *event, char *buffer, size_t size)
{
	if (event->other == OBJECT_NONE)
		return "the program";
	snprintf(buffer, size, "object %" PRIu32, event->other);
	return buffer;
}

/* A reference is made or dropped, now or by a finaliser. */
static void name_reference(const struct event *event, const char *object, char *buffer, size_t size)
{
	bool makes = event->kind == EVENT_REF || (event->kind == EVENT_WHEN && event->size);
	char owner[40] = "", referrer[32];

	if (event->kind == EVENT_WHEN)
		snprintf(owner, sizeof(owner), "when object %" PRIu32 " ends, ", event->callback);
	snprintf(buffer, size, "%s%s %s %s", owner,
		name_referrer(event, referrer, sizeof(referrer)), makes ? "refers to" : "drops",
		object);
}

static const char *const gc_calls[GC_WORD_COUNT] = {
	[GC_OFF] = "gc.disable()",
	[GC_ON] = "gc.enable()",
	[GC_FREEZE] = "gc.freeze()",
	[GC_UNFREEZE] = "gc.unfreeze()",
};

static void name_collector_call(const struct event *event, char *buffer, size_t size)
{
	if (event->kind == EVENT_GC && event->other == GC_THRESHOLDS)
		snprintf(buffer, size, "gc.set_threshold(%" PRIu64 ", %" PRIu32 ", %" PRIu32 ")",
			event->size, event->older[0], event->older[1]);
	else if (event->kind == EVENT_GC && event->other == GC_OTHERS)
		snprintf(buffer, size, "%" PRIu64 " other objects", event->size);
	else if (event->kind == EVENT_GC)
		snprintf(buffer, size, "%s", gc_calls[event->other]);
	else if (event->size < GENERATIONS - 1)
		snprintf(buffer, size, "gc.collect(%" PRIu64 ")", event->size);
	else
		snprintf(buffer, size, "gc.collect()");
}

static void name_libc_call(const struct event *event, char *buffer, size_t size)
{
	const char *word = libc_word((enum libc_word)event->other);

	switch ((enum libc_word)event->other) {
	case LIBC_THREAD_END:
		snprintf(buffer, size, "thread %" PRIu32 " ends", event->thread);
		break;
	case LIBC_BREAK:
		snprintf(buffer, size, "the break is 0x%" PRIx64, event->size);
		break;
	case LIBC_EXEC:
		snprintf(buffer, size, "another program begins at 0x%" PRIx64, event->size);
		break;
	case LIBC_TRIM:
		snprintf(buffer, size, "%s(%" PRIu64 ")", word, event->size);
		break;
	case LIBC_MALLOPT:
		snprintf(buffer, size, "%s()", word);
		break;
	case LIBC_MXFAST:
	case LIBC_TRIM_THRESHOLD:
	case LIBC_TOP_PAD:
	case LIBC_MMAP_THRESHOLD:
	case LIBC_MMAP_MAX:
	case LIBC_PERTURB:
	case LIBC_ARENA_TEST:
	case LIBC_ARENA_MAX:
	case LIBC_WORD_COUNT:
		snprintf(buffer, size, "mallopt(%s, %" PRIu64 ")", word, event->size);
		break;
	}
}

static void name_step(const struct event *event, char *buffer, size_t size)
{
	snprintf(buffer, size, "thread %" PRIu32 " %s a %smethod", event->thread,
		event->kind == EVENT_ENTER ? "enters" : "leaves",
		event->other == FRAME_NATIVE ? "native " : "");
}

/* "the cache is asked for key 7": what it has may not be known by a key */
static void name_cache_call(const struct event *event, const char *object, char *buffer,
	size_t size)
{
	char key[32] = "";

	if (event->key)
		snprintf(key, sizeof(key), "key %" PRIu64, event->key);
	if (event->other == USE_KEEP || event->other == USE_EVICT || event->other == USE_SPARE)
		snprintf(buffer, size, "the cache %s %s%s%s",
			event->other == USE_KEEP    ? "keeps"
			: event->other == USE_EVICT ? "evicts"
						    : "spares",
			object, *key ? ", " : "", key);
	else if (*key)
		snprintf(buffer, size, "the cache is asked for %s", key);
	else if (event->other == USE_HIT || event->other == USE_FOUND)
		snprintf(buffer, size, "the cache is asked for %s", object);
	else
		snprintf(buffer, size, "the cache is asked");
}

/* "read(object 3 + 8, 4 bytes)" */
static void name_use(const struct event *event, const char *object, char *buffer, size_t size)
{
	const char *word = use_word((enum use_word)event->other);
	uint64_t distance =
		event->offset < 0 ? 0 - (uint64_t)event->offset : (uint64_t)event->offset;

	if (event_is_of_cache(event))
		name_cache_call(event, object, buffer, size);
	else if (distance)
		snprintf(buffer, size, "%s %" PRIu64 " B at %s %c %" PRIu64, word, event->size,
			object, event->offset < 0 ? '-' : '+', distance);
	else
		snprintf(buffer, size, "%s %" PRIu64 " B at %s", word, event->size, object);
}

/* What became of a space of a virtual machine: "fill(Eden, 4096)". false: it is no such event. */
static bool name_space_call(const struct event *event, char *buffer, size_t size)
{
	static const char *const calls[] = {
		[EVENT_ALLOCATE] = "fill",
		[EVENT_REALLOCATE] = "fill",
		[EVENT_FREE] = "empty",
		[EVENT_MAP] = "commit",
		[EVENT_UNMAP] = "uncommit",
	};
	if (!event_is_of_space(event))
		return false;
	const char *call = calls[event->kind], *space = domain_name((enum domain)event->domain);
	if (event->kind == EVENT_FREE || event->kind == EVENT_UNMAP)
		snprintf(buffer, size, "%s(%s)", call, space);
	else
		snprintf(buffer, size, "%s(%s, %" PRIu64 ")", call, space, event->size);
	return true;
}

const char *name_call(const struct event *event, char *buffer, size_t size)
{
	char object[24];

	if (name_space_call(event, buffer, size))
		return buffer;

	name_object(event, object, sizeof(object));
	switch ((enum event_kind)event->kind) {
	case EVENT_ALLOCATE:
		name_allocation(event, buffer, size);
		break;
	case EVENT_REALLOCATE:
		snprintf(buffer, size, "%s(%s, %" PRIu64 ")", name_function(event, CALL_REALLOC),
			object, event->size);
		break;
	case EVENT_FREE:
		name_free(event, object, buffer, size);
		break;
	case EVENT_MAP:
		snprintf(buffer, size, "mmap(%" PRIu64 ")", event->size);
		break;
	case EVENT_UNMAP:
		snprintf(buffer, size, "munmap(%s)", object);
		break;
	case EVENT_NEW:
		snprintf(buffer, size, "new(%" PRIu64 ")", event->size);
		break;
	case EVENT_WEAK:
		snprintf(buffer, size, "%s(object %" PRIu32 ")",
			event->flags & EVENT_SOFT ? "softref" : "weakref", event->other);
		break;
	case EVENT_REF:
	case EVENT_UNREF:
	case EVENT_WHEN:
		name_reference(event, object, buffer, size);
		break;
	case EVENT_COLLECT:
	case EVENT_GC:
		name_collector_call(event, buffer, size);
		break;
	case EVENT_LIBC:
		name_libc_call(event, buffer, size);
		break;
	case EVENT_ENTER:
	case EVENT_LEAVE:
		name_step(event, buffer, size);
		break;
	case EVENT_USE:
		name_use(event, object, buffer, size);
		break;
	case EVENT_NOTE:
	case EVENT_MARK:
	case EVENT_KIND_COUNT:
		snprintf(buffer, size, "%s", event_kind_name((enum event_kind)event->kind));
		break;
	}
	return buffer;
}

const char *name_call_of(const struct heap *heap, const struct event *event, char *buffer,
	size_t size)
{
	if (event->kind != EVENT_COLLECT || !engine_is_tracing(heap_layer(heap, 0)))
		return name_call(event, buffer, size);
	snprintf(buffer, size, "a %s collection", event->size == 0 ? "minor" : "major");
	return buffer;
}
