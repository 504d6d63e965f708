/* Which charset is this? Only for text that is neither what it was declared as nor UTF-8.
 * Charsets of two bytes are weighed by the rows of their tables that people use; those of single
 * bytes by what letters look like in words: a run of lower case, a capital in front, no mixture
 * with ASCII letters. */
#include "mail/charset_set.h"

enum {
	SAMPLE = 16 * 1024,
	GOOD = 100, /* a common character */
	LONG_TEXT = 20,
	ENOUGH = 35, /* per cent of GOOD that a charset must reach */
};

/* Weight of a pair by its lead byte, when its trail byte is a usual one. */
struct lead {
	unsigned char from, to;
	int weight;
};

struct pair_set {
	int row;
	unsigned char trail_from;   /* below it a pair is legal but rare */
	int single_from, single_to; /* bytes that stand alone (half-width kana), or 0 */
	struct lead leads[6];
};

static const struct pair_set pair_sets[] = {
	{CHARSET_GB18030,
	 0xA1,
	 0,
	 0,
	 {{0xA1, 0xA3, 60}, {0xA4, 0xA5, -20}, {0xB0, 0xD7, 90}, {0xD8, 0xF7, 20}}},
	{CHARSET_CP949,
	 0xA1,
	 0,
	 0,
	 {{0xA1, 0xA3, 60}, {0xA4, 0xA5, -20}, {0xB0, 0xC8, GOOD}, {0xCA, 0xFD, 5}}},
	{CHARSET_BIG5,
	 0x40,
	 0,
	 0,
	 {{0xA1, 0xA3, 60}, {0xA4, 0xC6, 95}, {0xC9, 0xF9, 10}, {0x87, 0xA0, -30}}},
	{CHARSET_EUCJP,
	 0xA1,
	 0,
	 0,
	 {{0xA1, 0xA3, 60},
	  {0xA4, 0xA5, GOOD},
	  {0xB0, 0xCF, 80},
	  {0xD0, 0xF4, 10},
	  {0x8E, 0x8F, -50}}},
	{CHARSET_CP932,
	 0x40,
	 0xA1,
	 0xDF,
	 {{0x81, 0x81, 60},
	  {0x82, 0x83, GOOD},
	  {0x88, 0x97, 80},
	  {0x98, 0x9F, 10},
	  {0xE0, 0xEA, 10}}},
};

static bool letter(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static int lead_weight(const struct pair_set *p, unsigned char c)
{
	for (size_t i = 0; i < COUNT(p->leads) && p->leads[i].from; i++)
		if (c >= p->leads[i].from && c <= p->leads[i].to)
			return p->leads[i].weight;
	return -50;
}

/* Average weight of a high byte; the least there is where the bytes do not fit. */
static int pair_score(const struct pair_set *p, struct slice s)
{
	int64_t sum = 0, bytes = 0;
	size_t bad = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i], t;

		if (c < 0x80)
			continue;
		if (p->single_from && c >= p->single_from && c <= p->single_to) {
			sum -= 50;
			bytes++;
			continue;
		}
		t = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;
		if (t < 0x40 || t == 0x7F || t == 0xFF || c == 0x80 || c == 0xFF) {
			if (i + 1 < s.n)
				bad++;
			sum -= 100;
			bytes++;
			continue;
		}
		sum += 2 * (t >= p->trail_from ? lead_weight(p, c) : -30);
		bytes += 2;
		i++;
	}
	return bytes == 0 || bad > (size_t)bytes / 20 ? -GOOD : (int)(sum / bytes);
}

/* --- single bytes --- */

enum shape {
	SHAPE_LOWER,
	SHAPE_UPPER,
	SHAPE_CASELESS,
	SHAPE_MARK, /* stands on a letter */
	SHAPE_SIGN,
	SHAPE_OTHER
};

struct script {
	int row;
	enum shape (*shape)(uint32_t cp);
	int bonus; /* in a text of some length */
};

static enum shape sign_or_other(uint32_t cp)
{
	/* Latin-1 signs, quotes, dashes, ellipsis, euro, numero, trade mark */
	if ((cp >= 0xA0 && cp <= 0xBF) || (cp >= 0x2010 && cp <= 0x2030) || cp == 0x20AC ||
	    cp == 0x2116 || cp == 0x2122)
		return SHAPE_SIGN;
	return SHAPE_OTHER;
}

static enum shape cyrillic(uint32_t cp)
{
	if ((cp >= 0x430 && cp <= 0x45F) || cp == 0x491)
		return SHAPE_LOWER;
	if ((cp >= 0x401 && cp <= 0x42F) || cp == 0x490)
		return SHAPE_UPPER;
	return sign_or_other(cp);
}

static enum shape greek(uint32_t cp)
{
	if (cp >= 0x3AC && cp <= 0x3CE)
		return SHAPE_LOWER;
	if (cp >= 0x386 && cp <= 0x3AB)
		return SHAPE_UPPER;
	return sign_or_other(cp);
}

static enum shape thai(uint32_t cp)
{
	if (cp == 0xE31 || (cp >= 0xE34 && cp <= 0xE3A) || (cp >= 0xE47 && cp <= 0xE4E))
		return SHAPE_MARK;
	return cp >= 0xE01 && cp <= 0xE46 ? SHAPE_CASELESS : sign_or_other(cp);
}

static enum shape hebrew(uint32_t cp)
{
	return cp >= 0x5D0 && cp <= 0x5EA ? SHAPE_CASELESS : sign_or_other(cp);
}

static enum shape arabic(uint32_t cp)
{
	return cp >= 0x60C && cp <= 0x6D2 ? SHAPE_CASELESS : sign_or_other(cp);
}

/* All Hebrew letters are also Cyrillic ones of lower case; a longer Cyrillic text has capitals and
 * letters that Hebrew has not. */
static const struct script scripts[] = {
	{CHARSET_1251, cyrillic, 0}, {CHARSET_KOI8R, cyrillic, 0}, {CHARSET_1253, greek, 0},
	{CHARSET_874, thai, 0},	     {CHARSET_1255, hebrew, 9},	   {CHARSET_1256, arabic, 0},
};

static int letter_weight(enum shape now, enum shape before)
{
	switch (now) {
	case SHAPE_LOWER:
		return before == SHAPE_LOWER || before == SHAPE_UPPER ? GOOD : 50;
	case SHAPE_UPPER:
		return before == SHAPE_LOWER ? -GOOD : before == SHAPE_UPPER ? 55 : 80;
	case SHAPE_CASELESS:
		return before == SHAPE_CASELESS || before == SHAPE_MARK ? 95 : 50;
	case SHAPE_MARK:
		return before == SHAPE_CASELESS || before == SHAPE_MARK ? GOOD : -GOOD;
	case SHAPE_SIGN:
		return 30;
	case SHAPE_OTHER:
		break;
	}
	return -50;
}

static int script_score(const struct script *k, struct slice s)
{
	int64_t sum = 0, bytes = 0;
	enum shape before = SHAPE_OTHER;
	unsigned char last = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		enum shape now = SHAPE_OTHER;

		if (c >= 0x80) {
			now = k->shape(charset_single((size_t)k->row, c));
			unsigned char next = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;

			sum += now != SHAPE_SIGN && (letter(last) || letter(next))
				       ? -GOOD
				       : letter_weight(now, before);
			bytes++;
		}
		before = now;
		last = c;
	}
	if (bytes == 0)
		return -GOOD;
	return (int)(sum / bytes) + (bytes >= LONG_TEXT ? k->bonus : 0);
}

/* How much it looks like a language in Latin letters: accents sit beside plain letters. */
static int latin_score(struct slice s)
{
	int64_t sum = 0, bytes = 0;

	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		unsigned char last = i ? (unsigned char)s.p[i - 1] : 0;
		unsigned char next = i + 1 < s.n ? (unsigned char)s.p[i + 1] : 0;

		if (c < 0x80)
			continue;
		bytes++;
		if (c < 0xC0)
			sum += sign_or_other(charset_single(CHARSET_1252, c)) == SHAPE_SIGN ? 50
											    : -50;
		else if (letter(last) || letter(next))
			sum += GOOD;
		else
			sum += last < 0x80 && next < 0x80 ? 60 : -30;
	}
	return bytes == 0 ? 0 : (int)(sum / bytes);
}

int charset_detect(struct slice s)
{
	int best = ENOUGH, found = -1, latin;

	s = slice_sub(s, 0, SAMPLE);
	latin = latin_score(s);
	if (latin > best)
		best = latin;
	for (size_t i = 0; i < COUNT(pair_sets); i++) {
		int score = pair_score(&pair_sets[i], s);

		if (score > best) {
			best = score;
			found = pair_sets[i].row;
		}
	}
	for (size_t i = 0; i < COUNT(scripts); i++) {
		int score = script_score(&scripts[i], s);

		if (score > best) {
			best = score;
			found = scripts[i].row;
		}
	}
	return found;
}

int charset_shift(struct slice s)
{
	static const struct {
		const char *escape;
		int row;
	} escapes[] = {
		{"\x1B$)C", CHARSET_ISO2022KR}, {"\x1B$B", CHARSET_ISO2022JP},
		{"\x1B$@", CHARSET_ISO2022JP},	{"\x1B(I", CHARSET_ISO2022JP},
		{"\x1B(J", CHARSET_ISO2022JP},
	};

	if (slice_chr(s, '\x1B') == SIZE_MAX)
		return -1;
	for (size_t i = 0; i < COUNT(escapes); i++)
		if (slice_find(s, slice_of(escapes[i].escape)) != SIZE_MAX)
			return escapes[i].row;
	return -1;
}
