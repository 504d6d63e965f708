/* Heads of quoted mail that are no block of headers: the shortest of Outlook's, those of Notes. */
#include "mail/quote_marks.h"

#include <ctype.h>
#include <string.h>

enum {
	LABEL_BYTES = 48,
	STAMP_BYTES = 40,
	DAY_BYTES = 60, /* «jueves, 5 de noviembre de 2026 10:00:00 a. m.» */
	NOTES_AUTHOR_BYTES = 160,
	NOTES_LINES = 24 /* from the author to the subject */
};

/* Labels of a date that only a mail has; anything else has a «Fecha». Folded. */
static const char quote_sent_labels[] =
	"enviado|enviado el|enviada|enviada el|enviado em|enviada em|fecha de envio|data de envio|"
	"sent|sent on|sent at|gesendet|gesendet am|envoye|envoye le|date d'envoi|inviato|inviato "
	"il|"
	"data invio|verzonden|verzonden op|sendt|skickat|enviat|enviat el";

static size_t next_written(const struct quote_line *l, size_t n, size_t at)
{
	while (at < n && l[at].fold[0] == '\0')
		at++;
	return at;
}

/* «02/11/2026 10:00 a.m.», and nothing else. */
static bool is_stamp(const char *fold)
{
	return isdigit((unsigned char)fold[0]) && strlen(fold) <= STAMP_BYTES &&
	       strpbrk(fold, "/-.") != NULL && strchr(fold, ':') != NULL && quote_tells_hour(fold);
}

/* «Para», its value below it; «Para | Ana Ruiz», its value beside it. */
static enum quote_role bare_role(const char *fold, bool *beside)
{
	const char *bar = strstr(fold, " | ");
	size_t len = bar != NULL ? (size_t)(bar - fold) : strlen(fold);
	*beside = bar != NULL;
	return len < 2 || len > LABEL_BYTES ? ROLE_NONE : quote_role_of((struct slice){fold, len});
}

/* Who on one line, when on the next, then a table: labels without colons: recipient and subject. */
static struct quote_block notes_table(const struct quote_line *l, size_t n, size_t at)
{
	struct quote_block b = {.from = slice_trim(l[at].text)}, none = {0};
	if (l[at].len > NOTES_AUTHOR_BYTES || strpbrk(l[at].fold, "@/") == NULL)
		return none;
	size_t i = next_written(l, n, at + 1);
	if (i == n || i > at + 2 || !is_stamp(l[i].fold))
		return none;
	bool to = false, beside;
	for (i++; i < n && i < at + NOTES_LINES; i++) {
		enum quote_role role = bare_role(l[i].fold, &beside);
		to = to || role == ROLE_TO;
		if (role != ROLE_SUBJECT || !to)
			continue;
		size_t value = beside ? i : next_written(l, n, i + 1);
		if (value < n && !beside)
			b.subject = slice_trim(l[value].text);
		b.lines = (value < n ? value : i) + 1 - at;
		return b;
	}
	return none;
}

/* ---- Notes, with colons ---- */

/* «… 02/11/2026 10:00 a.m.»: where the stamp that ends the line begins; 0 for none. */
static size_t stamp_in(const char *fold)
{
	for (const char *blank = strchr(fold, ' '); blank != NULL; blank = strchr(blank + 1, ' '))
		if (is_stamp(blank + 1))
			return (size_t)(blank + 1 - fold);
	return 0;
}

static size_t words_of(struct slice s)
{
	struct slice rest = s, word;
	size_t n = 0;
	while (slice_next(&rest, ' ', &word))
		n += word.n > 0;
	return n;
}

enum who { WHO_NOBODY, WHO_NAMED, WHO_ADDRESSED };

/* «ana@entidad.example on», «Ana Ruiz/Tesoreria», «Ana Ruiz»; a label names nobody. */
static enum who who_in(struct slice line, struct slice fold)
{
	static const struct slice joints[] = {SLICE(" on"), SLICE(" el"), SLICE(" am"),
					      SLICE(" le"), SLICE(" em"), SLICE(" il")};
	struct slice s = slice_trim(fold);
	for (size_t i = 0; i < COUNT(joints); i++)
		if (s.n > joints[i].n &&
		    slice_eq(slice_sub(s, s.n - joints[i].n, joints[i].n), joints[i])) {
			s.n -= joints[i].n;
			break;
		}
	if (s.n == 0 || s.n > NOTES_AUTHOR_BYTES || slice_has_any(s, ":?"))
		return WHO_NOBODY;
	if (slice_chr(s, '@') != SIZE_MAX)
		return WHO_ADDRESSED;
	bool named = slice_chr(s, '/') != SIZE_MAX || quote_is_name(line, words_of(s));
	return named ? WHO_NAMED : WHO_NOBODY;
}

/* From the line of the recipient to that of the subject, labels and what continues them. */
static size_t labelled_lines(const struct quote_line *l, size_t n, size_t at)
{
	const char *value;
	for (size_t i = at; i < n && i < at + NOTES_LINES; i++) {
		if (l[i].fold[0] == '\0') {
			if (i + 1 == n || quote_header_role(l[i + 1].fold, &value) == ROLE_NONE)
				return 0;
		} else if (quote_header_role(l[i].fold, &value) == ROLE_SUBJECT) {
			return i + 1 - at;
		}
	}
	return 0;
}

/* «Ana Ruiz 02/11/2026 10:00» or two lines of it, then «Para:» and «Asunto:». People write notes
 * that look so: without an address above, the recipient has to be one of a mail. */
static struct quote_block notes_labelled(const struct quote_line *l, size_t n, size_t at)
{
	struct quote_block b = {.from = slice_trim(l[at].text), .dated = true}, none = {0};
	size_t stamp = stamp_in(l[at].fold), when = stamp > 0 ? at : next_written(l, n, at + 1);
	if (when == n || when > at + 2 || (stamp == 0 && !is_stamp(l[when].fold)))
		return none;
	struct slice fold = slice_of(l[at].fold);
	enum who who = who_in(l[at].text, stamp > 0 ? slice_sub(fold, 0, stamp) : fold);
	size_t to = next_written(l, n, when + 1);
	const char *value;
	if (who == WHO_NOBODY || to == n || to > when + 2 ||
	    quote_header_role(l[to].fold, &value) != ROLE_TO ||
	    (who == WHO_NAMED && strpbrk(value, "@/<") == NULL))
		return none;
	size_t lines = labelled_lines(l, n, to);
	if (lines == 0)
		return none;
	b.lines = to + lines - at;
	b.subject = slice_trim(slice_sub(l[to + lines - 1].text,
					 slice_chr(l[to + lines - 1].text, ':') + 1, SIZE_MAX));
	return b;
}

struct quote_block quote_notes(const struct quote_line *l, size_t n, size_t at)
{
	struct quote_block b = notes_table(l, n, at);
	return b.lines > 0 ? b : notes_labelled(l, n, at);
}

/* ---- Outlook's shortest ---- */

static bool is_sent(const char *fold)
{
	const char *colon = strchr(fold, ':');
	if (colon == NULL || colon == fold)
		return false;
	struct slice label = slice_trim((struct slice){fold, (size_t)(colon - fold)});
	struct slice when = slice_trim(slice_of(colon + 1));
	return label.n > 0 && quote_alt_equals(quote_sent_labels, label) > 0 &&
	       when.n <= DAY_BYTES && quote_tells_day(when);
}

size_t quote_pair(const struct quote_line *l, size_t n, size_t at)
{
	const char *value;
	if (at + 1 >= n || l[at + 1].depth > 0 ||
	    quote_header_role(l[at].fold, &value) != ROLE_FROM)
		return 0;
	/* «ana@entidad.example», «Ana Ruiz <ana@entidad.example>», and no more than that */
	const char *address = strchr(value, '@');
	return address != NULL && strchr(address, ' ') == NULL && is_sent(l[at + 1].fold) ? 2 : 0;
}
