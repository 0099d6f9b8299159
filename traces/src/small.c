/* Something for a compiler to chew on. */
extern int printf(const char *format, ...);
extern unsigned long strlen(const char *text);
extern int strcmp(const char *one, const char *other);

struct word {
	const char *text;
	int count;
};

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct word *)a)->text, ((const struct word *)b)->text);
}

int main(int argc, char **argv)
{
	struct word words[64];
	int n = 0;
	for (int i = 1; i < argc && n < 64; i++)
		words[n++] = (struct word){argv[i], (int)strlen(argv[i])};
	for (int i = 0; i < n; i++)
		for (int j = i + 1; j < n; j++)
			if (compare(&words[i], &words[j]) > 0) {
				struct word swapped = words[i];
				words[i] = words[j];
				words[j] = swapped;
			}
	for (int i = 0; i < n; i++)
		printf("%s %d\n", words[i].text, words[i].count);
	return 0;
}
