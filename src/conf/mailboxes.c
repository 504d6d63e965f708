/* mesad.yaml: the mailboxes that are read and the server that mail leaves by. */
#include "base/text.h"
#include "conf/load.h"

#include <string.h>

enum { DAY = 86400, MAILBOXES_MAX = 32, ALIASES_MAX = 100 };
/* 2026, before this program was: a clock that says less was never set and cannot judge a date. */
enum { CLOCK_LEAST = 1767225600 };

struct mailbox_row {
	const struct node *at;
	const char *name, *address;
	const struct node *imap, *start, *aliases;
	int64_t poll;
	bool plus;
};

struct imap_row {
	struct server_row server;
	const char *folder;
	const struct node *after;
};

struct smtp_row {
	struct server_row server;
	const char *from;
};

struct after_row {
	const char *move;
};

static const struct key mailbox_keys[] = {
	{.name = "name", .read = read_id, .offset = offsetof(struct mailbox_row, name)},
	{.name = "address",
	 .read = read_address,
	 .offset = offsetof(struct mailbox_row, address),
	 .required = true},
	{.name = "aliases", .read = read_node, .offset = offsetof(struct mailbox_row, aliases)},
	{.name = "imap",
	 .read = read_node,
	 .offset = offsetof(struct mailbox_row, imap),
	 .required = true},
	{.name = "start", .read = read_node, .offset = offsetof(struct mailbox_row, start)},
	{.name = "poll",
	 .read = read_seconds,
	 .offset = offsetof(struct mailbox_row, poll),
	 .otherwise = "60s",
	 .min = 1,
	 .max = DAY},
	{.name = "plus_addresses", .read = read_bool, .offset = offsetof(struct mailbox_row, plus)},
};

static const struct key imap_keys[] = {
	SERVER_KEYS(struct imap_row, server),
	{.name = "folder",
	 .read = read_str,
	 .offset = offsetof(struct imap_row, folder),
	 .otherwise = "INBOX",
	 .min = 1,
	 .max = 255},
	{.name = "after", .read = read_node, .offset = offsetof(struct imap_row, after)},
};

static const struct key smtp_keys[] = {
	SERVER_KEYS(struct smtp_row, server),
	{.name = "from", .read = read_address, .offset = offsetof(struct smtp_row, from)},
};

static const struct key after_keys[] = {
	{.name = "move",
	 .read = read_str,
	 .offset = offsetof(struct after_row, move),
	 .otherwise = "",
	 .required = true,
	 .min = 1,
	 .max = 255},
};

/* INBOX, and it alone, is the same folder in any case (RFC 9051 section 5.1). */
static bool same_folder(const char *a, const char *b)
{
	return str_eq(a, b) ||
	       (slice_ieqs(slice_of(a), "INBOX") && slice_ieqs(slice_of(b), "INBOX"));
}

/* {move: Carpeta}, or `flag`. */
static const char *after(struct load *l, const struct node *at, const char *folder)
{
	struct after_row row = {.move = "Procesados"};

	if (!at)
		return row.move;
	if (at->kind == NODE_SCALAR && str_eq(at->text, "flag"))
		return "";
	if (at->kind != NODE_MAP) {
		tell(&l->r, at, DIAG_ERROR, "escriba {move: Carpeta}, o flag para solo marcarlo",
		     "no se entiende qué hacer con el correo ya leído");
		return "";
	}
	schema_read(&l->r, at, after_keys, COUNT(after_keys), &row);
	if (same_folder(row.move, folder))
		tell(&l->r, at, DIAG_ERROR, "elija otra carpeta",
		     "es la misma carpeta de la que se lee");
	return row.move;
}

/* With a day that has not come all mail is older, and nothing would ever become a case. */
static void start_date(struct load *l, struct mailbox_conf *m, const struct node *at, int64_t day)
{
	struct civil c = zone_civil(&(struct zone){.name = ""}, day * DAY);

	m->start = START_DATE;
	m->start_value = zone_utc(l->p->zone, c);
	if (l->now >= CLOCK_LEAST && m->start_value > l->now + DAY)
		tell(&l->r, at, DIAG_ERROR,
		     "ponga la fecha de hoy o una anterior, o un tiempo como 12h",
		     "«%.60s» no ha llegado: todo el correo sería viejo y ninguno un caso",
		     at->text);
}

/* `all`, how old at most, or a date of the entity's calendar. */
static void start(struct load *l, struct mailbox_conf *m, const struct node *at)
{
	struct duration d;
	int64_t day;

	m->start = START_AGE;
	m->start_value = DAY / 2;
	if (!at || !is_scalar(&l->r, at))
		return;
	if (str_eq(at->text, "all")) {
		m->start = START_ALL;
		m->start_value = 0;
	} else if (date_read(slice_of(at->text), &day)) {
		start_date(l, m, at, day);
	} else if (duration_read(slice_of(at->text), &d)) {
		m->start_value = d.seconds + (int64_t)d.days * DAY;
	} else {
		tell(&l->r, at, DIAG_ERROR, "escriba 12h, 2d, all o una fecha como 2026-11-30",
		     "«%.60s» no dice desde cuándo leer", at->text);
	}
}

static void imap(struct load *l, struct mailbox_conf *m, const struct node *at)
{
	struct imap_row row = {0};

	schema_read(&l->r, at, imap_keys, COUNT(imap_keys), &row);
	m->folder = row.folder;
	if (!at || at->kind != NODE_MAP)
		return;
	m->move_to = after(l, row.after, row.folder);
	load_server(l, &row.server, at, m->address);
	m->imap = row.server.s;
}

static void add_address(struct load *l, const char **list, const char *addr)
{
	for (size_t i = 0; i < l->p->n_addresses; i++) {
		if (address_same(list[i], addr))
			return;
	}
	if (l->p->n_addresses < MAILBOXES_MAX + ALIASES_MAX)
		list[l->p->n_addresses++] = addr;
}

static void aliases(struct load *l, const char **list, const struct node *at)
{
	static const struct key item = {.name = "aliases"};
	const struct node *one;

	if (!at || node_blank(at))
		return;
	for (one = at->kind == NODE_LIST ? at->first : at; one;
	     one = at->kind == NODE_LIST ? one->next : NULL) {
		const char *addr = NULL;

		read_any_address(&l->r, &item, one, &addr);
		if (addr)
			add_address(l, list, addr);
	}
}

static char *name_of(struct arena *a, const char *addr)
{
	return arena_strn(a, addr, strcspn(addr, "@+"));
}

static void one_mailbox(struct load *l, struct mailbox_conf *m, const struct mailbox_row *row)
{
	m->address = row->address ? row->address : "";
	m->name = row->name ? row->name : name_of(l->r.a, m->address);
	m->poll_seconds = row->poll;
	m->folder = m->move_to = "";
	imap(l, m, row->imap);
	start(l, m, row->start);
}

static bool same_account(const struct server_conf *a, const struct server_conf *b)
{
	return !str_empty(a->host) && !str_empty(b->host) && a->port == b->port &&
	       slice_ieqs(slice_of(a->host), b->host) && slice_ieqs(slice_of(a->user), b->user);
}

/* What one mailbox is done with must not come to another as new. */
static void check_move(struct load *l, size_t i, const struct mailbox_row *row)
{
	const struct mailbox_conf *m = &l->c->mailboxes[i];
	const struct node *said = node_get(row->imap, "after");

	for (size_t j = 0; *m->move_to && j < l->c->n_mailboxes; j++) {
		const struct mailbox_conf *other = &l->c->mailboxes[j];

		if (j == i || !same_account(&m->imap, &other->imap) ||
		    !same_folder(m->move_to, other->folder))
			continue;
		tell(&l->r, said ? said : row->imap, DIAG_ERROR,
		     "elija en after otra carpeta: {move: Procesados-2}, o flag",
		     "de «%.60s» lee el buzón «%.60s»: lo movido volvería a entrar", m->move_to,
		     other->name);
		return;
	}
}

void load_mailboxes(struct load *l, const struct node *at)
{
	size_t n;
	struct mailbox_row *rows =
		schema_rows(&l->r, at, mailbox_keys, COUNT(mailbox_keys), sizeof *rows, &n);
	const char **names = arena_array(l->r.a, n, sizeof *names);

	if (at && !n)
		tell(&l->r, at, DIAG_ERROR, "añada al menos uno", "no hay ningún buzón");
	if (n > MAILBOXES_MAX) {
		tell(&l->r, at, DIAG_ERROR, "redúzcala", "hay más de %d buzones", MAILBOXES_MAX);
		return;
	}
	l->c->mailboxes = arena_array(l->r.a, n, sizeof *l->c->mailboxes);
	l->c->n_mailboxes = n;
	for (size_t i = 0; i < n; i++) {
		struct mailbox_conf *m = &l->c->mailboxes[i];

		one_mailbox(l, m, &rows[i]);
		names[i] = m->name;
		is_first(&l->r, rows[i].at, "el buzón", m->name, names, i);
		l->p->plus_addresses |= i == 0 && rows[i].plus;
	}
	for (size_t i = 0; i < n; i++)
		check_move(l, i, &rows[i]);
	l->mailbox_rows = rows;
}

/* The desk's own addresses, the one that it writes from first. */
static void own_addresses(struct load *l)
{
	const struct mailbox_row *rows = l->mailbox_rows;
	const char **list = arena_array(l->r.a, MAILBOXES_MAX + ALIASES_MAX, sizeof *list);

	if (*l->c->smtp_from)
		add_address(l, list, l->c->smtp_from);
	for (size_t i = 0; i < l->c->n_mailboxes; i++) {
		if (*l->c->mailboxes[i].address)
			add_address(l, list, l->c->mailboxes[i].address);
		aliases(l, list, rows[i].aliases);
	}
	l->p->addresses = list;
}

void load_smtp(struct load *l, const struct node *root, const struct node *at)
{
	struct smtp_row row = {0};

	l->c->smtp =
		(struct server_conf){.host = "", .ca_file = "", .user = "", .password_file = ""};
	l->c->smtp.oauth = (struct oauth2_conf){"", "", "", "", "", ""};
	schema_read(&l->r, at, smtp_keys, COUNT(smtp_keys), &row);
	l->c->smtp_from = row.from ? row.from : l->c->n_mailboxes ? l->c->mailboxes[0].address : "";
	own_addresses(l);
	if (!at || node_blank(at)) {
		tell(&l->r, at ? at : root, DIAG_WARNING, "añada smtp con su servidor de salida",
		     "sin «smtp» no sale ningún correo");
		return;
	}
	if (at->kind != NODE_MAP)
		return;
	l->c->has_smtp = true;
	load_server(l, &row.server, at, NULL);
	l->c->smtp = row.server.s;
}
