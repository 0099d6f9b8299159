/* What is known of a plug-in, for the history of its answers and for gradings. */
#ifndef PLUGIN_PLUGIN_STATE_H
#define PLUGIN_PLUGIN_STATE_H

#include "base/arrays.h"
#include "base/text.h"
#include "plugin/failure.h"
#include "plugin/history.h"
#include "plugin/processes.h"

#include <limits.h>
#include <sys/stat.h>

struct lookup;

struct cause;

/* A byte that a request wrote and should not have. */
struct plugin_stray {
	uint64_t address;   /* 0: there is none */
	uint64_t copy;      /* where a copy of it should have been made before; 0: nowhere */
	uint64_t kept;      /* bytes of the block up to the first wrong one: there as they were */
	uint64_t kept_end;  /* where they end */
	bool copies_itself; /* the plug-in makes that copy, not the runner */
};

struct plugin_failure {
	char *words;
	struct plugin_harm harm;
	struct plugin_stray stray;
	uint64_t kind;          /* of the reply that told of it */
	uint64_t address, word; /* likewise */
	bool has_said_why;      /* a stack overflow, or pages that it took away from itself */
};

struct plugin {
	struct plugin *next; /* of all that are open */
	unsigned users;
	struct plugin_config config;
	char path[PATH_MAX];
	char *more;       /* config's */
	struct stat file; /* as it was: a changed one is another plug-in */
	char library[PATH_MAX];
	int object;                  /* a compiled one, which has no path; else -1 */
	bool init_is_bool, is_wider; /* compiler.h */
	int begun;                   /* what mm_init() returned that is no bool */
	uint64_t alignment;          /* of every block */
	uint64_t heap;               /* bytes it may have at most */
	struct lookup *names;        /* of its functions; NULL: not known */
	bool has_looked;             /* for them */
	char name[64];
	const struct interface_words *words;
	bool describes;
	unsigned confined; /* enum confined */
	uint64_t start_end;
	struct nodes nodes;
	ARRAY(struct plugin_failure) failures;
	uint32_t
		stillborn; /* the failure of its mm_init(), with which its process ended; 0: none */
	ARRAY(char *) causes; /* NULL: nothing was found */
	struct cause *search; /* for the cause of what went wrong at a node; NULL: there is none */
	uint32_t searched;    /* the node */
	struct processes processes;
	struct processes others; /* with config.twice: they are asked the same */
	struct plugin_description description;
	ARRAY(struct plugin_piece) pieces;
	ARRAY(struct plugin_piece) entries;
	ARRAY(struct plugin_list) lists;
	uint32_t described; /* the node, + 1 */
	bool is_described;  /* false: it could not be had */
};

/*
 * Keeps what was wrong, in words; call: NULL: of its mm_init(); end: of the heap before the call.
 * The number of the failure, from 1.
 */
uint32_t plugin_add_failure(struct plugin *plugin, const struct call *call,
	const struct reply *reply, uint64_t end, const struct text *output);

/* Of its functions and variables; NULL: they cannot be read. */
struct lookup *plugin_names(struct plugin *plugin);

/* Appends where the plug-in's code is, as code_names_add() does; false: it is not known. */
bool plugin_add_place(struct text *out, struct plugin *plugin, const struct code_place *place);

/* What a run that was to find a place has found. */
static inline struct code_place place_in(const struct reply *reply)
{
	return reply->kind == REPLY_DONE ? reply->place : (struct code_place){0};
}

/* Appends which request it was: "mm_malloc(24)". */
void plugin_add_step(const struct plugin *plugin, const struct plugin_step *step, struct text *out);

/* The requests on the way to the node, in a file without a name; -1 and err. */
int plugin_steps_file(const struct plugin *plugin, uint32_t node, struct error *err);

/* Whether the runner may have said so at that node: what it never would is the plug-in's own. */
bool plugin_believes(const struct plugin *plugin, uint32_t parent, const struct reply *reply);

/* Whether the process that said so no longer answers. */
bool reply_is_end(const struct reply *reply);

#endif
