/* See handed_on.h. */
#include "report/handed_on.h"

#include "base/xalloc.h"
#include "heap/heap.h"
#include "trace/trace.h"

#include <stdio.h>
#include <stdlib.h>

#define FIRST_RELEASE 8u /* 3.8 */
#define LAST_RELEASE  13u

#define FLOAT_BYTES     24u
#define LIST_BYTES      56u  /* with what the collector has before it */
#define DICT_BYTES      64u  /* likewise */
#define KEYS_BYTES      168u /* of a small dictionary, up to 3.10 */
#define NAME_KEYS_BYTES 120u /* whose keys are texts, from 3.11 on */

/* The second number of "3.11.2"; 0: it is no release that is known here. */
static unsigned release_of(const char *python)
{
	unsigned second = 0;

	if (sscanf(python, "3.%u", &second) != 1 || second < FIRST_RELEASE || second > LAST_RELEASE)
		return 0;
	return second;
}

static bool is_its_size(unsigned release, uint64_t size)
{
	return size == FLOAT_BYTES || size == LIST_BYTES || size == DICT_BYTES ||
	       size == (release <= 10 ? KEYS_BYTES : NAME_KEYS_BYTES);
}

/* Two of three that it made are freed, and nine of ten blocks that are left have such a size. */
static bool may_be_others(const struct life *life, uint64_t of_such_sizes)
{
	return life->live > 0 && life->freed >= 2 * life->live &&
	       of_such_sizes * 10 >= life->live * 9;
}

bool *handed_on_new(const struct trace *trace, const struct heap *heap, const struct lives *lives)
{
	unsigned release = release_of(trace_info(trace)->python);
	struct lived lived;
	struct live live;
	bool has_any = false;

	if (release == 0)
		return NULL;
	uint64_t *of_such_sizes = xcalloc(lives->count, sizeof(*of_such_sizes));
	bool *others = xcalloc(lives->count, sizeof(*others));
	for (size_t at = 0; lives_next(lives, &at, &lived);)
		of_such_sizes[lived.caller] +=
			heap_find(heap, lived.object, &live) && is_its_size(release, live.size);
	for (size_t i = 0; i < lives->count; i++) {
		others[i] = may_be_others(&lives->items[i], of_such_sizes[i]);
		has_any |= others[i];
	}
	free(of_such_sizes);
	if (has_any)
		return others;
	free(others);
	return NULL;
}
