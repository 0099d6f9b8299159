/*
 * A cache that collects when it evicts. An entry is a document of a few parts; the document refers
 * to its parts, each part to its document, and some documents to the one that was made before. So
 * an evicted document is still referred to, by its own parts, and reference counting alone would
 * keep it forever: after every few evictions a collection looks for documents that nothing outside
 * holds (graph.h).
 */
#include "workload/collection.h"

#include "workload/graph.h"
#include "workload/lru.h"

#include <inttypes.h>
#include <string.h>

#define PARTS_MAX    3u
#define PLACE_BEFORE 0u /* of a document: the reference to the document before; its parts follow */

struct collection_scene {
	struct lru *lru;
	struct counted_graph *graph;
	struct graph_node *before; /* the document that was made last; a reference of its own */
	uint64_t every;            /* evictions */
	uint64_t pending;          /* evictions since the last collection */
	uint64_t collected;
	bool has_said_eviction, has_said_collection;
};

static void drop_document(void *user, void *value, const char *who)
{
	struct collection_scene *scene = user;

	scene->pending++;
	node_drop(scene->graph, value, who);
}

static struct graph_node *make_document(struct run *run, struct collection_scene *scene)
{
	uint32_t parts = 1 + (uint32_t)draw_below(&run->draws, PARTS_MAX);
	struct graph_node *document =
		graph_add(scene->graph, 1 + parts, (uint32_t)draw_size(&run->draws, &run->sizes));

	memset(document->value, 'd', document->size);
	for (uint32_t i = 0; i < parts; i++) {
		struct graph_node *part =
			graph_add(scene->graph, 1, (uint32_t)draw_size(&run->draws, &run->sizes));
		memset(part->value, 'p', part->size);
		node_refer(scene->graph, part, 0, document);
		node_refer(scene->graph, document, 1 + i, part);
		node_drop(scene->graph, part, "document_make");
	}
	if (scene->before && draw_below(&run->draws, 4) == 0)
		node_refer(scene->graph, document, PLACE_BEFORE, scene->before);
	if (scene->before)
		node_drop(scene->graph, scene->before, "document_make");
	scene->before = document;
	node_take(scene->graph, document, "document_make");
	return document;
}

static uint64_t document_bytes(const struct graph_node *document)
{
	uint64_t bytes = document->size;

	for (uint32_t i = 1; i < document->room; i++)
		bytes += document->others[i]->size;
	return bytes;
}

static void tell_eviction(struct run *run, struct collection_scene *scene)
{
	if (scene->has_said_eviction)
		return;
	scene->has_said_eviction = true;
	memory_mark(run->memory, "the cache is full");
	memory_note(run->memory,
		"The cache is FULL and evicts a document: it drops its reference to it. But the parts of the "
		"document still refer to it, and it to them: a CYCLE, whose counts never reach zero. Only the cache's "
		"own entry is freed. What happens to the document's memory?");
}

static void collect(struct run *run, struct collection_scene *scene)
{
	uint64_t before = scene->graph->count;

	if (!scene->has_said_collection) {
		memory_mark(run->memory, "a collection");
		memory_note(run->memory,
			"Nothing: it is garbage. After every %" PRIu64
			" evictions the cache COLLECTS. For each node it counts the references from other nodes. If those are all there are, nothing outside holds it. Of %" PRIu64
			" nodes, how many will be freed?",
			scene->every, before);
	}
	uint64_t collected = graph_collect(scene->graph);
	run->tally.collections++;
	run->tally.longest_pause =
		before > run->tally.longest_pause ? before : run->tally.longest_pause;
	run_notes(run, SPAN_PAUSES, before);
	if (!scene->has_said_collection)
		memory_note(run->memory,
			"%" PRIu64 " of %" PRIu64
			" nodes were garbage. An evicted document that a cached one refers to stays, with its parts, until the cached one is freed.",
			collected, before);
	scene->has_said_collection = true;
	scene->pending = 0;
	scene->collected += collected;
}

/* Without a collector: said once, after as many evictions as the cache has documents. */
static void tell_leak(struct run *run, struct collection_scene *scene)
{
	if (scene->has_said_collection || scene->lru->evicted < scene->lru->capacity)
		return;
	scene->has_said_collection = true;
	memory_mark(run->memory, "it only grows");
	memory_note(run->memory,
		"Nothing: it stays, and nothing can reach it. %" PRIu64
		" documents were evicted, %" PRIu64
		" nodes are live, and no collector looks for those that are GARBAGE. There are no pauses either.",
		scene->lru->evicted, scene->graph->count);
}

static void ask(struct run *run, struct collection_scene *scene)
{
	uint64_t key = draw_key(&run->draws, &run->keys);

	bool is_hit = lru_get(scene->lru, key) != NULL;
	run_looked_up(run, is_hit);
	if (is_hit)
		return;
	run_notes(run, SPAN_EVICTIONS, lru_is_full(scene->lru));
	if (lru_is_full(scene->lru))
		tell_eviction(run, scene);
	struct graph_node *document = make_document(run, scene);
	lru_keep(scene->lru, key, document, document_bytes(document));
	run->tally.entries = scene->lru->count;
	run->tally.bytes = scene->lru->bytes;
	if (scene->every == 0)
		tell_leak(run, scene);
	else if (scene->pending >= scene->every)
		collect(run, scene);
}

int collecting_run(struct run *run, struct error *err)
{
	uint64_t capacity = options_number(run->options, "capacity");
	struct collection_scene scene = {.every = options_number(run->options, "collect-every")};

	memory_note(run->memory,
		"A cache of %" PRIu64
		" documents. A document has one to three parts; it refers to them, and each of "
		"them to it. Some documents refer to the one made before. References are counted.",
		capacity);
	scene.graph = graph_new(run->memory,
		options_choice(run->options, "write-as") == WRITE_AS_OBJECTS);
	scene.lru = lru_new(run->memory, capacity);
	scene.lru->drop = drop_document;
	scene.lru->dropper = &scene;
	while (run_goes_on(run))
		ask(run, &scene);
	run_ends(run);
	memory_mark(run->memory, "the work is done");
	memory_note(run->memory,
		"%" PRIu64 " lookups, %" PRIu64 " hits, %" PRIu64 " evictions, %" PRIu64
		" collections of %" PRIu64 " nodes. %" PRIu64
		" nodes are live. The cache is dropped, but that frees no cycle.",
		run->tally.lookups, run->tally.hits, scene.lru->evicted, run->tally.collections,
		scene.collected, scene.graph->count);
	lru_free(scene.lru);
	if (scene.before)
		node_drop(scene.graph, scene.before, "document_drop");
	memory_mark(run->memory, "the last collection");
	uint64_t rest = scene.graph->count;
	memory_note(run->memory,
		"The cache is gone, but %" PRIu64
		" nodes are still live, and nothing can use them. One more collection:",
		rest);
	graph_collect(scene.graph);
	graph_free(scene.graph);
	memory_note(run->memory,
		"All of them were garbage. Without a collector they would stay forever: a LEAK.");
	return 0;
}

const struct workload workload_collecting_cache = {
	.name = "collecting-cache",
	.group = "caches",
	.summary =
		"entries that refer to each other in cycles, and a collector that runs after evictions",
	.defaults =
		"--operations 1500 --capacity 60 --collect-every 16 --keys zipf --zipf 0.9 --universe 600 "
		"--sizes 16-200 --spread uniform --write-as blocks",
	.engine = "heap",
	.run = collecting_run,
};
