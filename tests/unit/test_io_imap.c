/* The IMAP client against scripted servers: what they say in which order, and how they fail. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/str.h"
#include "io/imap.h"
#include "io/probe.h"
#include "io/sys.h"
#include "io_server.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define CAPS "IMAP4rev1 IDLE MOVE UIDPLUS AUTH=PLAIN"
#define HELLO                                                                                      \
	"S:* OK hola\r\n", "C:CAPABILITY\r\n", "S:* CAPABILITY " CAPS "\r\n% OK x\r\n", "C:LOGIN", \
		"S:% OK x\r\n", "C:CAPABILITY\r\n", "S:* CAPABILITY " CAPS "\r\n% OK x\r\n"
#define SELECT                                                                                     \
	"C:SELECT", "S:* 2 EXISTS\r\n* FLAGS (\\Seen)\r\n* OK [PERMANENTFLAGS (\\*)] x\r\n"        \
		    "* OK [UIDVALIDITY 77] x\r\n% OK [READ-WRITE] x\r\n"
#define BYE "C:LOGOUT", "S:* BYE x\r\n% OK x\r\n"

static struct imap_conf conf = {.name = "b",
				.host = "127.0.0.1",
				.tls = STREAM_PLAIN,
				.ca_file = "",
				.user = "ana",
				.password = "clave",
				.folder = "INBOX",
				.move_to = "Hecho",
				.poll_seconds = 60,
				.idle_renew = 540,
				.message_max = 100000};

static struct imap *open_at(int port, enum fault *fault, struct err *e)
{
	conf.port = port;
	return imap_open(&conf, NULL, NULL, fault, e);
}

static struct imap *opened(const struct io_server *server)
{
	enum fault fault;
	struct err e = {""};
	struct imap *m = open_at(server->port, &fault, &e);

	if (!m)
		fail_msg("%s: %s", fault_name(fault), e.text);
	if (!imap_select(m, conf.folder, &e))
		fail_msg("%s", e.text);
	assert_int_equal(imap_uidvalidity(m), 77);
	return m;
}

#define START(...)                                                                                 \
	static const char *const script[] = {__VA_ARGS__};                                         \
	struct io_server server = io_server_start(script, COUNT(script))

/* --- refused at the door --- */

static void failures_of_opening(void **state)
{
	static const struct {
		const char *script[10];
		enum stream_tls tls;
		enum fault fault;
	} rows[] = {
		{{"S:220 relay ESMTP\r\n", "E"}, STREAM_PLAIN, FAULT_PROTOCOL},
		{{"S:* PREAUTH hola\r\n", "E"}, STREAM_PLAIN, FAULT_PROTOCOL},
		{{"S:* OK ho"}, STREAM_PLAIN, FAULT_LOST},
		{{"S:* OK ", "Z:70000", "E"}, STREAM_PLAIN, FAULT_PROTOCOL},
		/* No list at all must not kill us. */
		{{"S:* OK hola\r\n", "C:CAPABILITY", "S:% OK x\r\n", "C:LOGIN",
		  "S:% NO [AUTHENTICATIONFAILED] mal\r\n", "E"},
		 STREAM_PLAIN,
		 FAULT_LOGIN},
		{{"S:* OK hola\r\n", "C:CAPABILITY", "S:* CAPABILITY " CAPS "\r\n% OK x\r\n",
		  "C:LOGIN", "S:% NO [UNAVAILABLE] luego\r\n", "E"},
		 STREAM_PLAIN,
		 FAULT_LOGIN_LATER},
		{{"S:* OK hola\r\n", "C:CAPABILITY",
		  "S:* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n% OK x\r\n", "E"},
		 STREAM_PLAIN,
		 FAULT_NO_AUTH},
		{{"S:* OK hola\r\n", "C:STARTTLS", "S:% NO no\r\n", "E"},
		 STREAM_STARTTLS,
		 FAULT_NO_STARTTLS},
		{{"S:* OK hola\r\n", "C:STARTTLS", "S:% BAD no\r\n", "E"},
		 STREAM_STARTTLS,
		 FAULT_NO_STARTTLS},
		{{"S:* OK hola\r\n", "C:STARTTLS", "S:% OK x\r\n* CAPABILITY IMAP4rev1\r\n", "E"},
		 STREAM_STARTTLS,
		 FAULT_INJECTED},
		{{"S:* PREAUTH hola\r\n", "E"}, STREAM_STARTTLS, FAULT_PROTOCOL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct io_server server;
		enum fault fault = FAULT_NONE;
		struct err e = {""};
		size_t n = 0;

		while (n < COUNT(rows[i].script) && rows[i].script[n])
			n++;
		server = io_server_start(rows[i].script, n);
		conf.tls = rows[i].tls;
		assert_null(open_at(server.port, &fault, &e));
		conf.tls = STREAM_PLAIN;
		if (fault != rows[i].fault)
			fail_msg("row %zu: %s: %s", i, fault_name(fault), e.text);
		/* The script knows of no line of ours but those it names: no password came. */
		if (!io_server_end(&server))
			fail_msg("row %zu: not as written", i);
	}
}

static void logs_in_plain(void **state)
{
	START("S:* OK hola\r\n", "C:CAPABILITY",
	      "S:* CAPABILITY IMAP4rev1 LOGINDISABLED AUTH=PLAIN\r\n% OK x\r\n",
	      "C:AUTHENTICATE PLAIN\r\n", "S:+ \r\n", "L:AGFuYQBjbGF2ZQ==\r\n",
	      "S:* OK x\r\n% OK x\r\n", "C:CAPABILITY", "S:* CAPABILITY " CAPS "\r\n% OK x\r\n",
	      SELECT, BYE);
	struct imap *m = opened(&server);

	(void)state;
	imap_logout(&m);
	assert_true(io_server_end(&server));
}

static void token_is_refused(void **state)
{
	START("S:* OK hola\r\n", "C:CAPABILITY",
	      "S:* CAPABILITY IMAP4rev1 AUTH=XOAUTH2\r\n% OK x\r\n", "C:AUTHENTICATE XOAUTH2\r\n",
	      "S:+ \r\n", "L:dXNlcj1hbmEBYXV0aD1CZWFyZXIgVAEB\r\n",
	      "S:+ eyJzdGF0dXMiOiI0MDAifQ==\r\n", "L:\r\n", "S:% NO no\r\n", "E");
	enum fault fault = FAULT_NONE;
	struct err e;

	(void)state;
	conf.port = server.port;
	assert_null(imap_open(&conf, "T", NULL, &fault, &e));
	assert_int_equal(fault, FAULT_LOGIN);
	assert_true(io_server_end(&server));
}

static void folder_is_missing(void **state)
{
	START(HELLO, "C:SELECT", "S:% NO [NONEXISTENT] no existe\r\n", BYE);
	enum fault fault;
	struct err e;
	struct imap *m = open_at(server.port, &fault, &e);

	(void)state;
	assert_non_null(m);
	assert_false(imap_select(m, "Nada", &e));
	assert_int_equal(imap_fault(m), FAULT_FOLDER);
	assert_true(imap_alive(m));
	assert_non_null(strstr(e.text, "no existe"));
	imap_logout(&m);
	assert_true(io_server_end(&server));
}

/* --- listing --- */

static void list_is_sorted_and_clean(void **state)
{
	START(HELLO, SELECT, "C:UID SEARCH ALL\r\n",
	      "S:* SEARCH 9 0 3 4294967295 9\r\n* SEARCH 5\r\n% OK x\r\n", BYE);
	static const uint32_t want[] = {3, 5, 9, 4294967295U};
	struct imap *m = opened(&server);
	struct imap_uids u;
	struct err e = {""};

	(void)state;
	assert_true(imap_list(m, 1, &u, &e));
	assert_int_equal(u.n, COUNT(want));
	assert_memory_equal(u.uid, want, sizeof want);
	free(u.uid);
	imap_logout(&m);
	assert_true(io_server_end(&server));
}

static void list_from_the_last(void **state)
{
	/* "10:*" holds the last mail though it is below 10; news in the answer make it ask again.
	 */
	START(HELLO, SELECT, "C:UID SEARCH UID 10:*\r\n",
	      "S:* SEARCH 9\r\n* 3 EXISTS\r\n% OK x\r\n", "C:UID SEARCH UID 10:*\r\n",
	      "S:* SEARCH 10\r\n% OK x\r\n", BYE);
	struct imap *m = opened(&server);
	struct imap_uids u;
	struct err e;

	(void)state;
	assert_true(imap_list(m, 10, &u, &e));
	assert_int_equal(u.n, 1);
	assert_int_equal(u.uid[0], 10);
	free(u.uid);
	imap_logout(&m);
	assert_true(io_server_end(&server));
}

static void line_without_end(void **state)
{
	START(HELLO, SELECT, "C:UID SEARCH ALL\r\n", "S:* SEARCH ", "Z:200000", "E");
	struct imap *m = opened(&server);
	struct imap_uids u;
	struct err e;

	(void)state;
	assert_false(imap_list(m, 1, &u, &e));
	assert_false(imap_alive(m));
	assert_int_equal(imap_fault(m), FAULT_PROTOCOL);
	imap_close(&m);
	io_server_end(&server);
}

static void sizes_and_dates(void **state)
{
	START(HELLO, SELECT, "C:UID FETCH 3:4,9 (UID RFC822.SIZE INTERNALDATE)\r\n",
	      "S:* 1 FETCH (UID 3 RFC822.SIZE 10 INTERNALDATE \" 1-Jan-2024 00:00:00 -0500\")\r\n"
	      "* 7 FETCH (UID 77 RFC822.SIZE 10 INTERNALDATE \"01-Jan-2024 00:00:00 +0000\")\r\n"
	      "* 4 FETCH (FLAGS (\\Seen) UID 4)\r\n"
	      "* 2 FETCH (INTERNALDATE \"29-Feb-2024 12:30:00 +0530\" UID 9 RFC822.SIZE 20)\r\n"
	      "% OK x\r\n",
	      BYE);
	uint32_t uid[] = {3, 4, 9};
	const struct imap_uids u = {uid, 3};
	struct imap *m = opened(&server);
	struct imap_size s[3];
	struct err e = {""};
	size_t n;

	(void)state;
	assert_true(imap_sizes(m, &u, s, &n, &e));
	assert_int_equal(n, 2); /* what nobody asked for, or has no size, is left out */
	assert_int_equal(s[0].uid, 3);
	assert_int_equal(s[0].internaldate, 1704085200);
	assert_int_equal(s[1].uid, 9);
	assert_int_equal(s[1].size, 20);
	assert_int_equal(s[1].internaldate, 1709190000);
	imap_logout(&m);
	assert_true(io_server_end(&server));
}

/* --- bodies --- */

struct got {
	char text[256];
	size_t n, bytes;
	bool refuse;
};

static void note(struct got *g, const void *p, size_t n)
{
	if (g->n + n >= sizeof g->text)
		return; /* the rows that read their text are short */
	memcpy(g->text + g->n, p, n);
	g->n += n;
}

static bool on_chunk(void *ctx, const void *p, size_t n)
{
	struct got *g = ctx;

	g->bytes += n;
	note(g, p, n);
	return !g->refuse;
}

static bool on_mail(void *ctx, uint32_t uid, bool exists)
{
	char text[32];
	int n = snprintf(text, sizeof text, "[%u%s]", uid, exists ? "" : " none");

	note(ctx, text, (size_t)n);
	return true;
}

static bool fetch(struct imap *m, enum imap_how how, struct got *g, struct err *e)
{
	uint32_t uid[] = {1, 2, 3, 4};
	const struct imap_uids u = {uid, 4};
	const struct imap_sink sink = {on_chunk, on_mail, g};

	return imap_fetch(m, &u, how, 1000, &sink, e);
}

static void bodies_in_any_order(void **state)
{
	START(HELLO, SELECT, "C:UID FETCH 1:4 (UID BODY.PEEK[])\r\n",
	      "S:* 9 EXISTS\r\n* 2 FETCH (FLAGS (\\Seen))\r\n"
	      "* 2 FETCH (BODY[] {4}\r\nhola FLAGS (\\Recent) UID 2)\r\n* 5 EXPUNGE\r\n"
	      "* 1 FETCH (UID 1 BODY[] \"corto\")\r\n* 3 FETCH (UID 3 BODY[] NIL)\r\n"
	      "* 4 FETCH (UID 4 BODY[] {0}\r\n)\r\n% OK x\r\n",
	      BYE);
	struct imap *m = opened(&server);
	struct got g = {0};
	struct err e = {""};

	(void)state;
	if (!fetch(m, IMAP_WHOLE, &g, &e))
		fail_msg("%s", e.text);
	assert_string_equal(g.text, "hola[2]corto[1][3 none][4]");
	imap_logout(&m);
	assert_true(io_server_end(&server));
}

static void headers_alone(void **state)
{
	START(HELLO, SELECT, "C:UID FETCH 1:4 (UID BODY.PEEK[HEADER])\r\n",
	      "S:* 1 FETCH (UID 1 BODY[HEADER] {6}\r\nA: b\r\n)\r\n% OK x\r\n", BYE);
	struct imap *m = opened(&server);
	struct got g = {0};
	struct err e;

	(void)state;
	assert_true(fetch(m, IMAP_HEADERS, &g, &e));
	assert_string_equal(g.text, "A: b\r\n[1]");
	imap_logout(&m);
	assert_true(io_server_end(&server));
}

static void bodies_that_break(void **state)
{
	static const struct {
		const char *end[3];
		enum fault fault;
	} rows[] = {
		/* The connection ends inside the mail. */
		{{"S:* 1 FETCH (UID 1 BODY[] {100}\r\nab"}, FAULT_LOST},
		{{"S:* 1 FETCH (UID 1 BODY[] {999999999}\r\n", "Z:900000", "E"}, FAULT_PROTOCOL},
		{{"S:* 1 FETCH (UID 1 BODY[] {18446744073709551616}\r\n", "Z:900000", "E"},
		 FAULT_PROTOCOL},
		{{"S:* 1 FETCH (UID 1 ", "Z:900000", "E"}, FAULT_PROTOCOL},
		{{"S:% NO no\r\n"}, FAULT_SERVER},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *script[] = {HELLO, SELECT, "C:UID FETCH", NULL, NULL, NULL};
		size_t n = COUNT(script) - 3;
		struct io_server server;
		struct got g = {0};
		struct err e = {""};
		struct imap *m;

		for (size_t k = 0; k < 3 && rows[i].end[k]; k++)
			script[n++] = rows[i].end[k];
		server = io_server_start(script, n);
		m = opened(&server);
		assert_false(fetch(m, IMAP_WHOLE, &g, &e));
		if (imap_fault(m) != rows[i].fault)
			fail_msg("row %zu: %s: %s", i, fault_name(imap_fault(m)), e.text);
		assert_true(g.bytes < 200000);
		imap_close(&m);
		io_server_end(&server);
	}
}

static void sink_says_enough(void **state)
{
	START(HELLO, SELECT, "C:UID FETCH", "S:* 1 FETCH (UID 1 BODY[] {100000}\r\n", "Z:100000",
	      "E");
	struct imap *m = opened(&server);
	struct got g = {.refuse = true};
	struct err e;

	(void)state;
	assert_false(fetch(m, IMAP_WHOLE, &g, &e));
	assert_false(imap_alive(m));
	imap_close(&m);
	io_server_end(&server);
}

/* --- moving --- */

static bool move(struct imap *m, const char *folder, struct err *e)
{
	uint32_t uid[] = {1, 2, 5};
	const struct imap_uids u = {uid, 3};

	return *folder ? imap_move(m, &u, folder, e) : imap_mark(m, &u, e);
}

#define LIST_NONE "C:LIST \"\" ", "S:% OK x\r\n"
#define STORE_DONE "C:UID STORE 1:2,5 +FLAGS.SILENT (" IMAP_KEYWORD ")\r\n", "S:% OK x\r\n"
#define LIST_DOT "C:LIST \"\" \"\"\r\n", "S:* LIST (\\Noselect) \".\" \"\"\r\n% OK x\r\n"

static void ways_of_moving(void **state)
{
	static const struct {
		const char *folder;
		const char *script[18];
		bool ok;
	} rows[] = {
		{"Hecho", {"C:UID MOVE 1:2,5 Hecho\r\n", "S:* 1 EXPUNGE\r\n% OK x\r\n"}, true},
		/* Missing: created, subscribed, and tried again. */
		{"Hecho",
		 {"C:UID MOVE", "S:% NO [TRYCREATE] no\r\n", "C:CREATE Hecho\r\n", "S:% OK x\r\n",
		  "C:SUBSCRIBE Hecho\r\n", "S:% NO no\r\n", "C:UID MOVE 1:2,5 Hecho\r\n",
		  "S:% OK x\r\n"},
		 true},
		/* Everything lives below INBOX. */
		{"Hecho",
		 {"C:UID MOVE", "S:% NO [CANNOT] no\r\n", "C:CREATE Hecho\r\n", "S:% NO no\r\n",
		  LIST_NONE, LIST_DOT, "C:UID MOVE 1:2,5 \"INBOX.Hecho\"\r\n", "S:% OK x\r\n"},
		 true},
		/* Another separator. */
		{"Hecho/2026",
		 {"C:UID MOVE", "S:% NO [CANNOT] no\r\n", "C:CREATE", "S:% NO no\r\n", LIST_NONE,
		  LIST_DOT, "C:UID MOVE 1:2,5 \"Hecho.2026\"\r\n", "S:% OK x\r\n"},
		 true},
		/* Over quota: the mails stay, and the first answer is what people read. */
		{"INBOX/Hecho",
		 {"C:UID MOVE", "S:% NO [OVERQUOTA] lleno\r\n", "C:CREATE", "S:% NO existe\r\n",
		  "C:LIST \"\" ", "S:* LIST () \"/\" \"INBOX/Hecho\"\r\n% OK x\r\n",
		  "C:UID COPY 1:2,5 \"INBOX/Hecho\"\r\n", "S:% NO [OVERQUOTA] tampoco\r\n"},
		 false},
		/* MOVE is offered, and not known when it comes to it. */
		{"Hecho",
		 {"C:UID MOVE 1:2,5 Hecho\r\n", "S:% BAD no\r\n", "C:UID COPY 1:2,5 Hecho\r\n",
		  "S:% OK x\r\n", STORE_DONE},
		 true},
		{"Hecho",
		 {"C:UID MOVE", "S:% BAD no\r\n", "C:UID COPY", "S:% NO [TRYCREATE] no\r\n",
		  "C:CREATE Hecho\r\n", "S:% OK x\r\n", "C:SUBSCRIBE Hecho\r\n", "S:% OK x\r\n",
		  "C:UID COPY 1:2,5 Hecho\r\n", "S:% OK x\r\n", STORE_DONE},
		 true},
		/* MOVE is refused though the folder is there: nothing may be taken out of this one.
		 */
		{"Hecho",
		 {"C:UID MOVE", "S:% NO [NOPERM] no\r\n", "C:CREATE", "S:% NO existe\r\n",
		  "C:LIST \"\" ", "S:* LIST () \".\" Hecho\r\n% OK x\r\n",
		  "C:UID COPY 1:2,5 Hecho\r\n", "S:% OK x\r\n", STORE_DONE},
		 true},
		{"", {STORE_DONE}, true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *script[40] = {HELLO, SELECT};
		size_t n = 0, k = 0;
		struct io_server server;
		struct err e = {""};
		struct imap *m;

		while (script[n])
			n++;
		while (k < COUNT(rows[i].script) && rows[i].script[k])
			script[n++] = rows[i].script[k++];
		script[n++] = "C:LOGOUT";
		script[n++] = "S:* BYE x\r\n% OK x\r\n";
		server = io_server_start(script, n);
		m = opened(&server);
		if (move(m, rows[i].folder, &e) != rows[i].ok)
			fail_msg("row %zu: %s", i, e.text);
		if (!rows[i].ok)
			assert_non_null(strstr(e.text, "lleno"));
		assert_true(imap_alive(m));
		imap_logout(&m);
		if (!io_server_end(&server))
			fail_msg("row %zu: not as written", i);
	}
}

static void copies_where_it_cannot_move(void **state)
{
	START("S:* OK hola\r\n", "C:CAPABILITY", "S:* CAPABILITY IMAP4rev1\r\n% OK x\r\n",
	      "C:LOGIN", "S:% OK x\r\n", "C:CAPABILITY", "S:* CAPABILITY IMAP4rev1\r\n% OK x\r\n",
	      "C:SELECT",
	      "S:* 2 EXISTS\r\n* OK [PERMANENTFLAGS (\\Seen)] x\r\n* OK [UIDVALIDITY 77] x\r\n"
	      "% OK x\r\n",
	      "C:UID COPY 1:2,5 Hecho\r\n", "S:% OK x\r\n",
	      /* No keywords are kept here: \Seen has to do. Nothing is deleted. */
	      "C:UID STORE 1:2,5 +FLAGS.SILENT (\\Seen)\r\n", "S:% OK x\r\n", BYE);
	struct imap *m = opened(&server);
	struct err e = {""};

	(void)state;
	if (!move(m, "Hecho", &e))
		fail_msg("%s", e.text);
	imap_logout(&m);
	assert_true(io_server_end(&server));
}

/* The copies are made once, however often the mark is refused. */
static void copies_once(void **state)
{
	START("S:* OK hola\r\n", "C:CAPABILITY", "S:* CAPABILITY IMAP4rev1\r\n% OK x\r\n",
	      "C:LOGIN", "S:% OK x\r\n", "C:CAPABILITY", "S:* CAPABILITY IMAP4rev1\r\n% OK x\r\n",
	      "C:SELECT",
	      "S:* 2 EXISTS\r\n* OK [PERMANENTFLAGS (\\Seen)] x\r\n* OK [UIDVALIDITY 77] x\r\n"
	      "% OK x\r\n",
	      "C:UID COPY 1:2,5 Hecho\r\n", "S:% OK x\r\n", "C:UID STORE", "S:% NO no\r\n",
	      "C:CREATE", "S:% NO existe\r\n", "C:LIST \"\" ",
	      "S:* LIST () \".\" Hecho\r\n% OK x\r\n", "C:UID STORE", "S:% OK x\r\n",
	      "C:UID COPY 1:2,5 Hecho\r\n", "S:% OK x\r\n", "C:UID STORE", "S:% OK x\r\n", BYE);
	struct imap *m = opened(&server);
	struct err e = {""};

	(void)state;
	assert_false(move(m, "Hecho", &e));
	assert_true(move(m, "Hecho", &e));
	assert_true(move(m, "Hecho", &e)); /* other mails, for all that is known */
	imap_logout(&m);
	assert_true(io_server_end(&server));
}

/* What it does not know once, it is not asked again in this session. */
static void moves_no_more_after_bad(void **state)
{
	START(HELLO, SELECT, "C:UID MOVE", "S:% BAD no\r\n", "C:UID COPY", "S:% OK x\r\n",
	      STORE_DONE, "C:UID COPY", "S:% OK x\r\n", STORE_DONE, BYE);
	struct imap *m = opened(&server);
	struct err e = {""};

	(void)state;
	for (int i = 0; i < 2; i++)
		if (!move(m, "Hecho", &e))
			fail_msg("%s", e.text);
	imap_logout(&m);
	assert_true(io_server_end(&server));
}

/* --- IDLE --- */

static const struct stream_wake nobody = {.fd = -1};

static void idle_in_every_order(void **state)
{
	static const struct {
		const char *script[8];
		int64_t ms;
		enum imap_woken woken;
	} rows[] = {
		{{"C:IDLE\r\n", "S:+ idling\r\n", "S:* 3 EXISTS\r\n", "L:DONE\r\n", "S:% OK x\r\n"},
		 20000,
		 IMAP_WOKEN_NEWS},
		/* In one packet with the continuation. */
		{{"C:IDLE\r\n", "S:+ idling\r\n* 3 EXISTS\r\n", "L:DONE\r\n", "S:% OK x\r\n"},
		 20000,
		 IMAP_WOKEN_NEWS},
		/* Before the continuation. */
		{{"C:IDLE\r\n", "S:* 3 EXISTS\r\n+ idling\r\n", "L:DONE\r\n", "S:% OK x\r\n"},
		 20000,
		 IMAP_WOKEN_NEWS},
		/* Between DONE and the end. */
		{{"C:IDLE\r\n", "S:+ idling\r\n* OK Still here\r\n", "L:DONE\r\n",
		  "S:* 3 EXISTS\r\n% OK x\r\n"},
		 50,
		 IMAP_WOKEN_NEWS},
		{{"C:IDLE\r\n", "S:+ idling\r\n* OK Still here\r\n* 1 EXPUNGE\r\n", "L:DONE\r\n",
		  "S:% OK x\r\n"},
		 50,
		 IMAP_WOKEN_TIME},
		{{"C:IDLE\r\n", "S:+ idling\r\n* BYE x\r\n", "E"}, 20000, IMAP_WOKEN_ERROR},
		{{"C:IDLE\r\n", "S:+ idling\r\n"}, 20000, IMAP_WOKEN_ERROR},
		/* Offered, and refused: from then on it is asked. */
		{{"C:IDLE\r\n", "S:% BAD no\r\n", "C:NOOP\r\n", "S:* 3 EXISTS\r\n% OK x\r\n"},
		 50,
		 IMAP_WOKEN_NEWS},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		const char *script[40] = {HELLO, SELECT};
		struct io_server server;
		enum imap_woken woken;
		struct err e = {""};
		struct imap *m;
		size_t n = 0;

		while (script[n])
			n++;
		for (size_t k = 0; k < COUNT(rows[i].script) && rows[i].script[k]; k++)
			script[n++] = rows[i].script[k];
		if (rows[i].woken != IMAP_WOKEN_ERROR) {
			script[n++] = "C:LOGOUT";
			script[n++] = "S:* BYE x\r\n% OK x\r\n";
		}
		server = io_server_start(script, n);
		m = opened(&server);
		assert_true(imap_has_idle(m));
		woken = imap_wait(m, &nobody, rows[i].ms, &e);
		if (!imap_has_idle(m))
			woken = imap_wait(m, &nobody, rows[i].ms, &e);
		if (woken != rows[i].woken)
			fail_msg("row %zu: %d %s", i, (int)woken, e.text);
		if (woken == IMAP_WOKEN_NEWS)
			assert_int_equal(imap_exists(m), 3);
		imap_logout(&m);
		if (!io_server_end(&server))
			fail_msg("row %zu: not as written", i);
	}
}

static bool has_call(void *ctx)
{
	return ++*(int *)ctx > 1;
}

static void idle_is_called_away(void **state)
{
	START(HELLO, SELECT, "C:IDLE\r\n", "S:+ idling\r\n", "L:DONE\r\n", "S:% OK x\r\n", BYE);
	struct imap *m = opened(&server);
	int calls = 0, fd = eventfd(1, EFD_NONBLOCK);
	const struct stream_wake call = {fd, has_call, &calls};
	struct err e = {""};

	(void)state;
	assert_int_equal(imap_wait(m, &call, 20000, &e), IMAP_WOKEN_CALL);
	assert_int_equal(calls, 2); /* at the start, and when the descriptor was readable */
	imap_logout(&m);
	close(fd);
	assert_true(io_server_end(&server));
}

/* --- the probe --- */

static void probe_counts(void **state)
{
	START(HELLO, SELECT, "C:UID SEARCH SINCE 2-Nov-2026\r\n", "S:* SEARCH 2\r\n% OK x\r\n",
	      BYE);
	struct probe_result r;

	(void)state;
	conf.port = server.port;
	assert_true(probe_imap(&conf, 1793600000, &r));
	assert_int_equal(r.messages, 2);
	assert_int_equal(r.before, 1);
	assert_int_equal(r.since, 1);
	assert_non_null(strstr(r.say, "«INBOX» tiene 2 mensajes"));
	assert_true(io_server_end(&server));
}

static void probe_explains(void **state)
{
	START(HELLO, "C:SELECT", "S:% NO no existe\r\n", BYE);
	struct probe_result r;

	(void)state;
	conf.port = server.port;
	assert_false(probe_imap(&conf, 0, &r));
	assert_int_equal(r.fault, FAULT_FOLDER);
	assert_string_equal(r.say, fault_advice(FAULT_FOLDER));
	assert_non_null(strstr(r.detail, "no existe"));
	assert_true(io_server_end(&server));
}

static void probe_of_a_relay(void **state)
{
	static const struct {
		const char *script[16];
		enum stream_tls tls;
		const char *user;
		enum fault fault;
	} rows[] = {
		{{"S:220-uno\r\n220 dos\r\n", "L:EHLO mesa.example\r\n", "S:250-r\r\n250 SIZE\r\n",
		  "L:MAIL FROM:<ana@entidad.example>\r\n", "S:250 ok\r\n",
		  "L:RCPT TO:<ana@entidad.example>\r\n", "S:250 ok\r\n", "L:RSET\r\n",
		  "S:250 ok\r\n", "L:QUIT\r\n", "S:221 x\r\n"},
		 STREAM_PLAIN,
		 "",
		 FAULT_NONE},
		{{"S:220 r\r\n", "L:EHLO", "S:250-r\r\n250 AUTH PLAIN\r\n", "L:AUTH PLAIN\r\n",
		  "S:334 \r\n", "L:AGFuYQBjbGF2ZQ==\r\n", "S:535 no\r\n", "L:QUIT\r\n",
		  "S:221 x\r\n"},
		 STREAM_PLAIN,
		 "ana",
		 FAULT_LOGIN},
		{{"S:220 r\r\n", "L:EHLO", "S:250-r\r\n250 AUTH LOGIN\r\n", "L:AUTH LOGIN\r\n",
		  "S:334 VXNlcg==\r\n", "L:YW5h\r\n", "S:334 UGFzcw==\r\n", "L:Y2xhdmU=\r\n",
		  "S:454 luego\r\n", "L:QUIT\r\n", "S:221 x\r\n"},
		 STREAM_PLAIN,
		 "ana",
		 FAULT_LOGIN_LATER},
		{{"S:220 r\r\n", "L:EHLO", "S:250-r\r\n250 AUTH CRAM-MD5\r\n", "L:QUIT\r\n",
		  "S:221 x\r\n"},
		 STREAM_PLAIN,
		 "ana",
		 FAULT_NO_AUTH},
		{{"S:220 r\r\n", "L:EHLO", "S:250 r\r\n", "L:MAIL", "S:550 de usted no\r\n",
		  "L:QUIT\r\n", "S:221 x\r\n"},
		 STREAM_PLAIN,
		 "",
		 FAULT_SENDER},
		{{"S:220 r\r\n", "L:EHLO", "S:250 AUTH PLAIN\r\n", "L:QUIT\r\n", "S:221 x\r\n"},
		 STREAM_STARTTLS,
		 "ana",
		 FAULT_NO_STARTTLS},
		{{"S:220 r\r\n", "L:EHLO", "S:250 STARTTLS\r\n", "L:STARTTLS\r\n",
		  "S:220 go\r\n250 AUTH PLAIN\r\n", "E"},
		 STREAM_STARTTLS,
		 "ana",
		 FAULT_INJECTED},
		{{"S:* OK soy IMAP\r\n", "E"}, STREAM_PLAIN, "", FAULT_PROTOCOL},
		{{"S:220 ", "Z:10000", "E"}, STREAM_PLAIN, "", FAULT_PROTOCOL},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct smtp_conf c = {.host = "127.0.0.1",
				      .tls = rows[i].tls,
				      .ca_file = "",
				      .user = rows[i].user,
				      .password = "clave",
				      .ehlo = "mesa.example"};
		struct io_server server;
		struct probe_result r;
		size_t n = 0;

		while (n < COUNT(rows[i].script) && rows[i].script[n])
			n++;
		server = io_server_start(rows[i].script, n);
		c.port = server.port;
		assert_int_equal(probe_smtp(&c, "ana@entidad.example", &r),
				 rows[i].fault == FAULT_NONE);
		if (r.fault != rows[i].fault)
			fail_msg("row %zu: %s: %s", i, fault_name(r.fault), r.detail);
		if (!io_server_end(&server))
			fail_msg("row %zu: not as written", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures_of_opening),
		cmocka_unit_test(logs_in_plain),
		cmocka_unit_test(token_is_refused),
		cmocka_unit_test(folder_is_missing),
		cmocka_unit_test(list_is_sorted_and_clean),
		cmocka_unit_test(list_from_the_last),
		cmocka_unit_test(line_without_end),
		cmocka_unit_test(sizes_and_dates),
		cmocka_unit_test(bodies_in_any_order),
		cmocka_unit_test(headers_alone),
		cmocka_unit_test(bodies_that_break),
		cmocka_unit_test(sink_says_enough),
		cmocka_unit_test(ways_of_moving),
		cmocka_unit_test(copies_where_it_cannot_move),
		cmocka_unit_test(copies_once),
		cmocka_unit_test(moves_no_more_after_bad),
		cmocka_unit_test(idle_in_every_order),
		cmocka_unit_test(idle_is_called_away),
		cmocka_unit_test(probe_counts),
		cmocka_unit_test(probe_explains),
		cmocka_unit_test(probe_of_a_relay),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
