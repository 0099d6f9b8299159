/* Has what a program has that is built with AddressSanitizer. */
__attribute__((visibility("default"))) void __asan_init(void) /* NOLINT: the sanitizer's own name */
{
}

int main(void)
{
	return 0;
}
