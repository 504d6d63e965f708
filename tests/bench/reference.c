/* reference: the least that a program between a mailbox and a relay must do: fetch every mail in
 * batches, parse it with GMime, insert the raw bytes (WAL, FULL, one transaction a batch), and send
 * each sender an acknowledgement over one kept connection. No case, no clock, no sandbox, no
 * ledger: what mesad's drain is measured against, on the same servers in the same run.
 *
 * reference IMAP_PORT SMTP_PORT CA_FILE USER PASSWORD ADDRESS DATABASE */
#include "base/digest.h"
#include "io/imap.h"
#include "io/smtp.h"

#include <gmime/gmime.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BATCH = 64, MAIL_MOST = 64 * 1024 * 1024 };

struct run {
	struct sbuf mail;
	sqlite3 *db;
	sqlite3_stmt *insert;
	struct smtp *smtp;
	const char *from;
	char *to[BATCH], *id[BATCH], *subject[BATCH];
	size_t n, sent, failed;
};

static void die(const char *what)
{
	fprintf(stderr, "reference: %s\n", what);
	exit(1);
}

static void sql(struct run *r, const char *text)
{
	if (sqlite3_exec(r->db, text, NULL, NULL, NULL) != SQLITE_OK)
		die(sqlite3_errmsg(r->db));
}

static void open_database(struct run *r, const char *path)
{
	if (sqlite3_open(path, &r->db) != SQLITE_OK)
		die("database");
	sql(r, "pragma journal_mode=wal; pragma synchronous=full;"
	       "create table raw (id integer primary key, uid integer, bytes blob)");
	if (sqlite3_prepare_v2(r->db, "insert into raw (uid, bytes) values (?, ?)", -1, &r->insert,
			       NULL) != SQLITE_OK)
		die("statement");
}

static bool on_chunk(void *ctx, const void *p, size_t n)
{
	struct run *r = ctx;

	sbuf_put(&r->mail, p, n);
	return !r->mail.over;
}

/* Whom to answer, and what about. */
static void parse(struct run *r)
{
	GMimeStream *s = g_mime_stream_mem_new_with_buffer(r->mail.p, r->mail.n);
	GMimeParser *parser = g_mime_parser_new_with_stream(s);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);
	InternetAddress *a = internet_address_list_get_address(g_mime_message_get_from(m), 0);

	r->to[r->n] = strdup(internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(a)));
	r->id[r->n] = strdup(g_mime_message_get_message_id(m));
	r->subject[r->n] = strdup(g_mime_message_get_subject(m));
	g_object_unref(m);
	g_object_unref(parser);
	g_object_unref(s);
}

static bool on_mail(void *ctx, uint32_t uid, bool exists)
{
	struct run *r = ctx;

	if (!exists)
		return false;
	sqlite3_bind_int64(r->insert, 1, uid);
	sqlite3_bind_blob(r->insert, 2, r->mail.p, (int)r->mail.n, SQLITE_STATIC);
	if (sqlite3_step(r->insert) != SQLITE_DONE)
		die("insert");
	sqlite3_reset(r->insert);
	parse(r);
	r->n++;
	sbuf_clear(&r->mail);
	return true;
}

static void acknowledge(struct run *r, size_t i)
{
	static unsigned long serial;
	struct sbuf b = SBUF_INIT(MAIL_MOST);
	struct smtp_result res;

	sbuf_printf(&b,
		    "From: Mesa de ayuda <%s>\r\nTo: %s\r\nSubject: [ST-2026-%06lu] Recibimos su "
		    "solicitud\r\nMessage-ID: <ref.%lu@entidad.example>\r\nIn-Reply-To: "
		    "<%s>\r\nMIME-Version: 1.0\r\nAuto-Submitted: auto-replied\r\nContent-Type: "
		    "text/plain; charset=utf-8\r\n\r\n",
		    r->from, r->to[i], serial + 1, serial + 1, r->id[i]);
	for (int k = 0; k < 70; k++)
		sbuf_cstr(&b, "Recibimos su solicitud y la atenderemos en el menor tiempo "
			      "posible.\r\n");
	serial++;
	smtp_send(r->smtp, r->from, r->to[i], sbuf_view(&b), &res);
	if (res.verdict == SMTP_ACCEPTED)
		r->sent++;
	else
		r->failed++;
	sbuf_free(&b);
	free(r->to[i]);
	free(r->id[i]);
	free(r->subject[i]);
}

static void drain(struct run *r, struct imap *m)
{
	struct imap_sink sink = {on_chunk, on_mail, r};
	struct imap_uids all, batch;
	struct err e;

	if (!imap_select(m, "INBOX", &e) || !imap_list(m, 1, &all, &e))
		die(e.text);
	for (size_t at = 0; at < all.n; at += BATCH) {
		batch.uid = all.uid + at;
		batch.n = all.n - at < BATCH ? all.n - at : BATCH;
		r->n = 0;
		sql(r, "begin immediate");
		if (!imap_fetch(m, &batch, IMAP_WHOLE, 8 * 1024 * 1024, &sink, &e))
			die(e.text);
		sql(r, "commit");
		for (size_t i = 0; i < r->n; i++)
			acknowledge(r, i);
	}
	free(all.uid);
}

int main(int argc, char **argv)
{
	struct stream_wake wake = {.fd = -1};
	struct run r = {.mail = SBUF_INIT(MAIL_MOST)};
	enum fault fault;
	struct imap *m;
	struct err e;

	if (argc != 8)
		die("usage: see the source");
	struct imap_conf ic = {
		.name = "",
		.host = "localhost",
		.port = (int)strtol(argv[1], NULL, 10),
		.tls = STREAM_IMPLICIT,
		.ca_file = argv[3],
		.user = argv[4],
		.password = argv[5],
		.folder = "INBOX",
		.move_to = "",
		.message_max = MAIL_MOST,
	};
	struct smtp_conf sc = {
		.host = "localhost",
		.port = (int)strtol(argv[2], NULL, 10),
		.tls = STREAM_IMPLICIT,
		.ca_file = argv[3],
		.user = argv[4],
		.password = argv[5],
		.ehlo = "entidad.example",
	};

	g_mime_init();
	r.from = argv[6];
	open_database(&r, argv[7]);
	m = imap_open(&ic, NULL, &wake, &fault, &e);
	if (m == NULL)
		die(e.text);
	r.smtp = smtp_new(&sc);
	drain(&r, m);
	printf("sent %zu failed %zu\n", r.sent, r.failed);
	smtp_free(&r.smtp);
	imap_logout(&m);
	sqlite3_finalize(r.insert);
	sqlite3_close(r.db);
	return r.failed ? 1 : 0;
}
