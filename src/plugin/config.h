/* The numbers that malloc-lab allocators sometimes look at. */
#ifndef CONFIG_H
#define CONFIG_H

#define ALIGNMENT 8
#define MAX_HEAP  (20 * (1 << 20))

#endif
