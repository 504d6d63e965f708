/* desk: mesad as its own programs drive the engine: list, keep, decide, move; timers; claims and
 * what became of them; one transaction for all that waits, and nothing leaves before its commit. */
#include "sim.h"

#include "mail/read.h"
#include "store/raw.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	TROUBLE_SECONDS = 60,
	TIMERS_A_BATCH = 64,
	LISTED_MAX = 4096,
	DEATHS = 6 /* of a thousand batches */
};

struct batch {
	int64_t now;
	bool listed_all; /* nothing lies on the server that was not decided */
	struct ledger_entry kept[SIM_IN_HAND];
	size_t n_kept;
	struct outcome out[SIM_IN_HAND];
	size_t n_decided, n_recorded;
	bool fired, back;
};

static int64_t desk_now(const struct sim *s)
{
	return s->now + s->skew;
}

/* --- coming and going --- */

static void outage(struct sim *s, int64_t from, int64_t to)
{
	if (s->n_outages == s->cap_outages) {
		s->cap_outages = s->cap_outages ? 2 * s->cap_outages : 64;
		s->outages = mem_grow(s->outages, s->cap_outages, sizeof(*s->outages));
	}
	s->outages[s->n_outages++] = (struct outage){from, to};
}

static void come_up(struct sim *s, void *arg)
{
	(void)arg;
	if (!s->st)
		desk_up(s);
}

static void leave(struct sim *s)
{
	for (size_t i = 0; i < s->n_sending; i++) {
		server_post(s, s->sending[i].row.id)->unheard += 1;
		arena_free(&s->sending[i].a);
	}
	s->n_sending = s->n_hand = s->n_moved = s->n_light = 0;
	s->wake_at = 0;
	sqlite3_close(s->look);
	s->look = NULL;
	engine_free(&s->en);
	store_close(&s->st);
}

/* A second, some minutes, a night; rarely a long weekend. */
static int64_t absence(struct sim *s)
{
	static const int64_t most[] = {5,	 5,	    10 * MINUTE, 10 * MINUTE,
				       3 * HOUR, 14 * HOUR, 80 * HOUR};

	return chance_between(s, 1, most[chance_below(s, COUNT(most))]);
}

static void away(struct sim *s)
{
	int64_t back = s->now + (s->calm ? 1 : absence(s));

	outage(s, s->now, back);
	sim_at(s, back, come_up, NULL);
}

/* The process dies (or, cut, the machine) within whatever it does. */
static void fall(struct sim *s, const char *where)
{
	bool cut = chance(s, 300);

	sim_tell(s, "%s %s", cut ? "the power goes" : "mesad is killed", where);
	s->counted[cut ? N_CUTS : N_CRASHES]++;
	for (size_t i = 0; cut && i < s->n_light; i++)
		server_post(s, s->light[i])->unheard++;
	disk_die();
	leave(s);
	disk_revive(s, cut);
	away(s);
}

static void stop(struct sim *s, void *arg)
{
	struct err e;

	(void)arg;
	if (s->st && !s->calm) {
		sim_tell(s, "mesad is stopped");
		if (!engine_begin(s->en, &e) || !store_meta_set(s->st, "clean", SLICE("yes"), &e) ||
		    !engine_commit(s->en, false, &e))
			engine_abandon(s->en);
		leave(s);
		away(s);
	}
	if (!s->calm)
		sim_at(s, s->now + chance_between(s, DAY, 12 * DAY), stop, NULL);
}

static const char *copy_path(struct sim *s)
{
	return arena_printf(s->a, "%s/copy", s->dir);
}

void desk_copy(struct sim *s, void *arg)
{
	struct err e;

	if (!s->st) { /* later, when it runs */
		sim_at(s, s->now + HOUR, desk_copy, arg);
		return;
	}
	if (!store_backup(s->st, copy_path(s), &e))
		sim_fail(s, "the copy: %s", e.text);
	s->copied = s->now;
}

static void copy_file(struct sim *s, const char *from, const char *to)
{
	FILE *in = fopen(from, "r"), *out = fopen(to, "w");
	char buf[1 << 16];
	size_t n;

	if (!in || !out)
		sim_fail(s, "cannot put the copy back");
	while ((n = fread(buf, 1, sizeof(buf), in)) > 0)
		fwrite(buf, 1, n, out);
	fclose(in);
	fclose(out);
}

void desk_put_back(struct sim *s, void *arg)
{
	const char *path = arena_printf(s->a, "%s/%s", s->dir, STORE_FILE);

	if (!s->st || !s->copied || s->skew) {
		sim_at(s, s->now + HOUR, desk_put_back, arg);
		return;
	}
	sim_tell(s, "an older copy is put back");
	leave(s);
	outage(s, s->copied, s->now); /* what it did since is done once more */
	copy_file(s, copy_path(s), path);
	unlink(arena_printf(s->a, "%s-wal", path));
	unlink(arena_printf(s->a, "%s-shm", path));
	s->put_back = true;
	s->durable = 0;
	desk_up(s);
}

/* The hour is right from now on. */
static void set_right(struct sim *s, void *arg)
{
	(void)arg;
	s->skew = 0;
	if (s->st)
		desk_wake(s, s->now);
}

/* What was moved away on the server must be in the ledger, with its fate. */
static void nothing_lost(struct sim *s)
{
	int64_t there = sim_number(s,
				   "select count(*) from mail where uidvalidity = %u and fate is "
				   "not null",
				   s->validity),
		moved = 0;

	for (size_t i = s->n_letters; i-- > 0 && s->letters[i]->validity == s->validity;)
		moved += !s->letters[i]->listed;
	if (there < moved && !s->put_back)
		sim_fail(s, "%lld mails were moved away, and %lld have a fate", (long long)moved,
			 (long long)there);
}

void desk_up(struct sim *s)
{
	struct arena *a = arena_new();
	struct slice clean = {NULL, 0};
	enum trouble t;
	struct err e;
	char path[96];

	/* a board without a battery, until the network tells the hour */
	s->skew = s->n_outages && fault(s, 100) ? -chance_between(s, HOUR, 400 * DAY) : 0;
	if (s->skew) {
		int64_t right = s->now + chance_between(s, 1, 20 * MINUTE);

		outage(s, s->now, right);
		sim_at(s, right, set_right, NULL);
	}
	s->st = store_open(s->dir, STORE_WRITE, &t, &e);
	if (!s->st)
		sim_fail(s, "the database does not open: %s", e.text);
	store_meta_get(s->st, a, "clean", &clean);
	s->en = engine_new(s->st, conf_get(s->conf), s->templates, &e);
	if (!s->en || !engine_begin(s->en, &e))
		sim_fail(s, "no engine: %s", e.text);
	if (slice_eq(clean, SLICE("no")))
		ledger_desk_died(s->st, &e);
	if (!store_meta_set(s->st, "clean", SLICE("no"), &e) ||
	    !outbox_wake(s->st, desk_now(s), &e) || !engine_commit(s->en, false, &e) ||
	    !engine_restored(s->en, desk_now(s), &e))
		sim_fail(s, "the start: %s", e.text);
	snprintf(path, sizeof(path), "%s/%s", s->dir, STORE_FILE);
	if (sqlite3_open_v2(path, &s->look, SQLITE_OPEN_READONLY, NULL) != SQLITE_OK)
		sim_fail(s, "cannot look");
	if (sim_number(s, "select coalesce(max(id), 0) from event") < s->durable)
		sim_fail(s, "events up to %lld were durable, and are gone", (long long)s->durable);
	nothing_lost(s);
	s->open_after = 0;
	s->recovering = true;
	s->n_hand = 0;
	arena_free(&a);
	if (s->n_outages == 0)
		sim_at(s, s->now + 2 * DAY, stop, NULL);
	desk_wake(s, s->now);
}

/* --- a batch --- */

static const char *mailbox(const struct sim *s)
{
	return conf_get(s->conf)->mailboxes[0].name;
}

static bool in_hand(const struct sim *s, uint32_t uid)
{
	for (size_t i = 0; i < s->n_hand; i++)
		if (s->hand[i].key.uid == uid && s->hand[i].key.uidvalidity == s->validity)
			return true;
	return false;
}

static bool keep(struct sim *s, struct batch *b, struct letter *l, struct err *e)
{
	struct ledger_key key = {mailbox(s), s->validity, l->uid};
	struct arena *a = arena_new();
	int64_t at = l->at < b->now ? l->at : b->now;
	int64_t id = engine_keep(s->en, &key, l->raw, (int64_t)l->raw.n, at, false, b->now, e);
	bool ok = id && ledger_get(s->st, a, id, &b->kept[b->n_kept], e);

	if (ok)
		b->kept[b->n_kept++].key.mailbox = mailbox(s);
	arena_free(&a);
	return ok;
}

/* The listing against the ledger: what is new is kept, what has its fate is moved. */
static bool list(struct sim *s, struct batch *b, struct err *e)
{
	uint32_t uids[LISTED_MAX];
	enum ledger_need need[LISTED_MAX];
	size_t n = 0;

	for (size_t i = s->first_listed; i < s->n_letters && n < LISTED_MAX; i++) {
		if (s->letters[i]->listed)
			uids[n++] = s->letters[i]->uid;
		else if (n == 0)
			s->first_listed = i + 1;
	}
	if (!ledger_reconcile(s->st, mailbox(s), s->validity, uids, n, e) ||
	    !ledger_needs(s->st, mailbox(s), s->validity, uids, n, need, e))
		return false;
	b->listed_all = n < LISTED_MAX;
	for (size_t i = 0; i < n; i++) {
		if (need[i] == LEDGER_FINISH || need[i] == LEDGER_DONE) {
			server_move(s, uids[i]);
			continue;
		}
		b->listed_all = false;
		if (need[i] == LEDGER_FETCH && !b->back && b->n_kept + s->n_hand < SIM_IN_HAND &&
		    !in_hand(s, uids[i]) && !keep(s, b, server_letter(s, uids[i]), e))
			return false;
	}
	return true;
}

/* What an earlier life kept and did not decide. */
static bool recover(struct sim *s, struct err *e)
{
	struct arena *a = arena_new();
	struct ledger_entry *open;
	size_t n = 0;
	bool ok = ledger_open(s->st, a, s->open_after, SIM_IN_HAND, &open, &n, e);

	for (size_t i = 0; ok && i < n; i++) {
		s->hand[s->n_hand] = open[i];
		s->hand[s->n_hand++].key.mailbox = mailbox(s);
		s->open_after = open[i].id;
	}
	s->recovering = ok && n > 0;
	arena_free(&a);
	return ok;
}

/* As the parser's process reads it and the desk believes it. */
static bool read_entry(struct sim *s, struct arena *a, const struct ledger_entry *en,
		       struct slice *raw, struct facts *f, struct err *e)
{
	struct sbuf packed = SBUF_INIT(64 << 20);
	struct facts read;
	bool ok = raw_get(s->st, a, en->raw, raw, e);

	if (ok) {
		read_mail(a, *raw, &read);
		facts_pack(&packed, &read);
		ok = facts_unpack(a, sbuf_view(&packed), (int64_t)raw->n, f) ||
		     err_set(e, "facts are not to be believed");
	}
	sbuf_free(&packed);
	return ok;
}

static bool forged(struct sim *s, const struct ledger_entry *en)
{
	const struct letter *l = server_letter_of(s, en->key.uidvalidity, en->key.uid);

	return l && l->meant == MEANT_FORGED;
}

static bool decide(struct sim *s, struct batch *b, struct err *e)
{
	/* a forged one alone, so that what it did can be told from what others did */
	while (b->n_decided < s->n_hand) {
		const struct ledger_entry *en = &s->hand[b->n_decided];
		struct slice raw;
		struct facts f;

		if (b->n_decided && (forged(s, en) || forged(s, en - 1)))
			break;
		if (!read_entry(s, s->batch, en, &raw, &f, e) ||
		    !engine_mail(s->en, s->batch, en, raw, &f, b->now, &b->out[b->n_decided], e))
			return false;
		b->n_decided++;
	}
	return true;
}

static bool record(struct sim *s, struct batch *b, struct err *e)
{
	for (; b->n_recorded < s->n_sending; b->n_recorded++) {
		struct sending *x = &s->sending[b->n_recorded];

		if (!engine_sent(s->en, &x->row, x->what,
				 x->what == DELIVERY_ACCEPTED ? "250 ok" : "4xx",
				 (uint32_t)chance_next(s), b->now, e))
			return false;
	}
	return true;
}

static bool fire(struct sim *s, struct batch *b, struct err *e)
{
	struct timer *due;
	struct digest_row *rows;
	size_t n = 0;

	if (b->back)
		return true;
	if (!timers_due(s->st, s->batch, b->now, TIMERS_A_BATCH, &due, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		/* a close only once all that had come before it was read */
		if (due[i].kind == TIMER_CLOSE && (!b->listed_all || s->n_hand || b->n_kept))
			continue;
		if (!engine_timer(s->en, &due[i], b->now, e))
			return false;
		b->fired = true;
	}
	if (!digests_due(s->st, s->batch, b->now, SIM_IN_HAND, &rows, &n, e))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (!engine_digest(s->en, &rows[i], b->now, e))
			return false;
		b->fired = true;
	}
	return true;
}

static bool claim(struct sim *s, struct batch *b, struct outbox_row **rows, size_t *n,
		  struct err *e)
{
	int64_t busy[SIM_SENDING];

	for (size_t i = 0; i < s->n_sending; i++)
		busy[i] = s->sending[i].row.id;
	return engine_claim(s->en, s->batch, b->now, busy, s->n_sending, SIM_SENDING, rows, n, e);
}

/* Only now may anything leave the house. False: it fell meanwhile. */
static bool hand_out(struct sim *s, const struct outbox_row *rows, size_t n)
{
	s->sending = mem_grow(s->sending, SIM_SENDING, sizeof(*s->sending));
	for (size_t i = 0; i < n; i++) {
		struct sending *x = &s->sending[s->n_sending++];
		struct sbuf wire = SBUF_INIT(64 << 20);
		struct err e;

		*x = (struct sending){.row = rows[i], .a = arena_new()};
		x->row.to = arena_str(x->a, rows[i].to);
		x->row.number = arena_str(x->a, rows[i].number);
		x->row.message_id = arena_str(x->a, rows[i].message_id);
		x->row.envelope_from = arena_str(x->a, rows[i].envelope_from);
		if (!engine_wire(s->en, x->a, x->row.id, &wire, &e))
			sim_fail(s, "the bytes of mail %lld: %s", (long long)x->row.id, e.text);
		server_send(s, x, sbuf_view(&wire));
		sbuf_free(&wire);
		if (fault(s, DEATHS / 3)) {
			fall(s, "while the MTA has its mail");
			return false;
		}
	}
	return true;
}

static void committed(struct sim *s, struct batch *b)
{
	const struct news *news;
	size_t n = engine_news(s->en, &news);

	for (size_t i = 0; i < n; i++)
		if (str_eq(news[i].event, "closed") && str_eq(news[i].actor, "system"))
			truth_closed(s, news[i].number);
	for (size_t i = 0; i < b->n_decided; i++) {
		struct letter *l =
			server_letter_of(s, s->hand[i].key.uidvalidity, s->hand[i].key.uid);

		if (l->meant == MEANT_FORGED)
			truth_forged(s, l, news, n);
		truth_decided(s, l, &b->out[i]);
		if (l->validity == s->validity)
			server_move(s, l->uid);
	}
	s->n_hand -= b->n_decided;
	memmove(s->hand, s->hand + b->n_decided, s->n_hand * sizeof(*s->hand));
	memcpy(s->hand + s->n_hand, b->kept, b->n_kept * sizeof(*s->hand));
	s->n_hand += b->n_kept;
	for (size_t i = 0; i < s->n_sending; i++)
		arena_free(&s->sending[i].a);
	s->n_sending = s->n_moved = 0;
}

static bool fill(struct sim *s, struct batch *b, struct outbox_row **rows, size_t *n, struct err *e)
{
	return list(s, b, e) && (b->back || decide(s, b, e)) &&
	       ledger_finished(s->st, mailbox(s), s->validity, s->moved, s->n_moved, e) &&
	       record(s, b, e) && fire(s, b, e) && claim(s, b, rows, n, e);
}

/* What a light commit holds a power cut may take, until the next full one. */
static void remember(struct sim *s, bool light)
{
	if (!light) {
		s->durable = sim_number(s, "select coalesce(max(id), 0) from event");
		s->n_light = 0;
		return;
	}
	for (size_t i = 0; i < s->n_sending; i++) {
		s->light = mem_grow(s->light, s->n_light + 1, sizeof(*s->light));
		s->light[s->n_light++] = s->sending[i].row.id;
	}
}

/* One transaction. True: there may be more to do at once. */
static bool batch(struct sim *s)
{
	struct batch b = {.now = desk_now(s)};
	struct outbox_row *rows = NULL;
	size_t n = 0, had_moved = s->n_moved;
	struct err e = {"could not begin"};
	bool light;

	b.back = engine_is_behind(s->en, b.now);
	if (b.back && !engine_clock_behind(s->en, b.now, &e))
		sim_fail(s, "a clock behind: %s", e.text);
	disk_full(fault(s, 2));
	if (!engine_begin(s->en, &e) || !fill(s, &b, &rows, &n, &e))
		goto undone;
	if (fault(s, DEATHS)) {
		fall(s, "before its commit");
		return false;
	}
	light = !b.n_kept && !b.n_decided && !b.fired && s->n_hand == 0;
	if (!engine_commit(s->en, light, &e))
		goto undone;
	remember(s, light);
	committed(s, &b);
	if (fault(s, DEATHS)) {
		fall(s, "after its commit");
		return false;
	}
	return hand_out(s, rows, n) &&
	       (b.n_kept || b.n_decided || n || b.n_recorded || b.fired || had_moved);
undone:
	engine_abandon(s->en);
	if (store_trouble(s->st) != TROUBLE_FULL)
		sim_fail(s, "a batch failed: %s", e.text);
	sim_tell(s, "the disk is full");
	outage(s, s->now, s->now + TROUBLE_SECONDS);
	disk_full(false);
	desk_wake(s, s->now + TROUBLE_SECONDS);
	return false;
}

static int64_t least(int64_t a, int64_t b)
{
	return a < b ? a : b;
}

static void look(struct sim *s, void *arg)
{
	int64_t next;
	bool more = true;

	(void)arg;
	if (!s->st || s->wake_at != s->now)
		return;
	s->wake_at = 0;
	while (more) {
		struct err e;

		if (s->recovering && s->n_hand == 0 && !recover(s, &e))
			sim_fail(s, "recovery: %s", e.text);
		s->batch = arena_new();
		more = batch(s) || (s->st && s->recovering);
		arena_free(&s->batch);
	}
	if (!s->st || s->wake_at || s->skew) /* it is woken when the hour is right */
		return;
	next = least(timers_next(s->st, desk_now(s)), outbox_next(s->st, desk_now(s)));
	if (next != INT64_MAX)
		desk_wake(s, next);
	if (s->unmoved)
		desk_wake(s, s->now + SIM_POLL_SECONDS);
}

void desk_wake(struct sim *s, int64_t at)
{
	at = at > s->now ? at : s->now;
	if (s->wake_at && s->wake_at <= at)
		return;
	s->wake_at = at;
	sim_at(s, at, look, NULL);
}
