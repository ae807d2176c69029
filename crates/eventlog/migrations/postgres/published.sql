-- What was published, in a schema of its own. Idempotent: run whenever the store is opened by a role that may.
create schema if not exists spoor_published;

-- One row per content, named by the SHA-256 of its bytes. Nothing in it is about a person, so nothing is ever erased.
create table if not exists spoor_published.content (
    sha256 text  primary key,
    bytes  bytea not null
);

create or replace function spoor_published.refuse_change() returns trigger language plpgsql as $$
begin
    raise exception 'what was published stays: % is refused', tg_op using errcode = 'restrict_violation';
end $$;

create or replace trigger content_stays before update or delete or truncate on spoor_published.content
    for each statement execute function spoor_published.refuse_change();
