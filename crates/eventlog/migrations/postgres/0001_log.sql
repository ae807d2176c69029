-- The log. A superset of the table postgres-es knows: its columns and its primary key, and three of ours.
-- payload and metadata are json, not jsonb: the text is a contract and stays byte for byte what was written.
create table events (
    aggregate_type text   not null,
    aggregate_id   text   not null,
    sequence       bigint not null check (sequence >= 1),
    event_type     text   not null,
    event_version  text   not null,
    payload        json   not null,
    metadata       json   not null,
    -- Place in the log: 1, 2, 3 … in commit order, without gaps. No default: only the log's own writer can append.
    position       bigint not null check (position >= 1),
    -- Microseconds since 1970, UTC, by this server's clock, never decreasing along the log.
    recorded_at    bigint not null,
    command_id     uuid   not null,
    primary key (aggregate_type, aggregate_id, sequence)
);

-- Readers follow the log in its order.
create unique index events_position on events (position);
-- A repeated command is recognised before anything is stored.
create index events_command on events (command_id);

-- The one row that every append advances: it makes positions dense and the Merkle frontier transactional.
-- Room in the page lets the row be updated in place (HOT) without touching an index.
create table log_head (
    id          smallint primary key check (id = 1),
    position    bigint   not null,
    recorded_at bigint   not null,
    frontier    bytea    not null
) with (fillfactor = 10, autovacuum_vacuum_threshold = 1000, autovacuum_vacuum_scale_factor = 0);

insert into log_head (id, position, recorded_at, frontier) values (1, 0, 0, '');

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only: % is refused', tg_table_name, tg_op using errcode = 'restrict_violation';
end $$;

create trigger events_append_only before update or delete or truncate on events
    for each statement execute function refuse_change();
create trigger log_head_stays before delete or truncate on log_head
    for each statement execute function refuse_change();

-- The role the program runs as needs no more than this (the owner of the tables is another role, used by `migrate`):
--   grant select, insert on events to spoor_app;
--   grant select, update on log_head to spoor_app;
--   grant select on log_migrations to spoor_app;
