/* quote_marks: the marks that mail programs leave around quoted text, as data, and the readers of
 * one such mark. Private to mail/quote. Every string of the tables is written folded (text_fold),
 * alternatives are parted by «|». */
#pragma once

#include "base/mem.h"
#include "base/str.h"

#include <stdint.h>

enum {
	QUOTE_LINES_MAX = 60000, /* what comes after them is one last line */
	QUOTE_FOLD_MAX = 600,	 /* bytes of a line that are looked at */
	QUOTE_JOIN_LINES = 5,	 /* physical lines of one attribution */
	QUOTE_JOIN_ABOVE = 3,	 /* … found from its end */
	QUOTE_JOIN_MAX = 700,
	QUOTE_HEADER_LINES = 60 /* physical lines of one block of headers */
};

enum quote_role {
	ROLE_NONE,
	ROLE_FROM,
	ROLE_DATE,
	ROLE_TO,
	ROLE_CC,
	ROLE_SUBJECT,
	ROLE_OTHER,
	ROLE_COUNT
};

struct quote_line {
	uint32_t from, len; /* with its line end */
	struct slice text;  /* without quote marks and line end */
	const char *fold;   /* folded, one blank for a run, without emphasis; "" when blank */
	unsigned depth;	    /* quote marks at its start */
};

struct quote_said_row {
	const char *language;
	const char *open; /* how it begins: «el |en »; only looked at where there is a verb at the
			     end */
	const char *verb;
	const char *pronoun; /* a verb after one of these is somebody's story, no attribution */
	bool named_after;    /* the name may come after the verb: «schrieb Ana Ruiz:» */
};

struct quote_label_row {
	enum quote_role role;
	const char *labels;
};

enum quote_separator { SEP_NONE, SEP_ORIGINAL, SEP_FORWARD, SEP_ABOVE };

/* They count between dashes, below a ruled line, or with headers below. */
struct quote_separator_row {
	enum quote_separator kind;
	const char *phrases;
};

/* A footer of a phone or an app: the line begins with head and, where tail is told, ends with it;
 * what is between is a few words, and one of quote_devices is somewhere in it. */
struct quote_footer_row {
	const char *head, *tail;
};

extern const struct quote_said_row quote_said_rows[];
extern const size_t quote_said_n;
extern const char quote_weekdays[];  /* short, in an attribution */
extern const char quote_particles[]; /* small words within a name */
extern const char quote_articles[];  /* they begin a story */
extern const char quote_telling[];   /* verbs of people who tell, not of mail programs alone */
extern const char quote_citing[];    /* «citando a » and the like: name and colon follow */
extern const struct quote_label_row quote_label_rows[];
extern const size_t quote_label_n;
extern const struct quote_separator_row quote_separator_rows[];
extern const size_t quote_separator_n;
extern const struct quote_footer_row quote_footer_rows[];
extern const size_t quote_footer_n;
extern const char quote_devices[];
extern const char quote_last_heads[];	  /* of a footer whose place alone shows it */
extern const char quote_above_words[];	  /* «above this line» … */
extern const char quote_above_asks[];	  /* … and what is asked for: «reply» */
extern const char quote_forward_prefix[]; /* subject prefixes of forwarded mail */
extern const char quote_legal_heads[];	  /* beginnings of disclaimers */
extern const char quote_green_heads[];	  /* «antes de imprimir …» */
extern const char quote_green_words[];	  /* one of these is in it too */
extern const char quote_legal_words[];	  /* stems that legal text is made of */
extern const char quote_list_footers[];	  /* first line below the rule of a list's footer */

/* Is one of the «|»-parted alternatives …? They give the length of the alternative, 0 for no.
 * alts is a constant: each is taken apart once, by its address. */
size_t quote_alt_starts(const char *alts, const char *s);
size_t quote_alt_equals(const char *alts, struct slice s);
bool quote_alt_inside(const char *alts, const char *s);
/* The alternatives that s (not empty) ends with, one by one: 0 for the first call, then what the
 * call before gave; 0 when there is none left. */
size_t quote_alt_ends(const char *alts, size_t at, struct slice s, struct slice *alt);
/* How many different alternatives are inside s. */
unsigned quote_alt_count(const char *alts, const char *s);

/* Split text into lines, folded. */
size_t quote_lines(struct arena *a, struct slice text, struct quote_line **out);

/* Lines [at, at + result) are an attribution («El lun, … escribió:»); 0 for none. */
size_t quote_said(const struct quote_line *l, size_t n, size_t at);

/* Is it one from its first word on, with a date and an address? For what follows other words on the
 * same line. begun: what was said may stand behind it. */
bool quote_said_whole(const char *fold, bool begun);

/* Does it tell a day: a year, «2/11/26»? */
bool quote_tells_day(struct slice s);

/* Are the first n words of a line a name, and nothing but one? */
bool quote_is_name(struct slice line, size_t n);

/* How many of the lines before end are an attribution, quoted text following: a looser reading. */
size_t quote_said_above(const struct quote_line *l, size_t end);

/* Is a line in quote marks an attribution, the marks being its frame? */
bool quote_said_framed(const struct quote_line *l);

/* Lines [at, at + lines) are a block of mail headers; lines is 0 for none. */
struct quote_block {
	size_t lines;
	struct slice from, subject; /* values as written, borrowed */
	bool dated;
};
enum quote_role quote_role_of(struct slice label);
/* «label: value»; *value starts in fold. */
enum quote_role quote_header_role(const char *fold, const char **value);
bool quote_tells_hour(const char *value);
/* Is it one header by itself, and not whose mail it is? */
bool quote_is_label(const struct quote_line *l);
/* «De: ana@entidad.example» and «Enviado el: 2/11/2026» below it: the 2 lines, or 0. */
size_t quote_pair(const struct quote_line *l, size_t n, size_t at);
/* Who and when on one line or two, then labels: how Lotus Notes heads the mail it answers. */
struct quote_block quote_notes(const struct quote_line *l, size_t n, size_t at);
/* loose: below a separator one header is enough. */
struct quote_block quote_block_read(const struct quote_line *l, size_t n, size_t at, bool loose);

/* What every line is: the work of quote_class; what follows from it is that of mail/quote. */
enum quote_class {
	CLASS_BLANK,
	CLASS_TEXT,
	CLASS_RULE,
	CLASS_CODE,	 /* while classifying; text in the end */
	CLASS_QUOTE,	 /* begins with «>» */
	CLASS_SAID,	 /* attribution */
	CLASS_HEAD,	 /* header of a mail below */
	CLASS_ORIGINAL,	 /* «-----Mensaje original-----» */
	CLASS_FORWARD,	 /* «---------- Forwarded message ---------» */
	CLASS_ABOVE,	 /* «escriba su respuesta encima de esta línea» */
	CLASS_SIGNATURE, /* below «-- » */
	CLASS_FOOTER	 /* phones, disclaimers, list footers */
};

enum quote_class *quote_classify(struct arena *a, const struct quote_line *l, size_t n);

/* Does the text at a line begin by telling whose words follow? */
bool quote_is_attributed(const struct quote_line *l, size_t n, size_t at);

enum quote_separator quote_separator_of(const struct quote_line *l, size_t n, size_t at);
bool quote_is_rule(const struct quote_line *l); /* a line of dashes, underscores, … */
bool quote_is_footer(const struct quote_line *l);
bool quote_is_framed(const struct quote_line *l); /* words between dashes */
/* «Sent from Whatever», of a program that no table knows: only to be asked of the last line before
 * a mark or the end. */
bool quote_is_last_footer(const struct quote_line *l);
/* Paragraph [at, end) of legal text; first: nothing legal stands directly above it. */
bool quote_is_legal(struct arena *a, const struct quote_line *l, size_t at, size_t end, bool first);
