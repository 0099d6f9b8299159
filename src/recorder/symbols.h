/*
 * The dynamic symbols of a loaded module, read where the loader has them. dlsym() would not do:
 * when a symbol is missing, the loader keeps its message on the program's heap.
 */
#ifndef RECORDER_SYMBOLS_H
#define RECORDER_SYMBOLS_H

#include <link.h>
#include <stdbool.h>
#include <stdint.h>

/* The module defines a global symbol of this name. NULL: it does not. */
const ElfW(Sym) * symbols_find(const struct dl_phdr_info *module, const char *name);

/* The module has code or data there. Grows with its segments. */
bool symbols_module_has(const struct dl_phdr_info *module, uintptr_t address);

/*
 * Takes the definition out of its module: who looks for the name from here on finds the next one.
 * It stays where the system does not let its page be written to.
 */
void symbols_hide(const struct dl_phdr_info *module, const ElfW(Sym) * symbol);

#endif
