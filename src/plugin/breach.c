/* See breach.h. */
#include "plugin/breach.h"

#include "plugin/plugin_state.h"

#include <inttypes.h>

#define FLAGS UINT64_C(7)

void breach_begin(struct breach_search *search, uint64_t count, uint64_t blocks, uint64_t claimed,
	uint64_t kind)
{
	*search = (struct breach_search){.count = count,
		.blocks = blocks,
		.claimed = claimed,
		.wants_last = kind == REPLY_LOST || kind == REPLY_NOT_KEPT ||
			      kind == REPLY_BEYOND || kind == REPLY_OUTSIDE,
		.phase = count > 1 ? BREACH_LAYOUT : BREACH_OVER};
}

/* Where both were written, the footer was left as another than the header. */
static bool is_of_footer(const struct breach *breach)
{
	bool is_tag = breach->kind == BREACH_USED_FOOTER || breach->kind == BREACH_FREE_FOOTER;

	return is_tag && breach->footer_before != breach->footer_now;
}

/* The first byte that the step has changed; 0: none. */
static uint64_t changed_byte(const struct breach *breach)
{
	bool is_footer = is_of_footer(breach);
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
	if (search->phase == BREACH_WRITER) {
		call.kind = CALL_WATCH;
		call.size = search->found.step + 1;
		call.watched = changed_byte(&search->found);
		call.wants_last = true;
	}
	return call;
}

void breach_take(struct breach_search *search, const struct reply *reply)
{
	enum breach_phase phase = search->phase;

	search->phase = BREACH_OVER;
	if (reply->kind != REPLY_DONE)
		return;
	if (phase == BREACH_LAYOUT && reply->detail > 0) {
		search->layout = reply->layout;
		search->phase = BREACH_WALK;
	} else if (phase == BREACH_WALK && reply->breach.header && reply->breach.kind < BREACHES) {
		search->found = reply->breach;
		if (search->found.kind != BREACH_TAKEN && changed_byte(&search->found))
			search->phase = BREACH_WRITER;
	} else if (phase == BREACH_WRITER) {
		search->place = reply->place;
	}
}

static void add_tags(const struct breach *breach, struct text *out)
{
	bool is_footer = is_of_footer(breach);
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

/* about: the live block that suffers from it. */
static void add_size(const struct breach *breach, const char *about, struct text *out)
{
	text_add(out,
		" set the size in the header at 0x%" PRIx64 " to %" PRIu64 ": %s 0x%" PRIx64
		" (%" PRIu64 " bytes)",
		breach->header, breach->now & ~FLAGS, about, breach->block, breach->block_size);
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
		add_tags(breach, out);
		break;
	case BREACH_MARK:
		add_mark(breach, "handed out", "free", out);
		break;
	case BREACH_TAKEN:
		add_mark(breach, "took", "used", out);
		break;
	case BREACH_CHAIN:
		text_add(out,
			" wrote the size 0x%" PRIx64 " at 0x%" PRIx64
			": from there the sizes no longer lead from block to block to the end of the heap",
			breach->now, breach->header);
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
