/* What the head of a trace says, as lines of a key and a value; see info.h. */
#include "trace/info.h"

#include "base/numbers.h"
#include "base/options.h"
#include "base/text.h"
#include "base/xalloc.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *key;
	size_t offset; /* of a text in struct trace_info */
} texts[] = {
	{"program", offsetof(struct trace_info, program)},
	{"python", offsetof(struct trace_info, python)},
	{"recorder", offsetof(struct trace_info, recorder)},
	{"libc", offsetof(struct trace_info, libc)},
	{"tunables", offsetof(struct trace_info, tunables)},
	{"play", offsetof(struct trace_info, play)},
};

static const char *const written[] = {
	[TRACE_WRITTEN_UNKNOWN] = "",
	[TRACE_GROWING] = "growing",
	[TRACE_COMPLETE] = "complete",
};

#define TEXTS (sizeof(texts) / sizeof(*texts))

static const char **text_at(struct trace_info *info, size_t i)
{
	return (const char **)(void *)((char *)info + texts[i].offset);
}

void info_init(struct trace_info *info)
{
	*info = (struct trace_info){0};
	for (size_t i = 0; i < TEXTS; i++)
		*text_at(info, i) = xstrdup("");
}

void info_finish(struct trace_info *info)
{
	for (size_t i = 0; i < TEXTS; i++)
		free((void *)(uintptr_t)*text_at(info, i));
	*info = (struct trace_info){0};
}

void info_put(const struct trace_info *info, struct text *text)
{
	for (size_t i = 0; i < TEXTS; i++) {
		const char *value =
			*(const char *const *)(const void *)((const char *)info + texts[i].offset);
		if (value && *value)
			text_add(text, "%s %.*s\n", texts[i].key, (int)strcspn(value, "\n"), value);
	}
	if (info->first_break)
		text_add(text, "break 0x%" PRIx64 "\n", info->first_break);
	if (info->dropped)
		text_add(text, "dropped %" PRIu64 "\n", info->dropped);
	if (info->written)
		text_add(text, "written %s\n", written[info->written]);
	if (info->header_count) {
		text_add(text, "header");
		for (unsigned i = 0; i < info->header_count; i++)
			text_add(text, " %" PRIu64, info->header[i]);
		text_add(text, "\n");
	}
}

static bool take_header(struct trace_info *info, char *value)
{
	unsigned n = 0;

	for (char *at = strtok(value, " "); at; at = strtok(NULL, " "))
		if (n == 4 || number_parse(at, &info->header[n++], NULL) < 0)
			return false;
	info->header_count = n;
	return n > 0;
}

static bool take_written(struct trace_info *info, const char *value)
{
	for (unsigned i = TRACE_GROWING; i <= TRACE_COMPLETE; i++)
		if (strcmp(value, written[i]) == 0) {
			info->written = (enum trace_written)i;
			return true;
		}
	return false;
}

bool info_take(struct trace_info *info, const char *key, size_t key_length, const char *value,
	size_t length)
{
	char *copy = xstrndup(value, length);
	bool taken = true;

	for (size_t i = 0; i < TEXTS; i++)
		if (strlen(texts[i].key) == key_length &&
			memcmp(texts[i].key, key, key_length) == 0) {
			free((void *)(uintptr_t)*text_at(info, i));
			*text_at(info, i) = copy;
			return true;
		}
	if (key_length == 7 && memcmp(key, "dropped", 7) == 0)
		taken = number_parse(copy, &info->dropped, NULL) == 0;
	else if (key_length == 5 && memcmp(key, "break", 5) == 0)
		taken = number_parse(copy, &info->first_break, NULL) == 0;
	else if (key_length == 6 && memcmp(key, "header", 6) == 0)
		taken = take_header(info, copy);
	else if (key_length == 7 && memcmp(key, "written", 7) == 0)
		taken = take_written(info, copy);
	else
		taken = false;
	free(copy);
	return taken;
}

void info_take_lines(struct trace_info *info, const char *line, size_t length)
{
	const char *end = line + length;

	while (line < end) {
		const char *newline = memchr(line, '\n', (size_t)(end - line));
		const char *stop = newline ? newline : end;
		const char *space = memchr(line, ' ', (size_t)(stop - line));
		if (space) /* keys that are not known come from later versions */
			info_take(info, line, (size_t)(space - line), space + 1,
				(size_t)(stop - space - 1));
		line = stop + 1;
	}
}
