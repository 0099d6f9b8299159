/*
 * The library that is preloaded into the program which is recorded.  Each hook calls the next
 * allocator and writes one record into its thread's lane.  It uses no stdio, allocates nothing and
 * takes no lock that a signal handler could meet; it prints nothing.
 *
 *	start   start.c: in the constructor, or in the first call before it, the process finds out
 *	        whether it is to be recorded, and where to
 *	hooks   hooks.c for the C allocator, operators.c for C++'s, python.c for Python's own
 *	nesting nesting.c: which calls are the program's, and which an allocator's own
 *	environment  environment.c: what the program sees of it does not have us in it
 *	area    area.c: what is mapped of the collector's memory
 *	lane    lane.c: where a thread writes, a ring or a segment of a mapped file; own.c: which
 *	        of them is whose
 *	linkage linkage.c: a program that ran before we came gets the hooks all the same
 *	exits   exits.c: where the program's own work ends
 *
 * Everything that says "this process is recorded" hangs on one pointer in a page that the system
 * wipes in a forked child, so that no child ever writes into its parent's lanes.
 */
#ifndef RECORDER_SHIM_H
#define RECORDER_SHIM_H

#include "trace/wire.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define HIDDEN       __attribute__((visibility("hidden")))
#define EXPORTED     __attribute__((visibility("default")))
#define RARELY(what) __builtin_expect(!!(what), 0)

/* In a loop that waits for another thread without a call of the system. */
static inline void pause_processor(void)
{
#if defined(__x86_64__)
	__builtin_ia32_pause();
#endif
}

/* ---- the allocators behind us --------------------------------------------------------------- */

#define HOOK(name, result, parameters) typedef result name##_type parameters;
#include "recorder/hooks.def"
#undef HOOK

struct next_allocator {
#define HOOK(name, result, parameters) name##_type *name;
#include "recorder/hooks.def"
#undef HOOK
};

extern HIDDEN struct next_allocator next;

/* The hooks, whatever has their names in the program. */
#define HOOK(name, result, parameters) extern HIDDEN name##_type hooked_##name;
#include "recorder/hooks.def"
#undef HOOK
extern HIDDEN void *hooked_mmap(void *where, size_t size, int protection, int flags, int fd,
	int64_t offset);
extern HIDDEN int hooked_munmap(void *region, size_t size);
extern HIDDEN int hooked_prctl(int option, ...);
extern HIDDEN void hooked_exit(int status) __attribute__((noreturn));
#if defined(__x86_64__)
#define HAS_SYSTEM_CALL 1
extern HIDDEN long hooked_syscall(long number, long first, long second, long third, long fourth,
	long fifth, long sixth);
#endif
extern HIDDEN void *hooked_mremap(void *old, size_t old_size, size_t size, int flags, ...);

/*
 * Gives a hook of the same file our own name for it. An alias in C would need the attributes of
 * what the C library declares.
 */
#define ALIAS(name, of) \
	__asm__(".globl hooked_" #name "\n.hidden hooked_" #name "\n.set hooked_" #name ", " #of);

/* ---- the recording --------------------------------------------------------------------------- */

#define AREA_GROUPS 16u

/* What is mapped of the area: groups of rings, in order. */
struct area {
	uint32_t count; /* of them */
	uint32_t lock;  /* over the mapping of the next one */
	uint8_t *groups[AREA_GROUPS];
	uint64_t starts[AREA_GROUPS]; /* their offsets in the area */
};

/* Lies in a page of its own, which is zero in a forked child. */
struct recording {
	/* of the area or the file; NULL: this process is not recorded, or not yet */
	struct wire_head *head;
	struct wire_ring *rings; /* NULL: the shim writes a file of its own */
	struct area area;
};

extern HIDDEN struct recording *recording; /* never NULL */
/* moves when another begins: lanes of the last one are void */
extern HIDDEN uint32_t recording_number;

/* Its process is gone, or is no longer the parent of one that it has started. */
HIDDEN bool collector_is_gone(const struct wire_head *head);

/* The recorder that came to the running process has gone: the hooks are taken out. */
HIDDEN void recording_leave(void);

/*
 * What a hook does when nothing is recorded: starts if that was not done yet, and says whether
 * `next` can be called.  false only while this very thread is looking it up.
 */
HIDDEN bool start_is_done(void);

/* From here on nothing is recorded: the collector is gone, or the file cannot grow. */
HIDDEN void recording_stop(void);

/* This process is the one that started, not a child that it has forked and that runs on. */
HIDDEN bool recording_is_owner(void);

/*
 * The process is about to become that program by exec; NULL: it could not. A child by vfork, on its
 * parent's memory, is not the process.
 */
HIDDEN void recording_leaves(const char *program);

/* Its children are to be recorded, too. */
HIDDEN bool recording_is_followed(void);

/* Where their files are to be can be written to. */
HIDDEN bool recording_has_place_for_child(void);

/* A child that is to be recorded cannot be: the recorder says so. */
HIDDEN void recording_misses_child(void);

/* Opens the file that this process writes by itself; -1 when it cannot be. */
HIDDEN int recording_file(void);

/* Whether that file may be so long: to go beyond its limit would be answered by a signal. */
HIDDEN bool recording_may_reach(uint64_t length);

/* The beginning of a file, which is shared; NULL when it cannot be mapped. */
HIDDEN void *map_shared(int fd, uint64_t size);

/* Maps the head, the rings and the first group of the area that is open; NULL: it cannot be. */
HIDDEN struct wire_head *area_map(int fd);
HIDDEN void area_unmap(struct wire_head *area);

/* The recording has this area: its first group is there. */
HIDDEN void area_begin(void);

/* The bytes of a ring. NULL: there is no room for its group. */
HIDDEN uint8_t *area_bytes(const struct wire_ring *ring);

/* ---- the environment --------------------------------------------------------------------- */

HIDDEN void environment_look_up(void);

/* We are in the list of preloaded libraries. */
HIDDEN bool environment_has_us(void);

/* Takes us out of it: the list of preloaded libraries and WIRE_VARIABLE. Allocates nothing. */
HIDDEN void environment_clean(void);

/*
 * What is executed from here on gets us back, with this WIRE_VARIABLE: this very process, and its
 * children when they are followed. "": it does not.
 */
HIDDEN void environment_pass_on(const char *value);

/* ---- what the program forbids itself --------------------------------------------------------- */

struct confinement {
	bool has_no_counter, has_no_calls;
};

extern HIDDEN struct confinement confinement;

HIDDEN void confinement_look_up(void);
HIDDEN void confinement_leave_counter(void); /* from here on nobody looks at it */
HIDDEN void confinement_begin(void);         /* of a recording, whose lanes are prepared */
HIDDEN uint64_t confinement_count(void);     /* a stamp without the counter */
/* wire_clock() of the system itself: the C library would compute it from the counter */
HIDDEN uint64_t confinement_clock(void);

/* ---- lanes ----------------------------------------------------------------------------------- */

/* Whose own calls are not the program's. */
enum inside_of { INSIDE_ALLOCATOR, INSIDE_PYTHON, INSIDE_US, INSIDE_MASK };

/*
 * While `at` is not past `limit` there is room for a record and for the mark that nothing more
 * follows.
 */
struct lane {
	_Alignas(64) uint8_t *at, *limit; /* threads that write share no cache line */
	struct wire_counts *counts;
	struct wire_coding coding;
	uint8_t *data;                /* where the ring's or segment's bytes begin */
	uint64_t bias;                /* counts->head is at - data + bias */
	struct wire_ring *ring;       /* or NULL */
	struct wire_segment *segment; /* or NULL */
	uint32_t number;              /* the recording_number it belongs to */
	uint32_t thread;
	struct site_table *sites; /* or NULL */
	bool gave_up;             /* waited too long once */

	/* What follows is the thread's, whatever the recording. */

	/*
	 * in the real allocator: the frame of the hook that passed the call on, which is a multiple
	 * of 16, and the enum inside_of; 0: in none
	 */
	uintptr_t inside;
	/* in one of Python's: the bytes that it was asked for, + 1; 0: in none */
	uint64_t asked;
	uint32_t calls; /* of Python's allocators */
	/* a record is half written: a signal handler must not write here */
	bool writing;
	bool ended;     /* the thread has given it back */
	bool is_due;    /* a library may have been loaded since the hooks were put in place */
	uint8_t rounds; /* of the thread's destructors */
	pthread_t self; /* as the C library numbers the thread */
	/* what tells the thread apart where it has no number, and of which recording that is */
	uint32_t odd_number, odd_recording;
	/*
	 * the thread, as the system numbers it; 0: none yet. Others look at it at any time, so it
	 * is set by an exchange, and never cleared with the rest
	 */
	uint32_t holder;
};

/* Of another recording, or also of another thread. */
#define LANE_OF_RECORDING offsetof(struct lane, inside)
#define LANE_OF_THREAD    offsetof(struct lane, holder)

static inline void lane_clear(struct lane *lane, size_t bytes)
{
	memset(lane, 0, bytes);
	lane->at = (uint8_t *)1;
}

extern HIDDEN pthread_key_t own_key; /* a thread's value is its lane */
extern HIDDEN bool has_own_key;

HIDDEN struct lane *own_lane_find(void);

/* The calling thread's; never NULL, and the same until the thread ends. */
static inline struct lane *own_lane(void)
{
	struct lane *lane = has_own_key ? pthread_getspecific(own_key) : NULL;

	return RARELY(!lane) ? own_lane_find() : lane;
}

/* When a recording begins, by its first thread; end: the destructor of a thread's lane. */
HIDDEN void own_lane_prepare(void (*end)(void *lane));

#define HERE(who) ((uintptr_t)__builtin_frame_address(0) | (who))

/* What happens there is its own business. A signal handler may be within another one's. */
#define INSIDE_OF(lane, who, expression) \
	do { \
		uintptr_t around = (lane)->inside; \
		(lane)->inside = HERE(who); \
		expression; \
		(lane)->inside = around; \
	} while (0)
#define INSIDE(lane, expression) INSIDE_OF(lane, INSIDE_ALLOCATOR, expression)

/* Everything that is not "plain recording, room in the lane". */
HIDDEN void lane_put_slowly(uint32_t what, uint64_t stamp, uint64_t address, uint64_t size,
	uint64_t other, const void *payload);

/*
 * A block that one of Python's allocators takes from the C library as the request says, or gives
 * back: its bytes count as live, and the record is that of the request.
 */
HIDDEN void lane_count_passed(enum wire_call call, const void *block);

HIDDEN void lane_prepare(void); /* when a recording begins, by its first thread */
HIDDEN void lanes_of_an_earlier_program_end(void);

/*
 * This moment: whatever the program has read of other threads was there by then, whatever it does
 * next others see only later. The processor may read its counter early, though never late: it has
 * to wait only for what was read, and only when there are other threads, which is known by now,
 * too.
 */
static inline uint64_t stamp_now(const struct lane *lane)
{
#if defined(__x86_64__)
	const struct wire_head *head = recording->head;
	uint32_t low, high;
	if (RARELY(!lane->limit || !head ||
		    __atomic_load_n(&head->is_threaded, __ATOMIC_RELAXED))) {
		if (RARELY(confinement.has_no_counter))
			return confinement_count();
		__asm__ volatile("lfence" : : : "memory");
	}
	__asm__ volatile("rdtsc" : "=a"(low), "=d"(high) : : "memory");
	return (uint64_t)high << 32 | low;
#else
	return __atomic_fetch_add(&recording->head->counter, 1, __ATOMIC_SEQ_CST) + 1;
#endif
}

/* Moves the lane's head: what was written is there. */
static inline void lane_publish(struct lane *lane, uint8_t *end)
{
	lane->at = end;
	__atomic_store_n(&lane->counts->head, (uint64_t)(end - lane->data) + lane->bias,
		__ATOMIC_RELEASE);
}

/*
 * While `writing` is set, a signal handler leaves the lane as it is. What the record goes on from
 * is looked at only then. false: it has to be written slowly.
 */
__attribute__((always_inline)) static inline bool record_near(struct lane *lane, uint32_t what,
	uint64_t stamp, uint64_t address, uint64_t size)
{
	lane->writing = true;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	uint64_t later = stamp - lane->coding.stamp,
		 away = wire_away(address - lane->coding.address);
	bool is_near = lane->at <= lane->limit && wire_is_near(later, away, size);
	if (__builtin_expect(is_near, 1)) {
		lane->coding.stamp = stamp;
		lane->coding.address = address;
		uint8_t *end = wire_encode_near(lane->at, what, later, away, size);
		lane->counts->events += (what & 31) < WIRE_REALLOC_BEGINS;
		lane_publish(lane, end);
	}
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	lane->writing = false;
	return is_near;
}

/* Into the own lane. Always inline: mostly all but the first four are constants. */
__attribute__((always_inline)) static inline void record(struct lane *lane, uint32_t what,
	uint64_t stamp, uint64_t address, uint64_t size, uint64_t other)
{
	const struct wire_head *head = recording->head;

	if (RARELY(!head || lane->writing || other ||
		    __atomic_load_n(&head->mode, __ATOMIC_RELAXED) != WIRE_PLAIN ||
		    !record_near(lane, what, stamp, address, size)))
		lane_put_slowly(what, stamp, address, size, other, NULL);
}

/* The thread's next record looks at everything that is rarely so. */
HIDDEN void lane_look_again(void);

/* ---- linkage --------------------------------------------------------------------------------- */

/* Puts the hooks into a program that has been linked with other functions, and takes them out. */
HIDDEN void linkage_begin(bool wants_maps);
HIDDEN void linkage_end(void);

/* Where the thread has loaded a library since, puts them into it. */
HIDDEN void linkage_catch_up(void);

/* ---- nesting --------------------------------------------------------------------------------- */

HIDDEN void nesting_look_up(void);   /* when `next` is known */
HIDDEN void operators_look_up(void); /* the same */

/* This function is one of Python's allocators: the calls of its module are their own. */
HIDDEN void nesting_add_python(const void *function);

/*
 * The hook with this frame was called by `caller` while lane->inside is set. Whether that is an
 * allocator's own call; if the frame that was inside is gone, a jump has left it, and it is not.
 */
HIDDEN bool nesting_is_own(struct lane *lane, const void *frame, const void *caller);

/* On the stack that a thread has for its signal handlers alone. */
HIDDEN bool nesting_is_in_handler(void);

/* The file name of the library whose malloc() comes after ours; "": the C library's. */
HIDDEN const char *nesting_allocator(void);

/* Another allocator than the C library's calls, which it may do before the program calls it. */
HIDDEN bool nesting_is_allocator(const void *caller);

/* This caller is in a module of nesting_add_python(). */
HIDDEN bool nesting_is_python(const void *caller);

/* In a hook: the lane in which the call is recorded; NULL: it is passed on unrecorded. */
#define LANE_OF_CALL() \
	(RARELY(!recording->head) \
			? NULL \
			: lane_of_call(__builtin_frame_address(0), __builtin_return_address(0)))
static inline struct lane *lane_of_call(const void *frame, const void *caller)
{
	struct lane *lane = own_lane();

	return RARELY(lane->inside && nesting_is_own(lane, frame, caller)) ? NULL : lane;
}

/* ---- call sites ------------------------------------------------------------------------------ */

typedef void lane_put_now_f(uint32_t what, uint64_t stamp, uint64_t address, uint64_t size,
	const void *payload);

/* Writes the call site before the record of the call, if it differs from the thread's last one. */
HIDDEN void sites_put(uint64_t stamp, lane_put_now_f *put);
HIDDEN void sites_end_lane(struct lane *lane);

/* ---- marks ----------------------------------------------------------------------------------- */

/* A mark now, and what the kernel says of the process where that is wanted; name: not NULL. */
HIDDEN void marks_put(const char *name);

/* As include/arenascope/mark.h declares it for programs. */
EXPORTED void arenascope_mark(const char *name);

/* ---- the end of the program's work ----------------------------------------------------------- */

/* where: of dlsym(), what comes after us. */
HIDDEN void exits_look_up(void *where);

/*
 * The program's own work ends here: a mark with this name, once in a recording. A thread that comes
 * while another writes it waits for that, some tenths of a second at most.
 */
HIDDEN void exits_put(const char *name);
HIDDEN bool exits_is_known(void); /* the recording has the mark */
HIDDEN void exits_forget(void);   /* it was not the end: there will be another mark */

/* Of a process that runs already. */
HIDDEN void exits_attach(void);

/* ---- frames of Python ------------------------------------------------------------------------ */

struct python_frame {
	const char *code;    /* of the interpreter, which may free it later */
	int64_t instruction; /* bytes from the first one; negative: before it */
};

/* version: as Py_GetVersion() has it. Of one that is not known no frames are read. */
HIDDEN void frames_begin(const char *version);

/*
 * The functions that run in this thread, innermost first; gives how many, at most depth. C code
 * that they have called may have let go of the interpreter's lock: *ret_is_held says that an
 * interpreter which ends waits for this thread, until frames_let_go().
 */
HIDDEN uint32_t frames_read(struct python_frame *frames, uint32_t depth, bool *ret_is_held);
HIDDEN void frames_let_go(void);

/* An interpreter ends, and waits for those that read without its lock; or has begun again. */
HIDDEN void frames_end(bool has_begun_again);

/* Differs where function or instruction differ. */
HIDDEN uint64_t frames_hash(const struct python_frame *frame);

/* "load_rows (svc.py:41)" without a NUL; gives its length, at most size, which is 64 at least. */
HIDDEN size_t frames_name(const struct python_frame *frame, char *ret_words, size_t size);

/* The text's characters as UTF-8; reads at most FRAMES_TEXT(size) bytes beyond its length. */
HIDDEN size_t frames_text(const char *text, char *ret_words, size_t size);
#define FRAMES_TEXT(size) (72 + 4 * (size))

/* What a code has, of which these are the first FRAMES_CODE bytes. */
#define FRAMES_CODE 208u
struct frames_code {
	const char *name, *path;
};
HIDDEN struct frames_code frames_code(const char *code);

/* As frames_name(), with the function's first line, from copies of a code and of its texts. */
HIDDEN size_t frames_name_of(const char *code, const char *name, const char *path, char *ret_words,
	size_t size);

/* This thread holds the lock of the main interpreter, as far as that is known. */
HIDDEN bool frames_has_lock(void);

/* false: the bytes cannot be read. */
struct frames_reader {
	bool (*copy)(void *context, void *to, const char *from, size_t bytes);
	void *context;
};

/* Variables of a frame that is an object, as those of a traceback are; and its code, or NULL. */
HIDDEN void frames_visit_frame(const struct frames_reader *reader, const char *object,
	void (*local)(void *context, const char *code, const char *name, const char *value),
	void *context);
HIDDEN const char *frames_code_of(const struct frames_reader *reader, const char *object);

/* Now and then, by a thread that may hold the interpreter's lock: so its daemons are known. */
HIDDEN void frames_note_state(void);

/* Variables of the functions that run, in all threads; this one holds the interpreter's lock. */
HIDDEN void frames_visit_locals(const struct frames_reader *reader,
	void (*local)(void *context, const char *code, const char *name, const char *value),
	void *context);

/* ---- censuses -------------------------------------------------------------------------------- */

/* When a recording begins: where the C library's main heap does; 0: it began before. */
HIDDEN void census_begin(uintptr_t heap);

/* pymalloc has got this arena, or gives it back. */
HIDDEN void census_add_arena(uintptr_t base);
HIDDEN void census_drop_arena(uintptr_t base);

/* There are arenas that are not known: no census any more. */
HIDDEN void census_stop(void);

/* There is a mark now: a census is wanted. */
HIDDEN void census_want(void);

/*
 * Now and then, by any thread: if a census is wanted, or is_last, and the thread holds the
 * interpreter's lock, writes which variables keep the live blocks. version: as Py_GetVersion() has
 * it. Allocates nothing in the program. Censuses at marks take a twentieth of the thread's time at
 * most.
 */
HIDDEN void census_look(const char *version, bool is_last);

/* ---- Python ---------------------------------------------------------------------------------- */

/*
 * Python asks for this variable, and is to hear that there is none, though its environment has it.
 */
HIDDEN bool python_is_to_miss(const char *name, const char *value, const void *caller);

/*
 * Python has replaced our wrappers (PYTHONMALLOC, debug hooks): the hooks of C look whether the
 * interpreter shuts down.
 */
extern HIDDEN bool python_is_unwrapped;
static inline bool python_frees_in_c(void)
{
	return __atomic_load_n(&python_is_unwrapped, __ATOMIC_RELAXED);
}
/* Looks whether it shuts down, and now and then whether a census is wanted. */
HIDDEN void python_is_called(struct lane *lane);

HIDDEN bool python_is_shutting_down(void);

/* Puts wrappers around Python's allocators, when this program has them and they are wanted. */
HIDDEN void python_begin(struct wire_head *head);

/* The head of a child that was forked from the Python, and is one as well, with its wrappers. */
HIDDEN void python_inherit(struct wire_head *head);

/* Takes them away again, if they are there. */
HIDDEN void python_end(void);

/* Takes the wrapper of objects away, or puts it back. The thread holds the interpreter's lock. */
HIDDEN void python_wrap_objects(bool is_on);

/* Takes those of objects and arenas away for good. */
HIDDEN void python_end_objects(void);

/* Whether Python prints statistics by itself (PYTHONMALLOCSTATS). */
extern HIDDEN bool python_prints_stats;

/* Python's statistics are those of its own allocator. function: one of its code. */
HIDDEN void python_stats_begin(const void *function);

#endif
