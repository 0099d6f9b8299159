/*
 * What has a name in a Python: its modules, their variables, and what these have. See census.h.
 */
#include "recorder/census.h"

#define NAMED_TEXTS 64u /* a dictionary of so many entries, whose keys are texts, has names */
#define NAMED_ITEMS 16u /* a list likewise */
#define LARGE       4096u

/* ---- nodes ----------------------------------------------------------------------------------- */

static bool has_parts(struct census *census, uintptr_t function)
{
	static const enum function_part parts[] = {PART_DEFAULTS, PART_KEYWORDS, PART_CLOSURE,
		PART_DICT};

	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		uintptr_t part = census_part(&census->objects, function, parts[i]);
		if (part && census_object(&census->objects, part)->kind != KIND_NONE &&
			census_object(&census->objects, part)->kind != KIND_LEAF)
			return true;
	}
	return false;
}

/* Numbers, short texts and the like have no node. */
static bool is_worth_a_node(struct census *census, uintptr_t object, uint32_t depth)
{
	const struct type_facts *facts = census_object(&census->objects, object);

	if (facts->kind == KIND_LEAF)
		return depth == 1 &&
		       census_object_block(&census->objects, object, facts).bytes >= LARGE;
	if (facts->kind == KIND_FUNCTION)
		return has_parts(census, object);
	return facts->kind != KIND_NONE && facts->kind != KIND_WEAK && facts->kind != KIND_MODULE &&
	       facts->kind != KIND_STATIC;
}

static struct node *push_node(struct census *census, const struct node *node)
{
	if (census->nnodes == CENSUS_NODES)
		return NULL;
	census->nodes[census->nnodes] = *node;
	return &census->nodes[census->nnodes++];
}

/* The object, if no other node has it. */
static void add_node(struct census *census, const struct node *node)
{
	if (!is_worth_a_node(census, node->object, node->depth) || census->nnodes == CENSUS_NODES)
		return;
	const struct block block = census_object_block(&census->objects, node->object,
		census_object(&census->objects, node->object));
	if (!census_mark(&census->memory, block.start))
		return;
	census->current = census->nnodes;
	push_node(census, node);
	census_count(census, block);
}

/* ---- objects of a kind that lead to each other ----------------------------------------------- */

/* What is looked for among entries. */
struct search {
	struct census *census;
	uintptr_t name;
	uintptr_t found;
};

static bool texts_are_equal(struct census *census, uintptr_t one, uintptr_t other)
{
	char a[TEXT_MOST], b[sizeof(a)];
	size_t length = census_text(&census->objects, one, a, sizeof(a));

	return one == other || (length == census_text(&census->objects, other, b, sizeof(b)) &&
				       memcmp(a, b, length) == 0);
}

static void look_for_text(void *context, uintptr_t name, uintptr_t value)
{
	struct search *search = context;

	if (census_is_text(&search->census->objects, name) &&
		texts_are_equal(search->census, name, search->name))
		search->found = value;
}

/* Whether the step that leads from one object of a type to another leads on from this one. */
static bool has_step(struct census *census, uintptr_t object, const struct node *step)
{
	struct search search = {census, step->name, 0};

	if (step->label == LABEL_INDEX)
		return (int64_t)step->name < census_length(&census->objects, object) &&
		       census_type(&census->objects,
			       census_item(&census->objects, object, step->name)) ==
			       census_type(&census->objects, object);
	if (step->label == LABEL_KEY && census_length(&census->objects, object) <= NAMED_TEXTS)
		census_entries(&census->objects, object, look_for_text, &search);
	else if (step->label == LABEL_ATTRIBUTE)
		census_attributes(&census->objects, object, look_for_text, &search);
	return search.found != 0;
}

/* A node on the way to it is of its type, and what leads on from that leads on from it, too. */
static bool leads_back(struct census *census, const struct node *node)
{
	const struct node *step = node;
	uintptr_t type = census_type(&census->objects, node->object);

	while (step->parent) {
		const struct node *from = &census->nodes[step->parent - 1];
		if (from->parent && census_type(&census->objects, from->object) == type &&
			has_step(census, node->object, step))
			return true;
		step = from;
	}
	return false;
}

/* ---- names ----------------------------------------------------------------------------------- */

/* What visits entries knows the node that they are of. */
struct naming {
	struct census *census;
	uint32_t node;
	enum label label;
	bool are_texts;
};

static void add_child(struct census *census, uint32_t parent, enum label label, uintptr_t name,
	uintptr_t object)
{
	const struct node node = {.parent = parent + 1,
		.label = (uint8_t)label,
		.depth = (uint8_t)(census->nodes[parent].depth + 1),
		.rank = census->nodes[parent].rank,
		.name = name,
		.object = object};

	if (!leads_back(census, &node))
		add_node(census, &node);
}

static void add_entry(void *context, uintptr_t name, uintptr_t value)
{
	const struct naming *naming = context;

	if (census_is_text(&naming->census->objects, name))
		add_child(naming->census, naming->node, naming->label, name, value);
}

static void look_at_key(void *context, uintptr_t name, uintptr_t value)
{
	struct naming *naming = context;

	naming->are_texts &= value && census_is_text(&naming->census->objects, name);
}

static void expand_dict(struct census *census, uint32_t node, uintptr_t dict)
{
	struct naming naming = {census, node, LABEL_KEY, true};

	if (census_length(&census->objects, dict) > NAMED_TEXTS)
		return;
	census_entries(&census->objects, dict, look_at_key, &naming);
	if (naming.are_texts)
		census_entries(&census->objects, dict, add_entry, &naming);
}

static void expand_items(struct census *census, uint32_t node, uintptr_t items, enum label label)
{
	int64_t count = census_length(&census->objects, items);

	for (int64_t i = 0; i < count && count <= (int64_t)NAMED_ITEMS; i++) {
		uintptr_t item = census_item(&census->objects, items, (uint64_t)i);
		if (label == LABEL_CLOSURE && census_is_cell(&census->objects, item))
			item = census_inner(&census->objects, item);
		add_child(census, node, label, (uintptr_t)i, item);
	}
}

static void expand_function(struct census *census, uint32_t node, uintptr_t function)
{
	uintptr_t defaults = census_part(&census->objects, function, PART_DEFAULTS),
		  closure = census_part(&census->objects, function, PART_CLOSURE);

	if (census_is_tuple(&census->objects, defaults))
		expand_items(census, node, defaults, LABEL_DEFAULT);
	if (census_is_tuple(&census->objects, closure))
		expand_items(census, node, closure, LABEL_CLOSURE);
}

static void expand(struct census *census, uint32_t node)
{
	uintptr_t object = census->nodes[node].object;
	struct naming naming = {census, node, LABEL_ATTRIBUTE, false};

	enum kind kind = census_object(&census->objects, object)->kind;

	if (kind == KIND_TYPE)
		census_entries(&census->objects, census_type_dict(&census->objects, object),
			add_entry, &naming);
	else if (kind == KIND_FUNCTION)
		expand_function(census, node, object);
	else if (kind == KIND_LIST || kind == KIND_TUPLE)
		expand_items(census, node, object, LABEL_INDEX);
	else if (kind == KIND_DICT)
		expand_dict(census, node, object);
	if (kind == KIND_DICT || kind == KIND_OTHER)
		census_attributes(&census->objects, object, add_entry, &naming);
}

/* ---- variables ------------------------------------------------------------------------------- */

/* Modules are nodes, whose variables are their children: they are there before any of these. */
static void add_module(void *context, uintptr_t name, uintptr_t module)
{
	struct census *census = context;

	if (!census_is_text(&census->objects, name) ||
		census_object(&census->objects, module)->kind != KIND_MODULE)
		return;
	const struct node node = {.label = LABEL_MODULE,
		.name = name,
		.object = census_module_dict(&census->objects, module),
		.code = module};
	if (census_object(&census->objects, node.object)->kind != KIND_DICT)
		return;
	const struct block block = census_object_block(&census->objects, node.object,
		census_object(&census->objects, node.object));
	if (census_mark(&census->memory, block.start))
		push_node(census, &node);
}

struct wanted {
	struct census *census;
	const char *words;
	uintptr_t found;
};

static void look_for_name(void *context, uintptr_t name, uintptr_t value)
{
	struct wanted *wanted = context;
	char words[32];
	size_t length = census_text(&wanted->census->objects, name, words, sizeof(words));

	if (length == strlen(wanted->words) && memcmp(words, wanted->words, length) == 0)
		wanted->found = value;
}

/* Functions and classes are those of the module that made them, others of any that has them. */
static bool is_of_module(struct census *census, const struct node *module, uintptr_t value)
{
	struct wanted wanted = {census, "__module__", 0};

	enum kind kind = census_object(&census->objects, value)->kind;

	if (kind == KIND_FUNCTION)
		return census_part(&census->objects, value, PART_GLOBALS) == module->object;
	if (kind != KIND_TYPE)
		return true;
	census_entries(&census->objects, census_type_dict(&census->objects, value), look_for_name,
		&wanted);
	return !wanted.found || texts_are_equal(census, wanted.found, module->name);
}

static void add_variable(void *context, uintptr_t name, uintptr_t value)
{
	const struct naming *naming = context;
	struct census *census = naming->census;

	if (census_is_text(&census->objects, name) &&
		is_of_module(census, &census->nodes[naming->node], value))
		add_child(census, naming->node, LABEL_VARIABLE, name, value);
}

static bool has_words(const char *text, size_t length, const char *words)
{
	return memmem(text, length, words, strlen(words)) != NULL;
}

/* Code of Python's own in C has no file. */
static enum rank rank_of_path(const char *path, size_t length)
{
	if (has_words(path, length, "site-packages/") || has_words(path, length, "dist-packages/"))
		return RANK_LIBRARY;
	return length == 0 || has_words(path, length, "<frozen ") ||
			       has_words(path, length, "/lib/python3.")
		       ? RANK_PYTHON
		       : RANK_OWN;
}

static enum rank rank_of(struct census *census, const struct node *module)
{
	struct wanted wanted = {census, "__file__", 0};
	char name[16], path[512];
	size_t length = census_text(&census->objects, module->name, name, sizeof(name));

	if (length == strlen("__main__") && memcmp(name, "__main__", length) == 0)
		return RANK_MAIN;
	census_entries(&census->objects, module->object, look_for_name, &wanted);
	return rank_of_path(path, census_path(&census->objects, wanted.found, path, sizeof(path)));
}

static void add_local(void *context, const char *code, const char *name, const char *value)
{
	struct census *census = context;
	char path[512];
	size_t length = census_code_path(&census->objects, (uintptr_t)code, path, sizeof(path));
	const struct node node = {.label = LABEL_LOCAL,
		.depth = 1,
		.rank = (uint8_t)rank_of_path(path, length),
		.name = (uintptr_t)name,
		.object = (uintptr_t)value,
		.code = (uintptr_t)code};

	if (census_is_text(&census->objects, (uintptr_t)name))
		add_node(census, &node);
}

/* What a module's C code has for it, as the caches of _struct: a block of its own. */
static void add_state(struct census *census, uint32_t module)
{
	uintptr_t state = census_module_state(&census->objects, census->nodes[module].code);
	const struct node node = {.parent = module + 1,
		.label = LABEL_STATE,
		.depth = 1,
		.rank = census->nodes[module].rank,
		.object = state};
	struct block block;

	if ((!census_pool_block(&census->memory, state, &block) &&
		    !census_chunk(&census->memory, state, &block)) ||
		block.start != state || census->nnodes == CENSUS_NODES ||
		!census_mark(&census->memory, state))
		return;
	census->current = census->nnodes;
	push_node(census, &node);
	census_count(census, block);
}

static void add_variables(struct census *census, uint32_t modules)
{
	for (int rank = 0; rank < RANKS; rank++)
		for (uint32_t i = 0; i < modules; i++) {
			struct naming naming = {census, i, LABEL_VARIABLE, false};
			if (census->nodes[i].rank == rank)
				census_entries(&census->objects, census->nodes[i].object,
					add_variable, &naming);
		}
}

HIDDEN void census_add_nodes(struct census *census, uintptr_t modules)
{
	const struct frames_reader reader = census_frames_reader(census);

	census_entries(&census->objects, modules, add_module, census);
	uint32_t count = census->nnodes;
	for (uint32_t i = 0; i < count; i++)
		census->nodes[i].rank = (uint8_t)rank_of(census, &census->nodes[i]);
	add_variables(census, count);
	frames_visit_locals(&reader, add_local, census);
	for (uint32_t i = 0; i < count; i++)
		add_state(census, i);
	for (uint32_t i = count; i < census->nnodes && !census->objects.is_over; i++)
		if (census->nodes[i].depth < CENSUS_DEPTH && census->nodes[i].label != LABEL_STATE)
			expand(census, i);
}
