/* page: the pages of the survey as whole HTML documents. Pure: model in, bytes out. No script and
 * nothing from outside; they work without style, with the keyboard and on a telephone (WCAG 2.1
 * AA). Every string is escaped here; "" is left out. Send as text/html; charset=utf-8. */
#pragma once

#include "base/str.h"

enum { PAGE_MAX = 256 * 1024, PAGE_COMMENT_MAX = 4000 /* characters that the form lets in */ };

struct page_house {
	const char *entity, *desk;
	const char *address; /* where to write; "" leaves the line out */
};

/* One form, sent to the page's own address: radio `score` 1 to 5, textarea `comment`, radio
 * `solved` yes or no. */
struct page_survey {
	struct page_house house;
	const char *number, *subject;
	const char *author;		    /* who solved it */
	const char *solution;		    /* what was reported, lines in LF */
	const char *close_day, *close_hour; /* when it closes by itself */
	/* what was sent, when the page is shown once more: */
	const char *error; /* what is missing, for people; "" the first time */
	int score;	   /* 0: none */
	const char *comment;
	bool unsolved;
};
void page_survey(struct sbuf *out, const struct page_survey *m);

/* What a submission, or a link that asks no longer, leads to. */
enum page_notice {
	PAGE_NOTICE_THANKS,    /* recorded; the case is closed */
	PAGE_NOTICE_ALREADY,   /* was evaluated before; nothing changed */
	PAGE_NOTICE_LATE,      /* recorded after the closing; opens nothing */
	PAGE_NOTICE_CLOSED,    /* closed, too late to vote */
	PAGE_NOTICE_REOPENED,  /* «no quedó solucionado»: back in attention */
	PAGE_NOTICE_WITHDRAWN, /* the case is in attention again; this survey no longer asks */
	PAGE_NOTICE_OLDER,     /* solved anew since: there is a newer survey */
	PAGE_NOTICE_COUNT
};
/* score: shown with THANKS and LATE; 0: none. number "" is left out. */
void page_notice(struct sbuf *out, const struct page_house *house, enum page_notice what,
		 const char *number, int score);

/* status: of HTTP, in the title. text: one Spanish sentence, "" for the usual one of that status
 * (404: the link is not good; 503: try again …). */
void page_error(struct sbuf *out, const struct page_house *house, int status, const char *text);

/* The Content-Security-Policy under which these pages work, and nothing else does. */
const char *page_csp(void);
