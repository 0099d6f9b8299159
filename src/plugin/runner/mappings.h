/* A heap of mappings: whole pages that come and go, as memlib.h has them. */
#ifndef PLUGIN_RUNNER_MAPPINGS_H
#define PLUGIN_RUNNER_MAPPINGS_H

/* No page is mapped, in a heap that has mappings. Grows with the heap. */
void forget_mappings(void);

#endif
