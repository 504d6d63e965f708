/* LZFu: runs of eight tokens behind a byte of flags; a token is a byte, or two bytes that name a
 * place and a length in the last 4096 bytes. */
#include "base/pack.h"
#include "mail/rtf.h"

#include <string.h>

enum {
	MAGIC_PACKED = 0x75465A4C, /* LZFu */
	MAGIC_PLAIN = 0x414C454D,  /* MELA */
	HEADER_BYTES = 16,
	WINDOW = 4096,
	TOKENS = 8,
	LENGTH_LEAST = 2,
};

/* What the window holds at the start, by the format. */
static const char preset[] =
	"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern "
	"\\fscript \\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0"
	"\\blue0\r\n\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx";

struct window {
	char bytes[WINDOW];
	size_t at;
	struct sbuf *out;
};

static void put(struct window *w, char c)
{
	w->bytes[w->at] = c;
	w->at = (w->at + 1) % WINDOW;
	sbuf_chr(w->out, c);
}

/* False at the end: a reference to the place that is written next. */
static bool copy(struct window *w, unsigned token)
{
	size_t from = token >> 4, n = (token & 15) + LENGTH_LEAST;

	if (from == w->at)
		return false;
	for (size_t i = 0; i < n; i++)
		put(w, w->bytes[(from + i) % WINDOW]);
	return true;
}

static void unpack(struct window *w, struct unpack *u)
{
	while (!u->bad && u->at < u->n && !w->out->over) {
		unsigned flags = unpack_u8(u);

		for (int i = 0; i < TOKENS && u->at < u->n; i++, flags >>= 1) {
			unsigned c = unpack_u8(u);

			if (!(flags & 1))
				put(w, (char)c);
			else if (u->at == u->n || !copy(w, c << 8 | unpack_u8(u)))
				return;
		}
	}
}

bool rtf_unpack(struct arena *a, struct slice packed, struct slice *rtf, bool *limited)
{
	struct unpack u = unpack_of(packed.p, packed.n);
	struct sbuf out = SBUF_INIT(RTF_UNPACKED_MAX);
	struct window w = {.at = sizeof preset - 1, .out = &out};
	uint32_t magic;

	unpack_u32(&u); /* the packed size and the whole one: what is there counts */
	unpack_u32(&u);
	magic = unpack_u32(&u);
	unpack_u32(&u); /* checksum: a damaged text is better than none */
	if (u.bad || (magic != MAGIC_PACKED && magic != MAGIC_PLAIN))
		return false;
	memset(w.bytes, ' ', sizeof w.bytes);
	memcpy(w.bytes, preset, sizeof preset - 1);
	if (magic == MAGIC_PACKED)
		unpack(&w, &u);
	else
		sbuf_slice(&out, slice_sub(packed, HEADER_BYTES, packed.n));
	*limited = out.over;
	*rtf = (struct slice){arena_copy(a, out.p ? out.p : "", out.n), out.n};
	sbuf_free(&out);
	return true;
}
