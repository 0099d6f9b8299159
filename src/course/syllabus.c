/* See syllabus.h. */
#include "course/syllabus.h"

static const struct syllabus_step steps[] = {
	{"A heap with a free list", "first-fit", {"first-fit", "holes"}},
	{NULL, "external-fragmentation", {"fragmentation"}},
	{NULL, "best-fit", {"best-fit", "worst-fit"}},
	{NULL, "next-fit", {"next-fit"}},
	{NULL, "free-list-order", {NULL}},
	{"What goes wrong", "mistakes", {NULL}},
	{NULL, "odd-sizes", {NULL}},
	{NULL, "dangling-pointer", {NULL}},
	{NULL, "stale-free", {NULL}},
	{"Other ways to keep blocks", "pool", {"pool"}},
	{NULL, "pool-unset", {NULL}},
	{NULL, "budget", {"budget"}},
	{NULL, "counter-drift", {NULL}},
	{NULL, "buddy", {"buddy"}},
	{NULL, "region", {NULL}},
	{"What real programs do to a heap", "lru-cache", {NULL}},
	{NULL, "vector-doubling", {NULL}},
	{NULL, "vector-half", {NULL}},
	{NULL, "containers", {NULL}},
	{NULL, "compressed-cache", {NULL}},
	{NULL, "real-holes", {NULL}},
	{"The C library's malloc", "tcache", {"tcache"}},
	{NULL, "fast-bins", {NULL}},
	{NULL, "last-remainder", {NULL}},
	{NULL, "large-bins", {NULL}},
	{NULL, "one-block-on-top", {NULL}},
	{NULL, "mmap-threshold", {NULL}},
	{NULL, "calloc", {NULL}},
	{NULL, "glibc-releases", {NULL}},
	{"Python's allocator", "size-classes", {"size-class"}},
	{NULL, "free-chain", {"free-chain"}},
	{NULL, "pool-life", {NULL}},
	{NULL, "realloc", {NULL}},
	{NULL, "arena-growth", {"arenas"}},
	{NULL, "demo", {NULL}},
	{"Reference counts and the collector", "cycle", {"counts", "collection"}},
	{NULL, "finalisers", {NULL}},
	{NULL, "generations", {NULL}},
	{NULL, "increments", {NULL}},
	{NULL, "gc-disable", {NULL}},
	{NULL, "weak-cache", {NULL}},
	{"Java's memory", "java-areas", {NULL}},
	{NULL, "generational-heap", {"minor", "promotion"}},
	{NULL, "card-table", {NULL}},
};

const struct syllabus_step *syllabus_step(size_t at)
{
	return at < sizeof(steps) / sizeof(*steps) ? &steps[at] : NULL;
}
