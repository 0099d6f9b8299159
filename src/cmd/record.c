/*
 * `arenascope record`: runs a program with the preloaded library, or brings that to a process that
 * runs (subject.h), and drains its records into a log, which is a trace by itself. When the program
 * has ended, however it ended, the final trace replaces the log.
 */
#include "base/error.h"
#include "base/text.h"
#include "base/units.h"
#include "base/xalloc.h"
#include "cmd/attachment.h"
#include "cmd/cmd.h"
#include "cmd/log_stream.h"
#include "cmd/logs.h"
#include "cmd/output.h"
#include "cmd/progress_line.h"
#include "cmd/recording_files.h"
#include "cmd/recording_summary.h"
#include "cmd/subject.h"
#include "cmd/target.h"
#include "recorder/collector.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define DRAIN_PAUSE     1000000 /* nanoseconds */
#define PROGRESS_PAUSE  UINT64_C(500000000)
#define STREAM_PAUSE    UINT64_C(50000000)
#define STREAM_LAG      UINT64_C(100000000) /* nanoseconds by which a record may be late */
#define SECOND          UINT64_C(1000000000)
#define CENSUS_PATIENCE SECOND       /* until the last census of a process that goes on begins */
#define CENSUS_MOST     (5 * SECOND) /* that it may take */

static const char *const toggles[] = {"none", "hup", "usr1", "usr2", NULL};
static const int toggle_signals[] = {0, SIGHUP, SIGUSR1, SIGUSR2};

const struct option_spec recording_options[] = {
	{.name = "max-events",
		.type = OPTION_NUMBER,
		.value = "N",
		.min = 1,
		.help = "stop recording after N events"},
	{.name = "duration",
		.type = OPTION_NUMBER,
		.value = "SECONDS",
		.min = 1,
		.max = 1000000,
		.help = "stop recording after SECONDS; the program continues"},
	{.name = "mmap",
		.type = OPTION_FLAG,
		.help = "also record mmap and munmap of anonymous memory"},
	{.name = "sites",
		.type = OPTION_FLAG,
		.help = "record call sites: the function, or line of Python, that allocates"},
	{.name = "depth",
		.type = OPTION_NUMBER,
		.value = "N",
		.fallback = "1",
		.min = 1,
		.max = 32,
		.help = "with --sites: N frames outside of the C library"},
	{.name = "native",
		.type = OPTION_FLAG,
		.help = "with --sites: of a Python also the frames of C that its function called"},
	{.name = "smaps",
		.type = OPTION_FLAG,
		.help = "at each mark also record what the kernel says that the program has"},
	{.name = "no-python",
		.type = OPTION_FLAG,
		.help = "record a Python program's C allocations only"},
	{.name = "patience",
		.type = OPTION_NUMBER,
		.value = "SECONDS",
		.fallback = "10",
		.min = 0,
		.max = 100000,
		.help = "how long the program waits for a slow recorder before events are dropped"},
	{0},
};

static const struct option_spec options[] = {
	{.name = "output",
		.letter = 'o',
		.type = OPTION_TEXT,
		.value = "FILE",
		.help = "trace to write (default PROGRAM.trace, numbered if it exists); %p is the process"},
	{.name = "follow-children",
		.type = OPTION_FLAG,
		.help = "also record child processes, each in its own trace: put %p in FILE"},
	{.name = "process",
		.letter = 'p',
		.type = OPTION_NUMBER,
		.value = "PID",
		.min = 1,
		.max = INT_MAX,
		.help = "record a process that runs, until Ctrl-C; what it has by now stays unknown"},
	{.name = "start-paused",
		.type = OPTION_FLAG,
		.help = "record nothing until the first toggle signal"},
	{.name = "toggle",
		.type = OPTION_CHOICE,
		.value = "SIGNAL",
		.fallback = "usr2",
		.choices = toggles,
		.help = "signal that pauses and resumes this recorder"},
	{.name = "after",
		.type = OPTION_NUMBER,
		.value = "SECONDS",
		.min = 1,
		.max = 1000000,
		.help = "begin to record SECONDS after the start of the program"},
	{.name = "every",
		.type = OPTION_NUMBER,
		.value = "SECONDS",
		.min = 1,
		.max = 1000000,
		.help = "set a mark every SECONDS: \"mark 1\" and so on"},
	{.name = "mark-on",
		.type = OPTION_CHOICE,
		.value = "SIGNAL",
		.fallback = "none",
		.choices = toggles,
		.help = "signal to this recorder that sets a mark: \"mark 1\" and so on"},
	{.name = "python",
		.type = OPTION_FLAG,
		.help = "say so if Python's own allocators are not found (they are recorded by default)"},
	{.name = "program-output",
		.type = OPTION_TEXT,
		.value = "FILE",
		.help = "send the program's output and errors to FILE"},
	{.name = "stream",
		.type = OPTION_FLAG,
		.help = "let FILE grow while the program runs, for play --follow"},
	{0},
};

struct recording {
	const struct cmd_call *call;
	struct target target; /* of a program that is started here */
	struct error *err;
	char *command; /* line */
	struct recording_files files;
	char children[PATH_MAX + 8]; /* pattern; "" */
	struct collector *collector;
	/* orders the log while it grows; NULL: that is done when the program has ended */
	struct log_stream *stream;
	uint64_t limit;          /* events; 0: none */
	uint64_t started, ended; /* nanoseconds: of the program, or of the recording */
	uint64_t shown;          /* when progress was, last */
	struct wire_log_summary summary;
	struct subject subject;
	unsigned marks;     /* set here */
	uint64_t marked_at; /* seconds after the start: the last mark of --every */
	uint64_t leaves_at; /* nanoseconds: it waits so long for a last census; 0: it does not */
	bool has_begun;     /* as --after has it */
	bool is_over;       /* the program has ended */
	bool has_line;      /* of the recorder's own, on the terminal */
	bool is_raw;        /* the log could not be turned into the trace */
};

/* ---- files ----------------------------------------------------------------------------------- */

/* "x.trace" → "x.%p.trace", absolute, since children may change their folder. */
static void name_children(struct recording *this, const char *pattern)
{
	const char *base = strrchr(pattern, '/') ? strrchr(pattern, '/') + 1 : pattern;
	const char *dot = strrchr(base, '.');
	char folder[PATH_MAX] = "";

	if (pattern[0] != '/' && getcwd(folder, sizeof(folder) - 1))
		strcat(folder, "/");
	if (strstr(pattern, "%p"))
		snprintf(this->children, sizeof(this->children), "%s%s", folder, pattern);
	else if (dot && dot != base)
		snprintf(this->children, sizeof(this->children), "%s%.*s.%%p%s", folder,
			(int)(dot - pattern), pattern, dot);
	else
		snprintf(this->children, sizeof(this->children), "%s%s.%%p", folder, pattern);
}

/* ---- beginning ------------------------------------------------------------------------------- */

/* Orders the events while they come. Only a trace that readers follow cannot do without. */
static int begin_stream(struct recording *this)
{
	struct recording_files *files = &this->files;
	bool is_followed = files->stream >= 0;

	if (files->output >= 0 ||
		(!is_followed && replacement_open(&files->draft, files->target) < 0))
		return 0;
	const struct log_stream_wishes wishes = {.log = files->log,
		.fd = is_followed ? files->stream : files->draft.fd,
		.name = files->target,
		.command = this->command,
		.is_followed = is_followed,
		.is_in_place = is_followed && files->is_new,
		.limit = this->limit};
	if (log_stream_new(&this->stream, &wishes, collector_bytes(this->collector), this->err) ==
		0)
		return 0;
	this->stream = NULL;
	if (is_followed)
		return -1;
	this->err->text[0] = '\0';
	return 0;
}

static struct recording_files *files_of_failure; /* what a lack of memory leaves behind */

static void leave_nothing(void)
{
	recording_files_remove(files_of_failure);
}

/* The log is gone when its trace has its place. */
static void say_where_events_are(void)
{
	const struct recording_files *files = files_of_failure;
	const char *where = access(files->log_path, F_OK) == 0 ? files->log_path : files->path;

	if (files->log_path[0])
		fprintf(stderr, "arenascope: what was recorded is in %s; it opens like any trace\n",
			where);
}

/*
 * The recorder has the terminal for itself: what a program that is started here writes goes there
 * as well, unless it is sent to a file, and none of its lines may be broken or erased.
 */
static bool has_terminal(const struct recording *this)
{
	return isatty(STDERR_FILENO) &&
	       (!subject_is_child(&this->subject) ||
		       options_given(this->call->options, "program-output"));
}

/* What is wanted of the collector. */
static struct collector_wishes wishes_of(const struct recording *this)
{
	const struct options *given = this->call->options;
	bool is_child = subject_is_child(&this->subject);

	return (struct collector_wishes){
		.wants = (options_flag(given, "mmap") ? WIRE_WANT_MMAP : 0u) |
			 (options_flag(given, "sites") ? WIRE_WANT_SITES : 0u) |
			 (options_flag(given, "smaps") || !is_child ? WIRE_WANT_SMAPS : 0u) |
			 (options_flag(given, "native") ? WIRE_WANT_NATIVE : 0u) |
			 (options_flag(given, "no-python") ? WIRE_WANT_NO_PYTHON : 0u) |
			 (has_terminal(this) ? WIRE_WANT_LIVE : 0u),
		.depth = (uint32_t)options_number(given, "depth"),
		.patience = options_number(given, "patience") * SECOND,
		.children = this->children,
		.program = this->command,
		.starts_paused = options_flag(given, "start-paused") ||
				 options_given(given, "after") || !is_child,
		.area = is_child ? -1 : attachment_area(this->subject.attachment),
	};
}

/* A process that was attached to has a past that nobody saw: its trace begins with a mark. */
static void begin_attached(struct recording *this)
{
	const struct options *given = this->call->options;
	struct text command = {0};
	char name[64];

	snprintf(name, sizeof(name), TRACE_MARK_ATTACHED "%d", (int)this->subject.process);
	collector_mark(this->collector, name);
	if (!options_flag(given, "start-paused") && !options_given(given, "after"))
		collector_set_mode(this->collector, collector_running_mode(this->collector));
	text_add_visible(&command, this->command);
	fprintf(stderr, "arenascope: recording process %d (%s)%s\n", (int)this->subject.process,
		text_of(&command),
		options_given(given, "duration") ? "" : "; Ctrl-C ends the recording");
	text_finish(&command);
}

/* name: of the program, for the name of the trace. */
static int begin(struct recording *this, const char *name)
{
	const struct options *given = this->call->options;
	const char *output = options_text(given, "output");

	if (recording_files_open(&this->files, output, name, this->subject.process,
		    options_flag(given, "stream"), this->err) < 0)
		return -1;
	files_of_failure = &this->files;
	xalloc_on_failure(leave_nothing);
	if (options_flag(given, "follow-children"))
		name_children(this, output ? output : this->files.path);
	const struct collector_wishes wishes = wishes_of(this);
	this->collector = collector_new(this->files.log, &wishes);
	if (!this->collector)
		return error_set(this->err, "record: cannot start recording: %s", strerror(errno));
	if (begin_stream(this) < 0)
		return -1;
	xalloc_on_failure(say_where_events_are);
	if (subject_release(&this->subject, collector_path(this->collector), this->err) < 0)
		return -1;
	if (!subject_is_child(&this->subject))
		begin_attached(this);
	return 0;
}

/* ---- while it runs --------------------------------------------------------------------------- */

static void show_progress(const struct recording *this, uint64_t time, uint64_t *last_time,
	uint64_t *last_events)
{
	struct units events, rate, live, passed;
	uint64_t count = collector_events(this->collector);
	int64_t bytes = collector_live(this->collector);
	uint64_t a_second =
		(uint64_t)((double)(count - *last_events) * 1e9 / (double)(time - *last_time + 1));

	fprintf(stderr, "\r\033[Karenascope: %s events, %s a second, %s live, %s%s",
		units_count(&events, count), units_count(&rate, a_second),
		units_bytes(&live, bytes > 0 ? (uint64_t)bytes : 0),
		units_time(&passed, time - this->started),
		collector_mode(this->collector) == WIRE_PAUSED    ? " (paused)"
		: collector_mode(this->collector) == WIRE_STOPPED ? " (not recording)"
								  : "");
	fflush(stderr);
	*last_time = time;
	*last_events = count;
}

static void toggle(const struct recording *this)
{
	enum wire_mode mode = collector_mode(this->collector);
	bool runs = mode == collector_running_mode(this->collector);

	collector_set_mode(this->collector,
		runs ? WIRE_PAUSED : collector_running_mode(this->collector));
}

/* "mark 1", "mark 2", ... */
static void set_mark(struct recording *this)
{
	char name[24];

	snprintf(name, sizeof(name), "mark %u", ++this->marks);
	collector_mark(this->collector, name);
}

/* What is due by now: a mark that a signal asked for, one of --every, the start of --after. */
static void keep_time(struct recording *this, uint64_t time)
{
	const struct options *given = this->call->options;
	uint64_t after = options_number(given, "after"), every = options_number(given, "every");

	if (after && !this->has_begun && time - this->started >= after * SECOND) {
		this->has_begun = true;
		collector_set_mode(this->collector, collector_running_mode(this->collector));
	}
	bool is_due = every && time - this->started >= (this->marked_at + every) * SECOND;
	if (is_due)
		this->marked_at += every;
	if (subject_was_marked() || is_due)
		set_mark(this);
}

static bool has_enough(const struct recording *this, uint64_t time)
{
	uint64_t duration = options_number(this->call->options, "duration");

	return subject_is_to_be_left(&this->subject) ||
	       (this->limit && collector_events(this->collector) >= this->limit) ||
	       (duration && time - this->started >= duration * SECOND);
}

/*
 * A service goes on: who has its memory at the end is asked before it is left, unless it asks for
 * nothing meanwhile, or the person wants to go.
 */
static bool may_leave(struct recording *this, uint64_t time)
{
	bool is_full = this->limit && collector_events(this->collector) >= this->limit;

	if (!this->leaves_at && !is_full && collector_ask_census(this->collector)) {
		this->leaves_at = time + CENSUS_PATIENCE;
		subject_stay();
	}
	enum wire_census census = collector_census(this->collector);
	uint64_t end = this->leaves_at + (census == WIRE_CENSUS_BEGUN ? CENSUS_MOST : 0);
	return is_full || time >= end || census == WIRE_CENSUS_TAKEN ||
	       subject_is_to_be_left(&this->subject);
}

static int drain(const struct recording *this)
{
	if (collector_drain(this->collector) >= 0)
		return 0;
	return error_set(this->err, "%s: %s: recording stops here; the program continues",
		this->files.log_path[0] ? this->files.log_path : this->files.path, strerror(errno));
}

static void stream(struct recording *this, uint64_t time, uint64_t *last_time)
{
	uint64_t stamp = collector_stamp();
	const struct wire_head *head = collector_head(this->collector);
	double ratio = (double)(stamp - head->start_stamp) / (double)(time - head->start_time + 1);
	uint64_t lag = (uint64_t)((double)STREAM_LAG * ratio);

	if (!this->stream || time - *last_time < STREAM_PAUSE || stamp < lag)
		return;
	*last_time = time;
	log_stream_extend(this->stream, collector_bytes(this->collector), stamp - lag);
}

/* Records until the program has ended, or nothing more is to be recorded. */
static int follow(struct recording *this, bool *ret_has_ended)
{
	const struct timespec pause = {0, DRAIN_PAUSE};
	uint64_t shown = this->started, streamed = 0, events = 0;
	bool shows = has_terminal(this);

	*ret_has_ended = false;
	while (!*ret_has_ended) {
		*ret_has_ended = subject_has_ended(&this->subject);
		uint64_t time = wire_clock();
		if (drain(this) < 0)
			return -1;
		if (subject_was_toggled())
			toggle(this);
		keep_time(this, time);
		if (!*ret_has_ended && (this->leaves_at || has_enough(this, time)) &&
			may_leave(this, time)) {
			collector_leave(this->collector);
			return drain(this);
		}
		if (shows && time - shown >= PROGRESS_PAUSE)
			show_progress(this, time, &shown, &events);
		stream(this, time, &streamed);
		if (!*ret_has_ended)
			nanosleep(&pause, NULL);
	}
	return drain(this);
}

/* ---- the trace ------------------------------------------------------------------------------- */

/* A line of the recorder's own. */
static void begin_line(struct recording *this)
{
	if (!this->has_line && !has_terminal(this))
		progress_line_start();
	fputs("\r\033[K", stderr);
	this->has_line = true;
}

static void end_line(struct recording *this)
{
	if (this->has_line || has_terminal(this))
		fputs("\r\033[K", stderr);
	this->has_line = false;
}

/* The program has ended, or writes elsewhere. */
static void show_ordering(void *user, uint64_t events)
{
	struct recording *this = user;
	struct units all, share;
	uint64_t count = collector_events(this->collector), time = wire_clock();

	if (!isatty(STDERR_FILENO) || (!this->is_over && !has_terminal(this)) ||
		time < this->shown + PROGRESS_PAUSE / 5)
		return;
	this->shown = time;
	begin_line(this);
	fprintf(stderr, "arenascope: sorting %s events: %s", units_count(&all, count),
		units_percent(&share, events < count ? events : count, count));
}

/* Completes the trace from events that were ordered while they came. */
static int complete(struct recording *this, struct error *err)
{
	const struct recording_files *files = &this->files;
	int result = logs_complete(files->log, log_stream_trace(this->stream), files->target,
		this->command, this->summary.events, err);

	if (result == 0 && strcmp(files->log_path, files->target) != 0)
		unlink(files->log_path);
	return result;
}

/* Writes the trace over what cannot be replaced. */
static int finish_output(struct recording *this)
{
	const struct recording_files *files = &this->files;

	if (ftruncate(files->output, 0) < 0)
		errno = 0; /* it is no file */
	return logs_write(files->log, "the log", files->output, files->path, this->command,
		this->limit, &this->summary, this->err);
}

/*
 * is_ordered: all events are in the stream, in their exact order. is_whole: the log could be
 * written to its end; otherwise what is at the place of the trace stays, and the log with it.
 */
static int finish(struct recording *this, bool is_ordered, bool is_whole)
{
	struct recording_files *files = &this->files;
	struct error err;

	if (collector_finish(this->collector) < 0 && files->output >= 0)
		return error_set(this->err, "record: %s", strerror(errno));
	if (files->output >= 0)
		return finish_output(this);
	if (is_ordered && complete(this, &err) == 0)
		return 0;
	log_stream_free(this->stream); /* a full disk has its room again */
	this->stream = NULL;
	replacement_close(&files->draft);
	if (logs_replace(files->log_path, this->command, this->limit, &this->summary, &err) < 0) {
		cmd_complain(EXIT_TROUBLE, &err);
		this->is_raw = true; /* and takes its place as it is */
	}
	if (!is_whole && !files->is_new && files->stream < 0) {
		snprintf(files->path, sizeof(files->path), "%s", files->log_path);
		return 0;
	}
	return recording_files_place(files, this->err);
}

/* ---- the command ----------------------------------------------------------------------------- */

static char *command_line(const struct cmd_call *call)
{
	struct text text = {0};

	for (int i = 0; i < call->nwords; i++)
		text_join(&text, " ", call->words[i]);
	return text_detach(&text);
}

/* is_whole: the log could be written to its end. */
static int write_trace(struct recording *this, bool is_whole)
{
	struct error err = *this->err;

	if (!recording_summary_has_trace(&this->files, this->collector)) {
		log_stream_free(this->stream);
		this->stream = NULL;
		recording_files_remove(&this->files);
		return 0;
	}
	bool is_ordered = is_whole && this->stream &&
			  log_stream_finish(this->stream, collector_bytes(this->collector),
				  show_ordering, this, &this->summary);
	int result = finish(this, is_ordered, is_whole);
	if (result == 0)
		*this->err = err;
	log_stream_free(this->stream);
	this->stream = NULL;
	return result;
}

static int end(struct recording *this, int result, bool is_over)
{
	const struct timespec pause = {0, 20 * DRAIN_PAUSE};
	unsigned children = 0, running = 0;

	this->ended = wire_clock();
	this->shown = this->ended + PROGRESS_PAUSE / 2; /* what takes less is not shown */
	this->is_over = is_over;
	if (!is_over && !has_terminal(this))
		progress_listen(NULL, NULL);
	if (result < 0) { /* the log could not be extended; its content is good */
		cmd_complain(EXIT_TROUBLE, this->err);
		this->err->text[0] = '\0';
	}
	if (write_trace(this, result == 0) < 0)
		result = -1;
	end_line(this);
	while (!is_over && subject_is_child(&this->subject) && !subject_has_ended(&this->subject))
		nanosleep(&pause, NULL); /* it continues unrecorded */
	if (this->children[0])
		children = logs_replace_children(this->children,
			collector_head(this->collector)->session, (uint32_t)this->subject.process,
			&running);
	int status = this->subject.status;
	if (WIFSIGNALED(status))
		fprintf(stderr, "arenascope: the program was ended by signal %d (%s)\n",
			WTERMSIG(status), strsignal(WTERMSIG(status)));
	if (this->err->text[0] == '\0') {
		const struct recording_summary summary = {.files = &this->files,
			.collector = this->collector,
			.target = subject_is_child(&this->subject) ? &this->target : NULL,
			.events = this->summary,
			.nanoseconds = this->ended - this->started,
			.is_raw = this->is_raw,
			.wants_python = options_flag(this->call->options, "python"),
			.continues = !is_over && !subject_is_child(&this->subject)
					     ? this->subject.process
					     : 0,
			.children = children,
			.running = running,
			.children_files = this->children};
		recording_summary_print(&summary);
	}
	if (result < 0 || this->err->text[0])
		return EXIT_TROUBLE;
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* The subject is there. name: of the program, for the name of the trace. */
static int record(struct recording *this, const char *name)
{
	bool is_over;

	this->started = wire_clock();
	int result = begin(this, name);
	if (result < 0) {
		subject_finish(&this->subject);
		recording_files_remove(&this->files);
		return EXIT_TROUBLE;
	}
	if (this->stream &&
		log_stream_start(this->stream, this->err) < 0) { /* the trace then does not grow */
		log_stream_free(this->stream);
		this->stream = NULL;
		this->err->text[0] = '\0';
	}
	result = follow(this, &is_over);
	int status = end(this, result, is_over);
	subject_finish(&this->subject);
	return status;
}

static bool is_same_file(const char *one, const char *other)
{
	struct stat first, second;

	return strcmp(one, other) == 0 ||
	       (stat(one, &first) == 0 && stat(other, &second) == 0 && S_ISREG(first.st_mode) &&
		       first.st_dev == second.st_dev && first.st_ino == second.st_ino);
}

/* What the names of files rule out. */
static int check_files(const struct options *given, struct error *err)
{
	const char *output = options_text(given, "output"),
		   *written = options_text(given, "program-output");
	struct stat status;

	if (output && !*output)
		return error_set(err, "record: --output: expected a file name");
	if (output && strcmp(output, "-") == 0)
		return error_set(err,
			"record: --output -: standard output is the program's; name a file, or ./- for one of that name");
	if (output && written && is_same_file(output, written))
		return error_set(err, "record: --program-output %s: this is the trace", written);
	if (output && options_flag(given, "follow-children") && stat(output, &status) == 0 &&
		!S_ISREG(status.st_mode))
		return error_set(err,
			"record: --follow-children: each child has a file beside the trace; %s is not a file",
			output);
	return 0;
}

/* What contradicts each other, or would do nothing. */
static int check_options(const struct options *given, struct error *err)
{
	const char *alone = options_given(given, "depth")    ? "depth"
			    : options_given(given, "native") ? "native"
							     : NULL;
	size_t mark = options_choice(given, "mark-on"), toggle = options_choice(given, "toggle");

	if (alone && !options_flag(given, "sites"))
		return error_set(err, "record: --%s needs --sites", alone);
	if (mark && mark == toggle)
		return error_set(err,
			"record: --mark-on %s: --toggle has this signal; choose another one",
			toggles[mark]);
	if (options_flag(given, "python") && options_flag(given, "no-python"))
		return error_set(err, "record: --python and --no-python contradict each other");
	if (options_flag(given, "start-paused") && !toggle && !options_given(given, "after"))
		return error_set(err,
			"record: --start-paused: with --toggle none nothing starts it; give --after SECONDS");
	return check_files(given, err);
}

/* Either a program or a process, and what only one of them can have. */
static int check_subject(const struct cmd_call *call, struct error *err)
{
	static const char *const of_children[] = {"follow-children", "program-output"};
	bool is_child = !options_given(call->options, "process");

	if (is_child == (call->nwords == 0))
		return error_set(err,
			is_child ? "record: no program given"
				 : "record: a program and --process; give one of them");
	for (size_t i = 0; !is_child && i < sizeof(of_children) / sizeof(*of_children); i++)
		if (options_given(call->options, of_children[i]))
			return error_set(err, "record: --%s needs a program that is started here",
				of_children[i]);
	return check_options(call->options, err);
}

static void catch_signals(const struct cmd_call *call, bool is_child)
{
	subject_catch_signals(toggle_signals[options_choice(call->options, "toggle")],
		toggle_signals[options_choice(call->options, "mark-on")], is_child);
}

static int record_program(struct recording *this, const char *shim)
{
	const struct cmd_call *call = this->call;
	int unusable = target_find(&this->target, call->words[0], this->err);

	if (unusable) {
		cmd_complain(unusable, this->err);
		this->err->text[0] = '\0';
		return unusable;
	}
	const char *obstacle = target_obstacle(&this->target);
	if (obstacle) {
		error_set(this->err, "record: %s %s", this->target.interpreter, obstacle);
		return EXIT_TROUBLE;
	}
	this->command = command_line(call);
	catch_signals(call, true);
	if (subject_start(&this->subject, &this->target, call->words, shim,
		    options_text(call->options, "program-output"), this->err) < 0)
		return EXIT_TROUBLE;
	return record(this, call->words[0]);
}

static int record_process(struct recording *this, const char *shim)
{
	pid_t process = (pid_t)options_number(this->call->options, "process");

	this->command = attachment_command(process);
	catch_signals(this->call, false);
	if (subject_attach(&this->subject, process, shim, this->err) < 0)
		return EXIT_TROUBLE;
	char *file = attachment_file(process);
	int status = record(this, file ? file : "process");
	free(file);
	return status;
}

static int run(const struct cmd_call *call, struct error *err)
{
	struct recording this = {.call = call, .err = err};
	char shim[PATH_MAX + 64];

	if (check_subject(call, err) < 0)
		return EXIT_USAGE;
	if (target_find_shim(shim, sizeof(shim), err) < 0)
		return EXIT_TROUBLE;
	recording_files_init(&this.files);
	this.limit = options_number(call->options, "max-events");
	int status = options_given(call->options, "process") ? record_process(&this, shim)
							     : record_program(&this, shim);
	xalloc_on_failure(NULL);
	collector_free(this.collector);
	recording_files_close(&this.files);
	free(this.command);
	return status;
}

const struct cmd cmd_record = {
	.name = "record",
	.summary = "record the allocations of a program, or of a process that runs",
	.usage = "[OPTIONS] -- PROGRAM [ARGUMENTS] | -p PID",
	.details =
		"The exit status is the program's.  For a Python program, its raw, mem and object requests\nand its arenas are recorded.  Without this command, LD_PRELOAD=…/libarenascope-record.so PROGRAM\n"
		"writes arenascope.PID.trace.\n"
		"\n  arenascope record -p PID --sites --every 60\n"
		"\nrecords a process that runs until Ctrl-C, and leaves it running. The status is 0. What it\n"
		"has allocated by then stays unknown; each mark has what the kernel says of all its memory.\n",
	.options = options,
	.flags = CMD_RECORDS | CMD_STOPS_AT_WORD,
	.run = run,
};
