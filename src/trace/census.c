/* See census.h. A line that makes no sense is passed over: comments may be anything. */
#include "trace/census.h"

#include "base/xalloc.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AFTER      4096u /* events between a moment and its census */
#define OWNERS_MAX 1000u

/* What follows the words, or NULL where the text does not begin with them. */
static const char *after(const char *text, const char *words)
{
	size_t length = strlen(words);

	return strncmp(text, words, length) == 0 ? text + length : NULL;
}

/* The number after " blocks="; or the other one. */
static uint64_t figure(const char *text, const char *name, uint64_t otherwise)
{
	const char *at = strstr(text, name);

	return at ? strtoull(at + strlen(name), NULL, 10) : otherwise;
}

/* The word after " type=", or up to the end after " name="; owned. */
static char *words_after(const char *text, const char *name, bool to_end)
{
	const char *at = strstr(text, name);

	if (!at)
		return xstrdup("");
	at += strlen(name);
	return xasprintf("%.*s", (int)(to_end ? strlen(at) : strcspn(at, " ")), at);
}

static void read_owner(struct census *census, const char *line)
{
	if (strtoul(line, NULL, 10) != census->owners.count || census->owners.count >= OWNERS_MAX)
		return;
	*array_push(&census->owners) = (struct census_owner){
		.name = words_after(line, " name=", true),
		.type = words_after(line, " type=", false),
		.blocks = figure(line, " blocks=", 0),
		.bytes = figure(line, " bytes=", 0),
		.items = (int64_t)figure(line, " items=", UINT64_MAX),
	};
}

/* The owner of the number that the line begins with; *at moves past it. NULL: there is none. */
static struct census_owner *take_owner(const struct census *census, const char **at)
{
	char *end;
	unsigned long number = strtoul(*at, &end, 10);

	*at = end;
	return number < census->owners.count ? &census->owners.items[number] : NULL;
}

static void read_user(struct census *census, const char *line)
{
	struct census_owner *owner = take_owner(census, &line);

	if (!owner || *line != ' ')
		return;
	char *users =
		owner->users ? xasprintf("%s, %s", owner->users, line + 1) : xstrdup(line + 1);
	free(owner->users);
	owner->users = users;
}

static void read_samples(struct census *census, const char *line)
{
	const struct census_owner *owner = take_owner(census, &line);

	while (owner && *line == ' ') {
		char *end;
		uint64_t address = strtoull(line + 1, &end, 16);
		if (end == line + 1)
			return;
		*array_push(&census->samples) =
			(struct census_sample){address, (uint32_t)(owner - census->owners.items)};
		line = end;
	}
}

static void begin(struct census *census, uint64_t position, const char *line)
{
	census_finish(census);
	census->position = position;
	census->blocks = figure(line, " blocks=", 0);
	census->bytes = figure(line, " bytes=", 0);
	census->step = figure(line, " step=", 1);
	census->is_cut = strstr(line, " cut") != NULL;
	if (census->step == 0)
		census->step = 1;
	*array_push(&census->owners) =
		(struct census_owner){.name = xstrdup(""), .type = xstrdup(""), .items = -1};
}

bool census_read(struct census *ret_census, const struct trace *trace, uint64_t position)
{
	const struct trace_comment *comments;
	size_t count = trace_comments(trace, &comments);
	const char *line;

	*ret_census = (struct census){.position = 0};
	for (size_t i = 0; i < count && comments[i].position <= position + AFTER; i++) {
		const char *text = comments[i].text;
		if ((line = after(text, ": census")))
			begin(ret_census, comments[i].position, line);
		else if ((line = after(text, ": owner ")))
			read_owner(ret_census, line);
		else if ((line = after(text, ": user ")))
			read_user(ret_census, line);
		else if ((line = after(text, ": kept ")))
			read_samples(ret_census, line);
	}
	return ret_census->owners.count > 0;
}

void census_finish(struct census *census)
{
	for (size_t i = 0; i < census->owners.count; i++) {
		free(census->owners.items[i].name);
		free(census->owners.items[i].type);
		free(census->owners.items[i].users);
	}
	array_finish(&census->owners);
	array_finish(&census->samples);
	*census = (struct census){.position = 0};
}
