/*
 * The callers of what is live as a profile for pprof: its profile.proto, compressed with gzip. The
 * four values are those of a Go heap profile: objects and bytes asked for in all, and live ones.
 *
 *	message    fields by number: varint(number << 3 | wire type), then a varint or a length and
 *	           bytes
 *	string     an index into the table of strings, whose first is ""
 *	function   one for each name; location, one for each address and name
 */
#include "base/arrays.h"
#include "base/error.h"
#include "base/xalloc.h"
#include "export/sink.h"
#include "export/stacks.h"
#include "pictures/row_set.h"
#include "trace/trace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Fields of the messages. */
enum profile_field {
	PROFILE_SAMPLE_TYPE = 1,
	PROFILE_SAMPLE,
	PROFILE_MAPPING,
	PROFILE_LOCATION,
	PROFILE_FUNCTION,
	PROFILE_STRING,
	PROFILE_DEFAULT_SAMPLE_TYPE = 14,
};
enum value_type_field { VALUE_TYPE_TYPE = 1, VALUE_TYPE_UNIT };
enum sample_field { SAMPLE_LOCATION = 1, SAMPLE_VALUE };
enum mapping_field {
	MAPPING_ID = 1,
	MAPPING_START,
	MAPPING_LIMIT,
	MAPPING_FILE = 5,
	MAPPING_BUILD,
	MAPPING_HAS_FUNCTIONS,
	MAPPING_HAS_FILES,
	MAPPING_HAS_LINES,
	MAPPING_HAS_INLINED
};
enum location_field { LOCATION_ID = 1, LOCATION_MAPPING, LOCATION_ADDRESS, LOCATION_LINE };
enum line_field { LINE_FUNCTION = 1, LINE_NUMBER };
enum function_field { FUNCTION_ID = 1, FUNCTION_NAME, FUNCTION_SYSTEM_NAME, FUNCTION_FILE };

enum { WIRE_VARINT = 0, WIRE_BYTES = 2 };

struct profile {
	const struct export_job *job;
	const struct stacks *stacks;
	struct row_set strings;
	struct row_set locations; /* frames, by address and name */
	struct row_set functions;
	bool *has_lines;   /* by mapping: source lines of its functions are known */
	struct text bytes; /* the message */
};

/* ---- messages ------------------------------------------------------------------------------ */

static void add_varint(struct text *out, uint64_t number)
{
	unsigned char bytes[10];
	size_t n = 0;

	do {
		bytes[n] = (unsigned char)(number & 0x7f);
		number >>= 7;
		bytes[n] |= number ? 0x80 : 0;
		n++;
	} while (number);
	text_add_bytes(out, bytes, n);
}

static void add_number(struct text *out, unsigned field, uint64_t number)
{
	add_varint(out, field << 3 | WIRE_VARINT);
	add_varint(out, number);
}

static void add_bytes(struct text *out, unsigned field, const void *bytes, size_t length)
{
	add_varint(out, field << 3 | WIRE_BYTES);
	add_varint(out, length);
	text_add_bytes(out, bytes, length);
}

/* Adds a message that is complete, and empties it. */
static void add_message(struct text *out, unsigned field, struct text *message)
{
	add_bytes(out, field, text_of(message), message->length);
	text_clear(message);
}

static uint64_t string_of(struct profile *profile, const char *words)
{
	return row_set_add(&profile->strings, words);
}

/* ---- the parts of a profile ---------------------------------------------------------------- */

/* "parse_row (csv.c:88)" → "parse_row", "csv.c", 88; *ret_line is 0 where the name has none. */
static void split_name(const char *name, char *function, char *file, size_t size,
	unsigned *ret_line)
{
	const char *open = strstr(name, " ("), *colon = strrchr(name, ':');
	bool has_line = open && colon > open && name[strlen(name) - 1] == ')';

	snprintf(function, size, "%.*s", has_line ? (int)(open - name) : (int)strlen(name), name);
	snprintf(file, size, "%.*s", has_line ? (int)(colon - open - 2) : 0,
		has_line ? open + 2 : "");
	*ret_line = has_line ? (unsigned)strtoul(colon + 1, NULL, 10) : 0;
}

static uint64_t function_of(struct profile *profile, const char *function, const char *file)
{
	char key[600];
	struct text message = {0};
	size_t known = profile->functions.rows.count;

	snprintf(key, sizeof(key), "%s\n%s", function, file);
	uint64_t id = row_set_add(&profile->functions, key) + 1u;
	if (id <= known)
		return id;
	add_number(&message, FUNCTION_ID, id);
	add_number(&message, FUNCTION_NAME, string_of(profile, function));
	add_number(&message, FUNCTION_SYSTEM_NAME, string_of(profile, function));
	add_number(&message, FUNCTION_FILE, string_of(profile, file));
	add_message(&profile->bytes, PROFILE_FUNCTION, &message);
	text_finish(&message);
	return id;
}

/* The number of the module that holds the address, from 1; 0: none is known. */
static uint64_t mapping_of(const struct profile *profile, uint32_t site, uint64_t address)
{
	const struct trace_module *all, *module;

	trace_modules(profile->job->trace, &all);
	module = trace_module_at(profile->job->trace, site, address);
	return module ? (uint64_t)(module - all) + 1 : 0;
}

static uint64_t location_of(struct profile *profile, uint32_t site, size_t frame)
{
	const uint64_t *frames;
	uint64_t address =
		frame < trace_site(profile->job->trace, site, &frames) ? frames[frame] - 1 : 0;
	const char *name = stacks_frame(profile->stacks, site, frame);
	char function[256], file[256], key[600];
	struct text line = {0}, message = {0};
	size_t known = profile->locations.rows.count;
	unsigned number;

	snprintf(key, sizeof(key), "%llx %s", (unsigned long long)address, name);
	uint64_t id = row_set_add(&profile->locations, key) + 1u;
	if (id <= known)
		return id;
	split_name(name, function, file, sizeof(function), &number);
	uint64_t mapping = mapping_of(profile, site, address);
	profile->has_lines[mapping] |= number > 0;
	add_number(&line, LINE_FUNCTION, function_of(profile, function, file));
	add_number(&line, LINE_NUMBER, number);
	add_number(&message, LOCATION_ID, id);
	add_number(&message, LOCATION_MAPPING, mapping);
	add_number(&message, LOCATION_ADDRESS, address);
	add_message(&message, LOCATION_LINE, &line);
	add_message(&profile->bytes, PROFILE_LOCATION, &message);
	text_finish(&line);
	text_finish(&message);
	return id;
}

static void add_types(struct profile *profile)
{
	static const struct {
		const char *type, *unit;
	} types[] = {
		{"alloc_objects", "count"},
		{"alloc_space", "bytes"},
		{"inuse_objects", "count"},
		{"inuse_space", "bytes"},
	};
	struct text message = {0};

	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
		add_number(&message, VALUE_TYPE_TYPE, string_of(profile, types[i].type));
		add_number(&message, VALUE_TYPE_UNIT, string_of(profile, types[i].unit));
		add_message(&profile->bytes, PROFILE_SAMPLE_TYPE, &message);
	}
	add_number(&profile->bytes, PROFILE_DEFAULT_SAMPLE_TYPE, string_of(profile, "inuse_space"));
	text_finish(&message);
}

/*
 * After the locations. A mapping whose source lines are known says that it needs no names: pprof
 * would look all of them up again, and lose the functions that were inlined.
 */
static void add_mappings(struct profile *profile)
{
	const struct trace_module *modules;
	size_t count = trace_modules(profile->job->trace, &modules);
	struct text message = {0};

	for (size_t i = 0; i < count; i++) {
		add_number(&message, MAPPING_ID, i + 1);
		add_number(&message, MAPPING_START, modules[i].start);
		add_number(&message, MAPPING_LIMIT, modules[i].end);
		add_number(&message, MAPPING_FILE, string_of(profile, modules[i].path));
		add_number(&message, MAPPING_BUILD, string_of(profile, modules[i].build_id));
		for (unsigned has = MAPPING_HAS_FUNCTIONS; has <= MAPPING_HAS_INLINED; has++)
			add_number(&message, has, profile->has_lines[i + 1]);
		add_message(&profile->bytes, PROFILE_MAPPING, &message);
	}
	text_finish(&message);
}

static void add_sample(struct profile *profile, const struct site_sum *sum)
{
	const uint64_t values[] = {sum->requests, sum->bytes, sum->live_blocks, sum->live};
	struct text packed = {0}, message = {0};

	for (size_t i = 0; i < stacks_depth(profile->stacks, sum->site); i++)
		add_varint(&packed, location_of(profile, sum->site, i));
	add_message(&message, SAMPLE_LOCATION, &packed);
	for (size_t i = 0; i < sizeof(values) / sizeof(*values); i++)
		add_varint(&packed, values[i]);
	add_message(&message, SAMPLE_VALUE, &packed);
	add_message(&profile->bytes, PROFILE_SAMPLE, &message);
	text_finish(&packed);
	text_finish(&message);
}

/* ---- the file ------------------------------------------------------------------------------ */

#define GZIP_WINDOW   (MAX_WBITS + 16)
#define DEFLATE_BYTES ((size_t)1 << 18) /* what zlib says that it allocates */

static int add_compressed(struct text *out, struct text *bytes, struct error *err)
{
	unsigned char buffer[16384];
	z_stream stream = {.next_in = (Bytef *)bytes->bytes, .avail_in = (uInt)bytes->length};

	if (deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 8,
		    Z_DEFAULT_STRATEGY) != Z_OK)
		xalloc_failed(DEFLATE_BYTES);
	do {
		stream.next_out = buffer;
		stream.avail_out = sizeof(buffer);
		deflate(&stream, Z_FINISH);
		text_add_bytes(out, buffer, sizeof(buffer) - stream.avail_out);
	} while (stream.avail_out == 0);
	deflateEnd(&stream);
	return 0;
}

static int write_pprof(const struct export_job *job, struct sink *sink, struct error *err)
{
	struct stacks *stacks;
	const struct site_sum *sums;

	if (stacks_new(&stacks, job, err) < 0)
		return -1;
	struct profile profile = {.job = job, .stacks = stacks};
	size_t count = stacks_list(stacks, &sums);
	string_of(&profile, "");
	const struct trace_module *modules;
	profile.has_lines = xcalloc(trace_modules(job->trace, &modules) + 1, sizeof(bool));
	add_types(&profile);
	for (size_t i = 0; i < count; i++)
		add_sample(&profile, &sums[i]);
	add_mappings(&profile);
	for (size_t i = 0; i < profile.strings.rows.count; i++)
		add_bytes(&profile.bytes, PROFILE_STRING, profile.strings.rows.items[i],
			strlen(profile.strings.rows.items[i]));
	int result = add_compressed(&sink->text, &profile.bytes, err);
	text_finish(&profile.bytes);
	row_set_finish(&profile.strings);
	row_set_finish(&profile.locations);
	row_set_finish(&profile.functions);
	free(profile.has_lines);
	stacks_free(stacks);
	return result < 0 ? -1 : sink_pass(sink, err);
}

const struct exporter exporter_pprof = {.name = "pprof",
	.write = write_pprof,
	.moment = EXPORT_MOMENT};
