/*
 * Calls each form of C++'s operator new and delete ten times, by their mangled names: whoever is
 * preloaded has them.  The sizes tell the forms apart:
 *
 *	1,001 to 1,004    new, new[], new (nothrow), new[] (nothrow)
 *	1,152 to 1,536    the same with an alignment, in steps of 128
 *	2,222             malloc, at the end
 *
 * usage: operators; 77: there are none
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#if __SIZEOF_SIZE_T__ == 8
#define SIZE "m"
#else
#define SIZE "j"
#endif
#define TAG  "RKSt9nothrow_t"
#define WIDE "St11align_val_t"

#define OPERATOR(result, name, parameters, mangled) \
	extern result name parameters __asm__(mangled) __attribute__((weak))

OPERATOR(void *, new_one, (size_t size), "_Znw" SIZE);
OPERATOR(void *, new_many, (size_t size), "_Zna" SIZE);
OPERATOR(void *, try_one, (size_t size, const void *tag), "_Znw" SIZE TAG);
OPERATOR(void *, try_many, (size_t size, const void *tag), "_Zna" SIZE TAG);
OPERATOR(void *, new_wide, (size_t size, size_t alignment), "_Znw" SIZE WIDE);
OPERATOR(void *, new_many_wide, (size_t size, size_t alignment), "_Zna" SIZE WIDE);
OPERATOR(void *, try_wide, (size_t size, size_t alignment, const void *tag), "_Znw" SIZE WIDE TAG);
OPERATOR(void *, try_many_wide, (size_t size, size_t alignment, const void *tag),
	"_Zna" SIZE WIDE TAG);
OPERATOR(void, delete_one, (void *block), "_ZdlPv");
OPERATOR(void, delete_many, (void *block), "_ZdaPv");
OPERATOR(void, delete_tried, (void *block, const void *tag), "_ZdlPv" TAG);
OPERATOR(void, delete_many_tried, (void *block, const void *tag), "_ZdaPv" TAG);
OPERATOR(void, delete_sized, (void *block, size_t size), "_ZdlPv" SIZE);
OPERATOR(void, delete_many_sized, (void *block, size_t size), "_ZdaPv" SIZE);
OPERATOR(void, delete_wide, (void *block, size_t alignment), "_ZdlPv" WIDE);
OPERATOR(void, delete_many_wide, (void *block, size_t alignment), "_ZdaPv" WIDE);
OPERATOR(void, delete_wide_tried, (void *block, size_t alignment, const void *tag),
	"_ZdlPv" WIDE TAG);
OPERATOR(void, delete_many_wide_tried, (void *block, size_t alignment, const void *tag),
	"_ZdaPv" WIDE TAG);
OPERATOR(void, delete_sized_wide, (void *block, size_t size, size_t alignment), "_ZdlPv" SIZE WIDE);
OPERATOR(void, delete_many_sized_wide, (void *block, size_t size, size_t alignment),
	"_ZdaPv" SIZE WIDE);

#define TIMES 10
#define ALIGN 128u

static const char tag; /* std::nothrow, of which only the place matters */

static void round_of_all(void)
{
	delete_one(new_one(1001));
	delete_many(new_many(1002));
	delete_tried(try_one(1003, &tag), &tag);
	delete_many_tried(try_many(1004, &tag), &tag);
	delete_wide(new_wide(1152, ALIGN), ALIGN);
	delete_many_wide(new_many_wide(1280, ALIGN), ALIGN);
	delete_wide_tried(try_wide(1408, ALIGN, &tag), ALIGN, &tag);
	delete_many_wide_tried(try_many_wide(1536, ALIGN, &tag), ALIGN, &tag);
}

static void round_of_sized(void)
{
	delete_sized(new_one(1001), 1001);
	delete_many_sized(new_many(1002), 1002);
	delete_sized_wide(new_wide(1152, ALIGN), 1152, ALIGN);
	delete_many_sized_wide(new_many_wide(1280, ALIGN), 1280, ALIGN);
}

int main(void)
{
	if (!new_one || !new_many_wide || !delete_many_sized_wide)
		return 77;
	for (int i = 0; i < TIMES; i++) {
		round_of_all();
		round_of_sized();
		free(malloc(2222));
	}
	return 0;
}
