/* statements_mail: what is kept of the mails that came. */
#include "store/statements_parts.h"

#define LEDGER_COLUMNS                                                                             \
	"id, raw, received_at, size, mailbox, uidvalidity, uid, attempts, desk_deaths, in_hand, "  \
	"headers_only"

const struct statement statements_mail[SQL_COUNT] = {
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
};
