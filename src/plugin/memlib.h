/* The memory of a malloc-lab allocator: one heap that grows at its end. */
#ifndef PLUGIN_MEMLIB_H
#define PLUGIN_MEMLIB_H

#include <stddef.h>
#include <stdint.h>

void mem_init(void); /* nothing to do here */
void mem_deinit(void);
void *mem_sbrk(intptr_t incr); /* where the new bytes begin, or (void *)-1 */
void mem_reset_brk(void);      /* an empty heap again */
void *mem_heap_lo(void);       /* the first byte */
void *mem_heap_hi(void);       /* the last byte */
size_t mem_heapsize(void);
size_t mem_pagesize(void);

/*
 * In some hand-outs the heap has no break: it consists of whole pages, which are zero when they are
 * mapped, and which do not always follow one another.
 */
void *mem_map(size_t bytes); /* NULL: there is no room */
void mem_unmap(void *from, size_t bytes);
int mem_is_mapped(const void *from, size_t bytes); /* all of them: 1 or 0 */
void mem_reset(void);                              /* nothing to do here */

void *mem_memset(void *to, int byte, size_t n); /* as the C library's */
void *mem_memcpy(void *to, const void *from, size_t n);
uint64_t mem_read(const void *from, size_t n); /* its first n bytes, at most 8 */
void mem_write(void *to, uint64_t value, size_t n);

/* the same as those above, in some hand-outs */
void *mm_sbrk(intptr_t incr);
void *mm_heap_lo(void);
void *mm_heap_hi(void);
size_t mm_heapsize(void);
size_t mm_pagesize(void);
void *mm_memset(void *to, int byte, size_t n);
void *mm_memcpy(void *to, const void *from, size_t n);

#endif
