#include "store/verify.h"

#include "store/verify_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void found(struct verify *v, const char *fmt, ...)
{
	char line[512];
	va_list ap;

	if (v->n == FINDINGS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	v->list[v->n].what = text_line(v->a, slice_of(line));
	if (++v->n == FINDINGS_MAX)
		v->list[v->n - 1].what = "there is more; these were the first";
}

sqlite3_stmt *query(struct verify *v, const char *sql)
{
	sqlite3_stmt *q = NULL;

	if (sqlite3_prepare_v2(v->st->db, sql, -1, &q, NULL) != SQLITE_OK)
		sql_fail(v->st, v->e);
	return q;
}

int query_next(struct verify *v, sqlite3_stmt *q)
{
	int rc = q ? sqlite3_step(q) : SQLITE_ERROR;

	if (rc == SQLITE_ROW)
		return 1;
	if (rc == SQLITE_DONE)
		return 0;
	sql_fail(v->st, v->e);
	return -1;
}

void query_end(sqlite3_stmt *q)
{
	sqlite3_finalize(q);
}

bool each_is_found(struct verify *v, const char *sql)
{
	sqlite3_stmt *q = query(v, sql);
	int rc = -1;

	while (q && (rc = query_next(v, q)) == 1)
		found(v, "%s", col_text(v->a, q, 0));
	query_end(q);
	return rc == 0;
}

static bool verify_file(struct verify *v)
{
	sqlite3_stmt *q = query(v, "pragma integrity_check(50)");
	int rc = -1;

	while (q && (rc = query_next(v, q)) == 1) {
		const char *said = col_text(v->a, q, 0);

		if (!str_eq(said, "ok"))
			found(v, "integrity: %s", said);
	}
	query_end(q);
	return rc == 0;
}

static bool verify_references(struct verify *v)
{
	sqlite3_stmt *q = query(v, "pragma foreign_key_check");
	int rc = -1;

	while (q && (rc = query_next(v, q)) == 1)
		found(v, "%s row %lld refers to no row of %s", col_text(v->a, q, 0),
		      (long long)col_int(q, 1), col_text(v->a, q, 2));
	query_end(q);
	return rc == 0;
}

static bool verify_numbers(struct verify *v)
{
	return each_is_found(
		       v, "select 'number ' || (seq - 1) || ' of ' || year || ' is missing' from "
			  "(select year, seq, lag(seq, 1, 0) over (partition by year order by seq) "
			  "as before from ticket) t where seq - before - 1 <> "
			  "(select coalesce(sum(g.last - g.first + 1), 0) from gap g where "
			  "g.what = 'number' and g.year = t.year and g.first > t.before and "
			  "g.last < t.seq)") &&
	       each_is_found(v, "select 'the counter of ' || c.year || ' stands at ' || c.last || "
				"', the last number given is ' || coalesce(max(t.seq), 0) "
				"from counter c left join ticket t on t.year = c.year "
				"group by c.year having c.last <> max(coalesce(max(t.seq), 0), "
				"coalesce((select max(last) from gap where what = 'number' and "
				"year = c.year), 0))") &&
	       each_is_found(v, "select 'number ' || number || ' is of no counter' from ticket "
				"where year not in (select year from counter)");
}

static bool verify_ledger(struct verify *v)
{
	sqlite3_stmt *q = query(v, "select fate, count(*) from mail where fate is not null "
				   "group by fate");
	int rc = -1;

	while (q && (rc = query_next(v, q)) == 1) {
		const char *fate = col_text(v->a, q, 0);

		if (name_value(name_of_fate, FATE_COUNT, fate) <= 0)
			found(v, "%lld mails have the unknown fate «%s»", (long long)col_int(q, 1),
			      fate);
	}
	query_end(q);
	return rc == 0 &&
	       each_is_found(v, "select 'mail ' || id || ' is open but its bytes are not kept' "
				"from mail where fate is null and raw is null") &&
	       each_is_found(v, "select 'mail ' || id || ' was moved before it had a fate' "
				"from mail where fate is null and finished <> 0 "
				"and why = ''") &&
	       each_is_found(v, "select 'mail ' || id || ' is ' || fate || ' of no case' from mail "
				"where fate in ('case', 'part', 'oversize') and ticket is null") &&
	       each_is_found(v, "select 'attachment ' || a.id || ' lies outside its mail' "
				"from attachment a join mail m on m.id = a.mail "
				"left join raw r on r.id = m.raw where a.offset < 0 or a.len < 0 "
				"or a.offset + a.len > coalesce(r.size, 0)");
}

static bool verify_loads(struct verify *v)
{
	return each_is_found(v, "select 'the load of ' || staff || ' is off by ' || sum(n) from "
				"(select staff, open_cases as n from staff_load union all "
				"select assignee, -1 from ticket where assignee <> '' "
				"and state not in ('resolved', 'closed')) "
				"group by staff having sum(n) <> 0");
}

static const struct {
	const char *name;
	bool (*check)(struct verify *v);
} steps[] = {
	{"integrity", verify_file},   {"references", verify_references}, {"chain", verify_chain},
	{"tickets", verify_tickets},  {"numbers", verify_numbers},	 {"ledger", verify_ledger},
	{"mail bytes", verify_bytes}, {"outgoing mail", verify_outbox},	 {"loads", verify_loads},
};

/* One moment of the database, whatever the desk does meanwhile. */
bool store_verify(struct store *st, struct arena *a, struct finding **out, size_t *n,
		  void (*progress)(void *ctx, const char *step), void *ctx, struct err *e)
{
	struct verify v = {.st = st, .a = a, .e = e};
	bool own = sqlite3_get_autocommit(st->db) != 0;
	bool ok = !own || sql_exec(st, "begin", e);

	v.list = arena_array(a, FINDINGS_MAX, sizeof(*v.list));
	for (size_t i = 0; ok && i < COUNT(steps); i++) {
		if (progress)
			progress(ctx, steps[i].name);
		ok = steps[i].check(&v);
		if (!ok)
			err_prefix(e, "%s", steps[i].name);
	}
	if (own && !sqlite3_get_autocommit(st->db))
		sqlite3_exec(st->db, "rollback", NULL, NULL, NULL);
	*out = v.list;
	*n = v.n;
	return ok;
}

char *store_chain_head(struct store *st, struct arena *a)
{
	sqlite3_stmt *q = sql_open(st, SQL_EVENT_HEAD, NULL, NULL, 0);
	char hex[SHA256_HEX] = "";
	struct sha256 sha;

	if (q && sql_next(st, q, NULL) == 1 && col_sha(q, 1, &sha))
		hex_encode(sha.b, sizeof(sha.b), hex);
	sql_end(q);
	return arena_str(a, hex);
}
