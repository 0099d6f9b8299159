/* The memory of the heap as a whole, with the records of it. */
#ifndef PLUGIN_RUNNER_HEAP_H
#define PLUGIN_RUNNER_HEAP_H

/* At its fixed address; where that is taken, the plug-in is refused. */
void make_heap(void);

/* As mem_reset_brk() of the lab's drivers: what the memory holds stays. */
void empty_heap(void);

#endif
