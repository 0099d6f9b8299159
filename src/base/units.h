/*
 * Numbers as people read them.  Each writes into the caller's buffer and gives it back, for use in
 * a printf.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS_MAX 32
struct units { char text[UNITS_MAX]; };

/* 48731 → "48,731" */
const char *units_count(struct units *units, uint64_t number);

/* Exact when short, else three digits: "0 B", "512 B", "4 KiB", "1.06 MiB", "131 GiB" */
const char *units_bytes(struct units *units, uint64_t bytes);

/* "2.5%", "38%", "100%"; of nothing: "0%" */
const char *units_percent(struct units *units, uint64_t part, uint64_t whole);

/* Nanoseconds: "12 ns", "4.1 us", "3.20 s", "2:05 min" */
const char *units_time(struct units *units, uint64_t nanoseconds);

#endif
