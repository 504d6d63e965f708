/* statements_out: mails of ours, their budgets and digests. */
#include "store/statements_parts.h"

/* A clock that was ahead has left rows of the future: they are nobody's surplus. */
#define NTH_NEWEST                                                                                 \
	"and created_at > ? and created_at <= ? order by created_at desc limit 1 offset ?"

const struct statement statements_out[SQL_COUNT] = {
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
	[SQL_OUTBOX_LAST] = {"select max(coalesce((select max(id) from outbox), 0), "
			     "coalesce((select max(last) from gap where what = 'mail'), 0))",
			     false},
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
			    "where o.state = 'queued' and o.next_at <= ? and "
			    "(not ? or o.ticket is null) "
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
	[SQL_OUTBOX_RETRYING] = {"select count(*) from outbox where state = 'queued' "
				 "and attempts > 0",
				 true},
	[SQL_OUTBOX_WAKE] = {"update outbox set next_at = ?1 where state = 'queued' "
			     "and next_at > ?1",
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
};
