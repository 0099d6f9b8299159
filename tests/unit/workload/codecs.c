/*
 * Decompression restores the input, and every byte that a library needs for it comes from our
 * memory.
 */
#include "workload/codec.h"
#include "workload/prose.h"
#include "bench.h"
#include "support.h"

#include <stdlib.h>
#include <string.h>

static const struct codec *const codecs[] = {&codec_lz4, &codec_zlib};

#define CODECS (sizeof(codecs) / sizeof(*codecs))

/* Returns the compressed size. */
static size_t there_and_back(const struct codec *codec, const unsigned char *page, size_t length)
{
	size_t room = codec->bound(length);
	unsigned char *packed = malloc(room), *again = malloc(length);
	struct bench bench;

	bench_begin(&bench);
	size_t size = codec->pack(bench.memory, page, length, packed, room);
	assert_in_range(size, 1, room);
	assert_true(bench.memory->events > 0);
	assert_int_equal(bench.memory->live, 0);
	assert_true(codec->unpack(bench.memory, packed, size, again, length));
	assert_memory_equal(page, again, length);
	bench_end(&bench);
	free(packed);
	free(again);
	return size;
}

static void every_page_of_the_prose_comes_back(void **state)
{
	for (size_t i = 0; i < CODECS; i++) {
		size_t sum = 0, pages = 0;
		for (size_t at = 0; at + 1024 <= prose_length; at += 1024, pages++)
			sum += there_and_back(codecs[i], prose + at, 1024);
		assert_true(pages >= 30);
		assert_true(sum < pages * 1024 * 4 / 5); /* text compresses well */
	}
}

static void pages_of_any_length_and_kind_come_back(void **state)
{
	static const size_t lengths[] = {1, 16, 511, 512, 513, 4096, 65535, 65536};
	unsigned char *noise = malloc(65536);
	struct dice dice;

	dice_init(&dice, 1);
	for (size_t i = 0; i < 65536; i++)
		noise[i] = (unsigned char)dice_roll(&dice, 256);
	for (size_t i = 0; i < CODECS; i++)
		for (size_t j = 0; j < sizeof(lengths) / sizeof(*lengths); j++)
			there_and_back(codecs[i], noise, lengths[j]);
	memset(noise, 'x', 65536);
	for (size_t i = 0; i < CODECS; i++)
		assert_true(there_and_back(codecs[i], noise, 65536) < 1024);
	free(noise);
}

static void a_page_that_was_changed_is_noticed(void **state)
{
	unsigned char packed[4096], again[1024];

	for (size_t i = 0; i < CODECS; i++) {
		struct bench bench;
		bench_begin(&bench);
		size_t size = codecs[i]->pack(bench.memory, prose, 1024, packed, sizeof(packed));
		assert_false(codecs[i]->unpack(bench.memory, packed, size / 2, again, 1024));
		bench_end(&bench);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_page_of_the_prose_comes_back),
		cmocka_unit_test(pages_of_any_length_and_kind_come_back),
		cmocka_unit_test(a_page_that_was_changed_is_noticed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
