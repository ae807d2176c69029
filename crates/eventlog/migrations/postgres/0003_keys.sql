-- The public keys under which the checkpoints of this log were and are signed, the present one last. A key is added when
-- the signing key is changed, and when a log that has none is first opened; nothing is signed under a key that is not the last.
create table log_keys (
    number     bigint generated always as identity primary key,
    -- A key of a C2SP signed note: NAME+KEYID+BASE64.
    vkey       text   not null unique,
    -- The size of the log when it took over; what was signed over more records is not by an earlier key.
    since_size bigint not null check (since_size >= 0),
    -- Microseconds since 1970, UTC, by the clock of the process that took it in.
    taken_at   bigint not null
);

create trigger log_keys_append_only before update or delete or truncate on log_keys
    for each statement execute function refuse_change();

-- The role the program runs as needs, beside what 0001 and 0002 say:
--   grant select, insert on log_keys to spoor_app;
