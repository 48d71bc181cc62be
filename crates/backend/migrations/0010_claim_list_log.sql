-- The place in the log of events up to which new claims were entered into the list. Claims from before it are entered with the settings.
insert into notes select 'entered', coalesce(max(id), 0) from events;
