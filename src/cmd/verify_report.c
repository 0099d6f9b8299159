/* See verify_report.h. */
#include "cmd/verify_report.h"

#include "base/error.h"
#include "base/units.h"
#include "cmd/cmd.h"
#include "cmd/output.h"
#include "player/scope.h"
#include "story/names.h"
#include "story/narration.h"

#include <inttypes.h>
#include <string.h>

void verify_report_begin(struct verify_report *report, const struct cmd_call *call)
{
	*report = (struct verify_report){.call = call,
		.trace = call->trace,
		.form = (enum emit_form)options_choice(call->options, "format")};
	emit_begin(&report->emit, report->form, &report->text);
	emit_pair(&report->emit, "trace", trace_name(report->trace));
	if (scope_cut(report->trace))
		emit_pair(&report->emit, "cut off", scope_cut(report->trace));
}

struct verify_story *verify_report_story(struct verify_report *report, uint64_t event,
	const char *brief, const char *words, const char *hint)
{
	struct verify_story *story = array_push(&report->stories);

	*story =
		(struct verify_story){.event = event, .brief = brief, .words = words, .hint = hint};
	return story;
}

struct verify_story *verify_report_last_story(struct verify_report *report)
{
	return &report->stories.items[report->stories.count - 1];
}

static void describe_ours(struct verify_story *story, const struct heap *heap,
	const struct effect *effect, const struct narration *narration)
{
	const char *arrow = strstr(text_of(&narration->what), "→ ");
	char name[80];

	if (effect->outcome == OUTCOME_PLACED)
		text_add(&story->ours, "0x%" PRIx64 ", %s", effect->address,
			name_address(heap, effect->address, name, sizeof(name)));
	else
		text_add(&story->ours, "%s",
			arrow ? arrow + strlen("→ ") : text_of(&narration->what));
}

void verify_story_call(struct verify_story *story, const struct event *event)
{
	char call[80];

	text_add(&story->call, "%s", name_call(event, call, sizeof(call)));
	if (event->domain != DOMAIN_C && event->domain != DOMAIN_ARENA)
		text_add(&story->call, ", %s domain", domain_name((enum domain)event->domain));
	story->thread = event->thread;
}

void verify_story_end(struct verify_story *story, const struct verify_report *report,
	const struct heap *heap, const struct event *event, const struct effect *effect,
	const struct decision_log *log)
{
	struct narration narration = {0};

	narrate(&narration, heap, report->trace, event, effect, log, false);
	verify_story_call(story, event);
	describe_ours(story, heap, effect, &narration);
	text_add(&story->why, "%s", text_of(&narration.why));
	narration_finish(&narration);
}

/* ---- printing ------------------------------------------------------------------------------- */

static void add_paragraph(struct text *out, const struct verify_story *story)
{
	struct units units;

	text_add(out, "\nevent %s, thread %" PRIu32 ": %s\n", units_count(&units, story->event),
		story->thread, text_of(&story->call));
	text_add(out, "  %s\n", story->words);
	text_add(out, "  ours      %s\n", text_of(&story->ours));
	text_add(out, "  recorded  %s\n", text_of(&story->recorded));
	for (const char *line = text_of(&story->why); *line; line += strcspn(line, "\n") + 1)
		text_add(out, "            %.*s\n", (int)strcspn(line, "\n"), line);
	if (*story->hint)
		text_add(out, "  %s\n", story->hint);
}

static void begin_table(struct emit *emit)
{
	static const char *const titles[] = {"call", "difference", "ours", "recorded", "why",
		"hint"};

	emit_table(emit, "first differences");
	emit_column(emit, "event", EMIT_RIGHT);
	emit_column(emit, "thread", EMIT_RIGHT);
	for (size_t i = 0; i < sizeof(titles) / sizeof(*titles); i++)
		emit_column(emit, titles[i], EMIT_LEFT);
}

static void add_row(struct emit *emit, const struct verify_story *story)
{
	emit_row(emit);
	emit_number(emit, story->event);
	emit_number(emit, story->thread);
	emit_cell(emit, text_of(&story->call));
	emit_cell(emit, story->brief);
	emit_cell(emit, text_of(&story->ours));
	emit_cell(emit, text_of(&story->recorded));
	emit_cell(emit, text_of(&story->why));
	emit_cell(emit, story->hint);
}

static void finish_story(struct verify_story *story)
{
	text_finish(&story->call);
	text_finish(&story->ours);
	text_finish(&story->recorded);
	text_finish(&story->why);
}

int verify_report_end(struct verify_report *report, struct error *err)
{
	bool is_table = report->form == EMIT_TABLE;

	if (!is_table)
		begin_table(&report->emit);
	for (size_t i = 0; i < report->stories.count; i++) {
		if (is_table)
			add_paragraph(&report->text, &report->stories.items[i]);
		else
			add_row(&report->emit, &report->stories.items[i]);
		finish_story(&report->stories.items[i]);
	}
	emit_end(&report->emit);
	/* Where there was nothing to compare, the error alone is said. */
	int result = err->text[0] ? 0 : cmd_print(text_of(&report->text), report->text.length, err);
	array_finish(&report->stories);
	text_finish(&report->text);
	return result;
}
