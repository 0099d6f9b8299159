/*
 * The layout that the preloaded shim writes, and the collector or a reader of traces reads.  They
 * have only this header in common; it needs no library.
 *
 *	record  one call, mostly 5 to 7 bytes: which, when, where and how large, each against the
 *	        record before it in the same lane
 *	lane    what one thread wrote, or several one after another under a lock (WIRE_SHARED)
 *	ring    memory a lane is written into and drained from, over and over
 *	area    a head and the rings, in memory that the shim and the collector both map
 *	log     a file: a head, then segments, each a piece of one lane. The collector appends what
 *	        it drained; without a collector the shim maps the file and writes the segments
 *	        itself
 *	stamp   the processor's time stamp counter, read before a free and after an allocation: by
 *	        it the records of all lanes can be put into an order in which no address is given
 *	        out while it is live
 *
 * A record is there as soon as its lane's `head` has moved past it, so that it outlives the
 * program, however that ends. Multi-byte numbers are the machine's own: little-endian.
 */
#ifndef TRACE_WIRE_H
#define TRACE_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#define WIRE_MAGIC \
	"\x89" \
	"arelog\n"
#define WIRE_VERSION 2u
#define WIRE_HEAD    4096u /* bytes of a head */
/*
 * path of the area, and for children that are followed what it says: "PATH|SESSION|WANTS|DEPTH|FILES";
 * or "bare:PID:SESSION" of one that records itself
 */
#define WIRE_VARIABLE "ARENASCOPE_RECORD"

#define WIRE_SEGMENT (UINT64_C(512) << 10) /* of a file that the shim writes itself */
/* thread of a lane that several write; its stamps are not in order */
#define WIRE_SHARED    UINT32_MAX
#define WIRE_COLLECTOR (UINT32_MAX - 1) /* thread of what the collector itself has to say */

/* Names of the marks that the recorder puts, and how those begin that go on with a number. */
#define TRACE_MARK_SHUTDOWN  "interpreter shuts down"
#define TRACE_MARK_RETURN    "main() returned"
#define TRACE_MARK_EXIT      "exit() was called"
#define TRACE_MARK_ATTACHED  "attached to process "
#define TRACE_MARK_FORKED    "forked from process "
#define TRACE_MARK_KERNEL    "kernel: "
#define TRACE_MARK_RECORDING "recording "
#define TRACE_MARK_STARTED   TRACE_MARK_RECORDING "started"
#define TRACE_MARK_RESUMED   TRACE_MARK_RECORDING "resumed"
#define TRACE_MARK_PAUSED    TRACE_MARK_RECORDING "paused"
#define TRACE_MARK_STOPPED   TRACE_MARK_RECORDING "stopped"
/* Put by the readers of logs, at the end: why nothing of what came later is there. */
#define TRACE_MARK_CUT TRACE_MARK_RECORDING "cut off: "
/* Put by the readers of memray's files. */
#define TRACE_MARK_MEMRAY "memray came to a running Python"

#define WIRE_RECORD_MAX  40u /* bytes of a record without its payload */
#define WIRE_PAYLOAD_MAX 2048u

/*
 * The functions that are recorded; the numbers are those of enum call (trace/event.h), which a
 * test compares.  Then what the shim says of itself.
 */
enum wire_call {
	WIRE_PAD, /* nothing more in this segment */
	WIRE_MALLOC,
	WIRE_CALLOC,
	WIRE_REALLOC,
	WIRE_REALLOCARRAY,
	WIRE_FREE,
	WIRE_ALIGNED_ALLOC,
	WIRE_POSIX_MEMALIGN,
	WIRE_MEMALIGN,
	WIRE_VALLOC,
	WIRE_PVALLOC,
	/*
	 * other: 1 where another call does it, as mremap, which unmaps the old place and then maps
	 * the new one
	 */
	WIRE_MMAP,
	WIRE_MUNMAP, /* size: of what was unmapped */
	/* size: enum wire_libc; other: its number. What moves the C library's allocator. */
	WIRE_LIBC,
	/* address: of the block; the realloc itself follows in the same lane */
	WIRE_REALLOC_BEGINS = 16,
	WIRE_THREAD, /* shared lanes: size is the thread that writes from here on */
	WIRE_PAUSE,  /* from here on only frees are recorded; size: the enum wire_mode */
	WIRE_RESUME,
	WIRE_SITE,     /* size: number of the stack of what follows; 0: not known */
	WIRE_PAYLOADS, /* records from here on are followed by `size` bytes */
	/*
	 * another program (its command line; then, after a NUL, the version of the Python that it
	 * was): all that was live is gone
	 */
	WIRE_EXEC = WIRE_PAYLOADS,
	WIRE_FORK, /* the parent of a forked process, which may free what its parent had */
	/* address: number from 1 in its lane; payload: return addresses, innermost first */
	WIRE_STACK,
	WIRE_MODULE, /* payload: struct wire_module, then its path */
	WIRE_NAME,   /* address: a frame of the stacks after it; payload: its name */
	WIRE_MARK,   /* payload: its name */
	WIRE_REMARK, /* payload: a comment, which is no event */
	WIRE_CALL_COUNT,
};

/*
 * The allocator that the call went to; the numbers are those of enum domain, which a test
 * compares.
 */
enum wire_domain { WIRE_C, WIRE_RAW, WIRE_MEM, WIRE_OBJ, WIRE_ARENA };

/* What a WIRE_LIBC says; the numbers are those of enum libc_word, which a test compares. */
enum wire_libc {
	WIRE_THREAD_END,
	WIRE_BREAK,
	WIRE_TRIM,
	WIRE_MXFAST,
	WIRE_TRIM_THRESHOLD,
	WIRE_TOP_PAD,
	WIRE_MMAP_THRESHOLD,
	WIRE_MMAP_MAX,
	WIRE_PERTURB,
	WIRE_ARENA_TEST,
	WIRE_ARENA_MAX,
	WIRE_MALLOPT, /* another parameter */
	WIRE_PROGRAM, /* another program begins, and its heap there */
};

/* Set in a frame that is no address but a number for a name, which is the same for all lanes. */
#define WIRE_NAMED (UINT64_C(1) << 63)

#define WIRE_WHAT(call, domain) ((uint32_t)(call) | (uint32_t)(domain) << 5)

struct wire_record {
	uint64_t stamp;
	uint64_t address; /* returned (0: failed), or given to free */
	uint64_t size;
	/*
	 * aligned calls: the alignment; libc: its number; realloc: what it was given, where the
	 * call is one record (within another call) and not two
	 */
	uint64_t other;
	uint8_t call;           /* enum wire_call */
	uint8_t domain;         /* enum wire_domain */
	const uint8_t *payload; /* `size` bytes, where the call has them */
};

struct wire_module {
	uint64_t bias;       /* what was added to the addresses in the file */
	uint64_t start, end; /* of its executable part */
	uint8_t build_id[32];
	uint32_t build_id_length;
	uint32_t reserved;
};

/* Written by a lane's writer for its reader, all the time; each has its own cache line. */
struct wire_counts {
	uint64_t head;   /* bytes written since the ring or segment was made */
	uint64_t events; /* calls */
	int64_t live;    /* bytes, as malloc_usable_size() has them; only where WIRE_WANT_LIVE */
	uint64_t reserved;
};

enum wire_ring_state { WIRE_FREE_RING, WIRE_BUSY_RING, WIRE_DONE_RING };

struct wire_ring {
	_Alignas(64) struct wire_counts counts; /* written by the shim */
	uint32_t thread;                        /* number, in order of first call; or WIRE_SHARED */
	_Alignas(64) uint64_t tail;             /* bytes drained; written by the collector */
	uint64_t offset, size;                  /* of its bytes in the area; set when it is made */
	/* enum wire_ring_state: taken by the shim, given back by the collector */
	_Alignas(64) uint32_t state;
	/*
	 * rings that are mapped together, numbered in their order; set when it is made. The bytes
	 * of a group follow those of the one before.
	 */
	uint32_t group;
};

/* Before each piece of a lane in a log. */
struct wire_segment {
	_Alignas(64) struct wire_counts counts; /* head: bytes that are good */
	/* bytes after this head; then comes the next segment */
	uint64_t length;
	uint32_t magic;
	uint32_t thread;
};
#define WIRE_SEGMENT_MAGIC 0x4D474553u

enum wire_mode {
	WIRE_STOPPED, /* nothing is recorded: not yet, or no longer */
	WIRE_PLAIN,   /* calls, and nothing that costs more */
	WIRE_RICH,    /* also the calls and fields of `wants` */
	WIRE_PAUSED,  /* frees only, so that what is live is known when it goes on */
};

enum wire_want {
	WIRE_WANT_LIVE = 1 << 0,
	WIRE_WANT_MMAP = 1 << 1,
	WIRE_WANT_SITES = 1 << 2,
	WIRE_WANT_NO_PYTHON = 1 << 3,
	WIRE_WANT_SMAPS = 1 << 5,  /* with marks: what the kernel says of the process */
	WIRE_WANT_NATIVE = 1 << 4, /* with sites: the frames of C below those of Python, too */
};

enum wire_threads {
	WIRE_THREADED = 1 << 0, /* more than one thread has called by now */
	WIRE_COUNTED = 1 << 1,  /* stamps are those of `counter`, which the collector moves on */
};

/* What the shim answers to a collector that has come to the running process. */
#define WIRE_ATTACH "arenascope_attach" /* int (int fd): of the area */
enum wire_attached {
	WIRE_ATTACHED,
	WIRE_IS_RECORDED,   /* by another one */
	WIRE_CANNOT_ATTACH, /* the area cannot be mapped */
};

enum wire_python {
	WIRE_NO_PYTHON,
	WIRE_PYTHON_HOOKED,
	WIRE_PYTHON_CONFIGURED, /* of older logs: PYTHONMALLOC has another allocator */
	WIRE_PYTHON_FREE_THREADED,
	WIRE_PYTHON_TOO_OLD,
};

/* A census that the collector waits for before it leaves. */
enum wire_census { WIRE_NO_CENSUS, WIRE_CENSUS_WANTED, WIRE_CENSUS_BEGUN, WIRE_CENSUS_TAKEN };

#define WIRE_PYTHON_LAST 13u /* 3.13: of later ones objects and frames are not known */

struct wire_head {
	char magic[8];
	uint32_t version;
	/* process that is recorded; 0: the shim has not started yet.  Others are left alone. */
	uint32_t owner;
	/* both clocks at the start (stamps, wire_clock()) ... */
	uint64_t start_stamp, start_time;
	uint64_t last_stamp, last_time; /* ... and later; 0: stamps are no clock */
	uint64_t dropped;               /* calls of lanes that are no more */
	/* a file written by the shim: bytes handed out to segments */
	uint64_t end;
	/* of one `arenascope record`, its children's files included */
	uint64_t session;
	/* nanoseconds to wait for a full ring to be drained */
	uint64_t patience;
	/* stamps, where the processor has no usable clock, or the program may not read it */
	uint64_t counter;
	uint32_t wants;       /* enum wire_want bits */
	uint32_t depth;       /* frames of a stack */
	uint32_t collector;   /* its process; 0: none */
	uint32_t rings;       /* how many there are */
	uint64_t area;        /* bytes of the head, the rings and what they hold */
	uint32_t python;      /* enum wire_python */
	uint32_t is_finished; /* a log: the program has ended and all is written */
	char python_version[32];
	char python_configured[64]; /* what PYTHONMALLOC was */
	char program[2048];         /* command line, by now */
	/* file name of a forked or spawned child's log, %p its process; "": not followed */
	char children[1024];
	uint32_t has_missed_children; /* of those to be recorded, one at least could not be */
	/* Written while the program runs. */
	_Alignas(64) uint32_t mode; /* enum wire_mode */
	uint32_t censuses;          /* that were taken */
	uint64_t longest_stop;      /* nanoseconds: the program waited so long for one of them */
	_Alignas(64) uint32_t next_thread;
	/* over the lane that threads share when there are more than rings */
	uint32_t shared_lock;
	uint32_t is_threaded;                  /* enum wire_threads bits */
	uint64_t shared_stamp, shared_address; /* of that lane's last record */
	/*
	 * What an engine of the C library's allocator must know: set when a program starts, the
	 * break last. All 0 in a log that was made before they were here.
	 */
	char libc_version[16]; /* gnu_get_libc_version() */
	char tunables[400];    /* "GLIBC_TUNABLES=… MALLOC_…=…", as far as there is room */
	uint64_t first_break;  /* rounded down to a page */
	uint64_t jumps;        /* calls that never returned: longjmp() left them */
	/* what the process was about to become by exec, until that has begun or failed; "": nothing */
	char leaving[160];
	/* file name of the library that has malloc(); "": the C library */
	char allocator[64];
	uint16_t is_attached; /* the collector came to the running process, and is not its parent */
	uint16_t last_census; /* enum wire_census: of such a process, before it is left */
	uint32_t is_leaving;  /* it has gone, and nothing more is recorded */
	uint32_t marks;       /* that the collector has set while the program runs */
	/* errno: why the log could not be extended while the program ran on; 0: it could */
	uint32_t trouble;
};
_Static_assert(sizeof(struct wire_head) <= WIRE_HEAD, "a head fits its page");
_Static_assert(sizeof(struct wire_segment) == 64, "a segment's head is one cache line");

#define WIRE_RINGS_AT WIRE_HEAD

/* The clock of heads: CLOCK_MONOTONIC, nanoseconds. */
static inline uint64_t wire_clock(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/* ---- records -------------------------------------------------------------------------------- */

/* What coder and decoder know of a lane: all zero at its start. */
struct wire_coding {
	uint64_t stamp, address;
};

/*
 * The way from one address to another as a number that is small where it is short: the sign, then
 * how far, in units of 8 bytes. What most addresses do not have, the lowest three bits, comes last.
 */
static inline uint64_t wire_away(uint64_t delta)
{
	uint64_t sign = 0 - (delta >> 63);

	return (delta ^ sign) >> 3 << 1 | (sign & 1) | delta << 61;
}

static inline uint64_t wire_delta(uint64_t away)
{
	uint64_t sign = 0 - (away & 1);

	return ((away << 3 >> 4 << 3 ^ sign) & ~UINT64_C(7)) | away >> 61;
}

/*
 * What nearly every call is, soon after the last one and near it, of little size, and no other, is
 * a near record:
 *
 *	8 bits       what was called
 *	2 bits       bytes of the size: 0, 1 or 2
 *	2 bits       bytes of the way: 2, 3 or 4, less 2; 3: it is a far record
 *	12 bits      the stamp, against that before
 *	the rest     the way (wire_away()), then the size
 *
 * A far record has 3 in these bits and nothing in the other six; then a byte with four widths, then
 * the stamp and the way in 1, 2, 4 or 8 bytes, and the size and the other in 0, 2, 4 or 8.
 */
#define WIRE_NEAR_WAY   5u /* bytes of a near record whose way has two, without the size */
#define WIRE_FAR        3u
#define WIRE_FAR_WIDTHS 3u /* bytes of a far record before its numbers */

static inline bool wire_is_near(uint64_t later, uint64_t away, uint64_t size)
{
	return (later >> 12 | size >> 16 | away >> 32) == 0;
}

/* at has room for WIRE_RECORD_MAX bytes, as below.  Gives the end of the record. */
static inline uint8_t *wire_encode_near(uint8_t *at, uint32_t what, uint64_t later, uint64_t away,
	uint64_t size)
{
	uint32_t far = (uint32_t)(away > 0xFFFF) + (uint32_t)(away > 0xFFFFFF);
	uint32_t large = (uint32_t)(size > 0) + (uint32_t)(size > 0xFF);
	uint64_t word = what | large << 8 | far << 10 | later << 12 | away << 24;
	uint16_t last = (uint16_t)size;

	memcpy(at, &word, sizeof(word));
	at += WIRE_NEAR_WAY + far;
	memcpy(at, &last, sizeof(last));
	return at + large;
}

static inline uint32_t wire_width(uint64_t n)
{
	return (uint32_t)(n > 0xFF) + (uint32_t)(n > 0xFFFF) + (uint32_t)(n > 0xFFFFFFFF);
}

/* Of sizes and others, which are often nothing: 0, 2, 4 or 8 bytes. */
static inline uint32_t wire_short_width(uint64_t n)
{
	return (uint32_t)(n > 0) + (uint32_t)(n > 0xFFFF) + (uint32_t)(n > 0xFFFFFFFF);
}
#define WIRE_SHORT_BYTES(width) (0x8420u >> 4 * (width)&15)

/* Stores eight bytes, of which the next number may overwrite all but the first `bytes`. */
static inline uint8_t *wire_put_number(uint8_t *at, uint64_t n, uint32_t bytes)
{
	memcpy(at, &n, sizeof(n));
	return at + bytes;
}

static inline uint8_t *wire_encode(uint8_t *at, struct wire_coding *coding, uint32_t what,
	uint64_t stamp, uint64_t address, uint64_t size, uint64_t other)
{
	uint64_t later = stamp - coding->stamp, away = wire_away(address - coding->address);
	uint32_t w_stamp = wire_width(later), w_away = wire_width(away);
	uint32_t w_size = wire_short_width(size), w_other = wire_short_width(other);

	*coding = (struct wire_coding){stamp, address};
	if (other == 0 && wire_is_near(later, away, size))
		return wire_encode_near(at, what, later, away, size);
	at[0] = (uint8_t)what;
	at[1] = WIRE_FAR << 2;
	at[2] = (uint8_t)(w_stamp | w_away << 2 | w_size << 4 | w_other << 6);
	at = wire_put_number(at + WIRE_FAR_WIDTHS, later, 1u << w_stamp);
	at = wire_put_number(at, away, 1u << w_away);
	at = wire_put_number(at, size, WIRE_SHORT_BYTES(w_size));
	return wire_put_number(at, other, WIRE_SHORT_BYTES(w_other));
}

/* 0 to 8 bytes, of eight that can be read. */
static inline uint64_t wire_get_number(const uint8_t **at, uint32_t bytes)
{
	uint64_t n;

	memcpy(&n, *at, sizeof(n));
	*at += bytes;
	return bytes < sizeof(n) ? n & ((UINT64_C(1) << 8 * bytes) - 1) : n;
}

/* Sets all but the call, the domain and the payload. Gives the bytes of the record. */
static inline uint32_t wire_get_far(const uint8_t *start, struct wire_coding *coding,
	struct wire_record *ret_record)
{
	uint32_t widths = start[2];
	const uint8_t *at = start + WIRE_FAR_WIDTHS;

	coding->stamp += wire_get_number(&at, 1u << (widths & 3));
	coding->address += wire_delta(wire_get_number(&at, 1u << (widths >> 2 & 3)));
	ret_record->size = wire_get_number(&at, WIRE_SHORT_BYTES(widths >> 4 & 3));
	ret_record->other = wire_get_number(&at, WIRE_SHORT_BYTES(widths >> 6 & 3));
	return (uint32_t)(at - start);
}

static inline uint32_t wire_get_near(const uint8_t *start, uint64_t word,
	struct wire_coding *coding, struct wire_record *ret_record)
{
	uint32_t large = word >> 8 & 3, far = word >> 10 & 3;
	const uint8_t *at = start + WIRE_NEAR_WAY + far;

	coding->stamp += word >> 12 & 0xFFF;
	coding->address += wire_delta(word >> 24 & UINT32_MAX >> (16 - 8 * far));
	ret_record->size = wire_get_number(&at, large);
	ret_record->other = 0;
	return (uint32_t)(at - start);
}

/* Calls of which a record is a request or a free, and nothing else. */
static inline bool wire_is_plain(uint32_t call)
{
	const uint32_t plain = 1u << WIRE_MALLOC | 1u << WIRE_CALLOC | 1u << WIRE_FREE |
			       1u << WIRE_ALIGNED_ALLOC | 1u << WIRE_POSIX_MEMALIGN |
			       1u << WIRE_MEMALIGN | 1u << WIRE_VALLOC | 1u << WIRE_PVALLOC;

	return plain >> (call & 31) & 1;
}

/*
 * What wire_decode() does with most records, where WIRE_RECORD_MAX bytes can be read: a plain call
 * in a near record. Gives its bytes; 0: it is another one, and nothing was taken.
 */
static inline uint32_t wire_take_plain(const uint8_t *start, struct wire_coding *coding,
	struct wire_record *ret_record)
{
	uint64_t word;

	memcpy(&word, start, sizeof(word));
	if (!wire_is_plain(word & 31) || (word >> 10 & 3) == WIRE_FAR)
		return 0;
	uint32_t bytes = wire_get_near(start, word, coding, ret_record);
	ret_record->call = word & 31;
	ret_record->domain = word >> 5 & 7;
	ret_record->stamp = coding->stamp;
	ret_record->address = coding->address;
	ret_record->payload = NULL;
	return bytes;
}

/* Gives the end of the record, or NULL when it does not fit before `end` or is padding. */
static inline const uint8_t *wire_decode(const uint8_t *at, const uint8_t *end,
	struct wire_coding *coding, struct wire_record *ret_record)
{
	uint8_t last[WIRE_RECORD_MAX]; /* so that more can be read than there is */
	const uint8_t *start = at;
	struct wire_coding next = *coding;
	uint64_t word;

	if (end - at < (ptrdiff_t)sizeof(last)) {
		memset(last, 0, sizeof(last));
		memcpy(last, at, (size_t)(end - at));
		start = last;
	}
	memcpy(&word, start, sizeof(word));
	ret_record->call = word & 31;
	ret_record->domain = word >> 5 & 7;
	if (ret_record->call == WIRE_PAD || ret_record->call >= WIRE_CALL_COUNT)
		return NULL;
	uint32_t bytes = (word >> 10 & 3) == WIRE_FAR
				 ? wire_get_far(start, &next, ret_record)
				 : wire_get_near(start, word, &next, ret_record);
	if (bytes > (size_t)(end - at))
		return NULL;
	at += bytes;
	ret_record->stamp = next.stamp;
	ret_record->address = next.address;
	ret_record->payload = NULL;
	if (ret_record->call >= WIRE_PAYLOADS) {
		if (ret_record->size > WIRE_PAYLOAD_MAX || (uint64_t)(end - at) < ret_record->size)
			return NULL;
		ret_record->payload = at;
		at += ret_record->size;
	}
	*coding = next;
	return at;
}

#endif
