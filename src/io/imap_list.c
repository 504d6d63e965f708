#include "base/str.h"
#include "io/imap_session.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LIST_TRIES = 4 };

bool imap_select(struct imap *m, const char *folder, struct err *e)
{
	char *name;

	if (!imap_folder_name(m->names, folder, &name)) {
		m->fault = FAULT_CONFIG;
		return err_set(e, "folder: its name is no valid text");
	}
	imap_limit(m, 0);
	if (!imap_ok(m, mailimap_select(m->session, name), FAULT_FOLDER, "SELECT", e))
		return false;
	if (imap_uidvalidity(m) != 0)
		return true;
	m->fault = FAULT_PROTOCOL;
	return err_set(e, "SELECT: the server gives no UIDVALIDITY");
}

uint32_t imap_uidvalidity(const struct imap *m)
{
	const struct mailimap_selection_info *info = m->session->imap_selection_info;

	return info ? info->sel_uidvalidity : 0;
}

uint32_t imap_exists(const struct imap *m)
{
	const struct mailimap_selection_info *info = m->session->imap_selection_info;

	return info ? info->sel_exists : 0;
}

/* --- searches --- */

static int compare_uid(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* Servers need not sort, and nothing keeps a hostile one from saying 0 or a number twice. */
static void tidy(struct imap_uids *u, uint32_t from)
{
	size_t n = 0;

	qsort(u->uid, u->n, sizeof *u->uid, compare_uid);
	for (size_t i = 0; i < u->n; i++)
		if (u->uid[i] >= from && u->uid[i] != 0 && (n == 0 || u->uid[i] != u->uid[n - 1]))
			u->uid[n++] = u->uid[i];
	u->n = n;
}

/* Takes key over. */
static bool search(struct imap *m, struct mailimap_search_key *key, uint32_t from,
		   struct imap_uids *out, struct err *e)
{
	clist *found = NULL;
	int rc;

	*out = (struct imap_uids){0};
	if (imap_exists(m) > IMAP_MESSAGES_MAX) {
		mailimap_search_key_free(key);
		m->fault = FAULT_SERVER;
		return err_set(e, "the folder holds %u mails, more than %d", imap_exists(m),
			       IMAP_MESSAGES_MAX);
	}
	imap_limit(m, (int64_t)imap_exists(m) * IMAP_UID_BYTES);
	rc = mailimap_uid_search(m->session, NULL, key, &found);
	mailimap_search_key_free(key);
	if (!imap_ok(m, rc, FAULT_SERVER, "SEARCH", e))
		return false;
	out->uid = mem_array((size_t)clist_count(found) + 1, sizeof *out->uid);
	for (clistiter *it = clist_begin(found); it; it = clist_next(it))
		out->uid[out->n++] = *(uint32_t *)clist_content(it);
	mailimap_search_result_free(found);
	tidy(out, from);
	return true;
}

static struct mailimap_search_key *from_on(uint32_t from)
{
	/* "n:*" always holds the last mail, even one below n: tidy() drops it. */
	return from <= 1 ? mailimap_search_key_new_all()
			 : mailimap_search_key_new_uid(mailimap_set_new_interval(from, 0));
}

bool imap_list(struct imap *m, uint32_t from, struct imap_uids *uids, struct err *e)
{
	/* A server may answer and then, before the end, tell of mail that is not in the answer. */
	for (int i = 0; i < LIST_TRIES; i++) {
		uint32_t before = imap_exists(m);

		if (!search(m, from_on(from), from, uids, e))
			return false;
		if (imap_exists(m) <= before)
			break;
		if (i + 1 < LIST_TRIES)
			free(uids->uid);
	}
	return true;
}

bool imap_still(struct imap *m, const struct imap_uids *uids, struct imap_uids *there,
		struct err *e)
{
	return search(m, mailimap_search_key_new_uid(imap_set(uids, 0, uids->n)), 1, there, e);
}

bool imap_count_since(struct imap *m, int64_t since, size_t *before, size_t *after, struct err *e)
{
	struct imap_uids new = {0};
	time_t at = (time_t)since;
	struct tm tm;
	bool ok;

	gmtime_r(&at, &tm);
	ok = search(m,
		    mailimap_search_key_new_since(
			    mailimap_date_new(tm.tm_mday, tm.tm_mon + 1, tm.tm_year + 1900)),
		    1, &new, e);
	*after = new.n;
	*before = imap_exists(m) > new.n ? imap_exists(m) - new.n : 0;
	free(new.uid);
	return ok;
}

/* --- sizes and dates --- */

static int64_t utc(const struct mailimap_date_time *d)
{
	struct tm tm = {.tm_mday = d->dt_day,
			.tm_mon = d->dt_month - 1,
			.tm_year = d->dt_year - 1900,
			.tm_hour = d->dt_hour,
			.tm_min = d->dt_min,
			.tm_sec = d->dt_sec};
	int zone = d->dt_zone; /* -530 is five and a half hours */
	int64_t at;

	if (d->dt_year < 1970 || d->dt_year > 9999)
		return 0;
	at = (int64_t)timegm(&tm) - ((int64_t)(zone / 100) * 3600 + (int64_t)(zone % 100) * 60);
	return at > 0 ? at : 0;
}

static const struct mailimap_msg_att_static *fixed_item(const clistiter *it)
{
	const struct mailimap_msg_att_item *item = it->data;

	return item->att_type == MAILIMAP_MSG_ATT_ITEM_STATIC ? item->att_data.att_static : NULL;
}

static struct imap_size read_size(const struct mailimap_msg_att *att)
{
	struct imap_size out = {.size = -1};

	for (const clistiter *it = att->att_list->first; it; it = it->next) {
		const struct mailimap_msg_att_static *s = fixed_item(it);

		if (!s)
			continue;
		if (s->att_type == MAILIMAP_MSG_ATT_UID)
			out.uid = s->att_data.att_uid;
		else if (s->att_type == MAILIMAP_MSG_ATT_RFC822_SIZE)
			out.size = s->att_data.att_rfc822_size;
		else if (s->att_type == MAILIMAP_MSG_ATT_INTERNALDATE &&
			 s->att_data.att_internal_date)
			out.internaldate = utc(s->att_data.att_internal_date);
	}
	return out;
}

static bool asked_for(const struct imap_uids *uids, uint32_t uid)
{
	return bsearch(&uid, uids->uid, uids->n, sizeof uid, compare_uid) != NULL;
}

static void take_sizes(const clist *list, const struct imap_uids *uids, struct imap_size *out,
		       size_t *n)
{
	for (const clistiter *it = list->first; it && *n < uids->n; it = it->next) {
		struct imap_size one = read_size(it->data);

		if (one.size >= 0 && asked_for(uids, one.uid))
			out[(*n)++] = one;
	}
}

bool imap_sizes(struct imap *m, const struct imap_uids *uids, struct imap_size *out, size_t *n_r,
		struct err *e)
{
	struct mailimap_set *set = imap_set(uids, 0, uids->n);
	struct mailimap_fetch_type *what = mailimap_fetch_type_new_fetch_att_list_empty();
	clist *list = NULL;
	int rc;

	*n_r = 0;
	mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_uid());
	mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_rfc822_size());
	mailimap_fetch_type_new_fetch_att_list_add(what, mailimap_fetch_att_new_internaldate());
	imap_limit(m, (int64_t)uids->n * IMAP_SIZE_BYTES);
	rc = mailimap_uid_fetch(m->session, set, what, &list);
	mailimap_fetch_type_free(what);
	mailimap_set_free(set);
	if (!imap_ok(m, rc, FAULT_SERVER, "FETCH of sizes", e))
		return false;
	take_sizes(list, uids, out, n_r);
	mailimap_fetch_list_free(list);
	return true;
}
