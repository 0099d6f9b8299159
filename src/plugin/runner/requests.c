/* See requests.h. */
#include "plugin/runner/requests.h"

#include "plugin/runner/allocator.h"
#include "plugin/runner/blocks.h"
#include "plugin/runner/checks.h"
#include "plugin/runner/payloads.h"
#include "plugin/runner/state.h"

/*
 * Asked for nothing, a plug-in may answer what it likes; what cannot be a block of its own is none.
 */
static void serve_nothing(uint64_t address, struct reply *reply)
{
	struct reply unheard = {.kind = REPLY_DONE};

	if (address == 0 || !is_believable(address, 1, 0, &unheard))
		return;
	reply->address = address;
	/* the program may not write there: no contents to keep */
	add_block(address, 1, seed_of(++self.serial), true);
}

static void serve_allocate(const struct call *call, struct reply *reply)
{
	enter();
	uint64_t address = (uintptr_t)ask_allocate(call->size, call->alignment);
	leave();
	if (call->size == 0) {
		serve_nothing(address, reply);
		return;
	}
	reply->address = address;
	reply->size = call->size;
	if (address == 0 || !is_believable(address, call->size, call->alignment, reply))
		return;
	add_block(address, call->size, seed_of(++self.serial), spares());
	fill(block_at(address), 0);
}

static void serve_release(const struct call *call, struct reply *reply)
{
	struct live_block *block = block_at(call->address);

	if (block)
		remove_block(block);
	enter();
	ask_release(at(call->address));
	leave();
}

/*
 * The first part of a realloc that is made of an allocation, a copy and a release: the block is
 * live until it has been copied. 0: it stays what it is.
 */
static uint64_t allocate_beside(struct live_block *block, uint64_t size, struct reply *reply)
{
	enter();
	uint64_t address = (uintptr_t)ask_allocate(size, 0);
	leave();
	reply->address = address;
	reply->size = size;
	if (address == 0)
		return 0;
	if (!is_believable(address, size, 0, reply)) {
		block->is_damaged = true;
		return 0;
	}
	look_at_block(block, reply);
	return address;
}

/* The block is where it was, or the realloc has moved what was in it; the rest is new. */
static void serve_reallocate(const struct call *call, struct reply *reply)
{
	struct live_block *block = block_at(call->address);
	bool is_in_parts = block && call->size > 0 && !has_realloc(&self.allocator);
	uint64_t address = is_in_parts ? allocate_beside(block, call->size, reply) : 0;
	struct live_block old = block ? *block : (struct live_block){.base = call->address};
	uint64_t kept = old.size < call->size ? old.size : call->size;

	if (is_in_parts && address == 0)
		return;
	if (block) {
		remove_block(block);
		self.moving = old;
	}
	enter();
	if (is_in_parts)
		copy_and_release(at(address), at(old.base), kept);
	else
		address = (uintptr_t)ask_reallocate(at(call->address), old.size, call->size);
	leave();
	self.moving.base = 0;
	reply->address = address;
	reply->size = call->size;
	if (call->size == 0) {
		reply->address = 0;
		serve_nothing(address, reply);
		return;
	}
	bool is_placed = address && is_believable(address, call->size, 0, reply);
	if (!is_placed) {
		struct reply unheard = {.kind = REPLY_DONE};
		if (old.size > 0 && is_believable(old.base, old.size, 0, &unheard))
			add_block(old.base, old.size, old.seed, old.is_damaged || address);
		return;
	}
	uint64_t wrong = old.is_damaged ? kept : first_wrong(address, old.seed, 0, kept);
	if (wrong < kept) {
		tell(reply, REPLY_NOT_KEPT);
		reply->detail = wrong;
		reply->wrong_end = end_of_wrong(address, old.seed, kept);
	}
	bool is_rewritten = !self.is_trying && (wrong < kept || old.is_damaged);
	add_block(address, call->size, old.seed, spares() || (self.is_trying && old.is_damaged));
	fill(block_at(address), is_rewritten ? 0 : kept);
}

void serve_request(const struct call *call, struct reply *reply)
{
	static void (*const serve_by_kind[])(const struct call *call,
		struct reply *reply) = {[CALL_ALLOCATE] = serve_allocate,
		[CALL_RELEASE] = serve_release,
		[CALL_REALLOCATE] = serve_reallocate};

	serve_by_kind[call->kind](call, reply);
	tell_given_back(reply);
}

void serve(const struct call *call, struct reply *reply)
{
	serve_request(call, reply);
	look_after(reply);
}
