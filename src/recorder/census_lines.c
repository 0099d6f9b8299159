/*
 * What is written of a census: the variables that keep most, who uses them, and samples of what
 * they keep. docs/trace-format.md has the form. See census.h.
 */
#include "recorder/census.h"

#define OWNERS     24u
#define USERS      4u /* functions that are named for an owner */
#define LINE       900u
#define SHARE      200u /* an owner keeps so small a share of all at least */
#define CODE_DEPTH 4u
#define PARTS_MOST 4096 /* names and constants of a code that are looked at */

/* ---- owners ---------------------------------------------------------------------------------- */

static void sum_up(struct census *census)
{
	for (uint32_t i = census->nnodes; i-- > 0;) {
		const struct node *node = &census->nodes[i];
		census->bytes += node->parent ? 0 : node->bytes;
		census->weight += node->parent ? 0 : node->weight;
		if (!node->parent)
			continue;
		struct node *parent = &census->nodes[node->parent - 1];
		parent->blocks += node->blocks;
		parent->bytes += node->bytes;
		parent->weight += node->weight;
		if (!parent->best || node->weight > census->nodes[parent->best - 1].weight)
			parent->best = i + 1;
	}
}

/* Of a variable, what three quarters of its weight hang on. */
static uint32_t heart_of(const struct census *census, uint32_t variable)
{
	uint32_t at = variable;

	while (census->nodes[at].best && census->nodes[census->nodes[at].best - 1].weight >=
						 census->nodes[at].weight / 4 * 3)
		at = census->nodes[at].best - 1;
	return at;
}

static bool is_variable(const struct node *node)
{
	return node->depth == 1;
}

/* Its share of all bytes, or of their weight, is worth a name. */
static bool is_worth_a_name(const struct census *census, const struct node *node)
{
	return node->bytes >= census->bytes / SHARE || node->weight >= census->weight / SHARE;
}

/* The variables that keep most, by weight; gives how many. owners: nodes. */
static uint32_t choose(struct census *census, uint32_t owners[OWNERS])
{
	uint32_t count = 0;
	uint64_t above = UINT64_MAX;
	uint32_t last = UINT32_MAX;

	while (count < OWNERS) {
		uint32_t most = UINT32_MAX;
		for (uint32_t i = 0; i < census->nnodes; i++) {
			const struct node *node = &census->nodes[i];
			bool is_next = node->weight < above || (node->weight == above && i > last);
			if (is_variable(node) && is_next && is_worth_a_name(census, node) &&
				(most == UINT32_MAX || node->weight > census->nodes[most].weight))
				most = i;
		}
		if (most == UINT32_MAX)
			break;
		above = census->nodes[most].weight;
		last = most;
		owners[count] = heart_of(census, most);
		census->nodes[owners[count]].owner = (uint8_t)(count + 1);
		count++;
	}
	return count;
}

static uint32_t owner_of(const struct census *census, uint32_t node)
{
	const struct node *at = &census->nodes[node];

	while (!at->owner && at->parent)
		at = &census->nodes[at->parent - 1];
	return at->owner;
}

/* ---- what is written ------------------------------------------------------------------------- */

struct line {
	size_t length;
	char text[LINE];
};

static void add_text(struct line *line, const char *text, size_t length)
{
	if (length > sizeof(line->text) - line->length)
		length = sizeof(line->text) - line->length;
	memcpy(line->text + line->length, text, length);
	line->length += length;
}

static void add(struct line *line, const char *text)
{
	add_text(line, text, strlen(text));
}

static void add_number(struct line *line, uint64_t number, unsigned base)
{
	char digits[24];
	size_t at = sizeof(digits);

	do
		digits[--at] = "0123456789abcdef"[number % base];
	while ((number /= base) > 0);
	add_text(line, digits + at, sizeof(digits) - at);
}

static void add_figure(struct line *line, const char *name, uint64_t number)
{
	add(line, name);
	add_number(line, number, 10);
}

/* The lines are counted first, and then written. */
static void put(struct census *census, const struct line *line)
{
	census->lines++;
	if (census->is_counting)
		return;
	lane_put_slowly(WIRE_WHAT(WIRE_REMARK, 0), stamp_now(own_lane()), 0, line->length, 0,
		line->text);
}

static void add_name(struct census *census, struct line *line, uintptr_t name)
{
	char words[96];

	add_text(line, words, census_text(&census->objects, name, words, sizeof(words)));
}

static void add_function(struct census *census, struct line *line, uintptr_t code)
{
	char words[256];

	add_text(line, words, census_code_name(&census->objects, code, words, sizeof(words)));
}

/* Of the parent, if that is an exception, or of some that it leads to. */
static void add_traceback(struct census *census, struct line *line, const struct node *traceback)
{
	const struct node *parent = &census->nodes[traceback->parent - 1];

	if (parent->label == LABEL_TRACEBACK) {
		add(line, ".tb_next");
		return;
	}
	if (!census_is_exception(&census->objects, parent->object))
		add(line, "[...]");
	add(line, ".__traceback__");
}

/*
 * "svc.app.rows", "svc.tables['all'][2]", "rows, a local of main (svc.py:4)",
 * "svc.last.__traceback__.tb_next.tb_frame.f_locals['rows'], a local of load (svc.py:9)"
 */
static void add_path(struct census *census, struct line *line, uint32_t node)
{
	uint32_t way[CENSUS_DEPTH + 2 + CENSUS_STEPS], count = 0;

	for (uint32_t at = node + 1; at && count < sizeof(way) / sizeof(*way);
		at = census->nodes[at - 1].parent)
		way[count++] = at - 1;
	while (count-- > 0) {
		const struct node *at = &census->nodes[way[count]];
		switch ((enum label)at->label) {
		case LABEL_MODULE:
		case LABEL_LOCAL:
			add_name(census, line, at->name);
			break;
		case LABEL_VARIABLE:
		case LABEL_ATTRIBUTE:
			add(line, ".");
			add_name(census, line, at->name);
			break;
		case LABEL_KEY:
			add(line, "['");
			add_name(census, line, at->name);
			add(line, "']");
			break;
		case LABEL_INDEX:
			add(line, "[");
			add_number(line, at->name, 10);
			add(line, "]");
			break;
		case LABEL_DEFAULT:
			add(line, ".__defaults__[");
			add_number(line, at->name, 10);
			add(line, "]");
			break;
		case LABEL_CLOSURE:
			add(line, ".__closure__[");
			add_number(line, at->name, 10);
			add(line, "]");
			break;
		case LABEL_TRACEBACK:
			add_traceback(census, line, at);
			break;
		case LABEL_FRAME:
			add(line, ".tb_frame");
			break;
		case LABEL_FRAME_LOCAL:
			add(line, ".f_locals['");
			add_name(census, line, at->name);
			add(line, "']");
			break;
		case LABEL_STATE:
			add(line, " (C state)");
			break;
		case LABEL_ROOT:
			add(line, (const char *)at->name); /* NOLINT */
			break;
		}
	}
}

static void add_of(struct census *census, struct line *line, const char *words,
	const struct node *node)
{
	add(line, words);
	add_function(census, line, node->code);
}

static uint32_t root_of(const struct census *census, uint32_t node)
{
	while (census->nodes[node].parent)
		node = census->nodes[node].parent - 1;
	return node;
}

/* The number of items of what the owner is, or of what its one attribute is. */
static void put_owner(struct census *census, uint32_t number, uint32_t owner)
{
	const struct node *node = &census->nodes[owner],
			  *root = &census->nodes[root_of(census, owner)];
	int64_t items = node->label == LABEL_STATE || node->is_several
				? -1
				: census_length(&census->objects, node->object);
	struct line line = {0};
	char type[64];

	add_figure(&line, ": owner ", number);
	add_figure(&line, " blocks=", node->blocks);
	add_figure(&line, " bytes=", node->bytes);
	if (items >= 0)
		add_figure(&line, " items=", (uint64_t)items);
	add(&line, " type=");
	if (node->label == LABEL_ROOT)
		add(&line, (const char *)node->code); /* NOLINT */
	else if (node->label == LABEL_STATE)
		add(&line, "module-state");
	else
		add_text(&line, type,
			census_type_name(&census->objects, node->object, type, sizeof(type)));
	add(&line, " name=");
	add_path(census, &line, owner);
	if (node->label == LABEL_FRAME)
		add_of(census, &line, ", the frame of ", node);
	else if (node->label == LABEL_FRAME_LOCAL)
		add_of(census, &line, ", a local of ", node);
	else if (root->label == LABEL_LOCAL)
		add_of(census, &line, ", a local of ", root);
	put(census, &line);
}

/* ---- who uses it ----------------------------------------------------------------------------- */

struct users {
	struct census *census;
	uintptr_t name;
	uintptr_t holder; /* the name of what has it as an attribute; 0: it is a variable */
	uintptr_t module; /* the dictionary of its module */
	uint32_t owner;
	uint32_t count;
	bool is_method; /* what is looked at: its holder may be self there */
};

static bool code_has_name(struct census *census, uintptr_t code, uintptr_t name)
{
	uintptr_t names = census_names(&census->objects, code);
	int64_t count = census_is_tuple(&census->objects, names)
				? census_length(&census->objects, names)
				: 0;

	for (int64_t i = 0; i < count && i < PARTS_MOST; i++)
		if (census_item(&census->objects, names, (uint64_t)i) == name)
			return true;
	return false;
}

/* A name that stands alone may be a builtin, or another thing's attribute. */
static bool uses(struct users *users, uintptr_t code)
{
	return code_has_name(users->census, code, users->name) &&
	       (!users->holder || users->is_method ||
		       code_has_name(users->census, code, users->holder));
}

static void look_at_code(struct users *users, uintptr_t code, uint32_t depth)
{
	struct census *census = users->census;

	if (census_object(&census->objects, code)->kind != KIND_CODE || users->count >= USERS)
		return;
	if (uses(users, code)) {
		struct line line = {0};
		users->count++;
		add_figure(&line, ": user ", users->owner);
		add(&line, " ");
		add_function(census, &line, code);
		put(census, &line);
	}
	uintptr_t constants = census_constants(&census->objects, code);
	int64_t count = census_is_tuple(&census->objects, constants)
				? census_length(&census->objects, constants)
				: 0;
	for (int64_t i = 0; depth < CODE_DEPTH && i < count && i < PARTS_MOST; i++)
		look_at_code(users, census_item(&census->objects, constants, (uint64_t)i),
			depth + 1);
}

static void look_at_method(void *context, uintptr_t name, uintptr_t value)
{
	struct users *users = context;
	struct census_objects *objects = &users->census->objects;
	uintptr_t function = value;

	if (census_object(objects, value)->kind == KIND_OTHER)
		function = census_inner(objects, value);
	if (census_object(objects, function)->kind == KIND_FUNCTION &&
		census_part(objects, function, PART_GLOBALS) == users->module)
		look_at_code(users, census_part(objects, function, PART_CODE), 0);
}

static void look_at_variable(void *context, uintptr_t name, uintptr_t value)
{
	struct users *users = context;
	struct census_objects *objects = &users->census->objects;

	look_at_method(context, name, value);
	if (census_object(objects, value)->kind != KIND_TYPE)
		return;
	users->is_method = true;
	census_entries(objects, census_type_dict(objects, value), look_at_method, users);
	users->is_method = false;
}

/* The variable or attribute that the node is of, or in; a module is neither. */
static const struct node *named_by(const struct census *census, const struct node *node)
{
	while (node->parent && node->label != LABEL_VARIABLE && node->label != LABEL_ATTRIBUTE)
		node = &census->nodes[node->parent - 1];
	return node;
}

/* Functions of its module that have the variable's name, or the attribute's and its holder's. */
static void put_users(struct census *census, uint32_t number, uint32_t owner)
{
	const struct node *node = named_by(census, &census->nodes[owner]);
	const struct node *root = &census->nodes[root_of(census, owner)];
	struct users users = {.census = census, .module = root->object, .owner = number};

	if (root->label != LABEL_MODULE || !node->parent)
		return;
	users.name = node->name;
	if (node->label == LABEL_ATTRIBUTE)
		users.holder = named_by(census, &census->nodes[node->parent - 1])->name;
	census_entries(&census->objects, root->object, look_at_variable, &users);
}

/* ---- a census -------------------------------------------------------------------------------- */

#define SAMPLE_MOST 36u /* bytes that are written for one */

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static void put_samples(struct census *census, uint32_t number)
{
	struct line line = {0};

	for (uint32_t i = 0; i < census->nsamples; i++) {
		if (owner_of(census, census->samples[i].node) != number)
			continue;
		if (line.length == 0)
			add_figure(&line, ": kept ", number);
		add(&line, " ");
		add_number(&line, census->samples[i].address, 16);
		add(&line, "+");
		add_number(&line, least(census->samples[i].weight, census->step), 16);
		if (line.length + SAMPLE_MOST > sizeof(line.text)) {
			put(census, &line);
			line.length = 0;
		}
	}
	if (line.length > 0)
		put(census, &line);
}

static void put_owners(struct census *census, const uint32_t *owners, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		put_owner(census, i + 1, owners[i]);
		put_users(census, i + 1, owners[i]);
	}
	for (uint32_t i = 0; i <= count; i++)
		put_samples(census, i);
}

HIDDEN void census_put(struct census *census)
{
	uint32_t owners[OWNERS], count;
	struct line line = {0};

	if (census->blocks == 0)
		return;
	sum_up(census);
	count = choose(census, owners);
	census->is_counting = true;
	put_owners(census, owners, count);
	census->is_counting = false;
	add_figure(&line, ": census blocks=", census->blocks);
	add_figure(&line, " bytes=", census->bytes);
	add_figure(&line, " step=", census->step);
	add_figure(&line, " lines=", census->lines);
	if (census->objects.is_over || census->memory.is_full)
		add(&line, " cut");
	if (census->has_roots)
		add(&line, " roots");
	put(census, &line);
	put_owners(census, owners, count);
}
