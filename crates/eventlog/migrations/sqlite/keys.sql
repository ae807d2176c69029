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
