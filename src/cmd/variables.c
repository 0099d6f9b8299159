/* See variables.h. */
#include "cmd/variables.h"

#include "base/emitter.h"
#include "base/text.h"
#include "base/units.h"
#include "player/mark_names.h"
#include "player/where.h"
#include "report/owners.h"
#include "trace/trace.h"

#include <inttypes.h>
#include <string.h>

#define LEAST_SHARE 20u   /* who keeps less than so small a part is not who keeps it */
#define AFTER_MARK  4096u /* events between a mark and the census that was taken for it */

const struct census_owner *variable_facts(const struct owners *owners, uint32_t owner)
{
	return &owners->census.owners.items[owner];
}

/* The last mark that is no figure of the kernel's, where the census followed it; NULL: none is. */
static const char *mark_of_census(const struct owners *owners, const struct trace *trace)
{
	uint64_t position = owners->census.position;
	const struct trace_mark *marks;
	size_t i = trace_marks(trace, &marks);

	while (i-- > 0)
		if (marks[i].position < position && !mark_name_is_recorders(marks[i].name))
			return position - marks[i].position <= AFTER_MARK ? marks[i].name : NULL;
	return NULL;
}

/* "'mark 1', 4.10 s and 245,022 events earlier" */
void add_census_age(struct text *words, const struct owners *owners, struct trace *trace)
{
	uint64_t position = owners->census.position, then, now;
	const char *mark = mark_of_census(owners, trace);
	struct units time, events;

	if (mark)
		text_add(words, "'%s', ", mark);
	else
		text_add(words, "event %" PRIu64 ", ", position);
	if (where_time(trace, position, &then) && where_time(trace, owners->position, &now) &&
		now > then)
		text_add(words, "%s and ", units_time(&time, now - then));
	text_add(words, "%s events earlier", units_count(&events, owners->position - position));
}

bool say_variables(struct text *words, const struct owners *owners, struct trace *trace)
{
	struct units newer, live;

	if (owners->count == 0)
		return false;
	if (!owners_are_of_moment(owners)) {
		text_add(words, "as of ");
		add_census_age(words, owners, trace);
		text_add(words, "; %s of %s live blocks were made since, and count for no share",
			units_count(&newer, owners->newer), units_count(&live, owners->live));
	}
	if (owners->census.is_cut)
		text_join(words, "; ", "the census was cut short: not all are known");
	return words->length > 0;
}

const char *variable_name(const struct owners *owners, uint32_t owner)
{
	return variable_facts(owners, owner)->name;
}

static bool begins_with_vowel(const char *word)
{
	return *word && strchr("aeiouAEIOU", *word) != NULL;
}

void add_variable(struct text *words, const struct owners *owners, uint32_t owner)
{
	const struct census_owner *facts = variable_facts(owners, owner);
	struct units count;

	if (facts->kind != CENSUS_VARIABLE) {
		text_add(words, "%s", facts->name);
		return;
	}
	text_add(words, "%s, %s %s", facts->name, begins_with_vowel(facts->type) ? "an" : "a",
		facts->type);
	if (facts->items >= 0)
		text_add(words, " of %s %s%s", units_count(&count, (uint64_t)facts->items),
			facts->items == 1 ? "entry" : "entries",
			owners_are_of_moment(owners) ? "" : " then");
	if (facts->users)
		text_add(words, ", used by %s", facts->users);
}

bool add_clearing(struct text *words, const struct owners *owners, uint32_t owner)
{
	const struct census_owner *facts = variable_facts(owners, owner);
	size_t length = strcspn(facts->name, ","); /* "lookup, a local of main (svc.py:4)" */

	if (facts->kind != CENSUS_VARIABLE ||
		strcmp(facts->type, "functools._lru_cache_wrapper") != 0)
		return false;
	if (strstr(facts->name, "__closure__")) /* a cell has it */
		text_add(words, "its cache_clear()");
	else
		text_add(words, "%.*s.cache_clear()", (int)length, facts->name);
	return true;
}

void emit_variable_share(struct emit *emit, const struct owners *owners, uint32_t owner,
	uint64_t bytes, uint64_t all)
{
	struct text words = {0};
	struct units share;

	if (owner && all && bytes >= all / LEAST_SHARE)
		text_add(&words, "%s, %s%s", variable_name(owners, owner),
			units_percent(&share, bytes < all ? bytes : all, all),
			owners_are_of_moment(owners) ? "" : " then");
	emit_cell(emit, text_of(&words));
	text_finish(&words);
}

void emit_owner(struct emit *emit, const struct owners *owners, uint32_t caller)
{
	uint64_t bytes = 0;
	uint32_t owner = owners_of_caller(owners, caller, &bytes);

	emit_variable_share(emit, owners, owner, bytes, owners->old[caller]);
}
