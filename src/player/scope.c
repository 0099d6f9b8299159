/* See scope.h. */
#include "player/scope.h"

#include "trace/beginning.h"
#include "trace/trace.h"
#include "trace/wire.h"

#include <string.h>

static const struct {
	const char *mark; /* how its name begins */
	enum scope scope;
} beginnings[] = {
	{TRACE_MARK_ATTACHED, SCOPE_SINCE_ATTACHED}, {TRACE_MARK_STARTED, SCOPE_SINCE_STARTED},
	{TRACE_MARK_FORKED, SCOPE_SINCE_FORK}, {TRACE_MARK_RESUMED, SCOPE_BUT_PAUSES},
	{TRACE_MARK_MEMRAY, SCOPE_SINCE_MEMRAY},
	{TRACE_MARK_EXEC, SCOPE_ALL}, /* what was before is gone */
};

static const char *const words[] = {
	[SCOPE_ALL] = NULL,
	[SCOPE_SINCE_ATTACHED] = "what the process has allocated since the recorder came to it; "
				 "what it had by then is not known",
	[SCOPE_SINCE_STARTED] = "what the program has allocated since recording began; what it had "
				"by then is not known",
	[SCOPE_SINCE_MEMRAY] = "what the program has requested since memray came to its Python; "
			       "what that had by then is not known",
	[SCOPE_SINCE_FORK] = "what the process has allocated since it was forked; what it has from "
			     "its parent is not known",
	[SCOPE_BUT_PAUSES] = "what the program has allocated, but for pauses of the recording; "
			     "what it allocated in them is not known",
};

static const char *const briefs[] = {
	[SCOPE_ALL] = NULL,
	[SCOPE_SINCE_ATTACHED] = "The recorder came to the running process: holes may be in use.",
	[SCOPE_SINCE_STARTED] = "Recording began while the program ran: holes may be in use.",
	[SCOPE_SINCE_MEMRAY] = "Memray came to a running Python: holes may be in use.",
	[SCOPE_SINCE_FORK] = "The process was forked: what its parent had may be in holes.",
	[SCOPE_BUT_PAUSES] = "The recording was paused: what came then may be in holes.",
};

enum scope scope_of(const struct trace *trace)
{
	enum scope scope = SCOPE_ALL;
	const struct trace_mark *marks;
	size_t count = trace_marks(trace, &marks);

	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < sizeof(beginnings) / sizeof(*beginnings); j++) {
			const char *mark = beginnings[j].mark;
			bool is_that = strncmp(marks[i].name, mark, strlen(mark)) == 0;
			/* an attached recording is started, and either may be paused */
			if (is_that && (scope == SCOPE_ALL || beginnings[j].scope == SCOPE_ALL))
				scope = beginnings[j].scope;
		}
	return scope;
}

const char *scope_words(enum scope scope)
{
	return words[scope];
}

const char *scope_brief(enum scope scope)
{
	return briefs[scope];
}

const char *scope_cut(const struct trace *trace)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(trace, &marks), length = strlen(TRACE_MARK_CUT);

	if (count > 0 && strncmp(marks[count - 1].name, TRACE_MARK_CUT, length) == 0)
		return marks[count - 1].name + length;
	return trace_is_truncated(trace) ? "the end is missing" : NULL;
}

enum objects {
	OBJECTS_ARE_THERE,
	OBJECTS_OF_MIMALLOC,
	OBJECTS_TOO_OLD,
	OBJECTS_DEBUGGED,
	OBJECTS_OF_C
};

static enum objects objects_of(struct trace *trace)
{
	const struct trace_info *info = trace_info(trace);
	struct trace_beginning beginning = trace_beginning(trace);

	/* other recorders do not say which allocators they have looked at */
	if (!*info->python || !*info->recorder || beginning.has_objects)
		return OBJECTS_ARE_THERE;
	if (python_is_free_threaded(info->python))
		return OBJECTS_OF_MIMALLOC;
	if (python_is_too_old(info->python))
		return OBJECTS_TOO_OLD;
	return beginning.has_arenas ? OBJECTS_DEBUGGED : OBJECTS_OF_C;
}

const char *scope_objects(struct trace *trace)
{
	static const char *const words_of_objects[] = {
		[OBJECTS_OF_MIMALLOC] = "not recorded: a free-threaded Python has mimalloc for "
					"them, and these are the requests of C",
		[OBJECTS_TOO_OLD] = "not recorded, nor are their arenas: this Python is older than "
				    "3.8, and these are the requests of C",
		[OBJECTS_DEBUGGED] = "not recorded: debug hooks (-X dev) serve them, and these are "
				     "the requests of C",
		[OBJECTS_OF_C] = "blocks of the C library: this Python was run without pymalloc "
				 "(PYTHONMALLOC=malloc)",
	};

	return words_of_objects[objects_of(trace)];
}

bool scope_lacks_objects(struct trace *trace)
{
	enum objects objects = objects_of(trace);

	return objects != OBJECTS_ARE_THERE && objects != OBJECTS_OF_C;
}
