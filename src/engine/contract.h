/*
 * A decorator that checks any engine against engine.h: it passes every request on to the engine
 * within, keeps its own books of the answers, and reports where the two differ.
 *
 * A broken contract is neither a crash nor an error of ours. A dangerous answer (a block that
 * overlaps another) becomes OUTCOME_NO_MEMORY, and the replay continues; the breach is kept until
 * the next event.
 */
#ifndef ENGINE_CONTRACT_H
#define ENGINE_CONTRACT_H

#include "engine/engine.h"

enum contract_level {
	CONTRACT_ANSWERS, /* every answer: O(log n) */
	CONTRACT_ALL,     /* and, after each event, everything the engine says of itself: slow */
};

/*
 * As engine_new(); engine_free() releases it with the engine within. The engine below may be a
 * contract, too.
 */
int contract_new(struct engine **ret_engine, const struct engine_ops *ops, struct engine *below,
	struct page_source *pages, const struct options *options, enum contract_level level,
	struct error *err);

/* Around the requests of one event. */
void contract_begin(struct engine *engine);
void contract_end(struct engine *engine);

/*
 * The first breach since contract_begin(), borrowed; NULL: none, or the engine is not a contract.
 */
const char *contract_broken(const struct engine *engine);

#endif
