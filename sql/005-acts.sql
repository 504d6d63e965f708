-- Looked at for every mail of a case, which may have thousands of other events (a machine's alarms).
create index event_replied on event(ticket, id) where type in ('replied', 'resolved');
create index event_note on event(ticket) where type = 'note';
