/* The bytes of a file: what is copied is what is there, wherever it lies. */
#include "trace/bytes.h"

#include "base/error.h"
#include "support.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PAGE   4096u
#define LENGTH (5 * PAGE + 100) /* its last page is not whole */

static unsigned char byte_at(size_t at)
{
	return (unsigned char)(at * 7 + at / PAGE + 1);
}

static int temporary_file(void)
{
	char name[] = "/tmp/arenascope-bytes-XXXXXX";
	unsigned char content[LENGTH];
	int fd = mkstemp(name);

	assert_true(fd >= 0);
	unlink(name);
	for (size_t i = 0; i < LENGTH; i++)
		content[i] = byte_at(i);
	assert_int_equal(write(fd, content, LENGTH), LENGTH);
	return fd;
}

static void expect_copies(const struct bytes *bytes)
{
	static const size_t lengths[] = {0, 1, 40, 100};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++)
		for (size_t at = 0; at + lengths[i] <= LENGTH; at += 13) {
			unsigned char copy[101];
			memset(copy, 0xee, sizeof(copy));
			bytes_copy(bytes, at, copy, lengths[i]);
			for (size_t j = 0; j < lengths[i]; j++)
				assert_int_equal(copy[j], byte_at(at + j));
			assert_int_equal(copy[lengths[i]], 0xee);
		}
}

static void copies_are_what_the_file_has_at_any_place(void **state)
{
	struct bytes bytes;
	int fd = temporary_file();

	assert_int_equal(bytes_map(&bytes, fd, "file", NULL), 0);
	close(fd);
	expect_copies(&bytes);
	/* as another reader sees them, whose mapping is not its own */
	expect_copies(&(struct bytes){.at = bytes.at, .length = bytes.length});
	bytes_release(&bytes);
}

static void no_file_stays_open(void **state)
{
	struct bytes bytes;
	int fd = temporary_file(), before = dup(fd);

	close(before);
	for (unsigned i = 0; i < 3; i++) {
		assert_int_equal(bytes_map(&bytes, fd, "file", NULL), 0);
		bytes_release(&bytes);
	}
	int after = dup(fd);
	assert_int_equal(after, before);
	close(after);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(copies_are_what_the_file_has_at_any_place),
		cmocka_unit_test(no_file_stays_open),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
