/*
 * Dictionaries of Python, and the attributes that an object has by itself: in a dictionary, or as
 * values whose names its type has.
 */
#include "recorder/census_layout.h"

/* ---- dictionaries ---------------------------------------------------------------------------- */

/* The keys of a dictionary, and their values where these lie beside them. */
struct keys {
	uintptr_t start, entries;
	size_t bytes;
	uint64_t count;   /* of entries that are or were in use */
	uint32_t entry;   /* bytes of each */
	uint32_t key;     /* in it */
	uintptr_t values; /* 0: they are in the entries */
};

static uint32_t old_width(uint64_t size)
{
	return size <= 0xFF ? 1 : size <= 0xFFFF ? 2 : size <= 0xFFFFFFFF ? 4 : 8;
}

static bool read_old_keys(struct census_objects *objects, uintptr_t start, struct keys *keys)
{
	uint64_t size = object_word(objects, start + 8), usable = object_word(objects, start + 24),
		 count = object_word(objects, start + 32);

	if (size > LENGTH_MOST || usable > size || count > size)
		return false;
	keys->entries = start + 40 + size * old_width(size);
	keys->entry = 24;
	keys->key = 8;
	keys->count = count;
	keys->bytes = keys->entries - start + (usable + count) * keys->entry;
	return true;
}

static bool read_new_keys(struct census_objects *objects, uintptr_t start, struct keys *keys)
{
	uint64_t head = object_word(objects, start + 8), usable = object_word(objects, start + 16),
		 count = object_word(objects, start + 24);
	uint32_t log2_index = head >> 8 & 0xFF, kind = head >> 16 & 0xFF;

	if (log2_index > 40 || usable > LENGTH_MOST || count > LENGTH_MOST)
		return false;
	keys->entries = start + 32 + (UINT64_C(1) << log2_index);
	keys->entry = kind == 0 ? 24 : 16;
	keys->key = kind == 0 ? 8 : 0;
	keys->count = count;
	keys->bytes = keys->entries - start + (usable + count) * keys->entry;
	return true;
}

static bool read_keys(struct census_objects *objects, uintptr_t start, uintptr_t values,
	struct keys *keys)
{
	*keys = (struct keys){.start = start, .values = values};
	if (!start)
		return false;
	return (objects->layout->has_new_keys ? read_new_keys(objects, start, keys)
					      : read_old_keys(objects, start, keys)) &&
	       census_is_within_block(objects, start, keys->bytes);
}

static void visit_entries(struct census_objects *objects, const struct keys *keys,
	census_entry_f *entry, void *context)
{
	for (uint64_t i = 0; i < keys->count && !objects->is_over; i++) {
		census_look_at_clock(objects);
		uintptr_t at = keys->entries + i * keys->entry + keys->key,
			  name = object_word(objects, at);
		uintptr_t value = keys->values ? object_word(objects, keys->values + i * WORD)
					       : object_word(objects, at + WORD);
		if (value)
			entry(context, name, value);
	}
}

static bool keys_of_dict(struct census_objects *objects, uintptr_t dict, struct keys *keys)
{
	uintptr_t values = object_word(objects, dict + DICT_VALUES);

	return read_keys(objects, object_word(objects, dict + DICT_KEYS),
		values ? values + objects->layout->values : 0, keys);
}

HIDDEN void census_entries(struct census_objects *objects, uintptr_t dict, census_entry_f *entry,
	void *context)
{
	struct keys keys;

	if (dict && keys_of_dict(objects, dict, &keys))
		visit_entries(objects, &keys, entry, context);
}

HIDDEN void census_reach_entries(struct census_objects *objects, uintptr_t dict)
{
	struct keys keys;

	if (keys_of_dict(objects, dict, &keys))
		census_reach_table(objects, keys.start, keys.bytes);
}

static void reach_entry(void *context, uintptr_t name, uintptr_t value)
{
	census_reach(context, name);
	census_reach(context, value);
}

HIDDEN void census_visit_dict(struct census_objects *objects, uintptr_t dict)
{
	struct keys keys;

	if (!keys_of_dict(objects, dict, &keys))
		return;
	census_reach_table(objects, keys.start, keys.bytes);
	if (keys.values)
		census_reach_table(objects, keys.values - objects->layout->values, WORD);
	visit_entries(objects, &keys, reach_entry, objects);
}

/* ---- attributes ------------------------------------------------------------------------------ */

/* Where an object's attributes are: a dictionary, or values whose keys its type has. */
struct attributes {
	uintptr_t dict, values;
};

static struct attributes managed_of(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts)
{
	uintptr_t before = object_word(objects, object - 24),
		  inlined = object + (uintptr_t)facts->basic;

	if (objects->layout->minor == 11)
		return (struct attributes){before, object_word(objects, object - 32)};
	if (objects->layout->minor == 12)
		return before & 1 ? (struct attributes){0, before + 1}
				  : (struct attributes){before, 0};
	if (facts->flags & FLAG_INLINE && census_byte(objects->memory, inlined + 3))
		return (struct attributes){before, inlined + objects->layout->values};
	return (struct attributes){before, 0};
}

static struct attributes attributes_of(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts)
{
	int64_t offset = facts->dict_offset;

	if (facts->flags & FLAG_MANAGED && objects->layout->minor >= 11)
		return managed_of(objects, object, facts);
	if (offset < 0)
		offset += (int64_t)((census_object_bytes(objects, object, facts) -
					    (size_t)facts->before + WORD - 1) /
				    WORD * WORD);
	return (struct attributes){offset > 0 ? object_word(objects, object + (uintptr_t)offset)
					      : 0,
		0};
}

HIDDEN void census_attributes(struct census_objects *objects, uintptr_t object,
	census_entry_f *entry, void *context)
{
	const struct type_facts facts = *census_object(objects, object);
	struct keys keys;

	if (facts.kind == KIND_NONE || facts.kind == KIND_TYPE || facts.kind == KIND_STATIC)
		return;
	const struct attributes attributes = attributes_of(objects, object, &facts);
	if (attributes.values &&
		read_keys(objects, object_word(objects, facts.type + objects->layout->shared),
			attributes.values, &keys))
		visit_entries(objects, &keys, entry, context);
	else if (attributes.dict && census_object(objects, attributes.dict)->kind == KIND_DICT)
		census_entries(objects, attributes.dict, entry, context);
}

HIDDEN void census_visit_attributes(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts)
{
	const struct attributes attributes = attributes_of(objects, object, facts);
	struct block block;

	census_reach(objects, attributes.dict);
	if (!attributes.values)
		return;
	if (census_pool_block(objects->memory, attributes.values, &block) &&
		block.start != object - (uintptr_t)facts->before)
		objects->reach_block(objects->context, block, false);
	census_attributes(objects, object, reach_entry, objects);
}
