-- The public keys under which the checkpoints of this log were and are signed, the present one last. A key is added when
-- the signing key is changed, and when a log that has none is first opened; nothing is signed under a key that is not the last.
create table log_keys (
    number     integer primary key autoincrement,
    -- A key of a C2SP signed note: NAME+KEYID+BASE64.
    vkey       text    not null unique,
    -- The size of the log when it took over; what was signed over more records is not by an earlier key.
    since_size integer not null check (since_size >= 0),
    -- Microseconds since 1970, UTC, by the clock of the process that took it in.
    taken_at   integer not null
) strict;

create trigger log_keys_not_updated before update on log_keys begin
    select raise(abort, 'log_keys is append-only: update is refused');
end;
create trigger log_keys_not_deleted before delete on log_keys begin
    select raise(abort, 'log_keys is append-only: delete is refused');
end;
-- `insert or replace` would delete the old row without asking the delete trigger.
create trigger log_keys_not_replaced before insert on log_keys
when exists (select 1 from log_keys where number = new.number or vkey = new.vkey)
begin
    select raise(abort, 'log_keys is append-only: replace is refused');
end;
