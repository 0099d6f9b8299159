/*
 * What libraries that were compiled for glibc, with its checks of sizes, need from a C library that
 * has no such checks: tests/install/musl links it.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

int __fprintf_chk(FILE *file, int flag, const char *format, ...);
int __vfprintf_chk(FILE *file, int flag, const char *format, va_list arguments);
int __sprintf_chk(char *out, int flag, size_t size, const char *format, ...);
int __vsnprintf_chk(char *out, size_t length, int flag, size_t size, const char *format,
	va_list arguments);
void *__memcpy_chk(void *to, const void *from, size_t length, size_t size);

int __vfprintf_chk(FILE *file, int flag, const char *format, va_list arguments)
{
	(void)flag;
	return vfprintf(file, format, arguments);
}

int __fprintf_chk(FILE *file, int flag, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int written = __vfprintf_chk(file, flag, format, arguments);
	va_end(arguments);
	return written;
}

int __vsnprintf_chk(char *out, size_t length, int flag, size_t size, const char *format,
	va_list arguments)
{
	(void)flag;
	return vsnprintf(out, length < size ? length : size, format, arguments);
}

int __sprintf_chk(char *out, int flag, size_t size, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int written = __vsnprintf_chk(out, size, flag, size, format, arguments);
	va_end(arguments);
	return written;
}

void *__memcpy_chk(void *to, const void *from, size_t length, size_t size)
{
	(void)size;
	return memcpy(to, from, length);
}
