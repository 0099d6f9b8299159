/* Constants that some malloc-lab allocators use. */
#ifndef PLUGIN_CONFIG_H
#define PLUGIN_CONFIG_H

#define ALIGNMENT 8
#define MAX_HEAP  (20 * (1 << 20))

#endif
