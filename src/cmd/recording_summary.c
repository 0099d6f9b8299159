/* See recording_summary.h. */
#include "cmd/recording_summary.h"

#include "base/error.h"
#include "base/units.h"
#include "cmd/target_symbols.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

bool recording_summary_has_trace(const struct recording_files *files,
	const struct collector *collector)
{
	return files->output >= 0 || collector_is_attached(collector);
}

static void print_nothing(const struct recording_summary *summary)
{
	const struct collector *collector = summary->collector;

	if (!collector_is_attached(collector))
		fprintf(stderr,
			"arenascope: nothing was recorded: the recorder was never loaded into the program\n");
	else if (collector_events(collector) == 0 && collector_mode(collector) != WIRE_STOPPED) {
		const char *own = summary->target
					  ? target_symbols_allocator(summary->target->interpreter)
					  : NULL;
		fprintf(stderr, "arenascope: nothing was recorded: %s; it %s %s\n",
			summary->target
				? "the program never called the C library's allocator"
				: "the process did not call the C library's allocator meanwhile",
			own ? "has" : "may use", own ? own : "its own");
	}
}

/* A service would like to know how long it stood still. */
static void print_stops(const struct recording_summary *summary)
{
	const struct wire_head *head = collector_head(summary->collector);
	struct units time;

	if (head->is_attached && head->censuses > 0)
		fprintf(stderr,
			"arenascope: the process stood still for %s at most, while a census of its "
			"variables was taken (%" PRIu32 " in all)\n",
			units_time(&time, head->longest_stop), head->censuses);
	if (head->is_attached && head->last_census == WIRE_CENSUS_WANTED)
		fprintf(stderr,
			"arenascope: no census of its variables when it was left, since it asked its allocators for nothing: a report has the one before\n");
}

static void print_losses(const struct recording_summary *summary)
{
	uint64_t dropped = collector_dropped(summary->collector),
		 jumps = collector_head(summary->collector)->jumps;
	struct units count;

	if (dropped)
		fprintf(stderr,
			"arenascope: %" PRIu64
			" events were dropped: the recorder could not keep up\n",
			dropped);
	if (jumps)
		fprintf(stderr,
			"arenascope: %s %s of the allocator never returned: %s (longjmp) left %s\n",
			units_count(&count, jumps), jumps == 1 ? "call" : "calls",
			jumps == 1 ? "a jump" : "jumps", jumps == 1 ? "it" : "them");
}

/* The program has become another one, in which the recorder never began. */
static void print_end(const struct wire_head *head)
{
	char name[sizeof(head->leaving)];
	struct target target = {0};
	struct error ignored;

	snprintf(name, sizeof(name), "%.*s", (int)sizeof(name) - 1, head->leaving);
	if (name[0] == '\0')
		return;
	const char *words =
		target_find(&target, name, &ignored) == 0 ? target_obstacle(&target) : NULL;
	if (words)
		fprintf(stderr,
			"arenascope: the recording ends where the program became %s: %s %s\n", name,
			target.interpreter, words);
	else
		fprintf(stderr,
			"arenascope: the recording ends where the program became %s: with other rights or libraries, the recorder was not loaded again\n",
			name);
}

static void print_clock(const struct wire_head *head)
{
	if (head->is_threaded & WIRE_COUNTED)
		fprintf(stderr,
			"arenascope: the program forbade itself the processor's time stamp counter: times are only near from there on\n");
}

static void print_allocator(const struct wire_head *head)
{
	if (head->allocator[0])
		fprintf(stderr, "arenascope: the program's malloc is that of %.*s\n",
			(int)sizeof(head->allocator), head->allocator);
}

/* What is read of the interpreter's own structures differs from version to version. */
static void print_newer(const struct wire_head *head)
{
	unsigned long minor = strncmp(head->python_version, "3.", 2) == 0
				      ? strtoul(head->python_version + 2, NULL, 10)
				      : 0;

	if (head->wants & WIRE_WANT_SITES && minor > WIRE_PYTHON_LAST)
		fprintf(stderr,
			"arenascope: Python %s is newer than 3.%u: call sites are of its C code, and its variables are not known\n",
			head->python_version, WIRE_PYTHON_LAST);
}

static void print_python(const struct recording_summary *summary)
{
	const struct wire_head *head = collector_head(summary->collector);

	switch ((enum wire_python)head->python) {
	case WIRE_NO_PYTHON:
		if (summary->wants_python)
			fprintf(stderr,
				"arenascope: no Python allocators found: recorded C allocations only\n");
		break;
	case WIRE_PYTHON_HOOKED:
		if (summary->events.object_events == 0 && !summary->is_raw &&
			head->python_configured[0]) {
			fprintf(stderr,
				"arenascope: Python %s with PYTHONMALLOC=%s set its own allocators: recorded C allocations only\n",
				head->python_version, head->python_configured);
			break;
		}
		if (summary->events.object_events == 0 && !summary->is_raw &&
			summary->events.events > 0)
			fprintf(stderr,
				summary->target
					? "arenascope: Python %s replaced its allocators (-X dev, debug hooks): recorded C allocations only\n"
					: "arenascope: Python %s asked its own allocators for nothing meanwhile, or has replaced them (-X dev, debug hooks)\n",
				head->python_version);
		else
			fprintf(stderr,
				"arenascope: Python %s: its raw, mem and object requests and its arenas are "
				"recorded\n",
				head->python_version);
		print_newer(head);
		break;
	case WIRE_PYTHON_CONFIGURED:
		fprintf(stderr,
			"arenascope: Python %s with PYTHONMALLOC=%s: recorded C allocations only\n",
			head->python_version, head->python_configured);
		break;
	case WIRE_PYTHON_FREE_THREADED:
		fprintf(stderr,
			"arenascope: Python %s is free-threaded and has no pymalloc: recorded C allocations only\n",
			head->python_version);
		break;
	case WIRE_PYTHON_TOO_OLD:
		fprintf(stderr,
			"arenascope: Python %s is older than 3.8: recorded C allocations only\n",
			head->python_version);
		break;
	}
}

/* "473 KiB live at the end", and before what is freed only because the program ends. */
static void print_live(const struct wire_log_summary *events)
{
	struct units before, live;

	if (events->has_exit)
		fprintf(stderr, "%s live %s, %s at the end",
			units_bytes(&before, events->live_at_exit), exit_when(events->exit),
			units_bytes(&live, events->live_bytes));
	else
		fprintf(stderr, "%s live at the end", units_bytes(&live, events->live_bytes));
}

static void print_trace(const struct recording_summary *summary, const char *path)
{
	const struct recording_files *files = summary->files;
	struct units events, taken, size;
	struct stat file = {0};

	if (summary->is_raw) {
		fprintf(stderr, "arenascope: %s is an unsorted log; it opens like any trace\n",
			path);
		return;
	}
	if (files->output >= 0)
		fstat(files->output, &file);
	else
		stat(path, &file);
	fprintf(stderr, "arenascope: %s events in %s, ",
		units_count(&events, summary->events.events),
		units_time(&taken, summary->nanoseconds));
	print_live(&summary->events);
	fprintf(stderr, ", %s in %s\n", units_bytes(&size, (uint64_t)file.st_size), path);
}

/* What a recording that began late cannot know. */
static void print_earlier(const struct recording_summary *summary)
{
	struct units count;

	if (summary->events.earlier)
		fprintf(stderr,
			"arenascope: %s %s about blocks from before the recording, or from a pause, "
			"%s not in it\n",
			units_count(&count, summary->events.earlier),
			summary->events.earlier == 1 ? "call" : "calls",
			summary->events.earlier == 1 ? "is" : "are");
	if (summary->continues)
		fprintf(stderr, "arenascope: process %d continues, unrecorded\n",
			(int)summary->continues);
}

/* Who asked for call sites wants to know who keeps the memory. */
static void print_next(const struct collector *collector, const char *path)
{
	bool has_sites = collector_head(collector)->wants & WIRE_WANT_SITES;

	fprintf(stderr, "arenascope: to watch it:  arenascope play %s\n", path);
	if (has_sites)
		fprintf(stderr,
			"arenascope: to see who keeps its memory, and why:  arenascope report %s\n",
			path);
}

void recording_summary_print(const struct recording_summary *summary)
{
	const struct recording_files *files = summary->files;
	const char *path = files->path;

	print_nothing(summary);
	print_losses(summary);
	print_earlier(summary);
	print_end(collector_head(summary->collector));
	print_clock(collector_head(summary->collector));
	print_allocator(collector_head(summary->collector));
	print_python(summary);
	print_stops(summary);
	if (recording_summary_has_trace(files, summary->collector))
		print_trace(summary, path);
	if (summary->children)
		fprintf(stderr, "arenascope: %u %s in %s\n", summary->children,
			summary->children == 1 ? "child" : "children", summary->children_files);
	if (collector_head(summary->collector)->has_missed_children)
		fprintf(stderr,
			"arenascope: not every child is recorded: one had another user's rights, another root or no descriptor, or could write no file like %s\n",
			summary->children_files);
	if (summary->running)
		fprintf(stderr,
			"arenascope: %u of them still %s; afterwards, arenascope repair finishes what they leave\n",
			summary->running, summary->running == 1 ? "runs" : "run");
	if (collector_events(summary->collector) > 0 && files->output < 0)
		print_next(summary->collector, path);
}
