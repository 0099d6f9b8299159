/* See weak.h; and the workload with owners that hold the cache's objects for a while. */
#include "workload/weak.h"

#include "workload/workload.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#define FIRST_CELLS 8u

static struct weak **new_table(struct memory *memory, uint64_t cells, const char *who)
{
	struct weak **table = memory_allocate(memory, cells * sizeof(*table), who);

	for (uint64_t i = 0; i < cells; i++)
		table[i] = NULL;
	return table;
}

struct weak_cache *weak_new(struct memory *memory, bool has_objects)
{
	struct weak_cache *cache = memory_allocate(memory, sizeof(*cache), "weak_new (cache)");

	*cache = (struct weak_cache){.memory = memory,
		.has_objects = has_objects,
		.cells = FIRST_CELLS};
	if (has_objects)
		memory_collects_when_asked(memory, "weak_new");
	cache->table = new_table(memory, FIRST_CELLS, "weak_new (table)");
	return cache;
}

static uint64_t place_of(uint64_t key, uint64_t cells)
{
	return (key * UINT64_C(0x9E3779B97F4A7C15)) >> 32 & (cells - 1);
}

static void drop_weak(struct weak *weak, const char *who)
{
	struct weak_cache *cache = weak->cache;

	if (cache->has_objects)
		memory_lets_go(cache->memory, OBJECT_NONE, weak->number, who);
	memory_release(cache->memory, weak, who);
}

void weak_free(struct weak_cache *cache)
{
	if (!cache)
		return;
	for (uint64_t i = 0; i < cache->cells; i++)
		for (struct weak *weak = cache->table[i], *next; weak; weak = next) {
			next = weak->chained;
			weak->object->weak = NULL;
			drop_weak(weak, "weak_free");
		}
	memory_release(cache->memory, cache->table, "weak_free");
	memory_release(cache->memory, cache, "weak_free");
}

/* By which the trace knows it. */
static uint32_t number_of(const struct cached_object *object)
{
	return object->number != OBJECT_NONE ? object->number
					     : memory_number(object->weak->cache->memory, object);
}

struct cached_object *weak_get(struct weak_cache *cache, uint64_t key)
{
	struct weak *weak = cache->table[place_of(key, cache->cells)];

	while (weak && weak->object->key != key)
		weak = weak->chained;
	if (!weak) {
		memory_caches(cache->memory, USE_MISS, OBJECT_NONE, key, "weak_get");
		return NULL;
	}
	weak->object->references++;
	memory_caches(cache->memory, USE_HIT, number_of(weak->object), key, "weak_get");
	if (cache->has_objects)
		memory_refers(cache->memory, OBJECT_NONE, weak->object->number, "weak_get");
	return weak->object;
}

static void grow(struct weak_cache *cache)
{
	uint64_t cells = cache->cells * 2;
	struct weak **table = new_table(cache->memory, cells, "weak_grow (table)");

	for (uint64_t i = 0; i < cache->cells; i++)
		for (struct weak *weak = cache->table[i], *next; weak; weak = next) {
			struct weak **cell = &table[place_of(weak->object->key, cells)];
			next = weak->chained;
			weak->chained = *cell;
			*cell = weak;
		}
	memory_release(cache->memory, cache->table, "weak_grow");
	cache->table = table;
	cache->cells = cells;
}

/* The numbers by which the trace knows them. */
static void tell_of(struct cached_object *object)
{
	struct memory *memory = object->weak->cache->memory;

	object->number = memory_made(memory, sizeof(*object) + object->size, "weak_put (object)");
	object->weak->number = memory_made_weak(memory, sizeof(*object->weak), object->number,
		"weak_put (weak reference)");
}

struct cached_object *weak_put(struct weak_cache *cache, uint64_t key, uint32_t size)
{
	if (cache->count == cache->cells)
		grow(cache);

	struct weak **cell = &cache->table[place_of(key, cache->cells)];
	cache->memory->is_quiet = cache->has_objects;
	struct cached_object *object =
		memory_allocate(cache->memory, sizeof(*object) + size, "weak_put (object)");
	struct weak *weak =
		memory_allocate(cache->memory, sizeof(*weak), "weak_put (weak reference)");
	cache->memory->is_quiet = false;
	*object = (struct cached_object){.references = 1,
		.weak = weak,
		.key = key,
		.size = size,
		.number = OBJECT_NONE};
	*weak = (struct weak){.chained = *cell, .cache = cache, .object = object};
	*cell = weak;
	if (cache->has_objects)
		tell_of(object);
	memory_caches(cache->memory, USE_KEEP, number_of(object), key, "weak_put (object)");
	cache->count++;
	cache->bytes += size;
	return object;
}

/* The object dies: removes its weak, so that it is no longer found. */
static void forget(struct weak *weak)
{
	struct weak_cache *cache = weak->cache;
	struct weak **link = &cache->table[place_of(weak->object->key, cache->cells)];

	while (*link != weak)
		link = &(*link)->chained;
	*link = weak->chained;
	cache->count--;
	cache->bytes -= weak->object->size;
	drop_weak(weak, "weak_forget");
}

void object_drop(struct memory *memory, struct cached_object *object, const char *who)
{
	if (object && object->number != OBJECT_NONE)
		memory_lets_go(memory, OBJECT_NONE, object->number, who);
	if (!object || --object->references > 0)
		return;
	if (object->weak)
		forget(object->weak);
	memory_release(memory, object, who);
}

/* ---- the workload ---------------------------------------------------------------------------- */

struct weak_scene {
	struct weak_cache *cache;
	struct cached_object **held; /* by each owner; NULL: nothing */
	uint64_t owners;
	bool has_said_hit, has_let_go;
};

static void tell_hit(struct run *run, struct weak_scene *scene, const struct cached_object *object)
{
	if (scene->has_said_hit)
		return;
	scene->has_said_hit = true;
	memory_mark(run->memory, "first hit");
	memory_note(run->memory,
		"Key %" PRIu64
		" is held by another owner, so the cache finds it: a HIT. It has %" PRIu64
		" references now, and the cache's own does not count.",
		key_number(object->key), object->references);
}

/* An owner lets go of what it held, and asks for something else. */
static void change(struct run *run, struct weak_scene *scene)
{
	struct cached_object **held = &scene->held[draw_below(&run->draws, scene->owners)];
	uint64_t key = draw_key(&run->draws, &run->keys);

	object_drop(run->memory, *held, "owner_change");
	*held = weak_get(scene->cache, key);
	run_looked_up(run, *held != NULL);
	if (*held) {
		assert((*held)->value[0] == (key & 0xff) &&
			(*held)->value[(*held)->size - 1] == (key & 0xff));
		tell_hit(run, scene, *held);
	} else {
		*held = weak_put(scene->cache, key, (uint32_t)draw_size(&run->draws, &run->sizes));
		memset((*held)->value, (int)(key & 0xff), (*held)->size);
	}
	run->tally.entries = scene->cache->count;
	run->tally.bytes = scene->cache->bytes;
}

static void let_all_go(struct run *run, struct weak_scene *scene)
{
	for (uint64_t i = 0; i < scene->owners; i++) {
		object_drop(run->memory, scene->held[i], "owner_leave");
		scene->held[i] = NULL;
	}
}

static void tell_and_let_go(struct run *run, struct weak_scene *scene)
{
	uint64_t count = scene->cache->count;

	if (scene->has_let_go || run->tally.operations * 2 < run->planned)
		return;
	scene->has_let_go = true;
	memory_mark(run->memory, "the owners drop");
	memory_note(run->memory,
		"Half of the work is done, and the cache has %" PRIu64
		" entries. Now every owner drops its object, and the cache is not informed. How many entries will be left?",
		count);
	let_all_go(run, scene);
	memory_mark(run->memory, "empty");
	memory_note(run->memory,
		"%s: each object died with its last reference, and its weak reference left the table. The table itself keeps its %" PRIu64
		" cells: it only grows. The work continues.",
		scene->cache->count ? "Some" : "None", scene->cache->cells);
}

static int run_weak(struct run *run, struct error *err)
{
	struct weak_scene scene = {.owners = options_number(run->options, "owners")};

	memory_note(run->memory,
		"A cache of WEAK references: it finds objects that others keep alive, and keeps none alive itself. %" PRIu64
		" owners each hold an object, and now and then swap it for another.",
		scene.owners);
	scene.cache =
		weak_new(run->memory, options_choice(run->options, "write-as") == WRITE_AS_OBJECTS);
	scene.held = memory_allocate(run->memory, scene.owners * sizeof(struct cached_object *),
		"owners (array)");
	memset(scene.held, 0, scene.owners * sizeof(struct cached_object *));
	while (run_goes_on(run)) {
		tell_and_let_go(run, &scene);
		change(run, &scene);
	}
	run_ends(run);
	memory_mark(run->memory, "the work is done");
	memory_note(run->memory,
		"%" PRIu64 " lookups, %" PRIu64
		" hits: an object without an owner is never found, however often it is asked for. The owners drop their objects once more.",
		run->tally.lookups, run->tally.hits);
	let_all_go(run, &scene);
	memory_release(run->memory, scene.held, "owners");
	weak_free(scene.cache);
	memory_note(run->memory, "Everything was freed.");
	return 0;
}

const struct workload workload_weak_cache = {
	.name = "weak-cache",
	.group = "caches",
	.summary = "a cache of weak references: an entry goes when its last owner drops it",
	.defaults =
		"--operations 2000 --owners 100 --keys zipf --zipf 0.9 --universe 1000 --sizes 16-400 "
		"--spread uniform --write-as blocks",
	.engine = "heap",
	.run = run_weak,
};
