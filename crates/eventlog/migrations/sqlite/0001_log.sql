-- The log. A superset of the table sqlite-es knows: its columns and its primary key, and three of ours.
create table events (
    aggregate_type text    not null,
    aggregate_id   text    not null,
    sequence       integer not null check (sequence >= 1),
    event_type     text    not null,
    event_version  text    not null,
    payload        text    not null,
    metadata       text    not null,
    -- Place in the log: 1, 2, 3 … in commit order, without gaps. No default: only the log's own writer can append.
    position       integer not null check (position >= 1),
    -- Microseconds since 1970, UTC, never decreasing along the log.
    recorded_at    integer not null,
    command_id     blob    not null,
    primary key (aggregate_type, aggregate_id, sequence)
) strict;

-- Readers follow the log in its order.
create unique index events_position on events (position);
-- A repeated command is recognised before anything is stored.
create index events_command on events (command_id);

-- The one row that every append advances.
create table log_head (
    id          integer primary key check (id = 1),
    position    integer not null,
    recorded_at integer not null,
    frontier    blob    not null
) strict;

insert into log_head (id, position, recorded_at, frontier) values (1, 0, 0, x'');

create trigger events_not_updated before update on events begin
    select raise(abort, 'events is append-only: update is refused');
end;
create trigger events_not_deleted before delete on events begin
    select raise(abort, 'events is append-only: delete is refused');
end;
-- `insert or replace` would delete the old row without asking the delete trigger.
create trigger events_not_replaced before insert on events
when exists (select 1 from events where position = new.position)
  or exists (select 1 from events where aggregate_type = new.aggregate_type and aggregate_id = new.aggregate_id and sequence = new.sequence)
begin
    select raise(abort, 'events is append-only: replace is refused');
end;
create trigger log_head_not_deleted before delete on log_head begin
    select raise(abort, 'log_head is append-only: delete is refused');
end;
