/* The headers that a plug-in's source may include, as they are given to the compiler. */
#ifndef PLUGIN_HEADERS_H
#define PLUGIN_HEADERS_H

#include <stddef.h>

extern const unsigned char memlib_header[], mm_header[], config_header[], plugin_header[];
extern const size_t memlib_header_length, mm_header_length, config_header_length,
	plugin_header_length;

#endif
