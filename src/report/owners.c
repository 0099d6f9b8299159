/* See owners.h. */
#include "report/owners.h"

#include "base/xalloc.h"

#include <stdlib.h>

#define GRANULE    16u   /* sizes of blocks are multiples of it, for the census */
#define LATE       4096u /* events before the moment at which a census is of it */
#define ERROR_PART 4.0   /* an estimate that errs by more than a fourth says nothing */
#define NEWER      20u   /* with more than one part in so many bytes made since, it is not */

static size_t cell_of(const struct owners *owners, uint64_t address)
{
	size_t at = (size_t)(address / GRANULE * UINT64_C(0x9E3779B97F4A7C15) >> 20);

	for (;; at++) {
		uint32_t number = owners->cells[at & (owners->room - 1)];
		if (number == 0 || owners->census.samples.items[number - 1].address == address)
			return at & (owners->room - 1);
	}
}

static void index_samples(struct owners *owners)
{
	const struct census *census = &owners->census;

	for (owners->room = 64; owners->room < census->samples.count * 2;)
		owners->room *= 2;
	owners->cells = xcalloc(owners->room, sizeof(*owners->cells));
	for (size_t i = 0; i < census->samples.count; i++)
		owners->cells[cell_of(owners, census->samples.items[i].address)] = (uint32_t)i + 1;
}

/* A block was in the sample with this chance, if it has this size and keeps so many idle bytes. */
static double chance_of(const struct census *census, uint64_t size, double idle)
{
	uint64_t block = (size + GRANULE - 1) / GRANULE * GRANULE;
	double weight = (double)block + (census->is_weighed ? idle : 0);

	return block == 0 || weight >= (double)census->step ? 1 : weight / (double)census->step;
}

/* How many blocks a sample stands for: of those that keep little not all were taken. */
static double weight_of(const struct census *census, const struct census_sample *sample,
	uint64_t size)
{
	return sample->weight > 0 ? (double)census->step / (double)sample->weight
				  : 1 / chance_of(census, size, 0);
}

/* The sample that is this block; NULL: it is in none, or another has its address by now. */
static const struct census_sample *sample_of(const struct owners *owners, const struct lived *lived)
{
	uint32_t number = owners->cells[cell_of(owners, lived->address)];

	return number && lived->since <= owners->census.position
		       ? &owners->census.samples.items[number - 1]
		       : NULL;
}

static uint64_t *part_of(const struct owners *owners, uint32_t owner, uint32_t caller)
{
	return &owners->parts[caller * owners->count + owner];
}

/* Of what came later no census can say whose it is: it counts for no share. */
static void add_block(struct owners *owners, const struct lived *lived)
{
	const struct census_sample *sample = sample_of(owners, lived);

	owners->live++;
	if (lived->since > owners->census.position) {
		owners->newer++;
		owners->newer_bytes += lived->size;
	} else {
		owners->old[lived->caller] += lived->size;
		owners->old_bytes += lived->size;
	}
	if (!sample)
		return;
	uint64_t bytes =
		(uint64_t)((double)lived->size * weight_of(&owners->census, sample, lived->size));
	*part_of(owners, sample->owner, lived->caller) += bytes;
}

/*
 * A sample may stand for more than there is: what all owners keep of a caller's blocks is no more
 * than those that were there. Grows with owners times callers.
 */
static void fit_parts(struct owners *owners)
{
	for (uint32_t caller = 0; caller < owners->callers; caller++) {
		uint64_t sum = 0;
		for (uint32_t i = 0; i < owners->count; i++)
			sum += *part_of(owners, i, caller);
		double scale =
			sum > owners->old[caller] ? (double)owners->old[caller] / (double)sum : 1;
		for (uint32_t i = 0; i < owners->count; i++) {
			uint64_t *part = part_of(owners, i, caller);
			*part = (uint64_t)((double)*part * scale);
			owners->bytes[i] += *part;
		}
	}
}

void owners_find(struct owners *ret_owners, const struct trace *trace, const struct lives *lives,
	uint64_t position)
{
	struct owners owners = {.position = position, .callers = lives->count};
	struct lived lived;

	if (census_read(&owners.census, trace, position)) {
		owners.count = owners.census.owners.count;
		owners.bytes = xcalloc(owners.count, sizeof(*owners.bytes));
		owners.parts = xcalloc(owners.callers * owners.count, sizeof(*owners.parts));
		owners.kept = xcalloc(owners.callers * owners.count, sizeof(*owners.kept));
		owners.spread = xcalloc(owners.callers, sizeof(*owners.spread));
		owners.old = xcalloc(owners.callers, sizeof(*owners.old));
		index_samples(&owners);
		for (size_t at = 0; lives_next(lives, &at, &lived);)
			add_block(&owners, &lived);
		fit_parts(&owners);
	}
	*ret_owners = owners;
}

void owners_finish(struct owners *owners)
{
	census_finish(&owners->census);
	free(owners->bytes);
	free(owners->parts);
	free(owners->kept);
	free(owners->spread);
	free(owners->old);
	free(owners->cells);
	*owners = (struct owners){.count = 0};
}

bool owners_of_block(const struct owners *owners, const struct lived *lived, uint32_t *ret_owner)
{
	const struct census_sample *sample = owners->count ? sample_of(owners, lived) : NULL;

	if (sample)
		*ret_owner = sample->owner;
	return sample;
}

void owners_add_kept(struct owners *owners, const struct lived *lived, double idle, double seen)
{
	const struct census_sample *sample = owners->count ? sample_of(owners, lived) : NULL;

	if (owners->count == 0)
		return;
	double of_one = sample ? weight_of(&owners->census, sample, lived->size)
			       : 1 / chance_of(&owners->census, lived->size, seen);
	owners->spread[lived->caller] += idle * idle * (of_one - 1);
	if (sample)
		owners->kept[lived->caller * owners->count + sample->owner] += idle * of_one;
}

bool owners_are_sampled(const struct owners *owners, const uint32_t *callers, size_t n,
	uint64_t idle)
{
	double spread = 0;

	for (size_t i = 0; i < n; i++)
		spread += owners->spread[callers[i]];
	return spread <= (double)idle * (double)idle / (ERROR_PART * ERROR_PART);
}

uint64_t owners_kept(const struct owners *owners, uint32_t owner, uint32_t caller)
{
	return (uint64_t)owners->kept[caller * owners->count + owner];
}

uint64_t owners_all_kept(const struct owners *owners, uint32_t owner)
{
	double kept = 0;

	for (size_t i = 0; i < owners->callers; i++)
		kept += owners->kept[i * owners->count + owner];
	return (uint64_t)kept;
}

/* What the interpreter has by itself is nobody's cache or leak. */
static bool is_programs(const struct census_owner *owner)
{
	return owner->kind < CENSUS_INTERPRETER && owner->kind != CENSUS_FREE_LISTS;
}

uint32_t owners_next(const struct owners *owners, uint32_t before)
{
	uint32_t most = 0;

	for (uint32_t i = 1; i < owners->count; i++) {
		bool is_after = before == 0 || owners->bytes[i] < owners->bytes[before] ||
				(owners->bytes[i] == owners->bytes[before] && i > before);
		if (is_after && is_programs(&owners->census.owners.items[i]) &&
			owners->bytes[i] > (most ? owners->bytes[most] : 0))
			most = i;
	}
	return most;
}

uint32_t owners_largest(const struct owners *owners)
{
	return owners_next(owners, 0);
}

bool owners_are_of_moment(const struct owners *owners)
{
	return owners->census.position + LATE >= owners->position &&
	       owners->newer_bytes <= (owners->old_bytes + owners->newer_bytes) / NEWER;
}

uint64_t owners_part(const struct owners *owners, uint32_t owner, uint32_t caller)
{
	return *part_of(owners, owner, caller);
}

uint32_t owners_of_caller(const struct owners *owners, uint32_t caller, uint64_t *ret_bytes)
{
	uint32_t most = 0;

	for (uint32_t i = 1; i < owners->count; i++)
		if (*part_of(owners, i, caller) > (most ? *part_of(owners, most, caller) : 0))
			most = i;
	if (most)
		*ret_bytes = *part_of(owners, most, caller);
	return most;
}

/* The caller comes after the last one, in their order: those with more bytes first. */
static bool is_after(const struct owners *owners, uint32_t owner, uint32_t caller, uint32_t last)
{
	uint64_t bytes = *part_of(owners, owner, caller), of_last = *part_of(owners, owner, last);

	return bytes < of_last || (bytes == of_last && caller > last);
}

size_t owners_callers(const struct owners *owners, uint32_t owner, uint32_t *ret_callers, size_t n)
{
	size_t count = 0;

	while (count < n) {
		uint32_t most = UINT32_MAX;
		for (uint32_t i = 0; i < owners->callers; i++)
			if ((count == 0 || is_after(owners, owner, i, ret_callers[count - 1])) &&
				*part_of(owners, owner, i) > 0 &&
				*part_of(owners, owner, i) >= owners->bytes[owner] / 100 &&
				(most == UINT32_MAX || is_after(owners, owner, most, i)))
				most = i;
		if (most == UINT32_MAX)
			break;
		ret_callers[count++] = most;
	}
	return count;
}
