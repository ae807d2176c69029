-- The documents, in a schema of their own. Idempotent: run whenever the store is opened by a role that may.
create schema if not exists spoor_blobs;

-- One row per document. The primary key begins with the subject: erasing one removes a range.
create table if not exists spoor_blobs.blob (
    subject uuid  not null,
    name    text  not null,
    sealed  bytea not null,
    primary key (subject, name)
);

-- Sealed bytes do not compress, and stored apart the beginning of one can be read without the rest.
alter table spoor_blobs.blob alter column sealed set storage external;
