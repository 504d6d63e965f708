#include "store/statements.h"

#include "base/str.h"
#include "store/tickets.h"

#include <stdlib.h>
#include <string.h>

#define OPEN_STATES "('new', 'open', 'waiting', 'external', 'verifying')"

#define LEDGER_COLUMNS                                                                             \
	"id, raw, received_at, size, mailbox, uidvalidity, uid, attempts, desk_deaths, in_hand, "  \
	"headers_only"

#define EVENT_COLUMNS                                                                              \
	"e.id, e.at, e.ticket, e.type, e.actor, coalesce(d.detail, '{}'), t.number "               \
	"from event e left join event_detail d on d.event = e.id "                                 \
	"left join ticket t on t.id = e.ticket "

#define OUTBOX_ITEM                                                                                \
	"o.id, o.ticket, o.created_at, o.next_at, o.settled_at, o.attempts, t.number, o.purpose, " \
	"o.to_address, o.subject, o.state, o.reply "                                               \
	"from outbox o left join ticket t on t.id = o.ticket "

/* A clock that was ahead has left rows of the future: they are nobody's surplus. */
#define NTH_NEWEST                                                                                 \
	"and created_at > ? and created_at <= ? order by created_at desc limit 1 offset ?"

#define SEEN_WITH_BYTES "fate is not null and fate <> 'duplicate' and raw is not null limit 1"

static const struct {
	const char *text;
	bool scans;
} table[SQL_COUNT] = {
	[SQL_META_GET] = {"select value from meta where key = ?", false},
	[SQL_META_SET] = {"insert into meta(key, value) values (?, ?) "
			  "on conflict (key) do update set value = excluded.value",
			  false},
	[SQL_META_DROP] = {"delete from meta where key = ?", false},

	[SQL_RAW_ADD] = {"insert into raw(size, sha256, bytes) values (?, ?, ?)", false},
	[SQL_RAW_MORE] = {"insert into raw_more(id, bytes) values (?, ?)", false},
	[SQL_RAW_SIZE] = {"select size from raw where id = ?", false},
	[SQL_RAW_SHA] = {"select sha256 from raw where id = ?", false},

	[SQL_LEDGER_NEED] = {"select fate, finished from mail "
			     "where mailbox = ? and uidvalidity = ? and uid = ?",
			     false},
	[SQL_LEDGER_KNOWN] = {"select 1 from mail where mailbox = ? limit 1", false},
	[SQL_LEDGER_STARTED] = {"select started_at from mailbox where name = ?", false},
	[SQL_LEDGER_START] = {"insert into mailbox(name, started_at) values (?, ?) "
			      "on conflict (name) do nothing",
			      false},
	[SQL_LEDGER_ADD] = {"insert into mail(mailbox, uidvalidity, uid, received_at, size, raw, "
			    "sha256, body_sha256, sha64, headers_only, fate, finished) "
			    "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			    false},
	[SQL_LEDGER_OPEN] = {"select " LEDGER_COLUMNS " from mail indexed by mail_open "
			     "where fate is null and id > ? order by id limit ?",
			     false},
	[SQL_LEDGER_GET] = {"select " LEDGER_COLUMNS " from mail where id = ?", false},
	[SQL_LEDGER_ATTEMPT] = {"update mail set attempts = attempts + 1 "
				"where id = ? and fate is null",
				false},
	[SQL_LEDGER_HAND_CLEAR] = {"update mail set in_hand = 0 where in_hand = 1 and id <> ?",
				   false},
	[SQL_LEDGER_HAND] = {"update mail set in_hand = 1 where id = ? and fate is null", false},
	[SQL_LEDGER_HAND_WHO] = {"select id from mail indexed by mail_in_hand where in_hand = 1",
				 false},
	[SQL_LEDGER_HAND_DIED] = {"update mail set in_hand = 0, desk_deaths = desk_deaths + 1 "
				  "where id = ?",
				  false},
	[SQL_LEDGER_DECIDE] = {"update mail set fate = ?, ticket = ?, message_id = ?, "
			       "message_hash = ?, from_key = ?, subject_key = ?, "
			       "similar_hash = ?, subject = ?, why = ?, in_hand = 0, "
			       "finished = finished or mailbox = 'ingest' "
			       "where id = ? and fate is null",
			       false},
	[SQL_LEDGER_FINISH] = {"update mail set finished = 1 where mailbox = ? "
			       "and uidvalidity = ? and uid = ? and finished = 0 "
			       "and fate is not null",
			       false},
	[SQL_LEDGER_FINISH_ID] = {"update mail set finished = 1 where id = ?", false},
	[SQL_LEDGER_UNFINISHED] = {"select id, uidvalidity, uid from mail indexed by "
				   "mail_unfinished where fate is not null and finished = 0 "
				   "and mailbox = ?",
				   false},
	[SQL_LEDGER_NEXT_INGEST] = {"select uid from mail where mailbox = 'ingest' "
				    "order by uidvalidity desc, uid desc limit 1",
				    false},
	[SQL_LEDGER_RETRY] = {"update mail set fate = null, attempts = 0, desk_deaths = 0, "
			      "message_hash = null, similar_hash = null "
			      "where id = ? and fate = 'quarantine'",
			      false},
	[SQL_LEDGER_COUNT_OPEN] = {"select count(*) from mail indexed by mail_open "
				   "where fate is null",
				   true},
	[SQL_LEDGER_COUNT_UNMOVED] = {"select count(*) from mail indexed by mail_unfinished "
				      "where fate is not null and finished = 0",
				      true},
	[SQL_LEDGER_RECEIVED] = {"select received_at from mail where id = ?", false},
	[SQL_ATTACHMENT_ADD] = {"insert into attachment(mail, name, type, encoding, offset, len, "
				"size, sha256, flags) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
				false},
	[SQL_ATTACHMENT_CLEAR] = {"delete from attachment where mail = ?", false},

	[SQL_TICKET] = {"select id, {columns} from ticket where id = ?", false},
	[SQL_TICKET_NUMBER] = {"select id from ticket where number = ?", false},
	[SQL_TICKET_SEQ] = {"select id from ticket where seq = ? order by year desc limit 1",
			    false},
	[SQL_TICKET_INSERT] = {"insert into ticket(id, year, seq, {columns}) "
			       "values (?, ?, ?, {marks})",
			       false},
	[SQL_TICKET_UPDATE] = {"update ticket set {sets} where id = ?", false},
	[SQL_TICKET_LAST] = {"select max(id) from ticket", false},
	[SQL_COUNTER_NEXT] = {"insert into counter(year, last) values (?, 1) "
			      "on conflict (year) do update set last = last + 1 returning last",
			      false},
	[SQL_EVENT_HEAD] = {"select id, chain from event_head where one = 1", false},
	[SQL_EVENT_LATEST] =
		{"select max(at) from (select at from event where id >= coalesce((select max(id) "
		 "from event indexed by event_clock where type = 'clock'), 0) "
		 "order by id desc limit 256)",
		 true},
	[SQL_EVENT_ADD] = {"insert into event(id, at, type, ticket, actor, digest, chain) "
			   "values (?, ?, ?, ?, ?, ?, ?)",
			   false},
	[SQL_EVENT_DETAIL_ADD] = {"insert into event_detail(event, salt, detail) values (?, ?, ?)",
				  false},
	[SQL_TIMER_SET] = {"insert into timer(ticket, kind, due) values (?, ?, ?) "
			   "on conflict (ticket, kind) do update set due = excluded.due "
			   "where due <> excluded.due",
			   false},
	[SQL_TIMER_CLEAR] = {"delete from timer where ticket = ? and kind = ?", false},
	[SQL_TIMERS_DUE] = {"select ticket, kind, due from timer where due <= ? "
			    "order by due, ticket limit ?",
			    false},
	[SQL_TIMERS_NEXT] = {"select min(due) from (select min(due) as due from timer "
			     "where due > ?1 union all "
			     "select min(due) from digest where due > ?1)",
			     false},
	[SQL_DIGEST_WAIT] = {"insert into digest(to_key, to_address, to_name, due) "
			     "values (?, ?, ?, ?) on conflict (to_key) do nothing",
			     false},
	[SQL_DIGEST_CASE] = {"insert into digest_case(to_key, ticket) values (?, ?) "
			     "on conflict (to_key, ticket) do nothing",
			     false},
	[SQL_DIGESTS_DUE] = {"select to_key, to_address, to_name from digest where due <= ? "
			     "order by due limit ?",
			     false},
	[SQL_DIGEST_COUNT] = {"select count(*) from digest_case where to_key = ?", false},
	[SQL_DIGEST_TICKETS] = {"select ticket from digest_case where to_key = ? and ticket > ? "
				"order by ticket limit ?",
				false},
	[SQL_DIGEST_LATER] = {"update digest set due = ? where to_key = ?", false},
	[SQL_DIGEST_CLEAR] = {"delete from digest_case where to_key = ?", false},
	[SQL_DIGEST_DONE] = {"delete from digest where to_key = ?", false},
	[SQL_GIVEN] = {"insert into staff_load values (?, 0, ?) "
		       "on conflict (staff) do update set last_given_at = excluded.last_given_at",
		       false},
	[SQL_MESSAGE_ADD] = {"insert into message(ticket, at, mail, outbox, inbound, internal, "
			     "from_address, from_key, to_key, message_id, text) "
			     "values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
			     false},
	[SQL_PARTICIPANT_ADD] = {"insert into participant(ticket, address) values (?, ?) "
				 "on conflict (ticket, address) do nothing",
				 false},

	[SQL_OUTBOX_LAST] = {"select max(id) from outbox", false},
	[SQL_OUTBOX_ADD] =
		{"insert into outbox(id, ticket, purpose, audience, automatic, budgeted, "
		 "answers, surveys, round, while_states, while_round, envelope_from, "
		 "to_address, to_key, subject, message_id, message_hash, size, sha256, "
		 "parts_sha256, created_at, next_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, "
		 "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		 false},
	[SQL_SEGMENT_ADD] = {"insert into outbox_segment(id, literal, raw, offset, len, encoding) "
			     "values (?, ?, ?, ?, ?, ?)",
			     false},
	[SQL_SEGMENTS] = {"select literal, raw, offset, len, encoding from outbox_segment "
			  "where id >= ? and id < ? order by id",
			  false},
	[SQL_OUTBOX_DUE] = {"select o.id, o.ticket, o.envelope_from, o.to_address, o.message_id, "
			    "o.attempts, o.created_at, o.size, o.purpose, o.while_states, "
			    "o.while_round, t.state, t.round, coalesce(t.number, '') "
			    "from outbox o indexed by outbox_due "
			    "left join ticket t on t.id = o.ticket "
			    "where o.state = 'queued' and o.next_at <= ? "
			    "order by o.next_at, o.id",
			    false},
	[SQL_OUTBOX_STALE] = {"select id, purpose, while_states, while_round from outbox "
			      "where ticket = ? and state = 'queued' order by id",
			      false},
	[SQL_OUTBOX_CANCEL] = {"update outbox set state = 'cancelled', settled_at = ?, reply = ? "
			       "where id = ? and state = 'queued'",
			       false},
	[SQL_OUTBOX_ROW] = {"select ticket, state, purpose, message_id, envelope_from, to_address, "
			    "size, sha256, subject from outbox where id = ?",
			    false},
	[SQL_OUTBOX_OUTGOING] = {"select id, ticket, message_id, to_key, audience, purpose, round, "
				 "created_at, answers, surveys from outbox where id = ?",
				 false},
	[SQL_OUTBOX_SENT] = {"update outbox set state = 'sent', settled_at = ?, reply = ?, "
			     "attempts = attempts + 1 where id = ? and state <> 'sent'",
			     false},
	[SQL_OUTBOX_FAILED] = {"update outbox set state = 'failed', settled_at = ?, reply = ?, "
			       "attempts = attempts + 1 where id = ? and state = 'queued'",
			       false},
	[SQL_OUTBOX_RETRY] = {"update outbox set state = 'queued', settled_at = 0, next_at = ?, "
			      "reply = ?, attempts = attempts + 1 "
			      "where id = ? and state in ('queued', 'failed')",
			      false},
	[SQL_OUTBOX_NEXT] = {"select next_at from outbox where state = 'queued' "
			     "and next_at > ? order by next_at limit 1",
			     false},
	[SQL_OUTBOX_WAITING] = {"select count(*) from outbox where state = 'queued'", true},
	[SQL_OUTBOX_WAKE] = {"update outbox set next_at = ?1 where state = 'queued' "
			     "and next_at > ?1",
			     false},

	[SQL_FIND_OURS] = {"select id, ticket, message_id, to_key, audience, purpose, round, "
			   "created_at, answers, surveys from outbox where message_hash = ? "
			   "and message_id = ? collate nocase limit 4",
			   false},
	[SQL_FIND_THEIRS] = {"select message_id, ticket, from_key from mail where message_hash = ? "
			     "and message_id = ? collate nocase and ticket is not null "
			     "order by id limit 8",
			     false},
	[SQL_FIND_SIMILAR] = {"select t.id from mail m join ticket t on t.id = m.ticket "
			      "where m.similar_hash = ? and m.received_at >= ? and m.from_key = ? "
			      "and m.subject_key = ? and t.state in " OPEN_STATES
			      " order by m.received_at desc limit 1",
			      false},
	[SQL_FIND_BYTES] =
		{"select raw from mail where sha64 = ? and sha256 = ? and " SEEN_WITH_BYTES, false},
	[SQL_FIND_COPY] = {"select raw from mail where message_hash = ? "
			   "and message_id = ? collate nocase and body_sha256 = ? "
			   "and " SEEN_WITH_BYTES,
			   false},
	[SQL_BUDGET_ADDRESS] = {"select created_at from outbox indexed by outbox_budget "
				"where budgeted = 1 and to_key = ? " NTH_NEWEST,
				false},
	[SQL_BUDGET_TICKET] = {"select created_at from outbox indexed by outbox_budget_ticket "
			       "where budgeted = 1 and ticket = ? " NTH_NEWEST,
			       false},
	[SQL_BUDGET_DOMAIN] = {"select created_at from outbox indexed by outbox_budget_domain "
			       "where budgeted = 1 "
			       "and substr(to_key, instr(to_key, '@') + 1) = ? " NTH_NEWEST,
			       false},
	[SQL_BUDGET_TOTAL] = {"select created_at from outbox indexed by outbox_total "
			      "where budgeted = 1 " NTH_NEWEST,
			      false},
	[SQL_DIGEST_DUE] = {"select due from digest where to_key = ?", false},
	[SQL_DIGEST_LAST] = {"select created_at from outbox indexed by outbox_budget "
			     "where budgeted = 1 and to_key = ? and created_at > ? "
			     "and created_at <= ? and purpose = 'digest' "
			     "order by created_at desc limit 1",
			     false},
	[SQL_DIGEST_ANY] = {"select 1 from digest limit 1", true},
	[SQL_LOADS] = {"select staff, open_cases, last_given_at from staff_load", true},
	[SQL_PARTICIPANTS] = {"select address from participant where ticket = ?", false},
	[SQL_THREAD] = {"select id, inbound, internal, outbox, message_id, from_key, to_key "
			"from message where ticket = ? order by id desc limit 256",
			false},
	[SQL_REPLIED] = {"select at, actor from event indexed by event_replied where ticket = ? "
			 "and type in ('replied', 'resolved') "
			 "order by id desc limit 1",
			 false},
	[SQL_HINTED] = {"select 1 from event e indexed by event_note "
			"cross join event_detail d on d.event = e.id "
			"where e.ticket = ? and e.type = 'note' "
			"and json_extract(d.detail, '$.hinted') is not null limit 1",
			false},
	[SQL_MESSAGE_TEXT] = {"select text from message where id = ?", false},

	[SQL_EVENTS] = {"select " EVENT_COLUMNS "where e.ticket = ? order by e.id", false},
	[SQL_EVENTS_LAST] = {"select " EVENT_COLUMNS "order by e.id desc limit ?", true},
	[SQL_MESSAGES] = {"select m.id, m.at, m.mail, m.outbox, m.inbound, m.internal, "
			  "m.from_address, o.to_address, coalesce(o.subject, l.subject, ''), "
			  "m.message_id, m.text, o.state, o.purpose from message m "
			  "left join outbox o on o.id = m.outbox "
			  "left join mail l on l.id = m.mail where m.ticket = ? order by m.id",
			  false},
	[SQL_LIST] = {"select id, {columns} from ticket where id > ? order by id limit ?", false},
	[SQL_LIST_STATE] = {"select id, {columns} from ticket where id > ?1 and state = ?3 "
			    "order by id limit ?2",
			    false},
	[SQL_ATTACHMENTS] = {"select a.id, a.mail, m.raw, a.name, a.type, a.encoding, a.offset, "
			     "a.len, a.size, a.sha256, a.flags from mail m "
			     "join attachment a on a.mail = m.id where m.ticket = ? order by a.id",
			     false},
	[SQL_OUTBOX_LIST] = {"select " OUTBOX_ITEM "order by o.id desc limit ?", true},
	[SQL_OUTBOX_LIST_OPEN] = {"select " OUTBOX_ITEM
				  "where o.id in (select id from outbox where state = 'queued' "
				  "union all select id from outbox where state = 'failed') "
				  "order by o.id limit ?",
				  true},
	[SQL_QUARANTINE] = {"select id, raw, received_at, size, mailbox, why, uid from mail "
			    "indexed by mail_quarantine where fate = 'quarantine' order by id",
			    true},
	[SQL_URGENT] = {"select id, {columns} from ticket where state in " OPEN_STATES
			" order by case when response_stopped = 0 and response_due > 0 "
			"then response_due else 9223372036854775807 end, id limit ?",
			false},
	[SQL_BOARD_STATES] = {"select state, count(*) from ticket group by state", true},
	[SQL_BOARD_OPENED] = {"select count(*) from ticket where opened_at >= ?", false},
	[SQL_BOARD_CLOSED] = {"select count(*) from ticket where closed_at >= ? and closed_at > 0",
			      false},
	[SQL_BOARD_OPEN] = {"select sum(response_stopped = 0 and response_due > ?1 "
			    "and (response_warn_at between 1 and ?1 "
			    "or response_due <= ?1 + 3600)), "
			    "sum(response_stopped = 0 and response_due between 1 and ?1), "
			    "sum(assignee = '') from ticket where state in " OPEN_STATES,
			    false},
	[SQL_BOARD_SCORES] = {"select count(*), avg(score) from ticket where closed_at >= ? "
			      "and closed_at > 0 and score > 0",
			      false},
	[SQL_BOARD_FAILED] = {"select count(*) from outbox where state = 'failed'", true},
	[SQL_BOARD_QUARANTINED] = {"select count(*) from mail indexed by mail_quarantine "
				   "where fate = 'quarantine'",
				   true},
};

bool sql_may_scan(enum sql id)
{
	return table[id].scans;
}

/* «{name}» -> the ticket's fields, each as before NAME after. */
static void put_fields(struct sbuf *b, struct slice name)
{
	bool marks = slice_ieqs(name, "marks"), sets = slice_ieqs(name, "sets");

	for (size_t i = 0; i < ticket_fields_n; i++) {
		sbuf_cstr(b, i ? ", " : "");
		if (!marks)
			sbuf_cstr(b, ticket_fields[i].column);
		sbuf_cstr(b, marks ? "?" : sets ? " = ?" : "");
	}
}

char *sql_text(enum sql id)
{
	enum { TEXT_MAX = 16384 };
	struct sbuf b = SBUF_INIT(TEXT_MAX);
	struct slice rest = slice_of(table[id].text), piece;

	while (slice_next(&rest, '{', &piece)) {
		sbuf_slice(&b, piece);
		if (!slice_next(&rest, '}', &piece))
			break;
		if (piece.n)
			put_fields(&b, piece);
		else
			sbuf_cstr(&b, "{}");
	}
	return b.p;
}
