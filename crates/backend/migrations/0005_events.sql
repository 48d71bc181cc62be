-- Counts the changes of a claim. A decision names the version that it was made on.
alter table claims add column version integer not null default 1;

update claims set version = 1 + (select count(*) from claim_events where claim_events.reference = claims.reference);

-- When the claim was decided last; null while it is open.
alter table claims add column closed_at integer;

update claims set closed_at = coalesce(
    (select max(recorded_at) from claim_events
     where claim_events.reference = claims.reference
       and json_extract(event, '$.type') in ('replacement_sent', 'refunded')),
    received_at
) where json_extract(progress, '$.resolution.state') <> 'pending';

-- Each change of a claim, in the order of the commits: only one connection writes. Rows outlive the claim and its order line,
-- and hold no personal data of the claimant.
create table events (
    id         integer primary key autoincrement,
    type       text not null,
    reference  text not null,
    order_line text not null,
    version    integer not null,
    -- Who made the change: 'claimant', 'seller', 'retention', or 'person:' and a name.
    actor      text not null,
    at         integer not null
) strict;

create index events_by_claim on events (reference, id);

create trigger events_are_not_changed before update on events begin
    select raise(abort, 'an event is never changed');
end;

create trigger events_are_not_removed before delete on events begin
    select raise(abort, 'an event is never removed');
end;

-- The claims and events from before the table was there.
insert into events (type, reference, order_line, version, actor, at)
select type, reference, order_line, version, actor, at from (
    select 'claim.submitted' as type, reference, order_line, 1 as version, 'claimant' as actor, received_at as at, 0 as nth
    from claims
    union all
    select 'claim.' || json_extract(event, '$.type'), reference, order_line, position + 2, 'seller', recorded_at, position + 1
    from claim_events join claims using (reference)
) order by at, reference, nth;
