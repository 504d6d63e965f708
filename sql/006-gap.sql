-- What a database had given out before an older copy replaced it: never given out again.
create table gap(
	what text not null check (what in ('number', 'case', 'mail')), -- the last two: ids
	year integer not null, -- of a number, as in counter; 0 for ids
	first integer not null,
	last integer not null,
	told integer not null default 0, -- 1: it is on record, and the coordinator knows
	primary key (what, year, first)
) strict, without rowid;
