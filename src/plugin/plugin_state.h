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

/* What a failure did to a live block; as struct plugin_answer says. */
struct harm {
	uint64_t block, claimed;
	bool has_lost;
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
	ARRAY(char *) failures;
	ARRAY(struct harm) harms; /* by failure */
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
 * Keeps what was wrong, in words; end: of the heap before the call. The number of the failure, from
 * 1.
 */
uint32_t plugin_add_failure(struct plugin *plugin, const struct call *call,
	const struct reply *reply, uint64_t end, const struct text *output);

/* Whether the runner may have said so at that node: what it never would is the plug-in's own. */
bool plugin_believes(const struct plugin *plugin, uint32_t parent, const struct reply *reply);

/* Whether the process that said so no longer answers. */
bool reply_is_end(const struct reply *reply);

#endif
