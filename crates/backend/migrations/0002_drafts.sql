-- A draft outlives each of its photos: that it was begun in time stays true when the first one is taken away.
create table drafts (
    order_line text primary key references order_lines (id),
    -- When its first photo came.
    begun_at   integer not null,
    -- When something of it was sent or taken away last.
    wanted_at  integer not null
) strict, without rowid;

insert into drafts (order_line, begun_at, wanted_at)
select order_line, min(received_at), max(wanted_at) from photos group by order_line;

-- What it shows: packaging, label or device, where whoever sent it said so.
alter table photos add column subject text;

-- The order in which the photos of one order line came: two may come within a millisecond.
alter table photos add column arrival integer not null default 0;

update photos set arrival = (
    select count(*) from photos as earlier
    where earlier.order_line = photos.order_line
      and (earlier.received_at, earlier.digest) <= (photos.received_at, photos.digest)
);
