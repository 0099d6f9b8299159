/*
 * A census: which variable of a Python program keeps each of its live blocks, at a moment at which
 * this thread holds the interpreter's lock. Everything is read, nothing is called, written,
 * counted or locked; what can no longer be read is taken as nothing.
 *
 *	memory   census_memory.c: reads that cannot fault, and the blocks that are found
 *	objects  census_types.c, census_dicts.c, census_objects.c: what an object is and refers
 *	         to, as each version lays it out; census_words.c: texts and names
 *	nodes    census_nodes.c: the variables that objects are reached from; census_reach.c: what
 *	         hangs on each; census_steps.c: exceptions; census_roots.c: what no variable has
 *	owners   census_lines.c: those that keep most, and what is written of them
 *
 * From every variable the objects are followed that it keeps, from all at once, and each block
 * counts for the variable from which the way to it is shortest:
 *
 *	node    what has a name: a variable of a module, a local of a function that runs, and what
 *	        these have with a name of its own: attributes, entries of small dictionaries and
 *	        lists, default arguments, variables of closures. Nodes come to their objects before
 *	        anything is followed further, those with the shortest names first. Where objects of
 *	        one type lead to each other, as those of a list or a graph do, only the first has a
 *	        name.
 *	step    a node that is met on the way: the traceback of exceptions, its next ones, the frame
 *	        of each by its code, and the locals of that. All that lead the same way are one.
 *	owner   a node that is written, as it keeps much: of a variable, what nearly all of it hangs
 *	        on
 *	sample  blocks that are written, so that a reader knows whose call each of them was. One is
 *	        taken by what its address says, and the more likely the larger its weight is: all
 *	        of at least `step` bytes, of others that share of the step that they have
 *	weight  bytes of a block, and of what is free beside it and would not be held without it: a
 *	        few small blocks may keep all arenas, or the end of a heap
 *
 * Parts of the recorder only; shim.h has what the others call.
 */
#ifndef RECORDER_CENSUS_H
#define RECORDER_CENSUS_H

#include "recorder/shim.h"

/* ---- memory ---------------------------------------------------------------------------------- */

/* A run of bytes that can be read where they are, or from a copy. */
struct view {
	uintptr_t start, end;
	const char *bytes; /* of start */
};

#define VIEWS       4u
#define ARENA_SLOTS (1u << 17) /* a power of two */

struct census_memory {
	struct view views[VIEWS];
	uint32_t next_view;
	size_t arena_bytes, pool_bytes; /* of this version */
	uint32_t arenas;
	const uintptr_t *bases; /* of the arenas, in no order */
	uint32_t *index;        /* a hash of them: number + 1, 0: none */
	uint8_t *marks;    /* a bit for each 16 bytes of each arena: a block found begins there */
	uint8_t *pools;    /* of each arena: how many are in use, + 1; 0: not counted yet */
	uintptr_t *others; /* a hash of blocks outside of arenas; 0: none */
	uint32_t nothers;
	bool is_full;    /* a block could not be marked: what it leads to was not reached */
	char *pages;     /* copies, each in the place that its address says */
	uintptr_t *tags; /* by place: the address of the page that is there */
	uintptr_t lowest, highest; /* of the arenas */
	/* the C library's main heap; 0: the recorder came to a program that ran, with arenas */
	uintptr_t heap, heap_end;
	uint8_t *chunks;  /* a bit for each 16 bytes of it: a chunk in use begins there */
	uintptr_t walked; /* up to where that is known */
};

struct block {
	uintptr_t start;
	size_t bytes; /* 0: it is none that was asked for, as an object of the interpreter's own */
};

/* Bytes that a memory needs besides, and where they are: all zero. */
HIDDEN size_t census_memory_bytes(struct census_memory *memory);
HIDDEN void census_memory_begin(struct census_memory *memory, char *bytes);

/*
 * Finds the chunks of the main heap from its start on, one after the other: free memory, and what
 * others have in their blocks, may look like a chunk. Takes a part of the census' time at most.
 */
HIDDEN void census_walk_heap(struct census_memory *memory, uint64_t time);

/* false: they cannot be read. */
HIDDEN bool census_memory_copy(struct census_memory *memory, void *to, uintptr_t at, size_t bytes);

/* 0 also where it cannot be read. */
static inline uintptr_t census_word(struct census_memory *memory, uintptr_t at)
{
	uintptr_t word;

	for (uint32_t i = 0; i < VIEWS; i++) {
		const struct view *view = &memory->views[i];
		if (at >= view->start && at < view->end && view->end - at >= sizeof(word)) {
			memcpy(&word, view->bytes + (at - view->start), sizeof(word));
			return word;
		}
	}
	return census_memory_copy(memory, &word, at, sizeof(word)) ? word : 0;
}

static inline uint8_t census_byte(struct census_memory *memory, uintptr_t at)
{
	return (uint8_t)(census_word(memory, at & ~(uintptr_t)7) >> 8 * (at & 7));
}

/* The block of pymalloc that has this address; false: it is in no pool of an arena. */
HIDDEN bool census_pool_block(struct census_memory *memory, uintptr_t at, struct block *ret_block);

/* A block of the C library at this very address, as what is before it and after it says. */
HIDDEN bool census_chunk(struct census_memory *memory, uintptr_t at, struct block *ret_block);

/* One of the main heap that has this address, not far from its start. */
HIDDEN bool census_chunk_around(struct census_memory *memory, uintptr_t at,
	struct block *ret_block);

/*
 * Free bytes that it keeps: its part of its pool's and of its arena's empty pools, or the hole that
 * it ends.
 */
HIDDEN size_t census_idle(struct census_memory *memory, uintptr_t start);

/* Marks the block. false: it was marked before, or there is no room for more. */
HIDDEN bool census_mark(struct census_memory *memory, uintptr_t start);

/* Nanoseconds: of the clock, and that this thread has worked; it may have to wait for others. */
HIDDEN uint64_t census_clock(void);
HIDDEN uint64_t census_work(void);

/* ---- objects --------------------------------------------------------------------------------- */

enum kind {
	KIND_NONE, /* no object */
	KIND_LEAF, /* refers to nothing: a number, a text */
	KIND_WEAK,
	KIND_MODULE,
	KIND_STATIC, /* a type of the interpreter's own */
	KIND_TYPE,
	KIND_FUNCTION,
	KIND_DICT,
	KIND_LIST,
	KIND_TUPLE,
	KIND_SET,
	KIND_CODE,
	KIND_OTHER,
};

struct type_facts {
	uintptr_t type;
	enum kind kind;
	uint32_t flags;
	int32_t before; /* bytes of the block before the object */
	int64_t basic, item, dict_offset;
};

#define TYPE_SLOTS 1024u /* a power of two */

struct census_objects {
	struct census_memory *memory;
	uint64_t until;       /* of the thread's work */
	uint64_t until_clock; /* of the clock; 0: it may take as long as it has to wait */
	uint32_t looks;
	bool is_over; /* the time is, or the room: nothing more is reached */
	const struct object_layout *layout;
	struct type_facts types[TYPE_SLOTS];
	/* What an object refers to, and what it has in blocks that are no objects. */
	void *context;
	void (*reach)(void *context, uintptr_t object, const struct type_facts *facts);
	void (*reach_block)(void *context, struct block block, bool is_read);
};

/*
 * false: of this version the layout is not known. minor: of 3.minor. It is over after so much time
 * of this thread, in nanoseconds.
 */
HIDDEN bool census_objects_begin(struct census_objects *objects, struct census_memory *memory,
	unsigned minor, uint64_t time);

/*
 * Another thread waits to give an arena back, or this is a forked child: the census is cut short.
 */
HIDDEN bool census_is_disturbed(void);

/* What the object at this address is; KIND_NONE: there is none. Borrowed until the next call. */
HIDDEN const struct type_facts *census_object(struct census_objects *objects, uintptr_t object);

HIDDEN struct block census_object_block(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts);

/* Reaches what the object refers to. */
HIDDEN void census_visit(struct census_objects *objects, uintptr_t object);

/* Whether it is a text that is never freed, since it is interned: from 3.12 on. */
HIDDEN bool census_is_immortal(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts);

/* A number that is the address of a block of the C library's, as a handle of ctypes is. */
HIDDEN bool census_addressed(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts, struct block *ret_block);

/* Reaches what the words of a block that is no object refer to. */
HIDDEN void census_visit_block(struct census_objects *objects, uintptr_t start);

/* A name of an object's: 0: it has none. */
typedef void census_entry_f(void *context, uintptr_t name, uintptr_t value);

/* The entries of a dictionary; is_text: all keys are texts, and only then they are visited. */
HIDDEN void census_entries(struct census_objects *objects, uintptr_t dict, census_entry_f *entry,
	void *context);
/* Reaches the block that its entries are in. */
HIDDEN void census_reach_entries(struct census_objects *objects, uintptr_t dict);
/* The attributes that an object has by itself. */
HIDDEN void census_attributes(struct census_objects *objects, uintptr_t object,
	census_entry_f *entry, void *context);

HIDDEN bool census_is_exception(struct census_objects *objects, uintptr_t object);

/* If it is an object: it is reached. */
HIDDEN void census_reach(struct census_objects *objects, uintptr_t object);

/* How many entries or items it has; -1: it is no container. */
HIDDEN int64_t census_length(struct census_objects *objects, uintptr_t object);
HIDDEN uintptr_t census_item(struct census_objects *objects, uintptr_t object, uint64_t i);

enum function_part {
	PART_GLOBALS,
	PART_CODE,
	PART_DEFAULTS,
	PART_KEYWORDS,
	PART_CLOSURE,
	PART_DICT,
	PARTS,
};
HIDDEN uintptr_t census_part(struct census_objects *objects, uintptr_t function,
	enum function_part part);

/* What a cell has, or a method of a class, a property: the first thing that it refers to. */
HIDDEN uintptr_t census_inner(struct census_objects *objects, uintptr_t object);
HIDDEN bool census_is_tuple(struct census_objects *objects, uintptr_t object);
HIDDEN bool census_is_cell(struct census_objects *objects, uintptr_t object);

/* The tuples of a code: the names that it uses, its constants. */
HIDDEN uintptr_t census_names(struct census_objects *objects, uintptr_t code);
HIDDEN uintptr_t census_constants(struct census_objects *objects, uintptr_t code);
HIDDEN uintptr_t census_module_dict(struct census_objects *objects, uintptr_t module);
/* What its C code keeps for it; 0: nothing. */
HIDDEN uintptr_t census_module_state(struct census_objects *objects, uintptr_t module);
HIDDEN uintptr_t census_type_dict(struct census_objects *objects, uintptr_t type);
HIDDEN bool census_is_text(struct census_objects *objects, uintptr_t object);

/* The text's characters as UTF-8; gives their bytes, at most size and TEXT_MOST. */
#define TEXT_MOST 128u
HIDDEN size_t census_text(struct census_objects *objects, uintptr_t text, char *ret_words,
	size_t size);
/* A longer text, as the path of a file is, as UTF-8. */
HIDDEN size_t census_path(struct census_objects *objects, uintptr_t text, char *ret_words,
	size_t size);
/* The path of a code's file. */
HIDDEN size_t census_code_path(struct census_objects *objects, uintptr_t code, char *ret_words,
	size_t size);
/* "load_rows (svc.py:41)", with the first line of a function that has this code. */
HIDDEN size_t census_code_name(struct census_objects *objects, uintptr_t code, char *ret_words,
	size_t size);
HIDDEN uintptr_t census_type(struct census_objects *objects, uintptr_t object);
/* The name of an object's type. */
HIDDEN size_t census_type_name(struct census_objects *objects, uintptr_t object, char *ret_words,
	size_t size);

/* ---- variables ------------------------------------------------------------------------------- */

#define CENSUS_NODES   (1u << 16)
#define CENSUS_QUEUE   (1u << 22) /* a power of two */
#define CENSUS_BLOCKS  (1u << 22) /* that are no objects, and are read */
#define CENSUS_SAMPLES 4096u
#define CENSUS_DEPTH   6u  /* of a name */
#define CENSUS_STEPS   12u /* that a way may have more: tracebacks, a frame and a local */
#define LIBRARIES      256u
#define LIBRARY_WORDS  80u
#define SEGMENTS       32u /* of a library */

enum label {
	LABEL_MODULE,
	LABEL_LOCAL,
	LABEL_VARIABLE,
	LABEL_ATTRIBUTE,
	LABEL_KEY,
	LABEL_INDEX,
	LABEL_DEFAULT,
	LABEL_CLOSURE,
	LABEL_TRACEBACK, /* of exceptions that the parent is or leads to; or the next of those */
	LABEL_FRAME,     /* of a traceback, by its code */
	LABEL_FRAME_LOCAL,
	LABEL_STATE, /* of a module: what its C code has */
	LABEL_ROOT,  /* no variable: what the interpreter, or a library, has */
};

/* Whose variables come first: the program's own, then those of libraries, then of Python itself. */
enum rank { RANK_MAIN, RANK_OWN, RANK_LIBRARY, RANK_PYTHON, RANKS };

enum root { ROOT_CACHE, ROOT_FREE_LISTS, ROOT_TEXTS, ROOT_TABLE, ROOT_DATA, ROOTS };

struct node {
	uint32_t parent; /* + 1; 0: none */
	uint32_t best;   /* of its children, the one with most weight, + 1 */
	uint32_t step,
		next_step; /* steps: the first that leads on from it, the next of its parent */
	uint8_t label, depth, owner;
	uint8_t rank;     /* enum rank: of the module or function */
	bool is_several;  /* a step: to more objects than one, of which `object` is the first */
	uintptr_t name;   /* a text, or a number; of a root: words of ours */
	uintptr_t object; /* a module: its dictionary; its state: a block */
	uintptr_t code;   /* local, frame: of its function; module: itself; root: its kind */
	uint64_t blocks, bytes, weight;
};

struct sample {
	uintptr_t address;
	size_t weight;
	uint32_t node;
};

struct census {
	struct census_memory memory;
	struct census_objects objects;
	uint64_t blocks, bytes, weight;
	uint32_t current; /* the node that what is found counts for */
	uint32_t nnodes, nsamples;
	uint32_t queue_first, nqueue; /* the first one that waits, and how many do */
	uint64_t step;
	uint64_t lines; /* that follow the first one */
	bool is_counting;
	bool has_roots;        /* variables are over, and roots are known */
	uint32_t roots[ROOTS]; /* nodes */
	uint32_t nlibraries;
	char words[LIBRARIES][LIBRARY_WORDS]; /* of their nodes */
	struct {
		uint64_t path; /* a hash */
		uint32_t nsegments;
		struct {
			uintptr_t start, end;
		} segments[SEGMENTS]; /* written to, and not seen to be loaded yet */
	} library;                    /* whose beginning is the last that was met */
	struct node *nodes;
	struct sample *samples;
	uint64_t *queue; /* a ring of objects, each with its node */
	uint64_t
		*deferred; /* blocks that are read later: small ones, and from the end large ones */
	uint32_t small_next, small_end, large_next, large_end; /* in it */
};

/* All that has a name: the program's own variables come first. modules: sys.modules. */
HIDDEN void census_add_nodes(struct census *census, uintptr_t modules);

/* Everything that is kept by each node, and by no node of its own; then what roots keep. */
HIDDEN void census_follow(struct census *census);

/* Adds the roots, and reaches what they have. */
HIDDEN void census_follow_roots(struct census *census);

/* Everything that reached objects refer to, for the current node. */
HIDDEN void census_follow_objects(struct census *census);

/* The node that an object is of which the current one leads to: that one itself, or a step. */
HIDDEN uint32_t census_step(struct census *census, uintptr_t object,
	const struct type_facts *facts);

/* Reaches the locals of the frame that the current node is, if it is one. */
HIDDEN void census_visit_locals(struct census *census, uintptr_t object);

/* How tables of frames are read. */
HIDDEN struct frames_reader census_frames_reader(struct census *census);

/* A block of the current node. */
HIDDEN void census_count(struct census *census, struct block block);

/* Writes what was found. */
HIDDEN void census_put(struct census *census);

#endif
