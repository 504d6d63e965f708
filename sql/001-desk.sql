-- The desk's tables. States, fates, purposes and event types are kept by name, so that the file
-- can be read without the program. Times are UTC seconds, 0: not yet.

create table meta(
	key text primary key,
	value blob not null
) strict, without rowid;

create table mailbox(
	name text primary key,
	started_at integer not null
) strict, without rowid;

-- The bytes of every mail: the first chunk here, the others of a large one in raw_more.
create table raw(
	id integer primary key,
	size integer not null,
	sha256 blob not null check (length(sha256) = 32),
	bytes blob not null
) strict;

create table raw_more(
	id integer primary key, -- raw * 65536 + index of the chunk, from 1
	bytes blob not null
) strict;

-- One number after the other in each local year. Year 0: a pattern without the year.
create table counter(
	year integer primary key,
	last integer not null
) strict;

-- The sum of the events; src/store/tickets.c names each column once more, for the struct.
create table ticket(
	id integer primary key,
	year integer not null,
	seq integer not null,
	number text not null collate nocase unique,
	state text not null,
	closed_as text not null,
	channel text not null,
	subject text not null,
	requester text not null,
	requester_name text not null,
	service text not null,
	area text not null,
	assignee text not null,
	level integer not null,
	priority text not null,
	opened_at integer not null,
	first_response_at integer not null,
	resolved_at integer not null,
	closed_at integer not null,
	response_started integer not null,
	response_warn_at integer not null,
	response_due integer not null,
	response_stopped integer not null,
	response_warned integer not null,
	response_breached integer not null,
	response_policy text not null,
	survey_sent_at integer not null,
	survey_close_at integer not null,
	score integer not null,
	comment text not null,
	round integer not null,
	reopened integer not null,
	response_mail integer not null,
	wrote_at integer not null,
	thread_id text not null,
	merged_into text not null,
	unique (seq, year)
) strict;
create index ticket_state on ticket(state);
create index ticket_opened on ticket(opened_at);
create index ticket_closed on ticket(closed_at) where closed_at > 0;

-- What each person has in hand, kept by the triggers: counting it for every mail would grow with
-- the desk.
create table staff_load(
	staff text primary key,
	open_cases integer not null,
	last_given_at integer not null
) strict, without rowid;

create trigger ticket_given after insert on ticket
when new.assignee <> '' and new.state not in ('resolved', 'closed')
begin
	insert into staff_load values (new.assignee, 1, 0)
		on conflict (staff) do update set open_cases = open_cases + 1;
end;

create trigger ticket_regiven after update on ticket
when old.assignee <> new.assignee or old.state <> new.state
begin
	update staff_load set open_cases = open_cases - 1
		where staff = old.assignee and old.state not in ('resolved', 'closed');
	insert into staff_load
		select new.assignee, 1, 0
		where new.assignee <> '' and new.state not in ('resolved', 'closed')
		on conflict (staff) do update set open_cases = open_cases + 1;
end;

-- The ledger: one row and one fate for every mail. fate null: not decided yet.
create table mail(
	id integer primary key,
	mailbox text not null,
	uidvalidity integer not null,
	uid integer not null,
	received_at integer not null,
	size integer not null,
	raw integer references raw(id),
	sha256 blob not null,
	body_sha256 blob not null,
	sha64 integer, -- first 8 bytes of sha256
	headers_only integer not null,
	attempts integer not null default 0,
	desk_deaths integer not null default 0,
	in_hand integer not null default 0,
	fate text,
	finished integer not null default 0,
	ticket integer references ticket(id),
	message_id text not null default '',
	message_hash integer, -- hash64 of message_id
	from_key text not null default '',
	subject_key text not null default '',
	similar_hash integer, -- hash64 of from_key and subject_key, where it opened a case
	subject text not null default '',
	why text not null default '',
	unique (mailbox, uidvalidity, uid)
) strict;
create index mail_sha on mail(sha64) where sha64 is not null;
create index mail_message on mail(message_hash) where message_hash is not null;
create index mail_similar on mail(similar_hash, received_at) where similar_hash is not null;
create index mail_ticket on mail(ticket) where ticket is not null;
create index mail_open on mail(id) where fate is null;
create index mail_unfinished on mail(mailbox, uidvalidity, uid)
	where fate is not null and finished = 0;
create index mail_in_hand on mail(id) where in_hand = 1;
create index mail_quarantine on mail(id) where fate = 'quarantine';

create table attachment(
	id integer primary key,
	mail integer not null references mail(id),
	name text not null,
	type text not null,
	encoding text not null,
	offset integer not null,
	len integer not null,
	size integer not null,
	sha256 blob not null,
	flags integer not null
) strict;
create index attachment_mail on attachment(mail);

-- Truth. Chained over (id, at, type, ticket, actor, digest, chain of the one before).
create table event(
	id integer primary key,
	at integer not null,
	type text not null,
	ticket integer references ticket(id),
	actor text not null,
	digest blob not null, -- SHA-256(salt, detail)
	chain blob not null
) strict;
create index event_ticket on event(ticket, id) where ticket is not null;

-- What erasure may take without breaking the chain.
create table event_detail(
	event integer primary key references event(id),
	salt blob not null,
	detail text not null
) strict;

create trigger event_no_update before update on event
begin
	select raise(abort, 'events are never altered');
end;
create trigger event_no_delete before delete on event
begin
	select raise(abort, 'events are never deleted');
end;
create trigger event_detail_no_update before update on event_detail
begin
	select raise(abort, 'events are never altered');
end;

create table timer(
	ticket integer not null references ticket(id),
	kind text not null,
	due integer not null,
	primary key (ticket, kind)
) strict, without rowid;
create index timer_due on timer(due);

create table participant(
	ticket integer not null references ticket(id),
	address text not null,
	primary key (ticket, address)
) strict, without rowid;

-- Mails of ours. state: queued, sent, failed, cancelled. while_states: bits of enum state.
create table outbox(
	id integer primary key,
	ticket integer references ticket(id),
	purpose text not null,
	audience text not null,
	automatic integer not null,
	budgeted integer not null, -- automatic, to somebody outside the desk
	answers integer not null,
	surveys integer not null,
	round integer not null,
	while_states integer not null,
	while_round integer not null,
	envelope_from text not null,
	to_address text not null,
	to_key text not null,
	subject text not null,
	message_id text not null,
	message_hash integer not null,
	size integer not null,
	sha256 blob not null,       -- of the bytes on the wire
	parts_sha256 blob not null, -- of the literals and references as they are stored
	created_at integer not null,
	next_at integer not null,
	attempts integer not null default 0,
	state text not null default 'queued',
	settled_at integer not null default 0,
	reply text not null default ''
) strict;
create index outbox_due on outbox(next_at, id) where state = 'queued';
create index outbox_failed on outbox(id) where state = 'failed';
create index outbox_message on outbox(message_hash);
create index outbox_ticket on outbox(ticket, id) where ticket is not null;
create index outbox_budget on outbox(to_key, created_at) where budgeted = 1;
create index outbox_total on outbox(created_at) where budgeted = 1;

-- Its bytes, apart: a verdict must not rewrite them.
create table outbox_segment(
	id integer primary key, -- outbox * 1024 + position
	literal blob not null,
	raw integer references raw(id),
	offset integer not null,
	len integer not null,
	encoding text not null
) strict;

-- What was said about a case, in both directions; outbox: a mail of ours.
create table message(
	id integer primary key,
	ticket integer not null references ticket(id),
	at integer not null,
	mail integer references mail(id),
	outbox integer references outbox(id),
	inbound integer not null,
	internal integer not null,
	from_address text not null,
	from_key text not null,
	to_key text not null,
	message_id text not null,
	text text not null
) strict;
create index message_ticket on message(ticket, id);
