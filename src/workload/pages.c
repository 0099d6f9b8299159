/*
 * See pages.h. A page is compressed when it is put in and decompressed, into a buffer of its own,
 * each time it is asked for; the result is compared with the text.
 */
#include "workload/pages.h"

#include "base/error.h"
#include "base/units.h"
#include "workload/codec.h"
#include "workload/lru.h"
#include "workload/workload.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct pages_scene {
	const struct codec *codec;
	struct lru *lru;
	size_t page; /* bytes */
	bool has_said_put, has_said_hit, has_said_full;
};

/* Page number `key`: so many bytes of the text, which begins again where it ends. */
static void read_page(const struct run *run, uint64_t key, size_t page, unsigned char *out)
{
	for (size_t i = 0; i < page; i++)
		out[i] = (unsigned char)run->text[(key * page + i) % run->text_length];
}

static bool is_page(const struct run *run, uint64_t key, size_t page, const unsigned char *bytes)
{
	for (size_t i = 0; i < page; i++)
		if (bytes[i] != (unsigned char)run->text[(key * page + i) % run->text_length])
			return false;
	return true;
}

/* Nanoseconds of the processor's time; 0 where it is not measured. */
static uint64_t now(const struct run *run)
{
	struct timespec time = {0};

	if (run_is_timed(run))
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (uint64_t)time.tv_sec * UINT64_C(1000000000) + (uint64_t)time.tv_nsec;
}

static int look_at(struct run *run, struct pages_scene *scene, const struct lru_entry *entry,
	struct error *err)
{
	if (!scene->has_said_hit) {
		memory_mark(run->memory, "first hit");
		memory_note(run->memory,
			"Page %" PRIu64
			" is in the cache: a HIT. But now it costs memory: a buffer of %zu bytes to decompress "
			"it into, which is freed once it has been read.",
			key_number(entry->key), scene->page);
		scene->has_said_hit = true;
	}
	unsigned char *page = memory_allocate(run->memory, scene->page, "page_read (buffer)");
	uint64_t before = now(run);
	bool is_whole =
		scene->codec->unpack(run->memory, entry->value, entry->size, page, scene->page);
	uint64_t time = now(run) - before;
	is_whole = is_whole && is_page(run, entry->key, scene->page, page);
	run->tally.unpacked++;
	run->tally.unpack_time += time;
	run_notes(run, SPAN_TIME, time);
	memory_release(run->memory, page, "page_read");
	if (is_whole)
		return 0;
	return error_set(err, "%s %s did not restore page %" PRIu64 " as it was",
		scene->codec->name, scene->codec->version(), key_number(entry->key));
}

static void tell_put(struct run *run, struct pages_scene *scene, const struct lru_entry *entry)
{
	struct units plain, packed;

	if (scene->has_said_put)
		return;
	scene->has_said_put = true;
	memory_note(run->memory,
		"A page of %s became %s. During compression the page, the result and the library's own state were all live. All of them were freed, and the entry stays. Where did it go?",
		units_bytes(&plain, scene->page), units_bytes(&packed, entry->size));
}

static void tell_full(struct run *run, struct pages_scene *scene)
{
	if (scene->has_said_full || !lru_is_full(scene->lru))
		return;
	scene->has_said_full = true;
	memory_mark(run->memory, "the cache is full");
	memory_note(run->memory,
		"The cache is FULL: %" PRIu64 " entries, in %" PRIu64 " bytes instead of %" PRIu64
		". From now on every miss evicts a page, and no two compressed pages have the same size. Do the holes get smaller or larger?",
		scene->lru->count, scene->lru->bytes, scene->lru->count * scene->page);
}

static void note_packed(struct run *run, size_t page, size_t size, uint64_t time)
{
	run->tally.packed++;
	run->tally.packed_from += page;
	run->tally.packed_to += size;
	run->tally.pack_time += time;
	run_notes(run, SPAN_TIME, time);
}

/* The room for the result is larger than what is kept of it. */
static int put(struct run *run, struct pages_scene *scene, uint64_t key, struct error *err)
{
	size_t room = scene->codec->bound(scene->page);
	unsigned char *page = memory_allocate(run->memory, scene->page, "page_write (page)");
	unsigned char *packed = memory_allocate(run->memory, room, "page_write (buffer)");

	read_page(run, key, scene->page, page);
	uint64_t before = now(run);
	size_t size = scene->codec->pack(run->memory, page, scene->page, packed, room);
	note_packed(run, scene->page, size, now(run) - before);
	if (size > 0) {
		struct lru_entry *entry = lru_put(scene->lru, key, size);
		memcpy(entry->value, packed, size);
	}
	memory_release(run->memory, packed, "page_write");
	memory_release(run->memory, page, "page_write");
	if (size == 0)
		return error_set(err, "%s %s could not compress page %" PRIu64, scene->codec->name,
			scene->codec->version(), key_number(key));
	tell_put(run, scene, scene->lru->newest);
	tell_full(run, scene);
	return 0;
}

static int ask(struct run *run, struct pages_scene *scene, struct error *err)
{
	uint64_t key = draw_key(&run->draws, &run->keys);
	struct lru_entry *entry = lru_get(scene->lru, key);

	run_looked_up(run, entry != NULL);
	run_notes(run, SPAN_EVICTIONS, !entry && lru_is_full(scene->lru));
	int result = entry ? look_at(run, scene, entry, err) : put(run, scene, key, err);
	run->tally.entries = scene->lru->count;
	run->tally.bytes = scene->lru->count * scene->page;
	if (run->tally.bytes > scene->lru->bytes)
		run_notes(run, SPAN_SAVED, run->tally.bytes - scene->lru->bytes);
	return result;
}

int pages_run(struct run *run, const struct codec *codec, struct error *err)
{
	uint64_t capacity = options_number(run->options, "capacity");
	struct pages_scene scene = {.codec = codec,
		.page = (size_t)options_number(run->options, "page")};
	int result = 0;

	memory_note(run->memory,
		"A cache of %" PRIu64
		" pages of text, %zu bytes each, compressed by %s %s. It keeps more in the same memory. The price is CPU time, and memory that is needed only for a moment.",
		capacity, scene.page, codec->name, codec->version());
	scene.lru = lru_new(run->memory, capacity);
	while (result == 0 && run_goes_on(run))
		result = ask(run, &scene, err);
	run_ends(run);
	memory_mark(run->memory, "the work is done");
	memory_note(run->memory,
		"%" PRIu64 " lookups, %" PRIu64 " hits. %" PRIu64 " pages are here, %" PRIu64
		" bytes of text in %" PRIu64
		" bytes; how much do they hold of the system's memory? The cache is dropped.",
		run->tally.lookups, run->tally.hits, scene.lru->count,
		scene.lru->count * scene.page, scene.lru->bytes);
	lru_free(scene.lru);
	memory_note(run->memory, "Everything was freed.");
	return result;
}
