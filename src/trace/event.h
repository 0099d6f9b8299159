/*
 * One thing that happened to memory, as recorded from a program or written by hand.
 *
 *	event     numbered from 0 by its place in the trace; notes and marks are events too
 *	object    the identity of a block, from its allocation to its free. In a text trace its ID,
 *	          in a recorded one a number given in order of allocation. A realloc keeps it.
 *	address   as recorded; engines that simulate ignore it
 *
 * Events of counted objects, like Python's, say which object refers to which; which of them die is
 * not in the trace but found by replaying it (heap/objects.h).
 */
#ifndef TRACE_EVENT_H
#define TRACE_EVENT_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>

/*
 * enumerator, letter or word in a text trace, name.  An aligned allocation is EVENT_ALLOCATE with
 * an alignment.
 */
#define EVENT_KINDS(KIND) \
	KIND(EVENT_ALLOCATE, "a", "allocate") \
	KIND(EVENT_REALLOCATE, "r", "reallocate") \
	KIND(EVENT_FREE, "f", "free") \
	KIND(EVENT_MAP, "m", "map") \
	KIND(EVENT_UNMAP, "u", "unmap") \
	KIND(EVENT_NOTE, "note", "note") \
	KIND(EVENT_MARK, "mark", "mark") \
	KIND(EVENT_NEW, "new", "new object") \
	KIND(EVENT_REF, "ref", "reference made") \
	KIND(EVENT_UNREF, "unref", "reference dropped") \
	KIND(EVENT_WEAK, "weak", "weak reference") \
	KIND(EVENT_COLLECT, "collect", "collection asked for") \
	KIND(EVENT_GC, "gc", "collector set") \
	KIND(EVENT_LIBC, "libc", "C library set") \
	KIND(EVENT_ENTER, "enter", "method entered") \
	KIND(EVENT_LEAVE, "leave", "method left") \
	KIND(EVENT_USE, "use", "memory used") \
	KIND(EVENT_WHEN, "when", "deed of a finaliser")

/*
 * The allocator that the call went to; from DOMAIN_META on, the space of a virtual machine.
 * enumerator, word in a text trace, name
 */
#define DOMAINS(DOMAIN) \
	DOMAIN(DOMAIN_C, "c", "C heap") \
	DOMAIN(DOMAIN_RAW, "raw", "Python raw") \
	DOMAIN(DOMAIN_MEM, "mem", "Python mem") \
	DOMAIN(DOMAIN_OBJ, "obj", "Python object") \
	DOMAIN(DOMAIN_ARENA, "arena", "Python arenas") \
	DOMAIN(DOMAIN_META, "meta", "metaspace") \
	DOMAIN(DOMAIN_EDEN, "eden", "Eden") \
	DOMAIN(DOMAIN_SURVIVOR, "survivor", "survivor") \
	DOMAIN(DOMAIN_OLD, "old", "old generation") \
	DOMAIN(DOMAIN_HUMONGOUS, "humongous", "humongous objects")

/* The function that was called, where the recorder knows it; the word is its name. */
#define CALLS(CALL) \
	CALL(CALL_UNKNOWN, "") \
	CALL(CALL_MALLOC, "malloc") \
	CALL(CALL_CALLOC, "calloc") \
	CALL(CALL_REALLOC, "realloc") \
	CALL(CALL_REALLOCARRAY, "reallocarray") \
	CALL(CALL_FREE, "free") \
	CALL(CALL_ALIGNED_ALLOC, "aligned_alloc") \
	CALL(CALL_POSIX_MEMALIGN, "posix_memalign") \
	CALL(CALL_MEMALIGN, "memalign") \
	CALL(CALL_VALLOC, "valloc") \
	CALL(CALL_PVALLOC, "pvalloc") \
	CALL(CALL_MMAP, "mmap") \
	CALL(CALL_MUNMAP, "munmap")

/* What a gc event sets.  enumerator, word */
#define GC_WORDS(WORD) \
	WORD(GC_OFF, "off") \
	WORD(GC_ON, "on") \
	WORD(GC_THRESHOLDS, "thresholds") \
	WORD(GC_FREEZE, "freeze") \
	WORD(GC_UNFREEZE, "unfreeze") \
	WORD(GC_OTHERS, "others")

/* What a method that is entered is written in. enumerator, word */
#define FRAMES(FRAME) \
	FRAME(FRAME_MANAGED, "") \
	FRAME(FRAME_NATIVE, "native")

/*
 * How a program uses memory that it has; from USE_HIT on, what happens in a cache of its own.
 * enumerator, word, whether it names an object
 */
#define USES(USE) \
	USE(USE_READ, "read", true) \
	USE(USE_WRITE, "write", true) \
	USE(USE_HIT, "hit", true) \
	USE(USE_MISS, "miss", false) \
	USE(USE_KEEP, "keep", true) \
	USE(USE_EVICT, "evict", true) \
	USE(USE_FOUND, "found", true) \
	USE(USE_SPARE, "spare", true)

/*
 * What a libc event says: what moves the C library's own allocator, and is no request. enumerator,
 * word, what `size` is ("": nothing)
 */
#define LIBC_WORDS(WORD) \
	WORD(LIBC_THREAD_END, "thread_end", "") \
	WORD(LIBC_BREAK, "break", "address") \
	WORD(LIBC_TRIM, "malloc_trim", "bytes") \
	WORD(LIBC_MXFAST, "mxfast", "bytes") \
	WORD(LIBC_TRIM_THRESHOLD, "trim_threshold", "bytes") \
	WORD(LIBC_TOP_PAD, "top_pad", "bytes") \
	WORD(LIBC_MMAP_THRESHOLD, "mmap_threshold", "bytes") \
	WORD(LIBC_MMAP_MAX, "mmap_max", "count") \
	WORD(LIBC_PERTURB, "perturb", "byte") \
	WORD(LIBC_ARENA_TEST, "arena_test", "count") \
	WORD(LIBC_ARENA_MAX, "arena_max", "count") \
	WORD(LIBC_MALLOPT, "mallopt", "")  /* of a parameter that moves no block */ \
	WORD(LIBC_EXEC, "exec", "address") /* another program begins, and its heap there */

#define EVENT_ENUMERATOR(id, ...) id,
enum event_kind { EVENT_KINDS(EVENT_ENUMERATOR) EVENT_KIND_COUNT };
enum domain { DOMAINS(EVENT_ENUMERATOR) DOMAIN_COUNT };
#define DOMAIN_SPACES DOMAIN_META /* the first space, up to DOMAIN_COUNT */
enum call { CALLS(EVENT_ENUMERATOR) CALL_COUNT };
enum gc_word { GC_WORDS(EVENT_ENUMERATOR) GC_WORD_COUNT };
enum frame_word { FRAMES(EVENT_ENUMERATOR) FRAME_WORD_COUNT };
enum use_word { USES(EVENT_ENUMERATOR) USE_WORD_COUNT };
enum libc_word { LIBC_WORDS(EVENT_ENUMERATOR) LIBC_WORD_COUNT };
#undef EVENT_ENUMERATOR

#define OBJECT_NONE UINT32_MAX /* no object: free(NULL), free of an unknown pointer */
#define TEXT_NONE   UINT32_MAX
#define SITE_NONE   0u  /* the caller is not known */
#define GENERATIONS 3u  /* of the collector */
#define WEAK_SIZE   72u /* bytes of a weak reference, when the trace does not say */

/* For `flags`. */
enum event_flag {
	/* the call returned NULL (or -1): the program got nothing, and kept what it had */
	EVENT_FAILED = 1 << 0,
	/* an earlier event of this trace has brought `object` to life */
	EVENT_SEEN_BEFORE = 1 << 1,
	EVENT_HAS_TIME = 1 << 2,
	/* realloc of an unknown pointer: old_address has it, not an object */
	EVENT_OLD_UNKNOWN = 1 << 3,
	EVENT_TRACKED = 1 << 5,    /* new: the collector knows the object */
	EVENT_SIZED = 1 << 5,      /* free: the program says how large the block is, in `size` */
	EVENT_FINALIZER = 1 << 6,  /* new: it has a finaliser */
	EVENT_SOFT = 1 << 6,       /* weak: it keeps its object as long as there is memory */
	EVENT_RESURRECTS = 1 << 7, /* new: which lets the program refer to it again, once */
};

struct event {
	/* returned by the call, or passed to free; 0: not recorded, or NULL */
	uint64_t address;
	union {
		uint64_t old_address; /* with EVENT_OLD_UNKNOWN: realloc's argument; otherwise 0 */
		/* weak: the object that drops it when it is cleared, or OBJECT_NONE */
		uint32_t callback; /* when: the object whose finaliser or callback does it */
		uint32_t older[2]; /* gc thresholds: those of the generations 1 and 2 */
		int64_t offset;    /* use: bytes from the first one of the object */
		uint64_t key;      /* use of a cache: what it was asked for; 0: not known */
	};
	/*
	 * requested bytes; free: with EVENT_SIZED; use: bytes read or written; collect: generation;
	 * when: 1 makes a reference, 0 drops one; gc thresholds: that of generation 0; gc others:
	 * how many; libc: the word's number, as the call had it; else 0
	 */
	uint64_t size;
	uint64_t alignment; /* bytes, a power of two; 0: none asked for */
	uint64_t time;      /* nanoseconds since the trace began, with EVENT_HAS_TIME */
	uint32_t object;    /* or OBJECT_NONE; ref, unref, when: the one referred to */
	uint32_t thread;    /* numbered from 0 in order of appearance */
	uint32_t text;      /* of notes, marks, entered methods: for trace_text(); else TEXT_NONE */
	uint32_t site;      /* the caller: for trace_site(), from 1; or SITE_NONE */
	uint8_t kind;       /* enum event_kind */
	uint8_t domain;     /* enum domain */
	uint8_t call;       /* enum call */
	uint8_t flags;      /* EVENT_ bits */
	/*
	 * ref, unref, when: the one that refers, OBJECT_NONE: the program; weak: referred to;
	 * gc: enum gc_word; libc: enum libc_word; enter: enum frame_word; use: enum use_word
	 */
	uint32_t other;
};
static_assert(sizeof(struct event) == 64, "an event is a cache line");

/* Questions about an event's kind; use these instead of comparing kinds. */

/* It says what became of a space of a virtual machine, and is no request of a program. */
static inline bool event_is_of_space(const struct event *event)
{
	static_assert(EVENT_ALLOCATE == 0 && EVENT_UNMAP == 4, "these kinds have blocks");

	return event->domain >= DOMAIN_SPACES && event->kind <= EVENT_UNMAP;
}

/*
 * Memory that an allocator takes for what it hands out, or gives back: an arena, or what is
 * committed to a space.
 */
static inline bool event_is_of_allocator(const struct event *event)
{
	return event->domain == DOMAIN_ARENA ||
	       (event_is_of_space(event) && event->kind >= EVENT_MAP);
}

/* A caption or a named place: it has a text, and changes nothing. */
static inline bool event_is_note_or_mark(const struct event *event)
{
	return event->kind == EVENT_NOTE || event->kind == EVENT_MARK;
}

/* It has a text: a caption, a named place, the name of a method. */
static inline bool event_has_text(const struct event *event)
{
	return event_is_note_or_mark(event) || event->kind == EVENT_ENTER;
}

/* The program requests `size` bytes for `object` at `site`. */
static inline bool event_asks_for_memory(const struct event *event)
{
	return event->kind == EVENT_ALLOCATE || event->kind == EVENT_REALLOCATE ||
	       event->kind == EVENT_MAP || event->kind == EVENT_NEW || event->kind == EVENT_WEAK;
}

/* The program frees or unmaps `object`. A counted object dies otherwise: no event says so. */
static inline bool event_ends_object(const struct event *event)
{
	return event->kind == EVENT_FREE || event->kind == EVENT_UNMAP;
}

/* About counted objects, their collector, or the frames whose variables refer to them. */
static inline bool event_is_counted(const struct event *event)
{
	return (event->kind >= EVENT_NEW && event->kind <= EVENT_GC) ||
	       event->kind == EVENT_ENTER || event->kind == EVENT_LEAVE ||
	       event->kind == EVENT_WHEN;
}

/* About a cache that the program has. */
static inline bool event_is_of_cache(const struct event *event)
{
	return event->kind == EVENT_USE && event->other >= USE_HIT;
}

/* Of a kind that has words of its own in the text form, and fields of its own in the binary one. */
static inline bool event_has_own_words(const struct event *event)
{
	return event->kind >= EVENT_NEW;
}

/* A counted object comes to life; nothing in the trace says when it dies. */
static inline bool event_makes_counted(const struct event *event)
{
	return event->kind == EVENT_NEW || event->kind == EVENT_WEAK;
}

/* `other` is an object, too: it refers to `object` (when: it will), or (weak) is referred to. */
static inline bool event_has_other(const struct event *event)
{
	return event->kind == EVENT_REF || event->kind == EVENT_UNREF ||
	       event->kind == EVENT_WEAK || event->kind == EVENT_WHEN;
}

/* "allocate", "a", "raw", "malloc"...: names for people and for the text form; never NULL. */
const char *event_kind_name(enum event_kind kind);
const char *event_kind_letter(enum event_kind kind);
const char *domain_name(enum domain domain); /* "Python raw" */
const char *domain_word(enum domain domain); /* "raw" */
const char *call_name(enum call call);
const char *gc_word(enum gc_word word);
const char *frame_word(enum frame_word word); /* "native"; "": none is written */
const char *use_word(enum use_word word);     /* "read" */
bool use_names_object(enum use_word word);
const char *libc_word(enum libc_word word);        /* "trim_threshold" */
const char *libc_word_number(enum libc_word word); /* "bytes"; "": it has no number */

#endif
