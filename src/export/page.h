/* The style sheet and the script of a page (html.c), from page/; embedded. */
#ifndef EXPORT_PAGE_H
#define EXPORT_PAGE_H

#include <stddef.h>

extern const unsigned char page_style[], page_script[];
extern const size_t page_style_length, page_script_length;

#endif
