-- The events that are still to be told to an endpoint in `[[webhooks]]`. A row is inserted in the transaction of its event, and removed
-- once the endpoint has answered with success.
create table webhook_deliveries (
    endpoint  text not null,
    event     integer not null references events (id),
    -- The claim of the event: its events are told in order.
    reference text not null,
    attempts  integer not null default 0,
    -- The earliest time of the next attempt.
    next_at   integer not null,
    -- When the backend gave up; null while it has not.
    parked_at integer,
    -- Why the last attempt failed, in one word.
    failure   text,
    primary key (endpoint, event)
) strict, without rowid;

create index webhook_deliveries_waiting on webhook_deliveries (endpoint, next_at) where parked_at is null;

create index webhook_deliveries_by_claim on webhook_deliveries (endpoint, reference, event) where parked_at is null;

create index webhook_deliveries_parked on webhook_deliveries (endpoint, event) where parked_at is not null;

-- The last failure of an endpoint, and since when it is switched off because it answered 410.
create table webhook_endpoints (
    name      text primary key,
    off_since integer,
    failed_at integer,
    failure   text
) strict, without rowid;
