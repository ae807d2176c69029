-- The keys, in a schema of their own. Idempotent: run whenever the store is opened by a role that may.
create schema if not exists spoor_keys;

-- One row per subject, for ever: after destruction the row stays as the tombstone, without the key.
create table if not exists spoor_keys.subject_keys (
    subject      uuid primary key,
    wrapped      bytea,
    destroyed_at timestamptz,
    check ((wrapped is null) = (destroyed_at is not null))
);

-- The installation's own secrets: digests of commands, blind indexes.
create table if not exists spoor_keys.installation_keys (
    name    text primary key,
    wrapped bytea not null
);

-- How far each log was searched for confirmed erasures, all of whose keys are destroyed here. It stands in this store so
-- that it travels with the store's backups: an older store knows that it has to look again. `leaf` is the hash of the
-- record at that index, by which another log is told from this one.
create table if not exists spoor_keys.reconciled (
    log       text primary key,
    log_index bigint not null,
    leaf      text not null
);

-- The subjects whose erasure was found as far as that, and how far it was: who of them has no tombstone any more was put back from
-- an older backup. A version of the program from before there were these columns moves `log_index` and leaves them, and then they
-- say nothing any more.
alter table spoor_keys.reconciled
    add column if not exists erased       uuid[],
    add column if not exists erased_until bigint;
