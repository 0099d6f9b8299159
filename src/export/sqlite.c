/*
 * Events, call sites, marks and notes as a database, for questions in SQL. docs/exports.md has its
 * tables.
 */
#include "base/error.h"
#include "base/progress.h"
#include "base/text.h"
#include "export/event_fields.h"
#include "export/sink.h"
#include "symbols/symbols.h"
#include "trace/trace.h"

#include <sqlite3.h>
#include <string.h>
#include <time.h>

struct database {
	sqlite3 *handle;
	sqlite3_stmt *statement; /* the insertion in progress */
	const char *name;
};

static int fail(const struct database *database, struct error *err)
{
	return error_set(err, "%s: %s", database->name, sqlite3_errmsg(database->handle));
}

static int execute(const struct database *database, const char *words, struct error *err)
{
	return sqlite3_exec(database->handle, words, NULL, NULL, NULL) == SQLITE_OK
		       ? 0
		       : fail(database, err);
}

static int prepare(struct database *database, const char *words, struct error *err)
{
	sqlite3_finalize(database->statement);
	database->statement = NULL;
	return sqlite3_prepare_v2(database->handle, words, -1, &database->statement, NULL) ==
			       SQLITE_OK
		       ? 0
		       : fail(database, err);
}

/* Inserts the row whose values are bound, and forgets them. */
static int insert(const struct database *database, struct error *err)
{
	if (sqlite3_step(database->statement) != SQLITE_DONE)
		return fail(database, err);
	sqlite3_reset(database->statement);
	sqlite3_clear_bindings(database->statement);
	return 0;
}

static void bind_words(const struct database *database, int column, const char *words)
{
	sqlite3_bind_text(database->statement, column, words, -1, SQLITE_TRANSIENT);
}

static void bind_number(const struct database *database, int column, uint64_t number)
{
	sqlite3_bind_int64(database->statement, column, (sqlite3_int64)number);
}

/* ---- tables -------------------------------------------------------------------------------- */

static int create_tables(const struct database *database, struct error *err)
{
	struct text words = {0};

	text_add(&words, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF; BEGIN;"
			 "CREATE TABLE info (name TEXT PRIMARY KEY, value TEXT);"
			 "CREATE TABLE marks (event INTEGER, name TEXT);"
			 "CREATE TABLE notes (event INTEGER, words TEXT);"
			 "CREATE TABLE sites (site INTEGER PRIMARY KEY, caller TEXT);"
			 "CREATE TABLE frames (site INTEGER, depth INTEGER, address INTEGER, "
			 "name TEXT, PRIMARY KEY (site, depth));"
			 "CREATE TABLE events (");
	for (unsigned i = 0; i < FIELD_COUNT; i++)
		text_add(&words, "%s%s", i > 0 ? ", " : "", field_name((enum event_field)i));
	text_add(&words, ", PRIMARY KEY (event)) WITHOUT ROWID;");
	int result = execute(database, text_of(&words), err);
	text_finish(&words);
	return result;
}

static int add_info(struct database *database, const struct trace *trace, const char *engine,
	struct error *err)
{
	const struct trace_info *info = trace_info(trace);
	const char *const pairs[][2] = {
		{"trace", trace_name(trace)},
		{"program", info->program},
		{"python", info->python},
		{"recorder", info->recorder},
		{"libc", info->libc},
		{"engine", engine},
	};

	if (prepare(database, "INSERT INTO info VALUES (?, ?)", err) < 0)
		return -1;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		bind_words(database, 1, pairs[i][0]);
		bind_words(database, 2, pairs[i][1]);
		if (insert(database, err) < 0)
			return -1;
	}
	return 0;
}

static int add_marks(struct database *database, const char *words, const struct trace_mark *marks,
	size_t count, struct error *err)
{
	if (prepare(database, words, err) < 0)
		return -1;
	for (size_t i = 0; i < count; i++) {
		bind_number(database, 1, marks[i].position);
		bind_words(database, 2, marks[i].name);
		if (insert(database, err) < 0)
			return -1;
	}
	return 0;
}

static int add_frames(struct database *database, const struct trace *trace, struct symbols *symbols,
	struct error *err)
{
	if (prepare(database, "INSERT INTO frames VALUES (?, ?, ?, ?)", err) < 0)
		return -1;
	for (uint32_t site = 1; site <= trace_site_count(trace); site++) {
		progress_say("naming", "call sites", site, trace_site_count(trace));
		const uint64_t *frames;
		size_t depth = trace_site(trace, site, &frames);
		for (size_t i = 0; i < depth; i++) {
			bind_number(database, 1, site);
			bind_number(database, 2, i);
			bind_number(database, 3, frames[i]);
			bind_words(database, 4, symbols_frame(symbols, site, i));
			if (insert(database, err) < 0)
				return -1;
		}
	}
	return 0;
}

static int add_sites(struct database *database, const struct trace *trace, struct error *err)
{
	struct symbols *symbols = symbols_new(trace);
	int result = prepare(database, "INSERT INTO sites VALUES (?, ?)", err);

	for (uint32_t site = 1; site <= trace_site_count(trace) && result == 0; site++) {
		bind_number(database, 1, site);
		bind_words(database, 2, symbols_site(symbols, site));
		result = insert(database, err);
	}
	if (result == 0)
		result = add_frames(database, trace, symbols, err);
	symbols_free(symbols);
	return result;
}

static int add_event(const struct field_value values[FIELD_COUNT], void *user, struct error *err)
{
	const struct database *database = user;

	for (unsigned i = 0; i < FIELD_COUNT; i++)
		if (values[i].kind == VALUE_NUMBER)
			bind_number(database, (int)i + 1, values[i].number);
		else if (values[i].kind == VALUE_WORDS)
			sqlite3_bind_text(database->statement, (int)i + 1, values[i].words, -1,
				SQLITE_STATIC);
	return insert(database, err);
}

static int add_events(struct database *database, const struct export_job *job, struct error *err)
{
	struct text words = {0};

	for (unsigned i = 0; i < FIELD_COUNT; i++)
		text_add(&words, i > 0 ? ", ?" : "INSERT INTO events VALUES (?");
	text_add(&words, ")");
	int result = prepare(database, text_of(&words), err);
	text_finish(&words);
	return result < 0 ? -1 : fields_walk(job, add_event, database, err);
}

#define STEPS 10000 /* of SQLite's machine, from one look at how long it takes to the next */

/* How far it is cannot be told. */
static int say_indexing(void *user)
{
	const struct timespec *began = user;
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	progress_say("indexing", "seconds", (uint64_t)(now.tv_sec - began->tv_sec), 0);
	return 0;
}

static int add_indexes(struct database *database, struct error *err)
{
	struct timespec began;

	clock_gettime(CLOCK_MONOTONIC, &began);
	sqlite3_progress_handler(database->handle, STEPS, say_indexing, &began);
	int result = execute(database,
		"CREATE INDEX events_by_object ON events (object);"
		"CREATE INDEX events_by_site ON events (site); COMMIT;",
		err);
	sqlite3_progress_handler(database->handle, 0, NULL, NULL);
	progress_end();
	return result;
}

static int fill(struct database *database, const struct export_job *job, struct error *err)
{
	const struct trace_mark *marks, *notes;
	size_t nmarks = trace_marks(job->trace, &marks), nnotes = trace_notes(job->trace, &notes);

	if (create_tables(database, err) < 0 ||
		add_info(database, job->trace, job->engine, err) < 0 ||
		add_marks(database, "INSERT INTO marks VALUES (?, ?)", marks, nmarks, err) < 0 ||
		add_marks(database, "INSERT INTO notes VALUES (?, ?)", notes, nnotes, err) < 0 ||
		add_sites(database, job->trace, err) < 0 || add_events(database, job, err) < 0)
		return -1;
	return add_indexes(database, err);
}

static int write_sqlite(const struct export_job *job, struct sink *sink, struct error *err)
{
	struct database database = {.name = sink->name};
	int result = sqlite3_open(sink->name, &database.handle) == SQLITE_OK
			     ? fill(&database, job, err)
			     : fail(&database, err);
	sqlite3_finalize(database.statement);
	if (sqlite3_close(database.handle) != SQLITE_OK && result == 0)
		result = fail(&database, err);
	return result;
}

const struct exporter exporter_sqlite = {.name = "sqlite",
	.write = write_sqlite,
	.opens_file = true};
