/* See subject.h. */
#include "panels/inspector/subject.h"

#include "story/callers.h"
#include "story/names.h"
#include "story/narration.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void subject_add(const struct subject *subject, const char *name, const char *format, ...)
{
	struct inspector_line *line = array_push(&subject->list->lines);
	va_list args;

	*line = (struct inspector_line){0};
	va_start(args, format);
	snprintf(line->name, sizeof(line->name), "%s", name);
	vsnprintf(line->text, sizeof(line->text), format, args);
	va_end(args);
}

void subject_link(const struct subject *subject, uint64_t event, uint64_t address)
{
	struct inspector_line *line = &subject->list->lines.items[subject->list->lines.count - 1];

	line->is_link = true;
	line->to = event + 1;
	line->address = address;
}

void subject_link_to(const struct subject *subject, uint64_t address)
{
	struct inspector_line *line = &subject->list->lines.items[subject->list->lines.count - 1];

	line->is_link = true;
	line->to = subject->now;
	line->address = address;
}

const char *name_events(struct units *units, uint64_t count)
{
	struct units number;

	snprintf(units->text, sizeof(units->text), "%s event%s", units_count(&number, count),
		count == 1 ? "" : "s");
	return units->text;
}

const char *name_distance(const struct subject *subject, uint64_t event, struct units *units)
{
	struct units number;

	if (event + 1 == subject->now)
		snprintf(units->text, sizeof(units->text), "just now");
	else
		snprintf(units->text, sizeof(units->text), "%s ago",
			units_count(&number, subject->now - 1 - event));
	return units->text;
}

void subject_add_event(const struct subject *subject, const char *name, uint64_t number)
{
	struct trace *trace = player_trace(subject->scene->player);
	bool is_past = number < subject->now;
	struct units units, distance;
	struct event event;
	char call[100];

	if (!trace_get(trace, number, &event))
		return;
	if (number + 1 == subject->now)
		snprintf(distance.text, sizeof(distance.text), "just now");
	else
		name_events(&distance,
			is_past ? subject->now - 1 - number : number + 1 - subject->now);
	subject_add(subject, name, "event %s, %s%s%s: %s, thread %" PRIu32,
		units_count(&units, number), is_past ? "" : "in ", distance.text,
		is_past && number + 1 < subject->now ? " ago" : "",
		name_call(&event, call, sizeof(call)), event.thread);
	subject_link(subject, number, 0);
}

void subject_add_resident(const struct subject *subject, const char *name, const struct live *live,
	const char *more)
{
	const struct scene *scene = subject->scene;
	struct units asked, since, before;
	char place[64], caller[200];

	caller_name_of(caller, sizeof(caller), scene->symbols, player_trace(scene->player), live);
	subject_add(subject, name, "%s%s%s%s%s: %s B, %s: object %" PRIu32 ", event %s", more,
		more[0] ? "  " : "", caller[0] ? caller + 1 : "", caller[0] ? "  " : "",
		name_address(player_heap(scene->player), live->address, place, sizeof(place)),
		units_count(&asked, live->size), name_distance(subject, live->moved, &before),
		live->object, units_count(&since, live->moved));
	subject_link(subject, live->moved, live->address);
}
