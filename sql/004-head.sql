-- The end of the chain: nothing follows the last events, so that their removal would not show.
create table event_head(
	one integer primary key check (one = 1),
	id integer not null,
	chain blob not null
) strict;
insert into event_head select 1, id, chain from event order by id desc limit 1;

create trigger event_is_head after insert on event
begin
	insert into event_head values (1, new.id, new.chain)
		on conflict (one) do update set id = excluded.id, chain = excluded.chain;
end;
create trigger event_head_no_way_back before update on event_head when new.id <= old.id
begin
	select raise(abort, 'events are never deleted');
end;
create trigger event_head_no_delete before delete on event_head
begin
	select raise(abort, 'events are never deleted');
end;
