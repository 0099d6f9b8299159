/* Numbers, sizes and times as people type them; base/units.h writes them. */
#ifndef BASE_NUMBERS_H
#define BASE_NUMBERS_H

#include <stdint.h>

struct error;

/* "42", "0x10" → 42, 16; -1 and err: not a number, or larger than 64 bits. */
int number_parse(const char *words, uint64_t *ret_number, struct error *err);

enum size_reading { SIZE_FINE, SIZE_NONE, SIZE_TOO_LARGE };

/*
 * The same with a binary unit: "64K", "1.5M", "2GiB" → 65536, …. SIZE_NONE: it is no size, or none
 * of whole bytes.
 */
enum size_reading size_read(const char *words, uint64_t *ret_bytes);

/* The same; -1 and err as above. */
int size_parse(const char *words, uint64_t *ret_bytes, struct error *err);

/* "500ms", "1.5s", "20us", "2min", "1:30" (minutes and seconds) → nanoseconds; -1 and err. */
int time_parse(const char *words, uint64_t *ret_nanoseconds, struct error *err);

#endif
