/* One call of the allocators of a real Python, written by `hooked` and read by `traced`. */
#ifndef ORACLE_RECORD_H
#define ORACLE_RECORD_H

#include <stdint.h>

enum { RECORD_NOTHING, RECORD_ALLOCATE, RECORD_REALLOCATE, RECORD_FREE, RECORD_MAP, RECORD_UNMAP };
enum { RECORD_RAW, RECORD_MEM, RECORD_OBJECT, RECORD_ARENA };

struct record {
	uint64_t address; /* result of the call, or argument of free */
	uint64_t old;     /* argument of realloc */
	uint64_t size;
	uint32_t kind;
	uint32_t domain;
	uint64_t thread;
};

#endif
