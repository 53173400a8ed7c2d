-- Plex's address of the poster that an item showed when its poster was last judged: another one means that somebody, or
-- Plex, has changed it since. NULL while that is not known.
ALTER TABLE sync_item ADD COLUMN poster_shown TEXT;
