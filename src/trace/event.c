/* Names of what events are made of; see event.h. */
#include "trace/event.h"

#define LETTER(id, letter, name) [id] = letter,
#define NAME(id, word, name)     [id] = name,
#define WORD(id, word, name)     [id] = word,
#define CALL(id, name)           [id] = name,
#define NUMBER(id, word, number) [id] = number,
#define NAMES(id, word, names)   [id] = names,

const char *event_kind_letter(enum event_kind kind)
{
	static const char *const letters[] = {EVENT_KINDS(LETTER)};
	return letters[kind];
}

const char *event_kind_name(enum event_kind kind)
{
	static const char *const names[] = {EVENT_KINDS(NAME)};
	return names[kind];
}

const char *domain_name(enum domain domain)
{
	static const char *const names[] = {DOMAINS(NAME)};
	return names[domain];
}

const char *domain_word(enum domain domain)
{
	static const char *const words[] = {DOMAINS(WORD)};
	return words[domain];
}

const char *gc_word(enum gc_word word)
{
	static const char *const words[] = {GC_WORDS(CALL)};
	return words[word];
}

const char *frame_word(enum frame_word word)
{
	static const char *const words[] = {FRAMES(CALL)};
	return words[word];
}

const char *use_word(enum use_word word)
{
	static const char *const words[] = {USES(WORD)};
	return words[word];
}

bool use_names_object(enum use_word word)
{
	static const bool names[] = {USES(NAMES)};
	return names[word];
}

const char *libc_word(enum libc_word word)
{
	static const char *const words[] = {LIBC_WORDS(WORD)};
	return words[word];
}

const char *libc_word_number(enum libc_word word)
{
	static const char *const numbers[] = {LIBC_WORDS(NUMBER)};
	return numbers[word];
}

const char *call_name(enum call call)
{
	static const char *const names[] = {CALLS(CALL)};
	return names[call];
}
