/* See kinds.h. */
#include "panels/kinds.h"

#define KINDS (ROLE_KIND_4 - ROLE_KIND_0 + 1)

struct cell kind_cell(const struct engine *engine, unsigned kind, enum charset charset)
{
	unsigned place = kind - 1;
	char sign = engine_kinds(engine)[place].sign;

	if (!sign)
		return (struct cell){glyph_of(charset, GLYPH_FREE, 0), ROLE_VIRGIN, 0};
	/* The letter is the kind, and its colour only helps. */
	return (struct cell){(uint32_t)sign, (uint8_t)(ROLE_KIND_0 + place % KINDS), 0};
}

uint32_t kind_capital(uint32_t letter)
{
	return letter >= 'a' && letter <= 'z' ? letter - 'a' + 'A' : letter;
}
