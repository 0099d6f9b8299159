/* See grades.h. Steps name blocks by number: their addresses are the plug-in's. */
#include "plugin/grades.h"

#include "base/error.h"
#include "base/write_all.h"
#include "base/xalloc.h"
#include "plugin/plugin_state.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define CALLS_MAX 300u /* that may all be as slow as one may be: ten minutes */

uint64_t plugin_time_of_call(const struct plugin *plugin)
{
	return plugin->config.milliseconds;
}

uint64_t plugin_limit(const struct plugin *plugin)
{
	return plugin_time_of_call(plugin) * CALLS_MAX;
}

/* ---- races --------------------------------------------------------------------------------- */

/* The block at an address, for steps that name blocks by number. */
static uint32_t *slot_at(const struct plugin *plugin, uint32_t *slots, uint64_t address)
{
	uint64_t granule = (address - TALK_BASE) / 8;

	assert(granule <= plugin->heap / 8);
	return &slots[granule];
}

/* The request of a node; what it allocates is known by the node's depth. */
static struct race_step step_of(const struct plugin *plugin, const struct history_node *node,
	uint32_t *slots)
{
	struct race_step step = {.kind = node->kind,
		.slot = node->depth,
		.size = node->asked_size,
		.alignment = call_of(node).alignment};

	if (node->asked_address)
		step.slot = *slot_at(plugin, slots, node->asked_address);
	if (node->address)
		*slot_at(plugin, slots, node->address) = step.slot;
	return step;
}

int plugin_steps_file(const struct plugin *plugin, uint32_t node, struct error *err)
{
	const struct history_node *nodes = plugin->nodes.at.items;
	size_t count = nodes[node].depth, bytes = count * sizeof(struct race_step);
	struct race_step *steps = xcalloc(count + 1, sizeof(*steps));
	uint32_t *slots = xcalloc(plugin->heap / 8 + 1, sizeof(*slots));
	uint32_t *way = xcalloc(count + 1, sizeof(*way));
	int file = memfd_create("race", MFD_CLOEXEC);

	for (uint32_t at = node; at != NODE_START; at = nodes[at].parent)
		way[nodes[at].depth - 1] = at;
	for (size_t i = 0; i < count; i++)
		steps[i] = step_of(plugin, &nodes[way[i]], slots);
	if (file >= 0 && write_all(file, steps, bytes) < 0) {
		close(file);
		file = -1;
	}
	free(steps);
	free(slots);
	free(way);
	return file >= 0 ? file
			 : error_set(err, "%s: cannot store its requests: %s", plugin->path,
				   strerror(errno));
}

int plugin_race(struct plugin *plugin, uint32_t node, struct plugin_race *ret_race,
	struct error *err)
{
	uint64_t count = plugin->nodes.at.items[node].depth;
	struct text words = {0};
	struct reply reply;
	int file;

	*ret_race = (struct plugin_race){0};
	if (count == 0)
		return 0;
	file = plugin_steps_file(plugin, node, err);
	if (file < 0)
		return -1;
	const struct call call = {.kind = CALL_RACE,
		.size = count,
		.address = count,
		.limit = plugin_limit(plugin)};
	processes_run(&plugin->processes, &call, file, &reply, NULL);
	close(file);
	if (reply.kind == REPLY_DONE) {
		*ret_race = (struct plugin_race){reply.size, reply.detail};
		return 0;
	}
	add_failure(&words, &reply, reply.end);
	error_set(err, "%s, called at full speed,%s", plugin->path, text_of(&words));
	text_finish(&words);
	return -1;
}

/* ---- grades -------------------------------------------------------------------------------- */

static_assert(sizeof(struct plugin_step) == sizeof(struct race_step) &&
		      offsetof(struct plugin_step, size) == offsetof(struct race_step, size) &&
		      offsetof(struct plugin_step, alignment) ==
			      offsetof(struct race_step, alignment),
	"steps are handed on as they are");
static_assert((int)PLUGIN_ALLOCATE == CALL_ALLOCATE && (int)PLUGIN_RELEASE == CALL_RELEASE &&
		      (int)PLUGIN_REALLOCATE == CALL_REALLOCATE,
	"and what they ask for");

static_assert(sizeof(struct plugin_place) == sizeof(struct race_place) &&
		      offsetof(struct plugin_place, end) == offsetof(struct race_place, end),
	"and how they were served");

/* How a run of some kind through all steps ended, and what was printed meanwhile. */
static void make_call(struct plugin *plugin, const struct call *call, int steps,
	struct reply *ret_reply, struct text *output)
{
	uint64_t count = call->size;

	*ret_reply = (struct reply){.kind = REPLY_GONE};
	if (!plugin->stillborn)
		processes_run(&plugin->processes, call, steps, ret_reply, output);
	uint64_t last = ret_reply->kind == REPLY_LATE ? count - 1 : count; /* it was in that one */
	if (!plugin_believes(plugin, NODE_START, ret_reply) || ret_reply->step > last)
		ret_reply->kind = REPLY_FORGED;
}

static void do_steps(struct plugin *plugin, enum call_kind kind, int steps, uint64_t count,
	uint64_t blocks, struct reply *ret_reply, struct text *output)
{
	const struct call call = {.kind = kind,
		.size = count,
		.address = blocks,
		.limit = plugin_limit(plugin)};

	make_call(plugin, &call, steps, ret_reply, output);
}

static bool is_served(const struct reply *reply, uint64_t count)
{
	return reply->kind == REPLY_DONE && reply->step == count;
}

/* Whether a process has said with which step it ended, and all before were served. */
static bool is_heard(const struct reply *reply)
{
	return reply->kind < REPLY_SPOILT || reply->kind == REPLY_LATE;
}

/* Whether there is more to tell than how many steps were served. */
static bool has_failed(const struct reply *reply)
{
	return reply->kind != REPLY_DONE && reply->kind != REPLY_LATE;
}

/* In words, with the step that it is about; false: there is no such step. */
static bool tell_failure(struct plugin *plugin, int steps, const struct reply *reply,
	const struct text *output, struct plugin_grade *grade)
{
	struct race_step step;

	if (pread(steps, &step, sizeof(step), (off_t)(reply->step * sizeof(step))) !=
		(ssize_t)sizeof(step))
		return false;
	const struct call call = {.kind = step.kind, .address = reply->asked, .size = step.size};
	uint32_t number = plugin_add_failure(plugin, &call, reply, reply->end, output);
	grade->failure = number;
	grade->words = plugin->failures.items[number - 1].words;
	return true;
}

static struct plugin_grade grade_of(const struct reply *reply)
{
	return (struct plugin_grade){
		.served = reply->step,
		.is_late = reply->kind == REPLY_LATE,
		.was_refused = reply->was_refused,
		.held = reply->held,
	};
}

/*
 * Payloads are checked where their blocks end, which takes no longer than the plug-in does. Where
 * that does not tell which step was at fault, or what it printed, all are made again with every
 * check.
 */
bool plugin_grade(struct plugin *plugin, int steps, uint64_t count, uint64_t blocks,
	struct plugin_grade *ret_grade)
{
	struct text output = {0};
	struct reply reply;

	if (ftruncate(steps,
		    (off_t)(count * (sizeof(struct race_step) + sizeof(struct race_place)))) < 0)
		return false;
	do_steps(plugin, CALL_GRADE, steps, count, blocks, &reply, &output);
	bool is_known = is_served(&reply, count) || reply.kind == REPLY_LATE ||
			(!reply_is_end(&reply) && output.length == 0);
	if (!is_known) {
		text_clear(&output);
		do_steps(plugin, CALL_EXAMINE, steps, count, blocks, &reply, &output);
		is_known = is_heard(&reply) && reply.step < count;
	}
	*ret_grade = grade_of(&reply);
	if (is_known && has_failed(&reply))
		is_known = reply.step < count &&
			   tell_failure(plugin, steps, &reply, &output, ret_grade);
	text_finish(&output);
	return is_known;
}

bool plugin_places(int steps, uint64_t count, struct plugin_place *ret_places)
{
	size_t bytes = count * sizeof(*ret_places);

	return pread(steps, ret_places, bytes, (off_t)(count * sizeof(struct race_step))) ==
	       (ssize_t)bytes;
}

/* What the runner says of all steps, made in that way. false: which one failed is not known. */
static bool grade_steps(struct plugin *plugin, const struct call *call, int steps,
	struct plugin_grade *ret_grade, struct reply *ret_reply)
{
	struct text output = {0};
	uint64_t count = call->size;

	make_call(plugin, call, steps, ret_reply, &output);
	bool is_known =
		is_served(ret_reply, count) || (is_heard(ret_reply) && ret_reply->step < count);
	*ret_grade = grade_of(ret_reply);
	if (is_known && has_failed(ret_reply))
		is_known = tell_failure(plugin, steps, ret_reply, &output, ret_grade);
	text_finish(&output);
	return is_known;
}

bool plugin_grade_again(struct plugin *plugin, int steps, uint64_t count, uint64_t blocks,
	struct plugin_grade *ret_grade)
{
	const struct call call = {.kind = CALL_EXAMINE,
		.size = count,
		.address = blocks,
		.before = count,
		.limit = plugin_limit(plugin)};
	struct reply reply;

	return grade_steps(plugin, &call, steps, ret_grade, &reply);
}

bool plugin_time(struct plugin *plugin, int steps, uint64_t count, uint64_t blocks,
	struct plugin_grade *ret_grade, uint64_t *ret_nanoseconds)
{
	const struct call call = {.kind = CALL_RACE,
		.size = count,
		.address = blocks,
		.limit = plugin_limit(plugin)};
	struct reply reply;
	bool is_known = grade_steps(plugin, &call, steps, ret_grade, &reply);

	*ret_nanoseconds = reply.size;
	return is_known;
}
