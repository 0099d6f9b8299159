/*
 * A form of traces that is read from start to end when it is opened.  One file a form, which ends
 * in a `const struct trace_reader`, and one line of the table (READERS, below).  Adding one:
 * docs/trace-format.md, "Adding a reader".
 *
 * A reader is given the file as windows of whole lines (trace/source.h), and puts what it finds
 * into the feed (trace/feed.h).  It keeps nothing of the file in memory that grows with the number
 * of its lines, except for what a resolver needs: one entry an address.  Forms of one call a line
 * share import.h.
 */
#ifndef TRACE_READERS_READER_H
#define TRACE_READERS_READER_H

#include "trace/feed.h"
#include "trace/source.h"

#define SNIFF_BYTES 16384u /* of a file, by which its form is recognised */

struct error;
struct import;

struct trace_reader {
	const char *name; /* for trace_format() and --from: "memory_replay", as in reader_NAME */
	/*
	 * Whether the file is of this form, by its first bytes: `length` of them, at most
	 * SNIFF_BYTES, not ended by a zero byte. It must not accept another form: decide by a word
	 * that no other form begins with.
	 */
	bool (*recognises)(const char *bytes, size_t length);
	/*
	 * Feeds every event of the file. -1 and err: "LINE: what is expected", or "byte N: what" for
	 * forms without lines; the caller puts the file's name before it. What was fed before stays
	 * good (--salvage). A last line that is cut off is no error: feed_truncated(), and 0; nor
	 * is the end of a source that cannot be read on, which the caller checks.
	 */
	int (*read)(struct feed *feed, struct source *source, struct error *err);
	/* Instead, for a log whose lines need nothing of each other: import_log()'s, with NULL. */
	bool (*read_line)(struct import *import, void *context);
	enum windows windows; /* that the source gives; WINDOW_OF_ALL: of the whole file */
};

/*
 * Every reader, reader_NAME. The first that recognises a file reads it: text is last, because it
 * recognises anything that is text (but see text_is_begun()).
 *
 *	recording  a log of the recorder: wire.h
 *	text       our own: trace/text/reader.c
 */
#define READERS(READER) \
	READER(recording) \
	READER(memory_replay) \
	READER(mtrace) \
	READER(ltrace) \
	READER(valgrind) \
	READER(strace) \
	READER(wee_alloc) \
	READER(heaptrack) \
	READER(logalloc) \
	READER(lttng) \
	READER(uftrace) \
	READER(jvm_log) \
	READER(memray) \
	READER(memray_parse) \
	READER(text)

#define READER_DECLARATION(name) extern const struct trace_reader reader_##name;
READERS(READER_DECLARATION)
#undef READER_DECLARATION

struct trace;

/*
 * Whether the first line, after blank ones, comments and the header of a malloc lab, is an event of
 * the text form: that is what the file is then, whatever else has come into it.
 */
bool text_is_begun(const char *bytes, size_t length);

/* Feeds every event of the file; as the reader's own read(). */
int reader_read(const struct trace_reader *reader, struct feed *feed, struct source *source,
	struct error *err);

/*
 * The reader of a file that begins with these bytes: the one of the trace's hint, or the first that
 * recognises the first SNIFF_BYTES. NULL and err: no reader does; what it looks like, where that is
 * known.
 */
const struct trace_reader *reader_choose(const struct trace *trace, const char *bytes,
	size_t length, struct error *err);

/*
 * A file that no reader reads, by its first bytes: "NAME is WHAT; what to do", as what follows the
 * name; or NULL.
 */
const char *stranger_words(const char *bytes, size_t length);

#endif
