/* The exit status of a command that has played a trace. */
#ifndef CMD_ENGINE_STATUS_H
#define CMD_ENGINE_STATUS_H

struct metrics;

/*
 * EXIT_TROUBLE where the figures are those of an engine that broke its own state, or of a plug-in
 * that failed: metrics_play() has said which. Faults of the trace are none of it.
 */
int engine_status(const struct metrics *metrics);

#endif
