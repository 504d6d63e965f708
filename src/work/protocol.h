/* protocol: the frame types between the desk and its workers. Bodies are base/pack; their order is
 * written beside each type. Frames are control only: mail travels as sealed memfd. */
#pragma once

#include "work/frame.h"

enum frame_type {
	/* FRAME_HELLO = 1 is frame.h's */

	/* desk <-> mesad-parse; id names the request */
	FRAME_PARSE = 10,     /* fd: raw mail */
	FRAME_PARSED = 11,    /* fd: facts_pack */
	FRAME_EXTRACT = 12,   /* u32 attachment index; fd: raw mail */
	FRAME_EXTRACTED = 13, /* fd: decoded bytes */

	/* desk -> mesad-imap */
	FRAME_IMAP_CONF = 20,  /* see io_imap_conf in io/imap.h */
	FRAME_IMAP_NEEDS = 21, /* u32 uidvalidity, u32 n, n x (u32 uid, u8 need): answer to LIST.
				  need: 0 nothing, 1 fetch, 2 finish */
	FRAME_IMAP_FETCH = 22, /* u32 uidvalidity, u32 n, n x (u32 uid, u8 how): after SIZES. how: 0
				  skip, 1 whole, 2 headers only */
	FRAME_IMAP_DONE =
		23, /* u32 uidvalidity, u32 n, n x u32 uid: fates committed; move or mark */
	FRAME_IMAP_CREDIT =
		24, /* i64 size on the server of one mail that is off the desk's hands */
	FRAME_IMAP_RELIST =
		25, /* list the mailbox again now (a close is waiting for it, or a person asked) */
	FRAME_IMAP_STOP = 26, /* finish what is under way and log out */

	/* mesad-imap -> desk */
	FRAME_IMAP_LIST = 40,  /* u32 uidvalidity, u8 flags (enum imap_list_flags), u32 n, n x u32
				  uid (ascending): the folder in chunks of IMAP_UIDS; each chunk is
				  answered by NEEDS */
	FRAME_IMAP_SIZES = 41, /* u32 uidvalidity, u32 n, n x (u32 uid, i64 size, i64 internaldate):
				  of what needs 1; answered by FETCH */
	FRAME_IMAP_MAIL = 42,  /* u32 uidvalidity, u32 uid, i64 size on server, i64 internaldate, u8
				  headers_only; fd: bytes */
	FRAME_IMAP_GONE =
		43, /* u32 uidvalidity, u32 uid: was listed, is no more (or has no body) */
	FRAME_IMAP_FINISHED = 44, /* u32 uidvalidity, u32 n, n x u32 uid: moved or marked */
	FRAME_IMAP_LISTED = 45, /* i64 at (UTC, when the listing began): everything listed then has
				   been handed over and is idle now */
	FRAME_IMAP_STATE = 46,	/* u8 state (0 connecting, 1 working, 2 idle, 3 waiting to retry, 4
				   refused by the server for good reason), str one line of why */

	/* desk -> mesad-smtp */
	FRAME_SMTP_CONF = 60, /* see io/smtp.h */
	FRAME_SMTP_SEND = 61, /* id: outbox row; str envelope from, str to; fd: bytes, CRLF */
	/* mesad-smtp -> desk */
	FRAME_SMTP_RESULT =
		70, /* id; u8 verdict (enum send_verdict), u32 SMTP code, str last line */
	FRAME_SMTP_STATE = 71, /* as FRAME_IMAP_STATE */

	/* desk <-> mesad-web; id names the request */
	FRAME_WEB_CONF = 80, /* str base path; fd: listening socket */
	FRAME_WEB_ASK = 81,  /* u8 method (0 GET, 1 HEAD, 2 POST), str token, str score, str solved,
				str comment, str origin, str address */
	FRAME_WEB_PAGE = 82, /* u32 status; fd: page bytes */

	/* control socket: mesactl <-> desk; id names the request */
	FRAME_CTL_ASK = 90,  /* str verb, u32 n, n x str argument; fd: bytes or none */
	FRAME_CTL_LINE = 91, /* bytes: one line of the answer */
	FRAME_CTL_END = 92,  /* u32 exit code, str message */

	/* any worker with OAuth2: a refreshed token must be on disk before it is used. To a worker:
	 * what another worker of the same account was given; its own may be worth nothing now */
	FRAME_TOKEN = 100, /* str refresh token */
	FRAME_TOKEN_SAVED = 101
};

/* Requests that mesad-parse may have before it. It answers in their order, so the first without an
 * answer is the one that it died of, or hangs on; the others never reached it. */
enum { PARSE_AHEAD = 8 };

enum { IMAP_UIDS = 4000, IMAP_BATCH = 500 };

/* A whole listing (once a connection, on RELIST, every hour) tells what is gone by what it leaves
 * out; one with IMAP_LIST_NEW holds only UIDs above all listed before in this connection. */
enum imap_list_flags { IMAP_LIST_MORE = 1, IMAP_LIST_NEW = 2 };

/* The credit that mesad-imap starts with, and how many mails may be on the desk's hands: each MAIL
 * takes its size on the server off it, each CREDIT frame gives one mail's size back. */
enum { IMAP_CREDIT_FIRST = 32 * 1024 * 1024, IMAP_MAILS_MAX = 256 };

/* yes, no, could not tell */
enum send_verdict {
	SEND_ACCEPTED,
	SEND_LATER,    /* 4xx, no connection, login trouble: nothing was accepted */
	SEND_REFUSED,  /* 5xx for this recipient or mail */
	SEND_UNCERTAIN /* lost after the final dot: sent again with the same bytes */
};
