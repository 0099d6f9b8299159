/*
 * The definitions that a writer writes: call sites, and the modules and names that they belong to.
 * A hash of frames finds the sites that were met before.
 */
#include "trace/writer.h"

#include "base/xalloc.h"

#include <stdlib.h>
#include <string.h>

int writer_flush_definitions(struct trace_writer *writer, struct error *err)
{
	struct chunk_head chunk = {.kind = CHUNK_SITES,
		.texts = writer->ndefinitions,
		.first = writer->chunk.first};

	if (writer->ndefinitions == 0)
		return 0;
	int result = writer_put_chunk(writer, &chunk, &writer->definitions, err);
	writer->ndefinitions = 0;
	writer->site_coding = (struct site_coding){.count = 0};
	return result;
}

static int note_definition(struct trace_writer *writer, struct error *err)
{
	bool is_full = ++writer->ndefinitions == CHUNK_TEXTS_MAX ||
		       writer->definitions.length >= FLUSH_BYTES;

	return is_full ? writer_flush_definitions(writer, err) : 0;
}

int trace_writer_define(struct trace_writer *writer, const uint64_t *frames, size_t count,
	struct error *err)
{
	sites_add(&writer->sites, frames, count);
	if (writer->form == TRACE_BINARY) {
		sites_put(&writer->definitions, &writer->site_coding, frames, count);
		return note_definition(writer, err);
	}
	text_put_end(&writer->out, &writer->text_state);
	text_put_site(&writer->out, (uint32_t)writer->sites.sites.count, frames, count);
	return writer_flush_text(writer, FLUSH_BYTES, err);
}

int trace_writer_define_module(struct trace_writer *writer, const struct trace_module *module,
	struct error *err)
{
	sites_add_module(&writer->sites, module);
	if (writer->form == TRACE_BINARY) {
		sites_put_module(&writer->definitions, module);
		return note_definition(writer, err);
	}
	text_put_end(&writer->out, &writer->text_state);
	text_put_module(&writer->out, module);
	return writer_flush_text(writer, FLUSH_BYTES, err);
}

int trace_writer_define_name(struct trace_writer *writer, uint64_t address, const char *words,
	struct error *err)
{
	sites_add_name(&writer->sites, address, words);
	if (writer->form == TRACE_BINARY) {
		sites_put_name(&writer->definitions, address, words);
		return note_definition(writer, err);
	}
	text_put_end(&writer->out, &writer->text_state);
	text_put_name(&writer->out, address, words);
	return writer_flush_text(writer, FLUSH_BYTES, err);
}

/*
 * The cell with the number of the site that has these frames, or the empty one where it would go.
 */
static uint32_t *find_site(const struct trace_writer *writer, const uint64_t *frames, size_t count)
{
	uint64_t hash = count;

	for (size_t i = 0; i < count; i++)
		hash = (hash ^ frames[i]) * UINT64_C(0x9E3779B97F4A7C15);
	for (size_t at = (size_t)(hash >> 24);; at++) {
		uint32_t *cell = &writer->index[at & (writer->index_room - 1)];
		const uint64_t *others;
		if (*cell == 0 || (sites_frames(&writer->sites, *cell, &others) == count &&
					  memcmp(frames, others, count * sizeof(*frames)) == 0))
			return cell;
	}
}

static void grow_index(struct trace_writer *writer)
{
	uint32_t *old = writer->index;
	size_t room = writer->index_room;

	writer->index_room = room ? room * 2 : 1024;
	writer->index = xcalloc(writer->index_room, sizeof(*writer->index));
	for (size_t i = 0; i < room; i++) {
		const uint64_t *frames;
		size_t count = sites_frames(&writer->sites, old[i], &frames);
		if (count)
			*find_site(writer, frames, count) = old[i];
	}
	free(old);
}

int trace_writer_site(struct trace_writer *writer, const uint64_t *frames, size_t count,
	uint32_t *ret_site, struct error *err)
{
	if (count > SITE_FRAMES_MAX)
		count = SITE_FRAMES_MAX;
	*ret_site = SITE_NONE;
	if (count == 0)
		return 0;
	if ((writer->index_count + 1) * 2 > writer->index_room)
		grow_index(writer);
	uint32_t *cell = find_site(writer, frames, count);
	int result = 0;
	if (*cell == 0) {
		result = trace_writer_define(writer, frames, count, err);
		*cell = (uint32_t)writer->sites.sites.count;
		writer->index_count++;
	}
	*ret_site = *cell;
	return result;
}

int trace_writer_name(struct trace_writer *writer, uint64_t address, const char *words,
	struct error *err)
{
	if (strcmp(words, sites_last_name(&writer->sites, address)) == 0)
		return 0;
	return trace_writer_define_name(writer, address, words, err);
}

static bool is_same_module(const struct trace_module *a, const struct trace_module *b)
{
	return a->base == b->base && a->start == b->start && a->end == b->end &&
	       strcmp(a->path ? a->path : "", b->path) == 0 &&
	       strcmp(a->build_id ? a->build_id : "", b->build_id) == 0;
}

/* Grows with the modules: there are as many as libraries, and more only where they are unloaded. */
int trace_writer_module(struct trace_writer *writer, const struct trace_module *module,
	struct error *err)
{
	for (size_t i = writer->sites.modules.count; i-- > 0;) {
		const struct trace_module *other = &writer->sites.modules.items[i];
		if (other->start >= module->end || other->end <= module->start)
			continue;
		if (is_same_module(module, other))
			return 0;
		for (size_t cell = 0; cell < writer->index_room; cell++)
			writer->index[cell] = 0;
		writer->index_count = 0;
		break;
	}
	return trace_writer_define_module(writer, module, err);
}
