/*
 * See resolver.h.  One hash of every address ever seen: an address that is used again keeps its
 * place, so that it grows with the addresses, not with the events.
 */
#include "trace/resolver.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

struct seen {
	uint64_t address; /* 0: empty */
	uint32_t object;  /* last one there */
	uint32_t is_live;
	uint64_t note; /* the caller's */
};

/*
 * The table doubles where it is: each part is as long as all before it, so that no memory is given
 * back to be asked for again, which the system would have to clear.
 */
#define FIRST_PART 1024u /* places */
#define PARTS_MAX  40u

struct resolver {
	struct seen *parts[PARTS_MAX];
	size_t room; /* places, a power of two */
	size_t count;
	uint32_t next_object;
	struct seen *last; /* of the event taken last; NULL: it is of no object */
};

/* It is looked up at random, once an event. */
static struct seen *new_part(size_t room)
{
	struct seen *part = xroom(room, sizeof(*part));

	memset(part, 0, room * sizeof(*part));
	return part;
}

static unsigned log2_of(size_t number)
{
	return 63u - (unsigned)__builtin_clzll(number);
}

static inline struct seen *place_at(const struct resolver *resolver, size_t at)
{
	unsigned part = log2_of(at / FIRST_PART * 2 + 1);

	return &resolver->parts[part][part ? at - (FIRST_PART << (part - 1)) : at];
}

struct resolver *resolver_new(void)
{
	struct resolver *resolver = xcalloc(1, sizeof(*resolver));

	resolver->room = FIRST_PART;
	resolver->parts[0] = new_part(FIRST_PART);
	return resolver;
}

void resolver_free(struct resolver *resolver)
{
	if (!resolver)
		return;
	for (size_t i = 0; i < PARTS_MAX; i++)
		free(resolver->parts[i]);
	free(resolver);
}

/*
 * Blocks that are near each other mostly come and go together: those of a KiB are in one run of the
 * table, in the order of their addresses, which few cache lines hold. No two of them begin within
 * 16 bytes, so that each has a place of its own there.
 */
static size_t hash_of(uint64_t address)
{
	return (size_t)((address >> 10) * 0x9E3779B97F4A7C15u >> 20) << 6 | (address >> 4 & 63);
}

void resolver_expect(const struct resolver *resolver, uint64_t address)
{
	__builtin_prefetch(place_at(resolver, hash_of(address) & (resolver->room - 1)), 1);
}

/*
 * The place of the address, or the empty one where it would go. A part is as long as a multiple of
 * FIRST_PART, so that only there another one may follow.
 */
static struct seen *find(const struct resolver *resolver, uint64_t address)
{
	size_t at = hash_of(address) & (resolver->room - 1);
	struct seen *seen = place_at(resolver, at);

	while (seen->address != address && seen->address != 0) {
		at = (at + 1) & (resolver->room - 1);
		seen = at % FIRST_PART ? seen + 1 : place_at(resolver, at);
	}
	return seen;
}

/*
 * Each address moves to its place in twice the room, in the order of the runs, from the start of
 * one on: then all places between where it belongs and where it is are taken by those that have
 * moved, and no later one leaves a gap there.
 */
static void grow(struct resolver *resolver)
{
	size_t room = resolver->room, first = 0;

	resolver->parts[log2_of(room / FIRST_PART) + 1] = new_part(room);
	resolver->room *= 2;
	while (place_at(resolver, first)->address)
		first++;
	for (size_t i = 1; i < room; i++) {
		struct seen *old = place_at(resolver, (first + i) & (room - 1));
		const struct seen moved = *old;
		*old = (struct seen){0};
		if (moved.address)
			*find(resolver, moved.address) = moved;
	}
}

/* The place of the address, made if it is new. */
static struct seen *place(struct resolver *resolver, uint64_t address)
{
	if ((resolver->count + 1) * 2 > resolver->room)
		grow(resolver);
	struct seen *seen = find(resolver, address);
	if (seen->address == 0) {
		seen->address = address;
		resolver->count++;
	}
	return seen;
}

bool resolver_is_live(const struct resolver *resolver, uint64_t address)
{
	const struct seen *seen = find(resolver, address);

	return seen->address && seen->is_live;
}

uint64_t *resolver_note(const struct resolver *resolver)
{
	return resolver->last ? &resolver->last->note : NULL;
}

uint64_t resolver_note_at(const struct resolver *resolver, uint64_t address)
{
	const struct seen *seen = find(resolver, address);

	return seen->address && seen->is_live ? seen->note : 0;
}

bool resolver_next_live(const struct resolver *resolver, size_t *at, uint64_t *ret_address)
{
	while (*at < resolver->room) {
		const struct seen *seen = place_at(resolver, (*at)++);
		if (seen->address && seen->is_live) {
			*ret_address = seen->address;
			return true;
		}
	}
	return false;
}

static void bring_to_life(struct resolver *resolver, struct event *event)
{
	if (event->address == 0 || (event->flags & EVENT_FAILED)) {
		event->object = OBJECT_NONE;
		event->flags |= EVENT_FAILED;
		return;
	}
	struct seen *seen = place(resolver, event->address);
	if (seen->is_live) {
		event->flags |= EVENT_SEEN_BEFORE; /* the same object again: its free was lost */
	} else {
		seen->object = resolver->next_object++;
		seen->note = 0;
	}
	seen->is_live = 1;
	event->object = seen->object;
	resolver->last = seen;
}

static void end_life(struct resolver *resolver, struct event *event)
{
	struct seen *seen = find(resolver, event->address);

	event->object = OBJECT_NONE;
	if (event->address == 0 || seen->address == 0)
		return;
	event->object = seen->object;
	resolver->last = seen;
	event->flags |= EVENT_SEEN_BEFORE;
	if (!(event->flags & EVENT_FAILED))
		seen->is_live = 0;
}

static void move_life(struct resolver *resolver, struct event *event)
{
	uint64_t old_address = event->old_address;
	struct seen *old = find(resolver, old_address);

	event->old_address = 0;
	if (old_address == 0) {
		bring_to_life(resolver, event);
		return;
	}
	if (event->address == 0 && event->size == 0 && !(event->flags & EVENT_FAILED)) {
		event->kind = EVENT_FREE;
		event->address = old_address;
		end_life(resolver, event);
		return;
	}
	bool is_known = old->address && old->is_live;
	if (event->address == 0 || (event->flags & EVENT_FAILED)) {
		event->object = is_known ? old->object : OBJECT_NONE;
		resolver->last = is_known ? old : NULL;
		event->flags |= EVENT_FAILED | (is_known ? EVENT_SEEN_BEFORE : 0);
		return;
	}
	if (!is_known) {
		event->flags |= EVENT_OLD_UNKNOWN;
		event->old_address = old_address;
		bring_to_life(resolver, event);
		return;
	}
	const struct seen moved = *old;
	old->is_live = 0;
	struct seen *new = place(resolver, event->address);
	new->object = moved.object;
	new->note = moved.note;
	new->is_live = 1;
	event->object = moved.object;
	resolver->last = new;
	event->flags |= EVENT_SEEN_BEFORE;
}

bool resolver_lost(const struct resolver *resolver, const struct event *event,
	struct event *ret_free)
{
	bool moves = event->kind == EVENT_REALLOCATE && event->old_address &&
		     event->address != event->old_address && !(event->flags & EVENT_FAILED);

	if (!moves || !resolver_is_live(resolver, event->address))
		return false;
	*ret_free = (struct event){
		.kind = EVENT_FREE,
		.address = event->address,
		.object = OBJECT_NONE,
		.thread = event->thread,
		.time = event->time,
		.text = TEXT_NONE,
		.domain = event->domain,
		.flags = event->flags & EVENT_HAS_TIME,
	};
	return true;
}

void resolver_take(struct resolver *resolver, struct event *event)
{
	resolver->last = NULL;
	switch ((enum event_kind)event->kind) {
	case EVENT_ALLOCATE:
	case EVENT_MAP:
		bring_to_life(resolver, event);
		break;
	case EVENT_FREE:
	case EVENT_UNMAP:
		end_life(resolver, event);
		break;
	case EVENT_REALLOCATE:
		move_life(resolver, event);
		break;
	case EVENT_NEW:
	case EVENT_REF:
	case EVENT_UNREF:
	case EVENT_WEAK:
	case EVENT_USE:
	case EVENT_WHEN:
		break; /* they come with identities */
	case EVENT_NOTE:
	case EVENT_MARK:
	case EVENT_COLLECT:
	case EVENT_GC:
	case EVENT_LIBC:
	case EVENT_ENTER:
	case EVENT_LEAVE:
	case EVENT_KIND_COUNT:
		event->object = OBJECT_NONE;
		break;
	}
}
