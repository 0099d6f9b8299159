/* Which forms are known, and which one a file is; see reader.h. */
#include "trace/readers/reader.h"

#include "base/error.h"
#include "trace/readers/import.h"
#include "trace/trace_state.h"

#include <string.h>

#define READER_ADDRESS(name) &reader_##name,
#define READER_NAME(name)    #name,

static const struct trace_reader *const readers[] = {READERS(READER_ADDRESS)};
const char *const trace_forms[] = {READERS(READER_NAME) NULL};

static const struct trace_reader *find_named(const char *name)
{
	size_t i = 0;

	while (strcmp(readers[i]->name, name) != 0)
		i++;
	return readers[i];
}

int reader_read(const struct trace_reader *reader, struct feed *feed, struct source *source,
	struct error *err)
{
	if (reader->read)
		return reader->read(feed, source, err);
	import_log(feed, source, reader->read_line, NULL);
	return 0;
}

const struct trace_reader *reader_choose(const struct trace *trace, const char *bytes,
	size_t length, struct error *err)
{
	const char *words = NULL;

	if (length > SNIFF_BYTES)
		length = SNIFF_BYTES;
	if (trace->hint.form)
		return find_named(trace->hint.form);
	if (text_is_begun(bytes, length))
		return &reader_text;
	words = stranger_words(bytes, length);
	for (size_t i = 0; !words && i < sizeof(readers) / sizeof(*readers); i++)
		if (readers[i]->recognises(bytes, length))
			return readers[i];
	if (words)
		error_set(err, "%s: %s", trace->name, words);
	else
		error_set(err, "%s:byte 0: not a trace in any known format", trace->name);
	return NULL;
}
