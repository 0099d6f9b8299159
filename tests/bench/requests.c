#include "requests.h"

#include <stdlib.h>

struct event *requests_make(uint32_t blocks, size_t n, enum domain domain,
	uint64_t (*size_of_request)(struct dice *dice))
{
	struct event *events = calloc(n, sizeof(*events));
	uint32_t *live = calloc(blocks, sizeof(*live));
	uint32_t next = 0, place = 0;
	struct dice dice;

	if (!events || !live)
		exit(1);
	dice_init(&dice, blocks);
	for (size_t i = 0; i < n; i++) {
		struct event *event = &events[i];
		event->text = TEXT_NONE;
		event->domain = (uint8_t)domain;
		if (i < blocks || (i - blocks) % 2 == 1) {
			place = i < blocks ? (uint32_t)i : place;
			event->kind = EVENT_ALLOCATE;
			event->size = size_of_request(&dice);
			event->object = live[place] = next++;
		} else {
			place = (uint32_t)dice_roll(&dice, blocks);
			event->kind = EVENT_FREE;
			event->object = live[place];
		}
	}
	free(live);
	return events;
}

void requests_read(const struct event *events, size_t n)
{
	for (size_t i = 0; i < n; i++)
		(void)*(const volatile uint32_t *)&events[i].object;
}
