/*
 * See smaps.h. The library in the program and the collector both have it.
 *
 * What is private is counted as anonymous memory: pages that are written into and belong to no
 * file. The rings that the recorder shares with the program are not among them, whoever has touched
 * them last.
 */
#include "recorder/smaps.h"

#include "trace/wire.h"

#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FILE_BYTES 4096u

/* The sum of all lines that begin with the word; the file has kibibytes. */
static uint64_t sum_of(const char *text, const char *word)
{
	size_t length = strlen(word);
	uint64_t sum = 0;

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (strncmp(line, word, length) != 0)
			continue;
		const char *at = strchr(line, ':');
		uint64_t number = 0;
		for (at = at ? at + 1 : ""; *at == ' '; at++)
			;
		for (; *at >= '0' && *at <= '9'; at++)
			number = number * 10 + (uint64_t)(*at - '0');
		sum += number << 10;
	}
	return sum;
}

static char *put_words(char *at, const char *words)
{
	size_t length = strlen(words);

	memcpy(at, words, length);
	return at + length;
}

static char *put_number(char *at, uint64_t number)
{
	char digits[20];
	size_t count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while (number /= 10);
	while (count > 0)
		*at++ = digits[--count];
	return at;
}

size_t smaps_say(char ret_words[SMAPS_WORDS], const char *path)
{
	char text[FILE_BYTES], *at = ret_words;
	long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return 0;
	long length = syscall(SYS_read, fd, text, sizeof(text) - 1);
	syscall(SYS_close, fd);
	if (length <= 0)
		return 0;
	text[length] = '\0';
	at = put_number(put_words(at, TRACE_MARK_KERNEL "private "), sum_of(text, "Anonymous:"));
	at = put_number(put_words(at, ", resident "), sum_of(text, "Rss:"));
	at = put_number(put_words(at, ", swapped "), sum_of(text, "Swap:"));
	return (size_t)(at - ret_words);
}
