-- When the claim was put on hold; null while it is not.
alter table claims add column held_at integer;

-- When its photos and texts were removed; null while they are there.
alter table claims add column expired_at integer;

-- From when the retention counts: when the claim was decided last, or when a text or label came after its content was removed.
-- Null while the claim is open, and while there is nothing to remove.
alter table claims add column retained_from integer;

update claims set retained_from = closed_at where closed_at is not null;

create index claims_retained on claims (retained_from) where retained_from is not null and held_at is null;

-- Whether pages of the database may hold traces of what was removed: '', 'due', or 'running' while they are overwritten.
insert into notes values ('traces', 'due');
