-- What may be forgotten is found every hour among what no claim has, however much the claims have: the indexes below hold
-- nothing else. The marks follow the claims by themselves.

alter table photos add column claimed integer not null default 0;

update photos set claimed = 1 where exists (
    select 1 from claim_photos
    where claim_photos.order_line = photos.order_line and claim_photos.digest = photos.digest
);

create trigger photo_claimed after insert on claim_photos begin
    update photos set claimed = 1 where order_line = new.order_line and digest = new.digest;
end;

create index photos_unclaimed on photos (wanted_at) where claimed = 0;

alter table drafts add column claimed integer not null default 0;

update drafts set claimed = 1 where order_line in (select order_line from claims);

create trigger draft_claimed after insert on claims begin
    update drafts set claimed = 1 where order_line = new.order_line;
end;

create index drafts_unclaimed on drafts (wanted_at) where claimed = 0;

create index idempotency_keys_by_age on idempotency_keys (created_at);
