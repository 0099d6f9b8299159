/* See common_marks.h. */
#include "player/common_marks.h"

#include "flat/index.h"
#include "trace/trace.h"

#include <assert.h>
#include <string.h>

#define NONE SIZE_MAX

/* A name, and the marks of the second trace that have it and no counterpart yet. */
struct name {
	const char *words; /* borrowed from that trace */
	size_t first, last;
};

struct names {
	struct flat flat;
	struct flat_array index; /* index.h */
	ARRAY(struct name) items;
	ARRAY(size_t) next; /* by mark: the next one with its name, or NONE */
};

static uint32_t hash_of(const char *words)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	for (; *words; words++)
		hash = (hash ^ (unsigned char)*words) * UINT64_C(0x100000001b3);
	return index_hash(hash);
}

/* NULL: no mark has it. Valid until a name is added. */
static struct name *find_name(struct names *names, const char *words, uint32_t hash)
{
	uint32_t slot;

	for (size_t at = index_first(&names->index, hash);
		index_slot(&names->index, &at, hash, &slot); at = index_next(&names->index, at))
		if (strcmp(names->items.items[slot].words, words) == 0)
			return &names->items.items[slot];
	return NULL;
}

static void add_mark(struct names *names, const char *words, size_t mark)
{
	uint32_t hash = hash_of(words), slot = (uint32_t)names->items.count;
	struct name *name = find_name(names, words, hash);

	*array_push(&names->next) = NONE;
	if (name) {
		names->next.items[name->last] = mark;
		name->last = mark;
		return;
	}
	*array_push(&names->items) = (struct name){words, mark, mark};
	index_make_room(&names->index, slot + (size_t)1);
	index_put(&names->index, hash, slot);
}

/* The first mark with the name that has no counterpart yet; NONE: there is none. */
static size_t take_mark(struct names *names, const char *words)
{
	struct name *name = find_name(names, words, hash_of(words));
	size_t mark = name ? name->first : NONE;

	if (mark != NONE)
		name->first = names->next.items[mark];
	return mark;
}

static void compare(struct common_marks *common, const struct trace_mark *marks, size_t count,
	const struct trace_mark *others, size_t other_count)
{
	struct names names = {0};

	index_init(&names.index, &names.flat);
	for (size_t i = 0; i < other_count; i++)
		add_mark(&names, others[i].name, i);
	common->items.count = 0;
	for (size_t i = 0; i < count; i++) {
		size_t other = take_mark(&names, marks[i].name);
		if (other != NONE)
			*array_push(&common->items) = (struct common_mark){i, other};
	}
	array_finish(&names.items);
	array_finish(&names.next);
	flat_finish(&names.flat);
}

/* Another trace may have taken the place of one, with as many marks. */
static bool is_as_compared(const struct common_marks *common, const struct trace_mark *marks,
	size_t count, const struct trace_mark *others, size_t other_count)
{
	if (!common->is_known || common->count != count || common->other_count != other_count)
		return false;
	if (common->items.count == 0)
		return true;
	const struct common_mark *last = &common->items.items[common->items.count - 1];
	return strcmp(marks[last->one].name, others[last->other].name) == 0;
}

void common_marks_update(struct common_marks *common, const struct trace *one,
	const struct trace *other)
{
	const struct trace_mark *marks, *others;
	size_t count = trace_marks(one, &marks), other_count = trace_marks(other, &others);

	if (is_as_compared(common, marks, count, others, other_count))
		return;
	compare(common, marks, count, others, other_count);
	common->is_known = true;
	common->count = count;
	common->other_count = other_count;
}

void common_marks_finish(struct common_marks *common)
{
	array_finish(&common->items);
	*common = (struct common_marks){0};
}

size_t common_marks_before(const struct common_marks *common, const struct trace *one,
	uint64_t position)
{
	const struct trace_mark *marks;
	size_t low = 0, high = common->items.count;

	trace_marks(one, &marks);
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (marks[common->items.items[middle].one].position < position)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
