/* Lines of the text form that are not events: the header, call sites and what belongs to them. */
#include "trace/text/parts.h"

#include "base/error.h"
#include "base/text.h"
#include "trace/info.h"
#include "trace/sites.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Options of a trace may be on several lines, each of which may end in a comment. */
static void take_options(struct trace_info *info, const char *words, size_t length)
{
	const char *comment = memmem(words, length, " #", 2);
	struct text all = {0};

	text_join(&all, " ", info->play);
	text_add(&all, "%s", all.length > 0 ? " " : "");
	text_add_bytes(&all, words, comment ? (size_t)(comment - words) : length);
	info_take(info, "play", strlen("play"), text_of(&all), all.length);
	text_finish(&all);
}

static int read_info(struct scanner *scanner)
{
	scanner->at += strlen("info");
	scanner_skip_blanks(scanner);
	const char *key = scanner->at;
	size_t key_length = scanner_word_length(scanner);
	const char *text;
	size_t length;

	scanner->at += key_length;
	if (scanner->at < scanner->end && is_blank(*scanner->at))
		scanner->at++;
	if (scanner_take_text(scanner, &text, &length) < 0)
		return -1;
	if (key_length == strlen("play") && memcmp(key, "play", key_length) == 0)
		take_options(feed_info(scanner->feed), text, length);
	else if (!info_take(feed_info(scanner->feed), key, key_length, text, length)) {
		scanner->line--;
		scanner->at = key;
		return scanner_complain(scanner,
			"expected info about program, python, recorder, play or dropped");
	}
	return 0;
}

static int take_address(struct scanner *scanner, uint64_t *ret_address, const char *what)
{
	scanner_skip_blanks(scanner);
	return scanner_take_number(scanner, ret_address) ? 0 : scanner_complain(scanner, what);
}

/* "site N FRAME...": sites are numbered in the order of their lines. */
static int read_site(struct scanner *scanner)
{
	uint64_t frames[SITE_FRAMES_MAX], number = 0;
	size_t count = 0, length;
	const char *text;
	char what[64];

	scanner->at += strlen("site");
	scanner_skip_blanks(scanner);
	text = scanner->at;
	snprintf(what, sizeof(what), "expected number %u: sites are numbered from 1",
		feed_sites(scanner->feed) + 1);
	if (!scanner_take_number(scanner, &number))
		return scanner_complain(scanner, what);
	if (number != (uint64_t)feed_sites(scanner->feed) + 1) {
		scanner->at = text;
		return scanner_complain(scanner, what);
	}
	for (scanner_skip_blanks(scanner);
		count == 0 || !(scanner_is_at_line_end(scanner) || *scanner->at == '#');
		scanner_skip_blanks(scanner)) {
		if (count == SITE_FRAMES_MAX)
			return scanner_complain(scanner, "expected at most 32 addresses");
		if (take_address(scanner, &frames[count++], "expected an address") < 0)
			return -1;
	}
	feed_site(scanner->feed, frames, count);
	if (scanner->at < scanner->end && *scanner->at == '#')
		return scanner_take_comment(scanner);
	scanner_take_line(scanner, &text, &length);
	return 0;
}

/* Hexadecimal digits, two a byte; - when it is not known. */
static int take_build_id(struct scanner *scanner, char ret_id[2 * MODULE_BUILD_ID_MAX + 1])
{
	scanner_skip_blanks(scanner);
	size_t length = scanner_word_length(scanner);
	bool is_known = length != 1 || *scanner->at != '-';
	bool is_sound =
		length > 0 && length <= 2 * MODULE_BUILD_ID_MAX && (!is_known || length % 2 == 0);

	for (size_t i = 0; is_known && i < length; i++)
		is_sound &= (scanner->at[i] >= '0' && scanner->at[i] <= '9') ||
			    (scanner->at[i] >= 'a' && scanner->at[i] <= 'f');
	if (!is_sound)
		return scanner_complain(scanner, "expected a build-id in hexadecimal digits, or -");
	memcpy(ret_id, scanner->at, is_known ? length : 0);
	ret_id[is_known ? length : 0] = '\0';
	scanner->at += length;
	return 0;
}

/* "module BASE START END BUILD-ID PATH" */
static int read_module(struct scanner *scanner)
{
	char build_id[2 * MODULE_BUILD_ID_MAX + 1], path[MODULE_PATH_MAX + 1];
	struct trace_module module = {.path = path, .build_id = build_id};
	const char *text;
	size_t length;

	scanner->at += strlen("module");
	if (take_address(scanner, &module.base, "expected the address it was shifted by") < 0 ||
		take_address(scanner, &module.start, "expected the address of its start") < 0 ||
		take_address(scanner, &module.end, "expected the address of its end") < 0)
		return -1;
	if (module.end < module.start)
		return error_set(scanner->err, "%" PRIu64 ": the module ends before it starts",
			scanner->line);
	if (take_build_id(scanner, build_id) < 0)
		return -1;
	scanner_skip_blanks(scanner);
	if (scanner_is_at_line_end(scanner))
		return scanner_complain(scanner, "expected the path of the module");
	uint64_t line = scanner->line;
	if (scanner_take_text(scanner, &text, &length) < 0)
		return -1;
	if (length > MODULE_PATH_MAX)
		return error_set(scanner->err, "%" PRIu64 ": expected a path of at most %u bytes",
			line, MODULE_PATH_MAX);
	memcpy(path, text, length);
	path[length] = '\0';
	feed_module(scanner->feed, &module);
	return 0;
}

/* "name ADDRESS WORDS" */
static int read_name(struct scanner *scanner)
{
	char words[FRAME_NAME_MAX + 1];
	uint64_t address = 0, line = scanner->line;
	const char *text;
	size_t length;

	scanner->at += strlen("name");
	if (take_address(scanner, &address, "expected an address") < 0)
		return -1;
	scanner_skip_blanks(scanner);
	if (scanner_take_text(scanner, &text, &length) < 0)
		return -1;
	if (length > FRAME_NAME_MAX)
		return error_set(scanner->err, "%" PRIu64 ": expected a name of at most %u bytes",
			line, FRAME_NAME_MAX);
	memcpy(words, text, length);
	words[length] = '\0';
	feed_name(scanner->feed, address, words);
	return 0;
}

static const struct {
	const char *word;
	int (*read)(struct scanner *scanner);
} definitions[] = {
	{"info", read_info},
	{"site", read_site},
	{"name", read_name},
	{"module", read_module},
};

int text_read_definition(struct scanner *scanner, size_t length)
{
	for (size_t i = 0; i < sizeof(definitions) / sizeof(*definitions); i++)
		if (scanner_word_is(scanner, length, definitions[i].word))
			return definitions[i].read(scanner);
	return 1;
}

int text_read_header(struct scanner *scanner)
{
	struct trace_info *info = feed_info(scanner->feed);
	const char *first = scanner->at, *text;
	uint64_t number = 0;
	size_t length;

	while (!scanner_is_at_line_end(scanner)) {
		bool may_be = !feed_has_events(scanner->feed) && info->header_count < 4;
		if (!may_be || !scanner_take_number(scanner, &number))
			return scanner_complain(scanner,
				may_be && scanner->at > first
					? "expected only numbers in a line that begins with one"
					: text_expected_event);
		info->header[info->header_count++] = number;
		scanner_skip_blanks(scanner);
		if (scanner->at < scanner->end && *scanner->at == '#')
			return scanner_take_comment(scanner);
	}
	scanner_take_line(scanner, &text, &length);
	return 0;
}
