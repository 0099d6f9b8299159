/*
 * A position in a trace and the heap at that point.
 *
 *	position   events applied: 0 before the first, trace_length() after the last. "Event n" is
 *	           the n-th from 0; at position p the last event applied is p - 1 and the next is p.
 *	checkpoint a copy of the state at a position; kept within a budget of memory
 *	survey     one run over the whole trace in small slices, which finds peaks, faults and
 *	           structural events and leaves checkpoints
 *
 * However a position is reached, the state is byte for byte that of playing from the start. Nothing
 * here knows keys, cells or the time of day. Change is announced by player_revision().
 */
#ifndef PLAYER_PLAYER_H
#define PLAYER_PLAYER_H

#include "heap/heap.h"
#include "heap/layers.h"
#include "heap/metrics.h"
#include "trace/trace.h"

struct player;

/* Where the index of a trace, played in one way, is kept; see index.h. */
struct index_place {
	const char *path;
	uint64_t key;
	uint64_t room; /* bytes that its checkpoints may take */
};

struct player_config {
	const char *engine;              /* NULL: the default one */
	const struct options *options;   /* NULL: defaults */
	size_t budget;                   /* bytes for checkpoints; 0: a default */
	const struct index_place *index; /* borrowed; NULL: none is kept */
};

/*
 * 0 when the engine of that name can play the trace; otherwise -1 and err. An engine that shows
 * recorded addresses needs a trace that has them.
 */
int player_accepts(const char *engine, struct trace *trace, struct error *err);

/* The trace is borrowed and must outlive the player. */
int player_new(struct player **ret_player, struct trace *trace, const struct player_config *config,
	struct error *err);
void player_free(struct player *player);

uint64_t player_position(const struct player *player);
uint64_t player_length(const struct player *player);
uint64_t player_revision(const struct player *player); /* differs after every change of position */
struct trace *player_trace(const struct player *player);
const struct heap *player_heap(const struct player *player);
const struct metrics *player_metrics(const struct player *player);

/*
 * The last event applied, its effect and its decisions; false at position 0 (and *ret untouched).
 */
bool player_last(const struct player *player, struct event *ret_event, struct effect *ret_effect,
	const struct decision_log **ret_log);

#define PLAYER_RECENT 64u

/*
 * The effect of one of the last PLAYER_RECENT events before the position; false: it is none of
 * these.
 */
bool player_recent(const struct player *player, uint64_t number, struct effect *ret_effect);

/*
 * The same of the last request: captions and marks after it change nothing and are skipped. false:
 * none is near.
 */
bool player_last_request(const struct player *player, struct event *ret_event,
	struct effect *ret_effect, const struct decision_log **ret_log);

/*
 * The objects that died at the last request, and those that a collector moved: heap_died() and
 * heap_moved() are those of the last event, which may be a caption after it.
 */
size_t player_died(const struct player *player, const struct live **ret_died);
size_t player_moved(const struct player *player, const struct moved **ret_moved);

/* Bytes that the last event took from the system; negative: bytes that it returned. */
int64_t player_took(const struct player *player);

/*
 * Searches for the cause of what went wrong at the last event, for that many milliseconds; true: it
 * is over. heap_cause() says what was found. What it finds is no change of position.
 */
bool player_search(struct player *player, unsigned milliseconds);
bool player_has_to_search(const struct player *player); /* it may have something to do */
bool player_is_searching(const struct player *player);  /* it has begun, and is not over */

/* Searches to the end. */
void player_explain(struct player *player);

/* Moves; each returns false when it is already there (at the end, at the start). */
bool player_step(struct player *player);
bool player_step_back(struct player *player);
bool player_seek(struct player *player, uint64_t position); /* past the end means the end */

/* Advances up to n events, without decisions except for the last; returns how many. */
uint64_t player_advance(struct player *player, uint64_t n);

/*
 * The number of events that a seek to the position would apply: from here, or from a checkpoint. A
 * long way is gone in slices, by player_approach().
 */
uint64_t player_distance(const struct player *player, uint64_t position);

/*
 * Goes towards the position by at most n events, from here or from a checkpoint nearer to it, and
 * may be anywhere before it meanwhile. Returns false when it has arrived.
 */
bool player_approach(struct player *player, uint64_t position, uint64_t n);

/* Leaves a checkpoint here, unless one is near: coming back is then cheap. */
void player_remember(struct player *player);

/*
 * Checks a followed trace (trace_follow()) for news. If it grew, there are more events to play and
 * to survey. If it was replaced, the player is at the start of the new trace. -1 and err: what was
 * added is damaged; everything before it stays.
 */
int player_refresh(struct player *player, enum trace_news *ret_news, struct error *err);

/*
 * Plays with another engine, or with other options, from now on, and from the start. -1 and err:
 * nothing has changed.
 */
int player_renew(struct player *player, const struct player_config *config, struct error *err);

/* ---- stops --------------------------------------------------------------------------------- */

enum stop_kind {
	STOP_HAPPENED, /* operand: HAPPENED_ bits, any of them */
	STOP_FAULT,    /* operand: 0 any serious one, else 1 << enum fault */
	/*
	 * any structural event: an arena or a pool changes hands, a hole is split or joined, a
	 * fault
	 */
	STOP_STRUCTURE,
	STOP_NOTE,       /* a note */
	STOP_MARK,       /* a mark */
	STOP_CLASS,      /* operand: size class of the block placed or freed */
	STOP_SIZE_OVER,  /* operand: a request of more bytes */
	STOP_OBJECT,     /* operand: object */
	STOP_ADDRESS,    /* operand: an address inside a block placed or freed */
	STOP_LIVE_OVER,  /* operand: live bytes rise over this */
	STOP_LIVE_UNDER, /* operand: live bytes fall below this */
	STOP_NEW_PEAK,   /* live bytes rise over all before */
	STOP_WASTE_OVER, /* operand: percent of held bytes that are not live */
};

struct stop {
	enum stop_kind kind;
	uint64_t operand;
};

/*
 * Reads a condition as `break` and --until take it: "arena-mapped", "pool-full", "oom", "fault",
 * "class 5", "size > 512", "object 877", "address 0x7f00", "live > 1M", "live < 2M", "peak",
 * "waste > 30%", "note", "mark". -1 and err: it is not one.
 */
int stop_parse(struct stop *ret_stop, const char *words, struct error *err);

/*
 * Runs forwards until an event matches one of the stops (that event is then the last applied), or
 * to the end, or until `limit` events were applied (0: no limit; then call again). Returns the
 * index of the stop hit, or -1. *ret_done is false only when the limit ended it.
 */
int player_run(struct player *player, const struct stop *stops, size_t nstops, uint64_t limit,
	bool *ret_done);

/*
 * The same backwards: the latest earlier position whose last event matches; the start when none
 * does.
 */
int player_run_back(struct player *player, const struct stop *stops, size_t nstops);

/* ---- survey -------------------------------------------------------------------------------- */

/* A sample of the timeline: figures over the events of one bucket. */
struct sample {
	uint64_t position;   /* events applied at the bucket's end */
	uint64_t live_bytes; /* highest in the bucket */
	uint64_t reserved;   /* highest in the bucket */
	uint32_t happened;   /* HAPPENED_ bits of the bucket */
	uint32_t faults;     /* serious ones in the bucket */
	/*
	 * The layers (heap/layers.h), topmost first, all at one moment, so that they add up: after
	 * an event of the bucket at which the system had given the most; where its end is another
	 * such moment, the one at which the lower layers held more.
	 */
	struct layer_bytes layers[LAYER_ROWS_MAX];
};

/*
 * Surveys up to n more events, or writes a part of the index of what was surveyed. false: nothing
 * is left to do.
 */
bool player_survey(struct player *player, uint64_t n);

/*
 * An allocator under test is among the engines: each event waits for another process, which takes
 * a hundred times as long as one of ours, and as long as it likes.
 */
bool player_runs_code(const struct player *player);

/* Whether player_survey() has something to do. */
bool player_has_to_survey(const struct player *player);

/*
 * Surveys in a thread from now on, if it has not begun, the trace does not grow, and no engine runs
 * code of others; player_survey() then takes what was found, and costs next to nothing.
 */
void player_survey_beside(struct player *player);
bool player_surveys_beside(const struct player *player);
uint64_t player_surveyed(const struct player *player); /* events */

/* The samples so far, in order, borrowed; at most a few thousand, however long the trace is. */
size_t player_samples(const struct player *player, const struct sample **ret_samples);

/*
 * Metrics at the point that the survey has reached; once it is done, its peaks are those of the
 * whole trace.
 */
const struct metrics *player_survey_metrics(const struct player *player);

#endif
