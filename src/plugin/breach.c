/* See breach.h. */
#include "plugin/breach.h"

#include "plugin/plugin_state.h"

#include <inttypes.h>

#define FLAGS UINT64_C(7)

void breach_begin(struct breach_search *search, uint64_t count, uint64_t blocks, uint64_t claimed,
	uint64_t kind)
{
	*search = (struct breach_search){.count = count,
		.is_crash = kind == REPLY_CRASHED,
		.blocks = blocks,
		.claimed = claimed,
		.wants_last = kind == REPLY_LOST || kind == REPLY_NOT_KEPT ||
			      kind == REPLY_BEYOND || kind == REPLY_OUTSIDE ||
			      kind == REPLY_CRASHED,
		.phase = count > 1 ? BREACH_LAYOUT : BREACH_OVER};
}

static bool is_of_tags(const struct breach *breach)
{
	return breach->kind == BREACH_USED_FOOTER || breach->kind == BREACH_FREE_FOOTER;
}

/* The first byte that the step has changed, of the footer or of the header; 0: none. */
static uint64_t changed_byte(const struct breach *breach, bool is_footer)
{
	uint64_t byte = is_footer ? breach->footer : breach->header;
	uint64_t differs = is_footer ? breach->footer_before ^ breach->footer_now
				     : breach->before ^ breach->now;

	if (!differs)
		return 0;
	for (; (differs & 0xff) == 0; differs >>= 8)
		byte++;
	return byte;
}

/* The program writes nothing. */
struct call breach_call(const struct breach_search *search)
{
	struct call call = {.kind = CALL_LAYOUT,
		.size = search->count,
		.address = search->blocks,
		.end = search->count,
		.byte_end = UINT64_MAX,
		.layout = search->layout};

	if (search->phase == BREACH_WALK) {
		call.kind = CALL_BLOCKS;
		call.watched = search->claimed;
		call.wants_last = search->wants_last;
	}
	if (search->phase >= BREACH_WRITER) {
		call.kind = search->phase == BREACH_WRITER ? CALL_WATCH : CALL_ACCESSES;
		call.size = search->found.step + 1;
		call.wants_last = true;
		call.until = UINT64_MAX;
	}
	if (search->phase == BREACH_WRITER)
		call.watched = changed_byte(&search->found, search->is_of_footer);
	else if (search->phase == BREACH_ASTRAY)
		call.watched = search->found.astray;
	else if (search->phase == BREACH_HEADER)
		call.watched = search->found.header;
	else if (search->phase == BREACH_FOOTER)
		call.watched = search->found.footer;
	return call;
}

/* Who wrote what is wrong. */
static void begin_writer(struct breach_search *search)
{
	const struct breach *found = &search->found;

	search->is_of_footer = is_of_tags(found) && found->footer_before != found->footer_now;
	if (is_of_tags(found))
		search->phase = BREACH_HEADER;
	else if (found->kind == BREACH_CHAIN && found->astray)
		search->phase = BREACH_ASTRAY;
	else if (found->kind != BREACH_TAKEN && found->kind != BREACH_INSIDE &&
		 changed_byte(found, search->is_of_footer))
		search->phase = BREACH_WRITER;
}

/* A header to which the sizes lead, and that was written and is none now. */
static void take_astray(struct breach_search *search, const struct reply *reply)
{
	search->is_overwritten = reply->other > 0;
	search->place = reply->place;
	if (!search->is_overwritten)
		search->phase = BREACH_WRITER;
}

/* The one that was written last is another than it should be. */
static void take_footer(struct breach_search *search, const struct reply *reply)
{
	if (reply->other == 0 && search->written_at == 0)
		return;
	search->is_of_footer = reply->other > search->written_at;
	search->place = search->is_of_footer ? reply->place : search->header_place;
}

void breach_take(struct breach_search *search, const struct reply *reply)
{
	enum breach_phase phase = search->phase;

	search->phase = BREACH_OVER;
	if (reply->kind != REPLY_DONE)
		return;
	switch (phase) {
	case BREACH_LAYOUT:
		search->layout = reply->layout;
		if (reply->detail > 0)
			search->phase = BREACH_WALK;
		break;
	case BREACH_WALK:
		if (reply->breach.header && reply->breach.kind < BREACHES) {
			search->found = reply->breach;
			begin_writer(search);
		}
		break;
	case BREACH_WRITER:
		search->place = reply->place;
		break;
	case BREACH_ASTRAY:
		take_astray(search, reply);
		break;
	case BREACH_HEADER:
		search->header_place = reply->place;
		search->written_at = reply->other;
		search->phase = BREACH_FOOTER;
		break;
	case BREACH_FOOTER:
		take_footer(search, reply);
		break;
	case BREACH_OVER:
		break;
	}
}

static void add_tags(const struct breach *breach, bool is_footer, struct text *out)
{
	const char *names[] = {"header", "footer"};
	uint64_t places[] = {breach->header, breach->footer};
	uint64_t words[] = {breach->now & ~FLAGS, breach->footer_now & ~FLAGS};

	text_add(out,
		" set the size in the %s at 0x%" PRIx64 " to %" PRIu64
		", but the %s of that block, at 0x%" PRIx64 ", says %" PRIu64,
		names[is_footer], places[is_footer], words[is_footer], names[!is_footer],
		places[!is_footer], words[!is_footer]);
}

static void add_room(const struct breach *breach, uint64_t width, struct text *out)
{
	bool has_footer = breach->kind == BREACH_FOOTER_ROOM;

	text_add(out,
		" made the block at 0x%" PRIx64 " %" PRIu64 " bytes long: %s leave%s %" PRIu64
		" bytes for the %" PRIu64 " that were asked for",
		breach->header, breach->now & ~FLAGS,
		has_footer ? "header and footer" : "its header", has_footer ? "" : "s",
		has_footer ? breach->room - width : breach->room, breach->block_size);
}

/* "set the size in the header at 0x1000000c from 112 to 160" */
static void add_change(const struct breach *breach, bool has_size_before, struct text *out)
{
	text_add(out, " set the size in the header at 0x%" PRIx64, breach->header);
	if (has_size_before)
		text_add(out, " from %" PRIu64, breach->before & ~FLAGS);
	text_add(out, " to %" PRIu64, breach->now & ~FLAGS);
}

/* about: the live block that suffers from it. */
static void add_size(const struct breach *breach, const char *about, struct text *out)
{
	add_change(breach, breach->was_header, out);
	text_add(out, ": %s 0x%" PRIx64 " (%" PRIu64 " bytes)", about, breach->block,
		breach->block_size);
}

static void add_chain(const struct breach_search *search, struct text *out)
{
	static const char what[] =
		": from there the sizes no longer lead from block to block to the end of the heap";

	if (search->is_overwritten)
		text_add(out, " wrote over the header at 0x%" PRIx64 "%s", search->found.astray,
			what);
	else
		text_add(out, " wrote the size 0x%" PRIx64 " at 0x%" PRIx64 "%s", search->found.now,
			search->found.header, what);
}

static void add_mark(const struct breach *breach, const char *done, const char *called,
	struct text *out)
{
	text_add(out, " %s the block at 0x%" PRIx64 ", whose header (0x%" PRIx64 ") calls it %s",
		done, breach->header, breach->now, called);
}

static void add_breach(const struct breach_search *search, struct text *out)
{
	const struct breach *breach = &search->found;

	switch ((enum breach_kind)breach->kind) {
	case BREACH_ROOM:
	case BREACH_FOOTER_ROOM:
		add_room(breach, search->layout.width, out);
		break;
	case BREACH_CUT:
		add_size(breach, "too short for the live block there, at", out);
		break;
	case BREACH_REACH:
		add_size(breach, "that block now reaches over the live block at", out);
		break;
	case BREACH_USED_FOOTER:
	case BREACH_FREE_FOOTER:
		add_tags(breach, search->is_of_footer, out);
		break;
	case BREACH_MARK:
		add_mark(breach, "handed out", "free", out);
		break;
	case BREACH_TAKEN:
		add_mark(breach, "took", "used", out);
		break;
	case BREACH_CHAIN:
		add_chain(search, out);
		break;
	case BREACH_PAST:
		add_change(breach, breach->was_header, out);
		text_add(out, ", where %" PRIu64 " bytes are left of the heap", breach->room);
		break;
	case BREACH_LONGER:
		add_change(breach, true, out);
		text_add(out, ", and where it ends then no block begins");
		break;
	case BREACH_INSIDE:
		text_add(out,
			" handed out 0x%" PRIx64 ", in the midst of the block at 0x%" PRIx64
			" (%" PRIu64 " bytes), whose header calls it free",
			breach->block, breach->header, breach->now & ~FLAGS);
		break;
	}
}

void breach_add_words(const struct breach_search *search, struct plugin *plugin,
	const struct plugin_step *step, uint64_t event, struct text *out)
{
	struct text place = {0};

	plugin_add_step(plugin, step, out);
	text_add(out, " at event %" PRIu64, event);
	if (plugin_add_place(&place, plugin, &search->place))
		text_add(out, ", %s,", text_of(&place));
	add_breach(search, out);
	text_finish(&place);
}
