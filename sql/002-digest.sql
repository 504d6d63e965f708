-- What the budgets of automatic mail held back: an address and its timer, the cases to be told.
create table digest(
	to_key text primary key,
	to_address text not null,
	to_name text not null,
	due integer not null
) strict, without rowid;
create index digest_due on digest(due);

create table digest_case(
	to_key text not null references digest(to_key),
	ticket integer not null references ticket(id),
	primary key (to_key, ticket)
) strict, without rowid;

create index outbox_budget_ticket on outbox(ticket, created_at)
	where budgeted = 1 and ticket is not null;
create index outbox_budget_domain on outbox(substr(to_key, instr(to_key, '@') + 1), created_at)
	where budgeted = 1;
