-- A clock that somebody accepted although later events stand: what is before it says nothing about
-- the hour any more.
create index event_clock on event(id) where type = 'clock';
