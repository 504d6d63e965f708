#include "base/str.h"
#include "io/imap_session.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* --- the keyword --- */

static bool keyword_allowed(const struct imap *m)
{
	const struct mailimap_selection_info *info = m->session->imap_selection_info;

	if (!info || !info->sel_perm_flags)
		return false;
	for (clistiter *it = clist_begin(info->sel_perm_flags); it; it = clist_next(it)) {
		const struct mailimap_flag_perm *perm = clist_content(it);

		if (perm->fl_type == MAILIMAP_FLAG_PERM_ALL)
			return true;
		if (perm->fl_flag && perm->fl_flag->fl_type == MAILIMAP_FLAG_KEYWORD &&
		    strcasecmp(perm->fl_flag->fl_data.fl_keyword, IMAP_KEYWORD) == 0)
			return true;
	}
	return false;
}

bool imap_mark(struct imap *m, const struct imap_uids *uids, struct err *e)
{
	struct mailimap_set *set = imap_set(uids, 0, uids->n);
	struct mailimap_flag_list *flags = mailimap_flag_list_new_empty();
	struct mailimap_store_att_flags *store;
	int rc;

	/* The library frees the keyword with the flag, by free(). */
	mailimap_flag_list_add(
		flags, keyword_allowed(m) ? mailimap_flag_new_flag_keyword(mem_str(IMAP_KEYWORD))
					  : mailimap_flag_new_seen());
	store = mailimap_store_att_flags_new_add_flags_silent(flags);
	imap_limit(m, (int64_t)uids->n * IMAP_SIZE_BYTES);
	rc = mailimap_uid_store(m->session, set, store);
	mailimap_store_att_flags_free(store);
	mailimap_set_free(set);
	return imap_ok(m, rc, FAULT_SERVER, "STORE", e);
}

/* --- the folder --- */

/* What separates the levels of a folder's name; '\0': no levels, or not told. */
static char delimiter(struct imap *m)
{
	clist *list = NULL;
	char c = 0;

	imap_limit(m, 0);
	if (mailimap_list(m->session, "", "", &list) != MAILIMAP_NO_ERROR || !list)
		return 0;
	if (clist_begin(list))
		c = ((const struct mailimap_mailbox_list *)clist_content(clist_begin(list)))
			    ->mb_delimiter;
	mailimap_list_result_free(list);
	return c > ' ' ? c : 0;
}

/* Is there such a folder? Whether it may be written to is another question. */
static bool exists(struct imap *m, const char *name)
{
	clist *list = NULL;
	bool found;

	imap_limit(m, 0);
	if (mailimap_list(m->session, "", name, &list) != MAILIMAP_NO_ERROR || !list)
		return false;
	found = clist_begin(list) != NULL;
	mailimap_list_result_free(list);
	return found;
}

static bool create(struct imap *m, const char *name, struct err *e)
{
	imap_limit(m, 0);
	if (!imap_ok(m, mailimap_create(m->session, name), FAULT_SERVER, "CREATE", e))
		return false;
	imap_limit(m, 0);
	mailimap_subscribe(m->session, name); /* so that people see it; a refusal does no harm */
	return imap_alive(m);
}

/* --- moving --- */

/* Those of uids that are not copied yet; both ascend. The caller frees. */
static struct imap_uids uncopied(const struct imap *m, const struct imap_uids *uids)
{
	struct imap_uids left = {mem_array(uids->n + 1, sizeof *uids->uid), 0};
	size_t at = 0;

	for (size_t i = 0; i < uids->n; i++) {
		while (at < m->copied.n && m->copied.uid[at] < uids->uid[i])
			at++;
		if (at == m->copied.n || m->copied.uid[at] != uids->uid[i])
			left.uid[left.n++] = uids->uid[i];
	}
	return left;
}

static bool copy(struct imap *m, const struct imap_uids *uids, const char *name, struct err *e)
{
	struct mailimap_set *set = imap_set(uids, 0, uids->n);
	int rc;

	imap_limit(m, (int64_t)uids->n * IMAP_SIZE_BYTES);
	rc = mailimap_uid_copy(m->session, set, name);
	mailimap_set_free(set);
	return imap_ok(m, rc, FAULT_SERVER, "COPY", e);
}

static void remember_copied(struct imap *m, const struct imap_uids *uids)
{
	m->copied.uid = mem_grow(m->copied.uid, uids->n + 1, sizeof *uids->uid);
	memcpy(m->copied.uid, uids->uid, uids->n * sizeof *uids->uid);
	m->copied.n = uids->n;
}

/* A mark that is refused again and again must not fill the folder with copies. */
static bool copy_and_mark(struct imap *m, const struct imap_uids *uids, const char *name,
			  struct err *e)
{
	struct imap_uids left = uncopied(m, uids);
	bool ok = left.n == 0 || copy(m, &left, name, e);

	free(left.uid);
	if (!ok)
		return false;
	remember_copied(m, uids);
	if (!imap_mark(m, uids, e))
		return false;
	m->copied.n = 0;
	return true;
}

static bool can_move(const struct imap *m)
{
	return !m->no_move && mailimap_has_extension(m->session, "MOVE") != 0;
}

static bool move_once(struct imap *m, const struct imap_uids *uids, const char *name, struct err *e)
{
	struct mailimap_set *set;
	int rc;

	if (!can_move(m))
		return copy_and_mark(m, uids, name, e);
	set = imap_set(uids, 0, uids->n);
	imap_limit(m, (int64_t)uids->n * IMAP_SIZE_BYTES);
	rc = mailimap_uid_move(m->session, set, name);
	mailimap_set_free(set);
	if (rc != MAILIMAP_ERROR_PROTOCOL || stream_fault(m->stream) != FAULT_NONE)
		return imap_ok(m, rc, FAULT_SERVER, "MOVE", e);
	m->no_move = true; /* BAD: it offers what it does not know */
	return copy_and_mark(m, uids, name, e);
}

/* The folder is there and MOVE was refused: perhaps nothing may be taken out of this one. */
static bool copy_instead(struct imap *m, const struct imap_uids *uids, const char *name)
{
	struct err why;

	if (!can_move(m))
		return false;
	m->no_move = copy_and_mark(m, uids, name, &why);
	return m->no_move;
}

/* Perhaps the folder is only missing. */
static bool move_or_create(struct imap *m, const struct imap_uids *uids, const char *name,
			   struct err *e)
{
	struct err why;

	if (move_once(m, uids, name, e))
		return true;
	return imap_alive(m) && create(m, name, &why) && move_once(m, uids, name, e);
}

/* People write "a/b" whatever the server's separator is, and where everything lives below INBOX
 * (Courier's way) a new folder must be put there too. */
static bool move_elsewhere(struct imap *m, const struct imap_uids *uids, char *name, struct err *e)
{
	char level = delimiter(m);

	if (!level || !imap_alive(m))
		return false;
	for (char *p = strchr(name, '/'); p; p = strchr(p, '/'))
		*p++ = level;
	if (level != '/' && strchr(name, level) && move_or_create(m, uids, name, e))
		return true;
	if (!imap_alive(m) || strncasecmp(name, "INBOX", 5) == 0)
		return false;
	return move_or_create(m, uids, arena_printf(m->names, "INBOX%c%s", level, name), e);
}

bool imap_move(struct imap *m, const struct imap_uids *uids, const char *folder, struct err *e)
{
	struct err why;
	char *name;

	if (!imap_folder_name(m->names, folder, &name)) {
		m->fault = FAULT_CONFIG;
		return err_set(e, "move_to: its name is no valid text");
	}
	if (move_or_create(m, uids, name, e))
		return true;
	/* A folder that is there but full, or not ours to write, gets no twin elsewhere. What the
	 * server said of the name as it was written is what people should read. */
	if (imap_alive(m) && !exists(m, name))
		return move_elsewhere(m, uids, name, &why);
	return imap_alive(m) && copy_instead(m, uids, name);
}
