/* See pace.h. */
#include "term/pace.h"

/* nanoseconds after which a missing answer counts as lost */
#define PATIENCE UINT64_C(1000000000)

uint64_t pace_wait(const struct pace *pace, uint64_t now)
{
	uint64_t since = now - pace->last;

	if (pace->last == 0)
		return 0;
	if (since < pace->interval)
		return pace->interval - since;
	return pace->asked && pace->answers && since < PATIENCE ? PATIENCE - since : 0;
}

bool pace_draw(struct pace *pace, uint64_t now)
{
	bool asks = !pace->never_asks && (!pace->asked || pace->answers);

	pace->last = now;
	pace->asked |= asks;
	pace->open += asks;
	return asks;
}

void pace_ask(struct pace *pace)
{
	pace->open++;
}

void pace_answer(struct pace *pace)
{
	pace->asked = false;
	pace->open -= pace->open > 0;
	pace->answers = true;
}
