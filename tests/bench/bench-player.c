/*
 * How long a person waits for the player: for one step back, a seek to anywhere, the survey; and in
 * a second opening, which has an index. Prints milliseconds of processor time, which other programs
 * disturb less than a clock: the median, the 95th percentile, the worst.
 *
 * usage: bench-player TRACE [ENGINE [survey]]	with an engine: its survey and second opening only;
 *	survey: the survey beside a person only, five times
 */
#include "base/error.h"
#include "player/player.h"
#include "dice.h"
#include "processor_time.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define MOVES   400u
#define SEEKS   100u
#define SURVEYS 5
#define PLACES  20u /* positions from which steps back are taken */

static int compare(const void *one, const void *other)
{
	double a = *(const double *)one, b = *(const double *)other;
	return (a > b) - (a < b);
}

static void report(const char *what, double *taken, size_t n)
{
	qsort(taken, n, sizeof(*taken), compare);
	printf("  %-44s median %8.2f   95%% %8.2f   worst %8.2f ms\n", what, taken[n / 2],
		taken[n * 95 / 100], taken[n - 1]);
}

static void measure_seeks(struct player *player, const char *what)
{
	double taken[SEEKS];
	struct dice dice = {1};

	for (unsigned i = 0; i < SEEKS; i++) {
		uint64_t target = dice_roll(&dice, player_length(player) + 1);
		double begin = processor_ms();
		player_seek(player, target);
		taken[i] = processor_ms() - begin;
	}
	report(what, taken, SEEKS);
}

/*
 * Seeks all over the trace and takes some steps back at each place; the first step is counted
 * separately.
 */
static void measure_steps_back(struct player *player)
{
	double first[PLACES], taken[PLACES * MOVES / 2];
	struct dice dice = {7};
	size_t n = 0;

	for (unsigned place = 0; place < PLACES; place++) {
		player_seek(player, MOVES + dice_roll(&dice, player_length(player) - MOVES));
		for (unsigned i = 0; i <= MOVES / 2; i++) {
			double begin = processor_ms();
			player_step_back(player);
			double time = processor_ms() - begin;
			if (i == 0)
				first[place] = time;
			else
				taken[n++] = time;
		}
	}
	report("the first step back after a seek", first, PLACES);
	report("the steps back after it", taken, n);
}

/* Steps back from the end without a pause, as when a key is held down. */
static void measure_long_way_back(struct player *player)
{
	static double taken[MOVES * 10];

	player_seek(player, player_length(player));
	player_step_back(player);
	for (unsigned i = 0; i < MOVES * 10; i++) {
		double begin = processor_ms();
		player_step_back(player);
		taken[i] = processor_ms() - begin;
	}
	report("4000 steps back from the end", taken, MOVES * 10);
}

/* Memory of our own, in MiB: what is mapped of files does not count. */
static double megabytes(void)
{
	FILE *file = fopen("/proc/self/status", "r");
	char line[200];
	unsigned long kilobytes = 0;

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "RssAnon: %lu", &kilobytes) == 1)
			break;
	if (file)
		fclose(file);
	return (double)kilobytes / 1024;
}

static struct player *open_player(struct trace *trace, const char *engine,
	const struct index_place *place)
{
	const struct player_config config = {.engine = engine, .index = place};
	struct player *player = NULL;
	struct error err;

	if (player_new(&player, trace, &config, &err) < 0)
		fprintf(stderr, "bench-player: %s\n", err.text);
	return player;
}

/* Processor time of the thread of this process that has taken the most so far, in ms. */
static double busiest_ms(void)
{
	DIR *tasks = opendir("/proc/self/task");
	unsigned long long most = 0;

	for (struct dirent *task; tasks && (task = readdir(tasks));) {
		char path[300];
		unsigned long long taken = 0;
		if (task->d_name[0] == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/self/task/%s/schedstat", task->d_name);
		FILE *file = fopen(path, "r");
		if (file && fscanf(file, "%llu", &taken) == 1 && taken > most &&
			strtoull(task->d_name, NULL, 10) != (unsigned long long)getpid())
			most = taken;
		if (file)
			fclose(file);
	}
	if (tasks)
		closedir(tasks);
	return (double)most / 1e6;
}

/* The survey beside the person, in threads: its speed is that of the busiest one. */
static void measure_beside(struct trace *trace, const char *engine)
{
	char path[] = "/tmp/bench-index-XXXXXX";
	int fd = mkstemp(path);
	const struct index_place place = {.path = path, .key = 1, .room = UINT64_C(512) << 20};
	const struct timespec pause = {0, 2000000};
	struct player *player = open_player(trace, engine, &place);
	double busiest = 0, most = 0;

	if (player)
		player_survey_beside(player);
	while (player && player_survey(player, 1)) {
		double now = busiest_ms(), memory = megabytes();
		busiest = now > busiest ? now : busiest;
		most = memory > most ? memory : most;
		nanosleep(&pause, NULL);
	}
	printf("  %-44s %.0f ms, %.1f M events/s, at most %.0f MiB of memory\n",
		"the same beside a person, its busiest thread", busiest,
		(double)trace_length(trace) / busiest / 1e3, most);
	player_free(player);
	unlink(path);
	close(fd);
}

/* The survey, its index, and a player that has it. */
static void measure_index(struct trace *trace, const char *engine)
{
	char path[] = "/tmp/bench-index-XXXXXX";
	int fd = mkstemp(path);
	const struct index_place place = {.path = path, .key = 1, .room = UINT64_C(512) << 20};
	double begin = processor_ms();
	struct player *player = open_player(trace, engine, &place);
	double most = 0;

	while (player && player_survey(player, 1 << 20))
		most = megabytes() > most ? megabytes() : most;
	double taken = processor_ms() - begin;
	printf("  %-44s %.0f ms, %.1f M events/s, at most %.0f MiB of memory\n",
		"the survey and its index", taken, (double)trace_length(trace) / taken / 1e3, most);
	player_free(player);
	measure_beside(trace, engine);
	begin = processor_ms();
	player = open_player(trace, engine, &place);
	printf("  %-44s %.1f ms, all known: %s\n", "opening with the index", processor_ms() - begin,
		player && !player_has_to_survey(player) ? "yes" : "no");
	if (player) {
		measure_seeks(player, "seeks to anywhere with the index");
		measure_steps_back(player);
	}
	printf("  %-44s %.0f MiB\n", "memory after that", megabytes());
	player_free(player);
	unlink(path);
	close(fd);
}

static int measure(struct trace *trace, const char *engine)
{
	const struct player_config config = {.engine = engine};
	struct player *player;
	struct error err;

	if (player_new(&player, trace, &config, &err) < 0) {
		fprintf(stderr, "bench-player: %s\n", err.text);
		return -1;
	}
	double begin = processor_ms();
	player_seek(player, player_length(player));
	printf("The player, %" PRIu64 " events, engine %s:\n", player_length(player), engine);
	printf("  %-44s %.0f ms\n", "from the start to the end", processor_ms() - begin);
	measure_steps_back(player);
	measure_long_way_back(player);
	measure_seeks(player, "seeks to anywhere");
	begin = processor_ms();
	while (player_survey(player, 1 << 16))
		;
	printf("  %-44s %.0f ms\n", "the survey", processor_ms() - begin);
	player_free(player);
	measure_index(trace, engine);
	return 0;
}

int main(int argc, char **argv)
{
	struct trace *trace;
	struct error err;
	int result = 0;

	if (argc < 2) {
		fprintf(stderr, "usage: bench-player TRACE [ENGINE [survey]]\n");
		return 2;
	}
	if (trace_open(&trace, argv[1], 0, &err) < 0) {
		fprintf(stderr, "bench-player: %s\n", err.text);
		return 1;
	}
	if (argc > 3)
		for (int i = 0; i < SURVEYS; i++)
			measure_beside(trace, argv[2]);
	else if (argc > 2)
		measure_index(trace, argv[2]);
	else if (measure(trace, "pymalloc") < 0 || measure(trace, "heap") < 0)
		result = 1;
	trace_close(trace);
	return result;
}
