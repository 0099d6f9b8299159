/* See exits.h. */
#include "trace/exits.h"

#include "trace/trace.h"
#include "trace/wire.h"

#include <assert.h>
#include <string.h>

static const struct {
	const char *mark, *when;
} kinds[] = {
	[EXIT_SHUTDOWN] = {TRACE_MARK_SHUTDOWN, "before Python shuts down"},
	[EXIT_RETURN] = {TRACE_MARK_RETURN, "when main() returned"},
	[EXIT_CALL] = {TRACE_MARK_EXIT, "when exit() was called"},
};
static_assert(sizeof(kinds) / sizeof(*kinds) == EXIT_KIND_COUNT, "a kind has its words");

const char *exit_mark_name(enum exit_kind kind)
{
	return kinds[kind].mark;
}

const char *exit_when(enum exit_kind kind)
{
	return kinds[kind].when;
}

bool exit_find_kind(const char *name, size_t length, enum exit_kind *ret_kind)
{
	for (unsigned i = 0; i < EXIT_KIND_COUNT; i++)
		if (strlen(kinds[i].mark) == length && memcmp(kinds[i].mark, name, length) == 0) {
			*ret_kind = (enum exit_kind)i;
			return true;
		}
	return false;
}

bool trace_find_exit(const struct trace *trace, struct trace_exit *ret_exit)
{
	const struct trace_mark *marks;
	size_t count = trace_marks(trace, &marks);
	struct trace_exit found = {.position = 0};
	bool is_found = false;

	for (size_t i = 0; i < count; i++) {
		const char *name = marks[i].name;
		if (strncmp(name, TRACE_MARK_EXEC, strlen(TRACE_MARK_EXEC)) == 0)
			is_found = false;
		enum exit_kind kind;
		if (!exit_find_kind(name, strlen(name), &kind))
			continue;
		/* an interpreter that is a program's own may end, and begin again */
		bool ends_again = found.kind == EXIT_SHUTDOWN && kind == EXIT_SHUTDOWN;
		if (is_found && !ends_again)
			continue;
		found = (struct trace_exit){.kind = kind, .position = marks[i].position + 1};
		is_found = true;
	}
	if (is_found)
		*ret_exit = found;
	return is_found;
}
