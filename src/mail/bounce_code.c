/* Status codes in text: RFC 3463 «5.1.1», RFC 5321 «550», and what words say where there is none.
 */
#include "mail/bounce_marks.h"
#include "mail/quote_marks.h"

#include <ctype.h>
#include <string.h>

/* Reply codes that refuse or put off; others are ports, sizes and pieces of addresses. */
static const unsigned short replies[] = {421, 422, 431, 432, 441, 442, 446, 447, 449, 450, 451, 452,
					 453, 454, 455, 458, 459, 471, 500, 501, 502, 503, 504, 505,
					 510, 511, 512, 513, 515, 521, 523, 530, 531, 533, 534, 535,
					 538, 540, 541, 542, 543, 544, 546, 547, 550, 551, 552, 553,
					 554, 555, 556, 557, 559, 571, 572, 577};

static bool is_reply(unsigned code)
{
	for (size_t i = 0; i < COUNT(replies); i++)
		if (replies[i] == code)
			return true;
	return false;
}

static size_t digits(struct slice s, size_t at)
{
	size_t n = 0;
	while (at + n < s.n && isdigit((unsigned char)s.p[at + n]))
		n++;
	return n;
}

/* «5.1.10» at a position; its length, 0 when it is something else (an IP address, a version). */
static size_t status_at(struct slice s, size_t at)
{
	size_t subject, detail;
	if (at + 4 >= s.n || (s.p[at] != '4' && s.p[at] != '5') || s.p[at + 1] != '.')
		return 0;
	if (at > 0 && (isalnum((unsigned char)s.p[at - 1]) || s.p[at - 1] == '.'))
		return 0;
	subject = digits(s, at + 2);
	if (subject != 1 || s.p[at + 2 + subject] != '.')
		return 0;
	detail = digits(s, at + 3 + subject);
	size_t len = 3 + subject + detail, end = at + len;
	if (detail == 0 || detail > 3)
		return 0;
	if (end < s.n && (isalnum((unsigned char)s.p[end]) || s.p[end] == '/' ||
			  (s.p[end] == '.' && digits(s, end + 1) > 0)))
		return 0;
	return len;
}

/* «550 », «550-», «(550)», «#550» as a word. */
static unsigned reply_at(struct slice s, size_t at)
{
	if (digits(s, at) != 3 || (s.p[at] != '4' && s.p[at] != '5'))
		return 0;
	if (at > 0 &&
	    (isalnum((unsigned char)s.p[at - 1]) || strchr(".-@/=_", s.p[at - 1]) != NULL))
		return 0;
	if (at + 3 < s.n && strchr(" -:#)_>,;'\"]\r", s.p[at + 3]) == NULL)
		return 0;
	unsigned code = (unsigned)(s.p[at] - '0') * 100 + (unsigned)(s.p[at + 1] - '0') * 10 +
			(unsigned)(s.p[at + 2] - '0');
	return is_reply(code) ? code : 0;
}

bool bounce_vague(const char *status)
{
	return status[0] == '\0' || strcmp(status + 1, ".0.0") == 0 || strcmp(status, "4.4.7") == 0;
}

bool bounce_finer(const char *status, const char *than)
{
	return bounce_vague(than) && !bounce_vague(status) &&
	       (than[0] == '\0' || than[0] == status[0]);
}

/* «550 5.7.1», «550-'5.7.1»: a server's own words, whatever the reporting one thinks of them. */
static bool beside_reply(struct slice s, size_t at)
{
	size_t from = at;

	while (from > 0 && at - from < 2 && strchr(" -'", s.p[from - 1]) != NULL)
		from--;
	return from < at && from >= 3 && reply_at(s, from - 3) > 0;
}

unsigned bounce_codes(struct slice raw, char status[16])
{
	struct slice s = slice_sub(raw, 0, BOUNCE_LINE_BYTES);
	unsigned code = 0;
	bool replied = false;
	status[0] = '\0';
	for (size_t i = 0; i < s.n; i++) {
		if (!isdigit((unsigned char)s.p[i]) ||
		    (i > 0 && isdigit((unsigned char)s.p[i - 1])))
			continue;
		char found[16] = "";
		size_t len = status_at(s, i);
		memcpy(found, s.p + i, len);
		bool better = !replied && beside_reply(s, i) && found[0] == status[0] &&
			      !bounce_vague(found);
		if (len > 0 && (status[0] == '\0' || bounce_finer(found, status) || better)) {
			memcpy(status, found, sizeof(found));
			replied = beside_reply(s, i);
		}
		if (code == 0)
			code = reply_at(s, i);
	}
	return code;
}

const char *bounce_status_by_phrases(const struct bounce_line *l, size_t from, size_t to)
{
	for (size_t i = 0; i < bounce_phrases_n; i++)
		if (bounce_says(l, from, to, bounce_phrases[i].phrases))
			return bounce_phrases[i].status;
	return "";
}

bool bounce_says(const struct bounce_line *l, size_t from, size_t to, const char *alts)
{
	for (size_t i = from; i < to; i++)
		if (quote_alt_inside(alts, l[i].fold))
			return true;
	return false;
}
