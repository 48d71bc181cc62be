-- The list of claims, in the order in which it is read. The backend fills it in at its start for the claims that are there already:
-- the state and the due date are not SQL's to decide.

-- Where the list has the claim; null until it is listed.
alter table claims add column list_place integer;

create table claim_list (
    -- Sorts as the list does: by due date, those without one last, then by age.
    place          integer primary key,
    -- The claim's, without a foreign key: it would need an index of its own. The triggers below remove the entry with its claim.
    reference      text not null,
    order_number   text not null,
    carrier        text not null,
    state          text not null,
    -- The last day for a resolution, such as '2026-11-25'.
    due            text,
    late           integer not null,
    has_advice     integer not null,
    lacks_evidence integer not null
) strict;

-- Each combination of these columns is in the list's order within its part of the index, since every index ends with the place.
-- A page of any filter is merged from such parts.
create index claim_list_by_state on claim_list (state, late, has_advice, lacks_evidence);
create index claim_list_by_carrier on claim_list (carrier, state, late, has_advice, lacks_evidence);
create index claim_list_by_order on claim_list (order_number);

-- The texts that are searched. The index of their words has no copy of them.
create view claim_texts as
select claim_list.place, json_extract(content, '$.description') as description, device
from claim_list
join claims using (reference)
join order_lines on order_lines.id = claims.order_line;

create virtual table claim_words using fts5 (
    description, device,
    content = 'claim_texts', content_rowid = 'place',
    -- No column is ranked, so that no lengths are needed.
    columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 2'
);

-- Nothing of an erased text stays in the index.
insert into claim_words (claim_words, rank) values ('secure-delete', 1);

-- The words follow the entries and their texts by themselves, and the entries their claims: no text is removed and still found.

create trigger claim_entered after insert on claim_list begin
    update claims set list_place = new.place where reference = new.reference;
    insert into claim_words (rowid, description, device)
    select place, description, device from claim_texts where place = new.place;
end;

create trigger claim_left before delete on claim_list begin
    delete from claim_words where rowid = old.place;
end;

create trigger claim_removed before delete on claims when old.list_place is not null begin
    delete from claim_list where place = old.list_place;
end;

create trigger description_leaves before update of content on claims when old.list_place is not null begin
    delete from claim_words where rowid = old.list_place;
end;

create trigger description_entered after update of content on claims when old.list_place is not null begin
    insert into claim_words (rowid, description, device)
    select place, description, device from claim_texts where place = old.list_place;
end;

create trigger device_leaves before update of device on order_lines when old.device <> new.device begin
    delete from claim_words where rowid = (select list_place from claims where order_line = old.id);
end;

create trigger device_entered after update of device on order_lines when old.device <> new.device begin
    insert into claim_words (rowid, description, device)
    select place, description, device from claim_texts
    where place = (select list_place from claims where order_line = new.id);
end;

-- For which settings, and up to which claim, due dates were computed.
insert into notes values ('listed', '');
