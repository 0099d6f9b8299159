/*
 * Forms in which a trace leaves the program for others to read. An exporter is one file that ends
 * in a `const struct exporter`, and one line in EXPORTERS, which also makes it an option: `--csv
 * FILE`.
 */
#ifndef EXPORT_EXPORTER_H
#define EXPORT_EXPORTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct error;
struct options;
struct sheet;
struct sink;
struct theme;
struct trace;

/* EXPORTER(name, what the file has); sorted by name */
#define EXPORTERS(EXPORTER) \
	EXPORTER(cast, \
		"a script, or the events from --at to --to, as a terminal recording (asciicast v2)") \
	EXPORTER(csv, "every event and its outcome, as CSV") \
	EXPORTER(folded, \
		"the callers of what is live at --at, as folded stacks for a flame graph") \
	EXPORTER(html, "a page to step and play the events from --at to --to in a browser") \
	EXPORTER(jsonl, "every event and its outcome, one JSON object a line") \
	EXPORTER(perfetto, \
		"counters of live and held bytes, as JSON for Perfetto and chrome://tracing") \
	EXPORTER(pprof, "the callers of what is live at --at, for go tool pprof") \
	EXPORTER(rep, "requests alone, in the malloc lab's own form") \
	EXPORTER(speedscope, "the callers of what is live at --at, for speedscope.app") \
	EXPORTER(sqlite, "events, sites, marks and notes, as a database (docs/exports.md)")

struct export_job {
	struct trace *trace;
	const char *engine;            /* the engine in which it is played; borrowed */
	const struct options *options; /* values for the engine, and of the command; borrowed */
	struct sheet *sheet;           /* a view at the position, borrowed; NULL with EXPORT_ALL */
	uint64_t position;             /* of the sheet: events applied */
	uint64_t end;                  /* of --to, or the position */
	uint64_t pinned;    /* percent: callers of blocks in emptier arenas only; 0: of all */
	double speed;       /* events per second, of what moves */
	const char *script; /* the file that plays the sheet; NULL: none. Borrowed */
	const struct theme *theme; /* of the sheet; borrowed */
	bool has_theme;            /* a person has chosen it */
};

struct exporter {
	const char *name;
	/*
	 * Writes the whole file. -1 and err: it cannot be written, or the trace cannot be expressed
	 * in this form.
	 */
	int (*write)(const struct export_job *job, struct sink *sink, struct error *err);
	enum {
		EXPORT_ALL,    /* the whole trace */
		EXPORT_MOMENT, /* at --at, or at the end: it needs the sheet and its position */
		EXPORT_RANGE,  /* from --at, or the start, to --to, or the end */
	} moment;
	bool teaches;    /* with captions, it shows the screen of a lecture */
	bool opens_file; /* write() opens the file itself, by sink->name; a pipe will not do */
};

const struct exporter *const *exporter_list(size_t *ret_count);

#endif
