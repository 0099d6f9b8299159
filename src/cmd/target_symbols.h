/* What the symbol tables of a program's file say of its allocator. */
#ifndef CMD_TARGET_SYMBOLS_H
#define CMD_TARGET_SYMBOLS_H

/*
 * The program is built with a sanitizer, which has the allocator itself: words that follow its
 * name. NULL: none is seen. Grows with the file's symbols, as does the next one.
 */
const char *target_symbols_sanitizer(const char *path);

/*
 * The allocator that is linked into the program, "jemalloc", or "an allocator of its own"; NULL:
 * none is seen, as in a file without symbols.
 */
const char *target_symbols_allocator(const char *path);

#endif
