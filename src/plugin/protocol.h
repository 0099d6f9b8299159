/*
 * What the host (plugin/processes.c) and the process in which a plug-in runs (plugin/runner/) say
 * to each other: a socket that keeps messages apart carries one struct call there, and one
 * struct reply back. Before anything else the runner says TALK_VERSION, eight bytes.
 */
#ifndef PLUGIN_PROTOCOL_H
#define PLUGIN_PROTOCOL_H

#include "plugin/code_place.h"

#include <assert.h>
#include <stdint.h>

#define TALK_SOCKET   3 /* the runner's end */
#define TALK_LIFELINE 4 /* the keeper's end */
#define TALK_OBJECT   5 /* the plug-in, where it has no path */
/* where the plug-in's heap begins: as the simulated break does */
#define TALK_BASE UINT64_C(0x10000000)
#define TALK_PAGE 4096u /* it is as large as some of these */
/* of each byte of the heap's last page that the plug-in has not asked for yet */
#define TALK_FILLING 0xc5u

enum call_kind {
	CALL_ALLOCATE,   /* size, alignment */
	CALL_RELEASE,    /* address */
	CALL_REALLOCATE, /* address, size */
	/* a descriptor comes along: a copy of the process answers there, this one here no more */
	CALL_FORK,
	CALL_DESCRIBE, /* the reply's `size` items follow, TALK_ITEMS in a message */
	/*
	 * a descriptor comes along: a file of struct race_step, `size` of them, for `address`
	 * slots; how long they take
	 */
	CALL_RACE,
	/*
	 * the same without a clock, up to a step that is not served well; payloads are checked
	 * where their blocks end, and at the end of all. Behind the steps the file has room for a
	 * struct race_place for each: they are there once all were served
	 */
	CALL_GRADE,
	/* the same with every check after each step */
	CALL_EXAMINE,
	/*
	 * the same without a check of payloads: is the last step the first that is not served well,
	 * where the program does not write bytes [byte, byte_end) of the blocks of steps
	 * [first, end)?
	 */
	CALL_TRY,
	/*
	 * as a grading, up to the last step, in which each write to the page of `watched` is
	 * followed by a look at that byte
	 */
	CALL_WATCH,
	/*
	 * the same steps but the last: which is the first that spoils what the allocator keeps for
	 * itself?
	 */
	CALL_OWN_WORDS,
	/* the same steps but the last: how are blocks laid out in the heap? */
	CALL_LAYOUT,
	/*
	 * the same steps but the last: after which is a block of `layout` wrong first? `watched`:
	 * what the last one returns, if that is a live block, or 0. With `wants_last`, where none
	 * is wrong: does the last one leave a block so, also where it crashes?
	 */
	CALL_BLOCKS,
	/*
	 * the same steps: what the allocator touches in the last one, up to access `until`, or to
	 * the one with which it crashes or changes the byte `watched`. With `wants_last` to its
	 * end: which code changed the word `watched` last, and at which access (other; 0: none did)
	 */
	CALL_ACCESSES,
	/* the same steps but the last: which is the last that changed the word `watched`? */
	CALL_LAST_CHANGE,
};

/* Of blocks with sizes in their headers, which lead from the first block to the heap's end. */
struct chain_layout {
	uint64_t first;      /* header */
	uint32_t width;      /* bytes of a header's word */
	uint32_t extra;      /* bytes that a block has beside those that its header says */
	uint32_t to_payload; /* bytes from a header to its payload */
	uint32_t unused;
};

/* What is wrong with a block; of those of one step, the first is what matters. */
enum breach_kind {
	BREACH_ROOM,        /* its payload is longer than it is */
	BREACH_FOOTER_ROOM, /* its payload reaches into its footer */
	BREACH_CUT,         /* it has become too short for its payload */
	BREACH_REACH,       /* it reaches over another, which is live */
	BREACH_PAST,        /* of a step that failed: it reaches past the heap's end */
	BREACH_LONGER,      /* likewise: it ends where no block begins */
	BREACH_INSIDE,      /* its payload was handed out in the midst of a free one */
	BREACH_CHAIN,       /* from its header on the sizes lead astray */
	BREACH_USED_FOOTER, /* it is in use: its footer has another size than its header */
	BREACH_FREE_FOOTER, /* the same of a free one */
	BREACH_MARK,        /* it was handed out, and its header calls it free */
	BREACH_TAKEN,       /* it is in use, as its header says, and was handed out once more */
};

#define BREACHES (BREACH_TAKEN + 1)

struct breach {
	uint64_t kind, step;
	uint64_t header, before, now; /* header: 0: there is none; the word there */
	uint64_t footer, footer_before, footer_now;
	uint64_t was_header;        /* 1: a block began there before the step, too */
	uint64_t block, block_size; /* its payload; BREACH_REACH: that of the other */
	uint64_t room;              /* bytes from its payload to its end; PAST: of the heap */
	uint64_t astray;            /* CHAIN: the header to which its size leads, if not its own */
};

struct call {
	uint64_t kind;
	uint64_t address;
	uint64_t size;
	uint64_t alignment;
	uint64_t first, end, byte, byte_end; /* of a try */
	uint64_t is_short;                   /* of a try: 1: a step may take a tenth of its time */
	/* of a watch: the byte's address, and 0 or that of a copy after which it may change */
	uint64_t watched, copy;
	/*
	 * of accesses: a word to which `by` is added before the last step, or before access
	 * `changed_at` of it; 0: none
	 */
	uint64_t changed, by, changed_at;
	uint64_t until, wants_last;
	/*
	 * of all that have steps but a race and a grading: so many are served first; then the heap
	 * is empty again and mm_init() is called once more, as drivers of the lab go from one trace
	 * to the next. Meanwhile the variables at [reset, reset_end) of its file become what they
	 * were when it was loaded
	 */
	uint64_t before, reset, reset_end;
	struct chain_layout layout;
	uint64_t wants_rings; /* of a look at own words: 1: links that lead round count, too */
	/* of all steps: milliseconds of processor time, after which REPLY_LATE; 0: no end */
	uint64_t limit;
};

/* enumerator; what `address`, `size` and `detail` of the reply tell. */
enum reply_kind {
	/*
	 * `words`: the plug-in's name; detail: 1 it describes itself; other: how it is
	 * confined (enum confined); size: what mm_init() returned
	 */
	REPLY_READY,
	REPLY_REFUSED, /* it cannot be loaded: `words` say why */
	/*
	 * address: what the program gets, or 0. Of a race: size: nanoseconds; detail: steps that
	 * were served. Of a grading or an examination: the last step got that. Of a watch:
	 * `place`: of the code that changed the byte first. Of a look at own words, at the
	 * end of the first step that spoilt one: other, other_size: a live block, address: the size
	 * before it, size: what that was, detail: what it is; or word_block: one that has been
	 * freed, from which links lead round. Of a layout: `layout`, detail: live blocks that speak
	 * for it, 0: there is none. Of blocks: `breach`. Of accesses: size: the number of the last,
	 * 0: none; address: what it touched, detail: of ACCESS_ bits, `place`, and `reads`. Of a
	 * last change: detail: enum changed; by the program: size: the byte of the block which the
	 * step returned, other: 1: the block has been freed since
	 */
	REPLY_DONE,
	/*
	 * detail: the signal; address: what was touched; size: how (enum touch); `place`, here and
	 * for the next three: where its code was
	 */
	REPLY_CRASHED,
	REPLY_LOOPS,      /* it did not come back */
	REPLY_EXITED,     /* detail: the status, or EXIT_STATUS_UNKNOWN */
	REPLY_FORBIDDEN,  /* detail: the system call that it made */
	REPLY_OUTSIDE,    /* address: the block, of `size` bytes, does not lie in the heap */
	REPLY_MISALIGNED, /* address: the block; detail: what it should be aligned to */
	REPLY_OVERLAPS,   /* address, size: the block; other, other_size: the live one it lies in */
	/* other, other_size: a live block; detail: its first byte that was written over */
	REPLY_LOST,
	/* address: the moved block; detail: its first byte that is not what it was */
	REPLY_NOT_KEPT,
	/*
	 * other: the first byte behind the heap that was written; `place`, of an mm_init() in
	 * which that was watched
	 */
	REPLY_BEYOND,
	/* other, other_size: a live block, in pages that it has given back */
	REPLY_GIVEN_BACK,
	/* its mm_init() says that it failed: `words` say how; without words: the second time */
	REPLY_NOT_BEGUN,
	REPLY_SPOILT, /* of a grading: something was wrong before, which an examination can find */
	REPLY_LATE,   /* the steps take longer than they may */
	REPLY_LAST = REPLY_LATE,
};

#define EXIT_STATUS_UNKNOWN UINT64_MAX /* a C library that does not tell */

/*
 * TOUCH_NOWHERE: an address that no memory can have, of which no more is known
 * TOUCH_GONE: of its heap, where it has called munmap() or the like
 */
enum touch { TOUCH_UNKNOWN, TOUCH_READ, TOUCH_WRITE, TOUCH_STACK, TOUCH_NOWHERE, TOUCH_GONE };

/* Who changed a word last: where it came with the heap, and is as it came, nobody did. */
enum changed { CHANGED_NEVER, CHANGED_AT_START, CHANGED_BY_ALLOCATOR, CHANGED_BY_PROGRAM };

#define ACCESS_IS_RUN    1u /* of a loop through memory, or of a function of the C library */
#define ACCESS_IS_RETURN 2u /* it is what the request returned */

/* A word that was read before an access. */
struct word_read {
	uint64_t address;
	uint64_t writer;   /* the code that wrote it before, in the same step; 0: none */
	uint64_t variable; /* its address in the plug-in's file; 0: it is in the heap */
	uint32_t number;   /* of the access that read it last */
	uint32_t value;
	uint8_t leads_on;     /* 1: by its value the next access was where it was */
	uint8_t is_rewritten; /* 1: it was written after it was read, in the same step */
	uint8_t is_run;       /* 1: its code read words just before it, from lower to higher */
	uint8_t is_computed;  /* 1: of a variable: its code had the address in registers */
	uint32_t high;        /* the four bytes behind it */
};

static_assert(sizeof(struct word_read) % sizeof(uint64_t) == 0,
	"a runner of 32 bits lays it out in the same way");

#define READS_MAX 12u

/* Of the accesses that add an index to an address, the one farthest behind it. */
struct indexed {
	uint64_t start, address; /* of variables, in the plug-in's file */
	uint64_t place;          /* its code; 0: there is none */
	uint64_t is_write;
};

#define INDEXED_MAX 12u

struct reply {
	uint64_t kind;
	uint64_t address;
	uint64_t size;
	uint64_t detail;
	uint64_t other;
	uint64_t other_size;
	struct code_place place;
	uint64_t end;                      /* of the heap */
	uint64_t variables, variables_end; /* that can be reset: addresses in its file */
	uint64_t held;      /* bytes that the heap has had at most; less than that, of mappings */
	uint64_t is_native; /* 1: the plug-in has our own interface, not that of the lab */
	/* 1: it has no realloc, which is made of an allocation, a copy and a release */
	uint64_t lacks_realloc;
	uint64_t was_refused; /* 1: the plug-in has asked for more than its heap may have */
	/*
	 * of a crash whose address was made of what the program had written: 1 + the byte of the
	 * block where that was; the block, if it is live, and its bytes
	 */
	uint64_t word, word_block, word_size;
	uint64_t nreads, has_more_reads;     /* 1: than there is room for */
	struct word_read reads[READS_MAX];   /* the last one first; each word once */
	struct indexed indexed[INDEXED_MAX]; /* of accesses: without place.at: no more */
	uint64_t wrong_end; /* LOST, NOT_KEPT: 1 + the last byte that is not what it was */
	/* of a race, a grading, an examination or a watch: what it ended with, otherwise 0 */
	uint64_t step;  /* the number of all: it ended with none */
	uint64_t asked; /* the step's block, as it was before; 0: none */
	uint64_t
		printed; /* bytes of output before an examined step, or before all that is graded */
	struct chain_layout layout;
	struct breach breach;
	char words[192];
};

/* Differs where they would not understand each other. Raise the first number with the meaning. */
#define TALK_VERSION \
	(UINT64_C(8) << 48 | (uint64_t)REPLY_LAST << 32 | sizeof(struct reply) << 16 | \
		sizeof(struct call))

/* A piece of a description. */
enum item_kind { ITEM_FREE, ITEM_USED, ITEM_LIST, ITEM_ENTRY };

struct description_item {
	uint64_t kind;
	uint64_t base;
	uint64_t size;
	uint64_t payload;
	char name[32]; /* ITEM_LIST */
};

#define TALK_ITEMS 256u

/* A request of a race: slots stand for blocks. */
struct race_step {
	uint32_t kind; /* CALL_ALLOCATE, CALL_RELEASE, CALL_REALLOCATE */
	uint32_t slot;
	uint64_t size;
	uint64_t alignment;
};

/* How a step of a grading was served. */
struct race_place {
	uint64_t address; /* as of REPLY_DONE */
	uint64_t end;     /* of the heap */
};

#endif
