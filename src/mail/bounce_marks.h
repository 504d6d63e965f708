/* bounce_marks: how mail servers tell that a mail did not arrive. Private to mail/bounce. Strings
 * of the tables are folded, alternatives are parted by «|» (quote_alt_… reads them). */
#pragma once

#include "core/facts.h"
#include "mail/header.h"
#include "mail/mime.h"

enum {
	BOUNCE_LINES_MAX = 3000, /* of a text; the rest is not read */
	BOUNCE_LINE_BYTES = 1500,
	BOUNCE_MARK_LINES = 60, /* written lines in which a dialect shows itself */
	BOUNCE_RECIPIENTS_MAX = 100,
	BOUNCE_DSN_BYTES = 256 * 1024,
	BOUNCE_DSN_GROUPS = 300,
	BOUNCE_NEAR_LINES = 12 /* a code so far below an address belongs to it */
};

struct bounce_dialect {
	const char *name; /* «other, …»: words of a language that people use, too */
	const char *subjects, *texts;
};

struct bounce_phrase {
	const char *status;
	const char *phrases;
};

extern const char bounce_senders[];	 /* local parts of From */
extern const char bounce_sender_names[]; /* display names */
extern const struct bounce_dialect bounce_dialects[];
extern const size_t bounce_dialects_n;
extern const char bounce_starts[];		    /* failed addresses come below these */
extern const char bounce_ends[];		    /* below these comes the mail itself */
extern const char bounce_labels[];		    /* an address after one of these has failed */
extern const char bounce_delays[];		    /* «will keep trying» */
extern const char bounce_given_up[];		    /* what outweighs a delay */
extern const struct bounce_phrase bounce_phrases[]; /* the first row that fits counts */
extern const size_t bounce_phrases_n;

struct bounce_line {
	struct slice raw;
	const char *fold;
};

/* What speaks for a report; see bounce_is_report. */
struct bounce_signs {
	bool daemon;	  /* From is a mail system beyond doubt */
	bool role;	  /* From may be one: postmaster, System Administrator, no-reply */
	bool null_sender; /* Return-Path: <> */
	bool marked;	  /* a header says that a machine wrote, or that it is a report */
	bool named;	  /* From has a name besides its address */
	bool answered;	  /* Re: or Fwd: before its own subject: a person has had it in hand */
	const char *subject, *text; /* dialect by its subject, by its words; NULL for none */
	bool first, early;	    /* the words stand in the first line, or at the top … */
	bool own_words;		    /* … and are no words of people */
	bool coded;		    /* an address and a reply code stand in it */
	bool address;
	bool asks;     /* a question stands in it: people ask, reports do not */
	bool given_up; /* «permanent error» */
	bool delayed;  /* «will keep trying», and nothing of having given up */
};

struct bounce_reading {
	struct arena *a;
	const struct headers *h;
	const struct mime_tree *t;
	const char *subject; /* folded */
	struct bounce_line *l;
	size_t n, report;
	struct bounce_signs s;
};

struct slice bounce_field(const struct bounce_reading *r,
			  const char *name);	  /* empty when missing */
void bounce_signs_read(struct bounce_reading *r); /* of the header alone */
/* Without a sign in the header no words make a report: most mail ends here. */
bool bounce_suspected(const struct bounce_signs *s);
void bounce_signs_read_text(struct bounce_reading *r); /* r->l is read by then */

/* A person who pastes a report into her mail is a person: words alone prove nothing. */
bool bounce_is_report(const struct bounce_signs *s);

/* The report as lines; the first *report of them come before the returned mail. */
size_t bounce_lines(struct arena *a, struct slice text, struct bounce_line **out, size_t *report);

/* «5.0.0» says that it failed, «4.4.7» that the time was up: neither says why. */
bool bounce_vague(const char *status);
/* Does status say why, of the same class, what the vague one does not? */
bool bounce_finer(const char *status, const char *than);

/* Codes in a piece of text: «5.1.1» into status (16 bytes, "" when there is none; the first, or the
 * first that is finer), 550 as result (0 when there is none). */
unsigned bounce_codes(struct slice raw, char status[16]);

/* Does one of the alternatives stand in lines [from, to)? */
bool bounce_says(const struct bounce_line *l, size_t from, size_t to, const char *alts);

/* Status by the phrases in lines [from, to): that of the first row of the table which is there at
 * all, since «rejected» says less than «quota exceeded» wherever it stands; "" when none fits. */
const char *bounce_status_by_phrases(const struct bounce_line *l, size_t from, size_t to);

/* Failed recipients of a plain report. own: addresses that are not meant (the sender's). domain:
 * of the server that wrote, for those that tell only local parts; may be "". */
struct bounce_source {
	const char *const *own;
	size_t n_own;
	const char *domain;
	bool delayed, given_up;
};
size_t bounce_text_read(struct arena *a, const struct bounce_line *l, size_t n,
			const struct bounce_source *from, struct bounce *out, size_t max);

/* RFC 3464: failed and delayed recipients of one message/delivery-status body. *delivered is set
 * when there are only good news, *fields when there is any field of a recipient. */
size_t bounce_dsn_read(struct arena *a, struct slice bytes, struct bounce *out, size_t max,
		       bool *delivered, bool *fields);

/* Fields of a delivery status that stand in the middle of something else; empty when there are
 * none. */
struct slice bounce_dsn_find(struct slice bytes);

/* The next address in s at or after *at; *at moves past it. Lower-case domain; NULL for none. */
char *bounce_next_address(struct arena *a, struct slice s, size_t *at, size_t *begin);
