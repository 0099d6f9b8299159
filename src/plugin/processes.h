/*
 * Runners of one plug-in (plugin.h): the root, which was loaded and has been asked nothing, and
 * copies of it that stand at nodes of the history. The plug-in must not be trusted: every answer
 * has a time limit, and a process that ends takes nothing with it.
 */
#ifndef PLUGIN_PROCESSES_H
#define PLUGIN_PROCESSES_H

#include "base/arrays.h"
#include "base/text.h"
#include "plugin/protocol.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct error;
struct plugin_config;

/* One request and its answer. */
struct history_node {
	uint32_t parent;
	uint32_t depth;                     /* requests up to here */
	uint32_t first_child, next_sibling; /* 0: none */
	uint32_t failure;                   /* + 1, the plug-in's; 0: none */
	uint32_t cause;                     /* + 1, the plug-in's; 0: it was not searched for */
	uint8_t kind;                       /* enum call_kind */
	uint8_t alignment;                  /* log2, + 1; 0: none */
	bool is_dead;
	bool was_refused; /* more memory than the heap may have */
	uint64_t asked_address, asked_size;
	uint64_t event; /* of the trace that asked last */
	uint64_t address;
	uint64_t end;
	uint64_t held; /* bytes of the heap at most so far */
};

struct nodes {
	ARRAY(struct history_node) at;
};

/* What came back instead of a reply. */
enum { REPLY_GONE = REPLY_LAST + 1, REPLY_SILENT, REPLY_DIFFERS, REPLY_FORGED };

struct runner {
	int fd;
	uint32_t node;
	bool is_kept; /* asleep: it is copied, and stays where it is */
};

#define RUNNERS_MAX 16u

struct processes {
	const struct plugin_config *config; /* borrowed */
	const struct nodes *nodes;          /* borrowed */
	const char *library;                /* borrowed; NULL: it has no path but is */
	int object;                         /* an open file, borrowed */
	bool init_is_bool;                  /* mm_init() returns true or false */
	uint64_t alignment;                 /* of every block */
	uint64_t heap;                      /* bytes it may have at most */
	uint64_t watched;  /* a byte past the heap that mm_init() writes: by which code? 0: none */
	bool begins_later; /* mm_init() fails: it is not called before a run asks for it */
	bool is_random;    /* its addresses lie elsewhere each time */
	pid_t keeper;      /* also of the group that all are; 0: not started */
	int lifeline;      /* our end: when it is closed, all of them end */
	int output;        /* a file of what they print */
	struct runner runners[RUNNERS_MAX]; /* the root is the first */
	size_t nrunners;
	uint32_t last_kept; /* depth of the last sleeping copy */
};

/* Appends the end of all that they have printed. */
void processes_add_output(const struct processes *processes, struct text *output);

/* Starts the root; its first words in *ret_ready. */
int processes_start(struct processes *processes, struct reply *ret_ready, struct error *err);
void processes_finish(struct processes *processes);

/*
 * Makes a call at a node. Appends what it printed to output, which may be NULL. keep: a sleeping
 * copy may be left on the way. When the runner is lost the reply's kind says how.
 */
void processes_call(struct processes *processes, uint32_t node, const struct call *call, bool keep,
	struct reply *ret_reply, struct text *output);

/* The runner that made the last call stands at that node now. */
void processes_moved(struct processes *processes, uint32_t node);

/* After a CALL_DESCRIBE: the items that follow; false when they do not come. */
bool processes_hear_items(struct processes *processes, struct description_item *items,
	size_t count);

/*
 * A copy of the root makes all steps of a file, as `call` says; the file is not closed. The end of
 * a socket where it answers, to be closed, which ends it; -1: none can be made.
 */
int processes_begin_run(struct processes *processes, const struct call *call, int file);

/* Waits for the answer, but no longer; false: it has not come. */
bool processes_hear_run(int run, int milliseconds, struct reply *ret_reply);

/*
 * The same at once. Appends what was printed since ret_reply->printed to output, which may be NULL.
 */
void processes_run(struct processes *processes, const struct call *call, int file,
	struct reply *ret_reply, struct text *output);

/* In a process that was forked: the runners are its parent's; others are started when needed. */
void processes_forget(struct processes *processes);

/* The call that a node stands for. */
struct call call_of(const struct history_node *node);

#endif
