/*
 * The words of a chunk as they are in memory. Those that lead to another chunk are links: Enter
 * selects it. The chunk begins before the block that is shown; lists name its own address.
 */
#include "panels/inspector/subject.h"

#include <inttypes.h>
#include <stdio.h>

#define WORDS_MAX 16u

static void add_chunk(const struct subject *subject, uint64_t address)
{
	if (address != subject->span.base)
		subject_add(subject, "chunk", "begins at +%" PRIx64 ", its address in the bins",
			address - subject->place.region.base);
}

void describe_words(const struct subject *subject)
{
	const struct engine *engine = subject->place.engine;
	struct memory_word words[WORDS_MAX];
	size_t n = engine_has_words(engine)
			   ? engine_words(engine, subject->address, words, WORDS_MAX)
			   : 0;

	if (n > 0)
		add_chunk(subject, words[0].address);
	for (size_t i = 0; i < n; i++) {
		const struct memory_word *word = &words[i];
		char at[24], value[24] = "................";
		if (i > 0 && word->address > words[i - 1].address + 8)
			subject_add(subject, "", "…");
		snprintf(at, sizeof(at), "+%" PRIx64, word->address - subject->place.region.base);
		if (word->is_known)
			snprintf(value, sizeof(value), "%016" PRIx64, word->value);
		subject_add(subject, at, "%-11s %s  %s", word->name, value, word->words);
		if (word->leads)
			subject_link_to(subject, word->leads);
	}
}
