/*
 * Numbers as people read them. Each function writes into the caller's buffer and returns it, for
 * use in a printf.
 */
#ifndef BASE_UNITS_H
#define BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define UNITS_MAX 32
struct units {
	char text[UNITS_MAX];
};

/* 48731 → "48,731" */
const char *units_count(struct units *units, uint64_t number);

/*
 * Exact when short, otherwise rounded to three digits (four from 1000 to 1023): "0 B", "512 B", "4
 * KiB", "1.06 MiB", "131 GiB". A rounded number keeps its decimals: "1.00 MiB" is not exactly a
 * mebibyte.
 */
const char *units_bytes(struct units *units, uint64_t bytes);

/* "2.5%", "38%", "<0.1%"; "100%" only when part is whole; "0%" when it or whole is 0 */
const char *units_percent(struct units *units, uint64_t part, uint64_t whole);
/* The same where there are two columns: "3", "38", "<1" */
const char *units_whole_percent(struct units *units, uint64_t part, uint64_t whole);

/* Nanoseconds, rounded: "12 ns", "4.10 us", "3.20 s", "2:05 min" */
const char *units_time(struct units *units, uint64_t nanoseconds);

/* The same as a person waits for it, in whole seconds: "45 s", "2:05 min", "3:07 h" */
const char *units_wait(struct units *units, uint64_t nanoseconds);

#endif
