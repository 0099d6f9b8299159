/* See target.h. usage: fuzz-TARGET FILE... */
#include "base/text.h"
#include "target.h"

#include <stdio.h>

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct text text = {0};
		FILE *file = fopen(argv[i], "rb");
		char piece[4096];
		size_t n;

		if (!file) {
			perror(argv[i]);
			return 1;
		}
		while ((n = fread(piece, 1, sizeof(piece), file)) > 0)
			text_add_bytes(&text, piece, n);
		fclose(file);
		LLVMFuzzerTestOneInput((const uint8_t *)text_of(&text), text.length);
		text_finish(&text);
	}
	return 0;
}
