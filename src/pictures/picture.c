/* See picture.h. */
#include "pictures/picture.h"

#include "base/error.h"
#include "base/output_file.h"
#include "base/text.h"
#include "pictures/png.h"
#include "pictures/svg.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

static const char *const endings[] = {[PICTURE_SVG] = ".svg", [PICTURE_PNG] = ".png"};

int picture_form_of(const char *path, enum picture_form *ret_form, struct error *err)
{
	size_t length = strlen(path);

	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		size_t end = strlen(endings[i]);
		if (length > end && strcasecmp(path + length - end, endings[i]) == 0) {
			*ret_form = (enum picture_form)i;
			return 0;
		}
	}
	return error_set(err, "%s: the name of a picture ends in .svg or .png", path);
}

static void add_svg(struct text *out, const struct canvas *canvas, struct area area,
	const struct theme *theme, const char *title)
{
	struct text row = {0};
	struct svg_roles roles = {0};

	svg_note_roles(&roles, canvas, area);
	svg_begin(out, area.width, area.height, theme, &roles, title);
	for (int y = 0; y < area.height; y++) {
		text_clear(&row);
		svg_add_row(&row, canvas, area, y, theme);
		if (row.length > 0)
			text_add(out, "<g transform=\"translate(0 %d)\">%s</g>\n",
				y * SVG_CELL_HEIGHT, text_of(&row));
	}
	svg_end(out);
	text_finish(&row);
}

void picture_add(struct text *out, enum picture_form form, const struct canvas *canvas,
	struct area area, const struct theme *theme, const char *title)
{
	switch (form) {
	case PICTURE_SVG:
		add_svg(out, canvas, area, theme, title);
		break;
	case PICTURE_PNG:
		png_add(out, canvas, area, theme);
		break;
	}
}

int picture_write(const struct text *bytes, const char *path, struct error *err)
{
	if (output_file_write(path, text_of(bytes), bytes->length) < 0)
		return error_set(err, "%s: %s", path, strerror(errno));
	return 0;
}
