/*
 * See accesses.h. The heap and the variables are closed; an access opens them for one instruction.
 * Of a function of the C library it counts where the plug-in called it.
 */
#include "plugin/runner/accesses.h"

#include "plugin/memlib.h"
#include "plugin/runner/answers.h"
#include "plugin/runner/blocks.h"
#include "plugin/runner/clock.h"
#include "plugin/runner/code.h"
#include "plugin/runner/course.h"
#include "plugin/runner/loading.h"
#include "plugin/runner/pages.h"
#include "plugin/runner/registers.h"
#include "plugin/runner/state.h"

#include <string.h>

#define RUN       32u /* bytes between two accesses of a loop through memory */
#define POINTEE   64u /* bytes from where a pointer leads to what is touched there */
#define FLAGS     UINT32_C(7)
#define UNWRITTEN (UINT32_MAX / UINT8_MAX * BEHIND)

static bool is_readable(uint64_t word)
{
	return is_variable(word) || mem_is_mapped(at(word), sizeof(uint32_t));
}

static void change_word(void)
{
	if (is_readable(self.accesses.changed))
		*(uint32_t *)at(self.accesses.changed) += (uint32_t)self.accesses.by;
}

static uint32_t word_at(uint64_t word)
{
	return *(uint32_t *)at(word);
}

/* ---- the last change of a word --------------------------------------------------------------- */

/* A word that came with the heap's growth may be as it came. */
static bool was_changed(bool was_readable, uint32_t before, uint32_t now)
{
	return was_readable ? now != before : now != 0 && now != UNWRITTEN;
}

/* Whose the word is that a step has changed. */
static void note_change(const struct call *request, uint64_t word, struct reply *change)
{
	uint32_t owner = is_variable(word) ? 0 : self.owners[(word - TALK_BASE) / GRANULE];
	const struct live_block *block = owner ? &self.blocks[owner - 1] : NULL;

	change->step = self.step;
	change->detail = CHANGED_BY_ALLOCATOR;
	if (!block || request->kind == CALL_RELEASE || word >= block->base + block->size)
		return;
	change->detail = CHANGED_BY_PROGRAM;
	change->size = word - block->base;
	change->word_block = block->seed;
}

/* Whether the block in which the program wrote the word has been freed since. */
static bool is_freed(uint64_t word, uint64_t seed)
{
	uint32_t owner = self.owners[(word - TALK_BASE) / GRANULE];

	return owner == 0 || self.blocks[owner - 1].seed != seed;
}

void find_last_change(int fd, const struct call *call)
{
	bool is_there = is_readable(call->watched);
	uint32_t value = is_there ? word_at(call->watched) : 0;
	struct reply change = {.kind = REPLY_DONE,
		.detail = was_changed(false, 0, value) ? CHANGED_AT_START : CHANGED_NEVER};
	struct course course;

	if (call->size == 0) { /* nothing is before mm_init() */
		answer(&change);
		return;
	}
	begin_course(&course, fd, call);
	begin_grading();
	for (uint64_t i = 0; i + 1 < course.count; i++) {
		struct call request;
		serve_step(&course, i, &request);
		if (!is_readable(call->watched))
			continue;
		if (was_changed(is_there, value, word_at(call->watched)))
			note_change(&request, call->watched, &change);
		is_there = true;
		value = word_at(call->watched);
	}
	if (change.detail == CHANGED_BY_PROGRAM)
		change.other = is_freed(call->watched, change.word_block);
	self.step = change.step;
	answer(&change);
	end_course(&course);
}

/* ---- accesses -------------------------------------------------------------------------------- */

#ifdef HAS_REGISTERS
static const struct noted_access *noted(uint64_t number)
{
	return &self.accesses.noted[number % NOTED_MAX];
}

/* Those of the first arrays. */
static void note_index(uint64_t address, bool is_write, const void *context)
{
	struct indexed *indexed = self.accesses.indexed;
	uint64_t start;
	size_t i = 0;

	if (!is_variable(address) || !find_operand(context, operand_start, &start) ||
		!is_variable(start))
		return;
	while (i < INDEXED_MAX && indexed[i].place && indexed[i].start != variable_at(start))
		i++;
	if (i < INDEXED_MAX && address > start &&
		(!indexed[i].place || variable_at(address) > indexed[i].address))
		indexed[i] = (struct indexed){.start = variable_at(start),
			.address = variable_at(address),
			.place = address_of_code(context),
			.is_write = is_write};
}

/* A variable's own address is a number in the code. */
static bool is_computed(uint64_t address, const void *context)
{
	return context && is_variable(address) && find_operand(context, operand_address, &address);
}

/* context: NULL: it is no instruction. */
static void note_access(uint64_t address, bool is_write, const void *context)
{
	self.accesses.noted[++self.accesses.number % NOTED_MAX] =
		(struct noted_access){.address = address,
			.place = context ? address_of_code(context) : 0,
			.value = context && is_readable(address) ? word_at(address) : 0,
			.is_in_code = context && is_in_code(context),
			.is_computed = is_computed(address, context),
			.is_write = is_write};
	if (context)
		note_index(address, is_write, context);
}

static uint64_t first_noted(void)
{
	return self.accesses.number >= NOTED_MAX ? self.accesses.number - NOTED_MAX + 1 : 1;
}

/* The instruction was just before at a lower address: it goes through memory in a loop. */
static bool is_run(uint64_t address, uint64_t place)
{
	for (uint64_t i = first_noted(); i < self.accesses.number; i++)
		if (noted(i)->place == place && noted(i)->address < address &&
			address - noted(i)->address <= RUN)
			return true;
	return false;
}

/* Whether what is read there is a pointer to the next access, or a distance to it. */
static bool leads_on(uint64_t number)
{
	uint64_t from = noted(number)->address, to = noted(number + 1)->address;
	uint32_t value = noted(number)->value;

	return to - value + POINTEE < 2 * POINTEE || to - from == (value & ~FLAGS);
}

/* What wrote the word before that access. */
static uint64_t writer_before(uint64_t number, uint64_t word)
{
	for (uint64_t i = number; i-- > first_noted();)
		if (noted(i)->is_write && noted(i)->address == word)
			return noted(i)->place;
	return 0;
}

static bool is_written_after(uint64_t number, uint64_t word)
{
	for (uint64_t i = number + 1; i < self.accesses.number; i++)
		if (noted(i)->is_write && noted(i)->address == word)
			return true;
	return false;
}

static void add_read(struct reply *reply, uint64_t number)
{
	const struct noted_access *access = noted(number);
	struct word_read *reads = reply->reads;
	uint64_t i = 0;

	while (i < reply->nreads && reads[i].address != access->address)
		i++;
	if (i == READS_MAX) {
		reply->has_more_reads = 1;
		return;
	}
	if (i == reply->nreads)
		reads[reply->nreads++] = (struct word_read){.address = access->address,
			.writer = writer_before(number, access->address),
			.number = (uint32_t)number,
			.value = access->value,
			.high = is_readable(access->address + 4) ? word_at(access->address + 4) : 0,
			.is_run = is_run(access->address, access->place),
			.is_computed = access->is_computed,
			.is_rewritten = is_written_after(number, access->address),
			.variable = variable_at(access->address)};
	if (number < self.accesses.number && leads_on(number))
		reads[i].leads_on = 1;
}

/* What is known of an access that has the last number. All is open. */
static struct reply reply_about(uint64_t address, struct code_place place)
{
	struct reply reply = {.kind = REPLY_DONE,
		.size = self.accesses.number,
		.address = address,
		.place = place};

	memcpy(reply.indexed, self.accesses.indexed, sizeof(reply.indexed));
	for (uint64_t i = self.accesses.number; i-- > first_noted();)
		if (!noted(i)->is_write)
			add_read(&reply, i);
	return reply;
}

/* Ends the process. */
static _Noreturn void answer_access(uint64_t address, struct code_place place, bool is_in_code)
{
	struct reply reply = reply_about(address, place);

	if (!is_in_code || is_run(address, place.at))
		reply.detail |= ACCESS_IS_RUN;
	if (self.accesses.wants_last) {
		reply.place = self.accesses.writer;
		reply.other = self.accesses.written_at;
	}
	end_with(&reply);
}

/* What a request returns counts as one more. */
static struct reply reply_about_return(uint64_t address)
{
	note_access(address, true, NULL);
	struct reply reply = reply_about(address, (struct code_place){0});
	reply.detail |= ACCESS_IS_RETURN;
	return reply;
}

/* A byte, or a word where its last change is wanted; 0 while it cannot be read. */
static uint32_t watched_value(void)
{
	uint64_t watched = self.accesses.watched;

	if (self.accesses.wants_last)
		return is_readable(watched) ? word_at(watched) : 0;
	return mem_is_mapped(at(watched), 1) ? *(unsigned char *)at(watched) : BEHIND;
}

bool follow_access(uint64_t address, bool is_write, void *context)
{
	if (!self.accesses.is_on || !is_readable(address))
		return false;
	follow_pages(false);
	note_access(address, is_write, context);
	if (self.accesses.number == self.accesses.until)
		answer_access(address, place_of(context), is_in_code(context));
	if (self.accesses.number == self.accesses.changed_at)
		change_word();
	self.accesses.is_stepping = true;
	set_trap(context, true);
	return true;
}

void end_access(void *context)
{
	const struct noted_access *access = noted(self.accesses.number);

	self.accesses.is_stepping = false;
	set_trap(context, false);
	if (watched_value() != self.accesses.before) {
		struct code_place place = place_of(context);
		place.at = access->place;
		if (!self.accesses.wants_last)
			answer_access(access->address, place, access->is_in_code);
		self.accesses.before = watched_value();
		self.accesses.writer = place;
		self.accesses.written_at = self.accesses.number;
	}
	follow_pages(true);
}

void follow_crash(uint64_t address, const void *context)
{
	if (!self.accesses.is_on)
		return;
	follow_pages(false);
	note_access(address, true, context);
	answer_access(address, place_of(context), is_in_code(context));
}
#else
static struct reply reply_about_return(uint64_t address)
{
	return (struct reply){.kind = REPLY_DONE};
}

bool follow_access(uint64_t address, bool is_write, void *context)
{
	return false;
}

void end_access(void *context)
{
}

void follow_crash(uint64_t address, const void *context)
{
}
#endif

static void begin_accesses(const struct call *call)
{
	self.accesses.until = call->until;
	self.accesses.watched = call->watched;
	self.accesses.wants_last = call->wants_last;
	self.accesses.changed = call->changed;
	self.accesses.by = call->by;
	self.accesses.changed_at = call->changed_at;
	if (!call->changed_at)
		change_word();
#ifdef HAS_REGISTERS
	self.accesses.before = watched_value();
	self.accesses.is_on = true;
	follow_pages(true);
#endif
}

static void follow_init(const struct call *call)
{
	begin_grading();
	begin_accesses(call);
	ask_begin();
	const struct reply reply = reply_about_return(0);
	answer(&reply);
}

void follow_last_step(int fd, const struct call *call)
{
	struct reply reply = {.kind = REPLY_DONE};
	struct call request;
	struct course course;

	if (call->size == 0) {
		follow_init(call);
		return;
	}
	begin_course(&course, fd, call);
	begin_grading();
	for (uint64_t i = 0; i < course.count; i++) {
		if (i + 1 == course.count)
			begin_accesses(call);
		reply = serve_step(&course, i, &request);
	}
	reply = reply_about_return(reply.address);
	if (call->wants_last) {
		reply.place = self.accesses.writer;
		reply.other = self.accesses.written_at;
	}
	answer(&reply);
	end_course(&course);
}
