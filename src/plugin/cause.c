/*
 * See cause.h. One run after the other; none of them is waited for longer than there is time. What
 * a run answers is the plug-in's word: at worst the cause is a wrong one.
 */
#include "plugin/cause.h"

#include "base/numbers.h"
#include "base/xalloc.h"
#include "plugin/breach.h"
#include "plugin/code_names.h"
#include "plugin/origin.h"
#include "plugin/plugin_state.h"

#include <inttypes.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define MILLISECOND UINT64_C(1000000)
#define EFFORT      4u /* seconds of all runs, unless ARENASCOPE_EFFORT says otherwise */
#define EFFORT_MOST 3600u
#define WORD        8   /* bytes */
#define LINK_NEAR   16u /* bytes from where a link leads to the payload */

#define INDEXED_ACCESSES 2048u /* of a loop, in which arrays are indexed */

enum phase {
	PHASE_BREACH,  /* which request is the first that does something wrong with a block? */
	PHASE_WATCH,   /* which instruction wrote the byte? */
	PHASE_COPY,    /* or at the place to which it was to be copied? */
	PHASE_KEPT,    /* and where nothing was: which wrote the byte before it there? */
	PHASE_ALL,     /* does it fail again? */
	PHASE_NOTHING, /* and where the program writes nothing? */
	PHASE_STEPS,   /* which block is the last that matters, where none before it is written? */
	PHASE_BLOCK,   /* does it fail where all but that one are written? */
	PHASE_BYTES,   /* up to which byte of it? */
	PHASE_BYTE,    /* and where all is written but that byte? */
	PHASE_WORD,    /* and but the word it is in? */
	PHASE_OWN,     /* which request is the first that spoils a word of the allocator's own? */
	PHASE_WRITER,  /* and which instruction of it? */
	PHASE_ARRAYS,  /* does the request at fault index past the end of an array? */
	PHASE_ORIGIN,  /* which word led to the address, and who wrote it? */
	PHASE_OVER,
};

struct cause {
	struct plugin *plugin; /* borrowed */
	int file;              /* of the steps */
	uint64_t count, blocks;
	uint64_t before; /* steps after which it begins again; 0: it does not */
	uint64_t kind;   /* of the reply that told of the failure; REPLY_DONE: it got nothing */
	struct plugin_stray stray;
	uint64_t address; /* that it touched, of a crash; 0: it is not compared */
	uint64_t word;    /* 1 + the byte that the failure itself names; 0: none */
	uint64_t harmed;  /* the live block that was written over or claimed; 0: none */
	enum phase phase;
	uint64_t good, bad; /* without so much it does not fail so, and does */
	uint64_t tried;     /* between them */
	int run;            /* -1: there is none */
	uint64_t spent;     /* nanoseconds, of those of `effort` */
	uint64_t effort;
	/* what was found */
	struct code_place place; /* of the write */
	bool is_copy; /* that was where the byte belongs now; without a place there was none */
	struct code_place kept_place; /* of the write of the byte before it, that was copied */
	bool is_intrusion;
	struct plugin_step step; /* that returned the block */
	uint64_t number;         /* of the step */
	uint64_t byte, byte_end; /* of its block */
	enum plugin_ask end;     /* of the block, before the failure; PLUGIN_ALLOCATE: none */
	struct breach_search breach;
	bool has_indexed;        /* the arrays that the step at fault indexes were looked at */
	bool has_indexed_writer; /* likewise, of the one that wrote a variable */
	uint64_t indexing;       /* the step whose arrays are looked at, or were last */
	struct indexed past;     /* the end of one; place: 0: none was */
	bool has_looked;         /* at words of the allocator's own */
	bool has_spoilt;         /* one is spoilt: by `step`, whose number is `number` */
	struct reply spoilt;     /* as CALL_OWN_WORDS answers */
	bool has_followed;       /* what led to the address */
	struct origin origin;
};

static uint64_t nanoseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 * MILLISECOND + (uint64_t)now.tv_nsec;
}

static bool read_step(const struct cause *cause, uint64_t number, struct plugin_step *ret_step)
{
	return pread(cause->file, ret_step, sizeof(*ret_step),
		       (off_t)(number * sizeof(*ret_step))) == (ssize_t)sizeof(*ret_step);
}

/* ---- runs ------------------------------------------------------------------------------------ */

/* The first byte of the word that was changed; a word of the allocator's own is in few bytes. */
static uint64_t changed_byte(const struct reply *spoilt)
{
	uint64_t differs = spoilt->size ^ spoilt->detail, byte = spoilt->address;

	for (; differs && (differs & 0xff) == 0; differs >>= 8)
		byte++;
	return byte;
}

static enum call_kind kind_of_call(enum phase phase)
{
	bool is_watch = phase == PHASE_WATCH || phase == PHASE_COPY || phase == PHASE_KEPT ||
			phase == PHASE_WRITER;

	return is_watch ? CALL_WATCH : phase == PHASE_OWN ? CALL_OWN_WORDS : CALL_TRY;
}

/* The first that left a block wrong, or the one that failed. */
static uint64_t step_at_fault(const struct cause *cause)
{
	return cause->breach.found.header ? cause->breach.found.step : cause->count - 1;
}

/* Where a block is wrong, the program writes nothing. */
static struct call arrays_call(const struct cause *cause)
{
	return (struct call){.kind = CALL_ACCESSES,
		.size = cause->indexing + 1,
		.address = cause->blocks,
		.end = cause->breach.found.header ? cause->count : 0,
		.byte_end = UINT64_MAX,
		.until = cause->kind == REPLY_LOOPS ? INDEXED_ACCESSES : UINT64_MAX};
}

static struct call try_call(struct cause *cause)
{
	struct call call = {.kind = kind_of_call(cause->phase),
		.size = cause->count,
		.address = cause->blocks,
		.first = cause->number,
		.end = cause->number + 1,
		.byte_end = UINT64_MAX,
		.is_short = true};

	cause->tried = cause->bad + (cause->good - cause->bad) / 2;
	switch (cause->phase) {
	case PHASE_WATCH:
		call.watched = cause->stray.address;
		call.copy = cause->stray.copy;
		break;
	case PHASE_COPY:
		call.watched = cause->stray.copy;
		call.wants_last = true;
		break;
	case PHASE_KEPT:
		call.watched = cause->stray.kept_end - 1;
		call.wants_last = true;
		break;
	case PHASE_NOTHING:
		call.end = cause->count;
		break;
	case PHASE_STEPS:
		call.end = cause->tried;
		break;
	case PHASE_BYTES:
		call.byte_end = cause->tried;
		break;
	case PHASE_BYTE:
	case PHASE_WORD:
		call.byte = cause->byte;
		call.byte_end = cause->byte_end;
		break;
	case PHASE_ALL:
		call.end = 0;
		break;
	case PHASE_OWN: /* what is spoilt even where the program writes nothing came first */
		call.first = 0;
		call.end = cause->is_intrusion ? cause->count : 0;
		call.wants_rings = cause->kind == REPLY_LOOPS;
		break;
	case PHASE_WRITER:
		call.size = cause->number + 1;
		call.watched = changed_byte(&cause->spoilt);
		break;
	case PHASE_ARRAYS:
	case PHASE_BREACH:
	case PHASE_ORIGIN:
	case PHASE_BLOCK:
	case PHASE_OVER:
		break;
	}
	return call;
}

static struct call next_call(struct cause *cause)
{
	if (cause->phase == PHASE_BREACH)
		return breach_call(&cause->breach);
	if (cause->phase == PHASE_ARRAYS)
		return arrays_call(cause);
	if (cause->phase == PHASE_ORIGIN)
		return origin_call(&cause->origin);
	return try_call(cause);
}

/* What became of the block of the step that was found, up to the failure. */
static void look_for_end(struct cause *cause)
{
	struct plugin_step step;

	for (uint64_t i = cause->number + 1; i + 1 < cause->count && read_step(cause, i, &step);
		i++)
		if (step.block == cause->step.block && cause->end == PLUGIN_ALLOCATE)
			cause->end = (enum plugin_ask)step.ask;
}

static void begin_block(struct cause *cause)
{
	cause->phase = PHASE_BLOCK;
	cause->number = cause->bad;
	if (!read_step(cause, cause->number, &cause->step) || cause->step.size == 0)
		cause->phase = PHASE_OVER;
}

static void begin_word(struct cause *cause, uint64_t byte)
{
	cause->phase = PHASE_WORD;
	cause->byte = byte - byte % WORD;
	cause->byte_end = cause->byte + WORD;
}

static void begin_bytes(struct cause *cause)
{
	cause->phase = PHASE_BYTES;
	cause->bad = 0;
	cause->good = cause->step.size;
	if (cause->word)
		begin_word(cause, cause->word - 1);
}

static void take_block(struct cause *cause, bool has_failed)
{
	cause->phase = PHASE_OVER;
	if (!has_failed)
		begin_bytes(cause);
}

static void begin_byte(struct cause *cause)
{
	cause->phase = PHASE_BYTE;
	cause->byte = cause->bad;
	cause->byte_end = cause->byte + 1;
}

/* All else was written as the program writes it, and it did not fail so. */
static void end_proven(struct cause *cause)
{
	cause->phase = PHASE_OVER;
	cause->is_intrusion = true;
	look_for_end(cause);
}

static void narrow(struct cause *cause, bool has_failed)
{
	if (has_failed)
		cause->bad = cause->tried;
	else
		cause->good = cause->tried;
}

/* Of bytes that the program wrote: those of blocks that it does not write cannot be lost. */
static bool is_loss(uint64_t kind)
{
	return kind == REPLY_LOST || kind == REPLY_NOT_KEPT;
}

static void take_spoilt(struct cause *cause, const struct reply *reply)
{
	bool is_size = reply->kind == REPLY_DONE && reply->other,
	     is_ring = reply->kind == REPLY_DONE && reply->word_block;
	struct plugin_step step;

	cause->phase = PHASE_OVER;
	cause->has_spoilt = (is_size || is_ring) && read_step(cause, reply->step, &step);
	if (!cause->has_spoilt)
		return;
	cause->spoilt = *reply;
	cause->number = reply->step;
	cause->step = step;
	if (is_size)
		cause->phase = PHASE_WRITER;
}

static bool begin_own(struct cause *cause)
{
	bool is_of_program = is_loss(cause->kind) || cause->stray.address;

	if (cause->before || cause->has_looked || is_of_program ||
		origin_has_words(&cause->origin, false) || cause->count < 2)
		return false;
	cause->has_looked = true;
	cause->phase = PHASE_OWN;
	return true;
}

/* What was copied was no longer there: how its writer got there says no more. */
static bool was_copied_late(const struct cause *cause)
{
	return cause->stray.copy && cause->place.at && !cause->is_copy;
}

static bool begin_origin(struct cause *cause)
{
	if (cause->before || cause->has_followed || cause->has_spoilt || was_copied_late(cause))
		return false;
	cause->has_followed = true;
	origin_begin(&cause->origin, cause->plugin, cause->count, cause->blocks,
		cause->stray.address, cause->kind);
	if (cause->origin.phase == ORIGIN_OVER)
		return false;
	cause->phase = PHASE_ORIGIN;
	return true;
}

/* At the step at fault. */
static bool begin_arrays(struct cause *cause)
{
	if (cause->before || cause->has_indexed || cause->count == 0)
		return false;
	cause->has_indexed = true;
	cause->indexing = step_at_fault(cause);
	cause->phase = PHASE_ARRAYS;
	return true;
}

/* At the one that wrote the variable which led astray: it may be behind an array. */
static bool begin_arrays_of_writer(struct cause *cause)
{
	const struct origin_word *word = &cause->origin.words[0];

	if (cause->has_indexed_writer || !origin_has_words(&cause->origin, false) ||
		!word->word.variable || word->changed != CHANGED_BY_ALLOCATOR)
		return false;
	cause->has_indexed_writer = true;
	cause->indexing = word->step;
	cause->phase = PHASE_ARRAYS;
	return true;
}

/* What leads past the end of an array is wrong, whatever it found there. */
static void take_arrays(struct cause *cause, const struct reply *reply)
{
	struct text words = {0};

	cause->phase = PHASE_OVER;
	for (size_t i = 0; i < INDEXED_MAX && reply->indexed[i].place && !cause->past.place; i++)
		if (reply->kind == REPLY_DONE &&
			code_names_add_element_past(&words, plugin_names(cause->plugin),
				reply->indexed[i].start, reply->indexed[i].address))
			cause->past = reply->indexed[i];
	text_finish(&words);
}

/* The allocator's own bytes may be the cause, also of what it takes the program's for. */
static void look_further(struct cause *cause)
{
	if (cause->phase != PHASE_OVER || begin_arrays(cause) || cause->past.place)
		return;
	if (!breach_has_words(&cause->breach) && !begin_own(cause) && !begin_origin(cause))
		begin_arrays_of_writer(cause);
}

/* Where no block was wrong; of a write, where it was is wanted in any case. */
static void begin_others(struct cause *cause)
{
	cause->phase = PHASE_ALL;
	if (cause->stray.address)
		cause->phase = PHASE_WATCH;
	else if (cause->before || breach_has_words(&cause->breach))
		cause->phase = PHASE_OVER;
	else if (cause->kind == REPLY_LOOPS)
		begin_origin(cause);
}

/* Runs of a loop take long: the word that closed it is looked for before any others. */
static void take_origin(struct cause *cause, const struct reply *reply)
{
	bool is_first = cause->kind == REPLY_LOOPS;

	origin_take(&cause->origin, reply);
	if (cause->origin.phase == ORIGIN_OVER)
		cause->phase = is_first && !origin_has_words(&cause->origin, false) ? PHASE_ALL
										    : PHASE_OVER;
}

static void take_writer(struct cause *cause, const struct reply *reply)
{
	cause->place = place_in(reply);
	cause->phase = PHASE_OVER;
}

static void take_watch(struct cause *cause, const struct reply *reply)
{
	bool was_copy = cause->phase == PHASE_COPY;

	if (cause->phase == PHASE_KEPT) {
		cause->kept_place = place_in(reply);
		cause->phase = PHASE_OVER;
		return;
	}
	take_writer(cause, reply);
	cause->is_copy = was_copy && reply->kind == REPLY_DONE;
	if (!is_loss(cause->kind))
		cause->phase =
			cause->before || breach_has_words(&cause->breach) ? PHASE_OVER : PHASE_ALL;
	else if (!was_copy && cause->stray.copies_itself && !cause->place.at)
		cause->phase = PHASE_COPY;
	else if (cause->is_copy && !cause->place.at && cause->stray.kept > 0)
		cause->phase = PHASE_KEPT;
}

static void take_breach(struct cause *cause, const struct reply *reply)
{
	breach_take(&cause->breach, reply);
	if (cause->breach.phase == BREACH_OVER)
		begin_others(cause);
}

static void narrow_further(struct cause *cause)
{
	if (cause->phase == PHASE_STEPS && cause->good - cause->bad <= 1)
		begin_block(cause);
	if (cause->phase == PHASE_BYTES && cause->good - cause->bad <= 1)
		begin_byte(cause);
}

static void take_reply(struct cause *cause, const struct reply *reply)
{
	bool is_same = reply->kind == cause->kind && reply->step + 1 == cause->count;
	if (cause->phase == PHASE_ALL && reply->address != cause->address)
		cause->address = 0; /* it is not the same address twice */
	bool has_failed = is_same && (!cause->address || reply->address == cause->address);

	switch (cause->phase) {
	case PHASE_BREACH:
		take_breach(cause, reply);
		break;
	case PHASE_WATCH:
	case PHASE_COPY:
	case PHASE_KEPT:
		take_watch(cause, reply);
		break;
	case PHASE_ALL:
		cause->phase = has_failed ? PHASE_NOTHING : PHASE_OVER;
		break;
	case PHASE_NOTHING:
		cause->phase = has_failed ? PHASE_OVER : PHASE_STEPS;
		cause->good = cause->count;
		cause->bad = 0;
		break;
	case PHASE_BLOCK:
		take_block(cause, has_failed);
		break;
	case PHASE_BYTE:
		if (has_failed)
			begin_word(cause, cause->byte);
		else
			end_proven(cause);
		break;
	case PHASE_WORD:
		cause->phase = PHASE_OVER;
		if (!has_failed)
			end_proven(cause);
		break;
	case PHASE_STEPS:
	case PHASE_BYTES:
		narrow(cause, has_failed);
		break;
	case PHASE_OWN:
		take_spoilt(cause, reply);
		break;
	case PHASE_WRITER:
		take_writer(cause, reply);
		break;
	case PHASE_ARRAYS:
		take_arrays(cause, reply);
		break;
	case PHASE_ORIGIN:
		take_origin(cause, reply);
		break;
	case PHASE_OVER:
		break;
	}
	narrow_further(cause);
	look_further(cause);
}

static void begin_run(struct cause *cause)
{
	struct call call = next_call(cause);

	call.before = cause->before;

	cause->run = processes_begin_run(&cause->plugin->processes, &call, cause->file);
	if (cause->run < 0)
		cause->phase = PHASE_OVER;
}

static void end_run(struct cause *cause)
{
	if (cause->run >= 0)
		close(cause->run);
	cause->run = -1;
}

/* Whether there is time for more. */
static bool goes_on(struct cause *cause)
{
	if (cause->spent >= cause->effort)
		cause->phase = PHASE_OVER;
	if (cause->phase == PHASE_BREACH && cause->spent >= cause->effort * 3 / 8) {
		end_run(cause);
		begin_others(cause);
	}
	if (cause->phase == PHASE_OVER)
		end_run(cause);
	return cause->phase != PHASE_OVER;
}

bool cause_search(struct cause *cause, unsigned milliseconds)
{
	uint64_t begin = nanoseconds(), now = begin, before = cause->spent;
	struct reply reply;

	while (goes_on(cause) && now - begin < milliseconds * MILLISECOND) {
		uint64_t left = milliseconds * MILLISECOND - (now - begin);
		if (left > cause->effort - cause->spent)
			left = cause->effort - cause->spent;
		if (cause->run < 0)
			begin_run(cause);
		if (cause->run >= 0 &&
			processes_hear_run(cause->run, (int)(left / MILLISECOND) + 1, &reply)) {
			end_run(cause);
			take_reply(cause, &reply);
		}
		now = nanoseconds();
		cause->spent = before + (now - begin);
	}
	return !goes_on(cause);
}

/* ---- life ------------------------------------------------------------------------------------ */

/* No request is needed for it to fail: its mm_init() is followed. */
static void begin_stillborn(struct cause *cause)
{
	cause->phase = PHASE_OVER;
	cause->count = 0;
	if (cause->kind == REPLY_CRASHED)
		begin_origin(cause);
}

unsigned cause_effort(void)
{
	const char *words = getenv("ARENASCOPE_EFFORT");
	uint64_t seconds;

	if (!words || number_parse(words, &seconds, NULL) < 0 || seconds == 0 ||
		seconds > EFFORT_MOST)
		seconds = EFFORT;
	return (unsigned)seconds;
}

struct cause *cause_new_again(struct plugin *plugin, int steps, uint64_t before, uint64_t count,
	uint64_t blocks, uint32_t failure)
{
	const struct plugin_failure *failed = failure ? &plugin->failures.items[failure - 1] : NULL;
	struct cause *cause = xcalloc(1, sizeof(*cause));

	*cause = (struct cause){.plugin = plugin,
		.file = dup(steps),
		.count = count,
		.blocks = blocks,
		.before = before,
		.run = -1,
		.effort = cause_effort() * 1000 * MILLISECOND,
		.phase = PHASE_BREACH,
		.kind = REPLY_DONE};
	if (failed) {
		cause->kind = failed->kind;
		cause->stray = failed->stray;
		cause->address = failed->kind == REPLY_CRASHED ? failed->address : 0;
		cause->word = failed->word;
		cause->harmed = failed->harm.block;
	}
	breach_begin(&cause->breach, count, blocks,
		cause->kind == REPLY_OVERLAPS ? failed->address : 0, cause->kind);
	if (cause->breach.phase == BREACH_OVER)
		begin_others(cause);
	if (cause->kind >= REPLY_SPOILT || cause->file < 0 || count == 0)
		cause->phase = PHASE_OVER;
	else if (plugin->stillborn)
		begin_stillborn(cause);
	if (failed && failed->has_said_why)
		cause->phase = PHASE_OVER;
	return cause;
}

struct cause *cause_new(struct plugin *plugin, int steps, uint64_t count, uint64_t blocks,
	uint32_t failure)
{
	return cause_new_again(plugin, steps, 0, count, blocks, failure);
}

void cause_free(struct cause *cause)
{
	if (!cause)
		return;
	end_run(cause);
	if (cause->file >= 0)
		close(cause->file);
	free(cause);
}

/* "mm_malloc(24) at event 35, in place (mm.c:52), changed the word before ..." */
static void add_spoilt(const struct cause *cause, uint64_t event, struct text *out)
{
	const struct reply *spoilt = &cause->spoilt;
	struct text place = {0};

	plugin_add_step(cause->plugin, &cause->step, out);
	text_add(out, " at event %" PRIu64, event);
	if (plugin_add_place(&place, cause->plugin, &cause->place))
		text_add(out, ", %s,", text_of(&place));
	text_finish(&place);
	if (spoilt->other)
		text_add(out,
			" changed the word before the live block at 0x%" PRIx64 " (%" PRIu64
			" bytes), which has its size, from 0x%" PRIx64 " to 0x%" PRIx64,
			spoilt->other, spoilt->other_size, spoilt->size, spoilt->detail);
	else
		text_add(out,
			" closed a ring of links: from the free block at 0x%" PRIx64
			" they lead round and have no end",
			spoilt->word_block);
}

/* What the program wrote into one of its blocks, and the allocator takes for its own. */
static void add_intrusion(const struct cause *cause, uint64_t event, struct text *out)
{
	static const char *const whens[] = {
		[PLUGIN_ALLOCATE] = "",
		[PLUGIN_RELEASE] = " when the block had been freed",
		[PLUGIN_REALLOCATE] = " when the block had been reallocated",
	};
	const struct interface_words *words = cause->plugin->words;
	bool is_one = cause->word || cause->byte + 1 == cause->byte_end;
	text_add(out, "the program wrote ");
	if (is_one)
		text_add(out, "byte %" PRIu64, cause->word ? cause->word - 1 : cause->byte);
	else
		text_add(out, "bytes %" PRIu64 " to %" PRIu64, cause->byte,
			(cause->byte_end < cause->step.size ? cause->byte_end : cause->step.size) -
				1);
	text_add(out,
		" of the block that %s(%" PRIu64 ") returned at event %" PRIu64
		", and the allocator %s %s for data of its own%s",
		cause->step.ask == PLUGIN_REALLOCATE ? words->reallocate : words->allocate,
		cause->step.size, event, cause->end == PLUGIN_ALLOCATE ? "takes" : "took",
		is_one ? "it" : "them", whens[cause->end]);
}

/* "the call copied bytes 0 to 35, in mm_realloc (mm.c:40), and wrote nothing there" */
static void add_not_copied(const struct cause *cause, struct text *out)
{
	struct text place = {0};

	if (!plugin_add_place(&place, cause->plugin, &cause->kept_place))
		text_add(out, "the call wrote nothing there: that part was not copied");
	else if (cause->stray.kept == 1)
		text_add(out, "the call copied byte 0, %s, and wrote nothing there",
			text_of(&place));
	else
		text_add(out, "the call copied bytes 0 to %" PRIu64 ", %s, and wrote nothing there",
			cause->stray.kept - 1, text_of(&place));
	text_finish(&place);
}

/* Of a write that was noticed after the request: where it is, or that there is none. */
static void add_write(const struct cause *cause, struct text *out)
{
	struct text place = {0};

	if (plugin_add_place(&place, cause->plugin, &cause->place))
		text_add(out, cause->is_copy ? "the last write there is %s%s" : "the write is %s%s",
			text_of(&place),
			was_copied_late(cause) ? ", before that byte was copied" : "");
	text_finish(&place);
}

/* The call itself had made the block so long before: its split is right, what it joined is not. */
static bool was_longer_before(const struct cause *cause)
{
	const struct breach *breach = &cause->breach.found;
	const struct word_read *word = &cause->origin.words[0].word;

	return breach->kind == BREACH_LONGER && word->writer && word->address == breach->header &&
	       word->value >= breach->now;
}

/* A size led astray that was right: what the call that crashed has left tells more. */
static bool is_right_size(const struct cause *cause)
{
	const struct origin_word *word = &cause->origin.words[0];

	return breach_is_weak(&cause->breach) && cause->breach.found.kind != BREACH_TAKEN &&
	       !word->is_pointer && !word->is_past && word->changed == CHANGED_BY_ALLOCATOR &&
	       !was_longer_before(cause);
}

/* The pointer leads to the block that was written over. */
static bool is_in_list_still(const struct cause *cause)
{
	const struct origin_word *word = &cause->origin.words[0];
	uint64_t block = cause->harmed - word->word.value;

	return cause->kind == REPLY_LOST && cause->harmed && !word->word.variable &&
	       word->is_pointer && word->changed == CHANGED_BY_ALLOCATOR && block <= LINK_NEAR;
}

/* "mm_free at event 4, in push (mm.c:62), read lists[12], past the end of ..." */
static void add_past(const struct cause *cause, step_event_of *event_of, const void *context,
	struct text *out)
{
	const struct code_place at = {.at = cause->past.place};
	uint64_t number = cause->indexing;
	struct text place = {0};
	struct plugin_step step;

	bool has_place = plugin_add_place(&place, cause->plugin, &at);
	if (number + 1 < cause->count && read_step(cause, number, &step)) {
		plugin_add_step(cause->plugin, &step, out);
		text_add(out, " at event %" PRIu64, event_of(context, number));
		if (has_place)
			text_add(out, ", %s,", text_of(&place));
	} else {
		text_add(out, has_place ? "%s, it" : "it", text_of(&place));
	}
	text_add(out, cause->past.is_write ? " wrote " : " read ");
	code_names_add_element_past(out, plugin_names(cause->plugin), cause->past.start,
		cause->past.address);
	text_finish(&place);
}

/*
 * What is known of why it failed so. true: that is no more than who wrote last what led astray,
 * which may have been right.
 */
static bool add_why(const struct cause *cause, step_event_of *event_of, const void *context,
	struct text *out)
{
	struct plugin_step step;

	if (cause->past.place) {
		add_past(cause, event_of, context, out);
		return false;
	}
	bool knows_word = origin_has_words(&cause->origin, false) && !is_right_size(cause) &&
			  cause->origin.words[0].changed != CHANGED_AT_START;
	bool has_reason = cause->has_spoilt || cause->is_intrusion || knows_word;

	if (breach_has_words(&cause->breach) || (breach_is_weak(&cause->breach) && !has_reason)) {
		if (read_step(cause, cause->breach.found.step, &step))
			breach_add_words(&cause->breach, cause->plugin, &step,
				event_of(context, cause->breach.found.step), out);
		return false;
	}
	if (cause->has_spoilt) {
		add_spoilt(cause, event_of(context, cause->number), out);
		return false;
	}
	if (cause->is_intrusion)
		add_intrusion(cause, event_of(context, cause->number), out);
	if (!cause->is_copy || cause->place.at)
		origin_add_words(&cause->origin, cause->file, event_of, context,
			cause->is_intrusion, out);
	bool is_trail = knows_word && !cause->is_intrusion && !cause->is_copy &&
			origin_is_trail(&cause->origin);
	if (knows_word && is_in_list_still(cause))
		text_add(out,
			"; the block to which it leads is in use: was it taken out of the list?");
	else if (is_trail)
		text_add(out, "; that write may be right, and a later one missing");
	return is_trail;
}

void cause_add_words(const struct cause *cause, step_event_of *event_of, const void *context,
	struct text *out)
{
	bool is_uncopied = cause->is_copy && !cause->place.at;
	struct text why = {0};

	if (!cause->has_spoilt)
		add_write(cause, out);
	if (is_uncopied)
		add_not_copied(cause, &why);
	struct text more = {0};
	bool is_trail = add_why(cause, event_of, context, &more);
	if (why.length > 0 && more.length > 0)
		text_add(&why, "; ");
	text_add(&why, "%s", text_of(&more));
	if (why.length > 0)
		text_add(out, "%s%s: %s", out->length > 0 ? "; " : "",
			is_trail ? "traced back" : "why", text_of(&why));
	text_finish(&more);
	text_finish(&why);
}

/* ---- of a node ------------------------------------------------------------------------------- */

/* A request that should have got memory and has not. */
static bool has_got_nothing(const struct history_node *node)
{
	return node->kind != CALL_RELEASE && node->asked_size > 0 && node->address == 0;
}

static bool has_gone_wrong(const struct plugin *plugin, uint32_t node)
{
	const struct history_node *at = &plugin->nodes.at.items[node];

	return node != NODE_START && (at->failure || has_got_nothing(at));
}

/* The walk grows with the requests before it: its result is kept. */
static bool is_first_to_go_wrong(const struct plugin *plugin, uint32_t node)
{
	if (!has_gone_wrong(plugin, node))
		return false;
	do
		node = plugin->nodes.at.items[node].parent;
	while (node != NODE_START && !has_gone_wrong(plugin, node));
	return node == NODE_START;
}

/* The event of a step on the way to the node that is searched. */
static uint64_t event_of(const void *context, uint64_t step)
{
	const struct plugin *plugin = context;
	const struct history_node *at = &plugin->nodes.at.items[plugin->searched];

	while (at->depth > step + 1)
		at = &plugin->nodes.at.items[at->parent];
	return at->event;
}

static void begin_search(struct plugin *plugin, uint32_t node)
{
	const struct history_node *at = &plugin->nodes.at.items[node];
	int file = plugin_steps_file(plugin, node, NULL);

	cause_free(plugin->search);
	plugin->search = cause_new(plugin, file, at->depth, at->depth, at->failure);
	plugin->searched = node;
	if (file >= 0)
		close(file);
}

/* Notes that nothing is left to search for, and what was found; words: may be empty. */
static void note_cause(struct plugin *plugin, uint32_t node, struct text *words)
{
	*array_push(&plugin->causes) = words->length > 0 ? text_detach(words) : NULL;
	plugin->nodes.at.items[node].cause = (uint32_t)plugin->causes.count;
}

static void end_search(struct plugin *plugin, uint32_t node)
{
	struct text words = {0};

	cause_add_words(plugin->search, event_of, plugin, &words);
	note_cause(plugin, node, &words);
	cause_free(plugin->search);
	plugin->search = NULL;
	text_finish(&words);
}

bool plugin_search(struct plugin *plugin, uint32_t node, unsigned milliseconds)
{
	if (!has_gone_wrong(plugin, node) || plugin->nodes.at.items[node].cause)
		return true;
	if (!is_first_to_go_wrong(plugin, node)) {
		note_cause(plugin, node, &(struct text){0});
		return true;
	}
	if (!plugin->search || plugin->searched != node)
		begin_search(plugin, node);
	if (!cause_search(plugin->search, milliseconds))
		return false;
	end_search(plugin, node);
	return true;
}

const char *plugin_cause(const struct plugin *plugin, uint32_t node)
{
	uint32_t number = plugin->nodes.at.items[node].cause;

	return number ? plugin->causes.items[number - 1] : NULL;
}
