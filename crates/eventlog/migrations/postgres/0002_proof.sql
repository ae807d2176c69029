-- The Merkle tree over the events, in tiles of 256 hashes (C2SP tlog-tiles): level L, number N holds the nodes of tree
-- level 8*L from number 256*N on. Derived from the events and made anew when lost, so nothing forbids to write it; only
-- a tile that grows is ever written again, and the root over all of them must be that of log_head's frontier.
create table log_tiles (
    level  smallint not null check (level between 0 and 7),
    number bigint   not null check (number >= 0),
    -- 1 to 256 SHA-256 hashes, one after the other; fewer than 256 only at the right edge of the tree.
    hashes bytea    not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
    primary key (level, number)
);
-- Hashes do not compress: do not try.
alter table log_tiles alter column hashes set storage external;

-- What was promised to others about this log: signed checkpoints. A checkpoint that comes back with the signatures of
-- witnesses is a row of its own, with the same size and a greater number.
create table log_checkpoints (
    number    bigint generated always as identity primary key,
    origin    text   not null,
    size      bigint not null check (size >= 1),
    root      bytea  not null check (length(root) = 32),
    note      text   not null,
    -- Microseconds since 1970, UTC, by the clock of the process that signed or took it in.
    signed_at bigint not null
);

-- The latest checkpoint, and the one of a size.
create index log_checkpoints_size on log_checkpoints (size, number);

create trigger log_checkpoints_append_only before update or delete or truncate on log_checkpoints
    for each statement execute function refuse_change();

-- The role the program runs as needs, beside what 0001 says:
--   grant select, insert, update, delete on log_tiles to spoor_app;
--   grant select, insert on log_checkpoints to spoor_app;
