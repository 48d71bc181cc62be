-- How the file of a clean copy was written: its length in bytes, and when, in nanoseconds since 1970. While a file is so, it
-- need not be read to be taken for whole. Not known of what was kept before.
alter table photos add column file_bytes integer;

alter table photos add column file_written_at integer;

-- What the backend notes for itself, one row a name.
create table notes (
    name  text primary key,
    value text not null
) strict, without rowid;

insert into notes values ('probed', ''), ('swept', '');
