/*
 * See history.h. Nodes are never given up while the plugin is open; most histories are one line,
 * whose nodes follow each other in the array.
 */
#include "plugin/history.h"

#include "base/error.h"
#include "base/xalloc.h"
#include "plugin/cause.h"
#include "plugin/code_names.h"
#include "plugin/compiler.h"
#include "plugin/confinement.h"
#include "plugin/plugin_state.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LINKS_MAX 32u /* bytes that an allocator writes into a block that it frees */

/*
 * All open plug-ins, so that two heaps of one trace share one. It is static because the callers
 * that open one do not know each other.
 */
static struct plugin *all;

/* ---- life ---------------------------------------------------------------------------------- */

static bool is_same(const struct plugin *plugin, const struct plugin_config *config,
	const struct stat *file)
{
	return strcmp(plugin->path, config->path) == 0 && strcmp(plugin->more, config->more) == 0 &&
	       plugin->config.is_source == config->is_source &&
	       plugin->config.twice == config->twice && plugin->config.heap == config->heap &&
	       plugin->config.is_heap_from_user == config->is_heap_from_user &&
	       plugin->config.alignment == config->alignment &&
	       plugin->config.milliseconds == config->milliseconds &&
	       plugin->file.st_ino == file->st_ino && plugin->file.st_size == file->st_size &&
	       plugin->file.st_mtim.tv_sec == file->st_mtim.tv_sec &&
	       plugin->file.st_mtim.tv_nsec == file->st_mtim.tv_nsec;
}

/* A hand-out may name more bytes than can be checked one by one. */
static uint64_t room_within(uint64_t bytes, uint64_t most)
{
	if (bytes < PLUGIN_ROOM_LEAST)
		return PLUGIN_ROOM_LEAST;
	return bytes < most ? bytes : most;
}

static int prepare_library(struct plugin *plugin, struct error *err)
{
	plugin->alignment = plugin->config.alignment ? plugin->config.alignment : 8;
	plugin->heap = plugin->config.heap;
	if (plugin->config.is_source) {
		struct compiled compiled;
		if (compiler_run(&compiled, plugin->path, plugin->more, err) < 0)
			return -1;
		plugin->object = compiled.object;
		plugin->init_is_bool = compiled.init_is_bool;
		plugin->is_wider = compiled.is_wider;
		if (plugin->config.alignment == 0 && compiled.alignment > 0)
			plugin->alignment = compiled.alignment;
		if (!plugin->config.is_heap_from_user && compiled.heap > 0)
			plugin->heap = room_within(compiled.heap,
				compiled.has_32_bits ? PLUGIN_ROOM_MOST_32 : PLUGIN_ROOM_MOST);
		return 0;
	}
	if (!realpath(plugin->path,
		    plugin->library)) /* without a slash it would be looked for elsewhere */
		return error_set(err, "%s: %s", plugin->path, strerror(errno));
	return 0;
}

static void add_width(struct text *out, const struct plugin *plugin)
{
	if (plugin->is_wider)
		text_add(out,
			"; its Makefile has -m32, which cannot be had here: it ran as 64 bits");
}

static struct processes processes_of(const struct plugin *plugin, bool is_random)
{
	return (struct processes){.config = &plugin->config,
		.nodes = &plugin->nodes,
		.library = plugin->config.is_source ? NULL : plugin->library,
		.object = plugin->object,
		.init_is_bool = plugin->init_is_bool,
		.alignment = plugin->alignment,
		.heap = plugin->heap,
		.is_random = is_random};
}

/* Where its mm_init() writes that byte past its heap, found by doing it again. */
static struct code_place find_writer(const struct plugin *plugin, uint64_t address)
{
	struct processes again = processes_of(plugin, false);
	struct reply reply;

	again.watched = address;
	int result = processes_start(&again, &reply, NULL);
	processes_finish(&again);
	return result == 0 && reply.kind == REPLY_BEYOND ? reply.place : (struct code_place){0};
}

/* Its mm_init() failed: the first request of all will say so. */
static void note_stillborn(struct plugin *plugin, struct processes *processes,
	const struct reply *ready)
{
	struct text output = {0};
	struct reply reply = *ready;

	if (reply.kind == REPLY_BEYOND)
		reply.place = find_writer(plugin, reply.other);
	processes_add_output(processes, &output);
	plugin->stillborn = plugin_add_failure(plugin, NULL, &reply, TALK_BASE, &output);
	text_finish(&output);
	processes_finish(processes);
	processes->begins_later = true;
}

/* Whether a heap may end there. */
static bool is_end(const struct plugin *plugin, uint64_t end)
{
	return end >= TALK_BASE && end - TALK_BASE <= plugin->heap + TALK_PAGE;
}

static int start(struct plugin *plugin, struct processes *processes, bool is_random,
	struct error *err)
{
	struct reply ready;

	*processes = processes_of(plugin, is_random);
	if (processes_start(processes, &ready, err) < 0)
		return error_prefix(err, "%s", plugin->path);
	if (ready.kind == REPLY_REFUSED)
		return error_set(err, "%s: %s", plugin->path, ready.words);
	plugin->words = ready.is_native ? &plugin_words : &lab_words;
	bool has_failed = ready.kind == REPLY_BEYOND || reply_is_end(&ready);
	if (ready.kind != REPLY_READY && has_failed) {
		plugin->confined = CONFINED_ALL; /* it has ended */
		plugin->start_end = is_end(plugin, ready.end) ? ready.end : TALK_BASE;
		note_stillborn(plugin, processes, &ready);
		return 0;
	}
	plugin->confined = (unsigned)ready.other & CONFINED_ALL;
	plugin->describes = ready.detail & 1;
	plugin->start_end = ready.end;
	plugin->begun = ready.is_native || plugin->init_is_bool ? 0 : (int)ready.size;
	if (ready.kind != REPLY_READY || !is_end(plugin, ready.end))
		return error_set(err, "%s: it sent an answer of its own making", plugin->path);
	snprintf(plugin->name, sizeof(plugin->name), "%s", ready.words);
	return 0;
}

static void release(struct plugin *plugin)
{
	processes_finish(&plugin->processes);
	processes_finish(&plugin->others);
	if (plugin->object >= 0)
		close(plugin->object);
	code_names_free(plugin->names);
	array_finish(&plugin->nodes.at);
	for (size_t i = 0; i < plugin->failures.count; i++)
		free(plugin->failures.items[i].words);
	array_finish(&plugin->failures);
	for (size_t i = 0; i < plugin->causes.count; i++)
		free(plugin->causes.items[i]);
	array_finish(&plugin->causes);
	cause_free(plugin->search);
	array_finish(&plugin->pieces);
	array_finish(&plugin->entries);
	array_finish(&plugin->lists);
	free(plugin->more);
	free(plugin);
}

int plugin_open(struct plugin **ret_plugin, const struct plugin_config *config, struct error *err)
{
	struct plugin *plugin;
	struct stat file;

	if (stat(config->path, &file) < 0)
		return error_set(err, "%s: %s", config->path, strerror(errno));
	if (S_ISDIR(file.st_mode))
		return error_set(err, "%s: %s", config->path, strerror(EISDIR));
	for (plugin = all; plugin; plugin = plugin->next)
		if (is_same(plugin, config, &file)) {
			plugin->users++;
			*ret_plugin = plugin;
			return 0;
		}
	plugin = xcalloc(1, sizeof(*plugin));
	plugin->users = 1;
	plugin->object = -1;
	plugin->config = *config;
	plugin->config.path = plugin->path;
	plugin->file = file;
	plugin->words = &lab_words;
	snprintf(plugin->path, sizeof(plugin->path), "%s", config->path);
	plugin->more = xstrdup(config->more);
	plugin->config.more = plugin->more;
	*array_push(&plugin->nodes.at) = (struct history_node){0};
	if (prepare_library(plugin, err) < 0 || start(plugin, &plugin->processes, false, err) < 0 ||
		(config->twice && !plugin->stillborn &&
			start(plugin, &plugin->others, true, err) < 0)) {
		release(plugin);
		return -1;
	}
	plugin->nodes.at.items[0].end = plugin->start_end;
	plugin->next = all;
	all = plugin;
	*ret_plugin = plugin;
	return 0;
}

void plugin_close(struct plugin *plugin)
{
	struct plugin **link = &all;

	if (!plugin || --plugin->users > 0)
		return;
	while (*link != plugin)
		link = &(*link)->next;
	*link = plugin->next;
	release(plugin);
}

bool plugin_starts_oddly(struct text *words)
{
	for (const struct plugin *plugin = all; plugin; plugin = plugin->next)
		if (plugin->begun != 0) {
			text_add(words,
				"%s: mm_init() returned %d, where 0 is success and -1 is failure; it is taken for success, as by drivers of the lab",
				plugin->path, plugin->begun);
			return true;
		}
	return false;
}

bool plugin_gaps(struct text *words)
{
	static const struct {
		enum confined layer;
		const char *words;
	} gaps[] = {
		{CONFINED_SPACES, "without namespaces they can see other processes"},
		{CONFINED_FILES,
			"without landlock they can read and write files while they are loaded"},
		{CONFINED_CALLS,
			"without seccomp they can use the network and start and end processes"},
	};
	unsigned confined = CONFINED_ALL;

	for (const struct plugin *plugin = all; plugin; plugin = plugin->next)
		confined &= plugin->confined;
	for (size_t i = 0; i < sizeof(gaps) / sizeof(*gaps); i++)
		if (!(confined & gaps[i].layer))
			text_join(words, ", ", gaps[i].words);
	return confined != CONFINED_ALL;
}

const char *plugin_name(const struct plugin *plugin)
{
	return plugin->name;
}

bool plugin_is_of_lab(const struct plugin *plugin)
{
	return plugin->words == &lab_words;
}

const char *plugin_start_failure(const struct plugin *plugin)
{
	return plugin->stillborn ? plugin->failures.items[plugin->stillborn - 1].words : NULL;
}

bool plugin_describes(const struct plugin *plugin)
{
	return plugin->describes;
}

uint64_t plugin_base(const struct plugin *plugin)
{
	return TALK_BASE;
}

uint64_t plugin_room(const struct plugin *plugin)
{
	return plugin->heap;
}

uint64_t plugin_start_end(const struct plugin *plugin)
{
	return plugin->start_end;
}

/* ---- history ------------------------------------------------------------------------------- */

static struct call call_for(const struct plugin_request *request)
{
	static const enum call_kind kinds[] = {[PLUGIN_ALLOCATE] = CALL_ALLOCATE,
		[PLUGIN_RELEASE] = CALL_RELEASE,
		[PLUGIN_REALLOCATE] = CALL_REALLOCATE};

	return (struct call){.kind = kinds[request->ask],
		.address = request->address,
		.size = request->size,
		.alignment = request->alignment};
}

static bool is_call(const struct history_node *node, const struct call *call)
{
	const struct call other = call_of(node);

	return other.kind == call->kind && other.address == call->address &&
	       other.size == call->size && other.alignment == call->alignment;
}

/* The child of the node with that call; 0: none. */
static uint32_t find_child(const struct plugin *plugin, uint32_t node, const struct call *call)
{
	const struct history_node *nodes = plugin->nodes.at.items;
	uint32_t child = nodes[node].first_child;

	while (child && !is_call(&nodes[child], call))
		child = nodes[child].next_sibling;
	return child;
}

static uint32_t add_child(struct plugin *plugin, uint32_t parent, const struct call *call)
{
	uint32_t number = (uint32_t)plugin->nodes.at.count;
	struct history_node *node = array_push(&plugin->nodes.at);
	struct history_node *before = &plugin->nodes.at.items[parent];

	*node = (struct history_node){.parent = parent,
		.depth = before->depth + 1,
		.next_sibling = before->first_child,
		.kind = (uint8_t)call->kind,
		.alignment = call->alignment ? (uint8_t)(__builtin_ctzll(call->alignment) + 1) : 0,
		.asked_address = call->address,
		.asked_size = call->size};
	before->first_child = number;
	return number;
}

static bool is_believed(const struct reply *reply)
{
	return reply->kind == REPLY_DONE || reply->kind == REPLY_LOST ||
	       reply->kind == REPLY_NOT_KEPT || reply->kind == REPLY_BEYOND ||
	       reply->kind == REPLY_GIVEN_BACK;
}

bool reply_is_end(const struct reply *reply)
{
	return !is_believed(reply) && reply->kind != REPLY_OUTSIDE &&
	       reply->kind != REPLY_MISALIGNED && reply->kind != REPLY_OVERLAPS;
}

void plugin_add_step(const struct plugin *plugin, const struct plugin_step *step, struct text *out)
{
	const struct interface_words *words = plugin->words;

	text_add(out, "%s",
		step->ask == PLUGIN_RELEASE      ? words->release
		: step->ask == PLUGIN_REALLOCATE ? words->reallocate
						 : words->allocate);
	if (step->ask != PLUGIN_RELEASE)
		text_add(out, "(%" PRIu64 ")", step->size);
}

/* They are read when it fails for the first time. */
struct lookup *plugin_names(struct plugin *plugin)
{
	if (!plugin->has_looked)
		plugin->names = code_names_new(plugin->path,
			plugin->object >= 0 ? dup(plugin->object)
					    : open(plugin->library, O_RDONLY | O_CLOEXEC));
	plugin->has_looked = true;
	return plugin->names;
}

bool plugin_add_place(struct text *out, struct plugin *plugin, const struct code_place *place)
{
	return place->at && code_names_add(out, plugin_names(plugin), place);
}

static bool has_place(const struct reply *reply)
{
	return reply->kind == REPLY_CRASHED || reply->kind == REPLY_LOOPS ||
	       reply->kind == REPLY_EXITED || reply->kind == REPLY_FORBIDDEN;
}

static uint64_t min_of(uint64_t one, uint64_t other)
{
	return one < other ? one : other;
}

static uint64_t max_of(uint64_t one, uint64_t other)
{
	return one > other ? one : other;
}

static struct plugin_harm harm_of(const struct call *call, const struct reply *reply)
{
	struct plugin_harm harm = {.block = reply->other, .from = reply->other};

	switch (reply->kind) {
	case REPLY_OVERLAPS:
		harm.claimed = reply->address;
		harm.from = max_of(reply->other, reply->address);
		harm.to = min_of(reply->other + reply->other_size, reply->address + call->size);
		return harm;
	case REPLY_LOST:
		harm.is_lost = true;
		harm.from += reply->detail;
		harm.to = reply->other + reply->wrong_end;
		return harm;
	case REPLY_NOT_KEPT:
		harm.is_lost = true;
		harm.block = reply->address;
		harm.from = reply->address + reply->detail;
		harm.to = reply->address + reply->wrong_end;
		return harm;
	case REPLY_GIVEN_BACK:
		harm.to = reply->other + reply->other_size;
		return harm;
	default:
		return (struct plugin_harm){0};
	}
}

static struct plugin_stray stray_of(const struct call *call, const struct reply *reply)
{
	bool has_moved = call && reply->address != call->address;
	/* what is longer than links is not what links have spoilt: the first byte may be one's */
	bool is_long = reply->wrong_end - reply->detail > LINKS_MAX;
	uint64_t byte = is_long ? reply->wrong_end - 1 : reply->detail;

	switch (reply->kind) {
	case REPLY_LOST:
		return (struct plugin_stray){.address = reply->other + reply->detail};
	case REPLY_BEYOND:
		return (struct plugin_stray){.address = reply->other};
	case REPLY_NOT_KEPT:
		return (struct plugin_stray){.address = call->address + byte,
			.copy = has_moved ? reply->address + byte : 0,
			.kept = reply->detail,
			.kept_end = reply->address + reply->detail,
			.copies_itself = has_moved && !reply->lacks_realloc};
	default:
		return (struct plugin_stray){0};
	}
}

/*
 * What was wrong, in words that the plug-in keeps; end: of the heap before the call. Their number,
 * from 1.
 */
uint32_t plugin_add_failure(struct plugin *plugin, const struct call *call,
	const struct reply *reply, uint64_t end, const struct text *output)
{
	struct text words = {0}, place = {0};

	if (call)
		add_call(&words, plugin->words, call);
	else
		text_add(&words, "%s()", plugin->words->init);
	if (reply->kind == REPLY_NOT_BEGUN && *reply->words)
		text_add(&words, " %s", reply->words);
	else
		add_failure(&words, reply, end);
	if (has_place(reply) && plugin_add_place(&place, plugin, &reply->place))
		text_add(&words, reply->kind == REPLY_LOOPS ? "; its time was over %s" : ", %s",
			text_of(&place));
	if (!call && reply->kind == REPLY_BEYOND && plugin_add_place(&place, plugin, &reply->place))
		text_add(&words, "; the write is %s", text_of(&place));
	text_finish(&place);
	if (call)
		add_parts(&words, plugin->words, call, reply);
	add_origin(&words, reply);
	add_width(&words, plugin);
	if (reply->was_refused)
		text_add(&words, "; its heap may not grow beyond %" PRIu64 " bytes (--plugin-heap)",
			plugin->heap);
	add_last_words(&words, output);
	*array_push(&plugin->failures) = (struct plugin_failure){.words = text_detach(&words),
		.harm = harm_of(call, reply),
		.stray = stray_of(call, reply),
		.address = reply->address,
		.word = reply->word,
		.kind = reply->kind,
		.has_said_why = reply->kind == REPLY_CRASHED &&
				(reply->size == TOUCH_STACK || reply->size == TOUCH_GONE)};
	return (uint32_t)plugin->failures.count;
}

/* The plug-in can write to the runner's socket: what the runner would never say is its own. */
bool plugin_believes(const struct plugin *plugin, uint32_t parent, const struct reply *reply)
{
	uint64_t room = (plugin->heap + TALK_PAGE - 1) / TALK_PAGE * TALK_PAGE;

	if (reply_is_end(reply))
		return true;
	return reply->end >= plugin->nodes.at.items[parent].end && reply->end - TALK_BASE <= room &&
	       reply->held <= reply->end - TALK_BASE &&
	       (!is_believed(reply) || reply->address % plugin->alignment == 0);
}

/* Of a plug-in that never began. */
static uint32_t add_stillborn(struct plugin *plugin, uint32_t parent, const struct call *call)
{
	uint32_t number = add_child(plugin, parent, call);
	struct history_node *node = &plugin->nodes.at.items[number];

	node->is_dead = true;
	node->end = plugin->start_end;
	node->failure = plugin->stillborn;
	return number;
}

/* Asks the plug-in, and stores the answer as a new node. */
static uint32_t find_out(struct plugin *plugin, uint32_t parent, const struct call *call)
{
	struct text output = {0};
	struct reply reply, other;

	if (plugin->stillborn)
		return add_stillborn(plugin, parent, call);
	processes_call(&plugin->processes, parent, call, plugin->describes, &reply, &output);
	if (plugin->config.twice && !reply_is_end(&reply)) {
		processes_call(&plugin->others, parent, call, false, &other, NULL);
		if (other.kind != reply.kind || other.address != reply.address)
			reply.kind = REPLY_DIFFERS;
	}
	if (!plugin_believes(plugin, parent, &reply))
		reply.kind = REPLY_FORGED;
	uint32_t number = add_child(plugin, parent, call);
	struct history_node *node = &plugin->nodes.at.items[number];
	node->is_dead = reply_is_end(&reply);
	node->was_refused = reply.was_refused && !reply_is_end(&reply);
	node->address = is_believed(&reply) ? reply.address : 0;
	node->end = node->is_dead ? plugin->nodes.at.items[parent].end : reply.end;
	node->held = node->is_dead ? plugin->nodes.at.items[parent].held : reply.held;
	if (reply.kind != REPLY_DONE)
		node->failure = plugin_add_failure(plugin, call, &reply,
			plugin->nodes.at.items[parent].end, &output);
	if (!node->is_dead) {
		processes_moved(&plugin->processes, number);
		processes_moved(&plugin->others, number);
	}
	text_finish(&output);
	return number;
}

uint32_t plugin_ask(struct plugin *plugin, uint32_t node, const struct plugin_request *request,
	struct plugin_answer *ret_answer)
{
	const struct call call = call_for(request);
	uint32_t number = find_child(plugin, node, &call);

	assert(!plugin->nodes.at.items[node].is_dead);
	if (!number)
		number = find_out(plugin, node, &call);
	struct history_node *answered = &plugin->nodes.at.items[number];
	answered->event = request->event;
	*ret_answer = (struct plugin_answer){.address = answered->address,
		.end = answered->end,
		.held = answered->held,
		.is_dead = answered->is_dead,
		.was_refused = answered->was_refused};
	if (answered->failure) {
		const struct plugin_failure *failure =
			&plugin->failures.items[answered->failure - 1];
		ret_answer->failure = failure->words;
		ret_answer->harm = failure->harm;
	}
	return number;
}

/* ---- descriptions -------------------------------------------------------------------------- */

static int by_base(const void *one, const void *other)
{
	const struct plugin_piece *a = one, *b = other;

	return (a->base > b->base) - (a->base < b->base);
}

static void take_item(struct plugin *plugin, const struct description_item *item)
{
	const struct plugin_piece piece = {.base = item->base,
		.size = item->size,
		.payload = item->kind == ITEM_USED ? item->payload : 0};

	switch ((enum item_kind)item->kind) {
	case ITEM_FREE:
	case ITEM_USED:
		if (item->size > 0)
			*array_push(&plugin->pieces) = piece;
		break;
	case ITEM_LIST: {
		struct plugin_list *list = array_push(&plugin->lists);
		*list = (struct plugin_list){.from = plugin->entries.count};
		snprintf(list->name, sizeof(list->name), "%.31s", item->name);
		break;
	}
	case ITEM_ENTRY:
		if (plugin->lists.count == 0)
			break;
		*array_push(&plugin->entries) = piece;
		plugin->lists.items[plugin->lists.count - 1].count++;
		break;
	}
}

/* Pieces in address order that do not overlap and lie in the heap. */
static void sort_pieces(struct plugin *plugin, uint64_t end)
{
	uint64_t at = TALK_BASE;
	size_t kept = 0;

	if (plugin->pieces.count > 1)
		qsort(plugin->pieces.items, plugin->pieces.count, sizeof(*plugin->pieces.items),
			by_base);
	for (size_t i = 0; i < plugin->pieces.count; i++) {
		const struct plugin_piece piece = plugin->pieces.items[i];
		if (piece.base < at || piece.base > end || piece.size > end - piece.base)
			continue;
		plugin->pieces.items[kept++] = piece;
		at = piece.base + piece.size;
	}
	plugin->pieces.count = kept;
}

static int by_base_and_list(const void *one, const void *other)
{
	const struct plugin_piece *const *a = one, *const *b = other;

	return (*a)->base != (*b)->base ? ((*a)->base > (*b)->base) - ((*a)->base < (*b)->base)
					: (*a > *b) - (*a < *b);
}

/* Free pieces and entries are in the same order then, so that both are gone through once. */
static void number_pieces(struct plugin *plugin)
{
	size_t n = plugin->entries.count, at = 0;
	struct plugin_piece **sorted = xcalloc(n + 1, sizeof(*sorted));

	for (size_t i = 0; i < plugin->lists.count; i++)
		for (size_t j = 0; j < plugin->lists.items[i].count; j++)
			plugin->entries.items[plugin->lists.items[i].from + j].order = j + 1;
	for (size_t i = 0; i < n; i++)
		sorted[i] = &plugin->entries.items[i];
	qsort(sorted, n, sizeof(*sorted), by_base_and_list);
	for (size_t i = 0; i < plugin->pieces.count; i++) {
		struct plugin_piece *piece = &plugin->pieces.items[i];
		while (at < n && sorted[at]->base < piece->base)
			at++;
		if (at < n && sorted[at]->base == piece->base && !piece->payload)
			piece->order = sorted[at]->order;
	}
	free(sorted);
}

static bool fetch_description(struct plugin *plugin, uint32_t node)
{
	const struct call call = {.kind = CALL_DESCRIBE};
	struct reply reply;
	bool is_complete = false;

	plugin->pieces.count = plugin->entries.count = plugin->lists.count = 0;
	processes_call(&plugin->processes, node, &call, false, &reply, NULL);
	if (reply.kind != REPLY_DONE || reply.size > SIZE_MAX / sizeof(struct description_item))
		return false;
	struct description_item *items = xcalloc(reply.size + 1, sizeof(*items));
	is_complete = processes_hear_items(&plugin->processes, items, reply.size);
	for (size_t i = 0; is_complete && i < reply.size; i++)
		take_item(plugin, &items[i]);
	free(items);
	sort_pieces(plugin, plugin->nodes.at.items[node].end);
	number_pieces(plugin);
	plugin->description = (struct plugin_description){plugin->pieces.items,
		plugin->pieces.count, plugin->lists.items, plugin->lists.count,
		plugin->entries.items, plugin->entries.count};
	return is_complete;
}

const struct plugin_description *plugin_describe(struct plugin *plugin, uint32_t node)
{
	if (!plugin->describes || plugin->nodes.at.items[node].is_dead)
		return NULL;
	if (plugin->described != node + 1) {
		plugin->is_described = fetch_description(plugin, node);
		plugin->described = node + 1;
	}
	return plugin->is_described ? &plugin->description : NULL;
}

/* ---- processes ------------------------------------------------------------------------------- */

void plugin_forget_processes(struct plugin *plugin)
{
	processes_forget(&plugin->processes);
	processes_forget(&plugin->others);
}
