/* See concepts.h. */
#include "story/concepts.h"

#include "base/suggestion.h"

#include <assert.h>
#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define STEM_MIN  3u /* letters that an ending leaves */
#define WORD_MIN  4u /* letters of a word that may be mistyped; one in so many is wrong */
#define PLAIN_MAX 128u
#define NEAR_MAX  3u /* concepts that have some of the words */

static bool is_of_word(char c)
{
	return isalnum((unsigned char)c) || (unsigned char)c >= 0x80;
}

/* The next word from *at on, and its length; 0: there is none. */
static size_t next_word(const char **at)
{
	size_t length = 0;

	while (**at && !is_of_word(**at))
		(*at)++;
	while (is_of_word((*at)[length]))
		length++;
	return length;
}

/* Without what a plural or a verb adds: "barriers", "coalescing", "policies". */
static size_t stem_length(const char *word, size_t length)
{
	static const char *const endings[] = {"ies", "ing", "ed", "es", "s", "y", "e"};

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		size_t end = strlen(endings[i]);
		if (length >= end + STEM_MIN &&
			strncasecmp(word + length - end, endings[i], end) == 0)
			return length - end;
	}
	return length;
}

/* "z" and "s" are the same, as in "finalizer". */
static char plain_letter(char c)
{
	char lower = (char)tolower((unsigned char)c);

	return lower == 'z' ? 's' : lower;
}

/* A stem of one or two letters is the whole word: "t" is not "tags". */
static bool begins(const char *word, size_t length, const char *stem, size_t stem_length)
{
	if (length < stem_length || (stem_length < STEM_MIN && length > stem_length))
		return false;
	for (size_t i = 0; i < stem_length; i++)
		if (plain_letter(word[i]) != plain_letter(stem[i]))
			return false;
	return true;
}

static bool has_stem(const char *text, const char *stem, size_t stem_length)
{
	for (size_t length; (length = next_word(&text)) > 0; text += length)
		if (begins(text, length, stem, stem_length))
			return true;
	return false;
}

/* Whether each of the words is in one of the texts, which NULL ends. */
static bool are_in(const char *const *texts, const char *words)
{
	bool has_word = false;

	for (size_t length; (length = next_word(&words)) > 0; words += length) {
		size_t stem = stem_length(words, length), i = 0;
		while (texts[i] && !has_stem(texts[i], words, stem))
			i++;
		if (!texts[i])
			return false;
		has_word = true;
	}
	return has_word;
}

bool concept_words_are_in(const char *text, const char *words)
{
	const char *const texts[] = {text, NULL};

	return are_in(texts, words);
}

/* How many bytes of the text the words are, if it begins with them; 0: it does not. */
static size_t phrase_length(const char *text, const char *words)
{
	const char *at = text;

	for (size_t length; (length = next_word(&words)) > 0; words += length) {
		size_t here = next_word(&at);
		if (here == 0 || !begins(at, here, words, stem_length(words, length)))
			return 0;
		at += here;
	}
	return (size_t)(at - text);
}

bool concept_phrase_is_in(const char *text, const char *words)
{
	for (size_t length; (length = next_word(&text)) > 0; text += length)
		if (phrase_length(text, words) > 0)
			return true;
	return false;
}

/* ---- a concept ------------------------------------------------------------------------------ */

/* Ways in which a concept may have the words, the best first. */
typedef bool has_words(const struct concept *concept, const char *words);

static bool begins_with(const struct concept *concept, const char *words)
{
	const char *text = concept->words;

	for (const char *article = "the a an "; *article; article = strchr(article, ' ') + 1) {
		size_t length = strcspn(article, " ") + 1;
		if (strncmp(text, article, length) == 0)
			text += length;
	}
	return phrase_length(text, words) > 0;
}

static bool has_phrase(const struct concept *concept, const char *words)
{
	return concept_phrase_is_in(concept->words, words);
}

static bool has_all(const struct concept *concept, const char *words)
{
	return concept_words_are_in(concept->words, words);
}

static bool has_all_with_command(const struct concept *concept, const char *words)
{
	const char *const texts[] = {concept->words, concept->command, NULL};

	return are_in(texts, words);
}

static bool has_all_with_subject(const struct concept *concept, const char *words)
{
	const char *const texts[] = {concept->words, concept->command, concept->subject, NULL};

	return are_in(texts, words);
}

static void add_found(struct concept_search *search, const struct concept *concept)
{
	for (size_t i = 0; i < search->count; i++)
		if (search->found[i] == concept)
			return;
	assert(search->count < CONCEPTS_MAX);
	search->found[search->count++] = concept;
}

static void add_all(struct concept_search *search, const char *words, has_words *has)
{
	for (const struct concept *at = concept_table; at->words; at++)
		if (has(at, words))
			add_found(search, at);
}

/* ---- other words for it ---------------------------------------------------------------------- */

/* Whether one of the phrases is the words, and no more. */
static bool is_phrase_of(const char *phrases, const char *words)
{
	for (const char *at = phrases; *at; at += strcspn(at, ","), at += *at == ',') {
		size_t length = phrase_length(at, words);
		const char *end = at + length;
		while (*end && *end != ',' && !is_of_word(*end))
			end++;
		if (length > 0 && (*end == ',' || *end == '\0'))
			return true;
	}
	return false;
}

static void add_seen(struct concept_search *search, const struct other_words *other)
{
	char see[128];

	for (const char *at = other->see; *at; at += strcspn(at, ","), at += *at == ',') {
		snprintf(see, sizeof(see), "%.*s", (int)strcspn(at, ","), at);
		add_all(search, see, begins_with);
	}
	if (!search->note && *other->note)
		search->note = other->note;
}

static void add_other_words(struct concept_search *search, const char *words,
	bool (*has)(const char *phrases, const char *words))
{
	for (const struct other_words *at = other_words_table; at->words; at++)
		if (has(at->words, words))
			add_seen(search, at);
}

/* ---- the nearest ---------------------------------------------------------------------------- */

/* In how many texts of both tables a word is. */
static size_t texts_with(const char *stem, size_t length)
{
	size_t having = 0;

	for (const struct concept *at = concept_table; at->words; at++)
		having += has_stem(at->words, stem, length);
	for (const struct other_words *at = other_words_table; at->words; at++)
		having += has_stem(at->words, stem, length);
	return having;
}

/* How rare the words are that the text has: the sum of one over the texts that have each. */
static double weight_of(const char *text, const char *words)
{
	double weight = 0;

	for (size_t length; (length = next_word(&words)) > 0; words += length) {
		size_t stem = stem_length(words, length);
		if (has_stem(text, words, stem))
			weight += 1.0 / (double)texts_with(words, stem);
	}
	return weight;
}

/* Those that weigh most. */
static void add_nearest(struct concept_search *search, const char *words)
{
	double most = 0, weight;

	for (const struct other_words *at = other_words_table; at->words; at++)
		most = (weight = weight_of(at->words, words)) > most ? weight : most;
	for (const struct concept *at = concept_table; at->words; at++)
		most = (weight = weight_of(at->words, words)) > most ? weight : most;
	for (const struct other_words *at = other_words_table; most > 0 && at->words; at++)
		if (search->count < NEAR_MAX && weight_of(at->words, words) >= most)
			add_seen(search, at);
	for (const struct concept *at = concept_table; most > 0 && at->words; at++)
		if (search->count < NEAR_MAX && weight_of(at->words, words) >= most)
			add_found(search, at);
	search->note = NULL;
	search->is_near = search->count > 0;
}

/* ---- words that say little ------------------------------------------------------------------- */

/* Of a sentence, and those that go with any concept of the field. */
static const char fillers[] =
	" a an and are at by can does for from how i in is it my not of on or "
	"per the there to vs what when where which why with work works ";
static const char generic[] =
	" algorithm allocation allocator analysis management mechanism memory "
	"method object objects phase policy problem python strategy system "
	"technique ";

static bool is_among(const char *list, const char *word, size_t length)
{
	for (const char *at = list; (at = strchr(at, ' ')) && at[1]; at++)
		if (strncasecmp(at + 1, word, length) == 0 && at[1 + length] == ' ')
			return true;
	return false;
}

/* The words without those of the list, unless no other is left. */
static void leave_out(const char *list, const char *words, char plain[PLAIN_MAX])
{
	const char *at = words;
	size_t used = 0;

	plain[0] = '\0';
	for (size_t length; (length = next_word(&at)) > 0; at += length)
		if (!is_among(list, at, length) && used + length + 2 < PLAIN_MAX)
			used += (size_t)snprintf(plain + used, PLAIN_MAX - used, "%s%.*s",
				used ? " " : "", (int)length, at);
	if (used == 0)
		snprintf(plain, PLAIN_MAX, "%s", words);
}

static bool is_found(const struct concept_search *search)
{
	return search->count > 0 || search->note;
}

/* Those that have all of the words. */
static void add_full(struct concept_search *search, const char *words)
{
	static has_words *const ways[] = {begins_with, has_phrase, has_all, has_all_with_command};

	add_other_words(search, words, is_phrase_of);
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		add_all(search, words, ways[i]);
	if (!is_found(search))
		add_other_words(search, words, concept_phrase_is_in);
	if (!is_found(search))
		add_all(search, words, has_all_with_subject);
}

void concept_search(struct concept_search *ret_search, const char *words)
{
	char plain[PLAIN_MAX], rare[PLAIN_MAX];

	*ret_search = (struct concept_search){.count = 0};
	if (next_word(&words) == 0)
		return;
	leave_out(fillers, words, plain);
	leave_out(generic, plain, rare);
	add_other_words(ret_search, words, is_phrase_of);
	add_full(ret_search, plain);
	if (!is_found(ret_search))
		add_full(ret_search, rare);
	if (!is_found(ret_search))
		add_nearest(ret_search, rare);
}

bool concept_is_known(const char *words)
{
	struct concept_search search;

	concept_search(&search, words);
	return is_found(&search) && !search.is_near;
}

/* ---- mistyped -------------------------------------------------------------------------------- */

static void offer_words(struct suggestion *nearest, const char *text, char *ret_word, size_t size)
{
	char word[64];

	for (size_t length; (length = next_word(&text)) > 0; text += length) {
		if (length < WORD_MIN || length >= sizeof(word))
			continue;
		for (size_t i = 0; i <= length; i++)
			word[i] = (char)(i < length ? tolower((unsigned char)text[i]) : '\0');
		unsigned before = nearest->name ? nearest->distance : UINT_MAX;
		suggestion_offer(nearest, word);
		if (nearest->name && nearest->distance < before)
			snprintf(ret_word, size, "%s", word);
		nearest->name = nearest->name ? ret_word : NULL;
	}
}

const char *concept_suggestion(const char *word, char *ret_word, size_t size)
{
	char typed[64];
	size_t length = strlen(word);

	if (length < WORD_MIN || length >= sizeof(typed))
		return NULL;
	for (size_t i = 0; i <= length; i++)
		typed[i] = (char)tolower((unsigned char)word[i]);
	struct suggestion nearest = {.word = typed, .length = length};
	for (const struct concept *at = concept_table; at->words; at++)
		offer_words(&nearest, at->words, ret_word, size);
	for (const struct other_words *at = other_words_table; at->words; at++)
		offer_words(&nearest, at->words, ret_word, size);
	return nearest.name && nearest.distance * WORD_MIN <= length ? ret_word : NULL;
}
