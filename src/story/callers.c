/* See callers.h. */
#include "story/callers.h"

#include "base/units.h"

#include <stdio.h>

static bool has_callers(const struct symbols *symbols, const struct trace *trace)
{
	return symbols && trace_site_count(trace) > 0;
}

void caller_add(struct text *out, struct symbols *symbols, struct trace *trace,
	const struct event *event, const struct effect *effect)
{
	struct event birth;
	struct units number;

	if (!has_callers(symbols, trace) || event_is_of_space(event))
		return;
	if (event_asks_for_memory(event) && event->site != SITE_NONE) {
		text_add(out, "asked for by %s", symbols_site(symbols, event->site));
		return;
	}
	if (effect->old_address && trace_get(trace, effect->born, &birth) &&
		birth.site != SITE_NONE)
		text_add(out, "asked for by %s, at event %s", symbols_site(symbols, birth.site),
			units_count(&number, effect->born));
	/* it may release nothing and still have an effect */
	bool may_free = !event_is_counted(event) && event->kind != EVENT_USE;
	if (!event_asks_for_memory(event) && event->site != SITE_NONE)
		text_add(out, "%s%s by %s", out->length ? "; " : "",
			may_free || effect->freed ? "freed" : "done",
			symbols_site(symbols, event->site));
}

void caller_name(char *buffer, size_t size, struct symbols *symbols, struct trace *trace,
	uint64_t born)
{
	struct event birth;

	buffer[0] = '\0';
	if (has_callers(symbols, trace) && trace_get(trace, born, &birth) &&
		birth.site != SITE_NONE)
		snprintf(buffer, size, " by %s", symbols_site(symbols, birth.site));
}

uint64_t caller_event(struct trace *trace, const struct live *live)
{
	struct event event;

	return trace_get(trace, live->moved, &event) && event.object == live->object ? live->moved
										     : live->born;
}

void caller_name_of(char *buffer, size_t size, struct symbols *symbols, struct trace *trace,
	const struct live *live)
{
	buffer[0] = '\0';
	if (has_callers(symbols, trace))
		caller_name(buffer, size, symbols, trace, caller_event(trace, live));
}
