/*
 * What the parts of a census that read objects have in common: how each version of CPython lays
 * them out, in bytes. census.h has what the other parts see.
 *
 * Knowledge: CPython 3.8 to 3.13, Include/cpython/{object,dictobject,listobject,tupleobject,
 * setobject,funcobject,code}.h, Include/internal/pycore_{dict,object,gc}.h, without Py_TRACE_REFS.
 */
#ifndef RECORDER_CENSUS_LAYOUT_H
#define RECORDER_CENSUS_LAYOUT_H

#include "recorder/census.h"

#define WORD sizeof(uintptr_t)

/* any object */
#define OBJECT_TYPE 8
#define OBJECT_SIZE 16 /* of those with items */
#define OBJECT_BODY 16
/* a type */
#define TYPE_NAME   24
#define TYPE_BASIC  32
#define TYPE_ITEM   40
#define TYPE_FLAGS  168
#define TYPE_BASE   256
#define TYPE_DICT   264
#define TYPE_OFFSET 288 /* of its objects' dictionaries */
#define TYPE_LEAST  816 /* bytes of one that a program makes */

#define FLAG_INLINE   (1u << 2) /* from 3.13 on: attributes follow the object */
#define FLAG_WEAKREFS (1u << 3) /* from 3.12 on: weak references hang before it */
#define FLAG_MANAGED  (1u << 4) /* from 3.11 on: attributes are before it */
#define FLAG_HEAP     (1u << 9)
#define FLAG_GC       (1u << 14)
#define FLAG_LONG     (1u << 24)
#define FLAG_LIST     (1u << 25)
#define FLAG_TUPLE    (1u << 26)
#define FLAG_BYTES    (1u << 27)
#define FLAG_TEXT     (1u << 28)
#define FLAG_DICT     (1u << 29)
#define FLAG_ERROR    (1u << 30)
#define FLAG_TYPE     (1u << 31)

#define GC_BYTES      16
#define MANAGED_BYTES 16
#define BASIC_MOST    (INT64_C(1) << 16)

/* what the others are laid out as */
#define DICT_USED    16
#define DICT_KEYS    32
#define DICT_VALUES  40
#define LIST_ITEMS   24
#define TUPLE_ITEMS  24
#define SET_USED     24
#define SET_MASK     32
#define SET_TABLE    40
#define SET_BYTES    256 /* more than a set has itself */
#define MODULE_DICT  16
#define MODULE_STATE 32
#define TEXT_STATE   32    /* of a text: bits */
#define LOOKS        4096u /* at words between two at the clock */
#define LENGTH_MOST  (UINT64_C(1) << 36)
#define ITEMS_NONE   (-1)
/* Offsets in bytes. */
struct object_layout {
	uint8_t minor;            /* of the version: 3.minor */
	bool has_new_keys;        /* of dictionaries, from 3.11 on */
	uint8_t values;           /* of shared attributes: the first one */
	uint16_t shared;          /* type: the keys that its objects' attributes share */
	uint8_t function[PARTS];  /* by enum function_part */
	uint8_t constants, names; /* code */
};

static inline uintptr_t object_word(struct census_objects *objects, uintptr_t at)
{
	return census_word(objects->memory, at);
}

static inline bool census_is_at(uintptr_t type, const char *known)
{
	return known && type == (uintptr_t)known;
}

static inline uint64_t census_size(struct census_objects *objects, uintptr_t object)
{
	int64_t size = (int64_t)object_word(objects, object + OBJECT_SIZE);

	return (uint64_t)(size < 0 ? -size : size);
}

/* ---- types ----------------------------------------------------------------------------------- */

/* At each word that is looked at: now and then whether the time is over. */
HIDDEN void census_look_at_clock(struct census_objects *objects);

/* What it takes by what its type and itself say, with what is before it. */
HIDDEN size_t census_object_bytes(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts);

/* A block of so many bytes; those of the interpreter itself are none that was asked for. */
HIDDEN struct block census_block_of(struct census_objects *objects, uintptr_t start, size_t bytes);

/*
 * What is said to have so many bytes is in a block that has them: memory that is free by now may
 * still look like an object.
 */
HIDDEN bool census_is_within_block(struct census_objects *objects, uintptr_t start, uint64_t bytes);

/* ---- references ------------------------------------------------------------------------------ */

/* A word of which it is not known what it points to; gives whether it points to anything. */
HIDDEN bool census_reach_any(struct census_objects *objects, uintptr_t any);

/* A table of an object's own, in a block of so many bytes. */
HIDDEN void census_reach_table(struct census_objects *objects, uintptr_t start, size_t bytes);

/* Reaches what they refer to. */
HIDDEN void census_visit_dict(struct census_objects *objects, uintptr_t dict);
HIDDEN void census_visit_attributes(struct census_objects *objects, uintptr_t object,
	const struct type_facts *facts);

#endif
