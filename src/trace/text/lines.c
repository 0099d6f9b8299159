/* See lines.h. */
#include "trace/text/lines.h"

#include "base/text.h"
#include "trace/info.h"
#include "trace/record.h"

#include <inttypes.h>
#include <string.h>

static void end_line(struct text *out, struct text_state *state)
{
	if (state->line_open)
		text_add_bytes(out, "\n", 1);
	state->line_open = false;
}

/* A line has no newlines in it. */
static void put_words(struct text *out, const char *words)
{
	for (; *words; words++)
		text_add_bytes(out, *words == '\n' || *words == '\r' ? " " : words, 1);
}

/* -1: free(NULL); ?: a pointer that is not known. */
static void put_object(struct text *out, const struct event *event)
{
	text_add_bytes(out, " ", 1);
	if (event->object != OBJECT_NONE)
		text_add_number(out, event->object);
	else if (event->kind == EVENT_FREE && event->address == 0)
		text_add(out, "-1");
	else
		text_add(out, "?");
}

static void put_attributes(struct text *out, const struct event *event)
{
	if (event->alignment)
		text_add(out, " align=%" PRIu64, event->alignment);
	if (event->call != CALL_UNKNOWN)
		text_add(out, " call=%s", call_name(event->call));
	if (event->domain != DOMAIN_C)
		text_add(out, " domain=%s", domain_word(event->domain));
	if (event->address)
		text_add(out, " at=0x%" PRIx64, event->address);
	if (event->flags & EVENT_OLD_UNKNOWN)
		text_add(out, " old=0x%" PRIx64, event->old_address);
	if (event->thread)
		text_add(out, " thread=%" PRIu32, event->thread);
	if (event->flags & EVENT_HAS_TIME)
		text_add(out, " time=%" PRIu64, event->time);
	if (event->site != SITE_NONE)
		text_add(out, " site=%" PRIu32, event->site);
	if (event->kind == EVENT_FREE && (event->flags & EVENT_SIZED))
		text_add(out, " size=%" PRIu64, event->size);
	if (event->flags & EVENT_FAILED)
		text_add(out, " failed");
}

static void put_id(struct text *out, uint32_t object)
{
	text_add_bytes(out, " ", 1);
	if (object == OBJECT_NONE)
		text_add_bytes(out, "-", 1); /* the program itself */
	else
		text_add_number(out, object);
}

static void put_new(struct text *out, const struct event *event)
{
	put_id(out, event->object);
	text_add(out, " %" PRIu64, event->size);
	if (event->flags & EVENT_TRACKED)
		text_add(out, " gc");
	if (event->flags & EVENT_FINALIZER)
		text_add(out,
			event->flags & EVENT_RESURRECTS ? " finalizer=resurrects" : " finalizer");
}

static void put_reference(struct text *out, const struct event *event)
{
	put_id(out, event->other);
	put_id(out, event->object);
}

static void put_when(struct text *out, const struct event *event)
{
	put_id(out, event->callback);
	text_add(out, " %s", event_kind_letter(event->size ? EVENT_REF : EVENT_UNREF));
	put_reference(out, event);
}

static void put_weak(struct text *out, const struct event *event)
{
	put_id(out, event->object);
	put_id(out, event->other);
	if (event->flags & EVENT_SOFT)
		text_add(out, " soft");
	if (event->size != WEAK_SIZE)
		text_add(out, " size=%" PRIu64, event->size);
	if (event->callback != OBJECT_NONE)
		text_add(out, " callback=%" PRIu32, event->callback);
}

static void put_collect(struct text *out, const struct event *event)
{
	if (event->size != GENERATIONS - 1)
		text_add(out, " %" PRIu64, event->size);
}

static void put_gc(struct text *out, const struct event *event)
{
	text_add(out, " %s", gc_word((enum gc_word)event->other));
	if (event->other == GC_THRESHOLDS)
		text_add(out, " %" PRIu64 " %" PRIu32 " %" PRIu32, event->size, event->older[0],
			event->older[1]);
	if (event->other == GC_OTHERS)
		text_add(out, " %" PRIu64, event->size);
}

static void put_libc(struct text *out, const struct event *event)
{
	enum libc_word word = (enum libc_word)event->other;
	bool is_address = word == LIBC_BREAK || word == LIBC_EXEC;

	text_add(out, " %s", libc_word(word));
	if (*libc_word_number(word))
		text_add(out, is_address ? " 0x%" PRIx64 : " %" PRIu64, event->size);
}

/* A name is one word in this form. */
static void put_name(struct text *out, const char *name)
{
	text_add_bytes(out, " ", 1);
	if (!name || !*name)
		text_add_bytes(out, "_", 1);
	for (; name && *name; name++)
		text_add_bytes(out, strchr(" \t\n\r#", *name) ? "_" : name, 1);
}

static void put_enter(struct text *out, const struct event *event)
{
	const char *word = frame_word((enum frame_word)event->other);

	text_add(out, "%s%s", *word ? " " : "", word);
}

static void put_leave(struct text *out, const struct event *event)
{
}

static void put_use(struct text *out, const struct event *event)
{
	text_add(out, " %s", use_word((enum use_word)event->other));
	if (event->object != OBJECT_NONE) {
		put_id(out, event->object);
		if (event->offset && !event_is_of_cache(event))
			text_add(out, " %+" PRId64, event->offset);
		if (event->size != 1)
			text_add(out, " %" PRIu64, event->size);
	}
	if (event_is_of_cache(event) && event->key)
		text_add(out, " key=%" PRIu64, event->key);
}

/* The words of the kinds from EVENT_NEW on. */
static void (*const own_words[])(struct text *out, const struct event *event) = {
	[EVENT_NEW - EVENT_NEW] = put_new,
	[EVENT_REF - EVENT_NEW] = put_reference,
	[EVENT_UNREF - EVENT_NEW] = put_reference,
	[EVENT_WEAK - EVENT_NEW] = put_weak,
	[EVENT_COLLECT - EVENT_NEW] = put_collect,
	[EVENT_GC - EVENT_NEW] = put_gc,
	[EVENT_LIBC - EVENT_NEW] = put_libc,
	[EVENT_ENTER - EVENT_NEW] = put_enter,
	[EVENT_LEAVE - EVENT_NEW] = put_leave,
	[EVENT_USE - EVENT_NEW] = put_use,
	[EVENT_WHEN - EVENT_NEW] = put_when,
};
static_assert(sizeof(own_words) / sizeof(*own_words) == EVENT_KIND_COUNT - EVENT_NEW,
	"every kind is written");

void text_put_event(struct text *out, struct text_state *state, const struct event *event,
	const char *text)
{
	const char *letter = event_kind_letter(event->kind);

	end_line(out, state);
	text_add_bytes(out, letter, strlen(letter));
	if (event_is_note_or_mark(event)) {
		text_add_bytes(out, " ", 1);
		put_words(out, text ? text : "");
		text_add_bytes(out, "\n", 1);
		return;
	}
	if (event_has_text(event))
		put_name(out, text);
	if (event_has_own_words(event)) {
		own_words[event->kind - EVENT_NEW](out, event);
	} else {
		put_object(out, event);
		if (kind_has_size(event->kind)) {
			text_add_bytes(out, " ", 1);
			text_add_number(out, event->size);
		}
	}
	if (event->alignment | event->address | event->thread | event->domain | event->call |
		event->flags | event->site)
		put_attributes(out, event);
	state->line_open = true;
}

void text_put_comment(struct text *out, struct text_state *state, const char *comment, bool trails)
{
	if (trails && state->line_open)
		text_add_bytes(out, " ", 1);
	else
		end_line(out, state);
	text_add_bytes(out, "#", 1);
	put_words(out, comment);
	text_add_bytes(out, "\n", 1);
	state->line_open = false;
}

void text_put_end(struct text *out, struct text_state *state)
{
	end_line(out, state);
}

void text_put_info(struct text *out, const struct trace_info *info)
{
	struct trace_info rest = *info;
	struct text lines = {0};

	for (unsigned i = 0; i < info->header_count; i++)
		text_add(out, "%" PRIu64 "\n", info->header[i]);
	rest.header_count = 0;
	info_put(&rest, &lines);
	for (const char *line = text_of(&lines); *line; line += strcspn(line, "\n") + 1)
		text_add(out, "info %.*s\n", (int)strcspn(line, "\n"), line);
	text_finish(&lines);
}

/* ---- definitions ---------------------------------------------------------------------------- */

void text_put_module(struct text *out, const struct trace_module *module)
{
	text_add(out, "module 0x%" PRIx64 " 0x%" PRIx64 " 0x%" PRIx64 " %s ", module->base,
		module->start, module->end,
		module->build_id && *module->build_id ? module->build_id : "-");
	put_words(out, module->path ? module->path : "");
	text_add_bytes(out, "\n", 1);
}

void text_put_name(struct text *out, uint64_t address, const char *words)
{
	text_add(out, "name 0x%" PRIx64 " ", address);
	put_words(out, words);
	text_add_bytes(out, "\n", 1);
}

void text_put_site(struct text *out, uint32_t site, const uint64_t *frames, size_t count)
{
	text_add(out, "site %" PRIu32, site);
	for (size_t i = 0; i < count; i++)
		text_add(out, " 0x%" PRIx64, frames[i]);
	text_add_bytes(out, "\n", 1);
}
