/*
 * A trace written once more: trace_copy().  Grows with its events, sites and comments; definitions
 * come before the first event that needs them.
 */
#include "trace/writer.h"

#include "base/error.h"
#include "base/progress.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

#define BATCH 256u /* events */

static int copy_modules(struct trace_writer *writer, const struct sites *sites, size_t upto,
	struct error *err)
{
	for (size_t i = writer->sites.modules.count; i < upto; i++)
		if (trace_writer_define_module(writer, &sites->modules.items[i], err) < 0)
			return -1;
	return 0;
}

/* Defines the names of the frames of a site, where the copy does not have the same ones yet. */
static int copy_names(struct trace_writer *writer, const struct sites *sites, uint32_t number,
	struct error *err)
{
	const uint64_t *frames;
	size_t count = sites_frames(sites, number, &frames);

	for (size_t i = 0; i < count; i++) {
		const char *words = sites_frame_name(sites, number, i);
		if (strcmp(words, sites_last_name(&writer->sites, frames[i])) != 0 &&
			trace_writer_define_name(writer, frames[i], words, err) < 0)
			return -1;
	}
	return 0;
}

/*
 * Defines the sites up to this one that the copy does not have yet, each after the modules that it
 * was defined after.
 */
static int copy_sites(struct trace_writer *writer, const struct sites *sites, size_t upto,
	struct error *err)
{
	for (size_t i = writer->sites.sites.count; i < upto; i++) {
		const struct site *site = &sites->sites.items[i];
		if (copy_modules(writer, sites, site->modules, err) < 0 ||
			copy_names(writer, sites, (uint32_t)i + 1, err) < 0 ||
			trace_writer_define(writer, sites->frames.items + site->first, site->count,
				err) < 0)
			return -1;
	}
	return 0;
}

/* Names that no site has are defined at the end. */
static int copy_unused_names(struct trace_writer *writer, const struct sites *sites,
	struct error *err)
{
	bool *is_used = xcalloc(sites->names.count + 1, sizeof(*is_used));
	int result = 0;

	for (size_t i = 0; i < sites->frame_names.count; i++)
		is_used[sites->frame_names.items[i]] = true;
	for (size_t i = 0; result == 0 && i < sites->names.count; i++)
		if (!is_used[i + 1])
			result = trace_writer_define_name(writer, sites->names.items[i].address,
				sites->names.items[i].words, err);
	free(is_used);
	return result;
}

struct copy {
	struct trace *trace;         /* borrowed */
	struct trace_writer *writer; /* borrowed */
	const struct trace_comment *comments;
	size_t ncomments;
	size_t comment; /* the next one */
};

/* The comments before the event at this position, or (trails) those on its line. */
static int copy_comments(struct copy *copy, uint64_t position, bool trails, struct error *err)
{
	for (; copy->comment < copy->ncomments; copy->comment++) {
		const struct trace_comment *comment = &copy->comments[copy->comment];
		if (comment->position != position || comment->trails != trails)
			break;
		if (trace_writer_comment(copy->writer, comment->text, trails, err) < 0)
			return -1;
	}
	return 0;
}

static int copy_event(struct copy *copy, uint64_t position, const struct event *event,
	struct error *err)
{
	const struct sites *sites = trace_sites(copy->trace);
	const char *text = trace_text(copy->trace, event->text);

	if (copy_comments(copy, position, false, err) < 0 ||
		copy_sites(copy->writer, sites, event->site, err) < 0 ||
		trace_writer_add(copy->writer, event, text, err) < 0)
		return -1;
	return copy_comments(copy, position, true, err);
}

static int copy_events(struct copy *copy, struct error *err)
{
	struct event events[BATCH];
	uint64_t at = 0;
	size_t n;

	while ((n = trace_read(copy->trace, at, events, BATCH)) > 0) {
		for (size_t i = 0; i < n; i++, at++)
			if (copy_event(copy, at, &events[i], err) < 0)
				return -1;
		progress_say("converting", "events", at, trace_length(copy->trace));
	}
	return trace_check(copy->trace, err);
}

/* A mark after the last event, at its time. */
static int add_mark(struct copy *copy, const char *name, struct error *err)
{
	uint64_t length = trace_length(copy->trace);
	struct event event = {.kind = EVENT_MARK, .object = OBJECT_NONE, .text = TEXT_NONE}, last;

	if (length > 0 && trace_get(copy->trace, length - 1, &last)) {
		event.time = last.time;
		event.flags = last.flags & EVENT_HAS_TIME;
	}
	return trace_writer_add(copy->writer, &event, name, err);
}

/* The comments after the last event, and the definitions that no event needs. */
static int copy_rest(struct copy *copy, struct error *err)
{
	const struct sites *sites = trace_sites(copy->trace);

	for (; copy->comment < copy->ncomments; copy->comment++)
		if (trace_writer_comment(copy->writer, copy->comments[copy->comment].text, false,
			    err) < 0)
			return -1;
	if (copy_sites(copy->writer, sites, sites->sites.count, err) < 0 ||
		copy_modules(copy->writer, sites, sites->modules.count, err) < 0)
		return -1;
	return copy_unused_names(copy->writer, sites, err);
}

int trace_copy_marked(struct trace *trace, int fd, const char *name, enum trace_form form,
	const char *mark, struct error *err)
{
	struct copy copy = {.trace = trace};
	struct trace_info info = *trace_info(trace);
	struct error at_end;

	if (info.written == TRACE_GROWING)
		info.written = TRACE_WRITTEN_UNKNOWN; /* the copy does not grow */
	if (trace_writer_new(&copy.writer, fd, name, form, &info, err) < 0)
		return -1;
	copy.ncomments = trace_comments(trace, &copy.comments);
	int result = copy_events(&copy, err);
	if (result == 0 && mark)
		result = add_mark(&copy, mark, err);
	if (result == 0)
		result = copy_rest(&copy, err);
	if (trace_writer_finish(copy.writer, &at_end) < 0 && result == 0)
		result = error_set(err, "%s", at_end.text);
	return result;
}

int trace_copy(struct trace *trace, int fd, const char *name, enum trace_form form,
	struct error *err)
{
	return trace_copy_marked(trace, fd, name, form, NULL, err);
}
