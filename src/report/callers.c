/* See callers.h. */
#include "report/callers.h"

#include "base/arrays.h"
#include "base/progress.h"
#include "base/xalloc.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* The line of the source that a caller is of. */
struct row {
	uint32_t line;
	char *name;
	bool is_shared; /* other callers are of it too */
};

struct callers {
	ARRAY(const char *) names; /* borrowed from the symbols */
	uint32_t *of_site;         /* by number of the site */
	uint32_t nsites;
	uint32_t *index;  /* a hash of names: caller + 1, 0: none */
	size_t room;      /* a power of two */
	struct row *rows; /* by caller */
};

static uint32_t *cell_of(const struct callers *callers, const char *name)
{
	uint64_t hash = 0;

	for (const char *at = name; *at; at++)
		hash = (hash ^ (unsigned char)*at) * UINT64_C(0x9E3779B97F4A7C15);
	for (size_t at = (size_t)(hash >> 24);; at++) {
		uint32_t *cell = &callers->index[at & (callers->room - 1)];
		if (*cell == 0 || strcmp(callers->names.items[*cell - 1], name) == 0)
			return cell;
	}
}

static uint32_t caller_of(struct callers *callers, const char *name)
{
	uint32_t *cell = cell_of(callers, name);

	if (*cell == 0) {
		*array_push(&callers->names) = name;
		*cell = (uint32_t)callers->names.count;
	}
	return *cell - 1;
}

/* ---- lines --------------------------------------------------------------------------------- */

/* Callers of one line differ in the function of a library. Grows with the callers. */
static void find_lines(struct callers *callers)
{
	struct callers lines = {.room = callers->room};
	size_t count = callers->names.count;
	uint32_t *members = xcalloc(count, sizeof(*members));

	lines.index = xcalloc(lines.room, sizeof(*lines.index));
	callers->rows = xcalloc(count, sizeof(*callers->rows));
	for (size_t i = 0; i < count; i++) {
		const char *name = callers->names.items[i];
		char *line = xstrndup(name, symbols_line_length(name));
		callers->rows[i] = (struct row){.line = caller_of(&lines, line), .name = line};
		members[callers->rows[i].line]++;
	}
	array_finish(&lines.names);
	free(lines.index);
	for (size_t i = 0; i < count; i++)
		callers->rows[i].is_shared = members[callers->rows[i].line] > 1;
	free(members);
}

uint32_t callers_line(const struct callers *callers, uint32_t caller)
{
	assert(caller < callers->names.count);
	return callers->rows[caller].line;
}

const char *callers_line_name(const struct callers *callers, uint32_t caller)
{
	assert(caller < callers->names.count);
	return callers->rows[caller].is_shared ? callers->rows[caller].name
					       : callers->names.items[caller];
}

/* ---- all of them --------------------------------------------------------------------------- */

struct callers *callers_new(const struct trace *trace, struct symbols *symbols)
{
	struct callers *callers = xcalloc(1, sizeof(*callers));

	callers->nsites = trace_site_count(trace) + 1;
	callers->of_site = xcalloc(callers->nsites, sizeof(*callers->of_site));
	for (callers->room = 64; callers->room < (size_t)callers->nsites * 2;)
		callers->room *= 2;
	callers->index = xcalloc(callers->room, sizeof(*callers->index));
	caller_of(callers, "caller not recorded");
	caller_of(callers, "pymalloc's table of arenas");
	for (uint32_t site = 1; site < callers->nsites; site++) {
		progress_say("naming", "call sites", site, callers->nsites);
		callers->of_site[site] = caller_of(callers, symbols_site(symbols, site));
	}
	progress_end();
	find_lines(callers);
	return callers;
}

void callers_free(struct callers *callers)
{
	if (!callers)
		return;
	for (size_t i = 0; i < callers->names.count; i++)
		free(callers->rows[i].name);
	free(callers->rows);
	array_finish(&callers->names);
	free(callers->of_site);
	free(callers->index);
	free(callers);
}

uint32_t callers_count(const struct callers *callers)
{
	return (uint32_t)callers->names.count;
}

uint32_t callers_of_site(const struct callers *callers, uint32_t site)
{
	return site < callers->nsites ? callers->of_site[site] : 0;
}

bool callers_find(const struct callers *callers, const char *name, uint32_t *ret_caller)
{
	uint32_t number = *cell_of(callers, name);

	if (number == 0)
		return false;
	*ret_caller = number - 1;
	return true;
}

const char *callers_name(const struct callers *callers, uint32_t caller)
{
	assert(caller < callers->names.count);
	return callers->names.items[caller];
}
