/*
 * Any keys, clicks, sizes and times: the first byte chooses the engine, each other one a key. Bytes
 * of printable characters are those keys.
 */
#include "target.h"
#include "viewer.h"

#define KEYS_MAX 400u

static const char *const named[] = {"Up", "Down", "Left", "Right", "PgUp", "PgDn", "Home", "End",
	"Tab", "S-Tab", "Enter", "Esc", "Backspace", "Space", "C-l", "C-c", "S-Right", "S-Left",
	"C-Right", "C-Left", "F1", "F5", "Delete", "C-u", "C-w"};

#define NAMED (sizeof(named) / sizeof(*named))

static const int sizes[][2] = {{80, 24}, {120, 40}, {200, 60}, {40, 12}, {20, 5}, {1, 1}, {300, 3},
	{19, 100}};

/* false: the viewer has quit. */
static bool press(struct viewer *viewer, uint8_t byte)
{
	const char typed[] = {(char)byte, '\0'};

	if (byte == ' ')
		return view_key(viewer->view, "Space");
	if (byte > ' ' && byte < 0x7f)
		return view_key(viewer->view, typed);
	if (byte < NAMED)
		return view_key(viewer->view, named[byte]);
	if (byte >= 0xf8) {
		const int *size = sizes[byte - 0xf8];
		canvas_resize(&viewer->canvas, size[0], size[1]);
	} else if (byte >= 0x80) {
		return view_mouse(viewer->view, (enum mouse_kind)(byte % 5),
			byte * 7 % (viewer->canvas.width + 2) - 1,
			byte * 5 % (viewer->canvas.height + 2) - 1);
	} else {
		viewer_pass(viewer, byte * UINT64_C(20000000));
	}
	return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
	struct viewer viewer;

	viewer_init(&viewer, length > 0 ? bytes[0] : 0);
	viewer_draw(&viewer);
	for (size_t i = 1; i < length && i < KEYS_MAX; i++) {
		if (!press(&viewer, bytes[i]))
			break;
		viewer_pass(&viewer, 1000000);
		viewer_draw(&viewer);
	}
	viewer_finish(&viewer);
	return 0;
}
