/*
 * A plug-in allocator in a separate process, and every answer it has given so far.
 *
 *	history   requests in the order they were made, from the plug-in's beginning; known by its
 *	          last node
 *	node      one request and its answer; NODE_START is the history without requests
 *	runner    a process (plugin/runner/) that stands at a node; some sleep where they may be
 *	          needed again
 *
 * Answers are kept: the same request at the same node is never made twice, so moving back and forth
 * needs no process. Histories with the same beginning share it; runners are copied where they
 * diverge.
 *
 * Opening the same file with the same settings returns the same plug-in: the heap on the screen and
 * the one of the survey get the same answers, and a node means the same to both.
 */
#ifndef PLUGIN_HISTORY_H
#define PLUGIN_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct plugin;
struct text;

#define NODE_START 0u

#define PLUGIN_ROOM_LEAST 4096u
#define PLUGIN_ROOM_MOST  (1u << 30)
/* As 32 bits: its runner keeps records that take four times the heap's addresses. */
#define PLUGIN_ROOM_MOST_32 (512u << 20)

struct plugin_config {
	const char *path; /* of a shared object, or of a C source */
	bool is_source;   /* it is compiled first */
	const char *more; /* sources to compile with it, with commas between them; or "" */
	/* every request is made in two processes: what they answer must be the same */
	bool twice;
	uint64_t heap;          /* bytes it may have at most */
	bool is_heap_from_user; /* false: what the source's hand-out says comes first */
	/* of every block: 4, 8 or 16; 0: what the source's hand-out says, otherwise 8 */
	uint64_t alignment;
	unsigned milliseconds; /* of processor time that a request may take */
};

enum plugin_ask { PLUGIN_ALLOCATE, PLUGIN_RELEASE, PLUGIN_REALLOCATE };

struct plugin_request {
	enum plugin_ask ask;
	uint64_t address; /* release, reallocate: the block */
	uint64_t size;
	uint64_t alignment; /* allocate: a power of two, or 0; for plug-ins of our own interface */
	uint64_t event;     /* its number in the trace, for words */
};

/* What a request that failed did to a live block. */
struct plugin_harm {
	uint64_t block;    /* its address; 0: none was harmed */
	uint64_t from, to; /* its bytes that were written over, or claimed by another: addresses */
	uint64_t claimed;  /* the block that was returned and would overlap it; 0: none */
	bool is_lost;      /* those bytes are no longer what the program wrote */
};

struct plugin_answer {
	uint64_t address; /* of the block, believable; 0: there is none */
	uint64_t end;     /* of the heap, which begins at plugin_base() */
	uint64_t held;    /* bytes of it at most so far; fewer than to its end, of mappings */
	/* its mistake, in words; NULL: none. Kept as long as the plug-in */
	const char *failure;
	struct plugin_harm harm;
	bool is_dead; /* it no longer answers */
	/* it has asked for more memory than its heap may have */
	bool was_refused;
};

/* -1 and err: it does not compile, cannot be loaded, or fails in its init(). */
int plugin_open(struct plugin **ret_plugin, const struct plugin_config *config, struct error *err);
void plugin_close(struct plugin *plugin);

/*
 * What the mm_init() of one that is open returned that no hand-out knows, and what it is taken for;
 * false: nothing of the kind.
 */
bool plugin_starts_oddly(struct text *words);

/*
 * What this system cannot keep the plug-ins from that are open, in words, to be appended to "plug-ins
 * are confined only in part here: "; false: they are confined in every way.
 */
bool plugin_gaps(struct text *words);

const char *plugin_name(const struct plugin *plugin); /* as it calls itself, or "" */
/* It has no aligned requests, and its mm_free() gets NULL; one of our own interface differs. */
bool plugin_is_of_lab(const struct plugin *plugin);
/* How its mm_init() failed; NULL: it did not. */
const char *plugin_start_failure(const struct plugin *plugin);
bool plugin_describes(const struct plugin *plugin);
uint64_t plugin_base(const struct plugin *plugin);
uint64_t plugin_room(const struct plugin *plugin);      /* bytes its heap may have */
uint64_t plugin_start_end(const struct plugin *plugin); /* of the heap, before the first request */

/*
 * The node that follows: where the request was made at that one. No request follows one with
 * is_dead.
 */
uint32_t plugin_ask(struct plugin *plugin, uint32_t node, const struct plugin_request *request,
	struct plugin_answer *ret_answer);

/* ---- what it says of itself ---------------------------------------------------------------- */

struct plugin_piece {
	uint64_t base;
	uint64_t size;
	uint64_t payload; /* 0: it is free */
	uint64_t order;   /* its place in the first list that has it, from 1; 0: in none */
};

struct plugin_list {
	char name[32];
	size_t from, count; /* of plugin_description.entries */
};

struct plugin_description {
	/* in address order; what overlaps the one before is left out */
	const struct plugin_piece *pieces;
	size_t npieces;
	const struct plugin_list *lists;
	size_t nlists;
	const struct plugin_piece *entries; /* of all lists */
	size_t nentries;
};

/*
 * The description at any node, for plug-ins that describe themselves; NULL when it failed or its
 * answers differ from before. Valid until the next call.
 */
const struct plugin_description *plugin_describe(struct plugin *plugin, uint32_t node);

/* In a process that was forked: its parent's processes are left alone. */
void plugin_forget_processes(struct plugin *plugin);

#endif
