/*
 * The options of commands that draw without a screen: what is drawn, how large, and of which
 * events.
 */
#ifndef CMD_SHEET_OPTIONS_H
#define CMD_SHEET_OPTIONS_H

#include "base/options.h"

#include <stdint.h>

struct cmd_call;
struct error;
struct sheet;

extern const struct option_spec sheet_options[];

/*
 * Opens the sheet that the options ask for, at the moment of --at; the caller frees it. -1 and err:
 * a value is wrong.
 */
int sheet_open(struct sheet **ret_sheet, const struct cmd_call *call, struct error *err);

/*
 * The position of --to, of a sheet that stays where it is. -1 and err: the value is wrong, or
 * before the position of the sheet.
 */
int sheet_end(struct sheet *sheet, const struct options *options, uint64_t *ret_position,
	struct error *err);

#endif
