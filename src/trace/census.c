/* See census.h. A line that makes no sense is passed over: comments may be anything. */
#include "trace/census.h"

#include "base/xalloc.h"
#include "trace/trace.h"
#include "trace/wire.h"

#include <assert.h>
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define AFTER       4096u /* events between a moment and its census */
#define OWNERS_MAX  1000u
#define SAMPLES_MAX (1u << 16)
#define USERS_MAX   1000u /* bytes of an owner's */
#define STEP_MAX    (UINT64_C(1) << 40)

/* What follows the words, or NULL where the text does not begin with them. */
static const char *after(const char *text, const char *words)
{
	size_t length = strlen(words);

	return strncmp(text, words, length) == 0 ? text + length : NULL;
}

/* A number without a sign. false: there is none, or one too large; *ret_end is where it ends. */
static bool number_at(const char *text, int base, uint64_t *ret_number, const char **ret_end)
{
	char *end;

	*ret_end = text;
	if (base == 16 ? !isxdigit((unsigned char)*text) : !isdigit((unsigned char)*text))
		return false;
	errno = 0;
	*ret_number = strtoull(text, &end, base);
	*ret_end = end;
	return errno == 0;
}

/* The number after " blocks="; or the other one. */
static uint64_t figure(const char *text, const char *name, uint64_t otherwise)
{
	const char *at = strstr(text, name), *end;
	uint64_t number;

	return at && number_at(at + strlen(name), 10, &number, &end) ? number : otherwise;
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

/* What a type of no variable is called, which no type of Python is. */
static const struct {
	const char *type, *words;
} kinds[] = {
	[CENSUS_MODULE_STATE] = {"module-state", "module state"},
	[CENSUS_LOOKUPS] = {"lookup-cache", "cache"},
	[CENSUS_FREE_LISTS] = {"free-lists", "free lists"},
	[CENSUS_INTERNED] = {"interned-strings", "strings"},
	[CENSUS_INTERPRETER] = {"interpreter", "interpreter"},
	[CENSUS_STATIC_DATA] = {"static-data", "static data"},
};
static_assert(sizeof(kinds) / sizeof(*kinds) == CENSUS_KINDS, "a kind has its words");

static void find_kind(struct census_owner *owner)
{
	for (enum census_kind kind = CENSUS_MODULE_STATE; kind < CENSUS_KINDS; kind++)
		if (strcmp(owner->type, kinds[kind].type) == 0) {
			free(owner->type);
			owner->type = xstrdup(kinds[kind].words);
			owner->kind = kind;
			return;
		}
}

static void read_owner(struct census *census, const char *line)
{
	uint64_t number, items = figure(line, " items=", UINT64_MAX);
	const char *end;

	if (!number_at(line, 10, &number, &end) || number != census->owners.count || number == 0 ||
		number >= OWNERS_MAX || !strstr(line, " name="))
		return;
	*array_push(&census->owners) = (struct census_owner){
		.name = words_after(line, " name=", true),
		.type = words_after(line, " type=", false),
		.blocks = figure(line, " blocks=", 0),
		.bytes = figure(line, " bytes=", 0),
		.items = items > INT64_MAX ? -1 : (int64_t)items,
	};
	find_kind(&census->owners.items[census->owners.count - 1]);
}

/* The owner of the number that the line begins with; *at moves past it. NULL: there is none. */
static struct census_owner *take_owner(const struct census *census, const char **at)
{
	uint64_t number;

	return number_at(*at, 10, &number, at) && number < census->owners.count
		       ? &census->owners.items[number]
		       : NULL;
}

static void read_user(struct census *census, const char *line)
{
	struct census_owner *owner = take_owner(census, &line);

	if (!owner || *line != ' ' || (owner->users && strlen(owner->users) > USERS_MAX))
		return;
	char *users =
		owner->users ? xasprintf("%s, %s", owner->users, line + 1) : xstrdup(line + 1);
	free(owner->users);
	owner->users = users;
}

static void read_samples(struct census *census, const char *line)
{
	const struct census_owner *owner = take_owner(census, &line);
	struct census_sample sample;

	while (owner && *line == ' ' && census->samples.count < SAMPLES_MAX &&
		number_at(line + 1, 16, &sample.address, &line)) {
		sample.owner = (uint32_t)(owner - census->owners.items);
		sample.weight = 0;
		if (*line == '+')
			number_at(line + 1, 16, &sample.weight, &line);
		census->is_weighed |= sample.weight > 0;
		*array_push(&census->samples) = sample;
	}
}

/* Gives how many lines follow; 0: it does not say. */
static uint64_t begin(struct census *census, uint64_t position, const char *line)
{
	uint64_t step = figure(line, " step=", 0);

	census_finish(census);
	if (step == 0 || step > STEP_MAX) /* without it samples say nothing */
		return 0;
	census->position = position;
	census->blocks = figure(line, " blocks=", 0);
	census->bytes = figure(line, " bytes=", 0);
	census->step = step;
	census->is_cut = strstr(line, " cut") != NULL;
	census->has_roots = strstr(line, " roots") != NULL;
	*array_push(&census->owners) =
		(struct census_owner){.name = xstrdup(""), .type = xstrdup(""), .items = -1};
	return figure(line, " lines=", 0);
}

/* One of those that follow; false: it is not. */
static bool read_line(struct census *census, const char *text)
{
	const char *line;

	if ((line = after(text, ": owner ")))
		read_owner(census, line);
	else if ((line = after(text, ": user ")))
		read_user(census, line);
	else if ((line = after(text, ": kept ")))
		read_samples(census, line);
	return line;
}

/*
 * The last position of a census that is of the moment: one that comes after the next mark is of
 * that one, and may be of a program that has thrown away what it had. What the kernel says belongs
 * to the mark before it.
 */
static uint64_t last_position(const struct trace *trace, uint64_t moment)
{
	uint64_t last = moment < UINT64_MAX - AFTER ? moment + AFTER : UINT64_MAX;
	const struct trace_mark *marks;
	size_t count = trace_marks(trace, &marks);

	for (size_t i = 0; i < count && marks[i].position < last; i++)
		if (marks[i].position > moment &&
			strncmp(marks[i].name, TRACE_MARK_KERNEL, strlen(TRACE_MARK_KERNEL)) != 0)
			return marks[i].position;
	return last;
}

bool census_read(struct census *ret_census, const struct trace *trace, uint64_t position)
{
	const struct trace_comment *comments;
	size_t count = trace_comments(trace, &comments);
	uint64_t lines = 0; /* that are still to come */
	uint64_t last = last_position(trace, position);
	const char *line;

	*ret_census = (struct census){.position = 0};
	for (size_t i = 0; i < count; i++) {
		if (comments[i].position > last)
			break;
		const char *text = comments[i].text;
		if ((line = after(text, ": census")) && *line == ' ')
			lines = begin(ret_census, comments[i].position, line);
		else if (read_line(ret_census, text) && lines > 0)
			lines--;
	}
	ret_census->is_cut |= lines > 0;
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
