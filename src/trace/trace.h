/*
 * Events by position, whatever the file format. A file of any known form can be opened; afterwards
 * its events can be read in any order, and are never all in memory: a binary trace is mapped and
 * decoded in pieces, other forms are first written to a spool in the binary form.
 *
 * What a trace hands out is borrowed: until it is closed, or, where it says so, refreshed.
 */
#ifndef TRACE_TRACE_H
#define TRACE_TRACE_H

#include "trace/event.h"

#include <stdbool.h>
#include <stddef.h>

struct error;
struct trace;

/* The header of a trace; every text is "" when unknown. */
struct trace_info {
	const char *program;  /* command line of what was recorded */
	const char *python;   /* version of the recorded CPython, "3.11.2" */
	const char *recorder; /* "arenascope 0.1.0" */
	const char *libc;     /* the recorded program's C library, "glibc 2.36" */
	/* variables that the C library's allocator reads: "GLIBC_TUNABLES=… MALLOC_ARENA_MAX=1" */
	const char *tunables;
	uint64_t first_break; /* where the main heap began, rounded down to a page; 0: not known */
	const char *play;   /* how its author wants it replayed: "--engine heap --heap-size 100" */
	uint64_t header[4]; /* the bare integers a malloc-lab file begins with */
	unsigned header_count; /* 0 to 4 */
	uint64_t dropped;      /* events the recorder counted but could not keep */
	enum trace_written {
		TRACE_WRITTEN_UNKNOWN,
		TRACE_GROWING, /* while the program runs; the final trace will take its name */
		TRACE_COMPLETE,
	} written;
};

struct trace_mark {
	uint64_t position; /* of its event */
	const char *name;  /* borrowed from the trace */
};

/* A mark that begins so, and goes on with a command line, is where the process becomes another. */
#define TRACE_MARK_EXEC "exec: "

/* The mark, and then its version, where the program, a Python, is about to be another one. */
#define TRACE_MARK_PYTHON_ENDS "the program was Python "

/* What a person says of a file, because its bytes do not, or wrongly. */
struct trace_hint {
	const char *form; /* the name of a reader; borrowed. NULL: by the file's contents */
	uint64_t process; /* of a log of several: the one to read. 0: the first */
};

/* The names of all readers, for trace_hint; ends in NULL. */
extern const char *const trace_forms[];

enum trace_open_flag {
	TRACE_SALVAGE = 1 << 0, /* a damaged file opens, with every event before the damage */
	/*
	 * a pipe, or a long file that is not in the binary form, opens with its first events; the
	 * others come with trace_refresh() while trace_is_growing()
	 */
	TRACE_OPEN_EARLY = 1 << 1,
};

/*
 * Opens a file, or "-": standard input.  flags: of enum trace_open_flag.  The trace is the
 * caller's, to be closed.  -1 and err ("FILE:LINE: what" for text, "FILE:byte N: what" for
 * binary): nothing is opened. Grows with the chunks of a binary trace, with the bytes of any other
 * file.
 */
int trace_open(struct trace **ret_trace, const char *path, unsigned flags, struct error *err);

/* The same; hint may be NULL, and its form must be among trace_forms. */
int trace_open_as(struct trace **ret_trace, const char *path, const struct trace_hint *hint,
	unsigned flags, struct error *err);

/* The same from memory, which is copied; name: for messages. */
int trace_open_memory(struct trace **ret_trace, const void *bytes, size_t length, const char *name,
	unsigned flags, struct error *err);

/*
 * Opens a binary trace that may still be written to, with the chunks that are complete by now. 1:
 * there is no such file yet, or its head is not complete: try again. -1 and err: it will never be
 * one.
 */
int trace_follow(struct trace **ret_trace, const char *path, struct error *err);

enum trace_news {
	TRACE_AS_BEFORE,
	TRACE_GREW,     /* chunks were appended */
	TRACE_REPLACED, /* another trace has taken the name: everything now comes from that one */
};

/*
 * Takes what was written since, of a trace opened by trace_follow(), or read since, of one opened
 * with TRACE_OPEN_EARLY; of another trace nothing.
 * Texts that were handed out stay good when it grows, and lists (marks, notes, comments, sites)
 * have to be asked for again; when it was replaced, nothing handed out before is good. A call
 * takes a few chunks at most: trace_is_growing() while there are more. -1 and err: what came is
 * damaged; everything before it stays.
 */
int trace_refresh(struct trace *trace, enum trace_news *ret_news, struct error *err);

/*
 * More may come, as far as is known: a trace whose header says that it grows does so as long as its
 * writer lives, any other until it is replaced by a complete one; and each until all of it was
 * taken.
 */
bool trace_is_growing(const struct trace *trace);

/*
 * Whether a trace that was opened early is still read: how many bytes of its file are, and how many
 * it has; 0: that is not known.
 */
bool trace_is_being_read(const struct trace *trace, uint64_t *ret_done, uint64_t *ret_total);

void trace_close(struct trace *trace);

/*
 * The same events for another thread: a trace that decodes by itself what the other has mapped.
 * That one must neither be refreshed nor closed before its twin is. The texts of notes and marks,
 * sites and modules are only the other's.
 */
struct trace *trace_twin(const struct trace *trace);

/*
 * A thread decodes from now on what follows the events that were read last: for a trace that is
 * read from start to end. One that grows, and one of a few chunks, is left as it is.
 */
void trace_read_ahead(struct trace *trace);

uint64_t trace_length(const struct trace *trace); /* events */

/*
 * Stands for all events: two traces with the same number have the same ones, as good as surely.
 * Known by the heads of chunks, whose checksums are of all that is in them. Grows with the chunks.
 */
uint64_t trace_identity(const struct trace *trace);
const char *trace_name(const struct trace *trace);   /* as messages call it */
const char *trace_format(const struct trace *trace); /* "text", "binary" */
const struct trace_info *trace_info(const struct trace *trace);

/* Some of its events are about counted objects. */
bool trace_has_counted(const struct trace *trace);

/* Some are about a cache that the program has. */
bool trace_has_cache(const struct trace *trace);

/* Lines of another program's form that a trace cannot express, and that were left out. */
uint64_t trace_skipped(const struct trace *trace);

/*
 * The line of an event, and the first line that was left out, from 1; 0: there is none, or it is
 * not known: they are of traces in the text form, that were read before the trace was opened.
 */
uint64_t trace_line(const struct trace *trace, uint64_t number);
uint64_t trace_skipped_line(const struct trace *trace);

#define TRACE_OTHERS_MAX 4u

/*
 * How many lines are of other processes than the one that was read; they were left out. Gives the
 * first processes of them, at most TRACE_OTHERS_MAX; a process 0 ends a shorter list.
 */
uint64_t trace_others(const struct trace *trace, const uint64_t **ret_processes);

/* The end was cut off (a killed recorder, a full disk): every event before it is there. */
bool trace_is_truncated(const struct trace *trace);

/*
 * The error that ended the events, as err would have it; NULL: none. With TRACE_SALVAGE it is found
 * when the trace is opened. Without, opening a binary trace reads the heads of its chunks only, and
 * damage is found when an event near it is read for the first time: the trace then ends before it.
 */
const char *trace_damage(const struct trace *trace);

/* -1 and err: reading has found damage since the trace was opened. */
int trace_check(const struct trace *trace, struct error *err);

/*
 * Copies up to n events, the first being event number `from`, to *ret_events; gives how many: fewer
 * than n only at the end.  Positions may come in any order; forwards in batches is fastest, and a
 * jump costs the decoding of a chunk (16384 events at most).
 */
size_t trace_read(struct trace *trace, uint64_t from, struct event *ret_events, size_t n);

/*
 * The same without a copy: the event number `from` and those that were decoded with it; *ret_n says
 * how many there are. NULL at the end. Borrowed as long as trace_decodings() stays what it is: any
 * other reading of the trace may change it.
 */
const struct event *trace_borrow(struct trace *trace, uint64_t from, size_t *ret_n);
uint64_t trace_decodings(const struct trace *trace);

/* One event; false when at is past the end. */
bool trace_get(struct trace *trace, uint64_t at, struct event *ret_event);

/* The text of a note or mark, borrowed until the trace is closed; "" for TEXT_NONE. */
const char *trace_text(const struct trace *trace, uint32_t text);

/* A comment of a text trace: kept through conversions, but not an event. */
struct trace_comment {
	uint64_t position; /* the event it comes before; with trails, the event it follows */
	bool trails;       /* on the same line as its event */
	const char *text;  /* without the #; borrowed from the trace */
};
size_t trace_comments(const struct trace *trace, const struct trace_comment **ret_comments);

/* Marks and notes in order of position, known as soon as the trace is open. */
size_t trace_marks(const struct trace *trace, const struct trace_mark **ret_marks);
size_t trace_notes(const struct trace *trace, const struct trace_mark **ret_notes);

/* The position of the mark with this name; false if there is none. */
bool trace_find_mark(const struct trace *trace, const char *name, uint64_t *ret_position);

/* ---- call sites ---------------------------------------------------------------------------- */

#define SITE_FRAMES_MAX 32u

/* Set in a frame that is no address but stands for its name, as a function of Python does. */
#define FRAME_NAMED (UINT64_C(1) << 63)

/* A file of code in the recorded program's memory. */
struct trace_module {
	const char *path;
	const char *build_id; /* hexadecimal; "": not known */
	/* an address in memory minus the address that the file itself gives to it */
	uint64_t base;
	uint64_t start, end; /* in memory */
};

/*
 * In order of their definition; a later one may be where an earlier one was unloaded. Gives how
 * many; borrowed until the trace is closed or refreshed.
 */
size_t trace_modules(const struct trace *trace, const struct trace_module **ret_modules);

/* How many sites there are: they are numbered from 1. */
uint32_t trace_site_count(const struct trace *trace);

/*
 * The call stack of a site, as return addresses, innermost first; gives how many, 0 for SITE_NONE.
 * Borrowed until the trace is closed or refreshed.
 */
size_t trace_site(const struct trace *trace, uint32_t site, const uint64_t **ret_frames);

/*
 * The module at the address when the site was recorded; NULL if none is known. Borrowed, as above.
 */
const struct trace_module *trace_module_at(const struct trace *trace, uint32_t site,
	uint64_t address);

/*
 * The trace's own name of a frame of a site, 0 being the innermost: "parse_row (csv.c:88)"; "" when
 * it has none. A name that is set is copied, and written by trace_copy(); a frame that does not
 * exist gets none.
 */
const char *trace_frame_name(const struct trace *trace, uint32_t site, size_t frame);
void trace_name_frame(struct trace *trace, uint32_t site, size_t frame, const char *words);

/* ---- writing ------------------------------------------------------------------------------- */

enum trace_form { TRACE_TEXT, TRACE_BINARY };

struct trace_writer;

/*
 * Writes a trace of that form to the descriptor, which stays the caller's; never seeks, so a pipe
 * will do. name: of the file, in messages. info may be NULL. A file whose info says that it grows
 * is locked (by open file description) as long as the descriptor is open: the lock shows readers
 * that the writer is alive. -1 and err: the head was not written.
 */
int trace_writer_new(struct trace_writer **ret_writer, int fd, const char *name,
	enum trace_form form, const struct trace_info *info, struct error *err);

/*
 * Somebody waits for it: compresses sooner, and a tenth less, in larger pieces, of which damage
 * takes a whole one, and in a thread of its own if there can be one. Before the first event. A
 * process may fork() until there is a chunk.
 */
void trace_writer_hurry(struct trace_writer *writer);

/*
 * The next event. text: of a note or mark, otherwise NULL; copied.  A failed write is reported by
 * the call that noticed it (-1 and err), and by trace_writer_finish(); so for all calls below.
 */
int trace_writer_add(struct trace_writer *writer, const struct event *event, const char *text,
	struct error *err);

/* The next events, none of which has a text, in less time for each. */
int trace_writer_add_all(struct trace_writer *writer, const struct event *events, size_t count,
	struct error *err);

/* A comment; trails: on the line of the event added last. */
int trace_writer_comment(struct trace_writer *writer, const char *text, bool trails,
	struct error *err);

/*
 * The number of a call stack, for the `site` of events that are added later; it is defined when it
 * is met for the first time. frames: return addresses, innermost first; of more than
 * SITE_FRAMES_MAX the outer ones are left out. Without frames it is SITE_NONE.
 */
int trace_writer_site(struct trace_writer *writer, const uint64_t *frames, size_t count,
	uint32_t *ret_site, struct error *err);

/* Names the function at a return address, for sites added later: "parse_row (csv.c:88)". */
int trace_writer_name(struct trace_writer *writer, uint64_t address, const char *words,
	struct error *err);

/*
 * A module is there from now on, for the sites that are met later. One that is known already is not
 * written again. When it is where another one was, the same frames are another site.
 */
int trace_writer_module(struct trace_writer *writer, const struct trace_module *module,
	struct error *err);

/*
 * Takes the chunks of a binary trace as they are: all of its bytes that are not its head, without
 * the chunk that ends it. events: that are in them. Before anything was added.
 */
int trace_writer_append(struct trace_writer *writer, const void *chunks, size_t length,
	uint64_t events, struct error *err);

/* Writes what is left as a separate chunk, so that a reader has it while the trace grows. */
int trace_writer_flush(struct trace_writer *writer, struct error *err);

/* Writes what is left and frees the writer; -1 when anything was not written. */
int trace_writer_finish(struct trace_writer *writer, struct error *err);

/* Frees the writer; what it has not written yet is not written, and the trace has no end. */
void trace_writer_abandon(struct trace_writer *writer);

/*
 * Writes everything of one trace, comments and info included, to a descriptor, which stays the
 * caller's. -1 and err: not all was written.
 */
int trace_copy(struct trace *trace, int fd, const char *name, enum trace_form form,
	struct error *err);

/* The same, and a mark of that name at the end; NULL: none. */
int trace_copy_marked(struct trace *trace, int fd, const char *name, enum trace_form form,
	const char *mark, struct error *err);

#endif
