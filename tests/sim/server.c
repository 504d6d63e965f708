/* server: the mailbox that the desk lists, and the MTA that takes its mail. Both are slow,
 * forgetful and sometimes rude, as servers are; neither ever loses a mail that it took. */
#include "sim.h"

#include <stdlib.h>
#include <string.h>

enum { TRANSIT_SECONDS = 20 };

/* --- the mailbox --- */

static struct letter *append(struct sim *s, const struct letter *like)
{
	struct letter *l = arena_alloc(s->a, sizeof(*l));

	*l = *like;
	l->validity = s->validity;
	l->uid = s->next_uid++;
	l->listed = true;
	if (s->n_letters == s->cap_letters) {
		s->cap_letters = s->cap_letters ? 2 * s->cap_letters : 256;
		s->letters = mem_grow(s->letters, s->cap_letters, sizeof(*s->letters));
	}
	return s->letters[s->n_letters++] = l;
}

struct letter *server_put(struct sim *s, struct slice raw, const struct person *author,
			  enum meant meant, const char *number, const char *why)
{
	struct letter like = {
		.at = s->now,
		.raw = {arena_copy(s->a, raw.p, raw.n), raw.n},
		.meant = meant,
		.number = number,
		.author = author,
		.why = why,
	};
	struct letter *l = append(s, &like);

	s->counted[N_LETTERS]++;
	s->counted[N_FORGED] += meant == MEANT_FORGED;
	sim_tell(s, "%s writes (%u: %s)", author->addr, l->uid, why);
	/* an alias and a list deliver the same mail twice */
	if (fault(s, 10))
		append(s, &like)->again = l;
	if (s->st)
		desk_wake(s, s->now + chance_between(s, 0, SIM_POLL_SECONDS));
	return l;
}

/* Sorted by order of arrival, hence by (validity, uid). */
struct letter *server_letter_of(struct sim *s, uint32_t validity, uint32_t uid)
{
	size_t from = 0, to = s->n_letters;

	while (from < to) {
		size_t mid = (from + to) / 2;
		struct letter *l = s->letters[mid];

		if (l->validity == validity && l->uid == uid)
			return l;
		if (l->validity < validity || (l->validity == validity && l->uid < uid))
			from = mid + 1;
		else
			to = mid;
	}
	return NULL;
}

struct letter *server_letter(struct sim *s, uint32_t uid)
{
	return server_letter_of(s, s->validity, uid);
}

void server_move(struct sim *s, uint32_t uid)
{
	struct letter *l = server_letter(s, uid);

	if (!l || !l->listed)
		return;
	if (fault(s, 20)) { /* NO: it stays where it is, and is listed again */
		s->unmoved++;
		return;
	}
	l->listed = false;
	s->unmoved = 0;
	s->moved = mem_grow(s->moved, s->n_moved + 1, sizeof(*s->moved));
	s->moved[s->n_moved++] = uid;
}

void server_renumber(struct sim *s)
{
	size_t n = s->n_letters;

	sim_tell(s, "the mailbox is numbered anew");
	s->validity++;
	s->next_uid = 1;
	for (size_t i = s->first_listed; i < n; i++) {
		struct letter *l = s->letters[i];

		if (!l->listed)
			continue;
		l->listed = false;
		append(s, l)->again = l;
	}
	s->n_moved = 0;
	if (s->st)
		desk_wake(s, s->now);
}

/* --- the MTA --- */

struct post *server_post(struct sim *s, int64_t id)
{
	size_t need = (size_t)id + 1;

	if (need > s->cap_posts) {
		size_t cap = 2 * need;

		s->posts = mem_grow(s->posts, cap, sizeof(*s->posts));
		memset(s->posts + s->cap_posts, 0, (cap - s->cap_posts) * sizeof(*s->posts));
		s->cap_posts = cap;
	}
	return &s->posts[id];
}

struct delivered {
	struct outbox_row row;
	struct slice wire;
};

static void deliver(struct sim *s, void *arg)
{
	const struct delivered *d = arg;

	people_get(s, &d->row, d->wire);
}

/* RFC 3464, as the MTA of whoever is gone writes it. */
static void send_back(struct sim *s, void *arg)
{
	const struct delivered *d = arg;
	size_t head = slice_find(d->wire, SLICE("\r\n\r\n"));
	static const struct person postmaster = {.role = ROBOT, .addr = "MAILER-DAEMON@mx.example"};
	struct sbuf b = SBUF_INIT(1 << 20);

	sbuf_printf(&b,
		    "Return-Path: <>\r\nFrom: Mail Delivery System <MAILER-DAEMON@mx.example>\r\n"
		    "To: <%s>\r\nSubject: Undelivered Mail Returned to Sender\r\n"
		    "Auto-Submitted: auto-replied\r\nMessage-ID: <dsn.%lld.%llu@mx.example>\r\n"
		    "MIME-Version: 1.0\r\nContent-Type: multipart/report; "
		    "report-type=delivery-status; boundary=\"=b\"\r\n\r\n"
		    "--=b\r\nContent-Type: text/plain\r\n\r\n"
		    "I'm sorry to have to inform you that your message could not be delivered.\r\n"
		    "\r\n--=b\r\nContent-Type: message/delivery-status\r\n\r\n"
		    "Reporting-MTA: dns; mx.example\r\n\r\n"
		    "Final-Recipient: rfc822; %s\r\nAction: failed\r\nStatus: 5.1.1\r\n"
		    "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n"
		    "\r\n--=b\r\nContent-Type: text/rfc822-headers\r\n\r\n",
		    d->row.envelope_from, (long long)d->row.id, (unsigned long long)s->order,
		    d->row.to);
	sbuf_slice(&b, slice_sub(d->wire, 0, head));
	sbuf_cstr(&b, "\r\n\r\n--=b--\r\n");
	s->counted[N_BOUNCES]++;
	server_put(s, sbuf_view(&b), &postmaster, MEANT_AUTO, d->row.number, "delivery report");
	sbuf_free(&b);
}

static void taken(struct sim *s, const struct sending *x, struct slice wire)
{
	struct post *p = server_post(s, x->row.id);
	struct sha256 sha = sha256_of(wire.p, wire.n);
	struct person *to = people_find(s, x->row.to);
	struct delivered *d = arena_alloc(s->a, sizeof(*d));

	if (p->accepted++ == 0) {
		p->first_at = s->now;
		p->sha256 = sha;
		s->counted[N_MAILS]++;
	} else {
		s->counted[N_AGAIN]++;
	}
	if (memcmp(&p->sha256, &sha, sizeof(sha)) != 0)
		sim_fail(s, "mail %lld was sent twice, and not with the same bytes",
			 (long long)x->row.id);
	if (p->accepted > 1 + p->unheard)
		sim_fail(s, "mail %lld was taken %d times; of %d the desk never heard",
			 (long long)x->row.id, p->accepted, p->unheard);
	if (!to)
		sim_fail(s, "mail %lld goes to %s, whom nobody knows", (long long)x->row.id,
			 x->row.to);
	d->row = x->row;
	d->row.to = arena_str(s->a, x->row.to);
	d->row.number = arena_str(s->a, x->row.number);
	d->row.message_id = arena_str(s->a, x->row.message_id);
	d->row.envelope_from = arena_str(s->a, x->row.envelope_from);
	d->wire = (struct slice){arena_copy(s->a, wire.p, wire.n), wire.n};
	sim_at(s, s->now + chance_between(s, 1, TRANSIT_SECONDS),
	       to->role == GONE ? send_back : deliver, d);
}

void server_send(struct sim *s, struct sending *x, struct slice wire)
{
	const struct person *to = people_find(s, x->row.to);

	x->what = DELIVERY_ACCEPTED;
	if (to && to->role == REFUSED)
		x->what = DELIVERY_REFUSED;
	else if (fault(s, 40))
		x->what = DELIVERY_LATER;
	else if (fault(s, 15))
		x->what = DELIVERY_UNCERTAIN;
	if (x->what == DELIVERY_ACCEPTED || (x->what == DELIVERY_UNCERTAIN && chance(s, 500)))
		taken(s, x, wire);
	if (x->what == DELIVERY_UNCERTAIN)
		server_post(s, x->row.id)->unheard++;
}
