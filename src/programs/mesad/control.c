/* control: mesactl's way to write. Requests are frames (protocol.h); each is one transaction. */
#include "programs/mesad/desk.h"

#include "base/json.h"
#include "base/log.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum { ARGS_MAX = 64, ANSWER_MAX = 60 * 1024 };

struct request {
	struct client *client;
	uint32_t id;
	const char *verb;
	const char *args[ARGS_MAX];
	size_t n;
	int fd; /* -1: none; taken by whoever sets it to -1 */
	struct arena *a;
};

size_t control_clients(const struct desk *d)
{
	size_t n = 0;

	for (size_t i = 0; i < DESK_CLIENTS; i++)
		n += d->clients[i].fd >= 0;
	return n;
}

static void hang_up(struct desk *d, struct client *c)
{
	close(c->fd);
	c->fd = -1;
	c->id = 0;
	d->quiet_since_ms = sys_mono_ms();
}

/* A client that does not read loses its answer, not the desk its time. */
static void answer(struct desk *d, struct client *c, uint16_t type, uint32_t id, struct slice body)
{
	if (c->fd >= 0 && frame_send(c->fd, type, id, body, -1) != FRAME_OK)
		hang_up(d, c);
}

static void line(struct desk *d, struct client *c, uint32_t id, struct slice text)
{
	answer(d, c, FRAME_CTL_LINE, id, text_cut(text, ANSWER_MAX));
}

static void end(struct desk *d, struct client *c, uint32_t id, uint32_t code, const char *message)
{
	struct sbuf body = SBUF_INIT(FRAME_BODY_MAX);

	pack_u32(&body, code);
	pack_str(&body, message);
	answer(d, c, FRAME_CTL_END, id, sbuf_view(&body));
	sbuf_free(&body);
}

static void finish(struct desk *d, const struct request *r, uint32_t code, const char *message)
{
	end(d, r->client, r->id, code, message);
}

/* --- verbs --- */

static void tell_plan(struct desk *d, const struct request *r, const struct plan *p)
{
	if (!str_empty(p->answer))
		line(d, r->client, r->id, slice_of(p->answer));
	finish(d, r, p->denied ? 77 : p->refused ? 65 : 0, "");
}

/* What the person asked for cannot be, and the store is well. */
static void refuse(struct desk *d, const struct request *r, uint32_t code, const char *message,
		   const struct err *e)
{
	bool well = store_trouble(d->store) == TROUBLE_NONE;

	engine_abandon(d->engine);
	finish(d, r, well ? code : 75, well ? message : e->text);
}

/* The transaction of one request: commit what fn did, or say why not. */
static bool closed(struct desk *d, const struct request *r, bool ok, struct err *e)
{
	if (ok && engine_commit(d->engine, false, e)) {
		batch_news(d);
		d->post.look = true;
		d->flush_now = true;
		return true;
	}
	engine_abandon(d->engine);
	finish(d, r, store_trouble(d->store) == TROUBLE_NONE ? 70 : 75, e->text);
	return false;
}

static void verb_do(struct desk *d, struct request *r)
{
	struct plan *p = NULL;
	struct err e = {"could not begin"};
	int rc = -1;

	if (engine_begin(d->engine, &e))
		rc = engine_command(d->engine, r->a, r->args[0], r->args[1], r->args[2], sys_now(),
				    &p, &e);
	if (rc == 0)
		engine_abandon(d->engine);
	if (rc == 0)
		finish(d, r, 66, "no hay un caso con ese número");
	else if (closed(d, r, rc == 1, &e))
		tell_plan(d, r, p);
}

static void verb_new(struct desk *d, struct request *r)
{
	struct new_case n = {
		.from = {r->args[0], r->args[1]},
		.subject = r->args[2],
		.channel = r->args[3],
		.by = r->args[4],
		.body = r->args[5],
	};
	struct plan *p = NULL;
	struct err e = {"could not begin"};
	bool ok = engine_begin(d->engine, &e) &&
		  engine_new_case(d->engine, r->a, &n, sys_now(), &p, &e);

	if (!closed(d, r, ok, &e))
		return;
	if (!p->refused && p->n_tickets) {
		struct sbuf b = SBUF_INIT(ANSWER_MAX);
		struct json j = json_to(&b);

		json_open(&j, NULL, '{');
		json_str(&j, "number", p->tickets[0].after.number);
		json_close(&j, '}');
		line(d, r->client, r->id, sbuf_view(&b));
		sbuf_free(&b);
	}
	if (p->refused)
		tell_plan(d, r, p);
	else
		finish(d, r, 0, "");
}

/* A mail from a file: the same way as one from a mailbox; the answer comes with its fate. */
static void verb_ingest(struct desk *d, struct request *r)
{
	struct item *it;
	struct slice raw;
	struct err e;

	if (r->fd < 0 || !fd_map(r->fd, d->conf->message_max, true, &raw, &e)) {
		finish(d, r, 65, r->fd < 0 ? "no mail came with the request" : e.text);
		return;
	}
	it = item_new();
	it->key = (struct ledger_key){"ingest", 1, d->next_ingest++};
	it->size = (int64_t)raw.n;
	it->received_at = sys_now();
	it->fd = r->fd;
	it->client = r->client->id;
	it->request = r->id;
	r->fd = -1;
	fd_unmap(&raw);
	queue_put(&d->to_keep, it);
	desk_pending(d);
}

void control_told(struct desk *d, const struct item *it)
{
	struct sbuf b = SBUF_INIT(ANSWER_MAX);
	struct json j = json_to(&b);

	for (size_t i = 0; i < DESK_CLIENTS; i++) {
		struct client *c = &d->clients[i];

		if (c->fd < 0 || c->id != it->client)
			continue;
		json_open(&j, NULL, '{');
		json_str(&j, "fate", fate_name(it->fate));
		json_str(&j, "number", it->number);
		json_close(&j, '}');
		line(d, c, it->request, sbuf_view(&b));
		end(d, c, it->request,
		    it->fate == FATE_QUARANTINE ? 65
		    : it->fate == FATE_NONE	? 70
						: 0,
		    "");
		break;
	}
	sbuf_free(&b);
}

static void verb_outbox(struct desk *d, struct request *r)
{
	struct slice digits = slice_of(r->args[1]);
	bool drop = str_eq(r->args[0], "drop");
	struct err e = {"could not begin"};
	struct outgoing row;
	uint64_t id;
	bool ok;

	if (!slice_u64(digits, &id) || id > INT64_MAX) {
		finish(d, r, 64, "falta el número del correo de salida");
		return;
	}
	ok = engine_begin(d->engine, &e);
	if (ok && !outbox_outgoing(d->store, r->a, (int64_t)id, &row, &e)) {
		refuse(d, r, 66, "no hay un correo de salida con ese número", &e);
		return;
	}
	if (ok && !(drop ? outbox_drop(d->store, (int64_t)id, sys_now(), "system", &e)
			 : outbox_again(d->store, (int64_t)id, sys_now(), &e))) {
		refuse(d, r, 65, "ese correo ya salió, está saliendo o se descartó", &e);
		return;
	}
	if (closed(d, r, ok, &e))
		finish(d, r, 0, "");
}

static void verb_quarantine(struct desk *d, struct request *r)
{
	struct err e = {"could not begin"};
	uint64_t id;
	bool ok;

	if (!str_eq(r->args[0], "retry") || !slice_u64(slice_of(r->args[1]), &id) ||
	    id > INT64_MAX) {
		finish(d, r, 64, "quarantine retry ID");
		return;
	}
	ok = engine_begin(d->engine, &e);
	if (ok && !ledger_retry(d->store, (int64_t)id, &e)) {
		refuse(d, r, 66, "no hay un correo con ese número en cuarentena", &e);
		return;
	}
	if (!closed(d, r, ok, &e))
		return;
	d->recovering = true;
	d->recovered_to = (int64_t)id - 1 < d->recovered_to ? (int64_t)id - 1 : d->recovered_to;
	finish(d, r, 0, "");
}

/* The desk doubts the hour; whoever looked at a watch says that it is right. */
static void verb_clock(struct desk *d, struct request *r)
{
	struct err e = {"could not begin"};

	if (!str_eq(r->args[0], "accept")) {
		finish(d, r, 64, "clock accept");
		return;
	}
	if (!d->clock_back) {
		finish(d, r, 65, "la hora no está en duda");
		return;
	}
	if (!closed(d, r,
		    engine_begin(d->engine, &e) && engine_clock_accept(d->engine, sys_now(), &e),
		    &e))
		return;
	log_event(LOG_LEVEL_WARN, "clock_accepted", "by=mesactl");
	desk_look_at_clock(d);
	finish(d, r, 0, "");
}

static const char *const box_states[] = {"connecting", "working", "idle", "retry", "refused"};

static void verb_status(struct desk *d, struct request *r)
{
	struct sbuf b = SBUF_INIT(ANSWER_MAX);
	struct json j = json_to(&b);

	json_open(&j, NULL, '{');
	json_str(&j, "version", mesad_version);
	json_bool(&j, "ready", d->ready);
	json_int(&j, "sending", (int64_t)d->post.n);
	json_open(&j, "mailboxes", '[');
	for (size_t i = 0; i < d->n_boxes; i++) {
		json_open(&j, NULL, '{');
		json_str(&j, "name", d->boxes[i].conf->name);
		json_str(&j, "state", box_states[d->boxes[i].state]);
		json_str(&j, "why", d->boxes[i].why);
		json_int(&j, "listed_at", d->boxes[i].listed_at);
		json_close(&j, '}');
	}
	json_close(&j, ']');
	json_close(&j, '}');
	line(d, r->client, r->id, sbuf_view(&b));
	sbuf_free(&b);
	finish(d, r, 0, "");
}

static const struct {
	const char *name;
	size_t args;
	void (*run)(struct desk *d, struct request *r);
} verbs[] = {
	{"do", 3, verb_do},	    {"new", 6, verb_new},	{"ingest", 0, verb_ingest},
	{"outbox", 2, verb_outbox}, {"status", 0, verb_status}, {"quarantine", 2, verb_quarantine},
	{"clock", 1, verb_clock},
};

static void run(struct desk *d, struct request *r)
{
	for (size_t i = 0; i < COUNT(verbs); i++) {
		if (!str_eq(verbs[i].name, r->verb))
			continue;
		if (verbs[i].args == r->n)
			verbs[i].run(d, r);
		else
			finish(d, r, 64, "wrong number of arguments");
		return;
	}
	finish(d, r, 64, "unknown verb");
}

/* --- the socket --- */

void control_accept(struct desk *d)
{
	int fd = sys_accept(d->listen_fd);
	struct client *c = NULL;
	struct err e;
	uid_t uid;

	if (fd < 0)
		return;
	for (size_t i = 0; i < DESK_CLIENTS && c == NULL; i++)
		if (d->clients[i].fd < 0)
			c = &d->clients[i];
	if (c == NULL || !sys_peer(fd, &uid) || (uid != 0 && uid != geteuid()) ||
	    fcntl(fd, F_SETFL, O_NONBLOCK) != 0) {
		close(fd);
		return;
	}
	*c = (struct client){.fd = fd, .id = ++d->next_client, .since_ms = sys_mono_ms()};
	if (!desk_watch(d, fd, WATCH(WATCH_CLIENT, c - d->clients), &e) || !frame_hello_send(fd))
		hang_up(d, c);
}

static bool unpack_request(struct request *r, const struct frame *f)
{
	struct unpack u = unpack_of(f->body.p, f->body.n);

	r->verb = unpack_str(&u, r->a);
	r->n = unpack_count(&u, 4);
	if (r->n > ARGS_MAX)
		return false;
	for (size_t i = 0; i < r->n; i++)
		r->args[i] = unpack_str(&u, r->a);
	return unpack_done(&u);
}

static void one_request(struct desk *d, struct client *c, struct frame *f)
{
	struct request r = {.client = c, .id = f->id, .fd = f->fd, .a = arena_new()};
	struct err e;

	if (f->type == FRAME_HELLO) {
		if (!frame_hello_check(f, &e))
			end(d, c, f->id, 70, e.text);
	} else if (f->type != FRAME_CTL_ASK || !unpack_request(&r, f)) {
		hang_up(d, c);
	} else {
		log_event(LOG_LEVEL_DEBUG, "control", "verb=%s", log_quote(r.a, r.verb));
		run(d, &r);
	}
	if (r.fd >= 0)
		close(r.fd);
	arena_free(&r.a);
}

void control_read(struct desk *d, size_t i)
{
	static char buf[FRAME_MAX];
	struct client *c = &d->clients[i];
	struct frame f;
	enum frame_rc rc;

	if (c->fd < 0)
		return;
	rc = frame_recv(c->fd, buf, &f);
	if (rc == FRAME_OK)
		one_request(d, c, &f);
	else if (rc != FRAME_AGAIN)
		hang_up(d, c);
}
