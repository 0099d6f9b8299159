/*
 * What an exception keeps: its traceback has the frames of the functions that it came through, and
 * these their local variables. See census.h.
 */
#include "recorder/census.h"

extern char PyTraceBack_Type __attribute__((weak));
extern char PyFrame_Type __attribute__((weak));

#define SIBLINGS 64u /* steps that lead on from one node */
#define NEXT     8u  /* tracebacks of one exception that are told apart */

static bool copy_bytes(void *context, void *to, const char *from, size_t bytes)
{
	return census_memory_copy(context, to, (uintptr_t)from, bytes);
}

HIDDEN struct frames_reader census_frames_reader(struct census *census)
{
	return (struct frames_reader){copy_bytes, &census->memory};
}

/* The step from that node; where there are too many, the node itself. */
static uint32_t step(struct census *census, uint32_t from, const struct node *wanted)
{
	uint32_t count = 0, last = 0;

	for (uint32_t at = census->nodes[from].step; at; at = census->nodes[at - 1].next_step) {
		struct node *node = &census->nodes[at - 1];
		if (node->label == wanted->label && node->name == wanted->name &&
			node->code == wanted->code) {
			node->is_several |= node->object != wanted->object;
			return at - 1;
		}
		last = at;
		count++;
	}
	if (count == SIBLINGS || census->nnodes == CENSUS_NODES ||
		census->nodes[from].depth >= CENSUS_DEPTH + CENSUS_STEPS)
		return from;
	struct node *node = &census->nodes[census->nnodes++];
	*node = *wanted;
	node->parent = from + 1;
	node->depth = (uint8_t)(census->nodes[from].depth + 1);
	node->rank = census->nodes[from].rank;
	*(last ? &census->nodes[last - 1].next_step : &census->nodes[from].step) = census->nnodes;
	return census->nnodes - 1;
}

/* How many tracebacks lead to the node. */
static uint32_t tracebacks(const struct census *census, uint32_t node)
{
	uint32_t count = 0;

	for (; census->nodes[node].label == LABEL_TRACEBACK; node = census->nodes[node].parent - 1)
		count++;
	return count;
}

static bool is_of(const struct type_facts *facts, const char *type)
{
	return type && facts->type == (uintptr_t)type;
}

/* The traceback that a frame is of, also where another frame leads to it, its caller's. */
static uint32_t traceback_of(const struct census *census, uint32_t node)
{
	return census->nodes[node].label == LABEL_FRAME ? census->nodes[node].parent - 1 : node;
}

HIDDEN uint32_t census_step(struct census *census, uintptr_t object, const struct type_facts *facts)
{
	uint32_t current = census->current;
	struct node wanted = {.object = object};

	if (is_of(facts, &PyTraceBack_Type)) {
		wanted.label = LABEL_TRACEBACK;
		return census->nodes[current].label == LABEL_ROOT ||
				       tracebacks(census, current) > NEXT
			       ? current
			       : step(census, current, &wanted);
	}
	if (!is_of(facts, &PyFrame_Type) ||
		census->nodes[traceback_of(census, current)].label != LABEL_TRACEBACK)
		return current;
	const struct frames_reader reader = census_frames_reader(census);
	wanted.label = LABEL_FRAME;
	wanted.code = (uintptr_t)frames_code_of(&reader, (const char *)object); /* NOLINT */
	return wanted.code ? step(census, traceback_of(census, current), &wanted) : current;
}

static void visit_local(void *context, const char *code, const char *name, const char *value)
{
	struct census *census = context;
	uint32_t frame = census->current;
	const struct type_facts *facts = census_object(&census->objects, (uintptr_t)value);
	const struct node wanted = {.label = LABEL_FRAME_LOCAL,
		.name = (uintptr_t)name,
		.object = (uintptr_t)value,
		.code = (uintptr_t)code};

	if (facts->kind == KIND_NONE || facts->kind == KIND_LEAF ||
		!census_is_text(&census->objects, (uintptr_t)name))
		return;
	census->current = step(census, frame, &wanted);
	census_reach(&census->objects, (uintptr_t)value);
	census->current = frame;
}

HIDDEN void census_visit_locals(struct census *census, uintptr_t object)
{
	const struct frames_reader reader = census_frames_reader(census);

	if (census->nodes[census->current].label == LABEL_FRAME &&
		is_of(census_object(&census->objects, object), &PyFrame_Type))
		frames_visit_frame(&reader, (const char *)object, visit_local, census); /* NOLINT */
}
