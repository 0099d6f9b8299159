/* See kinds.h. */
#include "panels/kinds.h"

struct cell kind_cell(const struct engine *engine, unsigned kind, enum charset charset)
{
	/* By place: the letter is the kind, and its colour only helps. */
	static const enum role roles[] = {ROLE_CLASS_4, ROLE_CLASS_1, ROLE_CLASS_3, ROLE_CLASS_2,
		ROLE_CLASS_7};
	size_t place = kind - 1, last = sizeof(roles) / sizeof(*roles) - 1;
	char sign = engine_kinds(engine)[place].sign;

	if (!sign)
		return (struct cell){glyph_of(charset, GLYPH_FREE, 0), ROLE_VIRGIN, 0};
	return (struct cell){(uint32_t)sign, roles[place < last ? place : last], 0};
}
