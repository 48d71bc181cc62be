-- Who is signed in at the desk. A row holds digests alone: neither the token of the cookie nor a key is ever stored.
create table desk_sessions (
    -- Of the token in the cookie.
    digest     text primary key,
    person     text not null,
    -- Of the person's name, role and key as the configuration had them at the sign-in: a change of any of them ends the session.
    granted    text not null,
    created_at integer not null,
    seen_at    integer not null
) strict, without rowid;

create index desk_sessions_by_age on desk_sessions (created_at);

-- What people did at the desk other than changing a claim, which `events` has. No personal data of a claimant is in it.
create table desk_log (
    id        integer primary key autoincrement,
    at        integer not null,
    -- Null for a refused sign-in: a key says nobody's name.
    person    text,
    action    text not null,
    -- The claim, for actions that are about one.
    reference text,
    -- Which photo of the claim: 'device/2'.
    photo     text
) strict;

create index desk_log_by_claim on desk_log (reference, id) where reference is not null;

create trigger desk_log_is_not_changed before update on desk_log begin
    select raise(abort, 'an entry of the desk''s log is never changed');
end;

create trigger desk_log_is_not_removed before delete on desk_log begin
    select raise(abort, 'an entry of the desk''s log is never removed');
end;
