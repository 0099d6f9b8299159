/* See sequence.h: what both kinds of list do. */
#include "workload/sequence.h"

#include "base/units.h"
#include "workload/workload.h"

#include <inttypes.h>
#include <string.h>

#define WALK_EVERY 100u /* operations */

/* One operation of four goes the other way. */
static bool inserts(struct run *run, bool grows)
{
	return (draw_below(&run->draws, 4) != 0) == grows;
}

static void insert(struct run *run, const struct sequence_ops *ops, struct sequence *sequence,
	size_t element)
{
	uint64_t at = draw_below(&run->draws, ops->count(sequence) + 1);

	memset(ops->insert(sequence, at), (int)(run->tally.operations & 0xff), element);
}

static void tell_turn(struct run *run, unsigned turn, uint64_t count)
{
	if (turn == 1) {
		memory_mark(run->memory, "at its full length");
		memory_note(run->memory,
			"%" PRIu64
			" elements. Now it SHRINKS to a quarter. Which memory is freed, and which stays?",
			count);
	} else if (turn == 2) {
		memory_mark(run->memory, "a quarter is left");
		memory_note(run->memory,
			"%" PRIu64 " elements are left. It grows again, and so on.", count);
	}
}

/* Said once. */
static void tell_walk(struct run *run, const struct sequence_ops *ops)
{
	if (run->tally.walks++ > 0)
		return;
	memory_mark(run->memory, "the first walk");
	memory_note(run->memory, "%s", ops->walk_words);
}

int sequence_run(struct run *run, const struct sequence_ops *ops, struct error *err)
{
	uint64_t length = options_number(run->options, "length");
	size_t element = (size_t)options_number(run->options, "element");
	struct sequence *sequence = NULL;
	bool grows = true;
	unsigned turns = 0;
	struct units cost;

	memory_note(run->memory, "%s", ops->opening);
	sequence = ops->new (run->memory, element);
	while (run_goes_on(run)) {
		uint64_t count = ops->count(sequence);
		if (grows ? count >= length : count <= length / 4 && turns > 0) {
			grows = !grows;
			tell_turn(run, ++turns, count);
		}
		if (count == 0 || inserts(run, grows))
			insert(run, ops, sequence, element);
		else
			ops->remove(sequence, draw_below(&run->draws, count));
		if (run->tally.operations % WALK_EVERY == 0 && ops->count(sequence) > 0) {
			tell_walk(run, ops);
			ops->walk(sequence);
		}
		run->tally.entries = ops->count(sequence);
		run->tally.bytes = run->tally.entries * element;
	}
	run_ends(run);
	memory_mark(run->memory, "the work is done");
	memory_note(run->memory, "%" PRIu64 " operations; %s %s. The list is dropped.",
		run->tally.operations, units_count(&cost, ops->cost(sequence)), ops->cost_words);
	ops->free(sequence);
	memory_note(run->memory, "Everything was freed.");
	return 0;
}
