/* Which forms are known; see reader.h. */
#include "trace/readers/reader.h"

/* The first that recognises a file reads it. */
static const struct trace_reader *const readers[] = {
	&reader_recording, &reader_memory_replay,
	&reader_text, /* last: recognises anything that is text */
};

const struct trace_reader *reader_find(const unsigned char *bytes, size_t length)
{
	if (length > SNIFF_BYTES)
		length = SNIFF_BYTES;
	for (size_t i = 0; i < sizeof(readers) / sizeof(*readers); i++)
		if (readers[i]->recognises((const char *)bytes, length))
			return readers[i];
	return NULL;
}
