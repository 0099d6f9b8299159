/* A script played on the view, or a range of events, as a recording of a terminal. */
#include "pictures/cast.h"

#include "base/error.h"
#include "export/exporter.h"
#include "export/sheet.h"
#include "export/sink.h"
#include "term/term.h"
#include "view/view.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SECOND     UINT64_C(1000000000)
#define FRAMES_MAX 600u /* of a range; of a longer one, events are left out evenly */

struct audience {
	struct cast *cast;
	const struct view *view;
};

static void see(void *user, const struct canvas *canvas, uint64_t nanoseconds)
{
	const struct audience *audience = user;

	cast_add(audience->cast, canvas, view_theme(audience->view), nanoseconds);
}

/* What the script prints goes nowhere: the recording has the screen. */
static int play_script(const struct export_job *job, struct cast *cast, const struct canvas *first,
	struct error *err)
{
	struct audience audience = {cast, sheet_view(job->sheet)};
	const struct term_audience watching = {see, &audience};
	FILE *script = fopen(job->script, "r"), *nowhere = fopen("/dev/null", "w");
	int result = -1;

	if (script && nowhere)
		result = term_run_script(sheet_view(job->sheet), script, job->script, first->width,
			first->height, first->charset, nowhere, &watching, err);
	else
		error_set(err, "%s: %s", script ? "/dev/null" : job->script, strerror(errno));
	if (script)
		fclose(script);
	if (nowhere)
		fclose(nowhere);
	return result;
}

static int play_range(const struct export_job *job, struct cast *cast, struct error *err)
{
	uint64_t at = job->position, stride = (job->end - at) / FRAMES_MAX + 1;
	struct area area;
	int result = 0;

	for (bool is_last = false; !is_last && result == 0;) {
		char words[32] = "seek start";
		if (at > 0)
			snprintf(words, sizeof(words), "seek %" PRIu64, at - 1);
		result = sheet_command(job->sheet, words, err);
		uint64_t time = (uint64_t)((double)(at - job->position) / job->speed * SECOND);
		cast_add(cast, sheet_draw(job->sheet, &area), job->theme, time);
		is_last = at == job->end;
		at = job->end - at > stride ? at + stride : job->end;
	}
	return result;
}

static int write_cast(const struct export_job *job, struct sink *sink, struct error *err)
{
	struct area area;
	const struct canvas *first = sheet_draw(job->sheet, &area);
	struct text title = {0};

	view_describe(sheet_view(job->sheet), &title);
	struct cast *cast = cast_new(&sink->text, first->width, first->height, text_of(&title));
	int result = job->script ? play_script(job, cast, first, err) : play_range(job, cast, err);
	cast_free(cast);
	text_finish(&title);
	return result;
}

const struct exporter exporter_cast = {.name = "cast", .write = write_cast, .moment = EXPORT_RANGE};
