-- The Merkle tree over the events, in tiles of 256 hashes (C2SP tlog-tiles): level L, number N holds the nodes of tree
-- level 8*L from number 256*N on. Derived from the events and made anew when lost, so nothing forbids to write it; only
-- a tile that grows is ever written again, and the root over all of them must be that of log_head's frontier.
create table log_tiles (
    level  integer not null check (level between 0 and 7),
    number integer not null check (number >= 0),
    -- 1 to 256 SHA-256 hashes, one after the other; fewer than 256 only at the right edge of the tree.
    hashes blob    not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
    primary key (level, number)
) strict;

-- What was promised to others about this log: signed checkpoints. A checkpoint that comes back with the signatures of
-- witnesses is a row of its own, with the same size and a greater number.
create table log_checkpoints (
    number    integer primary key autoincrement,
    origin    text    not null,
    size      integer not null check (size >= 1),
    root      blob    not null check (length(root) = 32),
    note      text    not null,
    -- Microseconds since 1970, UTC, by the clock of the process that signed or took it in.
    signed_at integer not null
) strict;

-- The latest checkpoint, and the one of a size.
create index log_checkpoints_size on log_checkpoints (size, number);

create trigger log_checkpoints_not_updated before update on log_checkpoints begin
    select raise(abort, 'log_checkpoints is append-only: update is refused');
end;
create trigger log_checkpoints_not_deleted before delete on log_checkpoints begin
    select raise(abort, 'log_checkpoints is append-only: delete is refused');
end;
-- `insert or replace` would delete the old row without asking the delete trigger.
create trigger log_checkpoints_not_replaced before insert on log_checkpoints
when exists (select 1 from log_checkpoints where number = new.number)
begin
    select raise(abort, 'log_checkpoints is append-only: replace is refused');
end;
