/*
 * The binary form, as docs/trace-format.md has it: a head, then chunks that can be decoded each by
 * itself.  All numbers are little-endian; varint is seven bits a byte, the lowest first.
 */
#ifndef TRACE_FORMAT_H
#define TRACE_FORMAT_H

#include "trace/trace.h"

#define HEAD_MAGIC \
	"\x89" \
	"arenas\n"
/* magic, version, reserved, bytes of info, CRC-32; then the info and a CRC-32 of all */
#define HEAD_LENGTH  20u
#define FORM_VERSION 1u
#define INFO_MAX     (8u << 20)

#define CHUNK_MAGIC  0x4B4E4843u /* "CHNK" */
#define CHUNK_LENGTH 40u
#define CHUNK_EVENTS 1u /* kinds; others are skipped */
/* definitions of modules and call sites, before the events that have them */
#define CHUNK_SITES 2u
#define CHUNK_END   3u /* a head alone: nothing is missing, nothing follows */
#define CODEC_RAW   0u
#define CODEC_ZSTD  1u

#define CHUNK_EVENTS_MAX 16384u
#define CHUNK_BYTES_MAX  (8u << 20) /* decompressed */
#define CHUNK_TEXTS_MAX  16384u
#define TEXT_BYTES_MAX   (1u << 20) /* of a text, and of all texts of a chunk together */
/* records of a chunk that can be had without what stands behind them */
#define PIECE_BYTES (8u << 10)
#define PIECES_MAX  (CHUNK_BYTES_MAX / 1024)

/* The byte a record begins with: a kind, and what follows. */
#define TAG_KIND       0x07u
#define TAG_THREAD     0x08u /* the thread is another than the last record's */
#define TAG_TIME       0x10u
#define TAG_ATTRIBUTES 0x20u /* other than those of the last record of this kind */
#define TAG_ADDRESS    0x40u /* the address is another than the one that was to be expected */
#define TAG_PREDICTED  0x80u /* the object is the one that was to be expected */
#define KIND_MORE      7u    /* a byte follows: a comment, or a kind from EVENT_NEW on */
#define MORE_COMMENT   0u
#define MORE_TRAILS    1u /* a comment on the line of the event before */
#define MORE_EVENTS    2u /* EVENT_NEW, and so on */
static_assert(EVENT_NEW == KIND_MORE, "the kinds before it have numbers of their own in the tag");

/* among the stored flags, where the event itself has none: a site follows */
#define STORED_SITE  0x10u
#define STORED_FLAGS (EVENT_FAILED | EVENT_SEEN_BEFORE | EVENT_OLD_UNKNOWN | STORED_SITE)
#define OBJECT_FLAGS (EVENT_TRACKED | EVENT_FINALIZER | EVENT_RESURRECTS) /* of new alone */

/* What a chunk's head says. */
struct chunk_head {
	uint8_t kind;
	uint8_t codec;
	uint32_t stored; /* bytes behind the head */
	uint32_t raw;    /* bytes when decompressed */
	uint32_t events;
	uint32_t texts;    /* notes, marks and comments; of sites: definitions */
	uint64_t first;    /* number of the first event */
	uint32_t head_crc; /* CRC-32 of the head before it */
	uint32_t crc;      /* CRC-32 of the head before it and of what is stored */
};

#define CHUNK_HEAD_CRC 32u /* offsets in the head */
#define CHUNK_CRC      36u

/*
 * What is stored of a chunk begins with a table: the number of pieces, then of each its bytes and
 * their CRC-32.  The pieces follow; together they are the records as they are, or one frame of zstd
 * that was flushed behind each.
 */
#define PIECE_LENGTH 8u

/*
 * Where the objects lie that a chunk has brought to life one after another: that is where a free of
 * one of them is to be expected.
 */
struct places {
	uint32_t first, count; /* objects */
	uint64_t of[CHUNK_EVENTS_MAX];
};

/* What coder and decoder know at a chunk's start (all zero) and after each record. */
struct coding {
	struct places *places;
	/* the highest allocated + 1: expected of an allocation */
	uint32_t next_object;
	/* of the last record: expected of anything else */
	uint32_t last_object;
	uint64_t last_address;
	uint64_t last_time;
	uint32_t thread;
	struct attributes {
		uint8_t flags, domain, call, alignment; /* log2 + 1; 0: none */
	} of_kind[EVENT_KIND_COUNT];
};

static inline void put16(unsigned char *at, uint16_t n)
{
	at[0] = (unsigned char)n;
	at[1] = (unsigned char)(n >> 8);
}

static inline void put32(unsigned char *at, uint32_t n)
{
	put16(at, (uint16_t)n);
	put16(at + 2, (uint16_t)(n >> 16));
}

static inline void put64(unsigned char *at, uint64_t n)
{
	put32(at, (uint32_t)n);
	put32(at + 4, (uint32_t)(n >> 32));
}

static inline uint32_t get32(const unsigned char *at)
{
	return (uint32_t)at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16 |
	       (uint32_t)at[3] << 24;
}

static inline uint64_t get64(const unsigned char *at)
{
	return get32(at) | (uint64_t)get32(at + 4) << 32;
}

/* The place of an object, made if it is the next one that is brought to life; NULL: not known. */
static inline uint64_t *place_of(struct places *places, uint32_t object, bool brings_to_life)
{
	uint32_t number = object - places->first;

	if (object == OBJECT_NONE)
		return NULL;
	if (places->count > 0 && number < places->count)
		return &places->of[number];
	if (!brings_to_life || places->count == CHUNK_EVENTS_MAX ||
		(places->count > 0 && number != places->count))
		return NULL;
	if (places->count == 0)
		places->first = object;
	places->of[places->count] = 0;
	return &places->of[places->count++];
}

static inline uint64_t zigzag(uint64_t delta)
{
	return delta << 1 ^ (0 - (delta >> 63));
}

static inline uint64_t unzigzag(uint64_t n)
{
	return n >> 1 ^ (0 - (n & 1));
}

static inline unsigned char *put_varint(unsigned char *at, uint64_t n)
{
	while (n >= 0x80) {
		*at++ = (unsigned char)(n | 0x80);
		n >>= 7;
	}
	*at++ = (unsigned char)n;
	return at;
}

struct cursor {
	const unsigned char *at;
	const unsigned char *end;
	bool failed; /* ran over the end: nothing read since is meant */
};

static inline uint64_t take_varint(struct cursor *cursor)
{
	uint64_t n = 0;

	for (unsigned shift = 0; cursor->at < cursor->end && shift < 64; shift += 7) {
		unsigned char byte = *cursor->at++;
		n |= (uint64_t)(byte & 0x7F) << shift;
		if (!(byte & 0x80))
			return n;
	}
	cursor->failed = true;
	return 0;
}

/* Whether the kind is one of these, given as bits. */
#define KIND_IS(kind, kinds) ((kinds) >> (kind)&1u)
#define BIT(kind)            (1u << (kind))
static_assert(EVENT_KIND_COUNT <= 32, "kinds fit into a word");

/* Whether events of the kind carry a size (or another number in its place). */
static inline bool kind_has_size(unsigned kind)
{
	return KIND_IS(kind, BIT(EVENT_ALLOCATE) | BIT(EVENT_REALLOCATE) | BIT(EVENT_MAP) |
				     BIT(EVENT_NEW) | BIT(EVENT_WEAK) | BIT(EVENT_COLLECT) |
				     BIT(EVENT_GC));
}

/* Whether their object is a new one. */
static inline bool kind_brings_to_life(unsigned kind)
{
	return KIND_IS(kind,
		BIT(EVENT_ALLOCATE) | BIT(EVENT_MAP) | BIT(EVENT_NEW) | BIT(EVENT_WEAK));
}

/* Whether they are about counted objects, or the collector. */
static inline bool kind_is_counted(unsigned kind)
{
	return kind >= EVENT_NEW;
}

static inline bool kind_has_text(unsigned kind)
{
	return kind == EVENT_NOTE || kind == EVENT_MARK;
}

/* The flags that events of the kind mostly have: stored flags are those that differ. */
static inline uint8_t usual_flags(unsigned kind)
{
	bool is_usual = KIND_IS(kind, BIT(EVENT_FREE) | BIT(EVENT_REALLOCATE) | BIT(EVENT_UNMAP) |
					      BIT(EVENT_REF) | BIT(EVENT_UNREF));

	return is_usual ? EVENT_SEEN_BEFORE : 0;
}

void chunk_head_put(const struct chunk_head *head, unsigned char bytes[CHUNK_LENGTH]);
void chunk_head_get(struct chunk_head *ret_head, const unsigned char bytes[CHUNK_LENGTH]);

/* For spools, which live only as long as their trace. */
void trace_writer_uncompressed(struct trace_writer *writer);

/* The next site, or module, whether it was met before or not. */
int trace_writer_define(struct trace_writer *writer, const uint64_t *frames, size_t count,
	struct error *err);
int trace_writer_define_name(struct trace_writer *writer, uint64_t address, const char *words,
	struct error *err);
int trace_writer_define_module(struct trace_writer *writer, const struct trace_module *module,
	struct error *err);

/* Info as lines "KEY VALUE\n", the same in both forms (text: behind the word info). */
struct text;
void info_put(const struct trace_info *info, struct text *text);

/*
 * Takes one key and value; owned copies.  false: a key that is not known, or a value that does not
 * fit it.
 */
bool info_take(struct trace_info *info, const char *key, size_t key_length, const char *value,
	size_t length);
void info_init(struct trace_info *info);
void info_finish(struct trace_info *info);

/* The text form of events: text_write.c. */
struct writer_text {
	bool line_open; /* the last event's line has no newline yet: a comment may trail */
};
void text_put_event(struct text *out, struct writer_text *state, const struct event *event,
	const char *text);
void text_put_comment(struct text *out, struct writer_text *state, const char *comment,
	bool trails);
void text_put_end(struct text *out, struct writer_text *state);
void text_put_info(struct text *out, const struct trace_info *info);

/*
 * Whether the file was packed by gzip or zstd; if so, what can be unpacked of it is written to fd.
 */
enum unpacked { UNPACKED_WHOLE, UNPACKED_CUT, UNPACKED_DAMAGED };
bool is_packed(const unsigned char *bytes, size_t length);
int unpack_file(const unsigned char *bytes, size_t length, int fd, enum unpacked *ret_how,
	struct error *err);

/* Readers of other forms feed a trace being opened. */
struct feed;
void feed_event(struct feed *feed, struct event *event, const char *text, size_t length);
void feed_comment(struct feed *feed, const char *text, size_t length, bool trails);
void feed_module(struct feed *feed, const struct trace_module *module);
void feed_name(struct feed *feed, uint64_t address, const char *words);
void feed_site(struct feed *feed, const uint64_t *frames, size_t count);
uint32_t feed_sites(const struct feed *feed); /* defined so far */
bool feed_has_events(const struct feed *feed);
struct trace_info *feed_info(struct feed *feed);
void feed_truncated(struct feed *feed);

/*
 * One form that can be read by going through it from start to end.  read() gives -1 and where and
 * what is wrong ("LINE: what"); the events fed before stay good.
 */
struct trace_reader {
	const char *name;
	/* the file's first bytes, at most 4096 */
	bool (*recognises)(const char *bytes, size_t length);
	int (*read)(struct feed *feed, const char *bytes, size_t length, struct error *err);
};

extern const struct trace_reader reader_memory_replay;
extern const struct trace_reader reader_recording; /* a log of the recorder: wire_log.c */
extern const struct trace_reader reader_text;

#endif
