/* See origin.h. Words are tried in the order in which they were read, the last one first. */
#include "plugin/origin.h"

#include "plugin/code_names.h"

#include <inttypes.h>
#include <unistd.h>

#define CHANGE        16u /* bytes by which a word is changed: no flags, and no alignment */
#define SCALE_MAX     16u /* what an address may change more than the word, of one in units */
#define POINTEE       64u /* bytes from where a pointer leads to what is touched there */
#define PAYLOAD_NEAR  16u /* bytes from a block to its payload or its links, at most */
#define LOOP_ACCESSES 2048u

void origin_begin(struct origin *origin, struct plugin *plugin, uint64_t count, uint64_t blocks,
	uint64_t stray, uint64_t kind)
{
	bool is_write = kind == REPLY_LOST || kind == REPLY_NOT_KEPT || kind == REPLY_BEYOND;

	*origin = (struct origin){.plugin = plugin,
		.count = count,
		.blocks = blocks,
		.stray = stray,
		.is_loop = kind == REPLY_LOOPS,
		.is_return =
			kind == REPLY_OVERLAPS || kind == REPLY_OUTSIDE || kind == REPLY_MISALIGNED,
		.is_elsewhere = kind == REPLY_OVERLAPS || kind == REPLY_OUTSIDE,
		.until = kind == REPLY_LOOPS ? LOOP_ACCESSES : UINT64_MAX};
	bool is_known = origin->is_loop || origin->is_return || kind == REPLY_CRASHED ||
			(is_write && stray);
	if (!is_known)
		origin->phase = ORIGIN_OVER;
}

/* It stays within 32 bits: a negative size is near their end. */
static uint64_t change_of(uint32_t value)
{
	return value > UINT32_MAX - CHANGE ? UINT64_C(0) - CHANGE : CHANGE;
}

struct call origin_call(const struct origin *origin)
{
	struct call call = {.kind = CALL_ACCESSES,
		.size = origin->count,
		.address = origin->blocks,
		.until = origin->until};

	switch (origin->phase) {
	case ORIGIN_ACCESS:
		if (origin->until == UINT64_MAX)
			call.watched = origin->stray;
		break;
	case ORIGIN_WORD:
	case ORIGIN_OWN:
		call.changed = origin->reads[origin->at].address;
		call.by = change_of(origin->reads[origin->at].value);
		call.changed_at =
			origin->phase == ORIGIN_OWN ? origin->reads[origin->at].number : 0;
		break;
	case ORIGIN_CHANGE:
		call.kind = CALL_LAST_CHANGE;
		call.watched = origin->latest.word.address;
		break;
	case ORIGIN_WRITER:
		call.size = origin->latest.step + 1;
		call.watched = origin->latest.word.address;
		call.wants_last = true;
		call.until = UINT64_MAX;
		break;
	case ORIGIN_OVER:
		break;
	}
	return call;
}

/* Where a word is read twice, as a link and as a size, only a change between the two tells. */
static bool may_be_it(const struct origin *origin, const struct word_read *word)
{
	if (origin->is_loop)
		return word->leads_on;
	return origin->phase == ORIGIN_OWN || (!word->writer && !word->is_rewritten);
}

/* What led to the word, which is where no word of the allocator's should be. */
static void go_back(struct origin *origin)
{
	origin->phase = ORIGIN_OVER;
	if (origin->nwords == ORIGIN_WORDS)
		return;
	origin->phase = ORIGIN_ACCESS;
	origin->until = origin->latest.word.number;
}

static void keep_word(struct origin *origin)
{
	bool is_own = origin->latest.changed == CHANGED_BY_ALLOCATOR ||
		      origin->latest.changed == CHANGED_AT_START;

	const struct word_read *word = &origin->latest.word;
	struct lookup *names = plugin_names(origin->plugin);

	origin->latest.is_past =
		word->variable &&
		(code_names_is_past_end(names, word->variable) ||
			(word->is_run && code_names_ends_at(names, word->variable)));
	origin->latest.is_doubtful = word->is_computed && !origin->latest.is_past &&
				     code_names_ends_at(names, word->variable);
	if (origin->nwords > 0 && (!is_own || origin->latest.is_doubtful))
		origin->phase = ORIGIN_OVER;
	else
		origin->words[origin->nwords++] = origin->latest;
	if (is_own)
		origin->phase = ORIGIN_OVER;
	else if (origin->phase != ORIGIN_OVER)
		go_back(origin);
}

/*
 * Of what was returned, and of what led to a word, it is also a pointer to there: another value of
 * it leads to other sizes, and then nowhere.
 */
static bool points_there(const struct origin *origin, const struct word_read *word)
{
	uint64_t from_pointee = (uint32_t)origin->address - word->value;

	return (origin->is_return || origin->nwords > 0) && word->value != 0 &&
	       from_pointee <= PAYLOAD_NEAR;
}

/* Likewise, with a variable to which offsets are added. */
static bool is_offset_to_there(const struct origin *origin, const struct word_read *word)
{
	for (uint64_t i = 0; origin->nwords > 0 && i < origin->nreads; i++) {
		const struct word_read *base = &origin->reads[i];
		if (base->variable && base->value >= TALK_BASE && word->value != 0 &&
			(uint32_t)origin->address - base->value == word->value)
			return true;
	}
	return false;
}

static void take_own(struct origin *origin)
{
	origin->latest.changed = CHANGED_BY_ALLOCATOR;
	origin->latest.step = origin->count - 1;
	origin->latest.place.at = origin->latest.word.writer;
	keep_word(origin);
}

static void look_for_writer(struct origin *origin)
{
	if (origin->latest.word.writer)
		take_own(origin);
	else
		origin->phase = ORIGIN_CHANGE;
}

/* The next word that may be it: those that the request wrote itself come last. */
static void try_from(struct origin *origin, uint64_t at)
{
	while (at < origin->nreads && !may_be_it(origin, &origin->reads[at]))
		at++;
	origin->at = at;
	if (at < origin->nreads) {
		origin->latest = (struct origin_word){.word = origin->reads[at]};
		if (origin->is_loop)
			origin->phase = ORIGIN_CHANGE;
		else if (points_there(origin, &origin->reads[at])) {
			origin->latest.is_pointer = true;
			look_for_writer(origin);
		} else if (is_offset_to_there(origin, &origin->reads[at])) {
			look_for_writer(origin);
		}
	} else if (origin->phase == ORIGIN_WORD) {
		origin->phase = ORIGIN_OWN;
		origin->is_late = true;
		try_from(origin, 0);
	} else {
		origin->phase = ORIGIN_OVER;
	}
}

static void take_access(struct origin *origin, const struct reply *reply)
{
	bool is_first = origin->nwords == 0, is_return = reply->detail & ACCESS_IS_RETURN;
	bool is_known = reply->kind == REPLY_DONE && reply->size > 0 &&
			is_return == (is_first && origin->is_return) &&
			!(reply->detail & ACCESS_IS_RUN && !origin->is_loop && is_first) &&
			!(reply->has_more_reads && origin->is_loop);

	origin->phase = ORIGIN_OVER;
	if (!is_known)
		return;
	origin->until = reply->size;
	origin->address = reply->address;
	if (is_first)
		origin->far = reply->address;
	origin->place = reply->place.at;
	origin->nreads = reply->nreads < READS_MAX ? reply->nreads : READS_MAX;
	for (uint64_t i = 0; i < origin->nreads; i++)
		origin->reads[i] = reply->reads[i];
	origin->phase = ORIGIN_WORD;
	origin->is_late = false;
	try_from(origin, 0);
}

/* Whether the address has changed with the word, or by a few times as much. */
static bool has_followed(const struct origin *origin, const struct reply *reply)
{
	uint64_t by = reply->address > origin->address ? reply->address - origin->address
						       : origin->address - reply->address;

	return reply->kind == REPLY_DONE && reply->size == origin->until &&
	       reply->place.at == origin->place && by > 0 && by % CHANGE == 0 &&
	       by <= CHANGE * SCALE_MAX;
}

static bool is_in_heap(const struct plugin *plugin, uint64_t value)
{
	return value >= TALK_BASE && value - TALK_BASE < plugin->heap;
}

/* Two links of four bytes were read as one of eight: it is the upper one that leads astray. */
static void take_half(const struct origin *origin, struct origin_word *latest)
{
	uint32_t high = (uint32_t)(origin->address >> 32);
	bool is_link = high == latest->word.high && is_in_heap(origin->plugin, high) &&
		       !is_in_heap(origin->plugin, latest->word.value);

	if (!is_link)
		return;
	latest->word.address += sizeof(high);
	latest->word.value = high;
	latest->word.writer = 0;
}

static void take_word(struct origin *origin, const struct reply *reply)
{
	struct origin_word *latest = &origin->latest;

	if (!has_followed(origin, reply)) {
		try_from(origin, origin->at + 1);
		return;
	}
	take_half(origin, latest);
	latest->is_pointer = origin->address - latest->word.value + POINTEE < 2 * POINTEE;
	look_for_writer(origin);
}

/* Of a loop, the word that was written last has closed it. */
static void keep_latest(struct origin *origin)
{
	const struct origin_word *kept = &origin->words[0];

	if (origin->latest.changed == CHANGED_BY_ALLOCATOR &&
		(origin->nwords == 0 || origin->latest.step > kept->step)) {
		origin->words[0] = origin->latest;
		origin->nwords = 1;
	}
	try_from(origin, origin->at + 1);
	if (origin->phase != ORIGIN_OVER || origin->nwords == 0)
		return;
	origin->latest = origin->words[0];
	origin->phase = ORIGIN_WRITER;
}

/*
 * A pointer of mm_init()'s by which a block is reached that was handed out: offsets are added to
 * it, or a walk begins with it. Only one to that block itself may lead there alone.
 */
static bool is_start_of_way(const struct origin *origin)
{
	const struct origin_word *goal = &origin->words[0], *latest = &origin->latest;

	return origin->nwords > 0 && latest->changed == CHANGED_AT_START &&
	       (goal->changed != CHANGED_BY_PROGRAM ||
		       latest->word.value < goal->word.address - goal->byte);
}

static void take_change(struct origin *origin, const struct reply *reply)
{
	struct origin_word *latest = &origin->latest;

	origin->phase = ORIGIN_OVER;
	if (reply->kind != REPLY_DONE || reply->detail > CHANGED_BY_PROGRAM)
		return;
	latest->changed = (enum changed)reply->detail;
	latest->step = reply->step;
	latest->byte = reply->size;
	latest->is_freed = reply->other;
	if (origin->is_loop)
		keep_latest(origin);
	else if (latest->changed == CHANGED_BY_ALLOCATOR)
		origin->phase = ORIGIN_WRITER;
	else if (is_start_of_way(origin)) {
		origin->phase = origin->is_late ? ORIGIN_OWN : ORIGIN_WORD;
		try_from(origin, origin->at + 1);
	} else {
		origin->phase = ORIGIN_CHANGE;
		keep_word(origin);
	}
}

static void take_writer(struct origin *origin, const struct reply *reply)
{
	origin->latest.place = place_in(reply);
	if (origin->is_loop) {
		origin->words[0] = origin->latest;
		origin->phase = ORIGIN_OVER;
	} else {
		keep_word(origin);
	}
}

void origin_take(struct origin *origin, const struct reply *reply)
{
	switch (origin->phase) {
	case ORIGIN_ACCESS:
		take_access(origin, reply);
		break;
	case ORIGIN_WORD:
	case ORIGIN_OWN:
		take_word(origin, reply);
		break;
	case ORIGIN_CHANGE:
		take_change(origin, reply);
		break;
	case ORIGIN_WRITER:
		take_writer(origin, reply);
		break;
	case ORIGIN_OVER:
		break;
	}
}

/* ---- words ----------------------------------------------------------------------------------- */

/* What the words need beside the word itself. */
struct telling {
	struct plugin *plugin;
	int steps;
	step_event_of *event_of;
	const void *context;
};

/* "mm_malloc(24)" */
static void add_request(struct text *out, const struct telling *telling, uint64_t number)
{
	struct plugin_step step = {0};

	if (pread(telling->steps, &step, sizeof(step), (off_t)(number * sizeof(step))) ==
		(ssize_t)sizeof(step))
		plugin_add_step(telling->plugin, &step, out);
}

/* "mm_free at event 4 wrote, in coalesce (mm.c:37)" */
static void add_writer(struct text *out, const struct telling *telling,
	const struct origin_word *word)
{
	if (word->changed == CHANGED_AT_START) {
		text_add(out, "%s() wrote", telling->plugin->words->init);
		return;
	}
	if (word->word.writer) {
		text_add(out, "it had written before");
	} else {
		add_request(out, telling, word->step);
		text_add(out, " at event %" PRIu64 " wrote last",
			telling->event_of(telling->context, word->step));
	}
	struct text place = {0};
	if (plugin_add_place(&place, telling->plugin, &word->place))
		text_add(out, ", %s", text_of(&place));
	text_finish(&place);
}

static void add_change(struct text *out, const struct telling *telling,
	const struct origin_word *word)
{
	switch (word->changed) {
	case CHANGED_NEVER:
		text_add(out, ", which nothing has written");
		break;
	case CHANGED_AT_START:
	case CHANGED_BY_ALLOCATOR:
		text_add(out, ", which ");
		add_writer(out, telling, word);
		break;
	case CHANGED_BY_PROGRAM:
		text_add(out, ", which the program wrote: byte %" PRIu64 " of the block that ",
			word->byte);
		add_request(out, telling, word->step);
		text_add(out, " returned at event %" PRIu64 "%s",
			telling->event_of(telling->context, word->step),
			word->is_freed ? ", and that has been freed" : "");
		break;
	}
}

/* It led before the heap, or far behind its end: it was subtracted from an address, or added. */
static bool is_address_as_size(const struct origin *origin, const struct plugin *plugin)
{
	const struct origin_word *word = &origin->words[0];
	bool is_address = is_in_heap(plugin, word->word.value);
	bool is_far = origin->far < TALK_BASE ||
		      (origin->far >= 2 * TALK_BASE && origin->far < 3 * TALK_BASE);

	return is_address && is_far && !word->is_pointer && !origin->is_loop;
}

static void add_place_of_word(struct text *out, struct plugin *plugin,
	const struct origin_word *origin_word, bool is_address)
{
	const struct word_read *word = &origin_word->word;
	bool is_pointer = origin_word->is_pointer;

	if (word->variable) {
		text_add(out, "%s ", is_pointer ? "the pointer in" : "the value of");
		if (!code_names_add_variable(out, plugin_names(plugin), word->variable))
			text_add(out, "one of its variables");
		text_add(out, " (0x%" PRIx32 ")", word->value);
	} else {
		text_add(out, "the %s at 0x%" PRIx64 " (0x%" PRIx32 "%s)",
			is_pointer ? "pointer" : "word", word->address, word->value,
			is_address ? ", an address in its heap and no size" : "");
	}
}

/*
 * What mm_init() wrote leads everywhere, and most of it is right: it is to blame where it is a
 * pointer to what should not have been touched.
 */
static bool is_innocent(const struct origin *origin)
{
	const struct origin_word *word = &origin->words[0];

	if (word->is_doubtful)
		return true;
	return word->changed == CHANGED_AT_START && !word->is_past && !origin->is_loop &&
	       (!word->is_pointer || origin->is_elsewhere);
}

bool origin_has_words(const struct origin *origin, bool is_rest)
{
	if (origin->phase != ORIGIN_OVER || origin->nwords == 0)
		return false;
	return is_rest ? origin->nwords > 1 : !is_innocent(origin);
}

bool origin_is_trail(const struct origin *origin)
{
	const struct origin_word *word = &origin->words[0];

	return origin_has_words(origin, false) && !word->is_past &&
	       word->changed == CHANGED_BY_ALLOCATOR && !is_address_as_size(origin, origin->plugin);
}

static void add_first(struct text *out, const struct telling *telling, const struct origin *origin)
{
	const struct origin_word *word = &origin->words[0];

	if (word->is_past) {
		text_add(out, "it read ");
		code_names_add_past(out, plugin_names(telling->plugin), word->word.variable);
		return;
	}
	text_add(out, "it %s ",
		origin->is_loop    ? "comes back to where it was by"
		: word->is_pointer ? "followed"
				   : "reckoned that address with");
	add_place_of_word(out, telling->plugin, word, is_address_as_size(origin, telling->plugin));
	add_change(out, telling, word);
}

void origin_add_words(const struct origin *origin, int steps, step_event_of *event_of,
	const void *context, bool is_rest, struct text *out)
{
	const struct telling telling = {origin->plugin, steps, event_of, context};

	if (!origin_has_words(origin, is_rest))
		return;
	if (!is_rest)
		add_first(out, &telling, origin);
	if (origin->nwords < 2)
		return;
	text_add(out, "; it came there by ");
	add_place_of_word(out, telling.plugin, &origin->words[1], false);
	add_change(out, &telling, &origin->words[1]);
}
