/*
 * A decorator that holds any engine to what engine.h asks of it: an engine that passes every
 * request on to another, keeps books of its own on what was answered, and says where the two
 * differ.
 *
 * A broken contract is no crash and no error of ours. An answer that would harm whoever believed it
 * (a block where another one is) is turned into OUTCOME_NO_MEMORY, and the play goes on; what was
 * wrong is kept until the next event.
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
 * The first thing that was wrong since contract_begin(); NULL: nothing was, or the engine is no
 * contract.
 */
const char *contract_broken(const struct engine *engine);

#endif
