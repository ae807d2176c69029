-- The keys. Idempotent: run whenever the store is opened.
-- One row per subject, for ever: after destruction the row stays as the tombstone, without the key.
create table if not exists subject_keys (
    subject      text primary key,
    wrapped      blob,
    destroyed_at text,
    check ((wrapped is null) = (destroyed_at is not null))
) strict;

-- The installation's own secrets: digests of commands, blind indexes.
create table if not exists installation_keys (
    name    text primary key,
    wrapped blob not null
) strict;

-- How far each log was searched for confirmed erasures, all of whose keys are destroyed here. It stands in this store so
-- that it travels with the store's backups: an older store knows that it has to look again. `leaf` is the hash of the
-- record at that index, by which another log is told from this one.
create table if not exists reconciled (
    log       text primary key,
    log_index integer not null,
    leaf      text not null
) strict;
