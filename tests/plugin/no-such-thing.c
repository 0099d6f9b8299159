/* Does not compile. */
#include "correct.c"
int broken(void)
{
	return no_such_thing;
}
