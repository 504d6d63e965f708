/* statements_ask: what people ask. */
#include "store/statements_parts.h"

#define EVENT_COLUMNS                                                                              \
	"e.id, e.at, e.ticket, e.type, e.actor, coalesce(d.detail, '{}'), t.number "               \
	"from event e left join event_detail d on d.event = e.id "                                 \
	"left join ticket t on t.id = e.ticket "

#define OUTBOX_ITEM                                                                                \
	"o.id, o.ticket, o.created_at, o.next_at, o.settled_at, o.attempts, t.number, o.purpose, " \
	"o.to_address, o.subject, o.state, o.reply "                                               \
	"from outbox o left join ticket t on t.id = o.ticket "

const struct statement statements_ask[SQL_COUNT] = {
	[SQL_EVENTS] = {"select " EVENT_COLUMNS "where e.ticket = ? order by e.id", false},
	[SQL_EVENTS_LAST] = {"select " EVENT_COLUMNS "order by e.id desc limit ?", true},
	[SQL_MESSAGES] = {"select m.id, m.at, m.mail, m.outbox, m.inbound, m.internal, "
			  "m.from_address, o.to_address, coalesce(o.subject, l.subject, ''), "
			  "m.message_id, m.text, o.state, o.purpose from message m "
			  "left join outbox o on o.id = m.outbox "
			  "left join mail l on l.id = m.mail where m.ticket = ? order by m.id",
			  false},
	[SQL_SOLUTION] = {"select text from message where ticket = ?1 and outbox is null "
			  "and internal = 0 and text <> '' and id < (select m.id from message m "
			  "join outbox o on o.id = m.outbox where m.ticket = ?1 "
			  "and o.purpose = 'survey' order by m.id desc limit 1) "
			  "order by id desc limit 1",
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
