/*
 * Call sites of a trace: where the program was when it called, as addresses, and which file of code
 * was where in its memory.
 *
 *	frame   a return address
 *	site    a call stack, innermost frame first; numbered from 1 in the order of their
 *	        definitions
 *	module  a file of code that was loaded: the program, a library
 *	name    the function at an address, for the sites that are defined later; "": not known
 *
 * A module may take the place of another that was unloaded, so what an address means depends on
 * when: a site knows how many modules had been defined before it.
 */
#ifndef TRACE_SITES_H
#define TRACE_SITES_H

#include "base/arrays.h"
#include "trace/trace.h"

#define MODULE_PATH_MAX     4096u
#define MODULE_BUILD_ID_MAX 64u /* bytes */
#define FRAME_NAME_MAX      1024u

struct text;
struct cursor;

struct site {
	size_t first; /* of its frames, in `frames` */
	uint32_t count;
	uint32_t modules; /* defined before it */
};

struct site_name {
	uint64_t address;
	char *words;
};

struct sites {
	ARRAY(struct trace_module) modules; /* texts owned */
	ARRAY(struct site) sites;           /* site N is number N - 1 */
	ARRAY(uint64_t) frames;             /* of all */
	ARRAY(uint32_t) frame_names;        /* of each frame: number of its name + 1; 0: none */
	ARRAY(struct site_name) names;
	uint32_t *index;   /* a hash of address → number of its last name + 1 */
	size_t index_room; /* a power of two, or 0 */
};

/* Those of a trace; borrowed until it is closed or refreshed. */
const struct sites *trace_sites(const struct trace *trace);

void sites_finish(struct sites *sites);

/* Define the next module, site and name; texts are copied, a name up to FRAME_NAME_MAX bytes. */
void sites_add_module(struct sites *sites, const struct trace_module *module);
void sites_add(struct sites *sites, const uint64_t *frames, size_t count);
void sites_add_name(struct sites *sites, uint64_t address, const char *words);

/* Names one frame of one site, which must exist; other sites with its address keep their names. */
void sites_name_frame(struct sites *sites, uint32_t site, size_t frame, const char *words);

/* The name of a frame, or the last one defined of an address; "" when there is none. Borrowed. */
const char *sites_frame_name(const struct sites *sites, uint32_t site, size_t frame);
const char *sites_last_name(const struct sites *sites, uint64_t address);

/* As trace_site() and trace_module_at(). */
size_t sites_frames(const struct sites *sites, uint32_t site, const uint64_t **ret_frames);
const struct trace_module *sites_module(const struct sites *sites, uint32_t site, uint64_t address);

/* Forgets what was defined since there were this many. */
void sites_shrink(struct sites *sites, size_t modules, size_t names, size_t count);

/* ---- in the binary form --------------------------------------------------------------------- */

/* What coder and decoder of a chunk know: zeroed at its start. */
struct site_coding {
	uint64_t last[SITE_FRAMES_MAX]; /* the site before, outermost frame first */
	uint32_t count;
};

/* Append a definition, as docs/trace-format.md has it, to those of a chunk of call sites. */
void sites_put_module(struct text *out, const struct trace_module *module);
void sites_put_name(struct text *out, uint64_t address, const char *words);
void sites_put(struct text *out, struct site_coding *coding, const uint64_t *frames, size_t count);

/*
 * Takes the next definition; the cursor is before its end. false: it makes no sense, or ends too
 * early.
 */
bool sites_take(struct sites *sites, struct site_coding *coding, struct cursor *cursor);

#endif
