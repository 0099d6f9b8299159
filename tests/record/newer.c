/* A Python of a version that is made up: its allocators, as it exports them. */
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

struct allocator {
	void *context;
	void *(*malloc)(void *context, size_t size);
	void *(*calloc)(void *context, size_t count, size_t size);
	void *(*realloc)(void *context, void *old, size_t size);
	void (*free)(void *context, void *block);
};

struct arenas {
	void *context;
	void *(*alloc)(void *context, size_t size);
	void (*free)(void *context, void *arena, size_t size);
};

static void *get(void *context, size_t size)
{
	return malloc(size);
}

static void *get_cleared(void *context, size_t count, size_t size)
{
	return calloc(count, size);
}

static void *change(void *context, void *old, size_t size)
{
	return realloc(old, size);
}

static void give(void *context, void *block)
{
	free(block);
}

static void give_arena(void *context, void *arena, size_t size)
{
	free(arena);
}

static void *get_object(void *context, size_t size)
{
	return malloc(size);
}

static struct allocator allocators[3] = {{NULL, get, get_cleared, change, give},
	{NULL, get_object, get_cleared, change, give},
	{NULL, get_object, get_cleared, change, give}};
static struct arenas arenas = {NULL, get, give_arena};

/* What the recorder reads of other versions: here it would be wrong. */
char PyCode_Type, PyUnicode_Type, PyType_Type, PyModule_Type, PyFunction_Type;

const char *Py_GetVersion(void)
{
	return "3.99.0 (main, Jan  1 2030)";
}

void PyMem_GetAllocator(int domain, struct allocator *allocator)
{
	*allocator = allocators[domain];
}

void PyMem_SetAllocator(int domain, struct allocator *allocator)
{
	allocators[domain] = *allocator;
}

void PyObject_GetArenaAllocator(struct arenas *allocator)
{
	*allocator = arenas;
}

void PyObject_SetArenaAllocator(struct arenas *allocator)
{
	arenas = *allocator;
}

void *PyThreadState_GetUnchecked(void)
{
	return (void *)16; /* NOLINT: what reads it is noticed */
}

void *PyGILState_GetThisThreadState(void)
{
	return PyThreadState_GetUnchecked();
}

void *PyInterpreterState_Main(void)
{
	return NULL;
}

void *PyImport_GetModuleDict(void)
{
	return PyThreadState_GetUnchecked();
}

int Py_IsInitialized(void)
{
	return 1;
}

int main(void)
{
	for (int i = 0; i < 1000; i++)
		allocators[2].free(allocators[2].context,
			allocators[2].malloc(allocators[2].context, 100));
	puts("done");
	return 0;
}
