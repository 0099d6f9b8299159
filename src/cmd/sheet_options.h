/*
 * The options of commands that draw without a screen: what is drawn, how large, and of which
 * events.
 */
#ifndef CMD_SHEET_OPTIONS_H
#define CMD_SHEET_OPTIONS_H

#include "base/options.h"

#include <stdbool.h>
#include <stdint.h>

struct cmd_call;
struct error;
struct sheet;

extern const struct option_spec sheet_options[];

/*
 * Opens the sheet that the options ask for, at the moment of --at, or at `at` where that is not
 * given; the caller frees it. lecture: as if --lecture were given. -1 and err: a value is wrong.
 */
int sheet_open(struct sheet **ret_sheet, const struct cmd_call *call, const char *at, bool lecture,
	struct error *err);

/*
 * The position of --to, or of `to` where that is not given; the sheet stays where it is. -1 and
 * err: the value is wrong, or before the position of the sheet.
 */
int sheet_end(struct sheet *sheet, const struct options *options, const char *to,
	uint64_t *ret_position, struct error *err);

#endif
