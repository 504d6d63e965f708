/* statements_case: cases, their events and timers, and what deciding looks up. */
#include "store/statements_parts.h"

#define SEEN_WITH_BYTES "fate is not null and fate <> 'duplicate' and raw is not null limit 1"

const struct statement statements_case[SQL_COUNT] = {
	[SQL_TICKET] = {"select id, {columns} from ticket where id = ?", false},
	[SQL_TICKET_NUMBER] = {"select id from ticket where number = ?", false},
	[SQL_TICKET_SEQ] = {"select id from ticket where seq = ? order by year desc limit 1",
			    false},
	[SQL_TICKET_INSERT] = {"insert into ticket(id, year, seq, {columns}) "
			       "values (?, ?, ?, {marks})",
			       false},
	[SQL_TICKET_UPDATE] = {"update ticket set {sets} where id = ?", false},
	[SQL_TICKET_LAST] = {"select max(coalesce((select max(id) from ticket), 0), "
			     "coalesce((select max(last) from gap where what = 'case'), 0))",
			     false},
	[SQL_COUNTER_NEXT] = {"insert into counter(year, last) values (?, 1) "
			      "on conflict (year) do update set last = last + 1 returning last",
			      false},
	[SQL_COUNTER_RAISE] = {"insert into counter(year, last) values (?, ?) "
			       "on conflict (year) do update set last = max(last, excluded.last)",
			       false},
	[SQL_COUNTERS] = {"select year, last from counter where year = 0 union all "
			  "select year, last from (select year, last from counter where year > 0 "
			  "order by year desc limit ?)",
			  false},
	[SQL_GAP_ADD] = {"insert into gap(what, year, first, last) values (?, ?, ?, ?)", false},
	[SQL_GAPS] = {"select what, year, first, last from gap where told = 0 "
		      "order by what desc, year, first",
		      true},
	[SQL_GAP_TOLD] = {"update gap set told = 1 where what = ? and year = ? and first = ?",
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
	[SQL_FIND_OURS] = {"select id, ticket, message_id, to_key, audience, purpose, round, "
			   "created_at, answers, surveys from outbox where message_hash = ? "
			   "and message_id = ? collate nocase limit 4",
			   false},
	[SQL_FIND_SENT] = {"select id, ticket, message_id, to_key, audience, purpose, round, "
			   "created_at, answers, surveys from outbox where ticket = ? "
			   "order by id desc limit 32",
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
		{"select raw, ticket from mail where sha64 = ? and sha256 = ? and " SEEN_WITH_BYTES,
		 false},
	[SQL_FIND_COPY] = {"select raw, ticket from mail where message_hash = ? "
			   "and message_id = ? collate nocase and body_sha256 = ? "
			   "and " SEEN_WITH_BYTES,
			   false},
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
};
