/* See frames.h. */
#include "heap/frames.h"

#include <assert.h>
#include <string.h>

struct local {
	uint32_t object;     /* 1 + its identity; 0: not in use */
	uint32_t next, prev; /* 1 + numbers; 0: none */
};

/* A thread that has been in a frame. */
struct stack {
	uint32_t thread;
	uint32_t top; /* 1 + the number of its newest frame; 0: it is in none */
};

/* Lists of unused ones, by 1 + number. */
struct frames_state {
	uint32_t free_frame, free_local;
};

void frames_init(struct frames *frames, struct flat *flat)
{
	flat_add(flat, &frames->stacks, sizeof(struct stack));
	flat_add(flat, &frames->frames, sizeof(struct frame));
	flat_add(flat, &frames->locals, sizeof(struct local));
	flat_add(flat, &frames->state, sizeof(struct frames_state));
	flat_grow(&frames->state, 1);
}

static struct frames_state *state_of(const struct frames *frames)
{
	return frames->state.data;
}

void frames_forget(struct frames *frames)
{
	flat_set_count(&frames->stacks, 0);
	flat_set_count(&frames->frames, 0);
	flat_set_count(&frames->locals, 0);
	memset(state_of(frames), 0, sizeof(struct frames_state));
}

static struct frame *frame_at(const struct frames *frames, uint32_t link)
{
	return flat_at(&frames->frames, struct frame, link - 1);
}

static struct local *local_at(const struct frames *frames, uint32_t link)
{
	return flat_at(&frames->locals, struct local, link - 1);
}

/* NULL: the thread has been in no frame. Grows with the threads that have. */
static struct stack *stack_of(const struct frames *frames, uint32_t thread)
{
	for (size_t i = 0; i < frames->stacks.count; i++)
		if (flat_at(&frames->stacks, struct stack, i)->thread == thread)
			return flat_at(&frames->stacks, struct stack, i);
	return NULL;
}

static uint32_t top_of(const struct frames *frames, uint32_t thread)
{
	const struct stack *stack = stack_of(frames, thread);

	return stack ? stack->top : 0;
}

static struct stack *make_stack(struct frames *frames, uint32_t thread)
{
	struct stack *stack = stack_of(frames, thread);

	if (!stack) {
		stack = flat_grow(&frames->stacks, 1);
		stack->thread = thread;
	}
	return stack;
}

void frames_enter(struct frames *frames, uint32_t thread, uint32_t name, enum frame_word word,
	uint64_t number)
{
	struct stack *stack = make_stack(frames, thread);
	uint32_t link = state_of(frames)->free_frame;

	if (link) {
		state_of(frames)->free_frame = frame_at(frames, link)->below;
	} else {
		flat_grow(&frames->frames, 1);
		link = (uint32_t)frames->frames.count;
	}
	struct frame *frame = frame_at(frames, link);
	frame->thread = thread;
	frame->name = name;
	frame->below = stack->top;
	frame->first = frame->last = 0;
	frame->word = 1 + word;
	frame->pc = number;
	stack->top = link;
}

const struct frame *frames_top(const struct frames *frames, uint32_t thread)
{
	uint32_t link = top_of(frames, thread);

	return link ? frame_at(frames, link) : NULL;
}

const struct frame *frames_below(const struct frames *frames, const struct frame *frame)
{
	return frame->below ? frame_at(frames, frame->below) : NULL;
}

size_t frames_stacks(const struct frames *frames)
{
	return frames->stacks.count;
}

uint32_t frames_thread(const struct frames *frames, size_t stack)
{
	return flat_at(&frames->stacks, struct stack, stack)->thread;
}

uint32_t frame_local(const struct frames *frames, const struct frame *frame, size_t at)
{
	uint32_t link = frame->first;

	while (link && at-- > 0)
		link = local_at(frames, link)->next;
	return link ? local_at(frames, link)->object - 1 : OBJECT_NONE;
}

void frames_leave(struct frames *frames, uint32_t thread)
{
	struct stack *stack = stack_of(frames, thread);
	uint32_t link = stack->top;
	struct frame *frame = frame_at(frames, link);

	assert(frame->thread == thread && frame->first == 0);
	stack->top = frame->below;
	memset(frame, 0, sizeof(*frame));
	frame->below = state_of(frames)->free_frame;
	state_of(frames)->free_frame = link;
}

void frames_add_local(struct frames *frames, uint32_t thread, uint32_t object)
{
	uint32_t top = top_of(frames, thread), link = state_of(frames)->free_local;

	if (!top)
		return;
	if (link) {
		state_of(frames)->free_local = local_at(frames, link)->next;
	} else {
		flat_grow(&frames->locals, 1);
		link = (uint32_t)frames->locals.count;
	}
	struct frame *frame = frame_at(frames, top);
	struct local *local = local_at(frames, link);
	local->object = object + 1;
	local->next = 0;
	local->prev = frame->last;
	if (frame->last)
		local_at(frames, frame->last)->next = link;
	else
		frame->first = link;
	frame->last = link;
}

static void drop(struct frames *frames, struct frame *frame, uint32_t link)
{
	struct local *local = local_at(frames, link);

	if (local->prev)
		local_at(frames, local->prev)->next = local->next;
	else
		frame->first = local->next;
	if (local->next)
		local_at(frames, local->next)->prev = local->prev;
	else
		frame->last = local->prev;
	assert(!frame->first == !frame->last);
	memset(local, 0, sizeof(*local));
	local->next = state_of(frames)->free_local;
	state_of(frames)->free_local = link;
}

static bool drop_from_thread(struct frames *frames, uint32_t thread, uint32_t object)
{
	for (uint32_t at = top_of(frames, thread); at; at = frame_at(frames, at)->below)
		for (uint32_t link = frame_at(frames, at)->last; link;
			link = local_at(frames, link)->prev)
			if (local_at(frames, link)->object == object + 1) {
				drop(frames, frame_at(frames, at), link);
				return true;
			}
	return false;
}

void frames_drop_local(struct frames *frames, uint32_t thread, uint32_t object)
{
	if (drop_from_thread(frames, thread, object))
		return;
	for (size_t i = 0; i < frames->stacks.count; i++)
		if (drop_from_thread(frames, frames_thread(frames, i), object))
			return;
}

size_t frames_count_locals(const struct frames *frames, uint32_t object)
{
	size_t n = 0;

	for (size_t i = 0; i < frames->locals.count; i++)
		n += flat_at(&frames->locals, struct local, i)->object == object + 1;
	return n;
}

uint32_t frames_drop_oldest(struct frames *frames, uint32_t thread)
{
	uint32_t top = top_of(frames, thread), oldest = top ? frame_at(frames, top)->first : 0;

	if (!oldest)
		return OBJECT_NONE;
	uint32_t object = local_at(frames, oldest)->object - 1;
	drop(frames, frame_at(frames, top), oldest);
	return object;
}

void frames_visit_locals(const struct frames *frames, const struct frame *frame,
	void (*visit)(void *user, uint32_t object), void *user)
{
	for (uint32_t link = frame->first; link; link = local_at(frames, link)->next)
		visit(user, local_at(frames, link)->object - 1);
}

void frames_touch(struct frames *frames, uint32_t thread, uint64_t number)
{
	uint32_t top = top_of(frames, thread);

	if (top)
		frame_at(frames, top)->pc = number;
}

static bool is_frame(const struct frames *frames, uint32_t link)
{
	return link > 0 && link <= frames->frames.count;
}

static bool is_local(const struct frames *frames, uint32_t link)
{
	return link > 0 && link <= frames->locals.count;
}

static int check_locals(const struct frames *frames, const struct frame *frame, size_t *locals,
	struct error *err)
{
	uint32_t before = 0;

	for (uint32_t link = frame->first; link; link = local_at(frames, link)->next) {
		if (!is_local(frames, link) || local_at(frames, link)->prev != before ||
			local_at(frames, link)->object == 0 || ++*locals > frames->locals.count)
			return error_set(err, "the variables of a frame are linked wrongly");
		before = link;
	}
	return frame->last == before ? 0
				     : error_set(err, "a frame does not know its last variable");
}

static int check_stacks(const struct frames *frames, size_t *nframes, size_t *locals,
	struct error *err)
{
	for (size_t i = 0; i < frames->stacks.count; i++) {
		const struct stack *stack = flat_at(&frames->stacks, struct stack, i);
		if (stack_of(frames, stack->thread) != stack)
			return error_set(err, "a thread has two stacks");
		for (uint32_t at = stack->top; at; at = frame_at(frames, at)->below) {
			if (!is_frame(frames, at) || ++*nframes > frames->frames.count)
				return error_set(err, "the stack of a thread does not end");
			const struct frame *frame = frame_at(frames, at);
			if (frame->thread != stack->thread || frame->word - 1 >= FRAME_WORD_COUNT)
				return error_set(err, "a frame is in the stack of another thread");
			if (check_locals(frames, frame, locals, err) < 0)
				return -1;
		}
	}
	return 0;
}

/* Unused ones are empty, but for their links. */
static int check_unused(const struct frames *frames, size_t *nframes, size_t *locals,
	struct error *err)
{
	for (uint32_t link = state_of(frames)->free_frame; link;
		link = frame_at(frames, link)->below) {
		if (!is_frame(frames, link) || ++*nframes > frames->frames.count)
			return error_set(err, "the list of unused frames is wrong");
		const struct frame empty = {.below = frame_at(frames, link)->below};
		if (memcmp(frame_at(frames, link), &empty, sizeof(empty)) != 0)
			return error_set(err, "an unused frame is not empty");
	}
	for (uint32_t link = state_of(frames)->free_local; link;
		link = local_at(frames, link)->next) {
		if (!is_local(frames, link) || ++*locals > frames->locals.count)
			return error_set(err, "the list of unused variables is wrong");
		const struct local empty = {.next = local_at(frames, link)->next};
		if (memcmp(local_at(frames, link), &empty, sizeof(empty)) != 0)
			return error_set(err, "an unused variable is not empty");
	}
	return 0;
}

int frames_check(const struct frames *frames, struct error *err)
{
	size_t nframes = 0, locals = 0;

	if (check_stacks(frames, &nframes, &locals, err) < 0 ||
		check_unused(frames, &nframes, &locals, err) < 0)
		return -1;
	return nframes == frames->frames.count && locals == frames->locals.count
		       ? 0
		       : error_set(err, "a frame or a variable is neither used nor unused");
}
