/*
 * See resolver.h.  What is known of every address ever seen: an address that is used again keeps
 * its place, so that it grows with the addresses, not with the events.
 *
 *	leaf   the places of SPAN bytes of addresses, one for each 16; where addresses are not
 *	       multiples of 16, those with the same remainder
 *	index  a hash of all leaves
 *
 * Blocks that are near each other mostly come and go together, and few cache lines hold what is
 * known of them.
 */
#include "trace/resolver.h"

#include "base/arrays.h"
#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

#define SPAN_BITS   9u
#define PLACES      (1u << (SPAN_BITS - 4)) /* of a leaf */
#define LIVE        (UINT32_C(1) << 31)     /* the rest of `state` is the caller's note */
#define FIRST_INDEX 1024u                   /* entries */
#define FIRST_SLAB  64u                     /* leaves */
#define LARGE_SLAB  8192u

struct seen {
	uint32_t number; /* of the last object there, + 1; 0: none ever was */
	uint32_t state;
};

struct leaf {
	struct seen places[PLACES];
};

struct entry {
	uint64_t key;
	struct leaf *leaf; /* NULL: it is empty */
};

struct resolver {
	struct entry *index;
	size_t room; /* entries, a power of two */
	size_t count;
	ARRAY(struct leaf *) slabs; /* leaves stay where they are */
	size_t slab, used;          /* leaves of the last one */
	uint32_t next_object;
	struct seen *last; /* of the event taken last; NULL: it is of no object */
};

static struct entry *new_index(size_t room)
{
	struct entry *index = xroom(room, sizeof(*index));

	memset(index, 0, room * sizeof(*index));
	return index;
}

struct resolver *resolver_new(void)
{
	struct resolver *resolver = xcalloc(1, sizeof(*resolver));

	resolver->room = FIRST_INDEX;
	resolver->index = new_index(FIRST_INDEX);
	return resolver;
}

void resolver_free(struct resolver *resolver)
{
	if (!resolver)
		return;
	for (size_t i = 0; i < resolver->slabs.count; i++)
		free(resolver->slabs.items[i]);
	array_finish(&resolver->slabs);
	free(resolver->index);
	free(resolver);
}

static inline uint64_t key_of(uint64_t address)
{
	return address >> SPAN_BITS << 4 | (address & 15);
}

static inline uint64_t address_of(uint64_t key, size_t place)
{
	return key >> 4 << SPAN_BITS | place << 4 | (key & 15);
}

static inline size_t place_of_address(uint64_t address)
{
	return address >> 4 & (PLACES - 1);
}

/* Where the leaf should be: those of four spans side by side are in one cache line. */
static inline size_t home_of(const struct resolver *resolver, uint64_t key)
{
	uint64_t hash = (key >> 6 ^ key << 60) * UINT64_C(0x9E3779B97F4A7C15);

	return ((size_t)(hash >> 30) << 2 | (key >> 4 & 3)) & (resolver->room - 1);
}

/* The entry of the leaf, or the empty one where it would go. */
static inline struct entry *find_entry(const struct resolver *resolver, uint64_t key)
{
	size_t at = home_of(resolver, key);

	while (resolver->index[at].leaf && resolver->index[at].key != key)
		at = (at + 1) & (resolver->room - 1);
	return &resolver->index[at];
}

void resolver_expect_later(const struct resolver *resolver, uint64_t address)
{
	__builtin_prefetch(&resolver->index[home_of(resolver, key_of(address))]);
}

void resolver_expect(const struct resolver *resolver, uint64_t address)
{
	const struct entry *entry = find_entry(resolver, key_of(address));

	if (entry->leaf)
		__builtin_prefetch(&entry->leaf->places[place_of_address(address)], 1);
}

/* What is known of the address; NULL: nothing. */
static inline struct seen *find(const struct resolver *resolver, uint64_t address)
{
	const struct entry *entry = find_entry(resolver, key_of(address));
	struct seen *seen = entry->leaf ? &entry->leaf->places[place_of_address(address)] : NULL;

	return seen && seen->number ? seen : NULL;
}

static void grow_index(struct resolver *resolver)
{
	struct entry *old = resolver->index;
	size_t room = resolver->room;

	resolver->room = 2 * room;
	resolver->index = new_index(resolver->room);
	for (size_t i = 0; i < room; i++)
		if (old[i].leaf)
			*find_entry(resolver, old[i].key) = old[i];
	free(old);
}

static struct leaf *new_leaf(struct resolver *resolver)
{
	if (resolver->used == resolver->slab) {
		resolver->slab = resolver->slab == 0           ? FIRST_SLAB
				 : resolver->slab < LARGE_SLAB ? 2 * resolver->slab
							       : LARGE_SLAB;
		struct leaf *slab = xroom(resolver->slab, sizeof(*slab));
		memset(slab, 0, resolver->slab * sizeof(*slab));
		*array_push(&resolver->slabs) = slab;
		resolver->used = 0;
	}
	return &resolver->slabs.items[resolver->slabs.count - 1][resolver->used++];
}

/* The place of the address, made if it is new. */
static inline struct seen *place(struct resolver *resolver, uint64_t address)
{
	uint64_t key = key_of(address);
	struct entry *entry = find_entry(resolver, key);

	if (!entry->leaf) {
		if (2 * ++resolver->count > resolver->room) {
			grow_index(resolver);
			entry = find_entry(resolver, key);
		}
		*entry = (struct entry){key, new_leaf(resolver)};
	}
	return &entry->leaf->places[place_of_address(address)];
}

static inline bool is_live(const struct seen *seen)
{
	return seen && seen->state & LIVE;
}

bool resolver_is_live(const struct resolver *resolver, uint64_t address)
{
	return is_live(find(resolver, address));
}

uint32_t resolver_note(const struct resolver *resolver)
{
	return resolver->last ? resolver->last->state & ~LIVE : 0;
}

void resolver_set_note(struct resolver *resolver, uint32_t note)
{
	if (resolver->last)
		resolver->last->state = (resolver->last->state & LIVE) | note;
}

uint32_t resolver_note_at(const struct resolver *resolver, uint64_t address)
{
	const struct seen *seen = find(resolver, address);

	return is_live(seen) ? seen->state & ~LIVE : 0;
}

bool resolver_next_live(const struct resolver *resolver, size_t *at, uint64_t *ret_address)
{
	for (; *at < resolver->room * PLACES; ++*at) {
		const struct entry *entry = &resolver->index[*at / PLACES];
		if (entry->leaf && is_live(&entry->leaf->places[*at % PLACES])) {
			*ret_address = address_of(entry->key, (*at)++ % PLACES);
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
	if (is_live(seen))
		event->flags |= EVENT_SEEN_BEFORE; /* the same object again: its free was lost */
	else
		*seen = (struct seen){++resolver->next_object, LIVE};
	event->object = seen->number - 1;
	resolver->last = seen;
}

static void end_life(struct resolver *resolver, struct event *event)
{
	struct seen *seen = find(resolver, event->address);

	event->object = OBJECT_NONE;
	if (event->address == 0 || !seen)
		return;
	event->object = seen->number - 1;
	resolver->last = seen;
	event->flags |= EVENT_SEEN_BEFORE;
	if (!(event->flags & EVENT_FAILED))
		seen->state &= ~LIVE;
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
	bool is_known = is_live(old);
	if (event->address == 0 || (event->flags & EVENT_FAILED)) {
		event->object = is_known ? old->number - 1 : OBJECT_NONE;
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
	old->state &= ~LIVE;
	resolver->last = place(resolver, event->address);
	*resolver->last = moved;
	event->object = moved.number - 1;
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
