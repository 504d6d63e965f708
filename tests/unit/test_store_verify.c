/* Whatever is altered behind the desk's back, verify finds. */
#include "store_help.h"

#include <stdio.h>
#include <string.h>

/* A desk with two cases (one answered, solved, evaluated, closed), a note, a policy event, a mail
 * with an attachment that travels on, one more that failed. */
static void lived(struct fixture *f)
{
	struct attach att = {.raw = 1, .att = {.encoding = "7bit", .offset = 2, .len = 4}};
	struct plan_mail *m;
	struct event ev;
	struct plan *p;

	fixture_open(f);
	case_new(f, "uno", NOW);
	case_new(f, "dos «ñ» \" \\ \n\t", NOW + 1);
	p = plan_on(f, 1);
	m = plan_mail(f->a, p, MAIL_RELAY_OUT, 0, (struct address){PEDRO, ""}, AUDIENCE_REQUESTER);
	m->attachments = &att;
	m->n_attachments = 1;
	plan_happens(f, p, EVENT_RESPONDED, NOW + 2);
	plan_happens(f, p, EVENT_RESOLVED, NOW + 3);
	event_init(&ev, EVENT_EVALUATED, NOW + 4, "requester");
	event_num(&ev, "score", 5);
	event_text(&ev, "comment", "Muy bien, gracias");
	OK(f, plan_event(f->a, p, 0, &ev, &f->e));
	event_init(&ev, EVENT_CLOSED, NOW + 5, "system");
	event_text(&ev, "closed_as", "evaluated");
	OK(f, plan_event(f->a, p, 0, &ev, &f->e));
	apply_now(f, p, NOW + 5);
	p = plan_on(f, 2);
	plan_happens(f, p, EVENT_NOTE, NOW + 6);
	apply_now(f, p, NOW + 6);
	OK(f, store_begin(f->st, &f->e));
	event_init(&ev, EVENT_POLICY, NOW + 7, "system");
	event_text(&ev, "new", "abc");
	OK(f, store_event(f->st, &ev, &f->e));
	OK(f, store_commit(f->st, false, &f->e));
}

static void an_honest_desk_is_clean(void **state)
{
	struct fixture f;

	lived(&f);
	assert_string_equal(findings(&f), "");
	fixture_reopen(&f);
	assert_string_equal(findings(&f), "");
	assert_int_equal(strlen(store_chain_head(f.st, f.a)), 64);
	fixture_close(&f);
}

/* The head names the whole history: one more event, another head. */
static void the_head_moves_with_each_event(void **state)
{
	struct fixture f;
	const char *before;

	fixture_open(&f);
	assert_string_equal(store_chain_head(f.st, f.a), "");
	case_new(&f, "x", NOW);
	before = store_chain_head(f.st, f.a);
	case_new(&f, "x", NOW);
	assert_string_not_equal(before, store_chain_head(f.st, f.a));
	fixture_close(&f);
}

#define DROP_GUARDS                                                                                \
	"drop trigger event_no_update; drop trigger event_no_delete; "                             \
	"drop trigger event_detail_no_update;"

/* ?: the event. One bit of each column. */
static const char *const event_flips[] = {
	"update event set id = id + 100 where id = ?",
	"update event set at = at + 1 where id = ?",
	"update event set type = substr(type, 1, length(type) - 1) || 'x' where id = ?",
	"update event set ticket = 3 - ticket where id = ? and ticket is not null",
	"update event set actor = actor || ' ' where id = ?",
	"update event set digest = flipped(digest) where id = ?",
	"update event set chain = flipped(chain) where id = ?",
	"update event_detail set salt = flipped(salt) where event = ?",
	"update event_detail set detail = replace(detail, '}', ' }') where event = ?",
	"delete from event where id = ?",
};

static void flip(sqlite3_context *c, int n, sqlite3_value **v)
{
	char bytes[64];
	int len = sqlite3_value_bytes(v[0]);

	memcpy(bytes, sqlite3_value_blob(v[0]), (size_t)len);
	bytes[len / 2] ^= 1;
	sqlite3_result_blob(c, bytes, len, SQLITE_TRANSIENT);
}

/* Every statement of sql, with id for its «?»; how many rows the last one changed. */
static int tamper(struct fixture *f, const char *sql, const char *text, int id)
{
	sqlite3 *db = NULL;
	sqlite3_stmt *q = NULL;
	int changed;

	assert_int_equal(sqlite3_open_v2(f->path, &db, SQLITE_OPEN_READWRITE, NULL), SQLITE_OK);
	sqlite3_create_function(db, "flipped", 1, SQLITE_UTF8, NULL, flip, NULL, NULL);
	for (const char *rest = sql; *rest; sqlite3_finalize(q)) {
		if (sqlite3_prepare_v2(db, rest, -1, &q, &rest) != SQLITE_OK)
			fail_msg("%s: %s", sql, sqlite3_errmsg(db));
		if (text)
			sqlite3_bind_text(q, 1, text, -1, SQLITE_STATIC);
		else
			sqlite3_bind_int(q, 1, id);
		if (sqlite3_step(q) != SQLITE_DONE)
			fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	}
	changed = sqlite3_changes(db);
	sqlite3_close(db);
	return changed;
}

static bool is_found(struct fixture *f)
{
	bool found;

	fixture_reopen(f);
	found = findings(f)[0] != '\0';
	store_close(&f->st);
	return found;
}

static void every_flipped_byte_of_an_event_is_found(void **state)
{
	char kept[160];
	int tried = 0;
	struct fixture f;

	lived(&f);
	store_close(&f.st);
	snprintf(kept, sizeof(kept), "%s.kept", f.path);
	for (size_t i = 0; i < COUNT(event_flips); i++)
		for (int id = 1; id <= 10; id += 3) {
			tamper(&f, "vacuum into ?", kept, 0);
			tamper(&f, DROP_GUARDS, NULL, 0);
			if (tamper(&f, event_flips[i], NULL, id)) {
				tried++;
				if (!is_found(&f))
					fail_msg("event %d: %s: not found", id, event_flips[i]);
			}
			assert_int_equal(rename(kept, f.path), 0);
		}
	assert_true(tried > 35);
	fixture_close(&f);
}

static void the_guards_refuse_by_themselves(void **state)
{
	static const char *const attempts[] = {
		"update event set at = 0",
		"delete from event",
		"update event_detail set detail = '{}'",
		"update event_head set id = 1",
		"delete from event_head",
	};
	struct fixture f;
	sqlite3 *db = NULL;

	lived(&f);
	assert_int_equal(sqlite3_open(f.path, &db), SQLITE_OK);
	for (size_t i = 0; i < COUNT(attempts); i++)
		assert_int_equal(sqlite3_exec(db, attempts[i], NULL, NULL, NULL),
				 SQLITE_CONSTRAINT);
	sqlite3_close(db);
	fixture_close(&f);
}

/* Erasure takes words and salt; the chain stands. */
static void an_erased_detail_breaks_nothing(void **state)
{
	struct fixture f;
	struct event_row *ev;
	size_t n;

	lived(&f);
	sql_do(&f, "delete from event_detail where event in (1, 2)");
	assert_string_equal(findings(&f), "");
	OK(&f, query_events(f.st, f.a, 1, &ev, &n, &f.e));
	assert_string_equal(ev[0].detail, "{}");
	fixture_close(&f);
}

/* Of a case with erased details, all that no detail said is compared still. */
static const struct {
	const char *sql, *found; /* "": cannot be known any more */
} erased[] = {
	{"update ticket set state = 'open' where id = 1", "its state is not"},
	{"update ticket set closed_at = closed_at + 1 where id = 1", "its closed_at is not"},
	{"update ticket set opened_at = opened_at + 1 where id = 1", "its opened_at is not"},
	{"update ticket set round = 2 where id = 1", "its round is not"},
	{"update ticket set score = 1 where id = 1", "its score is not"},
	{"update ticket set closed_as = 'duplicate' where id = 1", "its closed_as is not"},
	{"update ticket set subject = 'otro' where id = 1", ""},
	{"update ticket set priority = 'low' where id = 1", ""},
};

static void an_erased_detail_hides_no_case(void **state)
{
	for (size_t i = 0; i < COUNT(erased); i++) {
		struct fixture f;

		lived(&f);
		sql_do(&f, "delete from event_detail where event in (1, 2)");
		sql_do(&f, erased[i].sql);
		if (erased[i].found[0] ? strstr(findings(&f), erased[i].found) == NULL
				       : findings(&f)[0] != '\0')
			fail_msg("%s: found «%s»", erased[i].sql, findings(&f));
		fixture_close(&f);
	}
}

/* One, or many, or all from some point on: what was the last is known. The next event does not
 * cover it up. */
static void the_last_events_are_missed(void **state)
{
	static const char *const removed[] = {
		"delete from event_detail where event = 10; delete from event where id = 10",
		"delete from event_detail where event >= 9; delete from event where id >= 9",
		"delete from event_detail; delete from event",
	};

	for (size_t i = 0; i < COUNT(removed); i++) {
		struct fixture f;
		struct event ev;

		lived(&f);
		sql_do(&f, "pragma foreign_keys = off");
		sql_do(&f, DROP_GUARDS);
		sql_do(&f, removed[i]);
		if (strstr(findings(&f), "the last event was 10, now it is ") == NULL)
			fail_msg("%s: found «%s»", removed[i], findings(&f));
		OK(&f, store_begin(f.st, &f.e));
		event_init(&ev, EVENT_POLICY, NOW + 8, "system");
		OK(&f, store_event(f.st, &ev, &f.e));
		OK(&f, store_commit(f.st, false, &f.e));
		assert_non_null(strstr(findings(&f), "event 11 follows event"));
		fixture_close(&f);
	}
}

static const struct {
	const char *sql, *found;
} others[] = {
	{"update ticket set state = 'open' where id = 2", "its state is not what"},
	{"update ticket set state = 'lost' where id = 2", "no valid state"},
	{"update ticket set subject = 'x' where id = 2", "its subject is not"},
	{"update ticket set score = 1 where id = 1", "its score is not"},
	{"update ticket set response_due = 1 where id = 2", "its response_due is not"},
	{"update ticket set number = 'ST-2026-000009' where id = 2", "its number is not"},
	{"update ticket set seq = 3 where id = 2", "number 2 of 2026 is missing"},
	{"update counter set last = 5", "stands at 5"},
	{"update timer set due = due + 1 where ticket = 2 and kind = 'warn'", "«warn» should not"},
	{"delete from timer where ticket = 2 and kind = 'warn'", "1 of its timers are missing"},
	{"insert into timer values (1, 'close', 5)", "«close» should not"},
	{"update staff_load set open_cases = 7", "load of ana is off by 6"},
	{"update raw set bytes = x'00' where id = 1", "raw mail 1: "},
	{"update raw set size = size - 1 where id = 1", "raw mail 1 is not what arrived"},
	{"update mail set fate = 'eaten' where id = 1", "unknown fate «eaten»"},
	{"update mail set ticket = null where id = 1", "mail 1 is case of no case"},
	{"update mail set fate = null, raw = null where id = 1", "mail 1 is open but"},
	{"insert into attachment values (1, 1, 'n', 't', '', 3, 999, 1, x'00', 0)",
	 "outside its mail"},
	{"update outbox_segment set literal = x'41' where id = 1024", "outgoing mail 1 is not"},
	{"update outbox_segment set offset = 3 where raw is not null", "outgoing mail 3 is not"},
	{"update outbox_segment set raw = 2 where raw is not null", "outgoing mail 3 is not"},
	{"update outbox set sha256 = zeroblob(32) where id = 1", "outgoing mail 1 is not"},
	{"update outbox set state = 'lost' where id = 1", "outgoing mail 1 is in no known"},
	{"delete from message; delete from outbox_segment; delete from outbox; "
	 "delete from timer where ticket = 1; delete from mail where ticket = 1; "
	 "delete from ticket where id = 1",
	 "event row 1 refers to no row of ticket"},
	{"insert into event_detail values (99, x'00', '{}')", "detail 99 is of no event"},
	{"drop trigger event_head_no_way_back; update event_head set id = 9",
	 "the last event was 9, now it is 10"},
	{"update event_head set id = 11", "the last event was 11, now it is 10"},
	{"drop trigger event_head_no_way_back; update event_head set chain = zeroblob(32)",
	 "event 10 is not the one that was the last"},
	{"drop trigger event_head_no_delete; delete from event_head",
	 "the last event was 0, now it is 10"},
};

static void every_other_change_is_found(void **state)
{
	for (size_t i = 0; i < COUNT(others); i++) {
		struct fixture f;

		lived(&f);
		sql_do(&f, "pragma foreign_keys = off");
		sql_do(&f, others[i].sql);
		if (strstr(findings(&f), others[i].found) == NULL)
			fail_msg("%s: found «%s»", others[i].sql, findings(&f));
		fixture_close(&f);
	}
}

static void steps_are_told(void *ctx, const char *step)
{
	++*(int *)ctx;
	assert_true(step[0] != '\0');
}

static void a_reader_verifies_beside_the_writer(void **state)
{
	struct finding *list;
	struct fixture f;
	struct store *reader;
	enum trouble t;
	int steps = 0;
	size_t n;

	lived(&f);
	OK(&f, (reader = store_open(f.dir, STORE_READ, &t, &f.e)) != NULL);
	OK(&f, store_begin(f.st, &f.e));
	OK(&f, store_verify(reader, f.a, &list, &n, steps_are_told, &steps, &f.e));
	assert_int_equal(n, 0);
	assert_int_equal(steps, 9);
	OK(&f, store_commit(f.st, false, &f.e));
	store_close(&reader);
	fixture_close(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_honest_desk_is_clean),
		cmocka_unit_test(the_head_moves_with_each_event),
		cmocka_unit_test(every_flipped_byte_of_an_event_is_found),
		cmocka_unit_test(the_guards_refuse_by_themselves),
		cmocka_unit_test(an_erased_detail_breaks_nothing),
		cmocka_unit_test(an_erased_detail_hides_no_case),
		cmocka_unit_test(the_last_events_are_missed),
		cmocka_unit_test(every_other_change_is_found),
		cmocka_unit_test(a_reader_verifies_beside_the_writer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
