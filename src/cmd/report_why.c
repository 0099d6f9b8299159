/* See report_answers.h: why the memory does not go back. */
#include "cmd/report_answers.h"

#include "base/text.h"
#include "base/units.h"
#include "cmd/remedies.h"
#include "cmd/report_words.h"
#include "report/report.h"
#include "report/threshold.h"

#define WORTH_SAYING 20u /* a twentieth of what is idle */

static uint64_t arenas_of(const struct holdings *holdings)
{
	return holdings->causes[CAUSE_PINNED] + holdings->causes[CAUSE_POOLS] +
	       holdings->causes[CAUSE_EMPTY];
}

/* All free memory between the blocks of the heap. */
static uint64_t holes_of(const struct holdings *holdings)
{
	return holdings->causes[CAUSE_HOLES] + holdings->causes[CAUSE_FAST] +
	       holdings->causes[CAUSE_CACHED];
}

static void say_arenas(struct text *words, const struct report *report)
{
	const struct keeping *keeping = &report->keeping;
	struct units pinned, arenas;

	text_add(words, "An arena goes back to the system when its last block is freed");
	if (keeping->pinned > 0 && keeping->pinned < keeping->arenas)
		text_add(words, ", and %s of %s %s kept by a few blocks",
			units_count(&pinned, keeping->pinned),
			units_count(&arenas, keeping->arenas), keeping->pinned == 1 ? "is" : "are");
	else if (keeping->pinned > 1)
		text_add(words, ", and all %s are kept by a few blocks",
			units_count(&arenas, keeping->arenas));
	text_add(words, ".");
}

/* Free memory that does not merge is named where there is enough of it. */
static void say_holes(struct text *words, const struct report *report)
{
	uint64_t fast = report->holdings.causes[CAUSE_FAST],
		 cached = report->holdings.causes[CAUSE_CACHED];
	struct units bytes;

	text_add(words,
		"The C library's heap shrinks from its end only, and blocks, or free chunks of a "
		"tcache or fast bin, lie between its holes and its end.");
	if (report_counts(report, fast))
		text_add(words,
			" Free chunks of %s in fast bins keep holes apart: malloc_trim() merges "
			"them, and so does a request of 1,024 bytes or more.",
			units_bytes(&bytes, fast));
	if (report_counts(report, cached))
		text_add(words, " Free chunks of %s in tcaches keep holes apart.",
			units_bytes(&bytes, cached));
}

/* Why blocks are in the heap that would be mapped alone, as the first of their size was. */
static void say_risen(struct text *words, const struct report *report)
{
	uint64_t risen = threshold_risen(report->heap);
	struct units bytes;

	if (risen)
		text_add(words,
			" Blocks of less than %s are there and not mapped alone: freeing a mapped "
			"one of that size raised glibc's mmap threshold to it.",
			units_bytes(&bytes, risen));
}

/* Of the arenas of threads, where that is a quarter of what is idle. */
static void say_stays(struct text *words, const struct report *report)
{
	struct units bytes;

	if (report->stays > report_known_idle(report) / 4)
		text_add(words,
			" malloc_trim() would leave %s at the ends of threads' arenas: those go back "
			"when a free there merges to 64 KiB or more, and the end is larger than the "
			"trim threshold.",
			units_bytes(&bytes, report->stays));
}

static uint64_t parts_of(const struct freed *freed, bool has_arenas, bool has_ends)
{
	return (has_arenas ? freed->arenas : 0) + (has_ends ? freed->ends : 0);
}

/* Says so where no caller alone comes to half of what the first n do together, of such parts. */
static void say_all_needed(struct text *words, const struct report *report, size_t n,
	bool has_arenas, bool has_ends)
{
	const struct keeper *keepers = report->keepers.items;
	uint64_t most = 0;
	struct units bytes;

	for (size_t i = 0; i < n; i++) {
		uint64_t alone = parts_of(&keepers[i].alone, has_arenas, has_ends);
		most = alone > most ? alone : most;
	}
	if (n > 1 && most < parts_of(&keepers[n - 1].with_above, has_arenas, has_ends) / 2)
		text_add(words,
			" It takes all of these blocks, whatever they hold by now: those that one "
			"caller asked for come to %s%s alone.",
			most ? "at most " : "", most ? units_bytes(&bytes, most) : "nothing");
}

/*
 * Of what the first n callers keep: arenas go back; of a heap's end that is no answer, which a play
 * has shown or would show.
 */
static void say_without(struct text *words, const struct report *report,
	const struct remedies *remedies)
{
	size_t n = remedies_callers(report);
	const struct freed freed = report_first_keepers(report, n).with_above;
	const struct aftermath *now = &remedies->now[REMEDY_FREED];
	uint64_t least = report_known_idle(report) / WORTH_SAYING + 1;
	bool has_arenas = freed.arenas >= least, has_ends = freed.ends >= least;
	bool stays = has_ends && now->held > 0 &&
		     report_less_held(report, now->held) < freed.arenas + freed.ends / 2;
	struct units bytes;

	if ((!has_arenas && !has_ends) || !add_chosen(words, report, "Without the blocks of "))
		return;
	text_add(words, ", ");
	if (has_arenas)
		text_add(words, "arenas of %s would go back%s", units_bytes(&bytes, freed.arenas),
			has_ends ? ", and " : "");
	if (has_ends)
		text_add(words, "%s more at the end%s would have no block%s",
			units_bytes(&bytes, freed.ends),
			report->keepers.heaps > 1 ? "s of heaps" : " of the heap",
			stays ? ", but would not go back by themselves" : "");
	text_add(words, ".");
	say_all_needed(words, report, n, has_arenas, has_ends);
}

/* Of an allocator under test, whatever it holds. */
static void say_own(struct text *words)
{
	text_add(words,
		"Your allocator decides what it uses again, and whether anything goes back. What "
		"lies between its blocks counts as free where it says so, or, if it does not "
		"describe itself, where it is 32 bytes or more.");
}

void answer_why(struct text *words, const struct report *report, const struct remedies *remedies)
{
	const struct holdings *holdings = &report->holdings;
	uint64_t idle = report_known_idle(report);

	if (idle == 0)
		return;
	if (report_has_spaces(report)) {
		text_add(words,
			"What is free in a space is room above its top, for the next objects. A "
			"virtual machine gives it back when it makes the space smaller, mostly at "
			"the end of a full collection.");
		return;
	}
	if (report_is_mostly_live(report)) {
		text_add(words, "Most of what is %s is live: the program has not freed it.",
			report_held_or_known(report));
		return;
	}
	if (report_is_of_plugin(report)) {
		say_own(words);
		return;
	}
	if (arenas_of(holdings) >= idle / 2)
		say_arenas(words, report);
	else if (holes_of(holdings) >= idle / 2) {
		say_holes(words, report);
		say_risen(words, report);
	} else if (holdings->causes[CAUSE_TOP] >= idle / 2)
		text_add(words,
			"The C library keeps free memory at the end of its heap until that is "
			"larger than its trim threshold.");
	if (arenas_of(holdings) < idle / 2)
		say_stays(words, report);
	say_without(words, report, remedies);
}
