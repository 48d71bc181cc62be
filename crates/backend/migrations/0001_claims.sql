-- Instants are milliseconds since 1970 in UTC. Digests are 64 lower-case hexadecimal digits.

create table order_lines (
    id              text primary key,
    order_number    text not null,
    device          text not null,
    grade           text not null,
    delivered_at    integer,
    delivery_zone   text,
    -- Whose holidays count: a country, or a part of one.
    place           text not null,
    carrier         text not null,
    tracking_number text not null,
    check ((delivered_at is null) = (delivery_zone is null))
) strict;

-- A photo belongs to one order line: the same bytes sent for another are another photo.
create table photos (
    order_line  text not null references order_lines (id),
    -- Of the bytes as they were sent: the photo's name.
    digest      text not null,
    -- Of the clean copy on disk.
    stored      text not null,
    -- Of the decoded pixels: equal for one picture under two names.
    pixels      text not null,
    width       integer not null,
    height      integer not null,
    -- As received.
    bytes       integer not null,
    received_at integer not null,
    -- When it was sent last: what is sent again is still wanted.
    wanted_at   integer not null,
    primary key (order_line, digest)
) strict, without rowid;

create table claims (
    reference   text primary key,
    order_line  text not null unique references order_lines (id),
    received_at integer not null,
    late        integer not null,
    -- The claim as it was checked, and its three tracks, as JSON.
    content     text not null,
    progress    text not null
) strict;

-- Which photos a claim rests on, so that none of them is ever taken for an orphan.
create table claim_photos (
    reference  text not null references claims (reference),
    subject    text not null,
    position   integer not null,
    order_line text not null,
    digest     text not null,
    primary key (reference, subject, position),
    foreign key (order_line, digest) references photos (order_line, digest)
) strict, without rowid;

create index claim_photos_by_photo on claim_photos (order_line, digest);

create table claim_events (
    reference   text not null references claims (reference),
    position    integer not null,
    event       text not null,
    recorded_at integer not null,
    primary key (reference, position)
) strict, without rowid;

create table return_labels (
    reference text primary key references claims (reference),
    pdf       blob not null,
    issued_at integer not null
) strict;

-- The answer that a key was given, kept so that the same request gets the same answer.
create table idempotency_keys (
    order_line  text not null references order_lines (id),
    key         text not null,
    fingerprint text not null,
    status      integer not null,
    body        text not null,
    created_at  integer not null,
    primary key (order_line, key)
) strict, without rowid;
